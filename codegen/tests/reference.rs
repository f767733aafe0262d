//! The reference pages of what is in the repository, and of one small schema as a snapshot.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use codegen::emit::Artifact;
use codegen::emit::docs::{LIMIT, Prose, docs};
use codegen::overrides::Overrides;
use codegen::tree::Tree;
use codegen::{Sources, model, rng};

fn repository() -> Sources {
    Sources::read(Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()).unwrap()
}

/// The attributes that a page describes, by Terraform path: lists of lines, followed through their links.
struct Page {
    lists: BTreeMap<String, Vec<Line>>,
    anchors: Vec<String>,
}

struct Line {
    depth: usize,
    name: String,
    list: bool,
    link: Option<String>,
}

impl Page {
    fn read(text: &str) -> Page {
        let mut page = Page { lists: BTreeMap::new(), anchors: vec![] };
        let mut section = String::new();
        for line in text.lines().skip_while(|line| *line != "## Schema") {
            if let Some(anchor) = line.strip_prefix("<a id=\"").and_then(|line| line.strip_suffix("\"></a>")) {
                section = anchor.to_string();
                page.anchors.push(section.clone());
            } else {
                page.lists.entry(section.clone()).or_default().extend(Line::read(line));
            }
        }
        page
    }

    fn paths(&self, section: &str, prefix: &str, found: &mut BTreeSet<String>) {
        let mut above: Vec<String> = Vec::new();
        for line in self.lists.get(section).unwrap_or_else(|| panic!("there is no section '{section}'")) {
            above.truncate(line.depth);
            let outer = above.last().map_or(prefix, String::as_str);
            let path = format!("{outer}{}{}", line.name, if line.list { "[]" } else { "" });
            if let Some(link) = &line.link {
                self.paths(link, &format!("{path}."), found);
            }
            // What is only named is named with all that it is in.
            found.extend(line.name.match_indices('.').map(|(at, _)| format!("{outer}{}", &line.name[..at])));
            above.push(format!("{path}."));
            found.insert(path);
        }
    }
}

impl Line {
    /// The attribute of a line, or the many that one line names.
    fn read(line: &str) -> Vec<Line> {
        let Some((indent, rest)) = line.split_once("- ") else { return vec![] };
        let depth = indent.len() / 2;
        if let Some(named) = rest.strip_prefix("Not in libvirt's grammar, here for compatibility: ") {
            return named.split(", ").filter_map(|one| Line::named(depth, one)).collect();
        }
        Line::described(depth, rest).into_iter().collect()
    }

    fn described(depth: usize, rest: &str) -> Option<Line> {
        let (name, rest) = rest.strip_prefix('`')?.split_once("` (")?;
        let link = rest.split_once("](#").filter(|(kind, _)| kind.starts_with('[')).map(|(_, rest)| rest);
        let link = link.and_then(|rest| rest.split_once(')')).map(|(link, _)| link.to_string());
        let list = rest.trim_start_matches('[').starts_with("List of objects");
        Some(Line { depth, name: name.to_string(), list, link })
    }

    fn named(depth: usize, one: &str) -> Option<Line> {
        let name = one.split('`').nth(1)?.to_string();
        let link = one.split_once("](#").and_then(|(_, rest)| rest.split_once(')')).map(|(link, _)| link.to_string());
        Some(Line { depth, name, list: false, link })
    }
}

fn page<'a>(pages: &'a [Artifact], tree: &Tree) -> &'a Artifact {
    let short = tree.resource.as_ref().unwrap().split_once('_').unwrap().1;
    pages.iter().find(|page| page.path == format!("docs/resources/{short}.md")).unwrap()
}

#[test]
fn pages_describe_every_attribute_once_and_are_not_cut() {
    let sources = repository();
    let model = model(&sources);
    let pages = docs(&model.trees, &sources.prose, sources.facts()).unwrap();
    for tree in model.trees.iter().filter(|tree| tree.resource.is_some()) {
        let page = page(&pages, tree);
        assert!(page.text.len() <= LIMIT, "{} has {} bytes", page.path, page.text.len());
        let read = Page::read(&page.text);
        let anchors: BTreeSet<&String> = read.anchors.iter().collect();
        assert_eq!(anchors.len(), read.anchors.len(), "{}: each anchor stands once", page.path);
        let links = page.text.split("](#").skip(1).filter_map(|rest| rest.split_once(')')).map(|(link, _)| link);
        let dead: Vec<&str> = links.filter(|link| !anchors.contains(&link.to_string())).collect();
        assert!(dead.is_empty(), "{}: links that lead nowhere: {dead:?}", page.path);
        let mut found = BTreeSet::new();
        read.paths("", "", &mut found);
        let wanted: BTreeSet<String> = tree.placed().into_iter().map(|placed| placed.place.terraform).collect();
        assert_eq!(found.difference(&wanted).collect::<Vec<_>>(), Vec::<&String>::new(), "{} has too much", page.path);
        assert_eq!(wanted.difference(&found).collect::<Vec<_>>(), Vec::<&String>::new(), "{} lacks", page.path);
    }
}

#[test]
fn every_resource_has_an_example() {
    for (name, prose) in repository().prose {
        assert!(prose.contains("```hcl"), "overrides/pages/{name}.md shows no configuration");
    }
}

/// What libvirt does by itself in such a document.
const DEFAULTS: &str = "# As it was seen.\npath\tvalue\twhen\tseen\n\
    parts[]\t{\"name\":\"added\",\"owner\":\"=*\"}\t@driver=One\ta: 2\n\
    parts[].mode\t\"fast\"\t.on=yes|; size=*\ta: 3\n\
    parts[].owner.name\t\"=owner.name\"\t\ta: 1\n";

fn rows(text: &str) -> Result<Vec<codegen::defaults::Row>, codegen::defaults::DefaultsError> {
    codegen::defaults::parse("doc", text)
}

/// The sources for one schema, in which each kind of line occurs.
fn small() -> Sources {
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

#[test]
fn a_page() {
    let sources = small();
    let model = model(&sources);
    assert_eq!(model.findings.undecided, Vec::<String>::new());
    let pages = docs(&model.trees, &sources.prose, sources.facts()).unwrap();
    let text: Vec<String> = pages.iter().map(|page| format!("==> {}\n{}", page.path, page.text)).collect();
    insta::assert_snapshot!(text.join("\n"));
}

#[test]
fn a_place_explained() {
    let sources = small();
    let model = model(&sources);
    let explain =
        |path: &str| codegen::explain::explain(&sources, &model, path).unwrap_or_else(|error| error.to_string());
    let all: Vec<String> = ["doc/part", "some_doc.parts.mode", "doc/uuid", "running", "doc/part@mod"]
        .map(|path| format!("$ {path}\n{}", explain(path)))
        .into();
    insta::assert_snapshot!(all.join("\n"));
}

#[test]
fn a_census() {
    let sources = small();
    insta::assert_snapshot!(codegen::census::census(&sources, &model(&sources)).to_string());
}

#[test]
fn a_description_of_nothing_is_an_error() {
    let mut sources = small();
    let sentence = ("doc.toml".to_string(), "A typo.".to_string());
    sources.overrides.docs.insert("doc/prt".to_string(), sentence);
    let wrong = wrong(&sources).into_iter().filter(|one| one.contains("prt")).collect::<Vec<_>>();
    assert_eq!(wrong, ["doc.toml: doc/prt: doc has no effect: there is no such place; nearest: doc/part"]);
}

/// What is said of the small sources' overrides.
fn wrong(sources: &Sources) -> Vec<String> {
    let model = model(sources);
    model.unused(&sources.overrides).iter().map(ToString::to_string).collect()
}

#[test]
fn a_family_without_members_and_a_pattern_of_nothing_are_errors() {
    let mut sources = small();
    assert_eq!(wrong(&sources), Vec::<String>::new());
    for path in ["*/prt", "*/part@mode"] {
        sources.overrides.docs.insert(path.to_string(), ("doc.toml".to_string(), "A typo.".to_string()));
    }
    sources.overrides.words.patterns.insert("[a-f]".to_string(), "hexadecimal".to_string());
    let wrong = wrong(&sources);
    assert_eq!(wrong.len(), 3, "{wrong:?}");
    assert!(wrong[0].starts_with("doc.toml: */part@mode: doc has no effect"), "the place's own goes first: {wrong:?}");
    assert!(wrong[1].starts_with("doc.toml: */prt: doc has no effect"), "{wrong:?}");
    assert!(wrong[2].starts_with("words.toml: [a-f]: pattern has no effect"), "{wrong:?}");
}

#[test]
fn what_makes_no_difference_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let rules = "[variants.idle]\nby = []\n[members.idle]\nfast = []\n[add.thing]\nmade = { why = 'so', type = 'bool' }\n\
                 [at.'doc/part']\nwhy = 'so'\nextend = { name = 'doc/name', other = 'doc/nowhere' }\n";
    let files = [
        ("roots.toml", "[[root]]\nkind = 'doc'\n"),
        ("words.toml", "[words]\npart = 'part'\nname = 'na me'\n"),
        (
            "rules.toml",
            "[sizes]\nunit = 'unit'\ndefault = 'bytes'\ndocuments = { other = 'KiB' }\n[expressions]\nx = 'digits'\n",
        ),
        ("doc.toml", rules),
    ];
    for (name, text) in files {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    let sources = Sources { overrides: Overrides::read(folder.path()).unwrap(), ..small() };
    let expected = [
        "doc.toml: doc/part: extend has no effect",
        "words.toml: part: word has no effect",
        "rules.toml: x: expression has no effect: no value has it",
        "rules.toml: sizes.documents.other: rule has no effect",
        "doc.toml: thing.made: [add] has no effect: there is no such resource",
        "doc.toml: idle: [variants] has no effect: nothing names it",
        "doc.toml: idle: [members] has no effect: nothing names it",
    ];
    let wrong = wrong(&sources);
    assert!(
        wrong.len() == expected.len() && wrong.iter().zip(expected).all(|(one, start)| one.starts_with(start)),
        "{wrong:#?}"
    );
}

/// The small sources with other overrides and one attribute that the Go provider has.
fn with_overrides(text: &str, theirs: &str) -> Sources {
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

#[test]
fn what_only_an_override_adds_is_outside_the_grammar() {
    let rule = "[at.'doc/owner']\nwhy = 'so'\nextend = { '@mode' = 'doc/part@mode', tag = 'doc/tag' }\nhere = true\n";
    let sources = with_overrides(rule, "");
    let model = model(&sources);
    assert_eq!(
        model.unused(&sources.overrides).iter().map(ToString::to_string).collect::<Vec<_>>(),
        Vec::<String>::new()
    );
    let placed = model.trees[0].placed();
    let outside: Vec<&str> =
        placed.iter().filter(|one| one.attribute.outside_grammar).map(|one| one.place.terraform.as_str()).collect();
    // The tag's members stand in its owner.
    assert_eq!(
        outside,
        ["mode", "tag_name", "tag"]
            .map(|name| format!("owner.{name}"))
            .into_iter()
            .chain(["mode", "tag_name", "tag"].map(|name| format!("parts[].owner.{name}")))
            .collect::<Vec<_>>()
    );
    let text = codegen::explain::explain(&sources, &model, "some_doc.owner.mode").unwrap();
    assert!(text.contains("libvirt's grammar, added by overrides/doc.toml, doc/owner (because so)"), "{text}");
}

#[test]
fn what_is_said_of_a_define_is_said_of_its_expression() {
    let Sources { mut overrides, grammars, .. } = repository_without_words();
    let expression = grammars["domain"].expression("ipv6Addr").unwrap().to_string();
    overrides.words.defines.insert("ipv6Addr".to_string(), "an address".to_string());
    overrides.resolve_defines(grammars.values()).unwrap();
    assert_eq!(overrides.words.patterns[&expression], "an address");
    overrides.words.defines = BTreeMap::from([("ipv7Addr".to_string(), "an address".to_string())]);
    let error = overrides.resolve_defines(grammars.values()).unwrap_err().to_string();
    assert!(error.starts_with("words.toml: ipv7Addr: define has no effect: the grammar has no such define"), "{error}");
}

fn repository_without_words() -> Sources {
    let mut sources = repository();
    (sources.overrides.words.patterns, sources.overrides.words.defines) = (BTreeMap::new(), BTreeMap::new());
    sources
}

#[test]
fn what_is_left_over_is_the_go_providers() {
    let row = |path: &str| format!("resource\tsome_doc\t{path}\tstring\toptional\n");
    // `part_mode` ends with the name of one attribute; `turned` is all that is left beside `on` then.
    let theirs = ["parts[]", "parts[].name", "parts[].owner", "parts[].part_mode", "parts[].turned"].map(row).concat();
    let sources = with_overrides("", &theirs);
    let names = |sources: &Sources| {
        let model = model(sources);
        let all: Vec<String> = model.trees[0].placed().into_iter().map(|one| one.place.terraform).collect();
        all.into_iter().filter(|path| path.starts_with("parts[].")).collect::<Vec<_>>()
    };
    let expected = ["parts[].name", "parts[].part_mode", "parts[].on", "parts[].owner", "parts[].owner.name"];
    assert_eq!(names(&sources), expected, "two are left of each, so only what is alike is taken");
    let sources = with_overrides("[names]\n'doc/part@on' = 'turned'\n", &theirs);
    assert!(names(&sources).contains(&"parts[].turned".to_string()));
    let sources = with_overrides("[names]\n'doc/part@on' = 'spun'\n", &theirs);
    let unused: Vec<String> = model(&sources).unused(&sources.overrides).iter().map(ToString::to_string).collect();
    assert!(unused.iter().any(|one| one.starts_with("doc.toml: doc/part@on: name has no effect")), "{unused:?}");
}

#[test]
fn what_an_override_cannot_mean_is_an_error() {
    let rows = [
        ("[doc]\n'*name' = 'A name, or a surname.'\n", "doc.toml: *name: what follows `*` begins with `/`, `@` or `[`"),
        (
            "[at.'doc/part']\nwhy = 'so'\nvariants = { by = ['type'], defaults = { mode = 'fast' } }\n",
            "doc.toml: doc/part: `defaults` speaks of 'mode', which is not in `by`",
        ),
        (
            "[variants.part]\nby = []\ndefaults = { mode = 'fast' }\n",
            "doc.toml: variants.part: `defaults` speaks of 'mode', which is not in `by`",
        ),
        (
            "[at.'doc/part']\nwhy = 'so'\nvariants = 'prt'\n",
            "doc.toml: doc/part: there is no 'prt' under [variants] or [members]",
        ),
        ("[at.'doc/part']\nwhy = ' '\nmany = true\n", "doc.toml: doc/part has no reason: `why` is empty"),
        ("[at.'doc/part']\nwhy = 'so'\nhere = true\n", "doc.toml: doc/part asks for nothing"),
        (
            "[[family]]\nwhy = 'so'\nplaces = ['doc/part']\nmany = true\n",
            "doc.toml: so: `places` belongs to a [[family]], which has at least two",
        ),
        (
            "[at.a]\nwhy = 'so'\nmany = true\n[at.b]\nwhy = 'so'\nname = 'x'\n[at.c]\nwhy = 'so'\nmany = false\n",
            "three entries give the reason 'so': a, b, c; make them one [[family]], or a rule",
        ),
        (
            "[add.thing]\nmake = { why = 'so', type = 'object' }\n'make.start' = { type = 'bool' }\nstop = { type = 'bool' }\n",
            "doc.toml: stop has no reason: `why` is empty",
        ),
    ];
    for (text, expected) in rows {
        let folder = tempfile::tempdir().unwrap();
        let files = [
            ("roots.toml", "[[root]]\nkind = 'doc'\n"),
            ("words.toml", "[words]\n"),
            ("rules.toml", ""),
            ("doc.toml", text),
        ];
        for (name, text) in files {
            std::fs::write(folder.path().join(name), text).unwrap();
        }
        assert_eq!(Overrides::read(folder.path()).unwrap_err().to_string(), expected, "{text}");
    }
}

#[test]
fn every_attribute_of_a_resource_is_described() {
    let model = model(&repository());
    for tree in model.trees.iter().filter(|tree| tree.resource.is_some()) {
        let silent: Vec<String> = tree
            .placed()
            .into_iter()
            .filter(|one| one.attribute.doc.is_empty())
            .map(|one| one.place.terraform)
            .collect();
        assert!(silent.is_empty(), "{} says nothing of {silent:#?}; write it into overrides/describe", tree.kind);
    }
}

#[test]
fn prose_belongs_to_a_page() {
    let mut sources = small();
    let model = model(&sources);
    sources.prose.insert("some_other".to_string(), "Nothing.".to_string());
    let error = docs(&model.trees, &sources.prose, sources.facts()).unwrap_err();
    assert_eq!(error.to_string(), "overrides/pages/some_other.md belongs to no page: there is no such resource");
}

#[test]
fn a_default_that_fits_nothing_is_an_error() {
    let problem = |row: &str| {
        let file = format!("path\tvalue\twhen\tseen\n{row}\n");
        let mut sources = small();
        let rows = match rows(&file) {
            Ok(rows) => rows,
            Err(error) => return error.to_string(),
        };
        sources.defaults.insert("doc".to_string(), rows);
        let wrong = codegen::defaults::verify(&sources.defaults, &model(&sources).trees);
        wrong.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
    };
    for (row, wrong) in [
        ("parts[].mode\t\"fast\"\t\ta", ""),
        ("parts[].mod\t\"fast\"\t\ta", "there is no 'parts[].mod'; nearest: parts[].mode"),
        ("parts[].mode\t1\t\ta", "1 is no string"),
        ("parts[].mode\t\"=size\"\t\ta", "=size is a number, not a string"),
        ("parts[].mode\t\"=sizes\"\t\ta", "there is no 'sizes'; nearest: size"),
        ("parts[].mode\t\"fast\"\t.one=1\ta", "there is no '.one'; nearest: owner"),
        ("parts[]\t{\"nam\":\"x\"}\t\ta", "the value has no attribute 'nam'; nearest: name"),
        ("parts\t[]\t\ta", "parts is a list of objects; parts[] is an element"),
        ("name\t\"x\"\t\ta", "name must be set, so it has no default"),
        ("running\ttrue\t\ta", "running is a secret, or libvirt does not have it"),
        ("size\t1\t\ta\nsize\t1\t\tb", "this row stands there twice"),
        ("size\t1\t\t", "nothing says where this was seen"),
        ("size\tone\t\ta", "the value is no JSON: expected value at line 1 column 1"),
        ("size\t1\ta", "a row has 4 columns, this has 3"),
        ("size\t1\tx\ta", "the condition 'x' has no '='"),
    ] {
        let line = if row.contains("\tb") { 3 } else { 2 };
        let wrong =
            if wrong.is_empty() { String::new() } else { format!("overrides/defaults/doc.tsv:{line}: {wrong}") };
        assert_eq!(problem(row), wrong, "{row}");
    }
}
