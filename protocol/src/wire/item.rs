// SPDX-License-Identifier: EUPL-1.2
//! CBOR without a Rust type: for signed objects (COSE), whose maps have numbers as keys.

use super::scan::{self, Cursor, Head};
use super::{DecodeError, MAX_NESTING};

/// One item of deterministic CBOR, borrowing from the bytes it was read from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Item<'a> {
    /// Zero or more.
    Unsigned(u64),
    /// Minus one minus this number, so that -8 is `Negative(7)`.
    Negative(u64),
    /// A byte string.
    Bytes(&'a [u8]),
    /// Text.
    Text(&'a str),
    /// Items in their order.
    Array(Vec<Item<'a>>),
    /// Pairs; written in the order of their encoded keys.
    Map(Vec<(Item<'a>, Item<'a>)>),
    /// False or true.
    Bool(bool),
    /// The value that says there is none.
    Null,
}

impl<'a> Item<'a> {
    /// The item that these bytes are, in its one encoding.
    ///
    /// # Errors
    ///
    /// When the bytes are more than `max_bytes` or not one deterministic item.
    pub fn parse(bytes: &'a [u8], max_bytes: usize) -> Result<Self, DecodeError> {
        if bytes.len() > max_bytes {
            return Err(DecodeError::TooLarge { limit: max_bytes });
        }
        scan::check(bytes)?;
        read(&mut Cursor::new(bytes), MAX_NESTING)
    }

    /// The integer, negative or not, where it fits.
    #[must_use]
    pub const fn int(number: i64) -> Self {
        if number < 0 {
            Self::Negative(number.unsigned_abs() - 1)
        } else {
            Self::Unsigned(number.unsigned_abs())
        }
    }

    /// The one encoding. Of two pairs with the same key the last is written.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut out = Vec::new();
        self.write(&mut out);
        out
    }

    fn write(&self, out: &mut Vec<u8>) {
        match self {
            Self::Unsigned(number) => head(out, 0, *number),
            Self::Negative(number) => head(out, 1, *number),
            Self::Bytes(bytes) => {
                head(out, 2, bytes.len() as u64);
                out.extend_from_slice(bytes);
            }
            Self::Text(text) => {
                head(out, 3, text.len() as u64);
                out.extend_from_slice(text.as_bytes());
            }
            Self::Array(items) => {
                head(out, 4, items.len() as u64);
                items.iter().for_each(|item| item.write(out));
            }
            Self::Map(pairs) => write_map(out, pairs),
            Self::Bool(value) => out.push(if *value { 0xf5 } else { 0xf4 }),
            Self::Null => out.push(0xf6),
        }
    }

    /// The value under an integer key of a map.
    #[must_use]
    pub fn field(&self, key: i64) -> Option<&Self> {
        let Self::Map(pairs) = self else { return None };
        let key = Self::int(key);
        pairs
            .iter()
            .find_map(|(name, value)| (*name == key).then_some(value))
    }

    /// How many elements or pairs it holds; nothing for other items.
    #[must_use]
    pub fn len(&self) -> usize {
        match self {
            Self::Array(items) => items.len(),
            Self::Map(pairs) => pairs.len(),
            Self::Unsigned(_)
            | Self::Negative(_)
            | Self::Bytes(_)
            | Self::Text(_)
            | Self::Bool(_)
            | Self::Null => 0,
        }
    }

    /// Whether it holds no elements or pairs.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The bytes, of a byte string.
    #[must_use]
    pub const fn bytes(&self) -> Option<&'a [u8]> {
        if let Self::Bytes(bytes) = self {
            Some(bytes)
        } else {
            None
        }
    }

    /// The text, of text.
    #[must_use]
    pub const fn text(&self) -> Option<&'a str> {
        if let Self::Text(text) = self {
            Some(text)
        } else {
            None
        }
    }

    /// The number, of an unsigned integer.
    #[must_use]
    pub const fn unsigned(&self) -> Option<u64> {
        if let Self::Unsigned(number) = self {
            Some(*number)
        } else {
            None
        }
    }
}

fn write_map(out: &mut Vec<u8>, pairs: &[(Item<'_>, Item<'_>)]) {
    let sorted: std::collections::BTreeMap<_, _> = pairs
        .iter()
        .map(|(key, value)| (key.encode(), value))
        .collect();
    head(out, 5, sorted.len() as u64);
    for (key, value) in sorted {
        out.extend_from_slice(&key);
        value.write(out);
    }
}

/// Writes the kind and its number in as few bytes as possible.
pub(super) fn head(out: &mut Vec<u8>, major: u8, number: u64) {
    let bytes = number.to_be_bytes();
    let [.., fourth, third, second, first] = bytes;
    let major = major << 5;
    match number {
        0..24 => out.push(major | first),
        24..=0xff => out.extend([major | 24, first]),
        0x100..=0xffff => out.extend([major | 25, second, first]),
        0x1_0000..=0xffff_ffff => out.extend([major | 26, fourth, third, second, first]),
        _ => {
            out.push(major | 27);
            out.extend(bytes);
        }
    }
}

pub(super) fn read<'a>(cursor: &mut Cursor<'a>, nesting: usize) -> Result<Item<'a>, DecodeError> {
    Ok(match cursor.head()? {
        Head::Unsigned(number) => Item::Unsigned(number),
        Head::Negative(number) => Item::Negative(number),
        Head::Bytes(length) => Item::Bytes(cursor.take(length)?),
        Head::Text(length) => Item::Text(cursor.text(length)?),
        Head::Array(length) => {
            let nesting = scan::deeper(nesting)?;
            Item::Array(
                (0..length)
                    .map(|_| read(cursor, nesting))
                    .collect::<Result<_, _>>()?,
            )
        }
        Head::Map(length) => {
            let nesting = scan::deeper(nesting)?;
            Item::Map(
                (0..length)
                    .map(|_| Ok((read(cursor, nesting)?, read(cursor, nesting)?)))
                    .collect::<Result<_, _>>()?,
            )
        }
        Head::Bool(value) => Item::Bool(value),
        Head::Null => Item::Null,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn numbers_take_as_few_bytes_as_they_can() {
        for (number, hex) in [
            (0, "00"),
            (23, "17"),
            (24, "1818"),
            (255, "18ff"),
            (256, "190100"),
            (65_536, "1a00010000"),
            (4_294_967_296, "1b0000000100000000"),
            (-1, "20"),
            (-8, "27"),
            (-37, "3824"),
        ] {
            assert_eq!(hex::encode(Item::int(number).encode()), hex);
        }
    }

    #[test]
    fn pairs_are_written_in_the_order_of_their_keys() {
        let map = Item::Map(vec![
            (Item::Text("a"), Item::Null),
            (Item::int(-1), Item::Bool(true)),
            (Item::int(33), Item::Bytes(b"x")),
            (Item::int(1), Item::Array(vec![])),
        ]);
        let bytes = map.encode();
        assert_eq!(hex::encode(&bytes), "a401801821417820f56161f6");
        let read = Item::parse(&bytes, 100).unwrap();
        assert_eq!(read.field(33).and_then(Item::bytes), Some(b"x".as_slice()));
        assert_eq!(read.field(2), None);
    }

    proptest! {
        #[test]
        fn an_accepted_item_writes_the_bytes_it_was_read_from(bytes in prop::collection::vec(any::<u8>(), 0..12)) {
            if let Ok(item) = Item::parse(&bytes, 100) {
                prop_assert_eq!(item.encode(), bytes);
            }
        }
    }
}
