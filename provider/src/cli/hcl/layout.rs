//! Where line breaks and blanks go, as `terraform fmt` has them. Knows expressions as text; must not know values.

use super::quote::MARK;

/// An expression to be laid out.
#[derive(Clone, Debug, PartialEq)]
pub enum Expression {
    /// A number, bool or quoted string.
    Scalar(String),
    /// A heredoc's lines.
    Heredoc(Vec<String>),
    /// A list.
    List(Vec<Expression>),
    /// An object.
    Object(Members),
}

/// What is in an object or block.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Members {
    /// Comments, which stand before everything else.
    pub comments: Vec<String>,
    /// The members.
    pub entries: Vec<(String, Expression)>,
}

/// No line is made longer than this, where that can be helped.
const WIDTH: usize = 80;

/// No more values than this stand on one line.
const VALUES: usize = 3;

impl Expression {
    /// The expression on one line, where it is short and simple enough for `room` columns.
    fn on_one_line(&self, room: usize) -> Option<String> {
        if self.values() > VALUES {
            return None;
        }
        self.inline().filter(|line| line.chars().count() <= room || matches!(self, Expression::Scalar(_)))
    }

    /// The expression on one line of any length, if nothing in it takes several.
    pub fn inline(&self) -> Option<String> {
        match self {
            Expression::Scalar(text) => Some(text.clone()),
            Expression::Heredoc(_) => None,
            Expression::List(items) => {
                let items: Option<Vec<String>> = items.iter().map(Expression::inline).collect();
                Some(format!("[{}]", items?.join(", ")))
            }
            Expression::Object(members) if !members.comments.is_empty() => None,
            Expression::Object(members) if members.entries.is_empty() => Some("{}".to_string()),
            Expression::Object(members) => {
                let member = |(name, value): &(String, Expression)| Some(format!("{name} = {}", value.inline()?));
                let members: Option<Vec<String>> = members.entries.iter().map(member).collect();
                Some(format!("{{ {} }}", members?.join(", ")))
            }
        }
    }

    fn values(&self) -> usize {
        match self {
            Expression::Scalar(_) | Expression::Heredoc(_) => 1,
            Expression::List(items) => items.iter().map(Expression::values).sum(),
            Expression::Object(members) => members.entries.iter().map(|(_, value)| value.values()).sum(),
        }
    }
}

/// The members of an object or block, each on lines of its own. The equals signs of neighbours that take one line
/// each stand below each other.
pub fn members(members: &Members, level: usize, out: &mut String) {
    for comment in &members.comments {
        indent(level, out);
        out.push_str(comment);
        out.push('\n');
    }
    let mut lines: Vec<(&str, &Expression, Option<String>)> = Vec::new();
    for (name, value) in &members.entries {
        let room = WIDTH.saturating_sub(2 * level + name.len() + 3);
        lines.push((name, value, value.on_one_line(room)));
    }
    let mut at = 0;
    while at < lines.len() {
        let aligned = aligned(&lines[at..]);
        let width = lines[at..at + aligned].iter().map(|(name, ..)| name.len()).max().unwrap_or_default();
        for (name, value, line) in &lines[at..at + aligned] {
            indent(level, out);
            out.push_str(&format!("{name:width$} = "));
            match line {
                Some(line) => out.push_str(line),
                None => several_lines(value, level, out),
            }
            out.push('\n');
        }
        at += aligned;
    }
}

/// How many of the first lines share a column: those of one line each, heredocs among them; else just one.
fn aligned(lines: &[(&str, &Expression, Option<String>)]) -> usize {
    let shares = |(_, value, line): &&(&str, &Expression, Option<String>)| {
        line.is_some() || matches!(value, Expression::Heredoc(_))
    };
    lines.iter().take_while(shares).count().max(1)
}

fn several_lines(value: &Expression, level: usize, out: &mut String) {
    match value {
        Expression::Scalar(text) => out.push_str(text),
        Expression::Heredoc(lines) => heredoc(lines, level, out),
        Expression::Object(inner) => {
            out.push_str("{\n");
            members(inner, level + 1, out);
            indent(level, out);
            out.push('}');
        }
        Expression::List(items) => {
            out.push_str("[\n");
            for item in items {
                indent(level + 1, out);
                match item.on_one_line(WIDTH.saturating_sub(2 * level + 3)) {
                    Some(line) => out.push_str(&line),
                    None => several_lines(item, level + 1, out),
                }
                out.push_str(",\n");
            }
            indent(level, out);
            out.push(']');
        }
    }
}

fn heredoc(lines: &[String], level: usize, out: &mut String) {
    out.push_str(&format!("<<-{MARK}\n"));
    for line in lines {
        if !line.is_empty() {
            indent(level + 1, out);
        }
        out.push_str(line);
        out.push('\n');
    }
    indent(level, out);
    out.push_str(MARK);
}

fn indent(level: usize, out: &mut String) {
    out.extend(std::iter::repeat_n("  ", level));
}
