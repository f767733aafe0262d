//! `sort-documents TREE FOLDER`: sorts the documents of a libvirt source tree into a folder for the tests. Knows the
//! command line only.

use std::path::Path;
use std::process::ExitCode;

use tests::source_tree;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [tree, folder] = arguments.as_slice() else {
        eprintln!("usage: sort-documents TREE FOLDER");
        return ExitCode::from(2);
    };
    match source_tree::sort(Path::new(tree), Path::new(folder)) {
        Ok(sorted) => {
            println!("{sorted}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{tree}: {error}");
            ExitCode::FAILURE
        }
    }
}
