// SPDX-License-Identifier: EUPL-1.2
//! Who acts for whom, for what and until when: the text that both sign.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::MAX_MANDATE_BYTES;
use crate::id::Oin;
use crate::octets::Octets;
use crate::purpose::PurposeId;
use crate::time::Period;
use crate::wire;

/// SHA-256 over the canonical bytes of the content; how a mandate is named everywhere.
pub type MandateHash = Octets<32>;

/// Purposes in one mandate; the catalogue has some twenty.
const MAX_PURPOSES: usize = 40;
/// There are no more product categories than two digits can name.
const MAX_CARE_FORMS: usize = 100;
/// A college decides anew at least every five years.
const MAX_TERM_DAYS: u64 = 5 * 366;

/// The terms of one mandate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MandateContent {
    /// Version of this form; 1.
    pub v: u8,
    /// 16 random bytes, so that a mandate that was withdrawn can be given again in the same words.
    pub nonce: Octets<16>,
    /// The organisation that lets another act for it.
    pub member: Oin,
    /// The organisation that acts, from its own node.
    pub holder: Oin,
    /// For which purposes.
    pub purposes: BTreeSet<PurposeId>,
    /// For which forms of care, as product categories of two digits (iWmo, iJw).
    pub care_forms: BTreeSet<String>,
    /// From when until when.
    pub valid: Period,
}

impl MandateContent {
    /// A sound mandate, for tests and examples: they change what they are about.
    #[doc(hidden)]
    #[must_use]
    pub fn testing_only_sample(member: Oin, holder: Oin, valid: Period) -> Self {
        Self {
            v: 1,
            nonce: Octets([9; 16]),
            member,
            holder,
            purposes: BTreeSet::from([PurposeId::matching()]),
            care_forms: BTreeSet::from(["02".to_owned()]),
            valid,
        }
    }

    /// The bytes that are hashed: the one encoding of the content.
    #[must_use]
    #[expect(
        clippy::expect_used,
        reason = "numbers, texts, bytes and sets without doubles all occur on the wire"
    )]
    pub fn encoded(&self) -> Vec<u8> {
        wire::encode(self).expect("a mandate can be encoded")
    }

    /// The name of this mandate: SHA-256 over its bytes.
    #[must_use]
    pub fn hash(&self) -> MandateHash {
        Octets(Sha256::digest(self.encoded()).into())
    }

    /// Whether this organisation is one of the two that sign.
    #[must_use]
    pub fn is_party(&self, organisation: Oin) -> bool {
        organisation == self.member || organisation == self.holder
    }

    /// Everything for which nobody should sign this; nothing when it is sound.
    #[must_use]
    pub fn check(&self) -> Vec<MandateFault> {
        let is_code = |code: &String| code.len() == 2 && code.bytes().all(|c| c.is_ascii_digit());
        let term = self.valid.until.since(self.valid.from).as_secs();
        let faults = [
            (self.v != 1, MandateFault::FormVersion(self.v)),
            (self.member == self.holder, MandateFault::ToItself),
            (
                !(1..=MAX_PURPOSES).contains(&self.purposes.len()),
                MandateFault::Purposes,
            ),
            (
                !(1..=MAX_CARE_FORMS).contains(&self.care_forms.len())
                    || !self.care_forms.iter().all(is_code),
                MandateFault::CareForms,
            ),
            (
                self.valid.from >= self.valid.until,
                MandateFault::EndsBeforeItStarts,
            ),
            (term > MAX_TERM_DAYS * 86_400, MandateFault::TooLong),
            (
                self.encoded().len() > MAX_MANDATE_BYTES,
                MandateFault::TooLarge,
            ),
        ];
        let found = faults.into_iter().filter(|(wrong, _)| *wrong);
        found.map(|(_, fault)| fault).collect()
    }
}

/// Something in a mandate for which nobody should sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MandateFault {
    /// The form is of another version than this program knows.
    #[error("form version `{0}` is not known")]
    FormVersion(u8),
    /// An organisation acts for itself without a mandate.
    #[error("an organisation gives no mandate to itself")]
    ToItself,
    /// No purpose, or more than there are.
    #[error("a mandate names 1 to 40 purposes")]
    Purposes,
    /// No form of care, or what is no code of one.
    #[error("a mandate names 1 to 100 forms of care, each of two digits")]
    CareForms,
    /// Ends before it starts.
    #[error("ends before it starts")]
    EndsBeforeItStarts,
    /// In force for more than five years.
    #[error("in force for more than five years")]
    TooLong,
    /// More bytes than are read.
    #[error("content is too large")]
    TooLarge,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mandate::samples::{content, days};

    #[test]
    fn a_sound_mandate_has_no_faults_and_one_name() {
        assert_eq!(content().check(), []);
        let read: MandateContent = wire::decode(&content().encoded(), MAX_MANDATE_BYTES).unwrap();
        assert_eq!(read.hash(), content().hash());
    }

    #[test]
    fn whatever_is_widened_is_another_mandate() {
        type Change = fn(&mut MandateContent);
        let wider: [Change; 6] = [
            |one| assert!(one.purposes.insert("P20".parse().unwrap())),
            |one| assert!(one.care_forms.insert("07".to_owned())),
            |one| one.valid.until = days(366),
            |one| one.valid.from = crate::time::Timestamp::from_secs(1),
            |one| one.member = crate::testing::oin(8),
            |one| one.holder = crate::testing::oin(8),
        ];
        for widen in wider {
            let mut other = content();
            widen(&mut other);
            assert_ne!(other.hash(), content().hash());
        }
    }

    #[test]
    fn each_fault_is_named() {
        type Change = fn(&mut MandateContent);
        let faults: [(Change, MandateFault); 7] = [
            (|one| one.v = 2, MandateFault::FormVersion(2)),
            (|one| one.holder = one.member, MandateFault::ToItself),
            (|one| one.purposes.clear(), MandateFault::Purposes),
            (|one| one.care_forms.clear(), MandateFault::CareForms),
            (
                |one| assert!(one.care_forms.insert("2a".to_owned())),
                MandateFault::CareForms,
            ),
            (
                |one| one.valid.until = one.valid.from,
                MandateFault::EndsBeforeItStarts,
            ),
            (
                |one| one.valid.until = days(5 * 366 + 1),
                MandateFault::TooLong,
            ),
        ];
        for (change, fault) in faults {
            let mut faulty = content();
            change(&mut faulty);
            assert_eq!(faulty.check(), [fault]);
        }
    }
}
