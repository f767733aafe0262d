//! One small grammar per construct, and what the check reports of documents.

use super::datatype::{Data, Datatype, Facet};
use super::*;
use NameClass as Name;
use Pattern::*;

static WORD: Data = Data { datatype: Datatype::String, facets: &[Facet::MaxLength(3)], except: &[] };
static NUMBER: Data = Data { datatype: Datatype::UNSIGNED_INT, facets: &[], except: &[] };

#[rustfmt::skip]
static PATTERNS: [Pattern; 45] = [
    /* 0 */ Empty,
    /* 1 */ Pattern::Text,
    /* 2 */ Data(&WORD),
    /* 3 */ Data(&NUMBER),
    /* 4 */ Value("a b"),
    /* 5 */ Value("file"),
    /* 6 */ Value("block"),
    /* 7 */ Attribute(Name::local("type"), 5),
    /* 8 */ Attribute(Name::local("type"), 6),
    /* 9 */ Attribute(Name::local("path"), 1),
    /* 10 */ Attribute(Name::local("dev"), 3),
    /* 11 */ Element(1),
    /* 12 */ Element(2),
    // A disk: its type says which source it has.
    /* 13 */ Group(&[7, 11]),
    /* 14 */ Group(&[8, 12]),
    /* 15 */ Choice(&[13, 14]),
    /* 16 */ Element(3),
    /* 17 */ Element(4),
    /* 18 */ Element(5),
    // An interleave of an optional text, a word and any number of disks.
    /* 19 */ Choice(&[0, 16]),
    /* 20 */ OneOrMore(18),
    /* 21 */ Choice(&[0, 20]),
    /* 22 */ Interleave(&[19, 17, 21]),
    /* 23 */ Element(0),
    // Raw: any element, any attribute, any text, again and again.
    /* 24 */ Attribute(Name::Any, 1),
    /* 25 */ Element(6),
    /* 26 */ Choice(&[1, 24, 25]),
    /* 27 */ OneOrMore(26),
    /* 28 */ Choice(&[0, 27]),
    // Text or children.
    /* 29 */ Choice(&[4, 16]),
    /* 30 */ Element(7),
    // Order, repetition of a sequence, a name of a namespace.
    /* 31 */ Element(8),
    /* 32 */ Group(&[16, 17]),
    /* 33 */ OneOrMore(32),
    /* 34 */ Group(&[33, 35]),
    /* 35 */ Element(9),
    /* 36 */ Attribute(Name::of("urn:x", "id"), 3),
    /* 37 */ Choice(&[0, 36]),
    /* 38 */ Element(10),
    /* 39 */ Element(11),
    // An attribute that may be empty, and one in each of two alternatives.
    /* 40 */ Attribute(Name::local("none"), 0),
    /* 41 */ Attribute(Name::local("either"), 3),
    /* 42 */ Choice(&[40, 41]),
    /* 43 */ NotAllowed,
    /* 44 */ Choice(&[43, 4]),
];

static ELEMENTS: [super::Element; 12] = [
    super::Element { name: Name::local("machine"), content: 22 },
    super::Element { name: Name::local("source"), content: 9 },
    super::Element { name: Name::local("source"), content: 10 },
    super::Element { name: Name::local("title"), content: 1 },
    super::Element { name: Name::local("name"), content: 2 },
    super::Element { name: Name::local("disk"), content: 15 },
    super::Element { name: Name::Any, content: 28 },
    super::Element { name: Name::local("nvram"), content: 29 },
    super::Element { name: Name::local("list"), content: 34 },
    super::Element { name: Name::of("urn:x", "end"), content: 37 },
    super::Element { name: Name::local("either"), content: 42 },
    super::Element { name: Name::local("dead"), content: 44 },
];

static GRAMMAR: Grammar = Grammar {
    patterns: &PATTERNS,
    elements: &ELEMENTS,
    roots: &[("any", 25), ("dead", 39), ("either", 38), ("list", 31), ("machine", 23), ("nvram", 30)],
};

fn mismatch(text: &str) -> Option<Mismatch> {
    let document = Document::parse(text).unwrap();
    match GRAMMAR.check(document.root_element().tag_name().name(), &document) {
        Ok(()) => None,
        Err(CheckError::Mismatch(mismatch)) => Some(*mismatch),
        Err(error) => panic!("{text}: {error}"),
    }
}

#[track_caller]
fn valid(text: &str) {
    assert_eq!(mismatch(text).map(|wrong| wrong.to_string()), None, "{text}");
}

#[track_caller]
fn invalid(text: &str, message: &str) {
    assert_eq!(mismatch(text).map(|wrong| wrong.to_string()).as_deref(), Some(message), "{text}");
}

#[test]
fn interleaves_have_no_order_and_hold_each_part_once() {
    valid("<machine><name>a</name></machine>");
    valid("<machine>\n<disk type='file'><source path=''/></disk><title/><name> </name><!-- x --></machine>");
    invalid(
        "<machine><title>a</title><name>b</name><title/></machine>",
        "machine/title[2] (line 1): <title> is not allowed more than once here; allowed: disk",
    );
    invalid("<machine>\n<title/></machine>", "machine (line 1): <name> is missing");
    invalid(
        "<machine>\n <name>a</name>\n <dsk/></machine>",
        "machine/dsk (line 3): <dsk> is not allowed here; allowed: title, disk",
    );
}

#[test]
fn the_branch_that_was_chosen_is_held_to() {
    let disks = "<disk type='block'><source dev='1'/></disk><disk type='file'><source dev='1'/></disk>";
    invalid(
        &format!("<machine><name/>{disks}</machine>"),
        "machine/disk[2]/source@dev (line 1): attribute 'dev' is not allowed here; allowed: path",
    );
    invalid(
        "<machine><disk type='blok'/></machine>",
        "machine/disk@type (line 1): the value 'blok' is not allowed; allowed: file, block",
    );
    invalid("<machine><disk/></machine>", "machine/disk (line 1): attribute 'type' is missing");
    invalid("<machine><disk type='file'/></machine>", "machine/disk (line 1): <source> is missing");
    invalid(
        "<machine><disk type='block'><source dev='x'/></disk></machine>",
        "machine/disk/source@dev (line 1): the value 'x' is not allowed; allowed: unsignedInt",
    );
}

#[test]
fn text_is_joined_and_white_space_between_elements_is_none() {
    valid("<machine><name>a<!-- b -->c</name></machine>");
    invalid(
        "<machine><name>ab<!-- c -->cd</name></machine>",
        "machine/name (line 1): the text 'abcd' is not allowed here; allowed: text (at most 3 characters)",
    );
    invalid(
        "<machine>x<name/></machine>",
        "machine (line 1): the text 'x' is not allowed here; allowed: <title>, <name>, <disk>",
    );
    valid("<nvram>\n a \t b </nvram>");
    valid("<nvram> <title/> </nvram>");
    invalid("<nvram>ab</nvram>", "nvram (line 1): the text 'ab' is not allowed here; allowed: a b");
    invalid("<nvram>a b<title/></nvram>", "nvram/title (line 1): <title> is not allowed here");
}

#[test]
fn groups_have_an_order_and_sequences_repeat() {
    valid("<list><title/><name/><title/><name/><x:end xmlns:x='urn:x' x:id='1'/></list>");
    valid("<list><title/><name/><end xmlns='urn:x'/></list>");
    invalid(
        "<list><title/><title/><name/></list>",
        "list/title[2] (line 1): <title> is not allowed more than once here; allowed: name",
    );
    invalid("<list><title/><name/><end/></list>", "list/end (line 1): <end> is not allowed here; allowed: title, end");
    invalid("<list><title/><name/></list>", "list (line 1): <end> is missing");
    invalid(
        "<list><title/><name/><end xmlns='urn:x' id='1'/></list>",
        "list/end@id (line 1): attribute 'id' is not allowed here; allowed: id",
    );
}

#[test]
fn any_name_takes_anything() {
    valid("<any a='1' x:b='2' xmlns:x='urn:y'>text<b>more<any/></b> and <x:c/></any>");
}

#[test]
fn one_of_two_attributes() {
    valid("<either none=' '/>");
    valid("<either either='1'/>");
    invalid("<either/>", "either (line 1): one of these is missing: attribute 'none', attribute 'either'");
    invalid("<either none='x'/>", "either@none (line 1): the value 'x' is not allowed");
    invalid("<either none='' either='1'/>", "either@either (line 1): attribute 'either' is not allowed here");
}

#[test]
fn what_cannot_be_taken_is_not() {
    valid("<dead>a b</dead>");
    invalid("<dead/>", "dead (line 1): text is missing; allowed: a b");
}

#[test]
fn other_errors_say_what_they_are() {
    assert!(matches!(GRAMMAR.check_text("nothing", "<a/>"), Err(CheckError::Kind(kind)) if kind == "nothing"));
    assert!(matches!(GRAMMAR.check_text("any", "<a>"), Err(CheckError::Xml(_))));
    let root = GRAMMAR.check_text("machine", "<nvram/>").unwrap_err().to_string();
    assert_eq!(root, "nvram (line 1): <nvram> is not allowed here; allowed: machine");
}

#[test]
fn a_mismatch_says_where_in_numbers_too() {
    let wrong = mismatch("<machine><disk type='file'><source path=''/></disk><disk type='x'/></machine>").unwrap();
    let steps: Vec<(&str, usize)> = wrong.path.iter().map(|step| (step.name.as_str(), step.index)).collect();
    assert_eq!(steps, [("machine", 0), ("disk", 1)]);
    assert_eq!((wrong.attribute.as_deref(), wrong.fault, wrong.found.as_str()), (Some("type"), Fault::Value, "x"));
}

#[test]
fn children_are_put_into_an_order_that_is_allowed() {
    let arranged = |kind, text: &str| GRAMMAR.arrange(kind, text.to_string()).map_err(|error| error.to_string());
    let pair = |number: u8| format!("<title>{number}</title>\n<name>n{number}</name>");
    let right = format!("<list>{}{}<e:end xmlns:e='urn:x'/></list>", pair(1), pair(2));
    let wrong =
        "<list><title>1</title>\n<title>2</title><name>n1</name>\n<e:end xmlns:e='urn:x'/><name>n2</name></list>";
    assert_eq!(arranged("list", &right).as_deref(), Ok(&*right), "what is valid stays");
    assert_eq!(arranged("list", wrong).as_deref(), Ok(&*right));
    let broken = wrong.replace("n1", "too long");
    assert!(arranged("list", &broken).is_err_and(|error| error.contains("list")));
}
