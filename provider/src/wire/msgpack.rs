//! Terraform's msgpack ⇄ values, by shape. Knows the encoding's rules (an object has every attribute, an unknown is an
//! extension, a number may be text); must not know any attribute.

use std::sync::Arc;

use provider_core::diagnostics::PathStep;
use provider_core::json::Misfit;
use provider_core::shape::{Kind, Primitive, Shape};
use provider_core::value::{Number, Object, Refinement, Value};
use rmp::Marker;
use rmp::{decode, encode};

use super::{Fault, WireError, number};

/// The extension of an unknown value of which something is known. Every other extension says just "unknown".
const REFINED: i8 = 12;

/// Reads an object of `shape`.
pub(super) fn decode(shape: &Shape, bytes: &[u8]) -> Result<Value, WireError> {
    let mut reader = Reader { rest: bytes };
    let value = reader.object(shape)?;
    if reader.rest.is_empty() { Ok(value) } else { Err(malformed("bytes after the value")) }
}

fn malformed(reason: impl ToString) -> WireError {
    Fault::Malformed(reason.to_string()).into()
}

/// What is left to read.
struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    fn kind(&mut self, kind: Kind) -> Result<Value, WireError> {
        match kind {
            Kind::Leaf(scalar) => self.leaf(scalar.primitive),
            Kind::Leaves(scalar) | Kind::Set(scalar) => self.list(|reader| reader.leaf(scalar.primitive)),
            Kind::Object(shape) => self.object(shape),
            Kind::List(shape, _) => self.list(|reader| reader.object(shape)),
        }
    }

    fn object(&mut self, shape: &Shape) -> Result<Value, WireError> {
        if let Some(value) = self.absent()? {
            return Ok(value);
        }
        let entries = decode::read_map_len(&mut self.rest).map_err(malformed)?;
        let mut object = Object::new();
        for _ in 0..entries {
            let name = self.text()?;
            let attribute = shape.attribute(name).ok_or_else(|| Misfit::Attribute(name.to_string()))?;
            let step = PathStep::Attribute(attribute.name);
            let value = self.kind(attribute.kind).map_err(|error| error.within(step))?;
            if !value.is_null() {
                object.insert(attribute.name, value);
            }
        }
        Ok(Value::Object(object))
    }

    fn list(&mut self, element: impl Fn(&mut Self) -> Result<Value, WireError>) -> Result<Value, WireError> {
        if let Some(value) = self.absent()? {
            return Ok(value);
        }
        let length = decode::read_array_len(&mut self.rest).map_err(malformed)? as usize;
        let read = |index| element(self).map_err(|error| error.within(PathStep::Element(index)));
        (0..length).map(read).collect::<Result<_, _>>().map(Value::List)
    }

    fn leaf(&mut self, primitive: Primitive) -> Result<Value, WireError> {
        if let Some(value) = self.absent()? {
            return Ok(value);
        }
        match primitive {
            Primitive::Bool => decode::read_bool(&mut self.rest).map(Value::Bool).map_err(malformed),
            Primitive::String => self.text().map(Value::from),
            Primitive::Number => self.number().map(Value::Number),
        }
    }

    /// A null or an unknown, which any type may have in place of a value.
    fn absent(&mut self) -> Result<Option<Value>, WireError> {
        match self.marker()? {
            Marker::Null => {
                self.take(1)?;
                Ok(Some(Value::Null))
            }
            marker if is_extension(marker) => {
                let meta = decode::read_ext_meta(&mut self.rest).map_err(malformed)?;
                let payload = self.take(meta.size as usize)?;
                let refinement = (meta.typeid == REFINED).then(|| Arc::from(payload));
                Ok(Some(Value::Unknown(Refinement(refinement))))
            }
            _ => Ok(None),
        }
    }

    /// Terraform writes integers as such, what a float holds exactly as a float, and everything else as text.
    fn number(&mut self) -> Result<Number, WireError> {
        let number = match self.marker()? {
            Marker::F64 => number::exact(decode::read_f64(&mut self.rest).map_err(malformed)?),
            Marker::F32 => number::exact(decode::read_f32(&mut self.rest).map_err(malformed)?.into()),
            marker if is_text(marker) => Number::parse_exactly(self.text()?),
            _ => Some(Number::Integer(decode::read_int::<i128, _>(&mut self.rest).map_err(malformed)?)),
        };
        number.ok_or_else(|| malformed("not a finite number"))
    }

    fn text(&mut self) -> Result<&'a str, WireError> {
        let length = decode::read_str_len(&mut self.rest).map_err(malformed)? as usize;
        std::str::from_utf8(self.take(length)?).map_err(malformed)
    }

    fn take(&mut self, length: usize) -> Result<&'a [u8], WireError> {
        let (taken, rest) = self.rest.split_at_checked(length).ok_or_else(|| malformed("it ends early"))?;
        self.rest = rest;
        Ok(taken)
    }

    fn marker(&self) -> Result<Marker, WireError> {
        self.rest.first().map(|byte| Marker::from_u8(*byte)).ok_or_else(|| malformed("it ends early"))
    }
}

fn is_text(marker: Marker) -> bool {
    matches!(marker, Marker::FixStr(_) | Marker::Str8 | Marker::Str16 | Marker::Str32)
}

fn is_extension(marker: Marker) -> bool {
    use Marker::{Ext8, Ext16, Ext32, FixExt1, FixExt2, FixExt4, FixExt8, FixExt16};
    matches!(marker, FixExt1 | FixExt2 | FixExt4 | FixExt8 | FixExt16 | Ext8 | Ext16 | Ext32)
}

/// Writes an object of `shape`.
pub(super) fn encode(shape: &Shape, value: &Value) -> Result<Vec<u8>, WireError> {
    let mut writer = Writer { bytes: Vec::new() };
    writer.object(shape, value)?;
    Ok(writer.bytes)
}

/// What has been written.
struct Writer {
    bytes: Vec<u8>,
}

impl Writer {
    fn kind(&mut self, kind: Kind, value: &Value) -> Result<(), WireError> {
        match kind {
            Kind::Leaf(scalar) => self.leaf(scalar.primitive, value),
            Kind::Leaves(scalar) | Kind::Set(scalar) => {
                self.list(value, |writer, item| writer.leaf(scalar.primitive, item))
            }
            Kind::Object(shape) => self.object(shape, value),
            Kind::List(shape, _) => self.list(value, |writer, item| writer.object(shape, item)),
        }
    }

    fn object(&mut self, shape: &Shape, value: &Value) -> Result<(), WireError> {
        let Value::Object(object) = value else { return self.absent("an object", value) };
        if let Some(name) = object.keys().find(|name| shape.attribute(name).is_none()) {
            return Err(Misfit::Attribute((*name).to_string()).into());
        }
        encode::write_map_len(&mut self.bytes, length(shape.attributes.len())?).map_err(malformed)?;
        for attribute in shape.attributes {
            encode::write_str(&mut self.bytes, attribute.name).map_err(malformed)?;
            let step = PathStep::Attribute(attribute.name);
            self.kind(attribute.kind, value.get(attribute.name)).map_err(|error| error.within(step))?;
        }
        Ok(())
    }

    fn list(
        &mut self,
        value: &Value,
        element: impl Fn(&mut Self, &Value) -> Result<(), WireError>,
    ) -> Result<(), WireError> {
        let Value::List(items) = value else { return self.absent("a list", value) };
        encode::write_array_len(&mut self.bytes, length(items.len())?).map_err(malformed)?;
        for (index, item) in items.iter().enumerate() {
            element(self, item).map_err(|error| error.within(PathStep::Element(index)))?;
        }
        Ok(())
    }

    fn leaf(&mut self, primitive: Primitive, value: &Value) -> Result<(), WireError> {
        match (primitive, value) {
            (Primitive::Bool, Value::Bool(value)) => encode::write_bool(&mut self.bytes, *value).map_err(malformed),
            (Primitive::String, Value::String(text)) => encode::write_str(&mut self.bytes, text).map_err(malformed),
            (Primitive::Number, Value::Number(number)) => self.number(number),
            (Primitive::Bool, _) => self.absent("a bool", value),
            (Primitive::String, _) => self.absent("a string", value),
            (Primitive::Number, _) => self.absent("a number", value),
        }
    }

    /// An integer where it fits, else text: a float would have to be the very number meant.
    fn number(&mut self, number: &Number) -> Result<(), WireError> {
        let integer = number.as_integer();
        if let Some(integer) = integer.and_then(|integer| u64::try_from(integer).ok()) {
            encode::write_uint(&mut self.bytes, integer).map(drop).map_err(malformed)
        } else if let Some(integer) = integer.and_then(|integer| i64::try_from(integer).ok()) {
            encode::write_sint(&mut self.bytes, integer).map(drop).map_err(malformed)
        } else {
            encode::write_str(&mut self.bytes, &number.to_string()).map_err(malformed)
        }
    }

    /// Null or unknown; anything else is not of the `expected` type.
    fn absent(&mut self, expected: &'static str, value: &Value) -> Result<(), WireError> {
        match value {
            Value::Null => encode::write_nil(&mut self.bytes).map_err(malformed),
            // One byte of payload, since some readers take no empty extension.
            Value::Unknown(Refinement(None)) => self.extension(0, &[0]),
            Value::Unknown(Refinement(Some(payload))) => self.extension(REFINED, payload),
            _ => Err(Misfit::Type { expected, found: value.type_name() }.into()),
        }
    }

    fn extension(&mut self, code: i8, payload: &[u8]) -> Result<(), WireError> {
        encode::write_ext_meta(&mut self.bytes, length(payload.len())?, code).map_err(malformed)?;
        self.bytes.extend_from_slice(payload);
        Ok(())
    }
}

fn length(length: usize) -> Result<u32, WireError> {
    u32::try_from(length).map_err(malformed)
}
