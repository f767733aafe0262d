//! Definitions of domains and networks as libvirt keeps them: made from libvirt's own documents, and compared up to what
//! differs between objects that are configured alike.

use generated::shapes::{DOMAIN, NETWORK};
use provider_core::convert::{Root, from_xml, to_xml};
use provider_core::select::settable;
use provider_core::tree::{Content, Element};
use provider_core::value::Value;
use terraform_provider_libvirt::libvirt::Connection;

use crate::corpus;

/// A kind of object and libvirt's calls for it.
pub struct Subject {
    /// Its document.
    pub root: &'static Root,
    /// Terraform's resource.
    pub resource: &'static str,
    /// Defines an object, or redefines it, and reads its definition; `None` where libvirt does not take it.
    pub define: fn(&Connection, &str) -> Option<String>,
    /// Removes the object of this name, if there is one.
    pub undefine: fn(&Connection, &str),
    /// Reads the definition of the object of this name.
    pub read: fn(&Connection, &str) -> Option<String>,
}

/// `libvirt_domain`
pub const DOMAINS: Subject = Subject {
    root: &DOMAIN,
    resource: "libvirt_domain",
    define: |connection, document| connection.define_domain(document, false).ok()?.definition().ok(),
    undefine: |connection, name| {
        if let Ok(Some(domain)) = connection.domain_by_name(name) {
            let _ = domain.undefine();
        }
    },
    read: |connection, name| connection.domain_by_name(name).ok()??.definition().ok(),
};

/// `libvirt_network`
pub const NETWORKS: Subject = Subject {
    root: &NETWORK,
    resource: "libvirt_network",
    // The test driver keeps no new definition of a network that runs.
    define: |connection, document| {
        let network = connection.define_network(document).ok()?;
        if network.is_active().ok()? {
            network.stop().ok()?;
            connection.define_network(document).ok()?;
            network.start().ok()?;
        }
        network.definition().ok()
    },
    undefine: |connection, name| {
        if let Ok(Some(network)) = connection.network_by_name(name) {
            let _ = network.undefine();
        }
    },
    read: |connection, name| connection.network_by_name(name).ok()??.definition().ok(),
};

/// One of libvirt's documents.
pub struct Sample {
    /// Its file's name.
    pub file: String,
    /// What it configures, under another name and without a UUID.
    pub value: Value,
}

impl Subject {
    /// libvirt's documents of this kind, as objects called `name`; `None`, and a line that says so, where there are none.
    /// `ONLY` in the environment is a part of the file names that are wanted.
    pub fn samples(&self, name: &str) -> Option<Vec<Sample>> {
        let ours = corpus::samples()?.into_iter().filter(|sample| sample.kind == self.root.kind);
        let read = |sample: corpus::Sample| {
            let mut value = settable(self.root.shape, &from_xml(self.root, &sample.text).ok()?);
            value.set("name", name.into());
            value.set("uuid", Value::Null);
            Some(Sample { file: sample.file.file_name()?.to_string_lossy().to_string(), value })
        };
        let only = std::env::var("ONLY").unwrap_or_default();
        Some(ours.filter_map(read).filter(|sample| sample.file.contains(&only)).collect())
    }

    /// The document of an object.
    pub fn document(&self, value: &Value) -> String {
        to_xml(self.root, &settable(self.root.shape, value)).unwrap_or_else(|error| panic!("{error}"))
    }

    /// What libvirt makes of an object; `None` where it does not take it. Nothing is left behind.
    pub fn fresh(&self, connection: &Connection, value: &Value) -> Option<String> {
        let definition = (self.define)(connection, &self.document(value));
        (self.undefine)(connection, value.get("name").as_str()?);
        definition
    }

    /// A configuration with the identities of a definition that it does not name itself.
    pub fn with_identity(&self, config: &Value, definition: &str) -> Value {
        let there = from_xml(self.root, definition).unwrap_or_else(|error| panic!("{error}"));
        let mut config = config.clone();
        config.set("uuid", there.get("uuid").clone());
        if let Value::Object(object) = &mut config
            && let Some(ours) = object.get_mut("os")
        {
            // Of another architecture it is another machine.
            for name in ["type_arch", "type_machine"] {
                let same_arch = ours.get("type_arch") == there.at("os.type_arch") || name == "type_arch";
                if ours.get(name).is_null() && same_arch {
                    ours.set(name, there.get("os").get(name).clone());
                }
            }
        }
        config
    }

    /// Whether two definitions of objects with this configuration are alike; where not, the first places in which they
    /// differ. UUIDs, MAC and device addresses and the path of an NVRAM count only where the configuration names them, and
    /// controllers only where they have settings of their own.
    pub fn differ(&self, config: &Value, expected: &str, found: &str) -> Result<(), String> {
        let config = parse(&self.document(config));
        let [expected, found] = [expected, found].map(|definition| comparable(parse(definition), &config));
        if expected.plain() == found.plain() {
            return Ok(());
        }
        places(&expected, &found)
    }
}

/// The first places in which two documents differ. `SHOW` in the environment prints both.
pub fn places(one: &Element, other: &Element) -> Result<(), String> {
    if std::env::var("SHOW").is_ok() {
        println!("--- one\n{one}\n--- other\n{other}");
    }
    let found = crate::same::differences(&one.to_string(), &other.to_string());
    // What `same` does not tell apart is the order of names.
    let order = if found.is_empty() { "the order of elements" } else { "" };
    Err(found.into_iter().take(4).collect::<Vec<_>>().join(" ") + order)
}

/// A document as a tree.
pub fn parse(document: &str) -> Element {
    Element::parse(document).unwrap_or_else(|error| panic!("{error} in {document}"))
}

fn comparable(mut definition: Element, config: &Element) -> Element {
    let named = |name: &str| config.child(name).is_some();
    retain(&mut definition, |child| match child.name.local.as_str() {
        "uuid" => false,
        "mac" => named("mac"),
        // Other programs' is left alone.
        "metadata" => named("metadata"),
        _ => true,
    });
    if let Some(os) = definition.child_mut("os") {
        retain(os, |child| child.name.local != "nvram" || config.at("os/nvram").is_some());
    }
    if let Some(devices) = definition.child_mut("devices") {
        retain(devices, |child| !is_plain_controller(child));
        for content in &mut devices.content {
            if let Content::Element(device) = content {
                let kind = device.name.local.clone();
                retain(device, |child| match child.name.local.as_str() {
                    "address" => all_have(config, &kind, "address"),
                    "mac" => all_have(config, &kind, "mac"),
                    _ => true,
                });
            }
        }
    }
    definition
}

/// Whether each device of this kind that the configuration has names its address.
fn all_have(config: &Element, kind: &str, child: &str) -> bool {
    let devices = config.child("devices").into_iter().flat_map(Element::elements);
    let mut ours = devices.filter(|device| device.name.local == kind).peekable();
    ours.peek().is_some() && ours.all(|device| device.child(child).is_some())
}

fn is_plain_controller(device: &Element) -> bool {
    device.name.local == "controller"
        && device.attributes.iter().all(|(name, _)| ["type", "index", "model"].contains(&name.local.as_str()))
        && device.elements().all(|child| ["address", "model", "target"].contains(&child.name.local.as_str()))
}

fn retain(element: &mut Element, keep: impl Fn(&Element) -> bool) {
    element.content.retain(|content| match content {
        Content::Element(child) => keep(child),
        Content::Text(_) => true,
    });
}
