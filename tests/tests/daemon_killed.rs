//! libvirtd dies in the middle of an apply: errors, no panic; the next apply finishes the work; destroy leaves nothing.

use std::thread;
use std::time::{Duration, Instant};

use tests::libvirt::{PrivateDaemon, names};
use tests::needs;
use tests::terraform::{Run, Workspace};

const DOMAINS: usize = 50;

#[test]
fn libvirtd_is_killed_during_an_apply() {
    let daemon = PrivateDaemon::start();
    needs!(daemon.is_some(), "libvirtd that an ordinary user can start");
    let Some(mut daemon) = daemon else { return };
    let uri = daemon.uri();
    let configuration = format!(
        r#"
resource "libvirt_domain" "it" {{
  count       = {DOMAINS}
  name        = "killed-${{count.index}}"
  type        = "qemu"
  memory      = 64
  memory_unit = "MiB"
  os          = {{ type = "hvm" }}
}}
"#
    );
    let Some(terraform) = Workspace::new(&uri, &configuration) else { return };

    let mut apply = terraform.start(&["apply", "-no-color", "-input=false", "-auto-approve", "-parallelism=2"]);
    let start = Instant::now();
    let defined = || {
        let files = daemon.definitions().read_dir().map(|files| files.flatten().collect()).unwrap_or_else(|_| vec![]);
        files.iter().filter(|file| file.path().extension().is_some_and(|extension| extension == "xml")).count()
    };
    while defined() < 10 && start.elapsed() < Duration::from_secs(120) && matches!(apply.try_wait(), Ok(None)) {
        thread::sleep(Duration::from_millis(2));
    }
    let reached = defined();
    daemon.kill();
    let killed = Run::from(apply.wait_with_output().expect("terraform ends"));
    assert!(reached >= 10, "the apply got under way: {}\n{}", killed.out, killed.err);
    assert_eq!(killed.code, 1, "the apply noticed (it got {reached} of {DOMAINS} done before): {}", killed.out);
    assert!(killed.err.contains("Error: "), "{}", killed.err);
    for word in ["panicked", "panic:", "crashed", "plugin did not respond"] {
        assert!(!killed.err.contains(word), "{}", killed.err);
    }

    assert!(daemon.run(), "libvirtd starts again: {}", daemon.log());
    terraform.apply();
    terraform.expect_empty_plan("after the second apply");
    assert_eq!(names(&uri, &["list", "--all", "--name"]).len(), DOMAINS);

    terraform.destroy();
    assert_eq!(names(&uri, &["list", "--all", "--name"]), Vec::<String>::new());
}
