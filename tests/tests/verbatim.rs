//! What no attribute can hold is XML, and only that; what is there but empty stays there.

use generated::shapes::ROOTS;
use provider_core::convert::{Root, from_xml, to_xml};
use provider_core::value::Value;
use tests::same;

fn domain() -> &'static Root {
    ROOTS.iter().find(|root| root.kind == "domain").unwrap()
}

fn device(inner: &str) -> String {
    format!("<domain type='qemu'><name>n</name><devices>{inner}</devices></domain>")
}

fn value(text: &str) -> Value {
    from_xml(domain(), text).unwrap()
}

/// What comes back, and the first attribute that ends in `_xml`.
fn back(inner: &str) -> (String, Option<String>) {
    let value = value(&device(inner));
    (to_xml(domain(), &value).unwrap(), xml_in(&value))
}

fn xml_in(value: &Value) -> Option<String> {
    match value {
        Value::Object(object) => object.iter().find_map(|(name, value)| match value.as_str() {
            Some(text) if name.ends_with("_xml") => Some(text.to_string()),
            _ => xml_in(value),
        }),
        Value::List(items) => items.iter().find_map(xml_in),
        _ => None,
    }
}

#[test]
fn everything_comes_back() {
    let rows = [
        ("<channel type='udp'><source mode='bind' service='1'/><source mode='connect' host='h'/></channel>", false),
        ("<channel type='udp'><source mode='connect' host='h'/><source mode='bind' service='1'/></channel>", true),
        ("<channel type='udp'><source host='h' service='1'/></channel>", true),
        ("<serial type='tcp'><source mode='bind' service='1'/><source mode='connect' service='2'/></serial>", true),
        ("<serial type='tcp'><source mode='bind' host='h' service='1' tls='yes'/></serial>", false),
        ("<rng model='virtio'><backend model='egd' type='unix'><source host='h'/></backend></rng>", true),
        (
            "<disk type='file'><source file='/a'/><backingStore type='file'><source file='/b'/><backingStore \
             type='file'><source file='/c'/><backingStore/></backingStore></backingStore></disk>",
            true,
        ),
        (
            "<disk type='file'><source file='/a'/><backingStore type='file'><source file='/b'/></backingStore></disk>",
            false,
        ),
        ("<disk><source/></disk>", false),
        ("<disk type='block'><source/></disk>", true),
        ("<disk><source file='/a'><seclabel model='dac'><label>1</label></seclabel></source></disk>", false),
        (
            "<disk><source file='/a'><seclabel model='dac'><label>1</label><label>2</label></seclabel></source></disk>",
            true,
        ),
        ("<interface type='hostdev'><source><address type='pci' slot='3'/></source></interface>", false),
        ("<interface type='hostdev'><source><address slot='3'/><vendor id='0x1'/></source></interface>", true),
        ("<serial type='pty'><target port='0x1'/></serial>", false),
        ("<serial type='pty'><target port='first' type='isa-serial'/></serial>", true),
        ("<disk><source file='/a'/><mirror><source file='/b'/></mirror></disk>", false),
    ];
    for (inner, is_xml) in rows {
        let (text, xml) = back(inner);
        assert!(same::differences(&device(inner), &text).is_empty(), "{inner} became {text}");
        assert_eq!(xml.is_some(), is_xml, "{inner}: {xml:?}");
    }
}

#[test]
fn the_branch_is_still_said() {
    let value = value(&device("<channel type='udp'><source mode='connect' host='h'/><source mode='bind'/></channel>"));
    let channel = value.at("devices").at("channels").items().first().unwrap().clone();
    assert!(matches!(channel.at("source").at("udp"), Value::Object(inner) if inner.is_empty()), "{channel:?}");
}

#[test]
fn other_xml_is_refused() {
    let mut wrong = value(&device("<channel type='udp'><source mode='connect'/><source mode='connect'/></channel>"));
    fn replace(value: &mut Value) {
        match value {
            Value::Object(object) => object.iter_mut().for_each(|(name, value)| match name.ends_with("_xml") {
                true => *value = Value::from("<target name='t'/>"),
                false => replace(value),
            }),
            Value::List(items) => items.iter_mut().for_each(replace),
            _ => {}
        }
    }
    replace(&mut wrong);
    let error = to_xml(domain(), &wrong).unwrap_err().to_string();
    assert!(error.contains("devices.channels[0].sources_xml"), "{error}");
}

#[test]
fn base_16_needs_no_prefix_where_libvirt_reads_no_other() {
    let inner = "<memory model='dimm'><address type='dimm' slot='0' base='100000000'/></memory>";
    assert!(back(inner).0.contains("base='0x100000000'"), "{}", back(inner).0);
}
