// SPDX-License-Identifier: EUPL-1.2
//! The policy of this node: which rules and which catalogue count, and how another version takes their place.
//!
//! What comes with the program is version 0. A gemeente adds rules of its own, which can only narrow, and purposes,
//! as files. Two people put a version in its place: one proposes, another confirms; where a purpose is different, the
//! FG advised first. It is swapped at once and whole, and every version stays, so that an old decision is explained by
//! the rules it was taken by. Who sees that something is wrong can bring the version before it back, alone.

mod advice;
mod current;
mod decided;
mod record;
mod steps;
mod trial;
mod turns;
mod versions;

use std::collections::BTreeSet;
use std::sync::Arc;

use basisnet_policy::cases::{Cases, Outcome};
use basisnet_policy::difference::{Difference, difference};
use basisnet_policy::position::Faults;
use basisnet_policy::{Engine, GuardId};
use basisnet_protocol::id::Oin;
use basisnet_protocol::{line, personal};

pub use current::{CatalogueInUse, CurrentEngine, RulesInUse};
pub use decided::{Again, Explained, ExplainedCase};
pub use record::{Bestand, FgAdvies, Staat, Stand, Step, Versie};
pub use trial::{Shift, Trial};
pub use turns::Turn;
pub use versions::VersionError;

use super::Base;
use super::account::{Account, Actor, Function, NotAllowed, NotTwo};
use super::convenant::Convenanten;
use super::doel::Doelen;
use crate::audit::Log;
use crate::clock::Clock;
use crate::store::{CommitError, Expect, Store, StoreError, Stored};
use turns::Turns;
use versions::{History, engine_with};

/// The most files in a version.
const MAX_FILES: usize = 200;
/// The largest version, in bytes of text.
const MAX_BYTES: usize = 1_048_576;

/// So many versions are read at once.
pub const MAX_VERSIONS: usize = 100;

/// The longest name of a file, in characters.
const MAX_NAME: usize = 100;

/// Why something with the policy did not happen.
#[derive(Debug, thiserror::Error)]
pub enum BeleidError {
    /// The caller has not the role it takes.
    #[error(transparent)]
    NotAllowed(#[from] NotAllowed),
    /// A draft has faults; it is refused as a whole and what counts stays.
    #[error(transparent)]
    Draft(#[from] VersionError),
    /// Files with cases have faults.
    #[error(transparent)]
    Cases(#[from] Faults),
    /// There is no such version.
    #[error("no such version")]
    Unknown,
    /// There is no decision under this number.
    #[error("no decision under this number")]
    NoDecision,
    /// There are too many files, or they are too large.
    #[error("too many files, or too large")]
    TooLarge,
    /// A file has a name that says something else than it shows, or that another file has too.
    #[error("a file has a name that cannot be used")]
    FileName(String),
    /// As many proposals wait as can.
    #[error("too many proposals wait")]
    TooManyWaiting,
    /// So much was advised about one version that nobody reads it any more.
    #[error("too much advice about one version")]
    TooMuchAdvice,
    /// Not a number of versions to read at once.
    #[error("not a number of versions to read")]
    Count,
    /// Nothing is different from what counts.
    #[error("nothing is different")]
    Same,
    /// The version is not one that waits for a second person.
    #[error("not a proposal")]
    NotProposed,
    /// Another version took the place of the one it was compared with.
    #[error("the policy changed since this was proposed")]
    Overtaken,
    /// One person could have done both steps.
    #[error(transparent)]
    NotTwo(#[from] NotTwo),
    /// A purpose is different, and the FG did not advise.
    #[error("the fg did not advise yet")]
    NoAdvice,
    /// The advice is negative, and nobody said why it is not followed.
    #[error("the advice is negative and no reason was given")]
    AgainstAdvice,
    /// As many as can are looking over a policy at this moment.
    #[error("too many look over a policy at once")]
    Busy,
    /// So far back there is nothing to try again.
    #[error("not a number of days to look back")]
    Days,
    /// There is no version before this one to bring back.
    #[error("nothing to bring back")]
    NothingBefore,
    /// A text is absent, too long, or holds what looks like a BSN.
    #[error("the text of `{0}` cannot be used")]
    Text(&'static str),
    /// The store did not read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The store did not write.
    #[error(transparent)]
    Commit(#[from] CommitError),
}

/// What counts now.
#[derive(Clone, Debug)]
pub struct Counting {
    /// Which version.
    pub stand: Stand,
    /// The engine.
    pub engine: Engine,
    /// The version itself; none for what comes with the program.
    pub version: Option<Versie>,
}

/// What a look over the whole policy finds.
#[derive(Clone, Debug)]
pub struct Checked {
    /// How many rules there are.
    pub rules: usize,
    /// How many purposes, all versions counted.
    pub purposes: usize,
    /// How many convenanten were read with it.
    pub convenanten: usize,
    /// What the analysis says, line by line.
    pub findings: Vec<String>,
}

/// The policy of one node. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Beleid {
    store: Store,
    clock: Clock,
    engine: CurrentEngine,
    me: Oin,
    convenanten: Convenanten,
    doelen: Doelen,
    history: History,
    log: Log,
    turns: Turns,
    writing: Arc<tokio::sync::Mutex<()>>,
}

/// The engine to start with: the version that counted when the node stopped.
///
/// # Errors
/// When it cannot be loaded; then the node does not start, because without it more would be allowed.
pub async fn at_start(store: &Store) -> Result<CurrentEngine, VersionError> {
    Ok(versions::at_start(store).await?.into())
}

impl Beleid {
    /// The policy in this store, of which `engine` counts now.
    #[must_use]
    pub fn new(base: &Base, convenanten: Convenanten, doelen: Doelen) -> Self {
        Self {
            store: base.store.clone(),
            clock: base.clock.clone(),
            engine: base.engine.clone(),
            me: base.config.organisatie.oin,
            convenanten,
            doelen,
            history: History::new(base.store.clone()),
            log: Log::new(base.store.clone()),
            turns: Turns::new(),
            writing: Arc::default(),
        }
    }

    /// What counts now.
    ///
    /// # Errors
    /// When the caller may not look, or the store does not read.
    pub fn counting(&self, actor: &Actor) -> Result<Counting, BeleidError> {
        actor.require(Function::ReadPolicy)?;
        let stand = self.stand()?.1;
        Ok(Counting {
            engine: self.engine.current(),
            version: self.version(stand.active)?.map(|stored| stored.value),
            stand,
        })
    }

    /// The versions that were proposed, newest first: so many of them, with a number below `before`.
    ///
    /// # Errors
    /// When the caller may not look or asks for more than can be read at once, or the store does not read.
    pub fn versions(
        &self,
        actor: &Actor,
        before: Option<u32>,
        count: usize,
    ) -> Result<Vec<Versie>, BeleidError> {
        actor.require(Function::ReadPolicy)?;
        if !(1..=MAX_VERSIONS).contains(&count) {
            return Err(BeleidError::Count);
        }
        let above = self.stand()?.1.last.saturating_add(1);
        let numbers = (1..above.min(before.unwrap_or(above))).rev().take(count);
        let mut versions = Vec::new();
        for number in numbers {
            versions.extend(self.version(number)?.map(|stored| stored.value));
        }
        Ok(versions)
    }

    /// One version.
    ///
    /// # Errors
    /// When there is none, or the caller may not look.
    pub fn show(&self, actor: &Actor, number: u32) -> Result<Versie, BeleidError> {
        actor.require(Function::ReadPolicy)?;
        let stored = self.version(number)?.ok_or(BeleidError::Unknown)?;
        Ok(stored.value)
    }

    /// What would be different with these files.
    ///
    /// # Errors
    /// When the caller may not look, or the files have faults.
    pub fn difference(&self, actor: &Actor, files: &[Bestand]) -> Result<Difference, BeleidError> {
        actor.require(Function::ReadPolicy)?;
        let _turn = self.turns.take()?;
        Ok(difference(&self.engine.current(), &draft(files)?))
    }

    /// Puts cases to what counts now, or to a draft. Also tells about which tests there is no case.
    ///
    /// # Errors
    /// When the caller may not look, or cases or draft have faults.
    pub fn try_cases(
        &self,
        actor: &Actor,
        cases: &[Bestand],
        files: Option<&[Bestand]>,
    ) -> Result<(Vec<Outcome>, Vec<GuardId>), BeleidError> {
        actor.require(Function::ReadPolicy)?;
        let _turn = self.turns.take()?;
        bounded(cases)?;
        let engine = self.engine_of(files)?;
        let texts: Vec<_> = cases
            .iter()
            .map(|f| (f.naam.as_str(), f.tekst.as_str()))
            .collect();
        let cases = Cases::read(&texts)?;
        let uncovered = cases.uncovered(engine.rules()).into_iter().collect();
        Ok((cases.run(&engine), uncovered))
    }

    /// Loads everything and looks for rules that do nothing, double or contradict.
    ///
    /// # Errors
    /// When the caller may not look, or anything has faults.
    pub fn check(&self, actor: &Actor, files: Option<&[Bestand]>) -> Result<Checked, BeleidError> {
        actor.require(Function::ReadPolicy)?;
        let _turn = self.turns.take()?;
        let engine = self.engine_of(files)?;
        let convenanten = self.convenanten.active(self.clock.now())?;
        Ok(Checked {
            rules: engine.rules().guards().count(),
            purposes: engine.catalogue().entries().count(),
            convenanten: convenanten.len(),
            findings: basisnet_policy::analysis::analyse(&engine, self.clock.now())
                .iter()
                .map(ToString::to_string)
                .collect(),
        })
    }

    fn engine_of(&self, files: Option<&[Bestand]>) -> Result<Engine, BeleidError> {
        files.map_or_else(|| Ok(self.engine.current()), draft)
    }

    fn stand(&self) -> Result<(Expect, Stand), StoreError> {
        Ok(match self.store.get::<Stand>(Stand::KEY)? {
            Some(stored) => (Expect::Version(stored.version), stored.value),
            None => (Expect::Absent, Stand::default()),
        })
    }

    fn version(&self, number: u32) -> Result<Option<Stored<Versie>>, StoreError> {
        self.store.get::<Versie>(Versie::key(number))
    }

    fn step(&self, actor: &Actor) -> Result<Step, StoreError> {
        let account = self.store.get::<Account>(actor.account())?;
        let maker = account.and_then(|stored| stored.value.made_by);
        Ok(Step {
            by: actor.account(),
            name: actor.name().to_owned(),
            made_by: maker.map(|maker| maker.name),
            at: self.clock.now(),
        })
    }
}

/// The engine with these files, within bounds.
fn draft(files: &[Bestand]) -> Result<Engine, BeleidError> {
    bounded(files)?;
    Ok(engine_with(files)?)
}

fn bounded(files: &[Bestand]) -> Result<(), BeleidError> {
    let bytes: usize = files.iter().map(|file| file.tekst.len()).sum();
    if files.len() > MAX_FILES || bytes > MAX_BYTES {
        return Err(BeleidError::TooLarge);
    }
    // What is in a file is found again by its name: of two with one name a reader would see one.
    let mut names = BTreeSet::new();
    let wrong = files
        .iter()
        .find(|file| !is_file_name(&file.naam) || !names.insert(file.naam.to_lowercase()));
    match wrong {
        Some(file) => {
            let shown = file.naam.escape_debug().take(MAX_NAME);
            Err(BeleidError::FileName(shown.collect()))
        }
        None => Ok(()),
    }
}

/// Whether this is a name that a file can have in a folder, and that shows what it says.
#[must_use]
pub fn is_file_name(name: &str) -> bool {
    let odd = |letter| matches!(letter, '/' | '\\') || personal::is_unseen(letter);
    line::is_plain(name, MAX_NAME) && !name.starts_with('.') && !name.contains(odd)
}
