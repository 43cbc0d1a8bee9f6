// SPDX-License-Identifier: EUPL-1.2
//! How far the members of a group are, for who coordinates it: each tells it itself, and only to whom it said it would.
//!
//! What is told is about the node and its papers. So the coordinator needs no right to data, and gets none.

use std::collections::BTreeMap;

use basisnet_protocol::id::Oin;
use basisnet_protocol::message::{PurposeReadiness, Readiness, ReadinessRequest};
use basisnet_protocol::octets::Octets;
use basisnet_protocol::purpose::PurposeId;
use futures::StreamExt;

use super::record::{Sharing, key};
use super::{Deelname, DeelnameError, Version};
use crate::audit::Event;
use crate::delivery::{Delivery, Unanswered};
use crate::outbox::{ReplyError, Sealed};
use crate::service::account::{Actor, Function};
use crate::service::doel::Standing;
use crate::store::{Change, Expect};

/// Members that are asked at the same time.
const AT_ONCE: usize = 8;
/// The most lines of who is told what.
const MAX_SHARED: usize = 1_000;

/// A member of a group, and how far it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MemberStand {
    /// The member.
    pub oin: Oin,
    /// Its name in the convenant.
    pub name: String,
    /// Whether it is the own organisation.
    pub own: bool,
    /// What it told.
    pub told: Told,
}

/// What a member told of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Told {
    /// This.
    Readiness(Readiness),
    /// It is there, and tells nothing: nobody there said that it would, or its version does not know the question.
    Nothing,
    /// It did not answer.
    Silent,
}

impl Deelname {
    /// From now on a member is told how far the own organisation is in a group, or no longer.
    ///
    /// # Errors
    /// When the caller may not, or the two are not in such a group together.
    pub async fn share(
        &self,
        actor: &Actor,
        group: &str,
        with: &str,
        shares: bool,
    ) -> Result<Sharing, DeelnameError> {
        actor.require(Function::KeepMembers)?;
        let fellows = self.fellows(&self.of_group(group)?);
        let named =
            |(oin, name): &(&Oin, &String)| oin.as_str() == with || name.eq_ignore_ascii_case(with);
        let found = fellows.iter().find(named);
        let (with, _) = found.ok_or_else(|| DeelnameError::NotAFellow(with.to_owned()))?;
        let sharing = Sharing {
            group: group.to_owned(),
            with: *with,
            since: self.clock.now(),
            by: actor.account(),
        };
        let key = key(*with, group);
        let change = match shares {
            true => Change::new().put(key, &sharing, Expect::Any)?,
            false => Change::new().delete::<Sharing>(key),
        };
        let event = Event::ReadinessShared {
            group_id: group.to_owned(),
            with: *with,
            shares,
        };
        self.store
            .commit(change.audit(event.by(actor.by())))
            .await?;
        Ok(sharing)
    }

    /// Who is told how far the own organisation is.
    ///
    /// # Errors
    /// When the store does not read.
    pub fn shared(&self, _actor: &Actor) -> Result<Vec<Sharing>, DeelnameError> {
        let page = self.store.page::<Sharing>(None, MAX_SHARED)?;
        Ok(page.into_iter().map(|(_, kept)| kept.value).collect())
    }

    /// Asks every member of a group how far it is.
    ///
    /// # Errors
    /// When the caller may not, or the own organisation is in no such group.
    pub async fn of_members(
        &self,
        actor: &Actor,
        group: &str,
    ) -> Result<Vec<MemberStand>, DeelnameError> {
        actor.require(Function::KeepMembers)?;
        let versions = self.of_group(group)?;
        let own = MemberStand {
            oin: self.me,
            name: self.own_name(&versions),
            own: true,
            told: Told::Readiness(self.readiness(&versions, Octets([0; 32]))?),
        };
        let asked = self
            .fellows(&versions)
            .into_iter()
            .map(|(oin, name)| async move {
                MemberStand {
                    oin,
                    name,
                    own: false,
                    told: self.ask(oin, group).await,
                }
            });
        let mut all: Vec<_> = futures::stream::iter(asked)
            .buffer_unordered(AT_ONCE)
            .collect()
            .await;
        all.push(own);
        all.sort_by(|a, b| (&a.name, a.oin).cmp(&(&b.name, b.oin)));
        Ok(all)
    }

    async fn ask(&self, member: Oin, group: &str) -> Told {
        let question = ReadinessRequest {
            v: 1,
            group_id: group.to_owned(),
        };
        let Ok(reply) = self.outbox.ask(member, &question).await else {
            return Told::Silent;
        };
        match reply.open::<Readiness>() {
            Ok(opened) if is_sound(&opened.message, reply.question()) => {
                Told::Readiness(opened.message)
            }
            Err(ReplyError::Refused) => Told::Nothing,
            Ok(_) | Err(_) => Told::Silent,
        }
    }

    /// Answers who coordinates a group: how far the own organisation is, where somebody here said that it is told that,
    /// and else no.
    ///
    /// # Errors
    /// When the store does not read.
    pub fn answer(&self, asked: &Delivery<ReadinessRequest>) -> Result<Sealed, Unanswered> {
        let told = self
            .told(asked)
            .map_err(|error| Unanswered::because(&error))?;
        Ok(match told {
            Some(told) => self.outbox.reply_procedural(asked.from, &told)?,
            None => self.outbox.refuse(asked.from, asked.hash)?,
        })
    }

    fn told(&self, asked: &Delivery<ReadinessRequest>) -> Result<Option<Readiness>, DeelnameError> {
        let group = &asked.message.group_id;
        let shared = self.store.get::<Sharing>(key(asked.from, group))?;
        let versions = match self.of_group(group) {
            Ok(versions) => versions,
            Err(DeelnameError::NoSuchGroup) => return Ok(None),
            Err(other) => return Err(other),
        };
        let together = self.fellows(&versions).contains_key(&asked.from);
        if asked.message.v != 1 || shared.is_none() || !together {
            return Ok(None);
        }
        Ok(Some(self.readiness(&versions, asked.hash)?))
    }

    /// The versions of a group that count or wait for somebody, with the own organisation in them.
    fn of_group(&self, group: &str) -> Result<Vec<Version>, DeelnameError> {
        let mut versions = self.convenanten.all()?;
        versions.retain(|one| one.convenant.content().group_id == group && self.counts(one));
        match versions.is_empty() {
            true => Err(DeelnameError::NoSuchGroup),
            false => Ok(versions),
        }
    }

    fn fellows(&self, versions: &[Version]) -> BTreeMap<Oin, String> {
        let members = versions
            .iter()
            .flat_map(|one| &one.convenant.content().members);
        let others = members.filter(|member| member.oin != self.me);
        others
            .map(|member| (member.oin, member.name.clone()))
            .collect()
    }

    fn own_name(&self, versions: &[Version]) -> String {
        let mut members = versions
            .iter()
            .flat_map(|one| &one.convenant.content().members);
        let own = members.find(|member| member.oin == self.me);
        own.map_or_else(|| self.me.to_string(), |own| own.name.clone())
    }

    fn readiness(
        &self,
        versions: &[Version],
        req_hash: Octets<32>,
    ) -> Result<Readiness, DeelnameError> {
        let now = self.clock.now();
        let fellows = self.fellows(versions);
        let mut partners = self.convenanten.members(now)?;
        partners.retain(|oin| fellows.contains_key(oin));
        let purposes = self.standings(versions)?;
        Ok(Readiness {
            v: 1,
            req_hash,
            certificate_until: self.org.current().certificate().not_after,
            accepted: versions.iter().any(|one| self.agreement(one).accepted),
            purposes: purposes
                .iter()
                .map(papers)
                .take(Readiness::MOST_PURPOSES)
                .collect(),
            swept: !partners.is_empty() && partners.is_subset(&self.sweeps.swept_with()?),
        })
    }
}

fn papers(purpose: &Standing) -> PurposeReadiness {
    let decided = purpose.in_force().or_else(|| purpose.ahead());
    PurposeReadiness {
        purpose_id: purpose.entry.id.clone(),
        dpia: decided.is_some(),
        advice: purpose.advice.is_some(),
        in_force: purpose.in_force().is_some(),
    }
}

/// What a member tells is read as a stranger's.
fn is_sound(told: &Readiness, question: Octets<32>) -> bool {
    let named: Vec<&PurposeId> = told.purposes.iter().map(|one| &one.purpose_id).collect();
    told.v == 1
        && told.req_hash == question
        && named.len() <= Readiness::MOST_PURPOSES
        && named.is_sorted_by(|a, b| a < b)
}
