// SPDX-License-Identifier: EUPL-1.2
//! The signed head of a log: C2SP tlog-checkpoint in a signed note.
//!
//! Three lines of text (which log, how many entries, the root of its tree), an empty line, and a line per signature.
//! Who keeps one can later prove that the log was changed, cut off or shown in two forms.

use std::fmt::Write;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

use crate::merkle::Hash;
use crate::sign::{NodeSigner, verify_node};

/// The largest checkpoint that is read.
pub const MAX_CHECKPOINT_BYTES: usize = 4_096;
/// The most signatures under one checkpoint.
const MAX_SIGNATURES: usize = 16;
/// Begins every line with a signature.
const DASH: &str = "\u{2014} ";
/// The number of Ed25519 in a signed note.
const ED25519: u8 = 1;

/// The head of a log at some size.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    /// Which log: a name without a scheme, such as `basisnet.nl/log/00000001001234567000`.
    pub origin: String,
    /// How many entries it holds.
    pub size: u64,
    /// The root of its tree.
    pub root: Hash,
}

impl Checkpoint {
    /// The text that is signed.
    #[must_use]
    pub fn text(&self) -> String {
        let root = STANDARD.encode(self.root);
        format!("{}\n{}\n{root}\n", self.origin, self.size)
    }

    /// The head as a note, signed in the name of the log.
    #[must_use]
    pub fn sign(&self, signer: &dyn NodeSigner) -> String {
        let text = self.text();
        let mut signed = key_id(&self.origin, &signer.public_key()).to_vec();
        signed.extend_from_slice(&signer.sign(text.as_bytes()));
        let mut note = format!("{text}\n");
        // Writing to a text cannot fail.
        let _ = writeln!(note, "{DASH}{} {}", self.origin, STANDARD.encode(signed));
        note
    }

    /// Reads a note and checks that the log itself signed it with `key`.
    ///
    /// Signatures by others, such as witnesses, are let by.
    ///
    /// # Errors
    ///
    /// When it is not a checkpoint of `origin`, or carries no such signature.
    pub fn verify(note: &str, origin: &str, key: &[u8; 32]) -> Result<Self, CheckpointError> {
        if note.len() > MAX_CHECKPOINT_BYTES {
            return Err(CheckpointError::Malformed);
        }
        let end = note.rfind("\n\n").ok_or(CheckpointError::Malformed)?;
        let (text, signatures) = note
            .split_at_checked(end + 1)
            .ok_or(CheckpointError::Malformed)?;
        let checkpoint = Self::parse(text)?;
        if checkpoint.origin != origin {
            return Err(CheckpointError::OtherLog);
        }
        let id = key_id(origin, key);
        let mut signed = false;
        let lines = signatures
            .strip_prefix('\n')
            .and_then(|lines| lines.strip_suffix('\n'))
            .ok_or(CheckpointError::Malformed)?;
        for (count, line) in lines.split('\n').enumerate() {
            let (name, bytes) = signature_line(line).ok_or(CheckpointError::Malformed)?;
            if count >= MAX_SIGNATURES {
                return Err(CheckpointError::Malformed);
            }
            let own = bytes.strip_prefix(&id).filter(|_| name == origin);
            if let Some(signature) = own {
                if !verify_node(key, text.as_bytes(), signature) {
                    return Err(CheckpointError::WrongSignature);
                }
                signed = true;
            }
        }
        signed
            .then_some(checkpoint)
            .ok_or(CheckpointError::Unsigned)
    }

    /// The head that this text says, without any proof.
    ///
    /// # Errors
    ///
    /// When it is not three lines of the right form.
    pub fn parse(text: &str) -> Result<Self, CheckpointError> {
        let malformed = CheckpointError::Malformed;
        let mut lines = text.strip_suffix('\n').ok_or(malformed)?.split('\n');
        let (Some(origin), Some(size), Some(root), None) =
            (lines.next(), lines.next(), lines.next(), lines.next())
        else {
            return Err(malformed);
        };
        let checkpoint = Self {
            origin: origin.to_owned(),
            size: size.parse().map_err(|_| malformed)?,
            root: STANDARD
                .decode(root)
                .ok()
                .and_then(|bytes| bytes.try_into().ok())
                .ok_or(malformed)?,
        };
        // INVARIANT (one form): what was signed is what was understood, down to the leading zeros.
        (is_name(origin) && checkpoint.text() == text)
            .then_some(checkpoint)
            .ok_or(malformed)
    }
}

/// By which a signature says whose it is: the first four bytes of a hash over name and key.
fn key_id(name: &str, key: &[u8; 32]) -> [u8; 4] {
    let mut hasher = Sha256::new();
    hasher.update(name.as_bytes());
    hasher.update([b'\n', ED25519]);
    hasher.update(key);
    let hash: Hash = hasher.finalize().into();
    let [a, b, c, d, ..] = hash;
    [a, b, c, d]
}

fn is_name(name: &str) -> bool {
    !name.is_empty() && !name.contains(|c: char| c.is_whitespace() || c == '+')
}

fn signature_line(line: &str) -> Option<(&str, Vec<u8>)> {
    let (name, signature) = line.strip_prefix(DASH)?.split_once(' ')?;
    let bytes = STANDARD.decode(signature).ok()?;
    (is_name(name) && bytes.len() > 4).then_some((name, bytes))
}

/// Why a checkpoint is not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CheckpointError {
    /// Not a signed note with a checkpoint in it.
    #[error("malformed checkpoint")]
    Malformed,
    /// The head of another log.
    #[error("checkpoint of another log")]
    OtherLog,
    /// No signature by the log itself.
    #[error("checkpoint without a signature of the log")]
    Unsigned,
    /// The signature of the log does not hold.
    #[error("the signature under the checkpoint does not hold")]
    WrongSignature,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use ring::signature::{Ed25519KeyPair, KeyPair};

    use super::*;

    const ORIGIN: &str = "basisnet.nl/log/00000099000000000001";

    struct Key(Ed25519KeyPair);

    impl NodeSigner for Key {
        fn public_key(&self) -> [u8; 32] {
            self.0.public_key().as_ref().try_into().unwrap()
        }

        fn sign(&self, bytes: &[u8]) -> [u8; 64] {
            self.0.sign(bytes).as_ref().try_into().unwrap()
        }
    }

    fn key(seed: u8) -> Key {
        Key(Ed25519KeyPair::from_seed_unchecked(&[seed; 32]).unwrap())
    }

    fn head() -> Checkpoint {
        Checkpoint {
            origin: ORIGIN.to_owned(),
            size: 20_852_163,
            root: [7; 32],
        }
    }

    #[test]
    fn a_signed_head_comes_back_as_it_was() {
        let note = head().sign(&key(1));
        let again = Checkpoint::verify(&note, ORIGIN, &key(1).public_key());
        assert_eq!(again, Ok(head()));
    }

    #[test]
    fn the_signature_of_a_witness_is_let_by() {
        let note = head().sign(&key(1)) + "\u{2014} getuige.nl AAAAAAE=\n";
        assert!(Checkpoint::verify(&note, ORIGIN, &key(1).public_key()).is_ok());
    }

    #[test]
    fn a_head_is_refused_under_another_key_or_name() {
        let note = head().sign(&key(1));
        let other_key = Checkpoint::verify(&note, ORIGIN, &key(2).public_key());
        assert_eq!(other_key, Err(CheckpointError::Unsigned));
        let other_log = Checkpoint::verify(&note, "elders.nl/log", &key(1).public_key());
        assert_eq!(other_log, Err(CheckpointError::OtherLog));
    }

    #[test]
    fn the_size_has_one_form() {
        let text = head().text();
        assert_eq!(Checkpoint::parse(&text), Ok(head()));
        for changed in ["+20852163", "020852163", "-1", "", "20852163 "] {
            let other = text.replace("20852163", changed);
            assert_eq!(
                Checkpoint::parse(&other),
                Err(CheckpointError::Malformed),
                "{changed}"
            );
        }
    }

    proptest! {
        #[test]
        fn no_byte_of_a_note_can_change(place in any::<prop::sample::Index>(), by in 1_u8..255) {
            let mut note = head().sign(&key(1)).into_bytes();
            let place = place.index(note.len());
            note[place] = note[place].wrapping_add(by);
            if let Ok(note) = String::from_utf8(note) {
                prop_assert!(Checkpoint::verify(&note, ORIGIN, &key(1).public_key()).is_err());
            }
        }

        #[test]
        fn no_text_makes_the_reader_stumble(text in "\\PC{0,200}") {
            prop_assert!(Checkpoint::verify(&text, ORIGIN, &[0; 32]).is_err());
        }
    }
}
