// SPDX-License-Identifier: EUPL-1.2
//! For whom, under what and when: the context that separates every key, tag and label from all others.
//!
//! A context is one direction of one pair, for one version of a convenant and of a purpose, in one epoch. Nothing
//! computed under one has a meaning under another, so members cannot pool quotas or compare tags, and when a member
//! leaves only its own pairs end.

use sha2::{Digest, Sha256};

use crate::id::Oin;
use crate::octets::Octets;
use crate::purpose::PurposeId;

use super::Epoch;

/// SHA-256 over a [`Context`]: how it is named on the wire.
pub type ContextHash = Octets<32>;

/// Everything that sets one direction of one pair apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Context {
    /// The sharing group.
    pub group_id: String,
    /// Version of its convenant.
    pub convenant_version: u32,
    /// The purpose for which is matched.
    pub purpose_id: PurposeId,
    /// Its version.
    pub purpose_version: u32,
    /// The epoch.
    pub epoch: Epoch,
    /// Who evaluates and publishes.
    pub server: Oin,
    /// Who asks.
    pub client: Oin,
    /// Drawn anew by the server when either node is installed or restored.
    pub key_generation: Octets<16>,
}

impl Context {
    /// The bytes that are hashed: each field behind its length, in a fixed order.
    ///
    /// # Errors
    /// When the name of the group does not fit its length field.
    pub fn to_bytes(&self) -> Result<Vec<u8>, GroupIdTooLong> {
        let fields: [&[u8]; 10] = [
            b"basisnet/pm/v1/ctx",
            b"ristretto255-SHA512",
            self.group_id.as_bytes(),
            &self.convenant_version.to_be_bytes(),
            self.purpose_id.as_str().as_bytes(),
            &self.purpose_version.to_be_bytes(),
            &self.epoch.number().to_be_bytes(),
            self.server.as_str().as_bytes(),
            self.client.as_str().as_bytes(),
            self.key_generation.as_bytes(),
        ];
        let mut bytes = Vec::with_capacity(256);
        for field in fields {
            length_prefixed(&mut bytes, field)?;
        }
        Ok(bytes)
    }

    /// The name of this context on the wire.
    ///
    /// # Errors
    /// When the name of the group does not fit its length field.
    pub fn hash(&self) -> Result<ContextHash, GroupIdTooLong> {
        Ok(Octets(Sha256::digest(self.to_bytes()?).into()))
    }
}

/// Appends the length as two bytes, then the field.
pub(super) fn length_prefixed(bytes: &mut Vec<u8>, field: &[u8]) -> Result<(), GroupIdTooLong> {
    let length = u16::try_from(field.len()).map_err(|_| GroupIdTooLong)?;
    bytes.extend_from_slice(&length.to_be_bytes());
    bytes.extend_from_slice(field);
    Ok(())
}

/// The name of a sharing group has at most 65,535 bytes; a convenant allows 100.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the name of the sharing group is too long")]
pub struct GroupIdTooLong;

#[cfg(test)]
mod tests {
    use super::*;

    fn context() -> Context {
        Context {
            group_id: "regio-test".to_owned(),
            convenant_version: 1,
            purpose_id: "doel-test".parse().unwrap(),
            purpose_version: 1,
            epoch: Epoch::from_number(7),
            server: "00000099000000001000".parse().unwrap(),
            client: "00000099000000002000".parse().unwrap(),
            key_generation: Octets([0x24; 16]),
        }
    }

    #[test]
    fn every_field_of_the_context_changes_its_hash() {
        let base = context().hash().unwrap();
        let changes: [fn(&mut Context); 8] = [
            |c| c.group_id.push('x'),
            |c| c.convenant_version = 2,
            |c| c.purpose_id = PurposeId::matching(),
            |c| c.purpose_version = 2,
            |c| c.epoch = Epoch::from_number(8),
            |c| c.server = "00000099000000003000".parse().unwrap(),
            |c| c.client = "00000099000000003000".parse().unwrap(),
            |c| c.key_generation = Octets([0x25; 16]),
        ];
        for change in changes {
            let mut other = context();
            change(&mut other);
            assert_ne!(other.hash().unwrap(), base);
        }
    }

    #[test]
    fn the_two_directions_of_a_pair_are_two_contexts() {
        let mut back = context();
        std::mem::swap(&mut back.server, &mut back.client);
        assert_ne!(back.hash(), context().hash());
    }

    #[test]
    fn a_group_with_an_endless_name_has_no_context() {
        let mut endless = context();
        endless.group_id = "x".repeat(65_536);
        assert_eq!(endless.hash(), Err(GroupIdTooLong));
    }
}
