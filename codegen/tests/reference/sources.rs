//! The sources that the tests generate from: those of the repository, and one small schema with what belongs to it.

use std::collections::BTreeMap;
use std::path::Path;

use codegen::emit::docs::Prose;
use codegen::overrides::Overrides;
use codegen::{Sources, model, rng};

/// What libvirt does by itself in such a document.
const DEFAULTS: &str = "# As it was seen.\npath\tvalue\twhen\tseen\n\
    parts[]\t{\"name\":\"added\",\"owner\":\"=*\"}\t@driver=One\ta: 2\n\
    parts[].mode\t\"fast\"\t.on=yes|; size=*\ta: 3\n\
    parts[].owner.name\t\"=owner.name\"\t\ta: 1\n";

pub fn repository() -> Sources {
    Sources::read(Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()).unwrap()
}

pub fn rows(text: &str) -> Result<Vec<codegen::defaults::Row>, codegen::defaults::DefaultsError> {
    codegen::defaults::parse("doc", text)
}

/// The sources for one schema, in which each kind of line occurs.
pub fn small() -> Sources {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    write("roots.toml", "[[root]]\nkind = 'doc'\nresource = 'some_doc'\n");
    write("rules.toml", "[sizes]\nunit = 'unit'\ndefault = 'bytes'\n");
    write("words.toml", "[words]\n[plurals]\n[patterns]\n'[a-f0-9]{8}' = '8 hexadecimal digits'\n");
    write(
        "doc.toml",
        "[at.'doc/uuid']\nwhy = 'chosen there'\nclass = 'server_default'\n\
         [at.'doc/part']\nwhy = 'by name'\nkeys = [['name']]\n\
         [doc]\n'doc/part' = 'A part.'\n'doc/part@mode' = '`fast` or `slow`.'\n\
         '*@on' = 'Whether it is on.'\n'*@name' = 'Its name.'\n\
         'doc/tag' = 'A tag.'\n'doc/tag#text' = 'What it says.'\n\
         [add.some_doc]\nrunning = { why = 'ours', type = 'bool', doc = 'Whether it runs.' }\n",
    );
    let value = |word: &str| format!("<value>{word}</value>");
    let owner = "<optional><element name='owner'><attribute name='name'/></element></optional>";
    let schema = format!(
        "<grammar xmlns='http://relaxng.org/ns/structure/1.0'
                  datatypeLibrary='http://www.w3.org/2001/XMLSchema-datatypes'>
         <start><element name='doc'><interleave>
           <element name='name'><text/></element>
           <optional><element name='uuid'><data type='string'><param name='pattern'>[a-f0-9]{{8}}</param></data></element></optional>
           <optional><element name='size'><attribute name='unit'/><data type='unsignedLong'/></element></optional>
           {owner}
           <zeroOrMore><element name='tag'><attribute name='name'/><text/></element></zeroOrMore>
           <zeroOrMore><element name='part'>
             <attribute name='name'/>
             <optional><attribute name='mode'><choice>{}{}</choice></attribute></optional>
             <optional><attribute name='on'><choice>{}{}</choice></attribute></optional>
             {owner}
           </element></zeroOrMore>
         </interleave></element></start></grammar>",
        value("fast"),
        value("slow"),
        value("yes"),
        value("no"),
    );
    write("doc.rng", &schema);
    let grammar = rng::load::load(folder.path(), "doc.rng").unwrap();
    let prose = Prose::from([
        ("index".to_string(), "A provider.\n\n{{resources}}\n\nMade from {{version}}.\n".to_string()),
        ("some_doc".to_string(), "A document.\n\nSome prose.\n".to_string()),
    ]);
    Sources {
        overrides: Overrides::read(folder.path()).unwrap(),
        grammars: BTreeMap::from([("doc".to_string(), grammar)]),
        history: codegen::history::History::parse(
            "path\tfirst\tlast\ndoc/name\t1.0.0\t2.0.0\ndoc/part\t2.0.0\t2.0.0\n",
        )
        .unwrap(),
        counterparts: BTreeMap::new(),
        defaults: codegen::defaults::Defaults::from([("doc".to_string(), rows(DEFAULTS).unwrap())]),
        prose,
        version: "2.0.0".to_string(),
    }
}

/// What is wrong with the overrides of such sources.
pub fn wrong(sources: &Sources) -> Vec<String> {
    let model = model(sources);
    model.unused(&sources.overrides).iter().map(ToString::to_string).collect()
}

/// The small sources with other overrides and one attribute that the Go provider has.
pub fn with_overrides(text: &str, theirs: &str) -> Sources {
    let folder = tempfile::tempdir().unwrap();
    let rules = "[sizes]\nunit = 'unit'\ndefault = 'bytes'\n";
    let roots = "[[root]]\nkind = 'doc'\nresource = 'some_doc'\n";
    for (name, text) in [("roots.toml", roots), ("words.toml", "[words]\n"), ("rules.toml", rules), ("doc.toml", text)]
    {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    let rows = format!("kind\ttype\tpath\ttf_type\tflags\n{theirs}");
    let counterpart = codegen::go_provider::Counterpart::read(&rows, "some_doc");
    let counterparts = BTreeMap::from([("some_doc".to_string(), counterpart)]);
    Sources { overrides: Overrides::read(folder.path()).unwrap(), counterparts, ..small() }
}
