// SPDX-License-Identifier: EUPL-1.2
//! The other members: where their nodes are and whom to call there, each by its own signed record.
//!
//! A member signs its own record. The first ones travel as files; from then on members pass on what they hold of those
//! that are in a convenant with both. Whoever brings a record, it is taken only when its signature holds, and an older
//! record never replaces a newer one.

mod passing;
mod record;
mod sizes;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use basisnet_protocol::directory::{
    Contact, DirectoryRecord, NodeAddress, PublishError, RecordError, SignedRecord,
};
use basisnet_protocol::id::Oin;
use basisnet_protocol::matching::Buckets;
use basisnet_protocol::purpose::PurposeId;
use basisnet_protocol::time::Timestamp;
use libp2p::PeerId;
use record::MemberRecord;
use serde_bytes::ByteBuf;
use sizes::sized;
use tokio::sync::watch;

use super::Base;
use super::aanbieder::Aanbieders;
use super::account::{Actor, Function, NotAllowed};
use super::restored::Restored;
use crate::audit::{By, Event};
use crate::clock::Clock;
use crate::config::Config;
use crate::keys::CurrentOrg;
use crate::overlay::{KnownPeer, KnownPeers};
use crate::store::{Change, CommitError, Expect, Key, Store, StoreError};
use crate::trust::Trust;

/// How long a record may be relied on.
const VALIDITY: Duration = Duration::from_secs(365 * 86_400);

/// The own record is made anew so long before its end.
const RENEW_BEFORE: Duration = Duration::from_secs(90 * 86_400);

/// Read so many at a time.
const PAGE: usize = 128;

/// Why something with a record did not happen.
#[derive(Debug, thiserror::Error)]
pub enum LedenError {
    /// The caller has not the role it takes.
    #[error(transparent)]
    NotAllowed(#[from] NotAllowed),
    /// The own record cannot be made.
    #[error(transparent)]
    Publish(#[from] PublishError),
    /// The register holds more than matching can carry.
    #[error("the register is larger than matching can carry")]
    TooManyAanbieders,
    /// There is no address to put in the own record.
    #[error("the own node has no address")]
    NoAddress,
    /// The record of a member is not accepted.
    #[error(transparent)]
    Record(#[from] RecordError),
    /// A newer record of this member is here already.
    #[error("record `{seq}` of this member is not newer than `{have}`")]
    Older {
        /// The number in the record that was brought in.
        seq: u64,
        /// The number in the record that is here.
        have: u64,
    },
    /// It names a node that another member named as its own; one of the two is wrong.
    #[error("the record names a node of `{0}`")]
    NodeOfAnother(Oin),
    /// It declares sizes that lie more than one above those of this year; a person has to confirm that.
    #[error("sizes of `{}` and `{}` lie too far above those of this year", .after.query.size(), .after.index.size())]
    Grown {
        /// What it declared at the start of the year.
        before: Buckets,
        /// What it declares now.
        after: Buckets,
    },
    /// It is a record of the own organisation.
    #[error("this is the own record")]
    Own,
    /// It was passed on by a member that is in no convenant with that organisation and the own one.
    #[error("`{0}` is in no convenant with the member that passed its record on")]
    NotAFellow(Oin),
    /// The store did not read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The store did not write.
    #[error(transparent)]
    Commit(#[from] CommitError),
}

/// A member as it says it is, and since when we know that.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lid {
    /// What it says about itself.
    pub record: DirectoryRecord,
    /// When this came in.
    pub received: Timestamp,
    /// Whether it may still be relied on.
    pub expired: bool,
    /// Whether it is the own organisation.
    pub own: bool,
}

/// The members that this node knows. Cloning is cheap.
#[derive(Clone, Debug)]
pub struct Leden {
    store: Store,
    clock: Clock,
    config: Arc<Config>,
    org: CurrentOrg,
    trust: Trust,
    aanbieders: Aanbieders,
    /// The own node.
    node: Arc<NodeAddress>,
    peers: KnownPeers,
    // INVARIANT (fresh): emptied by every write, and nobody else writes this collection.
    known: Arc<Mutex<Option<Known>>>,
    writing: Arc<tokio::sync::Mutex<()>>,
    changed: Arc<watch::Sender<u64>>,
}

type Known = Arc<BTreeMap<Oin, (SignedRecord, Timestamp)>>;

impl Leden {
    /// The members that are known to the own organisation. From now on their nodes may have a connection.
    #[must_use]
    pub fn new(base: &Base, aanbieders: Aanbieders) -> Self {
        let leden = Self {
            store: base.store.clone(),
            clock: base.clock.clone(),
            config: Arc::clone(&base.config),
            org: base.org.clone(),
            trust: base.trust.clone(),
            aanbieders,
            node: Arc::new(NodeAddress {
                peer_id: ByteBuf::from(base.peer_id.clone()),
                addresses: base.addresses.clone(),
            }),
            peers: base.known.clone(),
            known: Arc::default(),
            writing: Arc::default(),
            changed: Arc::new(watch::Sender::new(0)),
        };
        leden.admit_all();
        leden
    }

    /// Signs a new record of the own organisation and hands back its bytes, for the other members.
    ///
    /// # Errors
    /// When the caller may not, the node has no address, or the key does not sign.
    pub async fn issue(&self, actor: &Actor) -> Result<Vec<u8>, LedenError> {
        actor.require(Function::KeepMembers)?;
        if self.node.addresses.is_empty() {
            return Err(LedenError::NoAddress);
        }
        let sizes = self.own_sizes(0)?;
        self.sign_own(actor.by(), sizes).await
    }

    /// Signs the own record anew when it says what is no longer so, or would soon be believed by nobody: the node has
    /// another key or address, the organisation another certificate, or its term is nearly over. Gives its number.
    ///
    /// # Errors
    /// When the record cannot be made or kept.
    pub async fn renew_own(&self) -> Result<Option<u64>, LedenError> {
        let known = self.known()?;
        let Some((own, _)) = known.get(&self.me()) else {
            // Somebody makes the first one, and hands it to the others.
            return Ok(None);
        };
        let record = &own.record;
        let node = record.nodes.first();
        // A port that the system picks is another one after every start, and says nothing.
        let overlay = &self.config.overlay;
        let chosen = !overlay.adressen.is_empty() || overlay.luister.port() != 0;
        let moved = chosen && node.is_none_or(|node| node.addresses != self.node.addresses);
        let rekeyed = node.is_none_or(|node| node.peer_id != self.node.peer_id);
        let recertified = own.fingerprint != self.org.current().certificate().fingerprint;
        let ending = record.expires <= self.clock.now() + RENEW_BEFORE;
        if !(moved || rekeyed || recertified || ending) {
            return Ok(None);
        }
        self.sign_own(By::Node, record.buckets).await?;
        Ok(self.own_number()?)
    }

    async fn sign_own(&self, by: By, buckets: Buckets) -> Result<Vec<u8>, LedenError> {
        let _writing = self.writing.lock().await;
        let (me, now) = (self.me(), self.clock.now());
        let known = self.known()?;
        let before = known.get(&me).map(|(signed, _)| &signed.record);
        let seq = before.map_or(0, |record| record.seq).saturating_add(1);
        // The others may hold cards that were made after the backup this node goes on from; the next is newer than those.
        let restored = Restored::last(&self.store)?.map_or(0, Timestamp::as_secs);
        let seq = seq.max(restored);
        let resized = sized(me, before.map(|record| record.buckets), buckets, false);
        let record = DirectoryRecord {
            v: 1,
            oin: me,
            name: self.config.organisatie.naam.clone(),
            gemeente: self.config.organisatie.gemeentecode,
            nodes: vec![(*self.node).clone()],
            contacts: self.contacts(),
            buckets,
            issued: now,
            expires: now + VALIDITY,
            seq,
        };
        let bytes = record.sign(&*self.org.current())?;
        let events = [Some(Event::MemberIssued { seq }), resized];
        self.keep(&by, me, &bytes, Change::new(), events).await?;
        Ok(bytes)
    }

    /// Brings in the record of another member. The same record twice is no fault.
    ///
    /// # Errors
    /// When the caller may not, the record is not accepted, a newer one is here, or the member grows too fast.
    pub async fn import(&self, actor: &Actor, bytes: &[u8]) -> Result<Lid, LedenError> {
        actor.require(Function::KeepMembers)?;
        self.bring_in(actor.by(), bytes, false).await
    }

    /// The same, by somebody who decides how much others may ask here and who asked the member why it grows so fast.
    ///
    /// # Errors
    /// As [`Leden::import`], growth excepted.
    pub async fn import_grown(&self, actor: &Actor, bytes: &[u8]) -> Result<Lid, LedenError> {
        actor.require(Function::ConfirmMembers)?;
        self.bring_in(actor.by(), bytes, true).await
    }

    async fn bring_in(&self, by: By, bytes: &[u8], confirmed: bool) -> Result<Lid, LedenError> {
        let signed = self.verified(bytes)?;
        self.take_in(by, signed, confirmed).await
    }

    fn verified(&self, bytes: &[u8]) -> Result<SignedRecord, LedenError> {
        let (trust, now) = (self.trust.current(), self.clock.now());
        Ok(DirectoryRecord::verify(bytes, &trust, now)?)
    }

    async fn take_in(
        &self,
        by: By,
        signed: SignedRecord,
        confirmed: bool,
    ) -> Result<Lid, LedenError> {
        let (now, bytes) = (self.clock.now(), signed.bytes.as_slice());
        let (oin, seq) = (signed.record.oin, signed.record.seq);
        if oin == self.me() {
            return Err(LedenError::Own);
        }
        let _writing = self.writing.lock().await;
        let known = self.known()?;
        // A record proves who wrote it, not whose the keys in it are: nobody may take over the node of another.
        let taken = known.iter().find(|(other, (have, _))| {
            **other != oin && have.record.expires > now && shares_node(&have.record, &signed.record)
        });
        if let Some((other, _)) = taken {
            return Err(LedenError::NodeOfAnother(*other));
        }
        if let Some((have, received)) = known.get(&oin) {
            if have.bytes == bytes {
                return Ok(self.lid(have, *received, now));
            }
            if have.record.seq >= seq {
                let have = have.record.seq;
                return Err(LedenError::Older { seq, have });
            }
        }
        let before = known.get(&oin).map(|(have, _)| have.record.buckets);
        let (change, resized) = self.resize(oin, before, signed.record.buckets, confirmed)?;
        let events = [Some(Event::MemberImported { oin, seq }), resized];
        self.keep(&by, oin, bytes, change, events).await?;
        Ok(self.lid(&signed, now, now))
    }

    /// All members known here, the own organisation included, by OIN.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn all(&self) -> Result<Vec<Lid>, StoreError> {
        let now = self.clock.now();
        let known = self.known()?;
        let members = known
            .values()
            .map(|(signed, received)| self.lid(signed, *received, now));
        Ok(members.collect())
    }

    /// One member.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn one(&self, oin: Oin) -> Result<Option<Lid>, StoreError> {
        let now = self.clock.now();
        let known = self.known()?;
        Ok(known
            .get(&oin)
            .map(|(signed, received)| self.lid(signed, *received, now)))
    }

    /// Whom to call at a member about this purpose: the contact it names for it, else one that it names at all.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn contact(&self, oin: Oin, purpose: &PurposeId) -> Result<Option<Contact>, StoreError> {
        Ok(self.one(oin)?.and_then(|lid| {
            lid.record
                .contact_for(purpose)
                .or_else(|| lid.record.contact_for(&PurposeId::matching()))
                .or_else(|| lid.record.contacts.first())
                .cloned()
        }))
    }

    /// What time it is here, to tell the age of a record.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Changes whenever a record comes in.
    #[must_use]
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.changed.subscribe()
    }

    fn me(&self) -> Oin {
        self.config.organisatie.oin
    }

    /// Whom others call here, as the configuration says.
    fn contacts(&self) -> Vec<Contact> {
        let contacts = self.config.contacten.iter();
        contacts
            .map(|(purpose, contact)| Contact {
                purpose: Some(purpose.clone()),
                team: contact.team.clone(),
                mailbox: contact.mailbox.clone(),
                telephone: contact.telefoon.clone(),
            })
            .collect()
    }

    /// Tells the overlay whose nodes may have a connection, and where they are. A record past its term names nobody.
    pub fn admit_all(&self) {
        let known = match self.known() {
            Ok(known) => known,
            Err(error) => {
                tracing::error!(%error, "the members cannot be read, so no peer is admitted");
                Known::default()
            }
        };
        let (me, now) = (self.me(), self.clock.now());
        let records = known.values().map(|(signed, _)| &signed.record);
        let others = records.filter(|record| record.oin != me && record.expires > now);
        self.peers.replace(others.flat_map(peers_of));
    }

    fn lid(&self, signed: &SignedRecord, received: Timestamp, now: Timestamp) -> Lid {
        Lid {
            record: signed.record.clone(),
            received,
            expired: signed.record.expires <= now,
            own: signed.record.oin == self.me(),
        }
    }

    async fn keep(
        &self,
        by: &By,
        oin: Oin,
        bytes: &[u8],
        change: Change,
        events: [Option<Event>; 2],
    ) -> Result<(), LedenError> {
        let record = MemberRecord {
            bytes: ByteBuf::from(bytes.to_vec()),
            received: self.clock.now(),
            lists: self.trust.current().list_hashes(),
        };
        let mut change = change.put(oin.as_str(), &record, Expect::Any)?;
        for event in events.into_iter().flatten() {
            change = change.audit(event.by(by.clone()));
        }
        self.store.commit(change).await?;
        *self.known.lock().unwrap_or_else(PoisonError::into_inner) = None;
        self.admit_all();
        self.changed
            .send_modify(|count| *count = count.wrapping_add(1));
        Ok(())
    }

    fn known(&self) -> Result<Known, StoreError> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = &*known {
            return Ok(Arc::clone(known));
        }
        let members = Arc::new(self.read_all()?);
        *known = Some(Arc::clone(&members));
        Ok(members)
    }

    fn read_all(&self) -> Result<BTreeMap<Oin, (SignedRecord, Timestamp)>, StoreError> {
        let mut members = BTreeMap::new();
        let mut after: Option<Key> = None;
        loop {
            let page = self.store.page::<MemberRecord>(after.as_ref(), PAGE)?;
            let Some((last, _)) = page.last() else {
                return Ok(members);
            };
            after = Some(last.clone());
            for (_, stored) in page {
                let signed = DirectoryRecord::reread(&stored.value.bytes)
                    .map_err(|_| StoreError::Corrupt("lid".to_owned()))?;
                members.insert(signed.record.oin, (signed, stored.value.received));
            }
        }
    }
}

fn peers_of(record: &DirectoryRecord) -> impl Iterator<Item = KnownPeer> + '_ {
    record.nodes.iter().filter_map(|node| {
        Some(KnownPeer {
            oin: record.oin,
            peer_id: PeerId::from_bytes(&node.peer_id).ok()?,
            addresses: node
                .addresses
                .iter()
                .filter_map(|address| address.parse().ok())
                .collect(),
        })
    })
}

/// Whether two records name the same node.
fn shares_node(one: &DirectoryRecord, other: &DirectoryRecord) -> bool {
    let names = |record: &DirectoryRecord, peer_id: &[u8]| {
        record.nodes.iter().any(|node| node.peer_id == *peer_id)
    };
    one.nodes.iter().any(|node| names(other, &node.peer_id))
}
