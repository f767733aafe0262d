//! Which attributes a configuration writes, whatever their values. Knows HCL's syntax; must not know any resource.

use std::collections::BTreeSet;

use hcl_edit::expr::{Expression, ObjectKey};
use hcl_edit::parser::parse_body;

/// The attributes in the blocks of a type of resource: `devices.disks[].target.dev`, and the objects that hold them.
pub fn attributes(text: &str, resource: &str) -> BTreeSet<String> {
    let body = parse_body(text).unwrap_or_else(|error| panic!("{error}\n{text}"));
    let is_ours =
        |label: Option<&hcl_edit::structure::BlockLabel>| label.is_some_and(|label| label.as_str() == resource);
    let mut found = BTreeSet::new();
    for block in body.get_blocks("resource").filter(|block| is_ours(block.labels.first())) {
        for attribute in block.body.attributes() {
            collect(&attribute.value, attribute.key.to_string().trim(), &mut found);
        }
    }
    found
}

fn collect(expression: &Expression, path: &str, found: &mut BTreeSet<String>) {
    match expression {
        Expression::Object(object) => {
            found.insert(path.to_string());
            for (key, value) in object {
                let name = match key {
                    ObjectKey::Ident(name) => name.as_str().to_string(),
                    ObjectKey::Expression(key) => key.as_str().unwrap_or("(...)").to_string(),
                };
                collect(value.expr(), &format!("{path}.{name}"), found);
            }
        }
        Expression::Array(items) => items.iter().for_each(|item| collect(item, &format!("{path}[]"), found)),
        Expression::Parenthesis(inner) => collect(inner.inner(), path, found),
        Expression::Conditional(either) => {
            collect(&either.true_expr, path, found);
            collect(&either.false_expr, path, found);
        }
        Expression::Null(_) => {}
        _ => {
            found.insert(path.to_string());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::attributes;

    #[test]
    fn objects_and_what_is_in_them_are_found() {
        let text = "resource \"a\" \"x\" {\n  n = 1\n  o = { p = [{ q = var.q }], r = null }\n  c = var.c ? { d = {} } : null\n}\n\
                    resource \"b\" \"x\" {\n  m = 1\n}\n";
        let found: Vec<String> = attributes(text, "a").into_iter().collect();
        assert_eq!(found, ["c", "c.d", "n", "o", "o.p[]", "o.p[].q"]);
    }
}
