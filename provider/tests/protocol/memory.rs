//! A resource and a data source that live in memory, with one attribute of every kind.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use provider_core::diagnostics::{AttributePath, Diagnostic, Diagnostics};
use provider_core::shape::{Attribute, Class, Kind, List, Meaning, Primitive, Scalar, Shape};
use provider_core::value::Value;
use terraform_provider_libvirt::data_source::DataSource;
use terraform_provider_libvirt::libvirt::Host;
use terraform_provider_libvirt::resource::{Outcome, Resource, Update};
use terraform_provider_libvirt::server::{Registry, Server};

static TEXT: Scalar = Scalar { primitive: Primitive::String, forms: &[], meaning: Meaning::Exact };
static COUNT: Scalar = Scalar { primitive: Primitive::Number, forms: &[], meaning: Meaning::Exact };
static FLAG: Scalar = Scalar { primitive: Primitive::Bool, forms: &[], meaning: Meaning::Exact };
static BY_NAME: List = List { keys: &[&["name"]], skip: 0 };

const fn attribute(name: &'static str, kind: Kind, class: Class) -> Attribute {
    Attribute { class, ..Attribute::new(name, kind) }
}

static PART: Shape = Shape {
    attributes: &[
        attribute("address", Kind::Leaf(&TEXT), Class::ServerDefault),
        attribute("name", Kind::Leaf(&TEXT), Class::Configured),
    ],
};

static THING: Shape = Shape {
    attributes: &[
        attribute("enabled", Kind::Leaf(&FLAG), Class::Configured),
        attribute("id", Kind::Leaf(&TEXT), Class::Runtime),
        attribute("labels", Kind::Leaves(&TEXT), Class::Configured),
        Attribute { required: true, replace: true, ..attribute("name", Kind::Leaf(&TEXT), Class::Configured) },
        attribute("part", Kind::Object(&PART), Class::Configured),
        attribute("parts", Kind::List(&PART, &BY_NAME), Class::Configured),
        Attribute { sensitive: true, ..attribute("password", Kind::Leaf(&TEXT), Class::Configured) },
        attribute("password_once", Kind::Leaf(&TEXT), Class::WriteOnly),
        Attribute { doc: "How *large*.", ..attribute("size", Kind::Leaf(&COUNT), Class::Configured) },
        attribute("tags", Kind::Set(&TEXT), Class::Configured),
    ],
};

static COUNTED: Shape = Shape {
    attributes: &[
        Attribute { required: true, ..attribute("name", Kind::Leaf(&TEXT), Class::Configured) },
        attribute("size", Kind::Leaf(&COUNT), Class::Runtime),
    ],
};

/// What exists, by id.
pub type Store = Arc<Mutex<BTreeMap<String, Value>>>;

/// A server of both, and what they keep.
pub fn server() -> (Arc<Server>, Store) {
    let store = Store::default();
    let registry = Registry::new(vec![Box::new(Thing(store.clone()))], vec![Box::new(Counted(store.clone()))]);
    (Arc::new(Server::new(registry)), store)
}

struct Thing(Store);

impl Thing {
    /// What a host would make of it: ids and addresses where there are none.
    fn put(&self, id: &str, planned: &Value) -> Value {
        let mut actual = planned.clone();
        actual.set("id", Value::from(id));
        actual.set("part", addressed(planned.get("part"), 0));
        if let Value::List(parts) = planned.get("parts") {
            let parts = parts.iter().enumerate().map(|(index, part)| addressed(part, index)).collect();
            actual.set("parts", Value::List(parts));
        }
        self.0.lock().unwrap().insert(id.to_string(), actual.clone());
        actual
    }
}

fn addressed(part: &Value, index: usize) -> Value {
    let mut part = part.clone();
    if part.get("address").as_str().is_none() {
        part.set("address", Value::from(format!("slot {index}")));
    }
    part
}

fn name(value: &Value) -> &str {
    value.get("name").as_str().unwrap_or_default()
}

impl Resource for Thing {
    fn type_name(&self) -> &'static str {
        "memory_thing"
    }

    fn shape(&self) -> &'static Shape {
        &THING
    }

    fn validate(&self, config: &Value) -> Diagnostics {
        match name(config) {
            "nobody" => {
                vec![Diagnostic::error("Bad name", "No thing is called that.").at(AttributePath::root("name"))]
            }
            _ => Vec::new(),
        }
    }

    fn create(&self, host: &Host, config: &Value, planned: &Value) -> Outcome {
        match name(planned) {
            "panics" => panic!("no such luck"),
            "fails" => Outcome::failed(Diagnostic::error("Cannot create", "It failed.")),
            "half" => Outcome {
                actual: Some(self.put("half", planned)),
                diagnostics: vec![Diagnostic::error("Cannot start", "It is there, though.")],
            },
            "misfit" => {
                let mut actual = self.put("misfit", planned);
                actual.set("size", Value::from("large"));
                actual.set("id", Value::from(true));
                Outcome::done(actual)
            }
            "slow" => {
                assert!(host.cancel().wait(Duration::from_secs(60)), "nobody cancelled");
                Outcome::failed(Diagnostic::error("Cancelled", ""))
            }
            name => {
                let actual = self.put(&format!("id of {name}"), planned);
                if let Some(once) = config.get("password_once").as_str() {
                    self.0.lock().unwrap().insert(format!("{name}'s password"), Value::from(once));
                }
                Outcome::done(actual)
            }
        }
    }

    fn read(&self, _: &Host, state: &Value) -> Result<Option<Value>, Diagnostics> {
        let id = state.get("id").as_str().unwrap_or_default();
        match id {
            "unreadable" => Err(vec![Diagnostic::error("Cannot read", "The host does not answer.")]),
            id => Ok(self.0.lock().unwrap().get(id).cloned()),
        }
    }

    fn update(&self, _: &Host, update: Update) -> Outcome {
        let Update { prior, planned, .. } = update;
        match planned.get("size").as_integer() {
            Some(13) => Outcome::failed(Diagnostic::error("Bad luck", "")),
            _ => Outcome::done(self.put(prior.get("id").as_str().unwrap(), planned)),
        }
    }

    fn delete(&self, _: &Host, prior: &Value) -> Diagnostics {
        match prior.get("enabled").as_bool() {
            Some(true) => vec![Diagnostic::error("Cannot remove", "It is in use.")],
            _ => {
                self.0.lock().unwrap().remove(prior.get("id").as_str().unwrap());
                Vec::new()
            }
        }
    }

    fn import(&self, _: &Host, id: &str) -> Result<Value, Diagnostics> {
        Ok(Value::from([("id", Value::from(id))]))
    }
}

struct Counted(Store);

impl DataSource for Counted {
    fn type_name(&self) -> &'static str {
        "memory_size"
    }

    fn shape(&self) -> &'static Shape {
        &COUNTED
    }

    fn read(&self, _: &Host, config: &Value) -> Result<(Value, Diagnostics), Diagnostic> {
        let store = self.0.lock().unwrap();
        let thing = store.values().find(|thing| name(thing) == name(config));
        let thing = thing.ok_or_else(|| Diagnostic::error("No such thing", ""))?;
        let mut found = config.clone();
        found.set("size", thing.get("size").clone());
        Ok((found, Diagnostics::new()))
    }
}
