//! Texts that match a regular expression. Knows the syntax of expressions; must not know what the texts are for.

use regex_syntax::hir::{Class, Hir, HirKind, Repetition};

use crate::random::Random;

/// A repetition without a bound is repeated this many times more than it must be, at most.
const MORE: usize = 3;

/// A text that matches the expression, or `None` where it is none.
pub fn matching(expression: &str, random: &mut Random) -> Option<String> {
    let hir = regex_syntax::parse(expression).ok()?;
    let mut text = String::new();
    write(&hir, random, &mut text);
    Some(text)
}

fn write(hir: &Hir, random: &mut Random, text: &mut String) {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => {}
        HirKind::Literal(literal) => text.push_str(&String::from_utf8_lossy(&literal.0)),
        HirKind::Class(class) => text.extend(character(class, random)),
        HirKind::Repetition(repetition) => repeat(repetition, random, text),
        HirKind::Capture(capture) => write(&capture.sub, random, text),
        HirKind::Concat(parts) => parts.iter().for_each(|part| write(part, random, text)),
        HirKind::Alternation(parts) => parts.get(random.below(parts.len())).into_iter().for_each(|part| {
            write(part, random, text);
        }),
    }
}

fn repeat(repetition: &Repetition, random: &mut Random, text: &mut String) {
    let least = repetition.min as usize;
    let most = repetition.max.map_or(least + MORE, |max| (max as usize).min(least + MORE));
    for _ in 0..least + random.below(most - least + 1) {
        write(&repetition.sub, random, text);
    }
}

/// One of the class, of printable ASCII where it has some.
fn character(class: &Class, random: &mut Random) -> Option<char> {
    let ranges: Vec<(u32, u32)> = match class {
        Class::Unicode(class) => class.iter().map(|range| (range.start() as u32, range.end() as u32)).collect(),
        Class::Bytes(class) => class.iter().map(|range| (range.start().into(), range.end().into())).collect(),
    };
    let printable: Vec<char> =
        ('!'..='~').filter(|c| ranges.iter().any(|(a, b)| (*a..=*b).contains(&(*c as u32)))).collect();
    let letters: Vec<char> = printable.iter().copied().filter(char::is_ascii_alphanumeric).collect();
    // Letters and digits four times in five: names that people could have given, and the others too.
    let preferred = if letters.is_empty() || random.below(5) == 0 { &printable } else { &letters };
    random.one(preferred).copied().or_else(|| ranges.first().and_then(|(start, _)| char::from_u32(*start)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use provider_core::shape::Pattern;

    #[test]
    fn texts_match() {
        let mut random = Random::new(1);
        for expression in ["^(?:(0x)?[0-9a-fA-F]{1,8})$", "^(?:[^/\\n]+)$", "^(?:(a|bc)+,.{0,3})$", "^(?:/.*)$"] {
            for _ in 0..100 {
                let text = matching(expression, &mut random).unwrap();
                assert!(Pattern::new(expression.to_string().leak()).matches(&text), "{expression}: {text}");
            }
        }
    }
}
