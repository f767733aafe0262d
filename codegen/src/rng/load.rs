//! A start file and all it includes into one grammar: includes followed, `combine="choice"` joined, nested
//! grammars lifted into the one scope under names of their own. Reads files; knows no construct's meaning.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::parse::{Parsed, parse};
use super::pattern::{Definitions, Grammar, Pattern};
use super::{RngError, simplify};

/// Loads the grammar that starts in `directory/file`, simplified.
pub fn load(directory: &Path, file: &str) -> Result<Grammar, RngError> {
    let mut loader = Loader { directory };
    let text = loader.read(file)?;
    let parsed = loader.parse(file, &text)?;
    let (start, defines) = loader.resolve(parsed, vec![file.to_string()])?;
    let mut grammar = Grammar { start, defines };
    lift_nested(&mut grammar);
    check_references(file, &grammar)?;
    Ok(simplify::simplify(grammar))
}

struct Loader<'a> {
    directory: &'a Path,
}

impl Loader<'_> {
    fn read(&self, file: &str) -> Result<String, RngError> {
        std::fs::read_to_string(self.directory.join(file))
            .map_err(|source| RngError::Read { file: file.to_string(), source })
    }

    fn parse(&mut self, file: &str, text: &str) -> Result<Parsed, RngError> {
        parse(file, text, &mut |inner| self.resolve(inner, vec![file.to_string()]))
    }

    /// Follows the includes of `parsed`. A file included twice says the same thing twice, and counts once.
    fn resolve(&mut self, parsed: Parsed, mut seen: Vec<String>) -> Result<(Pattern, Definitions), RngError> {
        let mut starts = Vec::new();
        let mut defines: BTreeMap<String, Vec<Pattern>> = BTreeMap::new();
        let mut waiting = vec![parsed];
        while let Some(next) = waiting.pop() {
            starts.extend(next.starts);
            for (name, pattern) in next.defines {
                let alternatives = defines.entry(name).or_default();
                if !alternatives.contains(&pattern) {
                    alternatives.push(pattern);
                }
            }
            for file in next.includes {
                if !seen.contains(&file) {
                    let text = self.read(&file)?;
                    waiting.push(self.parse(&file, &text)?);
                    seen.push(file);
                }
            }
        }
        let defines = defines.into_iter().map(|(name, alternatives)| (name, one_of(alternatives))).collect();
        Ok((one_of(starts), defines))
    }
}

fn one_of(mut alternatives: Vec<Pattern>) -> Pattern {
    if alternatives.len() == 1 { alternatives.remove(0) } else { Pattern::Choice(alternatives) }
}

/// Moves the defines of nested grammars into the outer scope. A nested define that means the same as the outer one
/// of its name is that one; the others get a name with a number behind it.
fn lift_nested(grammar: &mut Grammar) {
    let mut lifted = Definitions::new();
    let mut count = 0;
    grammar.start = lift(std::mem::replace(&mut grammar.start, Pattern::Empty), &mut lifted, &mut count);
    let defines = std::mem::take(&mut grammar.defines);
    for (name, pattern) in defines {
        let pattern = lift(pattern, &mut lifted, &mut count);
        grammar.defines.insert(name, pattern);
    }
    grammar.defines.extend(lifted);
    merge_equal_defines(grammar);
}

fn lift(pattern: Pattern, lifted: &mut Definitions, count: &mut usize) -> Pattern {
    match pattern {
        Pattern::Nested(nested) => {
            *count += 1;
            let scope = *count;
            // First the names: what is lifted out of a grammar still further in has its own by then.
            for (name, pattern) in nested.defines {
                let pattern = lift(rename(pattern, scope), lifted, count);
                lifted.insert(scoped(&name, scope), pattern);
            }
            lift(rename(nested.start, scope), lifted, count)
        }
        other => other.map(|inner| lift(inner, lifted, count)),
    }
}

fn rename(pattern: Pattern, scope: usize) -> Pattern {
    match pattern {
        Pattern::Ref(name) => Pattern::Ref(scoped(&name, scope)),
        other => other.map(|inner| rename(inner, scope)),
    }
}

fn scoped(name: &str, scope: usize) -> String {
    format!("{name}.{scope}")
}

/// Defines that mean the same become the one with the shortest, then first, name. Found by splitting classes:
/// at first all defines are thought equal, then distinguished until nothing more does.
fn merge_equal_defines(grammar: &mut Grammar) {
    let base = |name: &str| name.split('.').next().unwrap_or(name).to_string();
    // Only defines of the same base name may merge: two names libvirt chose stay two names.
    let mut class: BTreeMap<String, String> = grammar.defines.keys().map(|name| (name.clone(), base(name))).collect();
    loop {
        let mut groups: BTreeMap<(String, Pattern), Vec<String>> = BTreeMap::new();
        for (name, pattern) in &grammar.defines {
            let seen = with_refs(pattern.clone(), &class);
            groups.entry((base(name), seen)).or_default().push(name.clone());
        }
        let mut next = BTreeMap::new();
        for members in groups.into_values() {
            let first = members.iter().min_by_key(|name| (name.len(), *name)).cloned().unwrap_or_default();
            next.extend(members.into_iter().map(|name| (name, first.clone())));
        }
        let stable = classes(&next) == classes(&class);
        class = next;
        if stable {
            break;
        }
    }
    grammar.start = with_refs(grammar.start.clone(), &class);
    let defines = std::mem::take(&mut grammar.defines);
    for (name, pattern) in defines {
        if class.get(&name) == Some(&name) {
            grammar.defines.insert(name, with_refs(pattern, &class));
        }
    }
}

fn classes(class: &BTreeMap<String, String>) -> usize {
    class.values().collect::<BTreeSet<_>>().len()
}

fn with_refs(pattern: Pattern, class: &BTreeMap<String, String>) -> Pattern {
    match pattern {
        Pattern::Ref(name) => Pattern::Ref(class.get(&name).cloned().unwrap_or(name)),
        other => other.map(|inner| with_refs(inner, class)),
    }
}

fn check_references(file: &str, grammar: &Grammar) -> Result<(), RngError> {
    fn check(file: &str, pattern: &Pattern, defines: &Definitions) -> Result<(), RngError> {
        match pattern {
            Pattern::Ref(name) if !defines.contains_key(name) => {
                Err(RngError::Undefined { file: file.to_string(), name: name.clone() })
            }
            other => other.children().into_iter().try_for_each(|inner| check(file, inner, defines)),
        }
    }
    check(file, &grammar.start, &grammar.defines)?;
    grammar.defines.values().try_for_each(|pattern| check(file, pattern, &grammar.defines))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_grammar_within_a_nested_one_has_a_scope_of_its_own() {
        let scope = |start: &str, text: &str| {
            let define = format!("<define name='a'><element name='{text}'><text/></element></define>");
            format!("<grammar xmlns='http://relaxng.org/ns/structure/1.0'><start>{start}</start>{define}</grammar>")
        };
        let own = "<ref name='a'/>";
        let innermost = scope(own, "z");
        let inner = scope(&format!("<group>{own}{innermost}</group>"), "y");
        let outer = scope(&format!("<element name='doc'>{own}{inner}</element>"), "x");
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("doc.rng"), outer).unwrap();
        let grammar = load(folder.path(), "doc.rng").unwrap();
        let text = crate::rng::write::write(&grammar);
        for name in ["x", "y", "z"] {
            assert_eq!(text.matches(&format!("<element name=\"{name}\">")).count(), 1, "{text}");
        }
    }
}
