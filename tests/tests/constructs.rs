//! The Rust that the generator makes of each RELAX NG construct compiles, and documents go through it unharmed: the
//! generator's own snapshots are the modules here.

use provider_core::node::Node;
use provider_core::xml::{Document, Unknown, XmlError, read, write};
use tests::canonical;

/// Declares the snapshot of a construct as a module.
macro_rules! snapshots {
    ($($name:ident: $file:literal;)*) => {
        $(
            #[path = $file]
            #[allow(dead_code, unused_imports, rustdoc::all)]
            #[rustfmt::skip]
            mod $name;
        )*
    };
}

snapshots! {
    any: "../../codegen/tests/snapshots/constructs__any.snap.rs";
    choice: "../../codegen/tests/snapshots/constructs__choice.snap.rs";
    clash: "../../codegen/tests/snapshots/constructs__clash.snap.rs";
    interleave: "../../codegen/tests/snapshots/constructs__interleave.snap.rs";
    namespace: "../../codegen/tests/snapshots/constructs__namespace.snap.rs";
    presence: "../../codegen/tests/snapshots/constructs__presence.snap.rs";
    recursion: "../../codegen/tests/snapshots/constructs__recursion.snap.rs";
    repeated: "../../codegen/tests/snapshots/constructs__repeated.snap.rs";
    text: "../../codegen/tests/snapshots/constructs__text_and_attributes.snap.rs";
}

/// Reads and writes a document, compares both, and gives what was written and what is unknown.
fn through(document: &Document, text: &str) -> (String, Vec<String>) {
    let (mut node, unknown) = read(document, text).unwrap();
    let written = write(document, node.as_mut());
    assert_eq!(canonical::difference(text, &written), None, "{text}\nbecame\n{written}");
    (written, unknown.iter().map(Unknown::to_string).collect())
}

/// What goes in comes out to the letter, and nothing in it is unknown.
fn verbatim(document: &Document, text: &str) {
    assert_eq!(through(document, text), (text.to_string(), vec![]));
}

#[test]
fn text_and_attributes_keep_their_lexical_form() {
    verbatim(
        &text::DOCUMENTS[0],
        "<doc unit='KiB' maxSlots='0x08' override='a &lt; &apos;b&apos; &#10;&#9;'>  5 </doc>\n",
    );
    verbatim(&text::DOCUMENTS[0], "<doc unit=''>a &lt; b &amp; &gt; 'c' \"d\" &#13;\n</doc>\n");
    verbatim(&text::DOCUMENTS[0], "<doc unit=' '>   </doc>\n");
    let (written, _) = through(&text::DOCUMENTS[0], "<doc>a<!-- b -->c<![CDATA[<d>]]>e</doc>");
    assert_eq!(written, "<doc>ac&lt;d&gt;e</doc>\n");
}

#[test]
fn presence_is_kept() {
    verbatim(&presence::DOCUMENTS[0], "<doc>\n  <acpi/>\n  <suspend-to-mem enabled='no'/>\n</doc>\n");
    verbatim(&presence::DOCUMENTS[0], "<doc/>\n");
}

#[test]
fn clashing_names_are_two_fields() {
    verbatim(&clash::DOCUMENTS[0], "<doc type='a' rest='b' text='c'>\n  <type>d</type>\n</doc>\n");
    verbatim(&clash::DOCUMENTS[0], "<doc type='a' rest='b' text='c'>d</doc>\n");
}

#[test]
fn branches_are_one_struct() {
    verbatim(&choice::DOCUMENTS[0], "<doc type='pool'>\n  <source pool='p' volume='v'/>\n</doc>\n");
    verbatim(&choice::DOCUMENTS[0], "<doc>\n  <source uri='a'/>\n  <source uri='b'/>\n</doc>\n");
}

#[test]
fn the_documents_order_is_kept_and_what_is_new_comes_last() {
    let document = &interleave::DOCUMENTS[0];
    let text = "<doc>\n  <disk dev='a'/>\n  <title>t</title>\n  <disk dev='b'/>\n  <name>n</name>\n</doc>\n";
    verbatim(document, text);
    let mut node = interleave::Doc::default();
    provider_core::xml::read_into(&mut node, &document.element, text).unwrap();
    node.disk.push(interleave::DocDisk { dev: Some("c".into()), ..Default::default() });
    node.title = None;
    let expected = "<doc>\n  <disk dev='a'/>\n  <disk dev='b'/>\n  <name>n</name>\n  <disk dev='c'/>\n</doc>\n";
    assert_eq!(write(document, &mut node), expected);
    node.rest.order.clear();
    let expected = "<doc>\n  <name>n</name>\n  <disk dev='a'/>\n  <disk dev='b'/>\n  <disk dev='c'/>\n</doc>\n";
    assert_eq!(write(document, &mut node), expected);
}

#[test]
fn repeated_sequences_keep_their_order() {
    let text =
        "<doc>\n  <model>a</model>\n  <blockers model='a'/>\n  <model>b</model>\n  <blockers model='b'/>\n</doc>\n";
    verbatim(&repeated::DOCUMENTS[0], text);
}

#[test]
fn recursion_goes_as_deep_as_the_document() {
    let text =
        "<doc>\n  <store file='a'>\n    <store file='b'>\n      <store file='c'/>\n    </store>\n  </store>\n</doc>\n";
    verbatim(&recursion::DOCUMENTS[0], text);
}

const TOOL: &str = "http://example.org/schemas/tool/1.0";
const OTHER: &str = "http://example.org/schemas/other/2.0";

#[test]
fn prefixes_are_the_documents_own() {
    let document = &namespace::DOCUMENTS[0];
    let inside = "<t:commandline>\n    <t:arg value='a' o:kind='k'/>\n  </t:commandline>";
    verbatim(document, &format!("<doc xmlns:t='{TOOL}' xmlns:o='{OTHER}'>\n  {inside}\n</doc>\n"));
    let inside = format!("<commandline xmlns='{TOOL}'>\n    <arg value='a'/>\n  </commandline>");
    verbatim(document, &format!("<doc>\n  <commandline>plain</commandline>\n  {inside}\n</doc>\n"));
}

#[test]
fn without_a_document_prefixes_are_the_usual_ones_declared_at_the_root() {
    let mut node = namespace::Doc::default();
    let arg = namespace::DocToolArg { value: Some("a".into()), other_kind: Some("k".into()), ..Default::default() };
    node.tool_commandline.get_or_insert_default().tool_arg.push(arg);
    let inside = "<tool:commandline>\n    <tool:arg value='a' other:kind='k'/>\n  </tool:commandline>";
    let expected = format!("<doc xmlns:tool='{TOOL}' xmlns:other='{OTHER}'>\n  {inside}\n</doc>\n");
    assert_eq!(write(&namespace::DOCUMENTS[0], &mut node), expected);
    // The usual prefix means something else here.
    node.rest.namespaces.push(("tool".into(), "urn:else".into()));
    let inside = "<tool2:commandline>\n    <tool2:arg value='a' other:kind='k'/>\n  </tool2:commandline>";
    let expected =
        format!("<doc xmlns:tool2='{TOOL}' xmlns:other='{OTHER}' xmlns:tool='urn:else'>\n  {inside}\n</doc>\n");
    assert_eq!(write(&namespace::DOCUMENTS[0], &mut node), expected);
}

#[test]
fn a_default_namespace_around_a_name_without_one_is_undone() {
    let mut node = namespace::Doc::default();
    node.rest.namespaces.push((String::new(), TOOL.into()));
    node.commandline.get_or_insert_default().text = Some("x".into());
    let written = write(&namespace::DOCUMENTS[0], &mut node);
    assert_eq!(written, "<doc xmlns=''>\n  <commandline>x</commandline>\n</doc>\n");
}

#[test]
fn raw_xml_stands_for_itself() {
    let text = "<doc xmlns:a='urn:a' xmlns:b='urn:b'>\n  <metadata>\n    <a:x>\n      <b:y k=\">\"/> t </a:x>\n  </metadata>\n</doc>";
    let (mut node, _) = read(&any::DOCUMENTS[0], text).unwrap();
    let written = write(&any::DOCUMENTS[0], node.as_mut());
    assert_eq!(canonical::difference(text, &written), None);
    let mut doc = any::Doc::default();
    provider_core::xml::read_into(&mut doc, &any::DOCUMENTS[0].element, text).unwrap();
    let raw = doc.metadata.and_then(|metadata| metadata.raw.clone()).unwrap();
    assert_eq!(raw, "<a:x xmlns:a='urn:a' xmlns:b='urn:b'>\n      <b:y k=\">\"/> t </a:x>");
    let (again, _) = through(&any::DOCUMENTS[0], &written);
    assert_eq!(again, written);
}

#[test]
fn what_the_grammar_does_not_know_is_reported_and_kept() {
    let text = "<doc new='1' xml:lang='en' xmlns:n='urn:n' n:x='2'>\n  <name>a</name>\n  <n:extra y='z'>t</n:extra>\n  \
                <name>b</name>\n  <disk dev='a'/>\n</doc>\n";
    let (written, unknown) = through(&interleave::DOCUMENTS[0], text);
    let expected = [
        "line 1: <doc> has no attribute 'new'",
        "line 1: <doc> has no attribute 'lang'",
        "line 1: <doc> has no attribute 'x'",
        "line 3: <doc> has no element 'extra', or not so many",
        "line 4: <doc> has no element 'name', or not so many",
    ];
    assert_eq!(unknown, expected);
    assert!(written.contains("<n:extra xmlns:n='urn:n' y='z'>t</n:extra>"), "{written}");
    let (_, unknown) = through(&presence::DOCUMENTS[0], "<doc>\n  <acpi>yes</acpi>\n</doc>");
    assert_eq!(unknown, ["line 2: <doc/acpi> has no text, but here is 'yes'"]);
}

#[test]
fn errors_name_line_and_element() {
    let error = |text| read(&presence::DOCUMENTS[0], text).map(|_| ()).unwrap_err();
    assert_eq!(error("<!-- a -->\n<dox/>").to_string(), "line 2: expected <doc>, found <dox>");
    assert!(matches!(error("<doc>"), XmlError::Syntax(_)));
}

#[test]
fn an_empty_node_is_an_empty_element() {
    let mut node: Box<dyn Node> = (presence::DOCUMENTS[0].new)();
    assert_eq!(write(&presence::DOCUMENTS[0], node.as_mut()), "<doc/>\n");
}
