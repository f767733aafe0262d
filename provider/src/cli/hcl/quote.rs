//! Strings as HCL writes them, in quotes or as a heredoc. Knows HCL's escapes only.

use std::fmt::Write;

use provider_core::canonical::canonical;

/// The mark at both ends of a heredoc.
pub const MARK: &str = "EOT";

/// A string in quotes.
pub fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for character in escaped_templates(text).chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            control if control.is_control() => {
                let _ = write!(out, "\\u{:04x}", u32::from(control));
            }
            other => out.push(other),
        }
    }
    out.push('"');
    out
}

/// The lines of a heredoc (`<<-`) for a text, not yet indented; `None` where it would not give back exactly this text.
/// XML only has to mean the same.
pub fn heredoc(text: &str, is_xml: bool) -> Option<Vec<String>> {
    if !text.trim_end().contains('\n') {
        return None;
    }
    let text = if is_xml { as_lines(text)? } else { text.strip_suffix('\n')?.to_string() };
    let lines: Vec<&str> = text.split('\n').collect();
    let fits = |line: &&str| {
        !line.chars().any(|c| c.is_control() && c != '\t')
            && line.trim() != MARK
            && (line.is_empty() || !line.trim().is_empty())
    };
    // The smallest indentation is taken off when it is read.
    let some_at_the_edge = lines.iter().any(|line| line.starts_with(|first: char| !first.is_whitespace()));
    let holds = some_at_the_edge && lines.iter().all(fits);
    holds.then(|| lines.iter().map(|line| escaped_templates(line)).collect())
}

/// XML whose first line stands at the edge, the others moved there with it where that does not change what it says.
fn as_lines(text: &str) -> Option<String> {
    let mut lines = text.trim().split('\n');
    let first = lines.next()?.trim_end();
    let indentation = |line: &str| line.len() - line.trim_start_matches(' ').len();
    let rest: Vec<&str> = lines.map(str::trim_end).collect();
    let common = rest.iter().filter(|line| !line.is_empty()).map(|line| indentation(line)).min().unwrap_or(0);
    let moved = rest.iter().map(|line| line.get(common..).unwrap_or_default());
    let moved: Vec<&str> = std::iter::once(first).chain(moved).collect();
    let moved = moved.join("\n");
    (canonical(&moved) == canonical(text)).then_some(moved)
}

/// `${` and `%{` would start a template.
fn escaped_templates(text: &str) -> String {
    text.replace("${", "$${").replace("%{", "%%{")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_are_escaped() {
        let rows = [
            ("a", r#""a""#),
            ("a\"b\\c\n\t\r\u{1}", r#""a\"b\\c\n\t\r\u0001""#),
            ("${a} %{b} $c $$ %", r#""$${a} %%{b} $c $$ %""#),
            ("$${a}", r#""$$${a}""#),
            ("ü€", r#""ü€""#),
        ];
        for (text, written) in rows {
            assert_eq!(quoted(text), written);
        }
    }

    #[test]
    fn heredocs_give_back_exactly_the_text() {
        let rows: [(&str, Option<&[&str]>); 8] = [
            ("a\n", None),
            ("a\nb", None),
            ("a\n b\n\n${c}\n", Some(&["a", " b", "", "$${c}"])),
            (" a\n b\n", None),
            ("a\r\nb\n", None),
            ("a\n  \nb\n", None),
            ("a\nEOT\n", None),
            ("\na\n", Some(&["", "a"])),
        ];
        for (text, lines) in rows {
            let found = heredoc(text, false);
            assert_eq!(
                found.as_deref().map(|lines| lines.iter().map(String::as_str).collect::<Vec<_>>()),
                lines.map(<[&str]>::to_vec),
                "{text:?}"
            );
        }
    }

    #[test]
    fn xml_is_moved_to_the_edge_where_it_means_the_same() {
        let moved = heredoc("<a>\n      <b/>\n    </a>", true);
        assert_eq!(moved, Some(vec!["<a>".into(), "  <b/>".into(), "</a>".into()]));
        assert_eq!(heredoc("<a>x\n    y</a>", true), None);
    }
}
