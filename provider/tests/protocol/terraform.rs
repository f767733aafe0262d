//! Terraform itself, where it is installed, against the server in this process.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::{Value as Json, json};
use tempfile::TempDir;
use terraform_provider_libvirt::plugin::Until;

use crate::client::Running;
use crate::needs;
use crate::skip::terraform;

const ADDRESS: &str = "example.com/test/memory";

const HEAD: &str = r#"
terraform {
  required_providers {
    memory = {
      source = "example.com/test/memory"
    }
  }
}

provider "memory" {
  uri = "test:///default"
}
"#;

/// A directory with a configuration, and the server it is for.
struct Workspace {
    directory: TempDir,
    reattach: String,
}

impl Workspace {
    fn new(socket: &Path) -> Workspace {
        let directory = tempfile::tempdir().unwrap();
        fs::write(directory.path().join("terraform.rc"), "").unwrap();
        let reattach = json!({ ADDRESS: {
            "Protocol": "grpc", "ProtocolVersion": 6, "Pid": std::process::id(), "Test": true,
            "Addr": { "Network": "unix", "String": socket },
        } });
        Workspace { directory, reattach: reattach.to_string() }
    }

    fn write(&self, configuration: &str) {
        fs::write(self.directory.path().join("main.tf"), format!("{HEAD}{configuration}")).unwrap();
    }

    /// Runs Terraform; the exit code of a plan is 0 for no changes and 2 for some.
    async fn run(&self, arguments: &[&str]) -> (Option<i32>, String) {
        let mut command = Command::new(terraform().unwrap());
        command.args(arguments).current_dir(self.directory.path());
        command.env("TF_REATTACH_PROVIDERS", &self.reattach).env("CHECKPOINT_DISABLE", "1");
        command.env("TF_CLI_CONFIG_FILE", self.directory.path().join("terraform.rc"));
        command.env_remove("TF_LOG");
        let Output { status, stdout, stderr } =
            tokio::task::spawn_blocking(move || command.output()).await.unwrap().unwrap();
        let output = format!("{}{}", String::from_utf8_lossy(&stdout), String::from_utf8_lossy(&stderr));
        (status.code(), output)
    }

    async fn expect(&self, code: i32, arguments: &[&str]) -> String {
        let (found, output) = self.run(arguments).await;
        assert_eq!(found, Some(code), "terraform {arguments:?}\n{output}");
        output
    }

    async fn attributes(&self) -> Json {
        let shown: Json = serde_json::from_str(&self.expect(0, &["show", "-json"]).await).unwrap();
        shown["values"]["root_module"]["resources"][0]["values"].clone()
    }
}

const NEED: &str = "terraform or tofu on PATH";

const PLAN: &[&str] = &["plan", "-no-color", "-input=false", "-detailed-exitcode"];
const APPLY: &[&str] = &["apply", "-no-color", "-input=false", "-auto-approve"];

/// The program itself, started by Terraform with TLS.
#[test]
fn terraform_starts_the_program() {
    needs!(terraform().is_some(), NEED);
    let directory = tempfile::tempdir().unwrap();
    let program = Path::new(env!("CARGO_BIN_EXE_terraform-provider-libvirt")).parent().unwrap();
    let configuration = HEAD.replace("memory", "libvirt");
    fs::write(directory.path().join("main.tf"), configuration).unwrap();
    let overrides = format!(
        "provider_installation {{\n  dev_overrides {{\n    \"example.com/test/libvirt\" = {program:?}\n  }}\n  direct {{}}\n}}\n"
    );
    fs::write(directory.path().join("terraform.rc"), overrides).unwrap();
    let mut command = Command::new(terraform().unwrap());
    command.args(["providers", "schema", "-json"]).current_dir(directory.path());
    command.env("TF_CLI_CONFIG_FILE", directory.path().join("terraform.rc")).env("CHECKPOINT_DISABLE", "1");
    let output = command.env_remove("TF_REATTACH_PROVIDERS").env_remove("TF_LOG").output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let schemas: Json = serde_json::from_slice(&output.stdout).unwrap();
    let provider = &schemas["provider_schemas"]["example.com/test/libvirt"]["provider"];
    assert_eq!(provider["block"]["attributes"]["uri"]["optional"], true);
}

#[tokio::test(flavor = "multi_thread")]
async fn create_change_and_destroy() {
    needs!(terraform().is_some(), NEED);
    let running = Running::start(Until::interrupted());
    let workspace = Workspace::new(&running.socket);
    let thing = |size: u32| {
        format!(
            r#"
resource "memory_thing" "a" {{
  name          = "a"
  size          = {size}
  labels        = []
  tags          = ["y", "x"]
  parts         = [{{ name = "one" }}, {{ name = "two", address = "mine" }}]
  password      = "p"
  password_once = "once"
}}

output "where" {{
  value = memory_thing.a.parts[0].address
}}
"#
        )
    };
    workspace.write(&thing(3));
    workspace.expect(0, &["validate", "-no-color"]).await;
    let plan = workspace.expect(2, PLAN).await;
    assert!(plan.contains("1 to add, 0 to change, 0 to destroy"), "{plan}");
    let applied = workspace.expect(0, APPLY).await;
    assert!(applied.contains("where = \"slot 0\""), "{applied}");
    assert_eq!(running.store.lock().unwrap()["a's password"].as_str(), Some("once"));
    let attributes = workspace.attributes().await;
    assert_eq!(attributes["parts"][1], json!({ "address": "mine", "name": "two" }));
    assert_eq!(attributes["password_once"], Json::Null);
    workspace.expect(0, PLAN).await;

    workspace.write(&thing(4));
    let changed = workspace.expect(0, APPLY).await;
    assert!(changed.contains("0 added, 1 changed, 0 destroyed"), "{changed}");
    workspace.expect(0, PLAN).await;

    workspace.write(&thing(13));
    let (code, failed) = workspace.run(APPLY).await;
    assert!(code == Some(1) && failed.contains("Error: Bad luck"), "{failed}");
    assert_eq!(workspace.attributes().await["size"], 4);

    workspace.write(&thing(4).replace("name          = \"a\"", "name          = \"b\""));
    let replaced = workspace.expect(0, APPLY).await;
    assert!(replaced.contains("forces replacement"), "{replaced}");
    let gone = workspace.expect(0, &["destroy", "-no-color", "-auto-approve"]).await;
    assert!(gone.contains("1 destroyed"), "{gone}");
    assert!(running.store.lock().unwrap().keys().all(|id| id.ends_with("password")));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_plans_clean_and_a_half_made_thing_is_tainted() {
    needs!(terraform().is_some(), NEED);
    let running = Running::start(Until::interrupted());
    let workspace = Workspace::new(&running.socket);
    let thing = |name: &str| format!("resource \"memory_thing\" \"a\" {{\n  name = {name:?}\n  size = 3\n}}\n");
    workspace.write(&thing("a"));
    workspace.expect(0, APPLY).await;
    workspace.expect(0, &["state", "rm", "memory_thing.a"]).await;
    workspace.expect(0, &["import", "-no-color", "memory_thing.a", "id of a"]).await;
    assert_eq!(workspace.attributes().await["size"], 3);
    workspace.expect(0, PLAN).await;
    workspace.expect(0, &["destroy", "-no-color", "-auto-approve"]).await;

    workspace.write(&thing("half"));
    let (code, failed) = workspace.run(APPLY).await;
    assert!(code == Some(1) && failed.contains("Error: Cannot start"), "{failed}");
    let plan = workspace.expect(2, PLAN).await;
    assert!(plan.contains("is tainted, so must be replaced"), "{plan}");

    workspace.write(&thing("nobody"));
    let (_, refused) = workspace.run(PLAN).await;
    assert!(refused.contains("Error: Bad name") && refused.contains("name = \"nobody\""), "{refused}");
}
