// SPDX-License-Identifier: EUPL-1.2
//! What was signed of a statement until now, as a file that the old and the new organisation hand to each other.
//!
//! ```text
//! { "halves": [ half, bytes; one or two ], "v": 1 }
//! ```

use serde::{Deserialize, Serialize};
use serde_bytes::ByteBuf;

use crate::wire::{self, DecodeError};

/// The largest file that is read.
const MAX_BYTES: usize = 65_536;

/// The halves that somebody has of a statement; not verified yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SuccessionFile {
    v: u8,
    halves: Vec<ByteBuf>,
}

impl SuccessionFile {
    /// A file with these halves.
    #[must_use]
    pub fn new<'a>(halves: impl IntoIterator<Item = &'a [u8]>) -> Self {
        let halves = halves.into_iter().map(|half| ByteBuf::from(half.to_vec()));
        Self {
            v: 1,
            halves: halves.collect(),
        }
    }

    /// The signed bytes of each half.
    #[must_use]
    pub fn halves(&self) -> Vec<&[u8]> {
        self.halves.iter().map(|half| half.as_slice()).collect()
    }

    /// The bytes of the file.
    #[must_use]
    #[expect(
        clippy::expect_used,
        reason = "a small number and a list of byte strings both occur on the wire"
    )]
    pub fn encode(&self) -> Vec<u8> {
        wire::encode(self).expect("bytes can be encoded")
    }

    /// Reads a file.
    ///
    /// # Errors
    /// When it is not such a file.
    pub fn decode(bytes: &[u8]) -> Result<Self, SuccessionFileError> {
        let file: Self = wire::decode(bytes, MAX_BYTES)?;
        if file.v != 1 {
            return Err(SuccessionFileError::Version(file.v));
        }
        match file.halves.len() {
            1 | 2 => Ok(file),
            _ => Err(SuccessionFileError::Count),
        }
    }
}

/// Why a file is not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SuccessionFileError {
    /// Not the form of such a file.
    #[error("not a file with a statement of succession")]
    Form(#[from] DecodeError),
    /// The form is of another version than this program knows.
    #[error("form version `{0}` is not known")]
    Version(u8),
    /// None, or more than both can have signed.
    #[error("a file holds what one or both signed")]
    Count,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_read_as_it_was_written_and_nothing_else_is() {
        let file = SuccessionFile::new([&[1, 2][..], &[3]]);
        let bytes = file.encode();
        assert_eq!(SuccessionFile::decode(&bytes), Ok(file.clone()));
        assert_eq!(file.halves(), [&[1, 2][..], &[3]]);
        let three = SuccessionFile::new([&[1][..], &[2], &[3]]).encode();
        assert_eq!(
            SuccessionFile::decode(&three),
            Err(SuccessionFileError::Count)
        );
        let none = SuccessionFile::new([]).encode();
        assert_eq!(
            SuccessionFile::decode(&none),
            Err(SuccessionFileError::Count)
        );
        let other = SuccessionFile { v: 2, ..file }.encode();
        assert_eq!(
            SuccessionFile::decode(&other),
            Err(SuccessionFileError::Version(2))
        );
        assert!(SuccessionFile::decode(b"nee").is_err());
    }
}
