// SPDX-License-Identifier: EUPL-1.2
//! A version with its acts, as one file that can be mailed around until everybody has signed.
//!
//! ```text
//! { "acts": [ act, bytes ... in the order of their bytes, none twice ],
//!   "content": the encoded content, bytes,
//!   "v": 1 }
//! ```
//!
//! Two people who hold the same version and the same acts hold the same file, byte for byte.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_bytes::ByteBuf;

use super::{Act, ActError, ContentFault, ConvenantContent, Hearing, MAX_CONTENT_BYTES, Testimony};
use crate::time::Timestamp;
use crate::trust::TrustStore;
use crate::wire::{self, DecodeError};

/// The largest file that is read.
const MAX_BYTES: usize = 4 * 1_024 * 1_024;
const MAX_ACTS: usize = 2_000;

/// A version and the acts that somebody has of it; not verified yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConvenantFile {
    content: ConvenantContent,
    acts: BTreeSet<Vec<u8>>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Form {
    v: u8,
    content: ByteBuf,
    acts: BTreeSet<ByteBuf>,
}

impl ConvenantFile {
    /// A version that nobody has acted on.
    #[must_use]
    pub const fn new(content: ConvenantContent) -> Self {
        Self {
            content,
            acts: BTreeSet::new(),
        }
    }

    /// What is to be agreed on.
    #[must_use]
    pub const fn content(&self) -> &ConvenantContent {
        &self.content
    }

    /// The signed bytes of the acts and of testimonies about them, as they were received.
    pub fn acts(&self) -> impl Iterator<Item = &[u8]> + Clone {
        self.acts.iter().map(Vec::as_slice)
    }

    /// Adds an act, if it is not there yet.
    pub fn add(&mut self, act: Vec<u8>) {
        self.acts.insert(act);
    }

    /// The bytes of the file.
    #[must_use]
    #[expect(
        clippy::expect_used,
        reason = "a small number, a byte string and a set of byte strings all occur on the wire"
    )]
    pub fn encode(&self) -> Vec<u8> {
        let acts = self.acts.iter().cloned().map(ByteBuf::from).collect();
        wire::encode(&Form {
            v: 1,
            content: ByteBuf::from(self.content.encoded()),
            acts,
        })
        .expect("bytes can be encoded")
    }

    /// Reads a file and checks the content; the acts are bytes until [`ConvenantFile::verify`].
    ///
    /// # Errors
    ///
    /// When it is not such a file, or the content has faults: all of them are named.
    pub fn decode(bytes: &[u8]) -> Result<Self, FileError> {
        let form: Form = wire::decode(bytes, MAX_BYTES)?;
        if form.v != 1 {
            return Err(FileError::Version(form.v));
        }
        if form.acts.len() > MAX_ACTS {
            return Err(FileError::TooManyActs);
        }
        let content: ConvenantContent = wire::decode(&form.content, MAX_CONTENT_BYTES)?;
        let faults = content.check();
        if !faults.is_empty() {
            return Err(FileError::Content(faults));
        }
        Ok(Self {
            content,
            acts: form.acts.into_iter().map(ByteBuf::into_vec).collect(),
        })
    }

    /// Verifies every act: that it is signed by a member, about this version, by a certificate we believe at `now`, or on
    /// the word of a member in the file that held it when it did (see [`Hearing`]).
    ///
    /// # Errors
    ///
    /// At the first act that is not; nothing of the file is to be used then.
    pub fn verify(&self, trust: &TrustStore, now: Timestamp) -> Result<Vec<Act>, FileError> {
        let hash = self.content.hash();
        let hearing = Hearing::new(&self.content, self.acts(), trust, now);
        self.acts()
            .filter(|bytes| !Testimony::is_one(bytes))
            .map(|bytes| {
                let (act, _) = hearing.judge(bytes)?;
                if act.convenant() != hash {
                    return Err(FileError::OtherVersion);
                }
                if !self.content.is_member(act.by()) {
                    return Err(FileError::NotAMember(act.by()));
                }
                Ok(act)
            })
            .collect()
    }
}

/// Why a file with a convenant is not accepted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FileError {
    /// Not such a file.
    #[error("not a file with a convenant")]
    Malformed(#[from] DecodeError),
    /// A form of another version than this program knows.
    #[error("form version `{0}` is not known")]
    Version(u8),
    /// More acts than any convenant needs.
    #[error("too many acts")]
    TooManyActs,
    /// Nobody should sign this content.
    #[error("the content has {} faults", .0.len())]
    Content(Vec<ContentFault>),
    /// One of the acts is not accepted.
    #[error(transparent)]
    Act(#[from] ActError),
    /// One of the acts is about another version.
    #[error("an act is about another version")]
    OtherVersion,
    /// One of the acts is by an organisation that is no member.
    #[error("an act is by `{0}`, which is not a member")]
    NotAMember(crate::id::Oin),
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::convenant::samples::content;

    #[test]
    fn a_file_reads_back_and_has_one_form() {
        let mut file = ConvenantFile::new(content(3));
        file.add(b"two".to_vec());
        file.add(b"one".to_vec());
        file.add(b"two".to_vec());
        let bytes = file.encode();
        assert_eq!(ConvenantFile::decode(&bytes).unwrap(), file);
        let mut other = ConvenantFile::new(content(3));
        other.add(b"one".to_vec());
        other.add(b"two".to_vec());
        assert_eq!(other.encode(), bytes);
    }

    #[test]
    fn a_file_with_a_faulty_content_is_refused_with_all_faults() {
        let mut content = content(3);
        content.version = 0;
        content.namespaces.clear();
        let bytes = ConvenantFile::new(content).encode();
        let Err(FileError::Content(faults)) = ConvenantFile::decode(&bytes) else {
            panic!("accepted");
        };
        assert_eq!(faults.len(), 2);
    }

    #[test]
    fn a_changed_byte_is_refused_or_is_another_content() {
        let file = ConvenantFile::new(content(3));
        let bytes = file.encode();
        for place in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[place] ^= 1;
            if let Ok(other) = ConvenantFile::decode(&changed) {
                assert_ne!(other.content().hash(), file.content().hash());
            }
        }
    }
}
