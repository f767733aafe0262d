//! libvirt over ssh, with an sshd of the test's own: who gets in, who does not, and what is message then.

use std::fs;
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use tempfile::TempDir;
use tests::libvirt::{Holder, Names, TEST, answers};
use tests::needs;
use tests::skip::{is_root, program};
use tests::terraform::{Diagnostic, Workspace};

/// An sshd for this user on a port of this machine. In its folder: `key` gets in, `other` does not, `known` has the
/// host's key.
struct Sshd {
    folder: TempDir,
    port: u16,
    process: Child,
}

impl Sshd {
    /// `None` where OpenSSH is not there, or its sshd does not run.
    fn start() -> Option<Sshd> {
        let sshd = program("sshd")?;
        program("ssh")?;
        if is_root() && !Path::new("/run/sshd").is_dir() {
            return None;
        }
        let folder = tempfile::tempdir().ok()?;
        let at = |name: &str| folder.path().join(name);
        for name in ["host", "key", "other"] {
            let made =
                Command::new("ssh-keygen").args(["-q", "-t", "ed25519", "-N", "", "-f"]).arg(at(name)).status().ok()?;
            made.success().then_some(())?;
        }
        fs::copy(at("key.pub"), at("allowed")).ok()?;
        let port = TcpListener::bind("127.0.0.1:0").ok()?.local_addr().ok()?.port();
        let key = fs::read_to_string(at("host.pub")).ok()?;
        fs::write(at("known"), format!("[127.0.0.1]:{port} {key}")).ok()?;
        let settings = format!(
            "ListenAddress 127.0.0.1:{port}\nHostKey {}\nAuthorizedKeysFile {}\nStrictModes no\nUsePAM no\nPidFile none\n\
             PasswordAuthentication no\nKbdInteractiveAuthentication no\n",
            at("host").display(),
            at("allowed").display()
        );
        fs::write(at("config"), settings).ok()?;
        let quiet = || Stdio::null();
        let process = Command::new(sshd)
            .args(["-D", "-f"])
            .arg(at("config"))
            .stdin(quiet())
            .stdout(quiet())
            .stderr(quiet())
            .spawn()
            .ok()?;
        let sshd = Sshd { folder, port, process };
        let start = Instant::now();
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            if start.elapsed() > Duration::from_secs(10) {
                return None;
            }
            thread::sleep(Duration::from_millis(50));
        }
        Some(sshd)
    }

    /// The test driver here, reached as `user`, with this key and these parameters.
    fn uri(&self, user: &str, key: &str, parameters: &str) -> String {
        let folder = self.folder.path().display();
        let parameters = parameters.replace("FOLDER", &folder.to_string());
        format!("test+ssh://{user}@127.0.0.1:{}/default?keyfile={folder}/{key}&{parameters}", self.port)
    }
}

impl Drop for Sshd {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn user() -> String {
    let output = Command::new("id").arg("-un").output().expect("id");
    String::from_utf8_lossy(&output.stdout).trim().to_string()
}

fn domain(name: &str) -> String {
    format!(
        "resource \"libvirt_domain\" \"it\" {{\n  name = \"{name}\"\n  type = \"test\"\n  memory = 64\n  \
         memory_unit = \"MiB\"\n  os = {{ type = \"hvm\" }}\n}}\n"
    )
}

/// The one error of an apply that cannot connect.
fn refused(uri: &str) -> String {
    let Some(terraform) = Workspace::new(uri, &domain("never-made")) else { return String::new() };
    let (_, found) = terraform.apply_fails();
    let errors: Vec<Diagnostic> = found.into_iter().filter(|one| one.severity == "error").collect();
    assert_eq!(errors.len(), 1, "{errors:#?}");
    errors[0].text()
}

#[test]
fn over_ssh() {
    needs!(answers(TEST), "libvirt at test+unix:///default");
    let sshd = Sshd::start();
    needs!(sshd.is_some(), "OpenSSH's server and client (and /run/sshd for root)");
    let Some(sshd) = sshd else { return };
    let _holder = Holder::new(TEST);
    let (names, me) = (Names::new(TEST, "ssh"), user());

    for parameters in [
        "knownhosts=FOLDER/known",
        "known_hosts=FOLDER/known&known_hosts_verify=normal&sshauth=agent,privkey",
        "knownhosts=FOLDER/new&known_hosts_verify=auto",
        "knownhosts=FOLDER/newer&no_verify",
    ] {
        let Some(terraform) = Workspace::new(&sshd.uri(&me, "key", parameters), &domain(names.prefix())) else {
            return;
        };
        terraform.apply();
        terraform.expect_empty_plan(parameters);
        terraform.destroy();
        names.expect_nothing_left();
    }

    let message = refused(&sshd.uri(&me, "key", "knownhosts=FOLDER/none"));
    assert!(message.contains("Host key verification failed") && message.contains("known_hosts"), "{message}");
    let message = refused(&sshd.uri(&format!("{me}:hunter2"), "other", "knownhosts=FOLDER/known"));
    assert!(message.contains("Permission denied") && message.contains("keyfile="), "{message}");
    assert!(!message.contains("hunter2"), "a password in the uri is shown to nobody: {message}");
}
