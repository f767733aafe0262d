//! Text → a document that is safe to walk. Knows how deep is too deep; must not know what documents say.

use roxmltree::{Document, Node, ParsingOptions};

/// How deep elements may be nested: as deep as libvirt reads them, whose parser has the same limit. Whoever walks a
/// document does so by recursion.
const DEEPEST: usize = 256;

/// Why a text is no document.
#[derive(Debug, thiserror::Error)]
pub enum SyntaxError {
    /// It is no well-formed XML.
    #[error("line {line}: {error}", line = error.pos().row)]
    Form {
        /// What is wrong with it, and where.
        #[from]
        error: roxmltree::Error,
    },
    /// Its elements are nested too deep.
    #[error("line {line}: elements are nested more than {DEEPEST} deep")]
    Depth {
        /// The line of the first that is too deep, from 1.
        line: u32,
    },
}

/// The document of a text. Every text that may come from outside is parsed here.
pub fn parse(text: &str) -> Result<Document<'_>, SyntaxError> {
    // A document type says nothing that libvirt reads, but there may be one; entities that explode are an error.
    let options = ParsingOptions { allow_dtd: true, ..ParsingOptions::default() };
    let document = Document::parse_with_options(text, options)?;
    // An element counts among its own ancestors, and so does the document.
    let deep = |node: &Node| node.is_element() && node.ancestors().count() > DEEPEST + 1;
    match document.descendants().find(deep) {
        Some(node) => Err(SyntaxError::Depth { line: line(node) }),
        None => Ok(document),
    }
}

/// The line on which an element starts, from 1.
pub fn line(element: Node) -> u32 {
    element.document().text_pos_at(element.range().start).row
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nested(depth: usize) -> String {
        format!("<a/>{}{}", "<a>".repeat(depth), "</a>".repeat(depth))
    }

    #[test]
    fn too_deep_is_an_error_with_the_line() {
        assert!(parse(&format!("<top>{}</top>", nested(DEEPEST - 1))).is_ok());
        let error = parse(&format!("<top>\n{}\n</top>", nested(DEEPEST))).unwrap_err();
        assert_eq!(error.to_string(), "line 2: elements are nested more than 256 deep");
    }
}
