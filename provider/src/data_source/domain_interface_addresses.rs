//! `data.libvirt_domain_interface_addresses`: which addresses a running guest has, by one source or the first that knows
//! any.

use provider_core::diagnostics::{AttributePath, Diagnostic, Diagnostics};
use provider_core::shape::{Attribute, Form, Kind, List, Meaning, Primitive, Scalar, Shape};
use provider_core::value::Value;

use super::{DataSource, TEXT, count, reported, text};
use crate::libvirt::{Address, AddressSource, Connection, Domain, DomainInterface, Error, Host};

/// The data source.
#[derive(Debug)]
pub struct DomainInterfaceAddresses;

static SHAPE: Shape = Shape {
    attributes: &[
        Attribute::new("domain", Kind::Leaf(&TEXT)).required().doc("The domain's UUID or name."),
        text("id", "The domain's UUID."),
        reported("interfaces", Kind::List(&INTERFACE, &IN_ORDER), "The interfaces that have addresses."),
        Attribute::new("source", Kind::Leaf(&SOURCE)).doc(
            "Where to look: `lease` (the DHCP server of the network), `agent` (the guest agent), `arp` (the host's ARP table) \
             or `any`, which is the default: the first of the three that knows an address.",
        ),
    ],
};

static INTERFACE: Shape = Shape {
    attributes: &[
        reported("addrs", Kind::List(&ADDRESS, &IN_ORDER), "Its addresses."),
        text("hwaddr", "Its MAC address."),
        text("name", "Its name on the host (`vnet0`) or, where the guest agent reports it, in the guest (`eth0`)."),
    ],
};

static ADDRESS: Shape = Shape {
    attributes: &[
        text("addr", "The address."),
        count("prefix", "The length of the network's prefix; 0 if the source does not report it."),
        text("type", "`ipv4` or `ipv6`."),
    ],
};

static IN_ORDER: List = List { keys: &[], skip: 0 };

static SOURCE: Scalar = Scalar {
    primitive: Primitive::String,
    forms: &[Form::Words(&["lease", "agent", "arp", "any"])],
    meaning: Meaning::Exact,
};

impl DataSource for DomainInterfaceAddresses {
    fn type_name(&self) -> &'static str {
        "libvirt_domain_interface_addresses"
    }

    fn shape(&self) -> &'static Shape {
        &SHAPE
    }

    fn read(&self, host: &Host, config: &Value) -> Result<(Value, Diagnostics), Diagnostic> {
        let name = config.get("domain").as_str().unwrap_or_default();
        let failed = |error: Error| error.diagnostic(format!("Cannot look up the domain {name}"));
        let domain = find(&host.connection()?, name).map_err(failed)?.ok_or_else(|| no_such_domain(name))?;
        let sources = AddressSource::named(config.get("source").as_str());
        let (interfaces, found) = ask(&domain, name, &sources);
        let value = Value::from([
            ("id", domain.uuid().map_err(failed)?.into()),
            ("domain", name.into()),
            ("source", config.get("source").clone()),
            ("interfaces", Value::List(interfaces.iter().map(interface).collect())),
        ]);
        Ok((value, found))
    }
}

fn find(connection: &Connection, name: &str) -> Result<Option<Domain>, Error> {
    if let Some(domain) = connection.domain_by_name(name)? {
        return Ok(Some(domain));
    }
    match connection.domain_by_uuid(name) {
        // What is no UUID at all is nobody's.
        Err(error) if error.is_unsupported() => Ok(None),
        answer => answer,
    }
}

/// The interfaces by the first source that knows any. That none does is worth a warning: an address may come later.
fn ask(domain: &Domain, name: &str, sources: &[AddressSource]) -> (Vec<DomainInterface>, Diagnostics) {
    let mut errors = Vec::new();
    for source in sources {
        match domain.interfaces(*source) {
            Ok(interfaces) if !interfaces.is_empty() => return (interfaces, Diagnostics::new()),
            Ok(_) => {}
            Err(error) => errors.push(format!("{}: {}", source.name(), error.message())),
        }
    }
    if errors.is_empty() {
        return (Vec::new(), Diagnostics::new());
    }
    let warning = Diagnostic::warning(
        format!("No addresses found for the domain {name}"),
        format!(
            "The domain may not be running, or may not have an address yet. libvirt reported:\n{}\n\nSet wait_for_ip on an \
             interface to wait for its address.",
            errors.join("\n")
        ),
    );
    (Vec::new(), vec![warning])
}

fn interface(interface: &DomainInterface) -> Value {
    Value::from([
        ("name", interface.name.as_str().into()),
        ("hwaddr", interface.mac.clone().into()),
        ("addrs", Value::List(interface.addresses.iter().map(address).collect())),
    ])
}

fn address(address: &Address) -> Value {
    let kind = if address.address.contains(':') { "ipv6" } else { "ipv4" };
    Value::from([("type", kind.into()), ("addr", address.address.as_str().into()), ("prefix", address.prefix.into())])
}

fn no_such_domain(name: &str) -> Diagnostic {
    Diagnostic::error(
        format!("Domain {name:?} not found"),
        "The host has no domain with this name or UUID. If Terraform manages it, write domain = \
         libvirt_domain.LABEL.uuid so that it is created first.",
    )
    .at(AttributePath::root("domain"))
}
