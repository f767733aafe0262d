//! Whether the document of a whole configuration is one that libvirt's grammar allows, told in the words of the
//! configuration. Knows conversion and the compiled grammar; must not know any element, nor the host.

use roxmltree::{Document, Node};

use crate::convert::locate::{Located, Place, locate};
use crate::convert::{self, Root};
use crate::diagnostics::{Diagnostic, Diagnostics};
use crate::forms;
use crate::grammar::{CheckError, Fault, Grammar, Mismatch};
use crate::select::within_grammar;
use crate::shape::Class;
use crate::validate::{Level, show};
use crate::value::Value;

/// What is wrong with the document of a configuration; nothing where part of it is not known yet. Only the first fault
/// is told: what follows from it would not help.
pub fn conform(root: &Root, grammar: &'static Grammar, config: &Value, level: Level) -> Diagnostics {
    let config = within_grammar(root.shape, config);
    if level == Level::Off || !config.is_wholly_known() {
        return Diagnostics::new();
    }
    let found = match convert::to_xml(root, &config) {
        Ok(text) => fault(root, grammar, &config, &text),
        Err(error) => Some(Diagnostic::error("The configuration makes no libvirt document", format!("{error}."))),
    };
    found.map(|found| level.apply(found)).into_iter().flatten().collect()
}

fn fault(root: &Root, grammar: &'static Grammar, config: &Value, text: &str) -> Option<Diagnostic> {
    let unreadable = |error: &dyn std::fmt::Display| {
        Diagnostic::error("The configuration makes no libvirt document", format!("{error}."))
    };
    let document = match Document::parse(text) {
        Ok(document) => document,
        Err(error) => return Some(unreadable(&error)),
    };
    match grammar.check(root.kind, &document) {
        Ok(()) => None,
        Err(CheckError::Mismatch(mismatch)) => {
            let element = follow(document.root_element(), &mismatch);
            let place = Place { element, attribute: mismatch.attribute.as_deref() };
            let located = locate(root.shape, config, document.root_element(), place);
            Some(describe(&mismatch, located))
        }
        Err(error) => Some(unreadable(&error)),
    }
}

/// The element a mismatch is about.
fn follow<'d, 'i>(root: Node<'d, 'i>, mismatch: &Mismatch) -> Node<'d, 'i> {
    mismatch.path.iter().skip(1).fold(root, |element, step| {
        let mut same = element.children().filter(|child| child.tag_name().name() == step.name);
        same.nth(step.index).unwrap_or(element)
    })
}

fn describe(mismatch: &Mismatch, located: Located) -> Diagnostic {
    let secret = located.attribute.is_some_and(|attribute| attribute.sensitive || attribute.class == Class::WriteOnly);
    let shown = if secret { "(sensitive)".to_string() } else { show(located.value) };
    let problem = match mismatch.fault {
        Fault::Value | Fault::Text if secret => "the value is not allowed".to_string(),
        _ => mismatch.problem(),
    };
    let allowed = mismatch.allowed_in_words().map(|allowed| format!(" Allowed: {allowed}.")).unwrap_or_default();
    let words = mismatch.allowed.iter().map(String::as_str);
    let meant = match (mismatch.fault, forms::nearest(words, &mismatch.found)) {
        (Fault::Value | Fault::Text, Some(word)) if !secret => format!(" Did you mean {word:?}?"),
        _ => String::new(),
    };
    let subject = match located.attribute {
        Some(_) => format!("{} is {shown}: ", located.path),
        None => String::new(),
    };
    let detail = format!("{subject}{problem}.{allowed}{meant} In the XML: {}.", mismatch.place());
    let summary = match mismatch.fault {
        Fault::Missing => "Something is missing",
        Fault::Value | Fault::Text => "Value not allowed",
        Fault::Element | Fault::Attribute => "Not allowed here",
    };
    Diagnostic::error(summary, detail).at(located.path)
}
