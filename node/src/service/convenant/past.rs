// SPDX-License-Identifier: EUPL-1.2
//! Acts under certificates that count no longer: on whose word they are believed here, and what is vouched for to others.
//!
//! A convenant is kept for years, a certificate is not. What came in while its certificate counted is believed for good.
//! What comes in later needs a testimony (`basisnet_protocol::convenant::Testimony`). So whoever hands on an old act that
//! it verified itself, or signed itself, signs a testimony with it, under the certificate of now.

use std::collections::{BTreeMap, BTreeSet};

use basisnet_protocol::convenant::{Act, ActId, Convenant, ConvenantContent, Hearing, Testimony};
use basisnet_protocol::message::ConvenantShare;
use basisnet_protocol::time::Timestamp;
use basisnet_protocol::trust::TrustStore;
use serde_bytes::ByteBuf;

use super::record::{ActRecord, ConvenantRecord, Ground};
use super::{ConvenantError, Convenanten, FileError, StoreError};

/// Testimonies kept with one version.
const TESTIMONIES: usize = 512;
/// Of testimonies go so many bytes in a message; those of the own organisation come first.
const TESTIMONY_BYTES: usize = 49_152;

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
                    let ground = on.map_or(Ground::Verified, |_| Ground::Told);
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
            let on = on.map(ByteBuf::from);
            let new = on.filter(|on| !record.testimonies.contains(on));
            if record.testimonies.len() < TESTIMONIES {
                record.testimonies.extend(new);
            }
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
        objects.extend(still_holding(&kept.value, &trust, now));
        Ok(objects)
    }

    /// The same acts in messages, each with what makes others believe the old ones among them.
    pub(super) fn vouched(
        &self,
        version: &Convenant,
        acts: &[&Act],
        mut parts: Vec<ConvenantShare>,
    ) -> Result<Vec<ConvenantShare>, StoreError> {
        let mut room = TESTIMONY_BYTES;
        let mut testimonies = self.testimonies(version, acts)?;
        testimonies.retain(|one| {
            let fits = one.len() <= room;
            room -= if fits { one.len() } else { 0 };
            fits
        });
        for part in &mut parts {
            let objects = testimonies.iter().cloned().map(ByteBuf::from);
            part.acts.extend(objects);
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
                match record.ground {
                    Ground::Own => Some((act.hash(), record.verified)),
                    // What came here in the name of the own organisation was not seen to be signed by it.
                    Ground::Verified if act.by() != self.me => Some((act.hash(), record.verified)),
                    Ground::Verified | Ground::Told => None,
                }
            })
            .collect();
        let org = self.org.current();
        let sign = |seen: &[_]| Testimony::sign(&version.hash(), seen, now, &*org);
        let made: Result<Vec<_>, _> = seen.chunks(Testimony::MOST).map(sign).collect();
        made.unwrap_or_else(|error| {
            tracing::error!(%error, "old acts go out without a testimony");
            Vec::new()
        })
    }
}

/// What others testified here and what still counts.
fn still_holding(kept: &ConvenantRecord, trust: &TrustStore, now: Timestamp) -> Vec<Vec<u8>> {
    let holds = |bytes: &&ByteBuf| Testimony::verify(bytes, trust, now).is_ok();
    let holding = kept.testimonies.iter().filter(holds);
    holding.map(|bytes| bytes.to_vec()).collect()
}
