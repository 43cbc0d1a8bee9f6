// SPDX-License-Identifier: EUPL-1.2
//! How the own organisation is involved with an aanbieder: a contract, supervision, a quality label.
//!
//! The same record shows more to one role than to another (DAT-03), as the rules decide: who supervises sees the
//! supervision of the own kind in full, everybody else sees only *that* there is supervision, in the words that another
//! gemeente would get.

mod hand_over;
mod record;
mod secrecy;
mod seen;

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::sync::Arc;

use basisnet_policy::RecordKind;
use basisnet_protocol::octets::Octets;
use basisnet_protocol::personal;
use basisnet_protocol::purpose::PurposeId;
use basisnet_protocol::time::Date;
use rand_core::{OsRng, RngCore};

pub use record::{
    Betrokkenheid, BetrokkenheidId, Contract, HandedOver, Involvement, Label, Secrecy,
    SecrecyWeighed, Task, Toezicht,
};
pub use seen::{Seen, SeenHandOver, What};

use super::aanbieder::{self, Aanbieder, AanbiederError, AanbiederId, Aanbieders};
use super::account::Actor;
use super::changes::Changes;
use super::own::{Allowed, Look, Own, OwnError, OwnRecord};
use crate::audit::Event;
use crate::clock::Clock;
use crate::store::{Change, CommitError, Expect, Key, Store, StoreError, Stored};
use seen::Stuk;

/// The most involvements with one aanbieder.
pub const MAX_PER_AANBIEDER: usize = 500;
const PAGE: usize = 512;
/// The longest text that is kept with one, in characters.
const MAX_TEXT: usize = 1_000;

/// Why something with an involvement did not happen.
#[derive(Debug, thiserror::Error)]
pub enum BetrokkenheidError {
    /// The rules say no, or it cannot be written that they said yes.
    #[error(transparent)]
    Own(#[from] OwnError),
    /// The register of aanbieders did not do its part.
    #[error(transparent)]
    Aanbieder(#[from] AanbiederError),
    /// There is no such aanbieder.
    #[error("no such aanbieder")]
    UnknownAanbieder,
    /// There is no such involvement.
    #[error("no such involvement")]
    Unknown,
    /// It ended before.
    #[error("the involvement ended before")]
    Ended,
    /// A label does not end: a newer one takes its place.
    #[error("a label does not end")]
    Endless,
    /// The end lies before the beginning.
    #[error("the end lies before the beginning")]
    Backwards,
    /// A care form is not a product category of two digits.
    #[error("a care form is not a product category")]
    CareForm,
    /// A contract without care forms says nothing.
    #[error("a contract names no care form")]
    NoCareForm,
    /// It was handed over to this task before.
    #[error("it was handed over to this task before")]
    HandedOver,
    /// It is not under professional secrecy, or is already.
    #[error("the secrecy is so already")]
    Secrecy,
    /// There is no account with this name.
    #[error("no such account")]
    UnknownAccount,
    /// A text is absent, too long, or holds what looks like a BSN.
    #[error("the text of `{0}` cannot be used")]
    Text(&'static str),
    /// More than anybody has.
    #[error("too many involvements with one aanbieder")]
    TooMany,
    /// The store did not read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The store did not write.
    #[error(transparent)]
    Commit(#[from] CommitError),
}

/// The involvements of one gemeente.
#[derive(Clone, Debug)]
pub struct Betrokkenheden {
    store: Store,
    clock: Clock,
    own: Own,
    writing: Arc<tokio::sync::Mutex<()>>,
    changes: Changes,
}

impl Betrokkenheden {
    /// The involvements in a store.
    #[must_use]
    pub fn new(store: Store, clock: Clock, own: Own) -> Self {
        Self {
            store,
            clock,
            own,
            writing: Arc::default(),
            changes: Changes::default(),
        }
    }

    /// Adds an involvement.
    ///
    /// # Errors
    /// When the rules say no, the data are wrong, or there is no such aanbieder.
    pub async fn add(
        &self,
        actor: &Actor,
        aanbieder: AanbiederId,
        involvement: Involvement,
    ) -> Result<Seen, BetrokkenheidError> {
        self.add_with(actor, aanbieder, involvement, None).await
    }

    /// Adds an involvement with what else was agreed, or why this letter.
    ///
    /// # Errors
    /// As [`Betrokkenheden::add`]; and when the text cannot be kept.
    pub async fn add_with(
        &self,
        actor: &Actor,
        aanbieder: AanbiederId,
        involvement: Involvement,
        words: Option<&str>,
    ) -> Result<Seen, BetrokkenheidError> {
        check(&involvement)?;
        let words = words.map(|words| text("afspraken", words)).transpose()?;
        let about = self.about(aanbieder)?;
        let mut id = [0; 16];
        OsRng.fill_bytes(&mut id);
        let betrokkenheid = Betrokkenheid {
            id: Octets(id),
            aanbieder,
            involvement,
            created: self.clock.now(),
            words,
            handed_over: Vec::new(),
            secrecy: None,
        };
        let stuk = Stuk {
            betrokkenheid: &betrokkenheid,
            aanbieder: &about,
        };
        let deed = stuk.handled(actor.account());
        let allowed = self.own.may(actor, None, &deed).await?;
        let event = Event::BetrokkenheidAdded {
            betrokkenheid: betrokkenheid.id,
            aanbieder,
            grounds: Some(allowed.grounds),
        };
        let _writing = self.writing.lock().await;
        if self.of(aanbieder)?.len() >= MAX_PER_AANBIEDER {
            return Err(BetrokkenheidError::TooMany);
        }
        let change = Change::new()
            .put(betrokkenheid.id, &betrokkenheid, Expect::Absent)?
            .audit(event.by(actor.by()));
        self.store.commit(change).await?;
        Ok(stuk.seen(&allowed.mask, self.clock.now()))
    }

    /// The aanbieder that a record is about.
    fn about(&self, id: AanbiederId) -> Result<Aanbieder, BetrokkenheidError> {
        let stored = self.store.get::<Aanbieder>(id)?;
        Ok(stored.ok_or(BetrokkenheidError::UnknownAanbieder)?.value)
    }

    /// Ends a contract or closes supervision; the record stays until its term is over.
    ///
    /// # Errors
    /// When the rules say no, it ended before, or the day lies before its beginning.
    pub async fn end(
        &self,
        actor: &Actor,
        id: BetrokkenheidId,
        day: Date,
    ) -> Result<Seen, BetrokkenheidError> {
        let _writing = self.writing.lock().await;
        let (stored, about) = self.with_aanbieder(id)?;
        let deed = Stuk {
            betrokkenheid: &stored.value,
            aanbieder: &about,
        };
        let deed = deed.handled(actor.account());
        let allowed = self.own.may(actor, None, &deed).await?;
        let mut after = stored.value.clone();
        after.involvement.end(day)?;
        let event = Event::BetrokkenheidEnded {
            betrokkenheid: id,
            aanbieder: after.aanbieder,
            grounds: Some(allowed.grounds.clone()),
        };
        self.write(actor, stored.version, &after, event).await?;
        Ok(self.seen_by_writer(&after, &about, &allowed))
    }

    /// A record as it stands, with the aanbieder it is about.
    fn with_aanbieder(
        &self,
        id: BetrokkenheidId,
    ) -> Result<(Stored<Betrokkenheid>, Aanbieder), BetrokkenheidError> {
        let stored = self.store.get::<Betrokkenheid>(id)?;
        let stored = stored.ok_or(BetrokkenheidError::Unknown)?;
        let about = self.about(stored.value.aanbieder)?;
        Ok((stored, about))
    }

    async fn write(
        &self,
        actor: &Actor,
        version: u64,
        after: &Betrokkenheid,
        event: Event,
    ) -> Result<(), BetrokkenheidError> {
        let change = Change::new()
            .put(after.id, after, Expect::Version(version))?
            .audit(event.by(actor.by()));
        self.store.commit(change).await?;
        self.changes.note();
        Ok(())
    }

    /// Goes up when an involvement ends or is closed off, so that less of it may be told than before.
    #[must_use]
    pub fn changes(&self) -> tokio::sync::watch::Receiver<u64> {
        self.changes.follow()
    }

    /// What was written, for who wrote it.
    fn seen_by_writer(
        &self,
        betrokkenheid: &Betrokkenheid,
        aanbieder: &Aanbieder,
        allowed: &Allowed,
    ) -> Seen {
        let stuk = Stuk {
            betrokkenheid,
            aanbieder,
        };
        stuk.seen(&allowed.mask, self.clock.now())
    }

    /// The involvements with an aanbieder, as far as the rules show them to the caller.
    ///
    /// # Errors
    /// When they do not show the aanbieder itself.
    pub async fn show(
        &self,
        actor: &Actor,
        aanbieder: AanbiederId,
        purpose: Option<&PurposeId>,
    ) -> Result<Vec<Seen>, BetrokkenheidError> {
        let look = |look: &mut Look<'_>| {
            let Some(about) = self.store.get::<Aanbieder>(aanbieder)? else {
                look.must_ever_see(RecordKind::Aanbieder)?;
                return Ok(Vec::new());
            };
            look.must_see(&about.value)?;
            self.look_at(look, &about.value)
        };
        self.own.view(actor, purpose, look).await
    }

    /// An aanbieder with all that is known about it here, in one look.
    ///
    /// # Errors
    /// When there is none, or the rules show nothing of it to the caller.
    pub async fn dossier(
        &self,
        actor: &Actor,
        register: &Aanbieders,
        aanbieder: AanbiederId,
        purpose: Option<&PurposeId>,
    ) -> Result<(aanbieder::Seen, Vec<Seen>), BetrokkenheidError> {
        let look = |look: &mut Look<'_>| {
            let (about, seen) = register.look_at(look, aanbieder)?;
            Ok((seen, self.look_at(look, &about)?))
        };
        self.own.view(actor, purpose, look).await
    }

    fn look_at(
        &self,
        look: &mut Look<'_>,
        aanbieder: &Aanbieder,
    ) -> Result<Vec<Seen>, BetrokkenheidError> {
        let all = self.of(aanbieder.id)?;
        let stukken = all.iter().map(|betrokkenheid| Stuk {
            betrokkenheid,
            aanbieder,
        });
        Ok(stukken.filter_map(|stuk| look.see(&stuk)).collect())
    }

    /// All involvements, as far as the rules show them to the caller; at most `limit`.
    ///
    /// # Errors
    /// When there is no purpose for which the caller sees the register.
    pub async fn list(
        &self,
        actor: &Actor,
        limit: usize,
        purpose: Option<&PurposeId>,
    ) -> Result<Vec<Seen>, BetrokkenheidError> {
        let look = |look: &mut Look<'_>| {
            look.must_ever_see(RecordKind::Aanbieder)?;
            let mut abouts: BTreeMap<AanbiederId, Option<Aanbieder>> = BTreeMap::new();
            let mut seen = Vec::new();
            for one in self.all()?.into_iter().take(limit) {
                let about = match abouts.entry(one.aanbieder) {
                    Entry::Occupied(known) => known.into_mut(),
                    Entry::Vacant(room) => {
                        let stored = self.store.get::<Aanbieder>(one.aanbieder)?;
                        room.insert(stored.map(|stored| stored.value))
                    }
                };
                let stuk = about.as_ref().map(|aanbieder| Stuk {
                    betrokkenheid: &one,
                    aanbieder,
                });
                seen.extend(stuk.and_then(|stuk| look.see(&stuk)));
            }
            Ok(seen)
        };
        self.own.view(actor, purpose, look).await
    }

    /// The involvements with an aanbieder, for the program itself.
    ///
    /// # Errors
    /// When the store does not read.
    pub fn of(&self, aanbieder: AanbiederId) -> Result<Vec<Betrokkenheid>, StoreError> {
        let page = self.store.by_index::<Betrokkenheid>(
            "aanbieder",
            aanbieder.as_bytes(),
            None,
            MAX_PER_AANBIEDER,
        )?;
        let mut all: Vec<_> = page.into_iter().map(|(_, stored)| stored.value).collect();
        all.sort_by_key(|one| (one.created, one.id));
        Ok(all)
    }

    /// All involvements, for the program itself.
    ///
    /// # Errors
    /// When the store does not read.
    pub fn all(&self) -> Result<Vec<Betrokkenheid>, StoreError> {
        let mut all = Vec::new();
        let mut after: Option<Key> = None;
        loop {
            let page = self.store.page::<Betrokkenheid>(after.as_ref(), PAGE)?;
            let Some((last, _)) = page.last() else {
                return Ok(all);
            };
            after = Some(last.clone());
            all.extend(page.into_iter().map(|(_, stored)| stored.value));
        }
    }

    /// Until when there is something to tell about each aanbieder, by the terms of the Selectielijst; an aanbieder
    /// without an involvement is absent. One pass, for whoever needs it of all.
    ///
    /// # Errors
    /// When the store does not read.
    pub fn kept_until(&self) -> Result<BTreeMap<AanbiederId, Date>, StoreError> {
        let mut terms: BTreeMap<AanbiederId, Date> = BTreeMap::new();
        for one in self.all()? {
            let until = one.involvement.kept_until();
            let term = terms.entry(one.aanbieder).or_insert(until);
            *term = until.max(*term);
        }
        Ok(terms)
    }
}

impl Involvement {
    /// Ends a contract or closes supervision.
    fn end(&mut self, day: Date) -> Result<(), BetrokkenheidError> {
        let (from, until) = match self {
            Self::Contract(contract) => (contract.from, &mut contract.until),
            Self::Toezicht(toezicht) => (toezicht.opened, &mut toezicht.closed),
            Self::Label(_) => return Err(BetrokkenheidError::Endless),
        };
        if until.is_some_and(|until| until <= day) {
            return Err(BetrokkenheidError::Ended);
        }
        if day < from {
            return Err(BetrokkenheidError::Backwards);
        }
        *until = Some(day);
        Ok(())
    }
}

/// A text that stays with a record. A citizen service number does not belong in it.
fn text(field: &'static str, text: &str) -> Result<String, BetrokkenheidError> {
    let text = text.trim();
    let odd = |c: char| c.is_control() && c != '\n';
    let wrong = text.is_empty() || text.chars().count() > MAX_TEXT || text.chars().any(odd);
    if wrong || personal::holds_bsn(text) {
        return Err(BetrokkenheidError::Text(field));
    }
    Ok(text.to_owned())
}

fn check(involvement: &Involvement) -> Result<(), BetrokkenheidError> {
    let (from, until) = match involvement {
        Involvement::Contract(contract) => {
            let two_digits =
                |form: &String| form.len() == 2 && form.bytes().all(|c| c.is_ascii_digit());
            if contract.care_forms.is_empty() {
                return Err(BetrokkenheidError::NoCareForm);
            }
            if !contract.care_forms.iter().all(two_digits) {
                return Err(BetrokkenheidError::CareForm);
            }
            (contract.from, contract.until)
        }
        Involvement::Toezicht(toezicht) => (toezicht.opened, toezicht.closed),
        Involvement::Label(_) => return Ok(()),
    };
    match until {
        Some(until) if until < from => Err(BetrokkenheidError::Backwards),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests;
