use hcl_edit::parser::parse_body;
use provider_core::json;
use provider_core::shape::{Attribute, List, Meaning, Primitive};

use super::super::Positions;
use super::*;

static TEXT: Scalar = Scalar { primitive: Primitive::String, forms: &[], meaning: Meaning::Exact };
static COUNT: Scalar = Scalar { primitive: Primitive::Number, forms: &[], meaning: Meaning::Number };
static FLAG: Scalar = Scalar { primitive: Primitive::Bool, forms: &[], meaning: Meaning::Exact };
static ITEM: Shape =
    Shape { attributes: &[Attribute::new("flag", Kind::Leaf(&FLAG)), Attribute::new("size", Kind::Leaf(&COUNT))] };
static LIST: List = List { keys: &[], skip: 0 };
static SHAPE: Shape = Shape {
    attributes: &[
        Attribute::new("item", Kind::Object(&ITEM)),
        Attribute::new("items", Kind::List(&ITEM, &LIST)),
        Attribute::new("size", Kind::Leaf(&COUNT)),
        Attribute::new("text", Kind::Leaf(&TEXT)),
        Attribute::new("words", Kind::Leaves(&TEXT)),
    ],
};

fn read(text: &str) -> (String, Vec<String>) {
    let body = parse_body(text).unwrap();
    let mut reader = Reader::default();
    let value = reader.body(&SHAPE, &body);
    let positions = Positions::new(text);
    let line = |finding: &Finding| format!("{}: {}: {}", positions.at(finding.at), finding.path, finding.what);
    (json::encode(&value).to_string(), reader.findings.iter().map(line).collect())
}

#[test]
fn literals_are_values() {
    let rows = [
        ("text = \"a\\n$${b}\\\"\"\n", r#"{"text":"a\n${b}\""}"#),
        ("text = <<-EOT\n    a\n\n      $${b}\\n\n    EOT\n", r#"{"text":"a\n\n  ${b}\\n\n"}"#),
        ("text = <<EOT\n  a\nEOT\n", r#"{"text":"  a\n"}"#),
        ("text = 12\nsize = \"7\"\n", r#"{"size":7,"text":"12"}"#),
        ("size = 18446744073709551615\n", r#"{"size":18446744073709551615}"#),
        ("size = -1.50\n", r#"{"size":-1.50}"#),
        ("text = null\nitem = {}\n", r#"{"item":{}}"#),
        ("item = { \"flag\" = true, (\"size\") : (3) }\n", r#"{"item":{"flag":true,"size":3}}"#),
        (
            "items = [{ size = 1 }, { flag = \"true\" },]\nwords = [\"a\", true]\n",
            r#"{"items":[{"size":1},{"flag":true}],"words":["a","true"]}"#,
        ),
        ("count = 2\nlifecycle {\n  ignore_changes = all\n}\ntext = \"a\"\n", r#"{"text":"a"}"#),
    ];
    for (text, value) in rows {
        assert_eq!(read(text), (value.to_string(), Vec::new()), "{text}");
    }
}

#[test]
fn what_does_not_fit_is_found_wherever_it_stands() {
    let rows = [
        ("itms = []\n", "1:1: itms: unknown attribute; did you mean items?"),
        (
            "items = [\n  { size = 1, zise = 2 },\n]\n",
            "2:15: items[0].zise: unknown attribute; did you mean items[0].size?",
        ),
        ("item = {\n  colour = 1\n}\n", "2:3: item.colour: unknown attribute"),
        ("item {\n  size = 1\n}\n", "1:1: item: blocks are not expected here; write it as an attribute, `item = ...`"),
        (
            "dynamic \"items\" {\n}\n",
            "1:1: items: blocks are not expected here; write it as an attribute, `items = ...`",
        ),
        ("items = {}\n", "1:9: items: expected a list, found an object"),
        ("item = [{}]\n", "1:8: item: expected an object, found a list"),
        ("size = \"x\"\n", "1:8: size: expected a number, found a string"),
        ("text = {}\n", "1:8: text: expected a string, found an object"),
    ];
    for (text, finding) in rows {
        assert_eq!(read(text).1, [finding], "{text}");
    }
}

#[test]
fn what_libvirt_reported_is_read_where_it_is_asked_for() {
    let text = "# Reported by libvirt: size = 1\n# Reported by nobody: text = 1\ncount = 2\nitem = {\n  # Reported by libvirt: size = 2\n  \
                flag = true\n}\ntext = <<-EOT\n    # Reported by libvirt: size = 3\n  EOT\n";
    assert_eq!(
        read(text).0,
        r##"{"item":{"flag":true},"text":"# Reported by libvirt: size = 3\n"}"##,
        "comments are comments"
    );
    let mut reader = Reader::with_reported();
    let value = json::encode(&reader.body(&SHAPE, &parse_body(text).unwrap()));
    assert_eq!((&value["size"], &value["item"]["size"]), (&1.into(), &2.into()), "{value}");
    assert!(reader.findings.is_empty(), "{:?}", reader.findings);

    let mut reader = Reader::with_reported();
    reader.body(&SHAPE, &parse_body("text = 1\n# Reported by libvirt: zise = 1\nsize = 1\n").unwrap());
    let found: Vec<(usize, &str)> = reader.findings.iter().map(|one| (one.at, one.path.as_str())).collect();
    assert_eq!(found, [(41, "zise")]);
}

#[test]
fn dynamic_parts_are_looked_into() {
    let rows = [
        ("items = [for x in var.y : { zise = x }]\n", "1:29: items[*].zise"),
        ("item = var.a ? { zise = 1 } : null\n", "1:18: item.zise"),
        ("item = merge(var.a, { zise = 1 })\n", "1:23: item.zise"),
        ("items = concat(var.a, [{ zise = 1 }])\n", "1:26: items[0].zise"),
        ("items = tolist(toset([{ zise = 1 }]))\n", "1:25: items[0].zise"),
        ("items = slice([{ zise = 1 }], 0, 1)\n", "1:18: items[0].zise"),
        ("items = flatten([for x in var.a : [for y in x : { zise = y }]])\n", "1:51: items[*].zise"),
        ("items = flatten([{ zise = 1 }, var.a, [[{ size = 1 }]]])\n", "1:20: items[*].zise"),
        ("items = flatten(concat(var.a, [{ zise = 1 }]))\n", "1:34: items[*].zise"),
        ("items = flatten([merge({ zise = 1 }, var.a)])\n", "1:26: items[*].zise"),
        ("items = values({ a = { zise = 1 } })\n", "1:24: items[*].zise"),
        ("items = values({ for x in var.a : x => { zise = 1 } })\n", "1:42: items[*].zise"),
        ("item = merge([for x in var.a : { zise = x }]...)\n", "1:34: item.zise"),
        ("item = { a = { zise = 1 }, b = { size = 2 } }[var.a]\n", "1:16: item.zise"),
        ("item = [{ zise = 1 }][0]\n", "1:11: item.zise"),
        ("item = one(concat([{ zise = 1 }], var.a))\n", "1:22: item.zise"),
        ("item = element([{ zise = 1 }], var.a)\n", "1:19: item.zise"),
        ("item = lookup({ a = { zise = 1 } }, var.a, { size = 1 })\n", "1:23: item.zise"),
        ("item = lookup(var.a, \"a\", { zise = 1 })\n", "1:29: item.zise"),
    ];
    for (text, start) in rows {
        let (value, findings) = read(text);
        assert!(value.contains("null") || value == "{}", "{value}");
        assert!(findings.iter().any(|finding| finding.starts_with(start)), "{text}: {findings:?}");
        assert!(findings[0].contains("cannot be evaluated here"), "{findings:?}");
    }
    for text in
        ["text = var.a\n", "text = \"a${b}\"\n", "size = 1 + 1\n", "item = { (var.a) = 1 }\n", "items = var.a[*].b\n"]
    {
        let (_, findings) = read(text);
        assert!(findings.len() == 1 && findings[0].contains("cannot be evaluated here"), "{text}: {findings:?}");
    }
}

#[test]
fn what_passes_on_what_fits_is_left_alone() {
    for text in [
        "item = merge([{ size = 1 }, { flag = true }]...)\n",
        "items = concat([[{ size = 1 }], var.a]...)\n",
        "items = flatten([[{ size = 1 }], { size = 2 }, [[var.a]], null])\n",
        "words = flatten([[\"a\"], var.a, \"b\"])\n",
        "words = [\"a\", \"b\"][*]\n",
        "text = { a = { b = 1 } }[var.a].b\n",
        "item = one(var.a)\n",
        "items = chunklist([{ zise = 1 }], 2)[0]\n",
    ] {
        let (_, findings) = read(text);
        assert!(findings.iter().all(|finding| finding.contains("cannot be evaluated here")), "{text}: {findings:?}");
    }
}

#[test]
fn attributes_are_located() {
    let text = "size = 1\nitems = [\n  { size = 1 },\n  {\n    flag = true\n  },\n]\n";
    let body = parse_body(text).unwrap();
    let items = AttributePath::root("items");
    let rows = [
        (AttributePath::root("size"), Some("1:1")),
        (items.element(0).attribute("size"), Some("3:5")),
        (items.element(1).attribute("flag"), Some("5:5")),
        (items.element(1).attribute("size"), Some("4:3")),
        (AttributePath::root("text"), None),
    ];
    for (path, place) in rows {
        let found = locate(&body, &path).map(|at| Positions::new(text).at(at).to_string());
        assert_eq!(found.as_deref(), place, "{path}");
    }
}
