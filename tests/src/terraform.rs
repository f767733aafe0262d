//! Terraform or OpenTofu in a folder of its own, with the provider that was built here.

use std::env;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::OnceLock;

use serde_json::Value;
use tempfile::TempDir;

use crate::skip::{self, skipped};

/// The provider's name in a configuration.
pub const SOURCE: &str = "terraform-provider-libvirt/libvirt";

const BINARY: &str = "terraform-provider-libvirt";

/// A folder with a configuration, its state, and the settings that make Terraform take our binary.
///
/// What is still in the state when it goes out of scope is destroyed.
pub struct Workspace {
    folder: TempDir,
    terraform: PathBuf,
    environment: Vec<(String, String)>,
    run_as: Vec<String>,
}

/// What a command of Terraform's gave.
#[derive(Debug)]
pub struct Run {
    /// The exit code.
    pub code: i32,
    /// What it printed.
    pub out: String,
    /// What it printed as errors.
    pub err: String,
}

/// An error or warning that Terraform printed.
#[derive(Debug)]
pub struct Diagnostic {
    /// `error` or `warning`.
    pub severity: String,
    /// The one-line summary.
    pub summary: String,
    /// The rest.
    pub detail: String,
}

impl Diagnostic {
    /// Summary and detail.
    pub fn text(&self) -> String {
        format!("{}\n{}", self.summary, self.detail)
    }
}

impl Workspace {
    /// A folder with this configuration for the libvirt at `uri`. `None`, noted as skipped, without Terraform.
    pub fn new(uri: &str, configuration: &str) -> Option<Workspace> {
        let Some(terraform) = skip::terraform() else {
            skipped("terraform or tofu on PATH");
            return None;
        };
        let folder = tempfile::Builder::new().prefix("libvirt-test-").tempdir().expect("a temporary folder");
        let workspace = Workspace { folder, terraform, environment: Vec::new(), run_as: Vec::new() };
        workspace.override_provider(provider_binary());
        workspace.write(
            "provider.tf",
            &format!(
                "terraform {{\n  required_providers {{\n    libvirt = {{\n      source = \"{SOURCE}\"\n    }}\n  }}\n}}\n\n\
                 provider \"libvirt\" {{\n  uri = {}\n}}\n",
                quoted(uri)
            ),
        );
        workspace.configure(configuration);
        Some(workspace)
    }

    /// Its folder.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Replaces the configuration, all but the provider's block.
    pub fn configure(&self, configuration: &str) {
        self.write("main.tf", configuration);
    }

    /// Writes a file into the folder.
    pub fn write(&self, name: &str, text: &str) {
        fs::write(self.path().join(name), text).expect("a writable temporary folder");
    }

    /// Sets a variable in Terraform's environment.
    pub fn env(&mut self, name: &str, value: &str) {
        self.environment.push((name.to_string(), value.to_string()));
    }

    /// Runs everything as the user `nobody`, who has no rights at libvirt. For root only.
    pub fn run_as_nobody(&mut self) {
        let copy = self.path().join(BINARY);
        fs::copy(provider_binary(), &copy).expect("a copy of the provider");
        self.override_provider(&copy);
        let chown = Command::new("chown").args(["-R", "65534:65534"]).arg(self.path()).status();
        assert!(chown.is_ok_and(|status| status.success()), "chown to nobody");
        self.run_as = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"].map(str::to_string).to_vec();
        self.env("HOME", &self.path().display().to_string());
    }

    fn override_provider(&self, binary: &Path) {
        let folder = binary.parent().expect("a binary in a folder");
        self.write(
            "cli.tfrc",
            &format!(
                "provider_installation {{\n  dev_overrides {{\n    \"{SOURCE}\" = {}\n  }}\n  direct {{}}\n}}\n",
                quoted(&folder.display().to_string())
            ),
        );
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut words: Vec<&str> = self.run_as.iter().map(String::as_str).collect();
        let terraform = self.terraform.to_string_lossy();
        words.push(&terraform);
        let mut command = Command::new(words[0]);
        command
            .args(&words[1..])
            .args(arguments)
            .current_dir(self.path())
            .env("TF_CLI_CONFIG_FILE", self.path().join("cli.tfrc"))
            .env("TF_IN_AUTOMATION", "1")
            .env("CHECKPOINT_DISABLE", "1")
            .env_remove("TF_LOG")
            .env_remove("LIBVIRT_DEFAULT_URI")
            .envs(self.environment.iter().map(|(name, value)| (name.as_str(), value.as_str())))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    /// Runs Terraform.
    pub fn run(&self, arguments: &[&str]) -> Run {
        let output = self.command(arguments).output().expect("terraform runs");
        Run::from(output)
    }

    /// Starts Terraform and leaves it running.
    pub fn start(&self, arguments: &[&str]) -> Child {
        self.command(arguments).spawn().expect("terraform runs")
    }

    /// Applies. Panics with Terraform's output where it fails.
    pub fn apply(&self) {
        self.run(&["apply", "-no-color", "-input=false", "-auto-approve"]).expect_success("apply");
    }

    /// Applies what must fail, and returns the diagnostics.
    pub fn apply_fails(&self) -> (Run, Vec<Diagnostic>) {
        let run = self.run(&["apply", "-json", "-input=false", "-auto-approve"]);
        assert_eq!(run.code, 1, "apply should fail with exit code 1:\n{}\n{}", run.out, run.err);
        let diagnostics = run.diagnostics();
        (run, diagnostics)
    }

    /// Plans, and panics unless there is nothing to do.
    pub fn expect_empty_plan(&self, when: &str) {
        let run = self.run(&["plan", "-no-color", "-input=false", "-detailed-exitcode"]);
        assert_eq!(run.code, 0, "the plan {when} should be empty:\n{}\n{}", run.out, run.err);
    }

    /// Plans, and panics unless there is something to do. Returns the plan as text.
    pub fn expect_changes(&self, when: &str) -> String {
        let run = self.run(&["plan", "-no-color", "-input=false", "-detailed-exitcode"]);
        assert_eq!(run.code, 2, "the plan {when} should have changes:\n{}\n{}", run.out, run.err);
        run.out
    }

    /// Removes the resource from the state and imports it again.
    pub fn import_again(&self, address: &str, id: &str) {
        self.run(&["state", "rm", address]).expect_success("state rm");
        self.run(&["import", "-no-color", "-input=false", address, id]).expect_success("import");
    }

    /// Plans, and panics where something is to be replaced: an imported object may be adjusted, no more.
    pub fn expect_no_replacement(&self) {
        let plan = self.run(&["plan", "-no-color", "-input=false"]);
        plan.expect_success("the plan after the import");
        assert!(!plan.out.contains("must be replaced"), "{}", plan.out);
    }

    /// Destroys everything. Panics with Terraform's output where it fails.
    pub fn destroy(&self) {
        self.run(&["destroy", "-no-color", "-input=false", "-auto-approve"]).expect_success("destroy");
    }

    /// The state as `terraform show -json` gives it.
    pub fn show(&self) -> Value {
        let run = self.run(&["show", "-json"]);
        assert_eq!(run.code, 0, "show:\n{}\n{}", run.out, run.err);
        serde_json::from_str(&run.out).unwrap_or_else(|error| panic!("show -json: {error}\n{}", run.out))
    }

    /// One resource's attributes, by its address.
    pub fn attributes(&self, address: &str) -> Value {
        let state = self.show();
        let resources = state.pointer("/values/root_module/resources").and_then(Value::as_array);
        resources
            .into_iter()
            .flatten()
            .find(|resource| resource["address"] == address)
            .map(|resource| resource["values"].clone())
            .unwrap_or_else(|| panic!("{address} is not in the state: {state:#}"))
    }

    /// How many resources the state has, data sources not counted.
    pub fn resources(&self) -> usize {
        let run = self.run(&["state", "list"]);
        run.out.lines().filter(|line| !line.is_empty() && !line.starts_with("data.")).count()
    }
}

impl Drop for Workspace {
    fn drop(&mut self) {
        if self.path().join("terraform.tfstate").exists() && self.resources() > 0 {
            let _ = self.run(&["destroy", "-no-color", "-input=false", "-auto-approve"]);
        }
    }
}

impl Run {
    /// Panics unless the command succeeded.
    pub fn expect_success(&self, what: &str) {
        assert_eq!(self.code, 0, "{what} failed:\n{}\n{}", self.out, self.err);
    }

    /// The diagnostics of a command that was run with `-json`.
    pub fn diagnostics(&self) -> Vec<Diagnostic> {
        let word = |value: &Value, name: &str| value[name].as_str().unwrap_or_default().to_string();
        self.out
            .lines()
            .filter_map(|line| serde_json::from_str::<Value>(line).ok())
            .filter(|line| line["type"] == "diagnostic")
            .map(|line| Diagnostic {
                severity: word(&line["diagnostic"], "severity"),
                summary: word(&line["diagnostic"], "summary"),
                detail: word(&line["diagnostic"], "detail"),
            })
            .collect()
    }
}

impl From<Output> for Run {
    fn from(output: Output) -> Run {
        Run {
            code: output.status.code().unwrap_or(-1),
            out: String::from_utf8_lossy(&output.stdout).into_owned(),
            err: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }
}

/// The provider's binary: the one that `LIBVIRT_PROVIDER_BINARY` names, else a debug build, made now if need be.
pub fn provider_binary() -> &'static Path {
    static FOUND: OnceLock<PathBuf> = OnceLock::new();
    FOUND.get_or_init(|| {
        if let Some(path) = env::var_os("LIBVIRT_PROVIDER_BINARY") {
            return PathBuf::from(path);
        }
        let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let built = Command::new(cargo)
            .args(["build", "--quiet", "--package", BINARY])
            .current_dir(crate::repository::root())
            .status();
        assert!(built.is_ok_and(|status| status.success()), "cargo build --package {BINARY}");
        // This test is target/debug/deps/NAME.
        let test = env::current_exe().expect("this test's own path");
        let folder = test.parent().and_then(Path::parent).expect("a test below the target folder");
        folder.join(BINARY)
    })
}

/// A string as HCL writes it.
pub fn quoted(text: &str) -> String {
    let mut written = String::from("\"");
    for character in text.chars() {
        match character {
            '"' | '\\' => {
                let _ = write!(written, "\\{character}");
            }
            '\n' => written.push_str("\\n"),
            _ => written.push(character),
        }
    }
    written.push('"');
    written
}
