// SPDX-License-Identifier: EUPL-1.2
//! Passing on the records of members to other members, and taking them from one.

use std::collections::{BTreeMap, BTreeSet};

use basisnet_protocol::id::Oin;
use basisnet_protocol::message::{DirectoryList, DirectoryRecords, HeldRecord};
use serde_bytes::ByteBuf;

use super::{Leden, LedenError};
use crate::audit::By;
use crate::store::StoreError;

impl Leden {
    /// What is held of these members. A record past its term counts as none.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn held(&self, of: &BTreeSet<Oin>) -> Result<DirectoryList, StoreError> {
        let (known, now) = (self.known()?, self.clock.now());
        let records = of.iter().filter_map(|oin| {
            let record = &known.get(oin)?.0.record;
            let seq = record.seq;
            (record.expires > now).then_some(HeldRecord { oin: *oin, seq })
        });
        Ok(DirectoryList {
            v: 1,
            records: records.collect(),
        })
    }

    /// What one that holds this lacks of what is held here of `given`, and of whom among `taken` it has a newer record.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn compare(
        &self,
        given: &BTreeSet<Oin>,
        taken: &BTreeSet<Oin>,
        there: &DirectoryList,
    ) -> Result<DirectoryRecords, StoreError> {
        let numbers = |list: &DirectoryList, of: &BTreeSet<Oin>| {
            let held = list.records.iter().filter(|held| of.contains(&held.oin));
            let numbers: BTreeMap<Oin, u64> = held.map(|held| (held.oin, held.seq)).collect();
            numbers
        };
        let newer = |one: BTreeMap<Oin, u64>, other: BTreeMap<Oin, u64>| {
            let newer = one.iter().filter(|(oin, seq)| other.get(oin) < Some(seq));
            newer.map(|(oin, _)| *oin).collect::<Vec<_>>()
        };
        let here = self.held(&(given | taken))?;
        Ok(DirectoryRecords {
            v: 1,
            records: self.signed(newer(numbers(&here, given), numbers(there, given)))?,
            wanted: newer(numbers(there, taken), numbers(&here, taken)),
        })
    }

    /// The number of the newest own record; none when there is none.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn own_number(&self) -> Result<Option<u64>, StoreError> {
        let known = self.known()?;
        Ok(known.get(&self.me()).map(|(signed, _)| signed.record.seq))
    }

    /// The signed records of these members, as many as go in one message.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn signed(&self, of: Vec<Oin>) -> Result<Vec<ByteBuf>, StoreError> {
        let known = self.known()?;
        let mut bytes = 0;
        let records = of.iter().filter_map(|oin| known.get(oin));
        let fitting = records.take_while(|(signed, _)| {
            bytes += signed.bytes.len();
            bytes <= DirectoryRecords::MAX_RECORD_BYTES
        });
        Ok(fitting
            .map(|(signed, _)| ByteBuf::from(signed.bytes.clone()))
            .collect())
    }

    /// Takes the records that a member passes on, as far as they are of these members and in order.
    ///
    /// # Errors
    /// When the store does not work; a record that is not in order is left out, and the technical log hears why.
    pub async fn take(
        &self,
        from: Oin,
        of: &BTreeSet<Oin>,
        records: &[ByteBuf],
    ) -> Result<(), LedenError> {
        for bytes in records {
            match self.take_one(from, of, bytes).await {
                Ok(()) | Err(LedenError::Own | LedenError::Older { .. }) => {}
                Err(fault @ (LedenError::Store(_) | LedenError::Commit(_))) => return Err(fault),
                Err(fault) => {
                    tracing::warn!(peer = %from, %fault, "record of a member was not taken")
                }
            }
        }
        Ok(())
    }

    async fn take_one(
        &self,
        from: Oin,
        of: &BTreeSet<Oin>,
        bytes: &[u8],
    ) -> Result<(), LedenError> {
        let signed = self.verified(bytes)?;
        if !of.contains(&signed.record.oin) {
            return Err(LedenError::NotAFellow(signed.record.oin));
        }
        self.take_in(By::Peer { oin: from }, signed, false).await?;
        Ok(())
    }
}
