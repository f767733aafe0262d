//! Tests that need what is not there say so and pass.

use std::env;
use std::fs::OpenOptions;
use std::io::Write;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

/// Notes that a test was skipped, on standard error (past the test harness, which hides what passing tests print)
/// and in the file that `SKIPPED_TESTS` names, which `make test` shows at its end.
pub fn skipped(need: &str) {
    let line = format!("skipped: needs {need}\n");
    let _ = std::io::stderr().write_all(line.as_bytes());
    if let Some(path) = env::var_os("SKIPPED_TESTS")
        && let Ok(mut file) = OpenOptions::new().append(true).create(true).open(path)
    {
        let _ = file.write_all(line.as_bytes());
    }
}

/// The program of this name on PATH or where system programs are.
pub fn program(name: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    let system = ["/usr/sbin", "/sbin"].map(PathBuf::from);
    env::split_paths(&path).chain(system).map(|folder| folder.join(name)).find(|file| file.is_file())
}

/// Terraform or OpenTofu: the one that `TERRAFORM` names, else the first on PATH.
pub fn terraform() -> Option<PathBuf> {
    env::var_os("TERRAFORM").map(PathBuf::from).or_else(|| program("terraform")).or_else(|| program("tofu"))
}

/// Whether this process may do what only root may.
pub fn is_root() -> bool {
    Path::new("/proc/self").metadata().is_ok_and(|process| process.uid() == 0)
}

/// Leaves the test, noting what it needs, unless the condition holds.
#[macro_export]
macro_rules! needs {
    ($condition:expr, $need:expr) => {
        if !$condition {
            $crate::skip::skipped($need);
            return;
        }
    };
}

/// Keeps libvirt's test driver alive for a test: `let _holder = test_driver!();`. Returns from the test without it.
#[macro_export]
macro_rules! test_driver {
    () => {{
        $crate::needs!($crate::libvirt::answers($crate::libvirt::TEST), "libvirt at test+unix:///default");
        let holder = $crate::libvirt::Holder::new($crate::libvirt::TEST);
        $crate::needs!(holder.is_some(), "libvirt at test+unix:///default");
        holder
    }};
}

/// Leaves the test without the system's QEMU.
#[macro_export]
macro_rules! system {
    () => {
        $crate::needs!($crate::libvirt::answers($crate::libvirt::SYSTEM), "libvirt at qemu:///system");
    };
}
