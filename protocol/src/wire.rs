// SPDX-License-Identifier: EUPL-1.2
//! One value, one encoding: deterministic CBOR (RFC 8949, section 4.2.1), and nothing that a stranger can bend.
//!
//! What is signed and hashed must have exactly one form. So a value is encoded with definite lengths, integers in
//! their shortest form and map keys sorted by their encoded bytes; and bytes are accepted only when they are what
//! [`encode`] would have made of the value they hold. Two readers can therefore never disagree about a message, and
//! no bit of it can change unnoticed.
//!
//! What occurs on the wire is a small part of CBOR: unsigned and negative integers of at most 64 bits, byte strings,
//! text in UTF-8, arrays, maps, `false`, `true` and `null`. Tags, floating point, other simple values and indefinite
//! lengths are refused. Structures are maps from field name to value; an absent option is `null`; an enum variant
//! without contents is its name, one with contents is a map of one entry. Bytes are byte strings: use
//! [`crate::octets::Octets`] or `serde_bytes`, since serde writes `Vec<u8>` as an array of integers.
//!
//! Order of work: size, then structure and nesting (in constant space), then the shape of the type, then the
//! comparison with the canonical form.

mod item;
mod scan;
mod writer;

pub use item::Item;

use cbor4ii::core::utils::SliceReader;
use cbor4ii::serde::Deserializer;
use serde::Serialize;
use serde::de::DeserializeOwned;
use writer::Writer;

/// How many containers may stand inside each other.
pub const MAX_NESTING: usize = 16;

/// The one encoding of a value.
///
/// # Errors
///
/// When the value has a form that does not occur on the wire, such as a floating-point number or a map with two
/// equal keys.
pub fn encode<T: Serialize + ?Sized>(value: &T) -> Result<Vec<u8>, EncodeError> {
    let mut writer = Writer::new();
    value.serialize(&mut writer)?;
    Ok(writer.into_bytes())
}

/// The value of which `bytes` is the one encoding.
///
/// # Errors
///
/// When the bytes are too many, nested too deep, not deterministic CBOR, or not the encoding of a `T`: with unknown,
/// double or missing fields, for example.
pub fn decode<T: DeserializeOwned + Serialize>(
    bytes: &[u8],
    max_bytes: usize,
) -> Result<T, DecodeError> {
    let value = read_back(bytes, max_bytes)?;
    // INVARIANT (one form): whatever the reader forgave, a set with a double element for example, ends here.
    match encode(&value) {
        Ok(again) if again == bytes => Ok(value),
        _ => Err(DecodeError::NotCanonical),
    }
}

/// The value in bytes that the own [`encode`] made and that nobody else can have written since: a sealed record.
///
/// It takes less than half of the time of [`decode`], which also compares with the canonical form.
///
/// # Errors
///
/// When the bytes are too many, nested too deep, not deterministic CBOR, or not the fields of a `T`.
pub fn read_back<T: DeserializeOwned>(bytes: &[u8], max_bytes: usize) -> Result<T, DecodeError> {
    if bytes.len() > max_bytes {
        return Err(DecodeError::TooLarge { limit: max_bytes });
    }
    scan::check(bytes)?;
    let mut deserializer = Deserializer::new(SliceReader::new(bytes));
    T::deserialize(&mut deserializer).map_err(|_| DecodeError::Shape)
}

/// Why a value has no encoding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EncodeError {
    /// The type itself refuses to be written down.
    #[error("this value cannot be written down")]
    Unserializable,
    /// It can be written, but not in the part of CBOR that occurs on the wire.
    #[error("this value has a form that does not occur on the wire")]
    NotOnTheWire(#[source] DecodeError),
}

/// Why bytes are not the encoding of a value. All of it is the sender's doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    /// More bytes than this kind may have.
    #[error("longer than `{limit}` bytes")]
    TooLarge {
        /// The largest size that is read.
        limit: usize,
    },
    /// More than [`MAX_NESTING`] containers inside each other.
    #[error("nested too deep")]
    TooDeep,
    /// The bytes stop before the value does.
    #[error("truncated")]
    Truncated,
    /// There are bytes after the value.
    #[error("bytes after the end")]
    Trailing,
    /// A length without a number: a stream of chunks.
    #[error("indefinite length")]
    Indefinite,
    /// An integer or length that takes more bytes than it needs.
    #[error("integer not in its shortest form")]
    NotShortest,
    /// A tag, a floating-point number or another simple value.
    #[error("a kind of item that does not occur on the wire")]
    Forbidden,
    /// Map keys out of order, or the same key twice.
    #[error("map keys out of order or double")]
    KeyOrder,
    /// A map key that is no integer, text or byte string.
    #[error("map key of a kind that does not occur on the wire")]
    KeyKind,
    /// Text that is not UTF-8.
    #[error("text that is not UTF-8")]
    NotUtf8,
    /// Well-formed, but not this type: an unknown, missing or wrong field.
    #[error("not the fields that were expected")]
    Shape,
    /// The same value has another encoding, and that is the only one.
    #[error("not the canonical encoding")]
    NotCanonical,
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use cbor4ii::core::utils::BufWriter;
    use cbor4ii::serde::Serializer;
    use proptest::prelude::*;
    use serde::{Deserialize, Serialize};
    use serde_bytes::ByteBuf;

    use super::scan::Cursor;
    use super::*;
    use crate::octets::Octets;

    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Sample {
        version: u8,
        count: u64,
        below: i64,
        name: String,
        hash: Octets<8>,
        bytes: ByteBuf,
        maybe: Option<u32>,
        kinds: BTreeSet<Kind>,
        table: BTreeMap<String, Shape>,
        list: Vec<Octets<4>>,
        yes: bool,
    }

    #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
    #[serde(rename_all = "snake_case")]
    enum Kind {
        One,
        Another,
    }

    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
    #[serde(rename_all = "snake_case")]
    enum Shape {
        Plain,
        Number(u32),
        Fields { a: u8, b: String },
        Pair(i8, Option<char>),
        Nothing(()),
    }

    fn shapes() -> impl Strategy<Value = Shape> {
        prop_oneof![
            Just(Shape::Plain),
            any::<u32>().prop_map(Shape::Number),
            (any::<u8>(), ".{0,8}").prop_map(|(a, b)| Shape::Fields { a, b }),
            any::<(i8, Option<char>)>().prop_map(|(a, b)| Shape::Pair(a, b)),
            Just(Shape::Nothing(())),
        ]
    }

    prop_compose! {
        fn samples()(
            (version, count, below) in (any::<u8>(), any::<u64>(), any::<i64>()),
            name in ".{0,12}",
            hash in any::<[u8; 8]>(),
            bytes in prop::collection::vec(any::<u8>(), 0..40),
            maybe in any::<Option<u32>>(),
            kinds in prop::collection::btree_set(prop_oneof![Just(Kind::One), Just(Kind::Another)], 0..3),
            table in prop::collection::btree_map("[a-z]{0,6}", shapes(), 0..4),
            list in prop::collection::vec(any::<[u8; 4]>().prop_map(Octets), 0..4),
            yes in any::<bool>(),
        ) -> Sample {
            Sample { version, count, below, name, hash: Octets(hash), bytes: ByteBuf::from(bytes), maybe, kinds, table, list, yes }
        }
    }

    fn in_two_steps(value: &impl Serialize) -> Vec<u8> {
        let mut serializer = Serializer::new(BufWriter::new(Vec::new()));
        value.serialize(&mut serializer).unwrap();
        let loose = serializer.into_inner().into_inner();
        let item = item::read(&mut Cursor::new(&loose), MAX_NESTING).unwrap();
        item.encode()
    }

    proptest! {
        #[test]
        fn what_is_encoded_decodes_to_the_same(sample in samples()) {
            let bytes = encode(&sample).unwrap();
            prop_assert_eq!(&decode::<Sample>(&bytes, 4_096).unwrap(), &sample);
            prop_assert_eq!(read_back::<Sample>(&bytes, 4_096).unwrap(), sample);
        }

        #[test]
        fn it_is_written_as_another_encoder_does_with_the_keys_sorted_afterwards(sample in samples()) {
            prop_assert_eq!(encode(&sample).unwrap(), in_two_steps(&sample));
        }

        #[test]
        fn a_changed_byte_is_refused_or_is_another_canonical_value(
            sample in samples(), place in any::<prop::sample::Index>(), byte in any::<u8>()
        ) {
            let mut bytes = encode(&sample).unwrap();
            let place = place.index(bytes.len());
            bytes[place] = byte;
            if let Ok(other) = decode::<Sample>(&bytes, 4_096) {
                prop_assert_eq!(encode(&other).unwrap(), bytes);
            }
        }

        #[test]
        fn a_truncated_value_is_refused(sample in samples(), place in any::<prop::sample::Index>()) {
            let bytes = encode(&sample).unwrap();
            let cut = place.index(bytes.len());
            prop_assert!(decode::<Sample>(&bytes[..cut], 4_096).is_err());
        }

        #[test]
        fn random_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = decode::<Sample>(&bytes, 4_096);
            let _ = Item::parse(&bytes, 4_096);
        }
    }

    fn refusal(hex: &str) -> DecodeError {
        scan::check(&hex::decode(hex).unwrap()).unwrap_err()
    }

    #[test]
    fn every_other_form_of_cbor_is_refused() {
        assert_eq!(refusal(""), DecodeError::Truncated);
        assert_eq!(refusal("8201"), DecodeError::Truncated);
        assert_eq!(refusal("0102"), DecodeError::Trailing);
        for longer in [
            "1800",
            "1817",
            "1900ff",
            "1a0000ffff",
            "1b00000000ffffffff",
            "3817",
            "5800",
            "780161",
            "9800",
            "b800",
        ] {
            assert_eq!(refusal(longer), DecodeError::NotShortest, "{longer}");
        }
        for stream in ["5f4100ff", "7f6161ff", "9fff", "bfff", "ff"] {
            assert_eq!(refusal(stream), DecodeError::Indefinite, "{stream}");
        }
        for forbidden in [
            "c000",
            "d80101",
            "f7",
            "f0",
            "f8ff",
            "f93c00",
            "fa3f800000",
            "fb3ff0000000000000",
        ] {
            assert_eq!(refusal(forbidden), DecodeError::Forbidden, "{forbidden}");
        }
        for reserved in ["1c", "1d", "1e", "5c", "fc"] {
            assert_eq!(refusal(reserved), DecodeError::Forbidden, "{reserved}");
        }
        assert_eq!(refusal("a201000100"), DecodeError::KeyOrder);
        assert_eq!(refusal("a202000100"), DecodeError::KeyOrder);
        assert_eq!(refusal("a1f500"), DecodeError::KeyKind);
        assert_eq!(refusal("a1800000"), DecodeError::KeyKind);
        assert_eq!(refusal("61ff"), DecodeError::NotUtf8);
        assert_eq!(refusal("1f"), DecodeError::Indefinite);
    }

    #[test]
    fn a_nested_bomb_is_refused_before_it_is_decoded() {
        assert!(scan::check(&[[0x81; MAX_NESTING].as_slice(), &[0]].concat()).is_ok());
        assert_eq!(
            scan::check(&[[0x81; MAX_NESTING + 1].as_slice(), &[0]].concat()),
            Err(DecodeError::TooDeep)
        );
        assert_eq!(scan::check(&[0x81; 1_000_000]), Err(DecodeError::TooDeep));
    }

    #[test]
    fn a_length_of_more_than_there_is_costs_nothing() {
        for claim in [
            "9bffffffffffffffff",
            "bbffffffffffffffff",
            "5bffffffffffffffff",
            "7bffffffffffffffff",
        ] {
            assert_eq!(refusal(claim), DecodeError::Truncated, "{claim}");
        }
    }

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Small {
        kinds: BTreeSet<Kind>,
        a: Option<u8>,
    }

    #[test]
    fn fields_are_sorted_by_their_encoded_name() {
        let small = Small {
            kinds: BTreeSet::from([Kind::Another]),
            a: None,
        };
        let bytes = encode(&small).unwrap();
        assert_eq!(hex::encode(bytes), "a26161f6656b696e64738167616e6f74686572");
    }

    #[test]
    fn unknown_missing_and_double_fields_are_refused() {
        let small = |hex: &str| decode::<Small>(&hex::decode(hex).unwrap(), 100);
        assert!(small("a26161f6656b696e647380").is_ok());
        assert_eq!(
            small("a36161f66162f6656b696e647380"),
            Err(DecodeError::Shape)
        );
        assert_eq!(small("a16161f6"), Err(DecodeError::Shape));
        assert_eq!(
            small("a36161f66161f6656b696e647380"),
            Err(DecodeError::KeyOrder)
        );
        assert_eq!(small("a1656b696e647380"), Err(DecodeError::NotCanonical));
    }

    #[test]
    fn a_set_with_a_double_or_unsorted_element_is_refused() {
        let small = |hex: &str| decode::<Small>(&hex::decode(hex).unwrap(), 100);
        assert!(small("a26161f6656b696e647382636f6e6567616e6f74686572").is_ok());
        assert_eq!(
            small("a26161f6656b696e647382636f6e65636f6e65"),
            Err(DecodeError::NotCanonical)
        );
        assert_eq!(
            small("a26161f6656b696e64738267616e6f74686572636f6e65"),
            Err(DecodeError::NotCanonical)
        );
    }

    #[test]
    fn a_variant_in_the_wrong_clothes_is_refused() {
        // A variant without contents as a map, and one with contents as a bare name.
        assert!(decode::<Kind>(&hex::decode("a1636f6e65f6").unwrap(), 100).is_err());
        assert!(decode::<Shape>(&hex::decode("666e756d626572").unwrap(), 100).is_err());
    }

    #[test]
    fn the_limit_on_size_comes_first() {
        assert_eq!(
            decode::<u8>(&[0xff; 11], 10),
            Err(DecodeError::TooLarge { limit: 10 })
        );
    }

    #[test]
    fn what_does_not_occur_on_the_wire_is_not_encoded_either() {
        assert!(encode(&1.5_f64).is_err());
        assert!(encode(&u128::MAX).is_err());
        let endless = std::iter::repeat_n(1_u8, 3).filter(|_| true);
        assert!(encode(&Stream(endless.collect())).is_err());
    }

    struct Stream(Vec<u8>);

    impl Serialize for Stream {
        fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            use serde::ser::SerializeSeq;
            let mut sequence = serializer.serialize_seq(None)?;
            for element in &self.0 {
                sequence.serialize_element(element)?;
            }
            sequence.end()
        }
    }
}
