// SPDX-License-Identifier: EUPL-1.2
//! A serializer that notes names and forgets values, and a deserializer that asks an enum for its variants.

use std::collections::BTreeSet;
use std::fmt;

use serde::de::{self, DeserializeOwned, Deserializer, Visitor};
use serde::ser::{
    self, Impossible, Serialize, SerializeSeq, SerializeStruct, SerializeStructVariant, Serializer,
};

use super::Names;

/// The names of everything that was written.
#[derive(Debug, Default)]
pub(crate) struct Recorder {
    /// Structures with their fields.
    pub(crate) forms: Names,
    /// Enums with the variants that occurred.
    pub(crate) variants: Names,
    /// Places where a sample had nothing, so that what may stand there was not seen.
    pub(crate) gaps: Vec<String>,
    at: String,
}

impl Recorder {
    /// Notes the names in a value.
    pub(crate) fn note<T: Serialize>(&mut self, value: &T) {
        value.serialize(&mut *self).unwrap();
    }

    fn variant(&mut self, list: &str, variant: &str) {
        let seen = self.variants.entry(list.to_owned()).or_default();
        seen.insert(variant.to_owned());
    }

    fn gap(&mut self) {
        self.gaps.push(self.at.clone());
    }
}

/// Notes the fields of one structure.
#[derive(Debug)]
pub(crate) struct Fields<'a> {
    recorder: &'a mut Recorder,
    form: String,
}

impl Fields<'_> {
    fn field<T: Serialize + ?Sized>(
        &mut self,
        name: &'static str,
        value: &T,
    ) -> Result<(), fmt::Error> {
        let fields = self.recorder.forms.entry(self.form.clone()).or_default();
        fields.insert(name.to_owned());
        self.recorder.at = format!("{}.{name}", self.form);
        value.serialize(&mut *self.recorder)
    }
}

impl SerializeStruct for Fields<'_> {
    type Ok = ();
    type Error = fmt::Error;

    fn serialize_field<T: Serialize + ?Sized>(
        &mut self,
        name: &'static str,
        value: &T,
    ) -> Result<(), fmt::Error> {
        self.field(name, value)
    }

    fn end(self) -> Result<(), fmt::Error> {
        Ok(())
    }
}

impl SerializeStructVariant for Fields<'_> {
    type Ok = ();
    type Error = fmt::Error;

    fn serialize_field<T: Serialize + ?Sized>(
        &mut self,
        name: &'static str,
        value: &T,
    ) -> Result<(), fmt::Error> {
        self.field(name, value)
    }

    fn end(self) -> Result<(), fmt::Error> {
        Ok(())
    }
}

impl SerializeSeq for &mut Recorder {
    type Ok = ();
    type Error = fmt::Error;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), fmt::Error> {
        value.serialize(&mut **self)
    }

    fn end(self) -> Result<(), fmt::Error> {
        Ok(())
    }
}

macro_rules! nothing_to_note {
    ($($method:ident: $kind:ty),* $(,)?) => {
        $(fn $method(self, _: $kind) -> Result<(), fmt::Error> {
            Ok(())
        })*
    };
}

impl<'a> Serializer for &'a mut Recorder {
    type Ok = ();
    type Error = fmt::Error;
    type SerializeSeq = &'a mut Recorder;
    type SerializeTuple = Impossible<(), fmt::Error>;
    type SerializeTupleStruct = Impossible<(), fmt::Error>;
    type SerializeTupleVariant = Impossible<(), fmt::Error>;
    type SerializeMap = Impossible<(), fmt::Error>;
    type SerializeStruct = Fields<'a>;
    type SerializeStructVariant = Fields<'a>;

    nothing_to_note! {
        serialize_bool: bool, serialize_i8: i8, serialize_i16: i16, serialize_i32: i32, serialize_i64: i64,
        serialize_u8: u8, serialize_u16: u16, serialize_u32: u32, serialize_u64: u64,
        serialize_f32: f32, serialize_f64: f64, serialize_char: char, serialize_str: &str,
        serialize_bytes: &[u8],
    }

    fn serialize_none(self) -> Result<(), fmt::Error> {
        self.gap();
        Ok(())
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), fmt::Error> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<(), fmt::Error> {
        Ok(())
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<(), fmt::Error> {
        Ok(())
    }

    fn serialize_unit_variant(
        self,
        list: &'static str,
        _: u32,
        variant: &'static str,
    ) -> Result<(), fmt::Error> {
        self.variant(list, variant);
        Ok(())
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Result<(), fmt::Error> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        list: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<(), fmt::Error> {
        self.variant(list, variant);
        value.serialize(self)
    }

    fn serialize_seq(self, length: Option<usize>) -> Result<Self, fmt::Error> {
        if length == Some(0) {
            self.gap();
        }
        Ok(self)
    }

    fn serialize_tuple(self, _: usize) -> Result<Self::SerializeTuple, fmt::Error> {
        Err(ser::Error::custom("no tuple crosses"))
    }

    fn serialize_tuple_struct(
        self,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleStruct, fmt::Error> {
        Err(ser::Error::custom("no tuple crosses"))
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleVariant, fmt::Error> {
        Err(ser::Error::custom("no tuple crosses"))
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Self::SerializeMap, fmt::Error> {
        Err(ser::Error::custom("no map with free keys crosses"))
    }

    fn serialize_struct(self, form: &'static str, _: usize) -> Result<Fields<'a>, fmt::Error> {
        Ok(Fields {
            recorder: self,
            form: form.to_owned(),
        })
    }

    fn serialize_struct_variant(
        self,
        list: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Fields<'a>, fmt::Error> {
        self.variant(list, variant);
        Ok(Fields {
            recorder: self,
            form: format!("{list}.{variant}"),
        })
    }
}

/// The name of an enum and all its variants, as it reads them.
pub(crate) fn variants_of<T: DeserializeOwned>() -> (String, BTreeSet<String>) {
    let Err(Found(name, variants)) = T::deserialize(Ask) else {
        panic!("read from nothing");
    };
    (name, variants)
}

/// What an enum said when it was asked.
#[derive(Debug)]
struct Found(String, BTreeSet<String>);

impl fmt::Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Found {}

impl de::Error for Found {
    fn custom<T: fmt::Display>(text: T) -> Self {
        Self(text.to_string(), BTreeSet::new())
    }
}

struct Ask;

impl<'de> Deserializer<'de> for Ask {
    type Error = Found;

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Found> {
        Err(de::Error::custom("not an enum"))
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        _: V,
    ) -> Result<V::Value, Found> {
        let variants = variants.iter().map(|variant| (*variant).to_owned());
        Err(Found(name.to_owned(), variants.collect()))
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 u8 u16 u32 u64 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple tuple_struct map struct identifier ignored_any
    }
}
