// SPDX-License-Identifier: EUPL-1.2
//! The rule texts, read once and strictly: what is not wholly clear is not loaded.

mod applicable;
mod depth;
mod reading;

use std::collections::BTreeMap;

use basisnet_protocol::octets::Octets;
use cedar_policy::{Effect, Entities, Entity, Policy, PolicyId, PolicySet, Schema};
use sha2::{Digest, Sha256};

use crate::guard::{Guard, GuardId};
use crate::position::{Fault, Faults, MOST_FAULTS, Spot, by_name};
use crate::request::Action;
use applicable::Applicable;
use reading::File;

/// The vocabulary of the rules.
const SCHEMA: &str = include_str!("../guards/schema.cedarschema");

/// The rules that come with the program, each file with its name.
const TEXTS: [(&str, &str); 13] = [
    (
        "00-toestaan.cedar",
        include_str!("../guards/00-toestaan.cedar"),
    ),
    (
        "01-convenant.cedar",
        include_str!("../guards/01-convenant.cedar"),
    ),
    ("02-doel.cedar", include_str!("../guards/02-doel.cedar")),
    (
        "03-grondslag.cedar",
        include_str!("../guards/03-grondslag.cedar"),
    ),
    (
        "04-gegevens.cedar",
        include_str!("../guards/04-gegevens.cedar"),
    ),
    ("05-rol.cedar", include_str!("../guards/05-rol.cedar")),
    (
        "06-persoon.cedar",
        include_str!("../guards/06-persoon.cedar"),
    ),
    (
        "07-bewaren.cedar",
        include_str!("../guards/07-bewaren.cedar"),
    ),
    ("08-weging.cedar", include_str!("../guards/08-weging.cedar")),
    (
        "09-aantallen.cedar",
        include_str!("../guards/09-aantallen.cedar"),
    ),
    (
        "10-gebruik.cedar",
        include_str!("../guards/10-gebruik.cedar"),
    ),
    (
        "11-mandaat.cedar",
        include_str!("../guards/11-mandaat.cedar"),
    ),
    ("12-eigen.cedar", include_str!("../guards/12-eigen.cedar")),
];

/// The name of the one permit.
const PERMIT: &str = "P01-toestaan";

/// The legal tests that every set of rules must hold. A gemeente may add tests (`L..`), never drop one of these.
const REQUIRED: [&str; 65] = [
    "V01-lid",
    "V02-lid-bron",
    "V03-convenant-actief",
    "V04-niet-geschorst",
    "V05-paar",
    "V06-namens-lid",
    "V07-mandaat",
    "V08-mandaat-doel",
    "V09-mandaat-zorgvorm",
    "V10-doel-bekend",
    "V11-doel-geldig",
    "V12-doel-convenant",
    "V13-doel-in-werking",
    "V14-treffen-alleen-p08",
    "V15-doel-voor-inzage",
    "V16-treffer",
    "V17-doel-voor-telling",
    "V18-wisselt-uit",
    "V20-grondslag-doel",
    "V21-grondslag-convenant",
    "V30-categorie-convenant",
    "V31-categorie-doel",
    "V32-geen-bijzondere-gegevens",
    "V33-label-gehoord",
    "V34-label-persoon",
    "V35-gevraagd",
    "V36-velden",
    "V37-beroepsgeheim",
    "V38-verder-gebruik",
    "V40-rol-doel",
    "V41-rol-convenant",
    "V42-rol-persoon",
    "V43-taak",
    "V44-toezicht-gescheiden",
    "V50-persoon-convenant",
    "V51-persoon-doel",
    "V52-beperking",
    "V60-bewaartermijn-bron",
    "V61-bewaartermijn-doel",
    "V62-bewaartermijn-convenant",
    "V63-bewaartermijn-niet-voorbij-bron",
    "V64-niet-doorgeven",
    "V70-weging",
    "V71-zaak",
    "V80-budget",
    "V81-kleinste-groep",
    "V82-kleinste-groep-afspraak",
    "V90-zelfde-doel",
    "V91-zelfde-groep",
    "V92-zelfde-bron",
    "V93-gebruikstermijn",
    "E01-velden",
    "E02-domein",
    "E03-behandelen-domein",
    "E04-toegewezen",
    "E05-overdracht-eigen",
    "E06-overdracht-richting",
    "E07-beperking",
    "E08-beroepsgeheim",
    "E09-bewaartermijn",
    "E10-soort-gegevens",
    "E11-verder-gebruik",
    "E12-jeugd-kwaliteit",
    "E13-afscherming",
    PERMIT,
];

/// Why a set of rules is not used. In Dutch, because jurists write them.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The vocabulary or a rule has faults, each with its place.
    #[error(transparent)]
    Faults(#[from] Faults),
    /// A legal test is missing.
    #[error("de toets `{0}` ontbreekt; zonder deze toets wordt niets geladen, dus zet hem terug")]
    MissingGuard(String),
}

impl LoadError {
    /// A name of the vocabulary is no name.
    pub(crate) fn words() -> Self {
        Self::Faults(reading::in_vocabulary(
            "een soort heeft een onleesbare naam",
        ))
    }
}

/// The rules in force: one permit and the legal tests, checked against their vocabulary.
#[derive(Clone, Debug)]
pub struct Rules {
    pub(crate) schema: Schema,
    policies: PolicySet,
    applicable: Applicable,
    entities: Entities,
    pub(crate) permit: PolicyId,
    guards: BTreeMap<GuardId, Guard>,
    spots: BTreeMap<GuardId, Spot>,
    vocabulary: String,
    texts: BTreeMap<String, String>,
    hash: Octets<32>,
}

impl Rules {
    /// The rules that come with the program.
    pub fn embedded() -> Result<Self, LoadError> {
        Self::load(&[])
    }

    /// The rules that come with the program and tests that a gemeente adds, as file name and text.
    pub fn load(local: &[(&str, &str)]) -> Result<Self, LoadError> {
        let texts: Vec<(&str, &str)> = TEXTS.iter().chain(local).copied().collect();
        Self::from_texts(SCHEMA, &texts)
    }

    /// A vocabulary and rules of which every text is given.
    pub fn from_texts(schema: &str, texts: &[(&str, &str)]) -> Result<Self, LoadError> {
        let rules = Self::assemble(schema, texts)?;
        let missing = REQUIRED
            .iter()
            .find(|id| **id != PERMIT && !rules.guards.keys().any(|guard| guard.as_str() == **id));
        match missing {
            Some(id) => Err(LoadError::MissingGuard((*id).to_owned())),
            None => Ok(rules),
        }
    }

    /// Rules of earlier, as they were kept. A test that this program has and they have not is no fault; a decision is
    /// not taken by them, but an old one is explained and taken again.
    pub fn from_history(schema: &str, texts: &[(&str, &str)]) -> Result<Self, LoadError> {
        Self::assemble(schema, texts)
    }

    /// The rules with one test left out, to prove that some case then comes out otherwise.
    #[doc(hidden)]
    pub fn testing_only_without(&self, guard: &GuardId) -> Result<Self, LoadError> {
        let policies = self
            .policies
            .policies()
            .filter(|policy| policy.id() != &PolicyId::new(guard.as_str()))
            .cloned()
            .collect();
        let schema = reading::vocabulary(SCHEMA).map_err(Faults::of)?;
        Self::checked(SCHEMA, schema, policies)
    }

    /// The same rules, of which every decision asks all, also those about other actions.
    #[doc(hidden)]
    #[must_use]
    pub fn testing_only_undivided(self) -> Self {
        Self {
            applicable: Applicable::default(),
            ..self
        }
    }

    /// The rules that can say anything about an action; all where that was not worked out.
    pub(crate) fn about(&self, action: Action) -> &PolicySet {
        self.applicable.to(action).unwrap_or(&self.policies)
    }

    /// What the rules look up: the actions, and these.
    pub(crate) fn entities_with(&self, others: Vec<Entity>) -> Result<Entities, LoadError> {
        let all = self.entities.clone();
        all.add_entities(others, Some(&self.schema))
            .map_err(|fault| reading::in_vocabulary(&fault.to_string()).into())
    }

    /// A legal test, by name.
    #[must_use]
    pub fn guard(&self, id: &GuardId) -> Option<&Guard> {
        self.guards.get(id)
    }

    /// All legal tests, sorted by name, without the two that are about the engine itself.
    pub fn guards(&self) -> impl Iterator<Item = &Guard> {
        self.guards
            .values()
            .filter(|guard| !guard.id.as_str().starts_with('X'))
    }

    /// The vocabulary that they were checked against.
    #[must_use]
    pub fn vocabulary(&self) -> &str {
        &self.vocabulary
    }

    /// The texts they were read from, by file name: kept with the hash, they explain old decisions.
    #[must_use]
    pub const fn texts(&self) -> &BTreeMap<String, String> {
        &self.texts
    }

    /// Where a test stands; none for one that was not read from a text.
    pub(crate) fn spot(&self, id: &GuardId) -> Option<&Spot> {
        self.spots.get(id)
    }

    /// A test as it is written, without what it says about itself; empty when there is no such test.
    #[must_use]
    pub fn text_of(&self, id: &GuardId) -> String {
        let policy = self.policies.policy(&PolicyId::new(id.as_str()));
        let text = policy.map(ToString::to_string).unwrap_or_default();
        let body = text
            .find("forbid")
            .map_or("", |at| text.get(at..).unwrap_or_default());
        body.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// SHA-256 over the vocabulary and every rule, sorted by name: the same rules in other files are the same.
    #[must_use]
    pub const fn hash(&self) -> Octets<32> {
        self.hash
    }

    fn assemble(schema: &str, texts: &[(&str, &str)]) -> Result<Self, LoadError> {
        let mut faults = Vec::new();
        let files: Vec<File<'_>> = texts
            .iter()
            .filter_map(|(file, text)| reading::open(file, text, &mut faults))
            .collect();
        reading::check_names(&files, &mut faults);
        reading::check_count(&files, &mut faults);
        let vocabulary = kept(reading::vocabulary(schema), &mut faults);
        // With this many faults it is refused already; what the validator has to say waits.
        if let Some(vocabulary) = vocabulary.as_ref().filter(|_| faults.len() < MOST_FAULTS) {
            faults.extend(reading::validate(vocabulary, &files));
        }
        let vocabulary = Faults::or(vocabulary, faults)?;
        let spots = files.iter().flat_map(File::spots).collect();
        let policies = files.into_iter().flat_map(File::into_policies).collect();
        Ok(Self {
            texts: by_name(texts),
            spots,
            ..Self::checked(schema, vocabulary, policies)?
        })
    }

    fn checked(text: &str, schema: Schema, rules: Vec<Policy>) -> Result<Self, LoadError> {
        let broken = |fault: String| LoadError::from(reading::in_vocabulary(&fault));
        let entities = schema
            .action_entities()
            .map_err(|e| broken(e.to_string()))?;
        let guards = describe(&rules);
        let hash = hash_of(text, &rules);
        let policies = PolicySet::from_policies(rules).map_err(|e| broken(e.to_string()))?;
        Ok(Self {
            schema,
            applicable: Applicable::among(&policies, &entities),
            policies,
            entities,
            permit: PolicyId::new(PERMIT),
            guards,
            spots: BTreeMap::new(),
            vocabulary: text.to_owned(),
            texts: BTreeMap::new(),
            hash,
        })
    }
}

/// The value, or its faults with the others.
fn kept<T>(read: Result<T, Vec<Fault>>, faults: &mut Vec<Fault>) -> Option<T> {
    read.map_err(|wrong| faults.extend(wrong)).ok()
}

/// Every rule about itself. Its name was checked before.
fn describe(rules: &[Policy]) -> BTreeMap<GuardId, Guard> {
    let forbids = rules.iter().filter(|p| p.effect() == Effect::Forbid);
    let own = forbids.filter_map(|policy| {
        let text = |name| policy.annotation(name).unwrap_or_default().to_owned();
        let id: GuardId = text("id").parse().ok()?;
        Some(Guard {
            id,
            law: text("wet"),
            explanation: text("uitleg"),
            remedy: text("nodig"),
        })
    });
    let guards = Guard::built_in().into_iter().chain(own);
    guards.map(|guard| (guard.id.clone(), guard)).collect()
}

fn hash_of(schema: &str, rules: &[Policy]) -> Octets<32> {
    let texts: BTreeMap<String, String> = rules
        .iter()
        .map(|policy| (policy.id().to_string(), policy.to_string()))
        .collect();
    let mut hash = Sha256::new();
    hash.update(b"basisnet/policy/v1");
    for part in std::iter::once(schema).chain(texts.values().map(String::as_str)) {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part.as_bytes());
    }
    Octets(hash.finalize().into())
}

#[cfg(test)]
mod tests;
