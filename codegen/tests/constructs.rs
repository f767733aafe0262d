//! One small grammar per RELAX NG construct, and the Rust it becomes. The snapshots are whole Rust files, which
//! the `tests` crate compiles and reads documents with.

use codegen::emit::structs::structs;
use codegen::grammar::Grammars;
use codegen::rng;
use codegen::types::types;

/// The Rust for a root `doc` with this content, as one file.
fn rust(content: &str) -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let start = format!("<start><element name='doc'><ref name='content'/></element></start>{content}");
    let library = "datatypeLibrary='http://www.w3.org/2001/XMLSchema-datatypes'";
    let text = format!("<grammar xmlns='http://relaxng.org/ns/structure/1.0' {library}>{start}</grammar>");
    std::fs::write(folder.path().join("doc.rng"), text).unwrap();
    let grammar = rng::load::load(folder.path(), "doc.rng").unwrap();
    let mut grammars = Grammars::new([("doc", &grammar)]);
    let artifacts = structs(&types(&mut grammars, &["doc"])).unwrap();
    let text = |name: &str| {
        artifacts.iter().find(|artifact| artifact.path.ends_with(name)).map(|artifact| artifact.text.as_str()).unwrap()
    };
    let inline = |file: &str| format!("mod {file} {{\n{}}}\n", text(&format!("/{file}.rs")));
    let whole = text("/mod.rs").replace("mod doc;\n", &inline("doc")).replace("mod names;\n", &inline("names"));
    whole.into_bytes()
}

macro_rules! construct {
    ($name:ident, $content:literal) => {
        #[test]
        fn $name() {
            let file = concat!(stringify!($name), ".rs");
            insta::assert_binary_snapshot!(file, rust(concat!("<define name='content'>", $content, "</define>")));
        }
    };
}

construct!(
    text_and_attributes,
    "<attribute name='unit'><choice><value>KiB</value><value>MiB</value></choice></attribute>
     <optional><attribute name='maxSlots'><data type='unsignedInt'/></attribute></optional>
     <optional><attribute name='override'/></optional><text/>"
);

construct!(
    presence,
    "<optional><element name='acpi'><empty/></element></optional>
     <optional><element name='suspend-to-mem'><attribute name='enabled'/></element></optional>"
);

construct!(
    clash,
    "<attribute name='type'/><attribute name='rest'/><attribute name='text'/>
     <choice><text/><element name='type'><text/></element></choice>"
);

construct!(
    choice,
    "<choice>
       <group><attribute name='type'><value>file</value></attribute>
         <element name='source'><attribute name='file'/></element></group>
       <group><attribute name='type'><value>pool</value></attribute>
         <element name='source'><attribute name='pool'/><attribute name='volume'/></element></group>
       <oneOrMore><element name='source'><attribute name='uri'/></element></oneOrMore>
     </choice>"
);

construct!(
    interleave,
    "<interleave>
       <element name='name'><text/></element>
       <optional><element name='title'><text/></element></optional>
       <zeroOrMore><element name='disk'><attribute name='dev'/></element></zeroOrMore>
     </interleave>"
);

construct!(
    repeated,
    "<zeroOrMore>
       <element name='model'><text/></element>
       <zeroOrMore><element name='blockers'><attribute name='model'/></element></zeroOrMore>
     </zeroOrMore>"
);

construct!(
    namespace,
    "<interleave>
       <optional><element name='commandline'><text/></element></optional>
       <optional><element name='commandline' ns='http://example.org/schemas/tool/1.0'>
         <zeroOrMore><element name='arg'><attribute name='value'/>
           <optional><attribute name='kind' ns='http://example.org/schemas/other/2.0'/></optional>
         </element></zeroOrMore>
       </element></optional>
     </interleave>"
);

construct!(
    recursion,
    "<ref name='chain'/></define>
     <define name='chain'>
       <optional><element name='store'><attribute name='file'/><ref name='chain'/></element></optional>"
);

construct!(
    any,
    "<optional><element name='metadata'><zeroOrMore><ref name='custom'/></zeroOrMore></element></optional>
     </define>
     <define name='custom'>
       <element><anyName/><zeroOrMore><choice>
         <attribute><anyName/></attribute><text/><ref name='custom'/>
       </choice></zeroOrMore></element>"
);
