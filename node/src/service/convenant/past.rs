// SPDX-License-Identifier: EUPL-1.2
//! Acts under certificates that count no longer: on whose word they are believed here, and what is vouched for to others.
//! See [`crate::service::vouching`].

use std::collections::{BTreeMap, BTreeSet};

use basisnet_protocol::convenant::{Act, ActId, Convenant, ConvenantContent, Hearing, Testimony};
use basisnet_protocol::message::ConvenantShare;
use basisnet_protocol::time::Timestamp;
use serde_bytes::ByteBuf;

use super::record::{ActRecord, ConvenantRecord};
use super::{ConvenantError, Convenanten, FileError, StoreError};
use crate::service::vouching::{self, Ground};

/// What was brought, as far as it is believed.
#[derive(Debug, Default)]
pub(super) struct Heard {
    pub(super) acts: Vec<Act>,
    grounds: BTreeMap<ActId, (Ground, Option<Vec<u8>>)>,
    /// Why the first act that is not believed is not.
    pub(super) fault: Option<FileError>,
}

impl Heard {
    /// An act that was signed here.
    pub(super) fn signed(&mut self, act: Act) {
        self.grounds.insert(act.id(), (Ground::Own, None));
        self.acts.push(act);
    }

    /// All of it, or nothing when one act is not believed.
    pub(super) fn whole(self) -> Result<Self, ConvenantError> {
        match self.fault {
            Some(fault) => Err(fault.into()),
            None => Ok(self),
        }
    }
}

impl Convenanten {
    /// Hears signed objects on a version: what was kept before is believed as it is, all other acts are judged now.
    pub(super) fn hear<'a>(
        &self,
        content: &ConvenantContent,
        objects: impl Iterator<Item = &'a [u8]> + Clone,
    ) -> Result<Heard, StoreError> {
        let hash = content.hash();
        let kept = self.store.get::<ConvenantRecord>(hash)?;
        let (trust, now) = (self.trust.current(), self.clock.now());
        let holdings = self.holdings()?;
        let hearing = Hearing::new(content, objects.clone(), &trust, now);
        let hearing = hearing.under(holdings.successions());
        let mut heard = Heard::default();
        for bytes in objects.filter(|bytes| !Testimony::is_one(bytes)) {
            let known = kept.as_ref().is_some_and(|kept| kept.value.has(bytes));
            let judged = match known {
                true => Act::reread(bytes).map(|act| (act, None)),
                false => hearing.judge(bytes),
            };
            let judged = judged.map_err(FileError::from).and_then(|(act, on)| {
                if act.convenant() != hash {
                    return Err(FileError::OtherVersion);
                }
                if !holdings.has_place(content, act.by()) {
                    return Err(FileError::NotAMember(act.by()));
                }
                Ok((act, on))
            });
            match judged {
                Ok((act, on)) => {
                    let ground = Ground::on(on);
                    let on = on.map(|testimony| testimony.bytes().to_vec());
                    heard.grounds.insert(act.id(), (ground, on));
                    heard.acts.push(act);
                }
                Err(fault) => drop(heard.fault.get_or_insert(fault)),
            }
        }
        Ok(heard)
    }

    /// Adds the acts that are new, with the circumstances in which they are believed. Gives how many those are.
    pub(super) fn add(&self, record: &mut ConvenantRecord, heard: &Heard) -> usize {
        let (lists, verified) = (self.trust.current().list_hashes(), self.clock.now());
        let before = record.acts.len();
        for act in &heard.acts {
            if record.has(act.bytes()) {
                continue;
            }
            let (ground, on) = heard.grounds.get(&act.id()).cloned().unwrap_or_default();
            record.acts.push(ActRecord {
                bytes: ByteBuf::from(act.bytes().to_vec()),
                verified,
                lists: lists.clone(),
                ground,
            });
            vouching::keep(&mut record.testimonies, on);
        }
        record.acts.len() - before
    }

    /// What goes with these acts on a version so that others believe them: nothing while their certificates count.
    pub(super) fn testimonies(
        &self,
        version: &Convenant,
        acts: &[&Act],
    ) -> Result<Vec<Vec<u8>>, StoreError> {
        let (trust, now) = (self.trust.current(), self.clock.now());
        let old: BTreeSet<ActId> = acts
            .iter()
            .filter(|act| Act::verify(act.bytes(), &trust, now).is_err())
            .map(|act| act.id())
            .collect();
        if old.is_empty() {
            return Ok(Vec::new());
        }
        let Some(kept) = self.store.get::<ConvenantRecord>(version.hash())? else {
            return Ok(Vec::new());
        };
        let mut objects = self.own_testimonies(version, &kept.value, &old, now);
        objects.extend(vouching::still_holding(
            &kept.value.testimonies,
            &trust,
            now,
        ));
        Ok(objects)
    }

    /// The same acts in messages, each with what makes others believe the old ones among them.
    pub(super) fn vouched(
        &self,
        version: &Convenant,
        acts: &[&Act],
        mut parts: Vec<ConvenantShare>,
    ) -> Result<Vec<ConvenantShare>, StoreError> {
        let testimonies = vouching::fitting(self.testimonies(version, acts)?);
        for part in &mut parts {
            part.acts.extend(testimonies.clone());
        }
        Ok(parts)
    }

    fn own_testimonies(
        &self,
        version: &Convenant,
        kept: &ConvenantRecord,
        old: &BTreeSet<ActId>,
        now: Timestamp,
    ) -> Vec<Vec<u8>> {
        let acts = version.acts().iter().filter(|act| old.contains(&act.id()));
        let seen: Vec<_> = acts
            .filter_map(|act| {
                let record = kept.acts.iter().find(|one| one.bytes == act.bytes())?;
                let vouches = record.ground.vouches(act.by(), self.me);
                vouches.then(|| (act.hash(), record.verified))
            })
            .collect();
        vouching::vouch(&version.hash(), &seen, now, &*self.org.current())
    }
}
