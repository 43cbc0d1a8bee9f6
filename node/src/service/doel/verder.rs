// SPDX-License-Identifier: EUPL-1.2
//! Further use: data collected for one purpose may serve another, because the controller weighed that and said so
//! (AVG art. 6 lid 4). The program never works it out by itself.
//!
//! As with a purpose, the FG advises first and the controller decides, and a decision is taken back at once.

use std::collections::BTreeSet;

use basisnet_policy::{FgAdvice, FurtherUse};
use basisnet_protocol::octets::Octets;
use basisnet_protocol::purpose::PurposeId;
use basisnet_protocol::time::Timestamp;
use basisnet_protocol::wire;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{Advice, Decision, DoelError, Doelen, followed, text};
use crate::audit::{Event, Hash};
use crate::service::account::{AccountId, Actor, Function};
use crate::store::{
    Change, CommitError, Expect, Key, Record, RetentionClass, Store, StoreError, Stored,
};

/// The most of them: every pair of purposes there is.
const MOST: usize = 1_000;

/// What is known about using data of one purpose for another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VerderGebruik {
    /// For which purpose the data were collected.
    pub from: PurposeId,
    /// For which they would serve too.
    pub to: PurposeId,
    /// What the FG advised last.
    pub advice: Advice,
    /// What the controller decided last.
    pub decided: Option<VerderBesluit>,
}

/// The decision that data of one purpose may serve another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VerderBesluit {
    /// The account of the controller.
    pub by: AccountId,
    /// Its name, as it then was.
    pub who: String,
    /// By which mandate, or as which body.
    pub mandate: String,
    /// Where the weighing is found.
    pub dpia_ref: String,
    /// The advice of the FG, and whether it was followed.
    pub advice: FgAdvice,
    /// From when.
    pub since: Timestamp,
    /// Until when; none while it stands.
    pub until: Option<Timestamp>,
    /// Why it was taken back.
    pub because: String,
}

impl VerderGebruik {
    /// The decision, while it stands.
    #[must_use]
    pub fn standing(&self) -> Option<&VerderBesluit> {
        self.decided
            .as_ref()
            .filter(|decided| decided.until.is_none())
    }

    /// The outcome, in the form that the rules read; also of one that was taken back, which says until when.
    fn outcome(&self) -> Option<FurtherUse> {
        let decided = self.decided.as_ref()?;
        Some(FurtherUse {
            from: self.from.clone(),
            to: self.to.clone(),
            since: decided.since,
            until: decided.until,
        })
    }
}

impl Record for VerderGebruik {
    const COLLECTION: &'static str = "verder-gebruik";
    const RETENTION: RetentionClass = RetentionClass::Standing;
}

fn key(from: &PurposeId, to: &PurposeId) -> Key {
    Key::joined(&[from.as_str().as_bytes(), to.as_str().as_bytes()])
}

/// Every registered outcome, for the rules.
pub(in crate::service) fn further_uses(store: &Store) -> Result<BTreeSet<FurtherUse>, StoreError> {
    let all = store.page::<VerderGebruik>(None, MOST)?;
    let outcomes = all.iter().filter_map(|(_, stored)| stored.value.outcome());
    Ok(outcomes.collect())
}

impl Doelen {
    /// All that was advised or decided about further use, for everybody who works here.
    ///
    /// # Errors
    /// When the store does not read.
    pub fn further_uses(&self, _actor: &Actor) -> Result<Vec<VerderGebruik>, DoelError> {
        let all = self.store.page::<VerderGebruik>(None, MOST)?;
        let mut all: Vec<VerderGebruik> = all.into_iter().map(|(_, stored)| stored.value).collect();
        all.sort_by(|one, other| (&one.from, &one.to).cmp(&(&other.from, &other.to)));
        Ok(all)
    }

    /// Records what the FG advises about using data of one purpose for another.
    ///
    /// # Errors
    /// When the caller is not the FG, a purpose is not in the catalogue, or the text cannot be used.
    pub async fn advise_further(
        &self,
        actor: &Actor,
        (from, to): (&PurposeId, &PurposeId),
        positive: bool,
        remark: &str,
    ) -> Result<VerderGebruik, DoelError> {
        actor.require(Function::Advise)?;
        self.entry(from, None)?;
        self.entry(to, None)?;
        if from == to {
            return Err(DoelError::Unknown);
        }
        let advice = self.advice(actor, positive, remark)?;
        let before = self.store.get::<VerderGebruik>(key(from, to))?;
        let (expect, advice, decided) = match before {
            None => (Expect::Absent, advice, None),
            Some(Stored { version, value }) => (
                Expect::Version(version),
                advice.after(Some(value.advice)),
                value.decided,
            ),
        };
        let after = VerderGebruik {
            from: from.clone(),
            to: to.clone(),
            advice,
            decided,
        };
        let event = Event::FurtherUseAdvised {
            from: from.clone(),
            to: to.clone(),
            positive,
        };
        self.write_further(actor, after, expect, event).await
    }

    /// Decides that data of one purpose may serve another.
    ///
    /// # Errors
    /// When the caller is not the controller, there is no advice, it is not followed without a reason, or it is so
    /// already.
    pub async fn decide_further(
        &self,
        actor: &Actor,
        (from, to): (&PurposeId, &PurposeId),
        decision: Decision,
    ) -> Result<VerderGebruik, DoelError> {
        actor.require(Function::DecidePurposes)?;
        let stored = self.store.get::<VerderGebruik>(key(from, to))?;
        let stored = stored.ok_or(DoelError::NoAdvice)?;
        let mut after = stored.value;
        if after.standing().is_some() {
            return Err(DoelError::InForceAlready);
        }
        let ended = after.decided.as_ref().and_then(|decided| decided.until);
        self.by_two(&after.advice, ended, actor)?;
        let decided = VerderBesluit {
            by: actor.account(),
            who: actor.name().to_owned(),
            mandate: text("mandaat", &decision.mandate)?,
            dpia_ref: text("dpia", &decision.dpia)?,
            advice: followed(
                after.advice.to_answer(ended),
                decision.against_advice.as_deref(),
            )?,
            since: self.clock.now(),
            until: None,
            because: String::new(),
        };
        let event = Event::FurtherUseDecided {
            from: from.clone(),
            to: to.clone(),
            decision: hash_of(&decided)?,
        };
        after.decided = Some(decided);
        let expect = Expect::Version(stored.version);
        self.write_further(actor, after, expect, event).await
    }

    /// Takes the decision back: from now on these data serve their own purpose only.
    ///
    /// # Errors
    /// When the caller is not the controller, or there is no decision that stands.
    pub async fn withdraw_further(
        &self,
        actor: &Actor,
        (from, to): (&PurposeId, &PurposeId),
        because: &str,
    ) -> Result<VerderGebruik, DoelError> {
        actor.require(Function::DecidePurposes)?;
        let stored = self.store.get::<VerderGebruik>(key(from, to))?;
        let stored = stored.ok_or(DoelError::NotInForce)?;
        let mut after = stored.value;
        let standing = after.decided.as_mut().filter(|one| one.until.is_none());
        let standing = standing.ok_or(DoelError::NotInForce)?;
        standing.until = Some(self.clock.now());
        standing.because = text("reden", because)?;
        let event = Event::FurtherUseWithdrawn {
            from: from.clone(),
            to: to.clone(),
        };
        let expect = Expect::Version(stored.version);
        self.write_further(actor, after, expect, event).await
    }

    async fn write_further(
        &self,
        actor: &Actor,
        after: VerderGebruik,
        expect: Expect,
        event: Event,
    ) -> Result<VerderGebruik, DoelError> {
        let change = Change::new()
            .put(key(&after.from, &after.to), &after, expect)?
            .audit(event.by(actor.by()));
        self.store.commit(change).await?;
        Ok(after)
    }
}

fn hash_of(decided: &VerderBesluit) -> Result<Hash, CommitError> {
    let bytes = wire::encode(decided).map_err(|_| CommitError::Unencodable)?;
    Ok(Octets(Sha256::digest(bytes).into()))
}

#[cfg(test)]
mod tests {
    use basisnet_protocol::message::Law;
    use basisnet_protocol::purpose::Role;

    use super::*;
    use crate::service::aanbieder::Draft;
    use crate::service::betrokkenheid::{Betrokkenheden, Involvement, Seen, Task, Toezicht, What};
    use crate::service::testing::{self, Scene};

    fn doelen(scene: &Scene) -> Doelen {
        let engine = scene.own().engine();
        Doelen::new(scene.store.clone(), scene.clock.clone(), engine)
    }

    fn purpose(code: &str) -> PurposeId {
        code.parse().unwrap()
    }

    /// Whether a supervisor sees what kind of supervision there is, for calamities (P06).
    async fn sees(scene: &Scene, id: crate::audit::Id) -> bool {
        let all = Betrokkenheden::new(scene.store.clone(), scene.clock.clone(), scene.own());
        let p06 = purpose("P06");
        let seen = all.show(&supervisor(), id, Some(&p06)).await.unwrap();
        let file = |one: &Seen| matches!(&one.what, What::Toezicht { file: Some(_), .. });
        assert_eq!(seen.len(), 1);
        seen.iter().any(file)
    }

    fn supervisor() -> Actor {
        Actor::testing_only("kwaliteit", [Role::ToezichthouderKwaliteit])
    }

    async fn supervised(scene: &Scene) -> crate::audit::Id {
        let draft = Draft {
            naam: "Zorg".to_owned(),
            kvk: "00000011".to_owned(),
            rechtsvorm: "bv".to_owned(),
            ..Draft::default()
        };
        let added = scene.register().add(&supervisor(), &draft).await;
        let id = added.unwrap().id;
        let all = Betrokkenheden::new(scene.store.clone(), scene.clock.clone(), scene.own());
        let toezicht = Involvement::Toezicht(Toezicht {
            task: Task::Quality,
            law: Law::Wmo,
            opened: "2026-03-01".parse().unwrap(),
            closed: None,
        });
        all.add(&supervisor(), id, toezicht).await.unwrap();
        id
    }

    #[tokio::test]
    async fn data_serve_another_purpose_once_the_controller_registered_that_and_until_it_is_taken_back()
     {
        let scene = testing::scene();
        let doelen = doelen(&scene);
        let id = supervised(&scene).await;
        let (p03, p06) = (purpose("P03"), purpose("P06"));
        let pair = (&p03, &p06);
        assert!(!sees(&scene, id).await);
        let controller = Actor::testing_only("directeur", [Role::Verwerkingsverantwoordelijke]);
        let fg = Actor::testing_only("fg", [Role::Fg]);
        let decision = || Decision {
            mandate: "mandaatbesluit 2026".to_owned(),
            dpia: "weging 2026-7".to_owned(),
            against_advice: None,
        };
        let early = doelen.decide_further(&controller, pair, decision()).await;
        assert!(matches!(early, Err(DoelError::NoAdvice)));
        let own = doelen.advise_further(&controller, pair, true, "").await;
        assert!(matches!(own, Err(DoelError::NotAllowed(_))));
        doelen.advise_further(&fg, pair, true, "").await.unwrap();
        assert!(!sees(&scene, id).await, "an advice opens nothing");
        doelen
            .decide_further(&controller, pair, decision())
            .await
            .unwrap();
        assert!(sees(&scene, id).await);
        doelen
            .withdraw_further(&controller, pair, "heroverweging")
            .await
            .unwrap();
        assert!(!sees(&scene, id).await);
        let twice = doelen.withdraw_further(&controller, pair, "nog eens").await;
        assert!(matches!(twice, Err(DoelError::NotInForce)));
    }

    #[tokio::test]
    async fn further_use_against_the_advice_says_why() {
        let scene = testing::scene();
        let doelen = doelen(&scene);
        let (p12, p14) = (purpose("P12"), purpose("P14"));
        let fg = Actor::testing_only("fg", [Role::Fg]);
        let controller = Actor::testing_only("directeur", [Role::Verwerkingsverantwoordelijke]);
        doelen
            .advise_further(&fg, (&p12, &p14), false, "te ver")
            .await
            .unwrap();
        let silent = Decision {
            mandate: "mandaatbesluit 2026".to_owned(),
            dpia: "weging 2026-7".to_owned(),
            against_advice: None,
        };
        let refused = doelen
            .decide_further(&controller, (&p12, &p14), silent)
            .await;
        assert!(matches!(refused, Err(DoelError::AgainstAdvice)));
    }
}
