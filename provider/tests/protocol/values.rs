//! Values as tests write them: JSON, with marks for what JSON has not.

use rmpv::Value as Packed;
use serde_json::{Map, Value as Json};

use crate::client::proto::DynamicValue;

/// Stands for an unknown value.
pub const UNKNOWN: &str = "<unknown>";
/// Stands for an unknown value that is known to begin with `x-` and not to be null.
pub const REFINED: &str = "<x-...>";
const REFINEMENT: &[u8] = &[0x82, 0x01, 0xc2, 0x02, 0xa2, 0x78, 0x2d];

/// As Terraform sends it.
pub fn packed(value: Json) -> Option<DynamicValue> {
    let mut msgpack = Vec::new();
    rmpv::encode::write_value(&mut msgpack, &pack(value)).unwrap();
    Some(DynamicValue { msgpack, json: Vec::new() })
}

/// As Terraform reads it.
pub fn unpacked(value: Option<DynamicValue>) -> Json {
    let msgpack = value.expect("no value").msgpack;
    let mut rest = msgpack.as_slice();
    let value = rmpv::decode::read_value(&mut rest).unwrap();
    assert!(rest.is_empty());
    unpack(value)
}

fn pack(value: Json) -> Packed {
    match value {
        Json::Null => Packed::Nil,
        Json::Bool(value) => Packed::Boolean(value),
        Json::Number(number) => match number.as_i64() {
            Some(integer) => Packed::from(integer),
            None => Packed::from(number.as_f64().unwrap()),
        },
        Json::String(text) if text == UNKNOWN => Packed::Ext(0, vec![0]),
        Json::String(text) if text == REFINED => Packed::Ext(12, REFINEMENT.to_vec()),
        Json::String(text) => Packed::from(text),
        Json::Array(items) => Packed::Array(items.into_iter().map(pack).collect()),
        Json::Object(entries) => {
            Packed::Map(entries.into_iter().map(|(name, value)| (Packed::from(name), pack(value))).collect())
        }
    }
}

fn unpack(value: Packed) -> Json {
    match value {
        Packed::Nil => Json::Null,
        Packed::Boolean(value) => Json::from(value),
        Packed::Integer(integer) => integer.as_i64().map(Json::from).unwrap(),
        Packed::String(text) => Json::from(text.as_str().unwrap()),
        Packed::Array(items) => items.into_iter().map(unpack).collect(),
        Packed::Map(entries) => {
            let entry = |(name, value): (Packed, Packed)| (name.as_str().unwrap().to_string(), unpack(value));
            Json::Object(entries.into_iter().map(entry).collect::<Map<_, _>>())
        }
        Packed::Ext(12, payload) if payload == REFINEMENT => Json::from(REFINED),
        Packed::Ext(0, _) => Json::from(UNKNOWN),
        other => panic!("not a value of Terraform's: {other}"),
    }
}

/// A `memory_thing` with these attributes; all others are null.
pub fn thing(attributes: Json) -> Json {
    let names = ["enabled", "id", "labels", "name", "part", "parts", "password", "password_once", "size", "tags"];
    let mut all: Map<String, Json> = names.map(|name| (name.to_string(), Json::Null)).into_iter().collect();
    let Json::Object(attributes) = attributes else { panic!("not an object") };
    all.extend(attributes);
    Json::Object(all)
}
