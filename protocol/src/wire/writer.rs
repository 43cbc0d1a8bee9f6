// SPDX-License-Identifier: EUPL-1.2
//! Writes the one encoding of a value as the value tells of itself, in one pass.
//!
//! Every message, record and entry of the log is written here, often more than once on its way; so nothing is written
//! first and put in order afterwards, but for the pairs of a map whose keys come in another order than they stand in.

use serde::ser::{self, Serialize};

use super::item::head;
use super::{DecodeError, EncodeError, MAX_NESTING, scan};

/// What most values fit in, and how many pairs their maps have together: growing to that step by step costs more than
/// the writing.
const USUAL_BYTES: usize = 1_024;
const USUAL_PAIRS: usize = 32;

/// What was written so far.
pub(super) struct Writer {
    out: Vec<u8>,
    /// How many containers may still be opened inside the one that is being written.
    nesting: usize,
    /// The pairs of the maps that are being written, those of the innermost last.
    pairs: Vec<Pair>,
    /// Where the pairs of a map are put in order.
    sorted: Vec<u8>,
}

/// Where one pair of a map stands in what was written: its key, then its value.
struct Pair {
    key: usize,
    value: usize,
    end: usize,
}

impl Writer {
    pub(super) fn new() -> Self {
        Self {
            out: Vec::with_capacity(USUAL_BYTES),
            nesting: MAX_NESTING,
            pairs: Vec::with_capacity(USUAL_PAIRS),
            sorted: Vec::new(),
        }
    }

    pub(super) fn into_bytes(self) -> Vec<u8> {
        self.out
    }

    fn text(&mut self, text: &str) {
        head(&mut self.out, 3, text.len() as u64);
        self.out.extend_from_slice(text.as_bytes());
    }

    fn enter(&mut self) -> Result<(), EncodeError> {
        self.nesting = scan::deeper(self.nesting).map_err(EncodeError::NotOnTheWire)?;
        Ok(())
    }

    /// A variant with contents: a map of one entry, of which the value follows.
    fn variant(&mut self, name: &str) -> Result<(), EncodeError> {
        self.enter()?;
        head(&mut self.out, 5, 1);
        self.text(name);
        Ok(())
    }

    fn list(&mut self, length: usize, outside: usize) -> Result<List<'_>, EncodeError> {
        self.enter()?;
        head(&mut self.out, 4, length as u64);
        Ok(List {
            writer: self,
            left: length,
            outside,
        })
    }

    fn table(&mut self, length: usize, outside: usize) -> Result<Table<'_>, EncodeError> {
        self.enter()?;
        head(&mut self.out, 5, length as u64);
        Ok(Table {
            first: self.pairs.len(),
            start: self.out.len(),
            left: length,
            in_order: true,
            outside,
            writer: self,
        })
    }

    /// The encoded key of a pair.
    fn key<'a>(out: &'a [u8], pair: &Pair) -> &'a [u8] {
        out.get(pair.key..pair.value).unwrap_or_default()
    }

    /// Puts the pairs from `first` on, which stand from `start` on, in the order of their keys.
    fn put_in_order(&mut self, first: usize, start: usize) -> Result<(), EncodeError> {
        let Self {
            out, pairs, sorted, ..
        } = self;
        let pairs = pairs.get_mut(first..).unwrap_or_default();
        pairs.sort_unstable_by(|one, other| Self::key(out, one).cmp(Self::key(out, other)));
        if !pairs.is_sorted_by(|one, next| Self::key(out, one) < Self::key(out, next)) {
            return Err(EncodeError::NotOnTheWire(DecodeError::KeyOrder));
        }
        sorted.clear();
        for pair in pairs {
            sorted.extend_from_slice(out.get(pair.key..pair.end).unwrap_or_default());
        }
        out.truncate(start);
        out.extend_from_slice(sorted);
        Ok(())
    }
}

/// An array that is being written.
pub(super) struct List<'a> {
    writer: &'a mut Writer,
    left: usize,
    /// The nesting to go back to.
    outside: usize,
}

impl List<'_> {
    fn element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), EncodeError> {
        self.left = one_less(self.left)?;
        value.serialize(&mut *self.writer)
    }

    fn close(self) -> Result<(), EncodeError> {
        self.writer.nesting = self.outside;
        complete(self.left)
    }
}

/// A map that is being written.
pub(super) struct Table<'a> {
    writer: &'a mut Writer,
    left: usize,
    /// Its first pair among those of all maps.
    first: usize,
    /// Where its pairs begin.
    start: usize,
    in_order: bool,
    /// The nesting to go back to.
    outside: usize,
}

impl Table<'_> {
    fn key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), EncodeError> {
        self.left = one_less(self.left)?;
        let start = self.writer.out.len();
        key.serialize(&mut *self.writer)?;
        let out = &self.writer.out;
        // Integers, bytes and text; no containers, and none of the single values.
        let may_be_one = |head: &u8| head >> 5 < 4;
        if !out.get(start).is_some_and(may_be_one) {
            return Err(EncodeError::NotOnTheWire(DecodeError::KeyKind));
        }
        let pair = Pair {
            key: start,
            value: out.len(),
            end: out.len(),
        };
        if let Some(previous) = self.writer.pairs.get(self.first..).and_then(<[_]>::last) {
            self.in_order &= Writer::key(out, previous) < Writer::key(out, &pair);
        }
        self.writer.pairs.push(pair);
        Ok(())
    }

    fn value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), EncodeError> {
        value.serialize(&mut *self.writer)?;
        // A value without its key has no place of its own, and then the count at the end is wrong.
        if let Some(pair) = self.writer.pairs.last_mut() {
            pair.end = self.writer.out.len();
        }
        Ok(())
    }

    fn close(self) -> Result<(), EncodeError> {
        complete(self.left)?;
        if !self.in_order {
            self.writer.put_in_order(self.first, self.start)?;
        }
        self.writer.pairs.truncate(self.first);
        self.writer.nesting = self.outside;
        Ok(())
    }
}

/// A container holds as many as it said beforehand.
fn one_less(left: usize) -> Result<usize, EncodeError> {
    left.checked_sub(1).ok_or(EncodeError::Unserializable)
}

fn complete(left: usize) -> Result<(), EncodeError> {
    match left {
        0 => Ok(()),
        _ => Err(EncodeError::Unserializable),
    }
}

/// How many there are; who does not say so beforehand would write a stream.
fn counted(length: Option<usize>) -> Result<usize, EncodeError> {
    length.ok_or(EncodeError::NotOnTheWire(DecodeError::Indefinite))
}

impl ser::Error for EncodeError {
    fn custom<T: std::fmt::Display>(_: T) -> Self {
        Self::Unserializable
    }
}

macro_rules! numbers {
    ($($method:ident: $number:ty => $kind:ident),+ $(,)?) => {
        $(
            fn $method(self, number: $number) -> Result<(), EncodeError> {
                self.$kind(number.into())
            }
        )+
    };
}

impl<'a> ser::Serializer for &'a mut Writer {
    type Ok = ();
    type Error = EncodeError;
    type SerializeSeq = List<'a>;
    type SerializeTuple = List<'a>;
    type SerializeTupleStruct = List<'a>;
    type SerializeTupleVariant = List<'a>;
    type SerializeMap = Table<'a>;
    type SerializeStruct = Table<'a>;
    type SerializeStructVariant = Table<'a>;

    numbers! {
        serialize_u8: u8 => serialize_u64,
        serialize_u16: u16 => serialize_u64,
        serialize_u32: u32 => serialize_u64,
        serialize_i8: i8 => serialize_i64,
        serialize_i16: i16 => serialize_i64,
        serialize_i32: i32 => serialize_i64,
        serialize_f32: f32 => serialize_f64,
    }

    fn serialize_u64(self, number: u64) -> Result<(), EncodeError> {
        head(&mut self.out, 0, number);
        Ok(())
    }

    fn serialize_i64(self, number: i64) -> Result<(), EncodeError> {
        match u64::try_from(number) {
            Ok(number) => head(&mut self.out, 0, number),
            Err(_) => head(&mut self.out, 1, number.unsigned_abs() - 1),
        }
        Ok(())
    }

    fn serialize_f64(self, _: f64) -> Result<(), EncodeError> {
        Err(EncodeError::NotOnTheWire(DecodeError::Forbidden))
    }

    fn serialize_bool(self, value: bool) -> Result<(), EncodeError> {
        self.out.push(if value { 0xf5 } else { 0xf4 });
        Ok(())
    }

    fn serialize_char(self, value: char) -> Result<(), EncodeError> {
        self.text(value.encode_utf8(&mut [0; 4]));
        Ok(())
    }

    fn serialize_str(self, text: &str) -> Result<(), EncodeError> {
        self.text(text);
        Ok(())
    }

    fn serialize_bytes(self, bytes: &[u8]) -> Result<(), EncodeError> {
        head(&mut self.out, 2, bytes.len() as u64);
        self.out.extend_from_slice(bytes);
        Ok(())
    }

    fn serialize_none(self) -> Result<(), EncodeError> {
        self.out.push(0xf6);
        Ok(())
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), EncodeError> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<(), EncodeError> {
        head(&mut self.out, 4, 0);
        Ok(())
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<(), EncodeError> {
        self.serialize_unit()
    }

    fn serialize_unit_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
    ) -> Result<(), EncodeError> {
        self.text(variant);
        Ok(())
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Result<(), EncodeError> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<(), EncodeError> {
        let outside = self.nesting;
        self.variant(variant)?;
        value.serialize(&mut *self)?;
        self.nesting = outside;
        Ok(())
    }

    fn serialize_seq(self, length: Option<usize>) -> Result<List<'a>, EncodeError> {
        let outside = self.nesting;
        self.list(counted(length)?, outside)
    }

    fn serialize_tuple(self, length: usize) -> Result<List<'a>, EncodeError> {
        let outside = self.nesting;
        self.list(length, outside)
    }

    fn serialize_tuple_struct(
        self,
        _: &'static str,
        length: usize,
    ) -> Result<List<'a>, EncodeError> {
        self.serialize_tuple(length)
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        length: usize,
    ) -> Result<List<'a>, EncodeError> {
        let outside = self.nesting;
        self.variant(variant)?;
        self.list(length, outside)
    }

    fn serialize_map(self, length: Option<usize>) -> Result<Table<'a>, EncodeError> {
        let outside = self.nesting;
        self.table(counted(length)?, outside)
    }

    fn serialize_struct(self, _: &'static str, length: usize) -> Result<Table<'a>, EncodeError> {
        let outside = self.nesting;
        self.table(length, outside)
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        length: usize,
    ) -> Result<Table<'a>, EncodeError> {
        let outside = self.nesting;
        self.variant(variant)?;
        self.table(length, outside)
    }

    fn is_human_readable(&self) -> bool {
        false
    }
}

macro_rules! lists {
    ($($sort:ident: $method:ident),+ $(,)?) => {
        $(
            impl ser::$sort for List<'_> {
                type Ok = ();
                type Error = EncodeError;

                fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), EncodeError> {
                    self.element(value)
                }

                fn end(self) -> Result<(), EncodeError> {
                    self.close()
                }
            }
        )+
    };
}

lists! {
    SerializeSeq: serialize_element,
    SerializeTuple: serialize_element,
    SerializeTupleStruct: serialize_field,
    SerializeTupleVariant: serialize_field,
}

macro_rules! fields {
    ($($sort:ident),+) => {
        $(
            impl ser::$sort for Table<'_> {
                type Ok = ();
                type Error = EncodeError;

                fn serialize_field<T: Serialize + ?Sized>(
                    &mut self,
                    name: &'static str,
                    value: &T,
                ) -> Result<(), EncodeError> {
                    self.key(name)?;
                    self.value(value)
                }

                fn end(self) -> Result<(), EncodeError> {
                    self.close()
                }
            }
        )+
    };
}

fields!(SerializeStruct, SerializeStructVariant);

impl ser::SerializeMap for Table<'_> {
    type Ok = ();
    type Error = EncodeError;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), EncodeError> {
        self.key(key)
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), EncodeError> {
        self.value(value)
    }

    fn end(self) -> Result<(), EncodeError> {
        self.close()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde::ser::{SerializeMap, SerializeSeq, Serializer};

    use super::*;
    use crate::wire::encode;

    /// Tells of pairs one by one, and beforehand how many there are.
    struct Told<K, V>(Option<usize>, Vec<(K, V)>);

    impl<K: Serialize, V: Serialize> Serialize for Told<K, V> {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            let mut map = serializer.serialize_map(self.0)?;
            for (key, value) in &self.1 {
                map.serialize_entry(key, value)?;
            }
            map.end()
        }
    }

    fn refused<K: Serialize, V: Serialize>(told: &Told<K, V>) -> EncodeError {
        encode(told).unwrap_err()
    }

    #[test]
    fn pairs_stand_in_the_order_of_their_encoded_keys_at_every_depth() {
        let inner = || BTreeMap::from([("aa", 1), ("b", 2), ("c", 3)]);
        let told = Told(Some(3), vec![(24, inner()), (-1, inner()), (3, inner())]);
        let inner = "a3616202616303626161 01".replace(' ', "");
        let expected = format!("a303{inner}1818{inner}20{inner}");
        assert_eq!(hex::encode(encode(&told).unwrap()), expected);
    }

    #[test]
    fn a_map_with_two_equal_keys_or_a_key_of_another_kind_has_no_encoding() {
        let order = EncodeError::NotOnTheWire(DecodeError::KeyOrder);
        assert_eq!(refused(&Told(Some(2), vec![(1, 1), (1, 2)])), order);
        assert_eq!(refused(&Told(Some(3), vec![(2, 1), (1, 1), (2, 2)])), order);
        let kind = EncodeError::NotOnTheWire(DecodeError::KeyKind);
        assert_eq!(refused(&Told(Some(1), vec![(true, 1)])), kind);
        assert_eq!(refused(&Told(Some(1), vec![(None::<u8>, 1)])), kind);
        assert_eq!(refused(&Told(Some(1), vec![((1, 2), 1)])), kind);
    }

    #[test]
    fn who_tells_of_another_number_than_it_said_has_no_encoding() {
        let pairs = || vec![(1, 1), (2, 2)];
        for said in [0, 1, 3] {
            assert_eq!(
                refused(&Told(Some(said), pairs())),
                EncodeError::Unserializable
            );
        }
        assert_eq!(
            refused(&Told(None, pairs())),
            EncodeError::NotOnTheWire(DecodeError::Indefinite)
        );
    }

    struct Short;

    impl Serialize for Short {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            let mut list = serializer.serialize_seq(Some(2))?;
            list.serialize_element(&1)?;
            list.end()
        }
    }

    #[test]
    fn a_list_that_is_shorter_than_it_said_has_no_encoding() {
        assert_eq!(encode(&Short).unwrap_err(), EncodeError::Unserializable);
    }

    #[derive(serde::Serialize)]
    struct Nested(Vec<Nested>);

    #[test]
    fn what_is_nested_too_deep_has_no_encoding_and_what_stands_beside_does_not_count() {
        let deep = |depth| (1..depth).fold(Nested(vec![]), |inner, _| Nested(vec![inner]));
        assert!(encode(&deep(MAX_NESTING)).is_ok());
        assert!(encode(&(deep(MAX_NESTING - 1), deep(MAX_NESTING - 1))).is_ok());
        assert_eq!(
            encode(&deep(MAX_NESTING + 1)).unwrap_err(),
            EncodeError::NotOnTheWire(DecodeError::TooDeep)
        );
    }
}
