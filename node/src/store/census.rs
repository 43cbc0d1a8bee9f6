// SPDX-License-Identifier: EUPL-1.2
//! The census: one number that stands for every record that is there, so that nobody puts back an older row.
//!
//! Sealing binds a row to its place and its version, and yet a row of last month would open this month: it was once
//! right. So a keyed hash of every row and every index term is folded into one number, which lies sealed in the head
//! of the log. A commit shifts the number by what it changes, in the same batch; opening the store counts it anew.
//!
//! Folding is by exclusive or: a key is there once, and who has not the key of the store can make no hash and see no
//! number, so that every set of rows other than the right one has a chance of one in 2^256. The further parts of a
//! large record are left out, since they open only with the row they belong to.

use basisnet_protocol::octets::Octets;
use serde::{Deserialize, Serialize};

use super::engine::{Backend, Batch, EngineError, after_prefix};
use super::keys::KeyRing;

/// What is counted: index terms and rows.
const COUNTED: [&[u8]; 2] = [b"i", b"r"];
/// So many rows are read at once.
const PAGE: usize = 512;

/// What stands for all records.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct Census(Octets<32>);

impl Census {
    /// Of a store without records.
    pub(super) const EMPTY: Self = Self(Octets([0; 32]));

    /// Counts what is there.
    pub(super) fn count(engine: &dyn Backend, ring: &KeyRing) -> Result<Self, EngineError> {
        let mut census = Self::EMPTY;
        for space in COUNTED {
            let until = after_prefix(space);
            let mut from = space.to_vec();
            loop {
                let rows = engine.range(&from, &until, PAGE)?;
                for (key, value) in &rows {
                    census.fold(ring, key, value);
                }
                match rows.last() {
                    Some((last, _)) if rows.len() == PAGE => from = [last, [0].as_slice()].concat(),
                    _ => break,
                }
            }
        }
        Ok(census)
    }

    /// The census after this batch: what it takes away is folded out, what it writes is folded in.
    pub(super) fn after(
        mut self,
        engine: &dyn Backend,
        ring: &KeyRing,
        batch: &Batch,
    ) -> Result<Self, EngineError> {
        for space in COUNTED {
            for (key, new) in batch.range(space.to_vec()..after_prefix(space)) {
                if let Some(old) = engine.get(key)? {
                    self.fold(ring, key, &old);
                }
                if let Some(new) = new {
                    self.fold(ring, key, new);
                }
            }
        }
        Ok(self)
    }

    fn fold(&mut self, ring: &KeyRing, key: &[u8], value: &[u8]) {
        let hash = ring.mark(key, value);
        for (byte, other) in self.0.0.iter_mut().zip(hash) {
            *byte ^= other;
        }
    }
}
