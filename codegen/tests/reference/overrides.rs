//! What overrides and defaults do, and which of them the generator refuses.

use std::collections::BTreeMap;

use codegen::overrides::Overrides;
use codegen::{Sources, model};

use crate::sources::{repository, rows, small, with_overrides, wrong};

#[test]
fn a_description_of_nothing_is_an_error() {
    let mut sources = small();
    let sentence = ("doc.toml".to_string(), "A typo.".to_string());
    sources.overrides.docs.insert("doc/prt".to_string(), sentence);
    let wrong = wrong(&sources).into_iter().filter(|one| one.contains("prt")).collect::<Vec<_>>();
    assert_eq!(wrong, ["doc.toml: doc/prt: doc has no effect: there is no such place; nearest: doc/part"]);
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
fn words_for_a_define_are_words_for_its_expression() {
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
