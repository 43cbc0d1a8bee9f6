// SPDX-License-Identifier: EUPL-1.2
//! Herindeling: the own organisation says that one takes the place of another, and hears it of others.
//!
//! The old and the new each sign a half, by a decision, and hand it to each other as a file. Once both halves are here the
//! statement counts, and every member that it is about hears it before anything else is said to it. What it does to the
//! convenanten follows from the statement itself (`basisnet_protocol::succession`); here it is signed, verified and kept.

mod record;

use basisnet_protocol::message::SuccessionShare;
use basisnet_protocol::succession::{
    Succession, SuccessionError, SuccessionFile, SuccessionFileError, SuccessionHalf, SuccessionId,
    SuccessionTerms, Successions,
};
use record::{Believed, SuccessionRecord};

use super::*;
use crate::audit::By;
use crate::delivery::Once;

/// Whose place the own organisation speaks about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whose {
    /// Its own, which this one takes.
    OwnBy(Oin),
    /// That of this one, which it takes itself.
    Of(Oin),
}

/// What came of signing or bringing in.
#[derive(Clone, Debug)]
pub struct Halfway {
    /// Who takes whose place, and from when.
    pub terms: SuccessionTerms,
    /// What is signed until now, as a file to hand on.
    pub file: Vec<u8>,
    /// Whether both have signed, so that it is held here.
    pub complete: bool,
}

/// A statement that is held, and where it stands.
#[derive(Clone, Debug)]
pub struct Standing {
    /// What both signed.
    pub statement: Succession,
    /// Whether the new stands in the place of the old now, as far as follows from all statements.
    pub works: bool,
    /// Whether the old has gone.
    pub gone: bool,
    /// Whether another statement says that somebody else takes this place, so that nobody does.
    pub contested: bool,
}

/// That an organisation is no more, or will be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gone {
    /// Which.
    pub who: Oin,
    /// Since when.
    pub since: Timestamp,
    /// Who stands in its place then; none where that is unclear.
    pub heir: Option<Oin>,
}

/// Why something with a statement did not happen.
#[derive(Debug, thiserror::Error)]
pub enum SuccessionFault {
    /// The caller has not the role it takes.
    #[error(transparent)]
    NotAllowed(#[from] NotAllowed),
    /// It is not such a file.
    #[error(transparent)]
    File(#[from] SuccessionFileError),
    /// What is in it does not hold.
    #[error(transparent)]
    Statement(#[from] SuccessionError),
    /// The own organisation is neither the old nor the new.
    #[error("the own organisation is neither the old nor the new")]
    NotOurs,
    /// The other has not signed yet.
    #[error("the other organisation has not signed")]
    OneSided,
    /// It says nothing about anybody in a convenant here, or there are too many of the same.
    #[error(
        "the statement is about nobody in a convenant with the own organisation, or there are too many"
    )]
    NotTaken,
    /// The store did not read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The store did not write.
    #[error(transparent)]
    Commit(#[from] CommitError),
}

impl Convenanten {
    /// Signs the own half, for the other to sign too.
    ///
    /// # Errors
    /// When the caller may not bind the organisation, or nobody should believe what would be signed.
    pub async fn declare_succession(
        &self,
        actor: &Actor,
        whose: Whose,
        from: Timestamp,
        decision: &str,
    ) -> Result<Halfway, SuccessionFault> {
        actor.require(Function::SignConvenanten)?;
        let (old, new) = match whose {
            Whose::OwnBy(new) => (self.me, new),
            Whose::Of(old) => (old, self.me),
        };
        let terms = SuccessionTerms { old, new, from };
        let half = self.sign_half(&terms, decision)?;
        let change = Change::new().audit(signed(&terms).by(actor.by()));
        self.store.commit(change).await?;
        Ok(Halfway {
            terms,
            file: SuccessionFile::new([half.bytes()]).encode(),
            complete: false,
        })
    }

    /// Signs the other half of what is in a file, and holds the statement from then on.
    ///
    /// # Errors
    /// When the caller may not bind the organisation, the file does not hold, or it is not about the own organisation.
    pub async fn countersign_succession(
        &self,
        actor: &Actor,
        file: &[u8],
        decision: &str,
    ) -> Result<Halfway, SuccessionFault> {
        actor.require(Function::SignConvenanten)?;
        let other = self
            .halves(file)?
            .into_iter()
            .find(|half| half.by() != self.me);
        let other = other.ok_or(SuccessionFault::OneSided)?;
        let terms = other.terms();
        if terms.old != self.me && terms.new != self.me {
            return Err(SuccessionFault::NotOurs);
        }
        let own = self.sign_half(&terms, decision)?;
        let statement = Succession::join(own, other)?;
        let change = Change::new().audit(signed(&terms).by(actor.by()));
        let believed = Believed::signed_here(statement, self.me);
        self.hold(actor.by(), change, &believed).await?;
        Ok(complete(&believed.statement))
    }

    /// Brings in what both signed.
    ///
    /// # Errors
    /// When the caller may not, or the file does not hold.
    pub async fn import_succession(
        &self,
        actor: &Actor,
        file: &[u8],
    ) -> Result<Halfway, SuccessionFault> {
        actor.require(Function::ImportConvenanten)?;
        let mut halves = self.halves(file)?.into_iter();
        let (Some(one), Some(other)) = (halves.next(), halves.next()) else {
            return Err(SuccessionFault::OneSided);
        };
        let statement = Succession::join(one, other)?;
        let believed = Believed::by_itself(statement);
        self.hold(actor.by(), Change::new(), &believed).await?;
        Ok(complete(&believed.statement))
    }

    /// The statements that are held here.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn successions(&self) -> Result<Vec<Standing>, StoreError> {
        let (holdings, now) = (self.holdings()?, self.clock.now());
        let all = holdings.successions();
        let standing = |statement: &Succession| {
            let terms = statement.terms();
            Standing {
                statement: statement.clone(),
                works: all.predecessors(terms.new, now).contains(&terms.old),
                gone: all.has_gone(terms.old, now),
                contested: all.is_contested(terms.old),
            }
        };
        Ok(all.iter().map(standing).collect())
    }

    /// The organisations in whose place this one stands now.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn before(&self, organisation: Oin) -> Result<BTreeSet<Oin>, StoreError> {
        let holdings = self.holdings()?;
        let all = holdings.successions();
        Ok(all.predecessors(organisation, self.clock.now()))
    }

    /// Who stands in the place of an organisation now: itself as long as it is there, and nobody where that is unclear.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn heir(&self, organisation: Oin) -> Result<Option<Oin>, StoreError> {
        let holdings = self.holdings()?;
        Ok(holdings.successions().heir(organisation, self.clock.now()))
    }

    /// What a member must have heard about who took whose place.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn statements_for(&self, peer: Oin) -> Result<Vec<SuccessionShare>, StoreError> {
        self.told(self.holdings()?.statements_for(peer))
    }

    /// Who may vouch for what this organisation signed: who is in a convenant with it that the own one accepted too.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn witnesses(&self, of: Oin) -> Result<BTreeSet<Oin>, StoreError> {
        Ok(self.holdings()?.witnesses(of))
    }

    /// Since when an organisation is no more, and who stands in its place, where that is clear. Also when that moment is
    /// still to come.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn gone(&self, organisation: Oin) -> Result<Option<Gone>, StoreError> {
        let holdings = self.holdings()?;
        let all = holdings.successions();
        Ok(all.goes_at(organisation).map(|since| Gone {
            who: organisation,
            since,
            heir: all.heir(organisation, since.max(self.clock.now())),
        }))
    }

    /// Keeps what a member hands on, as far as it holds. Gives the names of what is held of it.
    ///
    /// # Errors
    /// When the store does not work.
    pub async fn receive_statements(
        &self,
        from: Oin,
        share: &SuccessionShare,
        once: &Once,
    ) -> Result<Vec<SuccessionId>, ReceiveError> {
        let _writing = self.writing.lock().await;
        let (holdings, mut held, mut new) = (self.holdings()?, Vec::new(), Vec::new());
        for pair in share.statements.iter().take(SuccessionShare::MOST) {
            let read = read(&pair.old, &pair.new);
            if let Some(known) = read.as_ref().ok().filter(|read| holds(&holdings, read)) {
                held.push(known.id());
                continue;
            }
            let judged = match read {
                Ok(read) => self.believe(&read, &share.testimonies)?,
                Err(error) => Err(error),
            };
            match judged {
                Ok(believed) if holdings.takes(&believed.statement) => {
                    held.push(believed.statement.id());
                    new.push(believed);
                }
                Ok(_) => {}
                Err(error) => {
                    tracing::warn!(peer = %from, %error, "statement of succession does not hold");
                }
            }
        }
        if !new.is_empty() {
            let mut change = Change::new();
            for believed in &new {
                change = self.put_statement(change, &By::Peer { oin: from }, believed)?;
            }
            self.store.commit(once.mark(change)?).await?;
            self.read_anew();
        }
        Ok(held)
    }

    fn halves(&self, file: &[u8]) -> Result<Vec<SuccessionHalf>, SuccessionFault> {
        let (trust, now) = (self.trust.current(), self.clock.now());
        let file = SuccessionFile::decode(file)?;
        let halves = file.halves().into_iter();
        let halves = halves.map(|half| SuccessionHalf::verify(half, &trust, now));
        Ok(halves.collect::<Result<_, _>>()?)
    }

    fn sign_half(
        &self,
        terms: &SuccessionTerms,
        decision: &str,
    ) -> Result<SuccessionHalf, SuccessionFault> {
        let now = self.clock.now();
        let bytes = SuccessionHalf::sign(terms, now, decision, &*self.org.current())?;
        Ok(SuccessionHalf::verify(&bytes, &self.trust.current(), now)?)
    }

    async fn hold(
        &self,
        by: By,
        change: Change,
        believed: &Believed,
    ) -> Result<(), SuccessionFault> {
        let _writing = self.writing.lock().await;
        let holdings = self.holdings()?;
        let known = holds(&holdings, &believed.statement);
        if !known && !holdings.takes(&believed.statement) {
            return Err(SuccessionFault::NotTaken);
        }
        let change = match known {
            true => change,
            false => self.put_statement(change, &by, believed)?,
        };
        if !change.is_empty() {
            self.store.commit(change).await?;
            self.read_anew();
        }
        Ok(())
    }

    fn put_statement(
        &self,
        change: Change,
        by: &By,
        believed: &Believed,
    ) -> Result<Change, CommitError> {
        let (now, lists) = (self.clock.now(), self.trust.current().list_hashes());
        let record = SuccessionRecord::new(believed, now, lists);
        let statement = &believed.statement;
        let terms = statement.terms();
        let event = Event::SuccessionHeld {
            statement: statement.id(),
            old: terms.old,
            new: terms.new,
            from: statement.effective(),
        };
        let change = change.put(statement.id(), &record, Expect::Absent)?;
        Ok(change.audit(event.by(by.clone())))
    }

    /// What others did in the name of who took a place counts from now on, so all of it is read again.
    fn read_anew(&self) {
        *self.known.lock().unwrap_or_else(PoisonError::into_inner) = None;
        self.changed
            .send_modify(|count| *count = count.wrapping_add(1));
    }

    pub(super) fn read_successions(&self) -> Result<Successions, StoreError> {
        let (mut all, mut after) = (Vec::new(), None::<Key>);
        loop {
            let page = self.store.page::<SuccessionRecord>(after.as_ref(), PAGE)?;
            let Some((last, _)) = page.last() else {
                return Ok(Successions::new(all));
            };
            after = Some(last.clone());
            for (_, stored) in page {
                all.push(stored.value.read()?);
            }
        }
    }
}

/// What two halves say, of which only the form is read.
fn read(old: &[u8], new: &[u8]) -> Result<Succession, SuccessionError> {
    Succession::join(SuccessionHalf::reread(old)?, SuccessionHalf::reread(new)?)
}

/// Whether it is held; then it is believed as it is.
fn holds(holdings: &Holdings, statement: &Succession) -> bool {
    holdings.successions().holds(statement.id())
}

fn complete(statement: &Succession) -> Halfway {
    let halves = statement.halves().iter().map(SuccessionHalf::bytes);
    Halfway {
        terms: statement.terms(),
        file: SuccessionFile::new(halves).encode(),
        complete: true,
    }
}

const fn signed(terms: &SuccessionTerms) -> Event {
    Event::SuccessionSigned {
        old: terms.old,
        new: terms.new,
        from: terms.from,
    }
}
