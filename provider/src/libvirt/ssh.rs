//! The program that libvirt runs for ssh. Knows ssh's options; must not know uris.
//!
//! libvirt passes port, user and key on to ssh, and of the host's key only whether it is checked. For everything else there
//! is a script of ours in between, which is there while a connection is being opened.

use std::fs::Permissions;
use std::io::Write;
use std::os::unix::fs::PermissionsExt;

use tempfile::TempPath;
use virt::sys;

use super::{Error, Result};

/// What libvirt runs instead of `ssh`.
pub(super) enum Program {
    /// What the user named, if anything.
    Theirs(Option<String>),
    /// Our script.
    Ours(TempPath),
}

impl Program {
    /// `command`, or `ssh`, with these `-o` options.
    pub(super) fn new(options: &[String], command: Option<&str>) -> Result<Program> {
        if options.is_empty() {
            return Ok(Program::Theirs(command.map(str::to_string)));
        }
        let failed = |error: std::io::Error| {
            Error::new("mkstemp", sys::VIR_ERR_SYSTEM_ERROR, format!("cannot write a script that runs ssh: {error}"))
        };
        let mut script = tempfile::Builder::new()
            .prefix("libvirt-ssh-")
            .permissions(Permissions::from_mode(0o700))
            .tempfile()
            .map_err(failed)?;
        script.write_all(text(options, command.unwrap_or("ssh")).as_bytes()).map_err(failed)?;
        // Closed: Linux runs no file that somebody has open for writing.
        Ok(Program::Ours(script.into_temp_path()))
    }

    /// What stands in the uri as the command.
    pub(super) fn command(&self) -> Option<&str> {
        match self {
            Program::Theirs(command) => command.as_deref(),
            Program::Ours(script) => script.to_str(),
        }
    }
}

fn text(options: &[String], command: &str) -> String {
    let options: String = options.iter().map(|option| format!(" -o {}", quoted(option))).collect();
    format!("#!/bin/sh\nexec {}{options} \"$@\"\n", quoted(command))
}

/// A word that the shell takes as it is.
fn quoted(word: &str) -> String {
    format!("'{}'", word.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::process::Command;

    use super::*;

    #[test]
    fn options_come_before_what_libvirt_passes() {
        let options = ["A=\"/it's $HOME\"".to_string(), "B=c".to_string()];
        let program = Program::new(&options, Some("echo")).unwrap();
        let path = program.command().unwrap().to_string();
        let output = Command::new(&path).args(["-p", "22"]).output().unwrap();
        assert_eq!(String::from_utf8_lossy(&output.stdout), "-o A=\"/it's $HOME\" -o B=c -p 22\n");
        drop(program);
        assert!(!Path::new(&path).exists());
    }

    #[test]
    fn without_options_there_is_no_script() {
        assert_eq!(Program::new(&[], None).unwrap().command(), None);
        assert_eq!(Program::new(&[], Some("/bin/ssh")).unwrap().command(), Some("/bin/ssh"));
    }
}
