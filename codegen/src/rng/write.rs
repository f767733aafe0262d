//! A grammar as the text of a RELAX NG file, the same for the same grammar.

use super::pattern::{Data, Grammar, NameClass, Pattern};

/// The file's text: start first, defines sorted by name, two blanks per level.
pub fn write(grammar: &Grammar) -> String {
    let mut out = Writer {
        text: String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"),
        level: 0,
        namespace: String::new(),
    };
    let library = "http://www.w3.org/2001/XMLSchema-datatypes";
    let namespace = "http://relaxng.org/ns/structure/1.0";
    out.element(&format!("grammar xmlns=\"{namespace}\" datatypeLibrary=\"{library}\""), |out| {
        out.element("start", |out| out.patterns(&grammar.start));
        for (name, pattern) in &grammar.defines {
            out.element(&format!("define name=\"{}\"", escape(name)), |out| out.patterns(pattern));
        }
    });
    out.text
}

struct Writer {
    text: String,
    level: usize,
    namespace: String,
}

impl Writer {
    fn line(&mut self, text: &str) {
        self.text.push_str(&"  ".repeat(self.level));
        self.text.push_str(text);
        self.text.push('\n');
    }

    fn element(&mut self, open: &str, inside: impl FnOnce(&mut Writer)) {
        let name = open.split(' ').next().unwrap_or(open);
        self.line(&format!("<{open}>"));
        self.level += 1;
        inside(self);
        self.level -= 1;
        self.line(&format!("</{name}>"));
    }

    /// The content of an element that takes several patterns as a group.
    fn patterns(&mut self, pattern: &Pattern) {
        match pattern {
            Pattern::Group(items) => items.iter().for_each(|item| self.pattern(item)),
            other => self.pattern(other),
        }
    }

    fn pattern(&mut self, pattern: &Pattern) {
        match pattern {
            Pattern::Empty => self.line("<empty/>"),
            Pattern::NotAllowed => self.line("<notAllowed/>"),
            Pattern::Text => self.line("<text/>"),
            Pattern::Value(value) => self.line(&format!("<value>{}</value>", escape(value))),
            Pattern::Data(data) => self.data(data),
            Pattern::Ref(name) => self.line(&format!("<ref name=\"{}\"/>", escape(name))),
            Pattern::Element(name, inner) => self.named("element", name, inner),
            Pattern::Attribute(name, inner) => self.named("attribute", name, inner),
            Pattern::Choice(items) => self.items("choice", items),
            Pattern::Group(items) => self.items("group", items),
            Pattern::Interleave(items) => self.items("interleave", items),
            Pattern::Optional(inner) => self.element("optional", |out| out.patterns(inner)),
            Pattern::ZeroOrMore(inner) => self.element("zeroOrMore", |out| out.patterns(inner)),
            Pattern::OneOrMore(inner) => self.element("oneOrMore", |out| out.patterns(inner)),
            Pattern::Nested(_) => unreachable!("nested grammars are lifted when loading"),
        }
    }

    fn items(&mut self, name: &str, items: &[Pattern]) {
        self.element(name, |out| items.iter().for_each(|item| out.pattern(item)));
    }

    fn named(&mut self, kind: &str, name: &NameClass, inner: &Pattern) {
        match name {
            NameClass::Any => self.element(kind, |out| {
                out.line("<anyName/>");
                out.patterns(inner);
            }),
            NameClass::Name(name) => {
                let local = escape(&name.local);
                // An attribute never inherits a namespace; an element does, so only a change is written.
                let inherited = if kind == "attribute" { "" } else { self.namespace.as_str() };
                if name.namespace == inherited {
                    return self.element(&format!("{kind} name=\"{local}\""), |out| out.patterns(inner));
                }
                let outer = std::mem::replace(&mut self.namespace, name.namespace.clone());
                let open = format!("{kind} name=\"{local}\" ns=\"{}\"", escape(&name.namespace));
                self.element(&open, |out| out.patterns(inner));
                self.namespace = outer;
            }
        }
    }

    fn data(&mut self, data: &Data) {
        let open = format!("data type=\"{}\"", data.datatype);
        if data.params.is_empty() && data.except.is_none() {
            return self.line(&format!("<{open}/>"));
        }
        self.element(&open, |out| {
            for (name, value) in &data.params {
                out.line(&format!("<param name=\"{name}\">{}</param>", escape(value)));
            }
            if let Some(except) = &data.except {
                out.element("except", |out| out.pattern(except));
            }
        });
    }
}

fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\n' | '\t' | '\r' => escaped.push_str(&format!("&#{};", character as u32)),
            other => escaped.push(other),
        }
    }
    escaped
}
