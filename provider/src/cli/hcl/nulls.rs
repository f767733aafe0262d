//! HCL text without the attributes that are null, all else as it stands. Knows the language's syntax and how
//! `terraform fmt` aligns; must not know shapes nor any attribute.

use std::ops::Range;

use hcl_edit::Span;
use hcl_edit::expr::{Expression, Object, ObjectKey};
use hcl_edit::parser::parse_body;
use hcl_edit::structure::{Block, Body};

/// A text without its nulls.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WithoutNulls {
    /// The text.
    pub text: String,
    /// How many attributes were removed.
    pub removed: usize,
    /// Those of them that Terraform marks as sensitive: the byte where each was, the block it was in, its path.
    pub sensitive: Vec<(usize, String, String)>,
}

/// Removes the attributes that are null from the blocks for which `is_ours` holds: from the block itself and from the
/// objects written out in it, alone or in lists. An object that has no attribute left becomes `{}`: that it is there
/// says which variant of a choice, or that an element is wanted.
pub fn without_nulls(text: &str, is_ours: impl Fn(&Block) -> bool) -> Result<WithoutNulls, String> {
    let body = parse_body(text).map_err(|error| error.to_string())?;
    let mut pass = Pass { text, block: String::new(), edits: Vec::new(), removed: 0, sensitive: Vec::new() };
    for block in body.blocks().filter(|block| is_ours(block)) {
        pass.block = block.labels.iter().map(|label| label.as_str()).collect::<Vec<_>>().join(".");
        pass.body(&block.body);
    }
    let Pass { edits, removed, sensitive, .. } = pass;
    let text = edited(text, edits);
    // What is written over a file must be what Terraform can read.
    parse_body(&text).map_err(|error| format!("the nulls cannot be removed: {error}"))?;
    Ok(WithoutNulls { text, removed, sensitive })
}

/// The text with ranges replaced. A range in another one goes with it.
fn edited(text: &str, mut edits: Vec<(Range<usize>, String)>) -> String {
    edits.sort_by_key(|(range, _)| (range.start, std::cmp::Reverse(range.end)));
    let (mut written, mut at) = (String::with_capacity(text.len()), 0);
    for (range, replacement) in edits {
        if range.start < at {
            continue;
        }
        written.push_str(&text[at..range.start]);
        written.push_str(&replacement);
        at = range.end;
    }
    written.push_str(&text[at..]);
    written
}

/// An attribute of a body or of an object.
struct Member<'e> {
    name: String,
    key: Range<usize>,
    value: Range<usize>,
    expression: &'e Expression,
}

/// A member that stays, and what is known of the line it will be on.
struct Kept {
    key: Range<usize>,
    value: Range<usize>,
    is_one_line: bool,
    /// Whether it was on several lines before.
    is_new: bool,
}

struct Pass<'t> {
    text: &'t str,
    block: String,
    edits: Vec<(Range<usize>, String)>,
    removed: usize,
    sensitive: Vec<(usize, String, String)>,
}

impl Pass<'_> {
    fn body(&mut self, body: &Body) {
        let members = body.attributes().filter_map(|attribute| {
            let (key, value) = (attribute.key.span()?, attribute.value.span()?);
            Some(Member { name: attribute.key.to_string(), key, value, expression: &attribute.value })
        });
        let members: Vec<Member> = members.collect();
        self.members(&members, "");
    }

    /// Whether nothing is left of an object.
    fn object(&mut self, object: &Object, whole: &Range<usize>, path: &str) -> bool {
        let members = object.iter().filter_map(|(key, value)| {
            let name = match key {
                ObjectKey::Ident(name) => name.as_str().to_string(),
                ObjectKey::Expression(Expression::String(name)) => name.as_str().to_string(),
                ObjectKey::Expression(_) => "(...)".to_string(),
            };
            Some(Member { name, key: key.span()?, value: value.expr().span()?, expression: value.expr() })
        });
        let members: Vec<Member> = members.collect();
        let removed = self.members(&members, path);
        let within = whole.start + 1..whole.end.saturating_sub(1);
        let is_empty = !removed.is_empty() && self.rest(within, &removed).trim().is_empty();
        if is_empty {
            self.edits.push((whole.clone(), "{}".to_string()));
        }
        is_empty
    }

    /// Looks for objects in an expression. Whether it is one of which nothing is left.
    fn expression(&mut self, expression: &Expression, path: &str) -> bool {
        match (expression, expression.span()) {
            (Expression::Object(object), Some(whole)) => self.object(object, &whole, path),
            (Expression::Array(array), _) => {
                for (index, item) in array.iter().enumerate() {
                    self.expression(item, &format!("{path}[{index}]"));
                }
                false
            }
            _ => false,
        }
    }

    /// Removes what is null and aligns what then stands line below line. Returns what was removed.
    fn members(&mut self, members: &[Member], path: &str) -> Vec<Range<usize>> {
        let mut removed: Vec<Range<usize>> = Vec::new();
        let mut kept = Vec::new();
        for member in members {
            let below = if path.is_empty() { member.name.clone() } else { format!("{path}.{}", member.name) };
            if matches!(member.expression, Expression::Null(_)) {
                self.note_sensitive(member, below);
                let range = self.range_of(member, removed.last());
                self.edits.push((range.clone(), String::new()));
                self.removed += 1;
                removed.push(range);
            } else {
                let is_emptied = self.expression(member.expression, &below);
                let is_one_line = is_emptied || !self.text[member.value.clone()].contains('\n');
                let (key, value) = (member.key.clone(), member.value.clone());
                kept.push(Kept { key, value, is_one_line, is_new: is_emptied });
            }
        }
        self.align(&kept, &removed);
        removed
    }

    fn note_sensitive(&mut self, member: &Member, path: String) {
        let behind = self.text[member.value.end..].lines().next().unwrap_or_default();
        if behind.trim() == "# sensitive" {
            self.sensitive.push((member.key.start, self.block.clone(), path));
        }
    }

    /// What goes with a member: its whole line where it has one, else what separates it from its neighbours.
    fn range_of(&self, member: &Member, before: Option<&Range<usize>>) -> Range<usize> {
        let (start, end) = (member.key.start, member.value.end);
        let line = self.text[..start].rfind('\n').map_or(0, |at| at + 1);
        let next = self.text[end..].find('\n').map_or(self.text.len(), |at| end + at + 1);
        let behind = self.text[end..next].trim().trim_start_matches(',').trim_start();
        let is_alone = self.text[line..start].trim().is_empty()
            && (behind.is_empty() || behind.starts_with('#') || behind.starts_with("//"));
        if is_alone {
            return line..next;
        }
        let blank = |text: &str| text.len() - text.trim_start_matches([' ', '\t']).len();
        let rest = &self.text[end..];
        if let Some(rest) = rest[blank(rest)..].strip_prefix(',') {
            return start..self.text.len() - rest.len() + blank(rest);
        }
        // The last one of a line: the comma before it goes.
        let start = before.filter(|before| before.end == start).map_or(start, |before| before.start);
        let before = self.text[..start].trim_end_matches([' ', '\t']);
        before.strip_suffix(',').map_or(start, str::len)..end
    }

    /// What is left of a range.
    fn rest(&self, range: Range<usize>, removed: &[Range<usize>]) -> String {
        let (mut left, mut at) = (String::new(), range.start);
        for gone in removed.iter().filter(|gone| gone.start < range.end && gone.end > range.start) {
            if gone.start > at {
                left.push_str(&self.text[at..gone.start]);
            }
            at = at.max(gone.end);
        }
        left.push_str(&self.text[at.min(range.end)..range.end]);
        left
    }

    /// Aligns the equals signs of lines that stand together, where something between them is gone and they were aligned.
    fn align(&mut self, kept: &[Kept], removed: &[Range<usize>]) {
        let mut rest = kept;
        while let Some(first) = rest.first() {
            let mut count = 1;
            while first.is_one_line
                && count < rest.len()
                && self.stand_together(&rest[count - 1], &rest[count], removed)
            {
                count += 1;
            }
            let (lines, others) = rest.split_at(count);
            rest = others;
            if first.is_one_line && self.is_touched(lines, removed) {
                self.align_lines(lines);
            }
        }
    }

    fn stand_together(&self, one: &Kept, other: &Kept, removed: &[Range<usize>]) -> bool {
        let between = self.rest(one.value.end..other.key.start, removed);
        let mut parts = between.split('\n').skip(1);
        other.is_one_line && parts.next().is_some_and(|part| part.trim().is_empty()) && parts.next().is_none()
    }

    /// Whether something went in the lines or directly beside them.
    fn is_touched(&self, lines: &[Kept], removed: &[Range<usize>]) -> bool {
        let (Some(first), Some(last)) = (lines.first(), lines.last()) else { return false };
        let start = self.text[..first.key.start].rfind('\n').map_or(0, |at| at + 1);
        let end = self.text[last.value.end..].find('\n').map_or(self.text.len(), |at| last.value.end + at + 1);
        let is_new = lines.iter().any(|line| line.is_new);
        is_new || removed.iter().any(|gone| gone.end >= start && gone.start <= end)
    }

    fn align_lines(&mut self, lines: &[Kept]) {
        let column = |line: &Kept| {
            let start = self.text[..line.key.start].rfind('\n').map_or(0, |at| at + 1);
            let equals = self.text[line.key.end..].find('=').map_or(0, |at| line.key.end + at);
            self.text[start..equals].chars().count()
        };
        // What was on several lines kept those above and below it apart.
        let were_together = |pair: &&[Kept]| !pair.iter().any(|line| line.is_new);
        let mut together = lines.windows(2).filter(were_together);
        if together.any(|pair| pair.first().map(column) != pair.last().map(column)) {
            return;
        }
        let width = |line: &Kept| self.text[line.key.clone()].chars().count();
        let widest = lines.iter().map(width).max().unwrap_or_default();
        for line in lines {
            let between = line.key.end..line.value.start;
            if self.text[between.clone()].trim() == "=" {
                let padding = " ".repeat(widest - width(line) + 1);
                self.edits.push((between, format!("{padding}= ")));
            }
        }
    }
}

#[cfg(test)]
#[path = "nulls_tests.rs"]
mod tests;
