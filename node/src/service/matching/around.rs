// SPDX-License-Identifier: EUPL-1.2
//! Where matching gets its facts from: the register, the convenanten, the members and the controller's decisions.

use basisnet_policy::{AanbiederFacts, ConvenantFacts, DataClass, Fact, InForce};
use basisnet_protocol::convenant::Convenant;
use basisnet_protocol::id::{NaturalPersonBehind, Oin};
use basisnet_protocol::mandate::{Mandate, MandateHash};
use basisnet_protocol::matching::{Buckets, Namespace, PrivateInput};
use basisnet_protocol::octets::Octets;
use basisnet_protocol::purpose::PurposeId;
use basisnet_protocol::time::{Date, Timestamp};
use serde_bytes::ByteBuf;
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;

use super::{Known, One, Pair, Records, Surroundings};
use crate::audit::{Hash, Id};
use crate::clock::Clock;
use crate::service::aanbieder::{Aanbieder, Aanbieders};
use crate::service::alarm;
use crate::service::betrokkenheid::{Betrokkenheden, Betrokkenheid, Involvement};
use crate::service::convenant::Convenanten;
use crate::service::doel::Doelen;
use crate::service::leden::Leden;
use crate::service::mandaat::Mandaten;
use crate::store::{Store, StoreError};

/// What a register of this size declares, for a member that declared nothing yet.
const USUAL_REGISTER: usize = 300;

/// The rest of the node, as matching sees it.
#[derive(Clone, Debug)]
pub struct NodeSurroundings {
    /// Who the node speaks for.
    pub me: Oin,
    /// What time it is.
    pub clock: Clock,
    /// The register.
    pub aanbieders: Aanbieders,
    /// How the own organisation is involved.
    pub betrokkenheden: Betrokkenheden,
    /// What was agreed.
    pub convenanten: Convenanten,
    /// The members.
    pub leden: Leden,
    /// The decisions of the controller.
    pub doelen: Doelen,
    /// Who acts for whom.
    pub mandaten: Mandaten,
    /// Where is kept who is suspended.
    pub store: Store,
}

impl Surroundings for NodeSurroundings {
    fn register(&self, namespaces: &BTreeSet<Namespace>) -> Result<Vec<Known>, StoreError> {
        let today = self.clock.now().date();
        let mut involved = std::collections::BTreeMap::<Id, Vec<Betrokkenheid>>::new();
        for one in self.betrokkenheden.all()? {
            involved.entry(one.aanbieder).or_default().push(one);
        }
        let aanbieders = self.aanbieders.all()?.into_iter();
        let known = aanbieders.filter_map(|aanbieder| {
            let with = involved.remove(&aanbieder.id).unwrap_or_default();
            known(&aanbieder, &with, namespaces, today)
        });
        Ok(known.collect())
    }

    fn one(&self, id: Id, namespaces: &BTreeSet<Namespace>) -> Result<Option<One>, StoreError> {
        let Some(aanbieder) = self.aanbieders.get(id)? else {
            return Ok(None);
        };
        let involved = self.betrokkenheden.of(id)?;
        let today = self.clock.now().date();
        let known = known(&aanbieder, &involved, namespaces, today);
        Ok(known.map(|known| One {
            known,
            records: Some(Records {
                aanbieder,
                involved,
            }),
        }))
    }

    fn pairs(&self, now: Timestamp) -> Result<Vec<Pair>, StoreError> {
        let active = self.convenanten.active(now)?;
        let pairs = active.iter().flat_map(|convenant| {
            let organisations = convenant.organisations(now).into_iter();
            organisations.map(move |other| self.pair(convenant, other, now))
        });
        pairs.filter_map(Result::transpose).collect()
    }

    fn pairs_with(&self, peer: Oin, now: Timestamp) -> Result<Vec<Pair>, StoreError> {
        let active = self.convenanten.active_with(peer, now)?;
        let pairs = active
            .iter()
            .map(|convenant| self.pair(convenant, peer, now));
        pairs.filter_map(Result::transpose).collect()
    }

    fn before(&self, member: Oin) -> Result<BTreeSet<Oin>, StoreError> {
        self.convenanten.before(member)
    }

    fn heir(&self, member: Oin) -> Result<Option<Oin>, StoreError> {
        self.convenanten.heir(member)
    }

    fn nodes(&self, member: Oin) -> Result<BTreeSet<ByteBuf>, StoreError> {
        let lid = self.leden.one(member)?;
        let nodes = lid.into_iter().flat_map(|lid| lid.record.nodes);
        Ok(nodes.map(|node| node.peer_id).collect())
    }

    fn in_force(&self, purpose: &PurposeId, version: u32) -> Result<Option<InForce>, StoreError> {
        self.doelen.in_force(purpose, version)
    }

    fn mandate(&self, hash: MandateHash) -> Result<Option<Mandate>, StoreError> {
        self.mandaten.signed(hash)
    }

    fn mandates_of(&self, holder: Oin) -> Result<Vec<Mandate>, StoreError> {
        self.mandaten.held_by(holder)
    }

    fn takes_part(
        &self,
        convenant: Hash,
        member: Oin,
        source: Oin,
        now: Timestamp,
    ) -> Result<Fact, StoreError> {
        let version = self.convenanten.terms(convenant)?;
        Ok(version.map_or(Fact::Unknown, |version| {
            let own = member == source
                && version.is_accepted_by(member, now)
                && !version.is_withdrawn(member, now);
            Fact::from(own || version.may_exchange(member, source, now))
        }))
    }

    fn buckets(&self, member: Oin) -> Result<Buckets, StoreError> {
        if let Some(lid) = self.leden.one(member)? {
            return Ok(lid.record.buckets);
        }
        let usual = Buckets::declared(USUAL_REGISTER);
        usual.map_err(|_| StoreError::Corrupt("buckets".to_owned()))
    }
}

impl NodeSurroundings {
    /// The own organisation and another in one version; none when they are not both in it.
    fn pair(
        &self,
        convenant: &Convenant,
        peer: Oin,
        now: Timestamp,
    ) -> Result<Option<Pair>, StoreError> {
        if peer == self.me || convenant.places(self.me, now).is_empty() {
            return Ok(None);
        }
        let facts = ConvenantFacts::new(convenant.shared_content(), convenant.hash(), Fact::Yes);
        let facts = match convenant.standing_now(now) {
            Some(organisations) => facts.standing(organisations),
            None => facts,
        };
        Ok(Some(Pair {
            peer,
            name: self.name_of(convenant, peer)?,
            convenant: facts,
            open: Fact::from(convenant.may_exchange(self.me, peer, now)),
            suspended: alarm::suspended(&self.store, peer)?,
        }))
    }
}

impl NodeSurroundings {
    fn name_of(&self, convenant: &Convenant, peer: Oin) -> Result<String, StoreError> {
        let mut members = convenant.content().members.iter();
        if let Some(member) = members.find(|member| member.oin == peer) {
            return Ok(member.name.clone());
        }
        let card = self.leden.one(peer)?;
        Ok(card.map_or_else(|| peer.to_string(), |card| card.record.name))
    }
}

/// An aanbieder as matching sees it; none when it has no identifier of the agreed kinds.
fn known(
    aanbieder: &Aanbieder,
    involved: &[Betrokkenheid],
    namespaces: &BTreeSet<Namespace>,
    today: Date,
) -> Option<Known> {
    let inputs = inputs(aanbieder, namespaces);
    if inputs.is_empty() {
        return None;
    }
    // What is under professional secrecy grounds nothing that leaves, also not that there is something.
    let all_secret = !involved.is_empty() && involved.iter().all(|one| one.secrecy.is_some());
    let open: Vec<&Betrokkenheid> = involved
        .iter()
        .filter(|one| one.secrecy.is_none())
        .collect();
    let kept = open.iter().map(|one| one.involvement.kept_until());
    let mut facts = person_facts(aanbieder);
    facts.secret = Fact::from(all_secret);
    let collected_for = open
        .iter()
        .filter_map(|one| one.involvement.collected_for());
    facts.collected_for = Some(collected_for.collect());
    facts.retained_until = kept.filter(|until| *until > today).max().map(Date::start);
    Some(Known {
        id: aanbieder.id,
        inputs,
        facts,
        care_forms: care_forms(&open, today),
        since: since(&open, today).map(Date::start),
        basis: basis(&open, today),
    })
}

fn inputs(aanbieder: &Aanbieder, namespaces: &BTreeSet<Namespace>) -> Vec<PrivateInput> {
    let mut inputs = Vec::new();
    for namespace in namespaces {
        match namespace {
            Namespace::Kvk => inputs.extend(aanbieder.kvk.map(PrivateInput::kvk)),
            Namespace::Agb => inputs.extend(aanbieder.agb.iter().copied().map(PrivateInput::agb)),
            Namespace::Vst => {
                inputs.extend(aanbieder.vestigingen.iter().copied().map(PrivateInput::vst))
            }
        }
    }
    inputs
}

/// What the register itself says about an aanbieder.
fn person_facts(aanbieder: &Aanbieder) -> AanbiederFacts {
    let natural_person = match aanbieder.natural_person_behind() {
        NaturalPersonBehind::Yes => Fact::Yes,
        NaturalPersonBehind::No => Fact::No,
        NaturalPersonBehind::Unknown => Fact::Unknown,
    };
    let mut classes = BTreeSet::from([DataClass::Organisatie]);
    if natural_person != Fact::No {
        classes.insert(DataClass::NatuurlijkPersoon);
    }
    AanbiederFacts {
        natural_person,
        restricted: Fact::from(aanbieder.restricted),
        data_classes: Some(classes),
        // The register itself is under no secrecy, and holds nothing that came from another gemeente.
        secret: Fact::No,
        received: Fact::No,
        ..AanbiederFacts::default()
    }
}

/// The contracts and supervision that run; a label alone is no involvement.
fn running<'a>(
    involved: &[&'a Betrokkenheid],
    today: Date,
) -> impl Iterator<Item = (&'a Betrokkenheid, Date)> {
    involved.iter().filter_map(move |&one| {
        let began = match &one.involvement {
            Involvement::Contract(contract) => contract.from,
            Involvement::Toezicht(toezicht) => toezicht.opened,
            Involvement::Label(_) => return None,
        };
        one.involvement.is_running(today).then_some((one, began))
    })
}

/// About which care the contracts are that are kept.
fn care_forms(involved: &[&Betrokkenheid], today: Date) -> Option<BTreeSet<String>> {
    let kept = involved.iter().map(|one| &one.involvement);
    let kept = kept.filter(|involvement| involvement.kept_until() > today);
    let forms = kept.filter_map(|involvement| match involvement {
        Involvement::Contract(contract) => Some(&contract.care_forms),
        Involvement::Toezicht(_) | Involvement::Label(_) => None,
    });
    let forms: BTreeSet<String> = forms.flatten().cloned().collect();
    (!forms.is_empty()).then_some(forms)
}

fn since(involved: &[&Betrokkenheid], today: Date) -> Option<Date> {
    running(involved, today).map(|(_, began)| began).min()
}

fn basis(involved: &[&Betrokkenheid], today: Date) -> Hash {
    let mut hasher = Sha256::new();
    for (one, _) in running(involved, today) {
        hasher.update(one.id.as_bytes());
    }
    Octets(hasher.finalize().into())
}
