//! Whether the document of a whole configuration is one that libvirt's grammar allows, in the words of the
//! configuration. Knows conversion and the compiled grammar; must not know any element, nor the host.

use std::fmt::Display;

use roxmltree::Node;

use crate::convert::locate::{Located, Place, locate};
use crate::convert::open::open;
use crate::convert::{self, Root};
use crate::diagnostics::{AttributePath, Diagnostic, Diagnostics, Level};
use crate::grammar::{CheckError, Fault, Grammar, Mismatch, Step};
use crate::nearest::nearest;
use crate::select::within_grammar;
use crate::shape::Class;
use crate::validate::show;
use crate::value::Value;
use crate::xml::{self, SyntaxError};

/// What the document of a configuration has that libvirt's grammar does not allow; nothing where part of it is not known
/// yet. What is missing is not reported: libvirt supplies much that its grammar asks for, and what nothing can supply is
/// marked as required in the shape.
pub fn conform(root: &Root, grammar: &'static Grammar, config: &Value, level: Level) -> Diagnostics {
    let config = within_grammar(root.shape, config);
    if level == Level::Off || !config.is_wholly_known() {
        return Diagnostics::new();
    }
    let unwritable = |error: &dyn Display, path: AttributePath| {
        vec![Diagnostic::error("Cannot build libvirt XML from this configuration", format!("{error}.")).at(path)]
    };
    let found = match convert::to_xml(root, &config) {
        Ok(text) => {
            faults(root, grammar, &config, &text).unwrap_or_else(|error| unwritable(&error, AttributePath::default()))
        }
        Err(error) => unwritable(&error, error.path()),
    };
    found.into_iter().filter_map(|found| level.apply(found)).collect()
}

/// More faults at once help nobody.
const REPORTED: usize = 8;

/// The first elements that are at fault, each once. An element that fails is blanked out and the rest checked again, so that
/// one mistake does not hide the next.
fn faults(root: &Root, grammar: &'static Grammar, config: &Value, text: &str) -> Result<Diagnostics, CheckError> {
    // Values hold no order of children, so that is nobody's fault.
    if grammar.arrange(root.kind, text.to_string()).is_ok() {
        return Ok(Diagnostics::new());
    }
    let document = xml::parse(text)?;
    let (whole, mut rest) = (document.root_element(), text.to_string());
    // An element that libvirt completes by itself is not checked.
    for element in open(root.shape, config, whole) {
        blank(&mut rest, element);
    }
    let mut diagnostics = Diagnostics::new();
    while diagnostics.len() < REPORTED {
        let mismatch = match grammar.check_text(root.kind, &rest) {
            Ok(()) => break,
            Err(CheckError::Mismatch(mismatch)) => mismatch,
            Err(error) => return Err(error),
        };
        let Some(element) = original(whole, &rest, &mismatch)? else { break };
        if mismatch.fault != Fault::Missing {
            let place = Place { element, attribute: mismatch.attribute.as_deref() };
            diagnostics.push(describe(&mismatch, element, locate(root.shape, config, whole, place)));
        }
        if element == whole {
            break;
        }
        blank(&mut rest, element);
    }
    Ok(diagnostics)
}

fn blank(text: &mut String, element: Node) {
    text.replace_range(element.range(), &" ".repeat(element.range().len()));
}

/// The element of the whole document that a mismatch in what is left of it is about: it stands where it stood.
fn original<'d, 'i>(whole: Node<'d, 'i>, rest: &str, mismatch: &Mismatch) -> Result<Option<Node<'d, 'i>>, SyntaxError> {
    let left = xml::parse(rest)?;
    let start = follow(left.root_element(), mismatch).range().start;
    Ok(whole.descendants().find(|node| node.is_element() && node.range().start == start))
}

/// The element a mismatch is about.
fn follow<'d, 'i>(root: Node<'d, 'i>, mismatch: &Mismatch) -> Node<'d, 'i> {
    mismatch.path.iter().skip(1).fold(root, |element, step| {
        let mut same = element.children().filter(|child| child.tag_name().name() == step.name);
        same.nth(step.index).unwrap_or(element)
    })
}

fn describe(mismatch: &Mismatch, element: Node, located: Located) -> Diagnostic {
    let secret = located.attribute.is_some_and(|attribute| attribute.sensitive || attribute.class == Class::WriteOnly);
    let shown = if secret { "(sensitive)".to_string() } else { show(located.value) };
    let problem = match mismatch.fault {
        Fault::Value | Fault::Text if secret => "the value is not allowed".to_string(),
        _ => mismatch.problem(),
    };
    let allowed = mismatch.allowed_in_words().map(|allowed| format!(" Allowed: {allowed}.")).unwrap_or_default();
    let words = mismatch.allowed.iter().map(String::as_str);
    let meant = match (mismatch.fault, nearest(&mismatch.found, words)) {
        (Fault::Value | Fault::Text, Some(word)) if !secret => format!(" Did you mean {word:?}?"),
        _ => String::new(),
    };
    let subject = match located.attribute {
        Some(_) => format!("{} is {shown}: ", located.path),
        None => String::new(),
    };
    let place = Mismatch { path: Step::path(element), ..mismatch.clone() }.place();
    let detail = format!("{subject}{problem}.{allowed}{meant} In the XML: {place}.");
    let summary = match mismatch.fault {
        Fault::Value | Fault::Text => "Value not allowed",
        Fault::Element | Fault::Attribute | Fault::Missing => "Not allowed here",
    };
    Diagnostic::error(summary, detail).at(located.path)
}
