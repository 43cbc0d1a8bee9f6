// SPDX-License-Identifier: EUPL-1.2
//! A purpose in force: by two people, with advice, for as long as was decided.

use basisnet_policy::{Catalogue, Engine, Rules};
use basisnet_protocol::purpose::Role;

use super::*;
use crate::service::testing::{self, Scene};

fn doelen() -> (Scene, Doelen) {
    let scene = testing::scene();
    let rules = Rules::embedded().unwrap();
    let engine = Engine::new(rules, Catalogue::embedded().unwrap()).unwrap();
    let doelen = Doelen::new(scene.store.clone(), scene.clock.clone(), engine);
    (scene, doelen)
}

fn fg() -> Actor {
    Actor::testing_only("fg", [Role::Fg])
}

fn controller() -> Actor {
    Actor::testing_only("directeur", [Role::Verwerkingsverantwoordelijke])
}

fn decision() -> Decision {
    Decision {
        mandate: "mandaatbesluit 2026, artikel 4".to_owned(),
        dpia: "DPIA 2026-03".to_owned(),
        against_advice: None,
    }
}

fn p03() -> PurposeId {
    "P03".parse().unwrap()
}

#[tokio::test]
async fn a_purpose_comes_into_force_by_the_controller_after_the_advice_of_the_fg() {
    let (scene, doelen) = doelen();
    assert_eq!(doelen.in_force(&p03(), 1).unwrap(), None);
    let early = doelen
        .put_into_force(&controller(), &p03(), None, decision())
        .await;
    assert!(matches!(early, Err(DoelError::NoAdvice)));
    doelen.advise(&fg(), &p03(), None, true, "").await.unwrap();
    doelen
        .put_into_force(&controller(), &p03(), None, decision())
        .await
        .unwrap();
    let decided = doelen.in_force(&p03(), 1).unwrap().unwrap();
    assert_eq!(
        (decided.who.as_str(), decided.advice.who.as_str()),
        ("directeur", "fg")
    );
    assert_eq!((decided.since, decided.until), (scene.clock.now(), None));
    assert_eq!(doelen.in_force(&p03(), 2).unwrap(), None);
}

#[tokio::test]
async fn the_fg_advises_and_does_not_decide() {
    let (_scene, doelen) = doelen();
    doelen.advise(&fg(), &p03(), None, true, "").await.unwrap();
    let decided = doelen.put_into_force(&fg(), &p03(), None, decision()).await;
    assert!(matches!(decided, Err(DoelError::NotAllowed(_))));
    let advised = doelen.advise(&controller(), &p03(), None, true, "").await;
    assert!(matches!(advised, Err(DoelError::NotAllowed(_))));
}

#[tokio::test]
async fn a_decision_against_the_advice_says_why() {
    let (_scene, doelen) = doelen();
    doelen
        .advise(&fg(), &p03(), None, false, "nog geen DPIA")
        .await
        .unwrap();
    let silent = doelen
        .put_into_force(&controller(), &p03(), None, decision())
        .await;
    assert!(matches!(silent, Err(DoelError::AgainstAdvice)));
    let said = Decision {
        against_advice: Some("de DPIA is er nu wel".to_owned()),
        ..decision()
    };
    let standing = doelen
        .put_into_force(&controller(), &p03(), None, said)
        .await
        .unwrap();
    let followed = &standing.in_force().unwrap().in_force.advice.followed;
    assert_eq!(
        followed,
        &Followed::No {
            because: "de DPIA is er nu wel".to_owned()
        }
    );
}

/// What one FG said stays beside what another says, and whoever advised does not decide.
#[tokio::test]
async fn an_advice_about_a_purpose_is_never_written_over() {
    let (scene, doelen) = doelen();
    let both = Actor::testing_only("waarnemer", [Role::Fg, Role::Verwerkingsverantwoordelijke]);
    doelen
        .advise(&both, &p03(), None, false, "nog geen DPIA")
        .await
        .unwrap();
    let standing = doelen.advise(&fg(), &p03(), None, true, "").await.unwrap();
    let advice = standing.advice.unwrap();
    assert_eq!((advice.name.as_str(), advice.positive), ("fg", true));
    let earlier: Vec<_> = advice.earlier.iter().map(|one| &*one.remark).collect();
    assert_eq!(earlier, ["nog geen DPIA"]);
    let adviser = doelen.put_into_force(&both, &p03(), None, decision()).await;
    assert!(matches!(adviser, Err(DoelError::NotTwo(_))));
    let (we, p03) = (controller(), p03());
    let decide = |because: Option<&str>| {
        let decision = Decision {
            against_advice: because.map(ToOwned::to_owned),
            ..decision()
        };
        doelen.put_into_force(&we, &p03, None, decision)
    };
    assert!(matches!(decide(None).await, Err(DoelError::AgainstAdvice)));
    let standing = decide(Some("de DPIA is er nu")).await.unwrap();
    let answered = &standing.in_force().unwrap().in_force.advice;
    assert_eq!(answered.who, "waarnemer");
    assert!(matches!(answered.followed, Followed::No { .. }));

    // A decision was answer to it; after its end the next is about what is advised from then on.
    scene.clock.advance(std::time::Duration::from_secs(60));
    doelen
        .withdraw(&we, &p03, None, "heroverweging")
        .await
        .unwrap();
    doelen.advise(&fg(), &p03, None, true, "").await.unwrap();
    let standing = decide(None).await.unwrap();
    let answered = &standing.in_force().unwrap().in_force.advice;
    assert_eq!(
        (answered.who.as_str(), &answered.followed),
        ("fg", &Followed::Yes)
    );
}

#[tokio::test]
async fn what_was_withdrawn_says_until_when() {
    let (scene, doelen) = doelen();
    doelen.advise(&fg(), &p03(), None, true, "").await.unwrap();
    doelen
        .put_into_force(&controller(), &p03(), None, decision())
        .await
        .unwrap();
    doelen
        .withdraw(&controller(), &p03(), None, "heroverweging")
        .await
        .unwrap();
    assert_eq!(
        doelen.in_force(&p03(), 1).unwrap().unwrap().until,
        Some(scene.clock.now())
    );
    let twice = doelen
        .withdraw(&controller(), &p03(), None, "heroverweging")
        .await;
    assert!(matches!(twice, Err(DoelError::NotInForce)));
}

/// The decision is there beforehand; that it counts is for the moment at which the rules decide.
#[tokio::test]
async fn a_purpose_that_is_put_into_force_from_a_later_day_counts_from_that_day_on() {
    let (scene, doelen) = doelen();
    doelen.advise(&fg(), &p03(), None, true, "").await.unwrap();
    let today = scene.clock.now().date();
    let later = today.plus_days(30);
    let (controller, p03) = (controller(), p03());
    let decide = |day| doelen.put_into_force_from(&controller, &p03, None, day, decision());
    let over = decide(Some(Date::from_days(today.as_days() - 1))).await;
    assert!(matches!(over, Err(DoelError::Over(_))));
    let never = decide(Some(today.plus_days(365 * 200))).await;
    assert!(matches!(never, Err(DoelError::NotValid { .. })));
    let standing = decide(Some(later)).await.unwrap();
    assert!(standing.in_force().is_none() && standing.ahead().is_some());
    let since = doelen.in_force(&p03, 1).unwrap().unwrap().since;
    assert_eq!(since, later.start());
    let twice = decide(None).await;
    assert!(matches!(twice, Err(DoelError::InForceAlready)));
    scene.clock.advance(since.since(scene.clock.now()));
    let standing = doelen.show(&fg(), &p03, None).unwrap();
    assert!(standing.in_force().is_some() && standing.ahead().is_none());
}

#[tokio::test]
async fn a_decision_for_a_later_day_can_be_taken_back_before_it_counts() {
    let (scene, doelen) = doelen();
    doelen.advise(&fg(), &p03(), None, true, "").await.unwrap();
    let later = Some(scene.clock.now().date().plus_days(30));
    let (controller, p03) = (controller(), p03());
    let decided = doelen.put_into_force_from(&controller, &p03, None, later, decision());
    decided.await.unwrap();
    let back = doelen.withdraw(&controller, &p03, None, "toch niet");
    let standing = back.await.unwrap();
    assert!(standing.in_force().is_none() && standing.ahead().is_none());
    let kept = doelen.in_force(&p03, 1).unwrap().unwrap();
    assert!(kept.until.unwrap() < kept.since);
}

#[tokio::test]
async fn a_text_with_a_bsn_or_without_words_is_not_kept() {
    let (_scene, doelen) = doelen();
    doelen.advise(&fg(), &p03(), None, true, "").await.unwrap();
    for mandate in ["", "  ", "besluit over 123456782"] {
        let wrong = Decision {
            mandate: mandate.to_owned(),
            ..decision()
        };
        let refused = doelen
            .put_into_force(&controller(), &p03(), None, wrong)
            .await;
        assert!(
            matches!(refused, Err(DoelError::Text("mandaat"))),
            "{mandate}"
        );
    }
}
