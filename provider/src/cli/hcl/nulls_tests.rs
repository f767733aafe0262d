use super::*;

fn tidied(text: &str) -> WithoutNulls {
    without_nulls(text, |block| block.ident.as_str() == "resource").unwrap()
}

fn expect(before: &str, after: &str) {
    let done = tidied(before);
    assert_eq!(done.text, after, "of {before}");
    let again = tidied(after);
    assert_eq!((again.text.as_str(), again.removed), (after, 0));
}

#[test]
fn lines_go_and_the_others_are_aligned() {
    expect(
        "resource \"a\" \"b\" {\n  name      = \"n\"\n  long_name = null\n  id        = 1\n}\n",
        "resource \"a\" \"b\" {\n  name = \"n\"\n  id   = 1\n}\n",
    );
    // A blank line, a comment or an object on several lines ends what is aligned.
    expect(
        "resource \"a\" \"b\" {\n  a      = 1\n  longer = null\n\n  bb     = 2\n  ccc    = 3\n  # why\n  dddddd = 4\n}\n",
        "resource \"a\" \"b\" {\n  a = 1\n\n  bb     = 2\n  ccc    = 3\n  # why\n  dddddd = 4\n}\n",
    );
    // What nobody had aligned stays so.
    expect(
        "resource \"a\" \"b\" {\n  a = 1\n  longer = 2\n  x = null\n}\n",
        "resource \"a\" \"b\" {\n  a = 1\n  longer = 2\n}\n",
    );
}

#[test]
fn objects_in_objects_and_lists() {
    expect(
        "resource \"a\" \"b\" {\n  list = [\n    {\n      x   = null\n      one = 1\n    },\n    {\n      x = null\n    },\n  ]\n  o = {\n    y = null\n    p = { z = null, q = 1, r = null }\n  }\n}\n",
        "resource \"a\" \"b\" {\n  list = [\n    {\n      one = 1\n    },\n    {},\n  ]\n  o = {\n    p = { q = 1 }\n  }\n}\n",
    );
}

#[test]
fn an_object_of_nulls_stays_and_is_empty() {
    expect(
        "resource \"a\" \"b\" {\n  source = {\n    file    = null\n    longest = null\n    user = {\n      dev = null\n    }\n    x       = 1\n  }\n}\n",
        "resource \"a\" \"b\" {\n  source = {\n    user = {}\n    x    = 1\n  }\n}\n",
    );
    // It kept those above and below it apart.
    expect(
        "resource \"a\" \"b\" {\n  acpi = true\n  apic = {\n    eoi = null\n  }\n  pae            = true\n  private_client = null\n}\n",
        "resource \"a\" \"b\" {\n  acpi = true\n  apic = {}\n  pae  = true\n}\n",
    );
    expect("resource \"a\" \"b\" {\n  o = { a = null, b = null }\n}\n", "resource \"a\" \"b\" {\n  o = {}\n}\n");
    expect(
        "resource \"a\" \"b\" {\n  o = { c = 1, a = null, b = null }\n}\n",
        "resource \"a\" \"b\" {\n  o = { c = 1 }\n}\n",
    );
}

#[test]
fn comments_and_everything_else_stay() {
    let kept = "# null = null\nlocals {\n  a = null\n}\n\nresource \"a\" \"b\" {\n  # a = null\n  a = \"null\"\n  \
                b = f({ x = null })\n  c = var.c ? null : { d = null }\n  e = <<-EOT\n    x = null\n  EOT\n\n  \
                lifecycle {\n    ignore_changes = [a]\n  }\n}\n";
    expect(kept, kept);
    expect(
        "resource \"a\" \"b\" {\n  # about x\n  x = null # gone with it\n  y = { // first\n    z = null\n    # about z\n  }\n}\n",
        "resource \"a\" \"b\" {\n  # about x\n  y = { // first\n    # about z\n  }\n}\n",
    );
    expect("resource \"a\" \"b\" {\r\n  x = null\r\n  y = 1\r\n}\r\n", "resource \"a\" \"b\" {\r\n  y = 1\r\n}\r\n");
}

#[test]
fn what_is_sensitive_is_named() {
    let text = "resource \"a\" \"b\" {\n  l = [{\n    passwd = null # sensitive\n    ö = null\n  }]\n}\n";
    let done = tidied(text);
    assert_eq!(done.sensitive, [(text.find("passwd").unwrap(), "a.b".to_string(), "l[0].passwd".to_string())]);
    assert_eq!(done.removed, 2);
}

#[test]
fn what_does_not_parse_is_refused() {
    assert!(without_nulls("resource {", |_| true).is_err());
}
