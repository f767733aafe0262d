//! What functions and indices pass on of what is written in them: only Terraform can evaluate them, but each key that
//! comes through can be looked up. Knows Terraform's functions; must not know any attribute.

use hcl_edit::expr::{Expression, FuncCall, Traversal, TraversalOperator};
use provider_core::shape::Kind;

use super::Reader;

/// Functions whose arguments and result are of one type.
const ALIKE: &[&str] = &[
    "coalesce",
    "coalescelist",
    "concat",
    "distinct",
    "merge",
    "nonsensitive",
    "reverse",
    "sensitive",
    "setintersection",
    "setsubtract",
    "setunion",
    "tolist",
    "tomap",
    "toset",
    "try",
];

impl Reader {
    /// The arguments of a function that come out of it.
    pub(super) fn arguments(&mut self, kind: Kind, call: &FuncCall, path: &str) {
        if call.name.is_namespaced() || matches!(kind, Kind::Leaf(_)) {
            return;
        }
        let arguments: Vec<&Expression> = call.args.iter().collect();
        match (call.name.name.as_str(), arguments.as_slice()) {
            (name, [before @ .., last]) if ALIKE.contains(&name) => {
                before.iter().for_each(|argument| self.passed(kind, argument, path));
                match call.args.expand_final() {
                    true => self.each(kind, last, path),
                    false => self.passed(kind, last, path),
                }
            }
            ("slice", [list, ..]) => self.passed(kind, list, path),
            ("element" | "one", [list, ..]) => self.each(kind, list, path),
            ("lookup", [map, _, other @ ..]) => {
                self.each(kind, map, path);
                other.iter().for_each(|other| self.passed(kind, other, path));
            }
            ("values", [map]) => {
                if let Some(element) = element_of(kind) {
                    self.each(element, map, &format!("{path}[*]"));
                }
            }
            ("flatten", [lists]) => self.flattened(kind, lists, path),
            _ => {}
        }
    }

    /// What an index may pick out of a list or map that is written out.
    pub(super) fn indexed(&mut self, kind: Kind, traversal: &Traversal, path: &str) {
        if let [operator] = traversal.operators.as_slice()
            && matches!(operator.value(), TraversalOperator::Index(_) | TraversalOperator::LegacyIndex(_))
            && !matches!(kind, Kind::Leaf(_))
        {
            self.each(kind, &traversal.expr, path);
        }
    }

    fn passed(&mut self, kind: Kind, expression: &Expression, path: &str) {
        self.expression(kind, expression, path);
    }

    /// The elements of a list or map, which are of this kind, where it is written out.
    fn each(&mut self, kind: Kind, expression: &Expression, path: &str) {
        match expression {
            Expression::Parenthesis(inner) => self.each(kind, inner.inner(), path),
            Expression::Array(items) => items.iter().for_each(|item| self.passed(kind, item, path)),
            Expression::Object(members) => members.iter().for_each(|(_, value)| self.passed(kind, value.expr(), path)),
            Expression::ForExpr(inner) if !inner.grouping => self.passed(kind, &inner.value_expr, path),
            Expression::Conditional(conditional) => {
                self.each(kind, &conditional.true_expr, path);
                self.each(kind, &conditional.false_expr, path);
            }
            Expression::FuncCall(call) if is_alike(call) => {
                call.args.iter().for_each(|argument| self.each(kind, argument, path));
            }
            _ => {}
        }
    }

    /// The elements of lists within lists.
    fn flattened(&mut self, kind: Kind, expression: &Expression, path: &str) {
        let Some(element) = element_of(kind) else { return };
        match expression {
            Expression::Parenthesis(inner) => self.flattened(kind, inner.inner(), path),
            Expression::Array(items) => items.iter().for_each(|item| self.flattened(kind, item, path)),
            Expression::Object(_) => self.passed(element, expression, &format!("{path}[*]")),
            Expression::ForExpr(inner) if inner.key_expr.is_none() => self.flattened(kind, &inner.value_expr, path),
            Expression::Conditional(conditional) => {
                self.flattened(kind, &conditional.true_expr, path);
                self.flattened(kind, &conditional.false_expr, path);
            }
            // A function that makes an object of objects, and not a list of lists.
            Expression::FuncCall(call) if call.name.name.as_str() == "merge" => {
                self.passed(element, expression, &format!("{path}[*]"));
            }
            Expression::FuncCall(call) if is_alike(call) => {
                call.args.iter().for_each(|argument| self.flattened(kind, argument, path));
            }
            Expression::FuncCall(_) => self.passed(kind, expression, path),
            _ => {}
        }
    }
}

fn is_alike(call: &FuncCall) -> bool {
    !call.name.is_namespaced() && ALIKE.contains(&call.name.name.as_str())
}

/// The kind of a list's elements.
fn element_of(kind: Kind) -> Option<Kind> {
    match kind {
        Kind::List(shape, _) => Some(Kind::Object(shape)),
        Kind::Leaves(scalar) | Kind::Set(scalar) => Some(Kind::Leaf(scalar)),
        Kind::Leaf(_) | Kind::Object(_) => None,
    }
}
