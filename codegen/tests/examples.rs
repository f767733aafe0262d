//! Every attribute in an example of the documentation exists. Terraform drops unknown keys inside nested objects
//! without a word, so applying an example does not show it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use codegen::{Sources, model};

/// What a resource has besides its attributes.
const TERRAFORM: &[&str] = &["count", "for_each", "depends_on", "provider", "lifecycle"];

/// An object, list or block that is being read: what it is called and which key of it was last.
#[derive(Default)]
struct Frame {
    name: String,
    words: Vec<String>,
    key: String,
}

/// The paths of keys in the resource blocks of a text, by resource: `devices.disks.source`.
fn keys(hcl: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut frames = vec![Frame::default()];
    let mut characters = hcl.chars().peekable();
    while let Some(character) = characters.next() {
        let top = frames.last_mut().unwrap();
        match character {
            '#' => while characters.next_if(|next| *next != '\n').is_some() {},
            '"' => top.words.push(quoted(&mut characters)),
            // Keys of what a function is given are no attributes.
            '(' => arguments(&mut characters),
            '{' | '[' => {
                let name = if top.key.is_empty() { top.words.join(" ") } else { top.key.clone() };
                let name = if top.name == "[" { String::new() } else { name };
                frames.push(Frame { name, ..Frame::default() });
                if character == '[' {
                    frames.push(Frame { name: "[".to_string(), ..Frame::default() });
                }
            }
            '}' => drop(frames.pop()),
            ']' => frames.truncate(frames.len() - 2),
            '=' if characters.next_if_eq(&'=').is_none() => {
                top.key = top.words.pop().unwrap_or_default();
                let names = frames.iter().skip(2).map(|frame| &frame.name).chain(frames.last().map(|top| &top.key));
                let path: Vec<&str> = names.map(String::as_str).filter(|name| !["", "["].contains(name)).collect();
                let block = frames.get(1).and_then(|block| block.name.strip_prefix("resource "));
                if let Some(resource) = block.and_then(|block| block.split(' ').next()) {
                    found.push((resource.to_string(), path.join(".")));
                }
            }
            ',' | '\n' => (top.key, top.words) = (String::new(), vec![]),
            other if other.is_alphanumeric() || other == '_' => {
                let mut word = String::from(other);
                while let Some(next) = characters.next_if(|next| next.is_alphanumeric() || "_.-".contains(*next)) {
                    word.push(next);
                }
                top.words.push(word);
            }
            _ => {}
        }
    }
    found
}

/// The rest of a string; what is interpolated stays in it.
fn quoted(characters: &mut impl Iterator<Item = char>) -> String {
    let mut text = String::new();
    while let Some(character) = characters.next().filter(|character| *character != '"') {
        if character == '\\' {
            characters.next();
        }
        text.push(character);
    }
    text
}

/// Passes over the rest of a function's arguments.
fn arguments(characters: &mut impl Iterator<Item = char>) {
    let mut open = 1;
    while open > 0
        && let Some(character) = characters.next()
    {
        match character {
            '"' => drop(quoted(characters)),
            '(' => open += 1,
            ')' => open -= 1,
            _ => {}
        }
    }
}

#[test]
fn keys_are_found() {
    let text = "resource \"some_doc\" \"a\" {\n  name = \"x = 1\" # b = 2\n  text = f(g({ a = \")\" }), { b = 1 })\n  parts = [{ mode = \"fast\" }, { on = true }]\n}\n";
    let found: Vec<String> = keys(text).into_iter().map(|(resource, path)| format!("{resource}.{path}")).collect();
    assert_eq!(found, ["some_doc.name", "some_doc.text", "some_doc.parts", "some_doc.parts.mode", "some_doc.parts.on"]);
}

fn pages(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            pages(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "md" || ending == "tf") {
            found.push(path);
        }
    }
}

/// The `hcl` blocks of a page; all of a `.tf` file.
fn configuration(path: &Path) -> String {
    let text = std::fs::read_to_string(path).unwrap();
    if path.extension().is_some_and(|ending| ending == "tf") {
        return text;
    }
    let blocks = text.split("```hcl\n").skip(1).filter_map(|block| block.split("```").next());
    blocks.collect()
}

#[test]
fn attributes_in_examples_exist() {
    let top = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let model = model(&Sources::read(top).unwrap());
    let known: BTreeMap<&str, BTreeSet<String>> = model
        .trees
        .iter()
        .filter_map(|tree| {
            let paths = tree.placed().into_iter().map(|placed| placed.place.terraform.replace("[]", ""));
            Some((tree.resource.as_deref()?, paths.collect()))
        })
        .collect();
    let mut files = vec![top.join("README.md")];
    pages(&top.join("docs"), &mut files);
    let mut wrong = Vec::new();
    let mut count = 0;
    for file in files {
        for (resource, path) in keys(&configuration(&file)) {
            let Some(known) = known.get(resource.as_str()) else { continue };
            let first = path.split('.').next().unwrap_or_default();
            count += 1;
            if !known.contains(&path) && !TERRAFORM.contains(&first) {
                wrong.push(format!("{}: {resource} has no {path}", file.display()));
            }
        }
    }
    assert!(count > 50, "{count} attributes in examples");
    assert_eq!(wrong, Vec::<String>::new());
}
