//! The provider's `convert` over many documents: to a format and back. Knows the command line; must not know what the
//! documents say.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use crate::corpus::Sample;
use crate::terraform::provider_binary;

/// Converts files of a kind into a folder.
pub fn convert(kind: &str, from: &str, to: &str, out: &Path, files: &[PathBuf]) -> Output {
    convert_with(&[], kind, from, to, out, files)
}

/// The same with more options.
pub fn convert_with(options: &[&str], kind: &str, from: &str, to: &str, out: &Path, files: &[PathBuf]) -> Output {
    Command::new(provider_binary())
        .args(["convert", "--kind", kind, "--from", from, "--to", to])
        .args(options)
        .arg("--out")
        .arg(out)
        .args(files)
        .output()
        .expect("the provider runs")
}

/// Converts samples of a kind to a format, whose files have this extension, and back. Nothing fails; the documents that
/// came back, in the samples' order. All is in the folder, by position, since samples may share a name.
pub fn there_and_back(kind: &str, format: &str, extension: &str, samples: &[&Sample], folder: &Path) -> Vec<PathBuf> {
    let [from, out, back] = ["before", format, "after"].map(|name| folder.join(kind).join(name));
    let files = |folder: &Path, extension: &str| -> Vec<PathBuf> {
        (0..samples.len()).map(|position| folder.join(format!("{position}.{extension}"))).collect()
    };
    std::fs::create_dir_all(&from).expect("a temporary folder");
    for (sample, file) in samples.iter().zip(files(&from, "xml")) {
        std::fs::write(file, &sample.text).expect("a temporary file");
    }
    expect_success(&convert(kind, "xml", format, &out, &files(&from, "xml")));
    expect_success(&convert(kind, format, "xml", &back, &files(&out, extension)));
    files(&back, "xml")
}

/// Fails with what stands on standard error.
pub fn expect_success(output: &Output) {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}
