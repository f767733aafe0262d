//! The examples in docs/mapping.md: pairs of HCL and XML that must mean the same.
//!
//! A pair is a line `<!-- example: KIND -->` and, somewhere below it, a fenced block of `hcl` and one of `xml`.

use roxmltree::Node;

/// One pair.
#[derive(Debug, PartialEq, Eq)]
pub struct Example {
    /// The root: `domain`, `network`, ...
    pub kind: String,
    /// Where it stands: the number of its first line.
    pub line: usize,
    /// What goes into the resource's block.
    pub hcl: String,
    /// What must be found in the definition.
    pub xml: String,
}

/// The pairs of a page. An error names the line of the pair that is not complete.
pub fn examples(page: &str) -> Result<Vec<Example>, String> {
    let mut found: Vec<Example> = Vec::new();
    let mut block: Option<(String, String)> = None;
    for (number, line) in page.lines().enumerate() {
        if let Some((language, text)) = &mut block {
            if line.trim_end() == "```" {
                if let Some(example) = found.last_mut() {
                    match language.as_str() {
                        "hcl" if example.hcl.is_empty() => example.hcl = text.clone(),
                        "xml" if example.xml.is_empty() => example.xml = text.clone(),
                        _ => {}
                    }
                }
                block = None;
            } else {
                text.push_str(line);
                text.push('\n');
            }
        } else if let Some(language) = line.strip_prefix("```") {
            block = Some((language.trim().to_string(), String::new()));
        } else if let Some(kind) = line.strip_prefix("<!-- example:") {
            let kind = kind.trim_end().trim_end_matches("-->").trim().to_string();
            found.push(Example { kind, line: number + 1, hcl: String::new(), xml: String::new() });
        }
    }
    match found.iter().find(|example| example.hcl.is_empty() || example.xml.is_empty()) {
        Some(example) => Err(format!("the example on line {} has not both hcl and xml", example.line)),
        None => Ok(found),
    }
}

/// What of `wanted` is not in `have`: every element with its attributes, text and children must be there, in whatever
/// company. `None` where all of it is.
pub fn missing(wanted: Node<'_, '_>, have: Node<'_, '_>) -> Option<String> {
    let name = wanted.tag_name().name();
    if wanted.tag_name() != have.tag_name() {
        return Some(format!("<{name}>"));
    }
    for attribute in wanted.attributes() {
        let value = have.attribute((attribute.namespace().unwrap_or_default(), attribute.name()));
        let value = value.or_else(|| have.attribute(attribute.name()));
        if value != Some(attribute.value()) {
            return Some(format!("<{name} {}=\"{}\">", attribute.name(), attribute.value()));
        }
    }
    let text = |node: Node<'_, '_>| node.text().unwrap_or_default().trim().to_string();
    if !text(wanted).is_empty() && text(wanted) != text(have) {
        return Some(format!("<{name}>{}</{name}>", text(wanted)));
    }
    for child in wanted.children().filter(Node::is_element) {
        let complaints: Vec<String> = have
            .children()
            .filter(|candidate| candidate.is_element() && candidate.tag_name() == child.tag_name())
            .map_while(|candidate| missing(child, candidate))
            .collect();
        let candidates = have.children().filter(|other| other.tag_name() == child.tag_name()).count();
        if complaints.len() == candidates {
            let complaint = complaints.into_iter().next().unwrap_or_else(|| format!("<{}>", child.tag_name().name()));
            return Some(format!("<{name}>{complaint}"));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use roxmltree::Document;

    use super::{examples, missing};

    #[test]
    fn a_pair_is_found() {
        let page =
            "text\n<!-- example: network -->\n```hcl\nmtu = { size = 9000 }\n```\nand\n```xml\n<network/>\n```\n";
        let found = examples(page).expect("a complete pair");
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].kind.as_str(), found[0].line), ("network", 2));
        assert_eq!(found[0].hcl, "mtu = { size = 9000 }\n");
        assert_eq!(found[0].xml, "<network/>\n");
        assert!(examples("<!-- example: domain -->\n```hcl\nx = 1\n```\n").is_err());
    }

    #[test]
    fn a_part_is_found_in_the_whole() {
        let check = |wanted: &str, have: &str| {
            let wanted = Document::parse(wanted).expect("XML");
            let have = Document::parse(have).expect("XML");
            missing(wanted.root_element(), have.root_element())
        };
        let have = "<a><b n='1'>x</b><b n='2'><c/></b></a>";
        assert_eq!(check("<a/>", have), None);
        assert_eq!(check("<a><b n='2'><c/></b></a>", have), None);
        assert_eq!(check("<a><b n='1'> x </b></a>", have), None);
        assert_eq!(check("<a><b n='3'/></a>", have), Some("<a><b n=\"3\">".to_string()));
        assert_eq!(check("<a><b n='1'>y</b></a>", have), Some("<a><b>y</b>".to_string()));
        assert_eq!(check("<a><d/></a>", have), Some("<a><d>".to_string()));
    }
}
