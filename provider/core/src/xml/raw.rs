//! Parts of a document as XML text that can stand elsewhere: the document's own text, with the namespaces that it
//! uses and that were declared outside of it added at its top elements. Must not know any element.

use roxmltree::Node as Element;

/// The namespaces declared at an element: prefix (empty for the default one) and name.
pub fn declared(element: Element) -> Vec<(String, String)> {
    if element.namespaces().len() == 0 {
        return Vec::new();
    }
    let outer = element.parent_element();
    let is_new = |prefix: Option<&str>, uri: &str| {
        outer.is_none_or(|outer| !outer.namespaces().any(|other| other.name() == prefix && other.uri() == uri))
    };
    let new = element.namespaces().filter(|namespace| is_new(namespace.name(), namespace.uri()));
    new.map(|namespace| (namespace.name().unwrap_or_default().into(), namespace.uri().into())).collect()
}

/// An element as XML text.
pub fn element(element: Element) -> String {
    let mut out = String::new();
    push_element(&mut out, element);
    out
}

/// What is in an element as XML text, without the white space around it where there are only elements in it.
pub fn content(parent: Element) -> Option<String> {
    let text = parent.document().input_text();
    let mut out = String::new();
    for child in parent.children() {
        if child.is_element() {
            push_element(&mut out, child);
        } else {
            out.push_str(&text[child.range()]);
        }
    }
    let has_text =
        parent.children().any(|child| child.is_text() && !child.text().unwrap_or_default().trim().is_empty());
    let kept = if has_text { out.as_str() } else { out.trim() };
    (!kept.is_empty()).then(|| kept.to_string())
}

fn push_element(out: &mut String, element: Element) {
    if super::expand::has_entities(element) {
        let mut expanded = String::new();
        super::expand::element(&mut expanded, element);
        return out.push_str(&expanded);
    }
    let text = &element.document().input_text()[element.range()];
    let name = text[1..].find(|c: char| c.is_whitespace() || c == '/' || c == '>').map_or(text.len(), |end| end + 1);
    out.push_str(&text[..name]);
    for outer in element.parent_element().iter().flat_map(|parent| parent.namespaces()) {
        if is_used(text, outer.name()) && !is_declared(start_tag(text), outer.name()) {
            let attribute = outer.name().map_or("xmlns".to_string(), |prefix| format!("xmlns:{prefix}"));
            out.push_str(&format!(" {attribute}='{}'", super::write::escaped_attribute(outer.uri())));
        }
    }
    out.push_str(&text[name..]);
}

/// Whether a prefix may be used in the text: in a name, or in a value that means a name. The default namespace
/// is used by whatever has no prefix.
fn is_used(text: &str, prefix: Option<&str>) -> bool {
    prefix.is_none_or(|prefix| text.contains(&format!("{prefix}:")))
}

fn is_declared(start_tag: &str, prefix: Option<&str>) -> bool {
    let attribute = prefix.map_or("xmlns".to_string(), |prefix| format!("xmlns:{prefix}"));
    start_tag.match_indices(&attribute).any(|(at, _)| {
        start_tag[..at].ends_with(char::is_whitespace)
            && start_tag[at + attribute.len()..].trim_start().starts_with('=')
    })
}

/// From `<` to the first `>` that stands in no attribute's value.
fn start_tag(text: &str) -> &str {
    let mut quote = None;
    let end = text.find(|c: char| {
        match quote {
            None if c == '\'' || c == '"' => quote = Some(c),
            Some(open) if open == c => quote = None,
            _ => {}
        }
        quote.is_none() && c == '>'
    });
    &text[..end.unwrap_or(text.len())]
}

#[cfg(test)]
mod tests {
    fn raw(inner: &str) -> Option<String> {
        let prolog = "<!DOCTYPE a [<!ENTITY one '1'><!ENTITY more '<q:c/>x'>]>";
        let text = format!("{prolog}<a xmlns:q='urn:q' xmlns='urn:d'>{inner}</a>");
        super::content(crate::xml::parse(&text).unwrap().root_element())
    }

    #[test]
    fn what_stands_alone_refers_to_nothing_outside() {
        let rows = [
            (
                "<q:b c='&amp;'>&lt;<![CDATA[&one;]]></q:b>",
                "<q:b xmlns:q='urn:q' xmlns='urn:d' c='&amp;'>&lt;&amp;one;</q:b>",
            ),
            (
                "<q:b q:c='&one;' d='2'>&one;&amp;<b/></q:b>",
                "<q:b xmlns:q='urn:q' xmlns='urn:d' q:c='1' d='2'>1&amp;<b/></q:b>",
            ),
            ("<b>&more;</b>", "<b xmlns:q='urn:q' xmlns='urn:d'><q:c/>x</b>"),
        ];
        for (inner, expected) in rows {
            let found = raw(inner).unwrap();
            assert!(crate::xml::parse(&found).is_ok(), "{found} stands alone");
            assert_eq!(found, expected);
        }
    }
}
