// SPDX-License-Identifier: EUPL-1.2
//! Engines out of texts: the one that counts, a draft, or one of years ago.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use basisnet_policy::position::Faults;
use basisnet_policy::{Catalogue, Engine, LoadError, Rules};

use super::record::{Bestand, Stand, Teksten, Versie};
use crate::audit::Hash;
use crate::store::{Change, CommitError, Expect, Store, StoreError};

/// So many engines of earlier are kept at hand.
const AT_HAND: usize = 8;

/// Why a version cannot be loaded. Jurists read it, so it is in Dutch.
#[derive(Debug, thiserror::Error)]
pub enum VersionError {
    /// The rules have faults.
    #[error(transparent)]
    Rules(#[from] LoadError),
    /// The purposes have faults.
    #[error(transparent)]
    Catalogue(#[from] Faults),
    /// A file is neither.
    #[error(
        "`{0}` is geen regel (`.cedar`) en geen doel (`.toml`); haal het bestand weg of geef het een andere naam"
    )]
    OtherFile(String),
    /// The version that counts is not there.
    #[error("versie {0} van het beleid ontbreekt in de opslag; zet een reservekopie terug")]
    Missing(u32),
    /// The store cannot be read.
    #[error("het beleid kan niet worden gelezen: {0}")]
    Store(#[from] StoreError),
    /// The store does not write.
    #[error("het beleid kan niet worden bewaard: {0}")]
    Commit(#[from] CommitError),
}

impl VersionError {
    /// Every fault by itself, for a list.
    #[must_use]
    pub fn faults(&self) -> Vec<String> {
        match self {
            Self::Catalogue(faults) | Self::Rules(LoadError::Faults(faults)) => {
                faults.iter().map(ToString::to_string).collect()
            }
            Self::Rules(_)
            | Self::OtherFile(_)
            | Self::Missing(_)
            | Self::Store(_)
            | Self::Commit(_) => vec![self.to_string()],
        }
    }
}

/// What comes with the program, and the files of a gemeente on top of it. Faults in rules and purposes come together.
pub(super) fn engine_with(files: &[Bestand]) -> Result<Engine, VersionError> {
    let (mut rules, mut purposes) = (Vec::new(), Vec::new());
    for file in files {
        let pair = (file.naam.as_str(), file.tekst.as_str());
        if file.naam.ends_with(".cedar") {
            rules.push(pair);
        } else if file.naam.ends_with(".toml") {
            purposes.push(pair);
        } else {
            return Err(VersionError::OtherFile(file.naam.clone()));
        }
    }
    match (Rules::load(&rules), Catalogue::with(&purposes)) {
        (Ok(rules), Ok(catalogue)) => Ok(Engine::new(rules, catalogue)?),
        (Err(LoadError::Faults(one)), Err(other)) => Err(one.and(other).into()),
        (Err(rules), _) => Err(rules.into()),
        (_, Err(catalogue)) => Err(catalogue.into()),
    }
}

/// The engine that counts, as it was left.
///
/// A version that does not load any more, with a newer program, stops the start: without its rules more would be
/// allowed than was decided.
pub(super) async fn at_start(store: &Store) -> Result<Engine, VersionError> {
    let stand = store.get::<Stand>(Stand::KEY)?;
    let active = stand.map_or(0, |stand| stand.value.active);
    let files = if active == 0 {
        Vec::new()
    } else {
        let version = store.get::<Versie>(Versie::key(active))?;
        version.ok_or(VersionError::Missing(active))?.value.files
    };
    let engine = engine_with(&files)?;
    let change = keep_texts(store, Change::new(), &engine)?;
    if !change.is_empty() {
        store.commit(change).await?;
    }
    Ok(engine)
}

/// Adds the texts of an engine to a change, where they are not kept yet.
pub(super) fn keep_texts(
    store: &Store,
    change: Change,
    engine: &Engine,
) -> Result<Change, VersionError> {
    let (rules, catalogue) = (engine.rules(), engine.catalogue());
    let kept = [
        (
            rules.hash(),
            Teksten {
                vocabulary: Some(rules.vocabulary().to_owned()),
                files: owned(rules.texts()),
            },
        ),
        (
            catalogue.hash(),
            Teksten {
                vocabulary: None,
                files: owned(catalogue.texts()),
            },
        ),
    ];
    let mut change = change;
    for (hash, texts) in kept {
        if store.get::<Teksten>(hash)?.is_none() {
            change = change.put(hash, &texts, Expect::Any)?;
        }
    }
    Ok(change)
}

fn owned(texts: &BTreeMap<String, String>) -> Vec<Bestand> {
    let file = |(naam, tekst): (&String, &String)| Bestand {
        naam: naam.clone(),
        tekst: tekst.clone(),
    };
    texts.iter().map(file).collect()
}

/// Engines of earlier, by the hashes that stand in the log.
#[derive(Clone, Debug)]
pub(super) struct History {
    store: Store,
    at_hand: Arc<Mutex<BTreeMap<(Hash, Hash), Engine>>>,
}

impl History {
    pub(super) fn new(store: Store) -> Self {
        Self {
            store,
            at_hand: Arc::default(),
        }
    }

    /// The engine with this policy and catalogue; none when its texts are not here.
    pub(super) fn engine(
        &self,
        policy: Hash,
        catalogue: Hash,
    ) -> Result<Option<Engine>, VersionError> {
        let key = (policy, catalogue);
        let known = self.at_hand().get(&key).cloned();
        if known.is_some() {
            return Ok(known);
        }
        let rules = self.store.get::<Teksten>(policy)?;
        let purposes = self.store.get::<Teksten>(catalogue)?;
        let (Some(rules), Some(purposes)) = (rules, purposes) else {
            return Ok(None);
        };
        let vocabulary = rules.value.vocabulary.unwrap_or_default();
        let rules = Rules::from_history(&vocabulary, &borrowed(&rules.value.files))?;
        let purposes = Catalogue::from_texts(&borrowed(&purposes.value.files))?;
        let engine = Engine::new(rules, purposes)?;
        let mut at_hand = self.at_hand();
        if at_hand.len() >= AT_HAND {
            at_hand.pop_first();
        }
        at_hand.insert(key, engine.clone());
        Ok(Some(engine))
    }

    fn at_hand(&self) -> std::sync::MutexGuard<'_, BTreeMap<(Hash, Hash), Engine>> {
        self.at_hand.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn borrowed(files: &[Bestand]) -> Vec<(&str, &str)> {
    files
        .iter()
        .map(|file| (file.naam.as_str(), file.tekst.as_str()))
        .collect()
}
