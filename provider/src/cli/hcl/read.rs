//! HCL's syntax tree → values, by shape, and what does not fit. What only Terraform can evaluate becomes unknown. Knows
//! shapes; must not know any attribute.

use hcl_edit::expr::{Array, Expression, ForExpr, Object as ObjectExpression, ObjectKey, UnaryOperator};
use hcl_edit::repr::Decor;
use hcl_edit::structure::{Body, Structure};
use hcl_edit::template::{Element, Template};
use hcl_edit::{Decorate, Span};
use provider_core::diagnostics::{AttributePath, PathStep};
use provider_core::primitive;
use provider_core::shape::{Kind, Scalar, Shape};
use provider_core::value::{Number, Object, Value};

use super::meant::{Meant, below, meant};
use super::reported;

/// What Terraform takes in any resource or data block.
const META: &[&str] = &["count", "for_each", "provider", "depends_on", "lifecycle", "provisioner", "connection"];

/// Something in a block that does not fit its shape, or cannot be known from the text alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The byte where it starts.
    pub at: usize,
    /// The attribute, as Terraform writes it, with `[*]` for what a `for` makes.
    pub path: String,
    /// What it is.
    pub what: What,
}

/// What was found.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum What {
    /// A key that there is no attribute for.
    #[error("unknown attribute{0}")]
    Unknown(Meant),
    /// A block where an attribute belongs.
    #[error("blocks are not expected here; write it as an attribute, `{0} = ...`")]
    Block(String),
    /// A value of another type.
    #[error("expected {expected}, found {found}")]
    Type {
        /// What the attribute takes.
        expected: &'static str,
        /// What it got.
        found: &'static str,
    },
    /// Something that only Terraform can evaluate.
    #[error("{0} cannot be evaluated here; only literal values can")]
    Dynamic(&'static str),
}

/// Reads blocks.
#[derive(Debug, Default)]
pub struct Reader {
    /// What was found, in the order of the text.
    pub findings: Vec<Finding>,
    /// The objects around the present place, the outermost first, with their paths.
    within: Vec<(&'static Shape, String)>,
    /// Whether what libvirt reported, which stands in comments, is read too.
    with_reported: bool,
}

impl Reader {
    /// A reader of what libvirt reported, too.
    pub fn with_reported() -> Reader {
        Reader { with_reported: true, ..Reader::default() }
    }

    /// The body of a resource or data block of this shape; Terraform's own arguments are left out.
    pub fn body(&mut self, shape: &'static Shape, body: &Body) -> Value {
        let mut object = Object::new();
        self.within.push((shape, String::new()));
        for structure in body {
            let (name, at) = match structure {
                Structure::Attribute(attribute) => (attribute.key.as_str(), start(&attribute.key)),
                Structure::Block(block) => (block.ident.as_str(), start(&block.ident)),
            };
            self.reported(shape, (structure.decor(), at), "", &mut object);
            if META.contains(&name) && shape.attribute(name).is_none() {
                continue;
            }
            match structure {
                Structure::Attribute(attribute) => {
                    self.member(shape, (name, at), &attribute.value, "", &mut object);
                }
                Structure::Block(block) => {
                    let label = block.labels.first().map(|label| label.as_str()).filter(|_| name == "dynamic");
                    let name = label.unwrap_or(name);
                    match shape.attribute(name) {
                        Some(_) => self.find(at, name, What::Block(name.to_string())),
                        None => self.unknown(at, name, ""),
                    }
                }
            }
        }
        self.within.pop();
        Value::Object(object)
    }

    /// An expression for an attribute.
    pub fn expression(&mut self, kind: Kind, expression: &Expression, path: &str) -> Value {
        match expression {
            Expression::Null(_) => Value::Null,
            Expression::Parenthesis(inner) => self.expression(kind, inner.inner(), path),
            Expression::Conditional(conditional) => {
                self.dynamic(expression, path, "a condition");
                self.expression(kind, &conditional.true_expr, path);
                self.expression(kind, &conditional.false_expr, path);
                Value::UNKNOWN
            }
            Expression::FuncCall(call) => {
                self.dynamic(expression, path, "a function call");
                self.arguments(kind, call, path);
                Value::UNKNOWN
            }
            Expression::ForExpr(inner) => {
                self.dynamic(expression, path, "a for expression");
                self.results(kind, inner, path);
                Value::UNKNOWN
            }
            Expression::Traversal(traversal) => {
                let value = self.dynamic(expression, path, "a reference");
                self.indexed(kind, traversal, path);
                value
            }
            Expression::Variable(_) => self.dynamic(expression, path, "a reference"),
            _ => self.literal(kind, expression, path),
        }
    }

    fn literal(&mut self, kind: Kind, expression: &Expression, path: &str) -> Value {
        match (kind, expression) {
            (Kind::Leaf(scalar), _) => self.leaf(scalar, expression, path),
            (Kind::Object(shape), Expression::Object(object)) => self.object(shape, object, path),
            (Kind::Leaves(scalar) | Kind::Set(scalar), Expression::Array(array)) => {
                self.array(Kind::Leaf(scalar), array, path)
            }
            (Kind::List(shape, _), Expression::Array(array)) => self.array(Kind::Object(shape), array, path),
            (Kind::Object(_), _) => self.mistyped(expression, path, "an object"),
            (_, _) => self.mistyped(expression, path, "a list"),
        }
    }

    fn array(&mut self, kind: Kind, array: &Array, path: &str) -> Value {
        let item = |(index, item)| self.expression(kind, item, &format!("{path}[{index}]"));
        Value::List(array.iter().enumerate().map(item).collect())
    }

    fn object(&mut self, shape: &'static Shape, expression: &ObjectExpression, path: &str) -> Value {
        let mut object = Object::new();
        let mut complete = true;
        self.within.push((shape, path.to_string()));
        for (key, value) in expression {
            self.reported(shape, (key.decor(), start(key)), path, &mut object);
            match key_name(key) {
                Some(name) => self.member(shape, (&name, start(key)), value.expr(), path, &mut object),
                None => {
                    self.find(start(key), path, What::Dynamic("a key that is an expression"));
                    complete = false;
                }
            }
        }
        self.within.pop();
        if complete { Value::Object(object) } else { Value::UNKNOWN }
    }

    fn member(
        &mut self,
        shape: &Shape,
        (name, at): (&str, usize),
        value: &Expression,
        path: &str,
        object: &mut Object,
    ) {
        let Some(attribute) = shape.attribute(name) else { return self.unknown(at, name, path) };
        let value = self.expression(attribute.kind, value, &below(path, name));
        if !value.is_null() {
            object.insert(attribute.name, value);
        }
    }

    /// What libvirt reported, by the comments before a place.
    fn reported(&mut self, shape: &Shape, (before, at): (&Decor, usize), path: &str, object: &mut Object) {
        if !self.with_reported {
            return;
        }
        let found = self.findings.len();
        for body in reported::attributes(before) {
            for attribute in body.attributes() {
                self.member(shape, (attribute.key.as_str(), at), &attribute.value, path, object);
            }
        }
        self.findings.iter_mut().skip(found).for_each(|finding| finding.at = at);
    }

    fn leaf(&mut self, scalar: &Scalar, expression: &Expression, path: &str) -> Value {
        let (value, found) = match expression {
            Expression::Bool(value) => (Some(Value::Bool(**value)), "a bool"),
            Expression::String(text) => (Some(Value::from(text.as_str())), "a string"),
            Expression::Number(_) | Expression::UnaryOp(_) => (number(expression), "a number"),
            Expression::StringTemplate(template) => (literal_text(template), "a template"),
            Expression::HeredocTemplate(heredoc) => (literal_text(&heredoc.template), "a template"),
            Expression::Array(_) => return self.mistyped(expression, path, primitive::name(scalar.primitive)),
            Expression::Object(_) => return self.mistyped(expression, path, primitive::name(scalar.primitive)),
            _ => (None, "an operation"),
        };
        let Some(value) = value else { return self.dynamic(expression, path, found) };
        match primitive::convert(scalar.primitive, value) {
            Some(value) => value,
            None => self.mistyped(expression, path, primitive::name(scalar.primitive)),
        }
    }

    /// The elements that a `for` makes of a list.
    fn results(&mut self, kind: Kind, expression: &ForExpr, path: &str) {
        let element = match kind {
            Kind::List(shape, _) => Kind::Object(shape),
            Kind::Leaves(scalar) | Kind::Set(scalar) => Kind::Leaf(scalar),
            Kind::Leaf(_) | Kind::Object(_) => return,
        };
        if expression.key_expr.is_none() {
            self.expression(element, &expression.value_expr, &format!("{path}[*]"));
        }
    }

    fn unknown(&mut self, at: usize, name: &str, path: &str) {
        let meant = meant(&self.within, name);
        self.find(at, &below(path, name), What::Unknown(meant));
    }

    fn mistyped(&mut self, expression: &Expression, path: &str, expected: &'static str) -> Value {
        self.find(start(expression), path, What::Type { expected, found: type_of(expression) });
        Value::UNKNOWN
    }

    fn dynamic(&mut self, expression: &Expression, path: &str, what: &'static str) -> Value {
        self.find(start(expression), path, What::Dynamic(what));
        Value::UNKNOWN
    }

    fn find(&mut self, at: usize, path: &str, what: What) {
        self.findings.push(Finding { at, path: path.to_string(), what });
    }
}

/// Where in a block an attribute stands; where the path leads out of the text, the last place on the way.
pub fn locate(body: &Body, path: &AttributePath) -> Option<usize> {
    let (PathStep::Attribute(name), below) = path.0.split_first()? else { return None };
    let attribute = body.get_attribute(name)?;
    Some(follow(start(&attribute.key), &attribute.value, below))
}

/// The same within an expression.
pub fn locate_within(expression: &Expression, steps: &[PathStep]) -> usize {
    follow(start(expression), expression, steps)
}

fn follow(at: usize, expression: &Expression, steps: &[PathStep]) -> usize {
    if let Expression::Parenthesis(inner) = expression {
        return follow(at, inner.inner(), steps);
    }
    let Some((step, below)) = steps.split_first() else { return at };
    let next = match (step, expression) {
        (PathStep::Element(index), Expression::Array(array)) => array.get(*index).map(|item| (start(item), item)),
        (PathStep::Attribute(name), Expression::Object(object)) => {
            let mut members = object.iter();
            let member = members.find(|(key, _)| key_name(key).as_deref() == Some(*name));
            member.map(|(key, value)| (start(key), value.expr()))
        }
        _ => None,
    };
    next.map_or(at, |(at, expression)| follow(at, expression, below))
}

fn start(node: &impl Span) -> usize {
    node.span().map_or(0, |span| span.start)
}

fn key_name(key: &ObjectKey) -> Option<String> {
    match key {
        ObjectKey::Ident(name) => Some(name.as_str().to_string()),
        ObjectKey::Expression(Expression::Parenthesis(inner)) => inner.inner().as_str().map(str::to_string),
        // In a key these words are names.
        ObjectKey::Expression(Expression::Null(_)) => Some("null".to_string()),
        ObjectKey::Expression(Expression::Bool(word)) => Some(word.to_string()),
        ObjectKey::Expression(expression) => expression.as_str().map(str::to_string),
    }
}

/// A number as it stands in the text, since no digit may be lost.
fn number(expression: &Expression) -> Option<Value> {
    let text = match expression {
        Expression::Number(number) => number.as_repr()?.to_string(),
        Expression::UnaryOp(operation) if *operation.operator.value() == UnaryOperator::Neg => {
            let Expression::Number(number) = &operation.expr else { return None };
            format!("-{}", &**number.as_repr()?)
        }
        _ => return None,
    };
    Number::parse_exactly(&text).map(Value::Number)
}

/// The text of a template without interpolation.
fn literal_text(template: &Template) -> Option<Value> {
    let text = template.iter().map(|element| match element {
        Element::Literal(text) => Some(text.as_str()),
        Element::Interpolation(_) | Element::Directive(_) => None,
    });
    text.collect::<Option<String>>().map(Value::from)
}

fn type_of(expression: &Expression) -> &'static str {
    match expression {
        Expression::Null(_) => "null",
        Expression::Bool(_) => "a bool",
        Expression::Number(_) | Expression::UnaryOp(_) => "a number",
        Expression::String(_) | Expression::StringTemplate(_) | Expression::HeredocTemplate(_) => "a string",
        Expression::Array(_) => "a list",
        Expression::Object(_) => "an object",
        _ => "an expression",
    }
}

#[cfg(test)]
#[path = "read_tests.rs"]
mod tests;
