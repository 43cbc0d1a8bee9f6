// SPDX-License-Identifier: EUPL-1.2
//! What an entry tells who can open it: that there is involvement, how old about, and a handle to ask by.
//!
//! Sixteen bytes, with no room for more. No signal, no suspicion and no kind of supervision is ever in a label.

use std::fmt;
use std::time::Duration;

use hmac::Mac;
use zeroize::{Zeroize, ZeroizeOnDrop};

use super::ContextHash;
use super::identifier::hmac_sha256;
use crate::octets::Octets;
use crate::time::Timestamp;

const SCHEMA: u8 = 1;
const FOUR_WEEKS: Duration = Duration::from_secs(28 * 86_400);

/// Names an aanbieder of the source inside one context, and means nothing outside it.
pub type Handle = Octets<8>;

/// What is in an entry of the index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Label {
    /// What kind of involvement; one kind in this version.
    pub involvement: Involvement,
    /// How long it has been so, in periods of four weeks.
    pub freshness: Freshness,
    /// By which the asker can open an inzage.
    pub handle: Handle,
}

/// The class of involvement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Involvement {
    /// Contract or supervision: which of the two is not told.
    Betrokken,
}

/// Whole periods of four weeks since the involvement began; 255 for nineteen years and longer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Freshness(pub u8);

impl Freshness {
    /// The age at `now` of what began at `since`.
    #[must_use]
    pub fn of(since: Timestamp, now: Timestamp) -> Self {
        let periods = now.since(since).as_secs() / FOUR_WEEKS.as_secs();
        Self(u8::try_from(periods).unwrap_or(u8::MAX))
    }

    /// The latest moment at which it can have begun, seen at `now`.
    #[must_use]
    pub fn began_before(self, now: Timestamp) -> Timestamp {
        now - FOUR_WEEKS * u32::from(self.0)
    }
}

impl Label {
    /// The label on the wire.
    #[must_use]
    pub fn to_bytes(self) -> [u8; 16] {
        let Involvement::Betrokken = self.involvement;
        let [a, b, c, d, e, f, g, h] = self.handle.0;
        [
            SCHEMA,
            0,
            self.freshness.0,
            0,
            0,
            0,
            0,
            0,
            a,
            b,
            c,
            d,
            e,
            f,
            g,
            h,
        ]
    }

    /// Reads a label; anything this version does not know is an error, never a guess.
    ///
    /// # Errors
    /// When the schema, the class or a reserved byte is unknown.
    pub fn from_bytes(bytes: [u8; 16]) -> Result<Self, LabelError> {
        let [
            schema,
            class,
            freshness,
            r1,
            r2,
            r3,
            r4,
            r5,
            a,
            b,
            c,
            d,
            e,
            f,
            g,
            h,
        ] = bytes;
        if schema != SCHEMA {
            return Err(LabelError::Schema(schema));
        }
        if class != 0 || [r1, r2, r3, r4, r5] != [0; 5] {
            return Err(LabelError::Reserved);
        }
        Ok(Self {
            involvement: Involvement::Betrokken,
            freshness: Freshness(freshness),
            handle: Octets([a, b, c, d, e, f, g, h]),
        })
    }
}

/// Why 16 bytes are not a label.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LabelError {
    /// Another version of the form.
    #[error("label of unknown schema `{0}`")]
    Schema(u8),
    /// A class or a byte that this version does not use.
    #[error("label with a reserved byte in use")]
    Reserved,
}

/// From which a source derives the handles of one epoch.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct HandleKey([u8; 32]);

impl HandleKey {
    /// The key of these bytes.
    #[must_use]
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The handle of an aanbieder, by its canonical id at the source, in one context.
    #[must_use]
    pub fn handle(&self, ctx: &ContextHash, aanbieder: &[u8]) -> Handle {
        let mac = hmac_sha256(&self.0)
            .chain_update(ctx.as_bytes())
            .chain_update(aanbieder)
            .finalize()
            .into_bytes();
        let [a, b, c, d, e, f, g, h, ..] = <[u8; 32]>::from(mac);
        Octets([a, b, c, d, e, f, g, h])
    }
}

impl fmt::Debug for HandleKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[secret]")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_comes_back_as_it_went() {
        let label = Label {
            involvement: Involvement::Betrokken,
            freshness: Freshness(3),
            handle: Octets([0xa1, 0xa2, 0xa3, 0xa4, 0xa5, 0xa6, 0xa7, 0xa8]),
        };
        assert_eq!(Label::from_bytes(label.to_bytes()), Ok(label));
    }

    #[test]
    fn a_label_with_anything_unknown_is_refused() {
        let good = [1, 0, 3, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8];
        assert!(Label::from_bytes(good).is_ok());
        for position in [0, 1, 3, 4, 5, 6, 7] {
            let mut bad = good;
            bad[position] ^= 2;
            assert!(Label::from_bytes(bad).is_err(), "byte {position}");
        }
    }

    #[test]
    fn freshness_is_coarse() {
        let began = Timestamp::from_secs(1_700_000_000);
        let days = |n: u64| began + Duration::from_secs(n * 86_400);
        assert_eq!(Freshness::of(began, days(27)), Freshness(0));
        assert_eq!(Freshness::of(began, days(28)), Freshness(1));
        assert_eq!(Freshness::of(began, days(55)), Freshness(1));
        assert_eq!(Freshness::of(began, days(28 * 300)), Freshness(255));
        assert_eq!(Freshness::of(days(1), began), Freshness(0));
        assert_eq!(Freshness(1).began_before(days(40)), days(12));
    }

    #[test]
    fn the_same_aanbieder_has_another_handle_in_another_context() {
        let key = HandleKey::from_bytes([7; 32]);
        let here = key.handle(&Octets([1; 32]), b"aanbieder");
        assert_eq!(here, key.handle(&Octets([1; 32]), b"aanbieder"));
        assert_ne!(here, key.handle(&Octets([2; 32]), b"aanbieder"));
        assert_ne!(here, key.handle(&Octets([1; 32]), b"ander"));
        assert_eq!(format!("{key:?}"), "[secret]");
    }
}
