//! What only libvirt sets, in comments: Terraform passes over them, who reads them learns something, and a conversion
//! back to XML has all of the document. Knows the comments' form; must not know what is in them.

use hcl_edit::parser::parse_body;
use hcl_edit::repr::Decor;
use hcl_edit::structure::Body;

const MARK: &str = "# Reported by libvirt: ";

/// The comment for an attribute.
pub fn comment(name: &str, value: &str) -> String {
    format!("{MARK}{name} = {value}")
}

/// The attributes in the comments before a place. What is no attribute is a comment like any other.
pub fn attributes(before: &Decor) -> Vec<Body> {
    let text = before.prefix().map(|prefix| prefix.to_string()).unwrap_or_default();
    let comments = text.lines().filter_map(|line| line.trim().strip_prefix(MARK));
    comments.filter_map(|line| parse_body(&format!("{line}\n")).ok()).collect()
}
