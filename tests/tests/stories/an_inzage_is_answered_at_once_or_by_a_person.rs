// SPDX-License-Identifier: EUPL-1.2
//! A toezichthouder asks another gemeente about an aanbieder that both know. What the convenant lets go by itself is
//! answered at once; on the rest a person decides. What comes back says from whom, for what, and until when.

use std::collections::BTreeSet;
use std::time::Duration;

use basisnet_node::audit::Event;
use basisnet_node::service::inzage::{AskedState, Grant, InzageError, ReceivedState, Stand};
use basisnet_node::service::own::OwnError;
use basisnet_protocol::message::{RefusalReason, ToezichtState};
use basisnet_protocol::purpose::{Category, Role};
use basisnet_protocol::wire;
use basisnet_tests::agreement::{TERMS, in_group};
use basisnet_tests::asking::{ASKER, Asking, SOURCE};
use basisnet_tests::network::{actor, days};

/// EXC-01, EXC-04, AUT-01: within the convenant, for a purpose, on a basis; and the log of both sides has it.
#[tokio::test]
async fn exc_04_what_the_convenant_lets_go_by_itself_is_answered_at_once() {
    let story = Asking::begin().await;
    let asked = story.ask(&[Category::Contact]).await;
    let shown = story.shown(asked.id).await;
    let answer = shown.answer.unwrap();
    assert_eq!(answer.contact.unwrap().team, "Toezicht Amersfoort");
    assert_eq!(
        (answer.contract, answer.toezicht, answer.label),
        (None, None, None)
    );
    assert_eq!(
        shown.asked.about.unwrap().request.legal_basis.as_str(),
        "wmo-6.1"
    );

    let mine = story.network.log_of(ASKER);
    assert!(
        mine.iter()
            .any(|event| matches!(event, Event::InzageAsked { inzage, .. } if *inzage == asked.id))
    );
    assert!(
        mine.iter()
            .any(|event| matches!(event, Event::InzageAnswered { granted: true, .. }))
    );
    assert!(
        mine.iter()
            .any(|event| matches!(event, Event::InzageShown { .. }))
    );
    let theirs = story.network.log_of(SOURCE);
    assert!(
        theirs
            .iter()
            .any(|event| matches!(event, Event::InzageDecided { granted: true, .. }))
    );
}

/// EXC-09: who sent it, for which purpose, under which agreement, and until when.
#[tokio::test]
async fn exc_09_an_answer_says_from_whom_for_what_and_until_when() {
    let story = Asking::begin().await;
    let asked = story.ask(&[Category::Contact]).await;
    let AskedState::Released { obligations, .. } = asked.state else {
        panic!("{:?}", asked.state)
    };
    assert_eq!(obligations.source_oin, story.network.member(SOURCE).oin);
    assert_eq!(obligations.purpose_id.as_str(), "P03");
    assert_eq!(obligations.convenant_hash, asked.request.convenant_hash);
    assert_eq!(
        obligations.retain_until,
        story.network.clock.now() + days(90)
    );
    assert!(obligations.no_onward_sharing);
}

/// DAT-04: from dat to a closer look is a step of its own, by a person at the source.
#[tokio::test]
async fn dat_04_on_supervision_a_person_at_the_source_decides() {
    let story = Asking::begin().await;
    let asked = story.ask(&[Category::Contact, Category::Toezicht]).await;
    assert!(
        matches!(asked.state, AskedState::Waiting { .. }),
        "{:?}",
        asked.state
    );

    let request = story.request().await;
    assert_eq!(request.aanbieder, Some(story.at_source));
    let nobody = actor(&[Role::Contractmanager]);
    assert!(matches!(
        story
            .source()
            .grant(&nobody, request.id, &Grant::default())
            .await,
        Err(InzageError::Own(OwnError::Refused(_)))
    ));
    let granted = story.grant().await;
    assert!(matches!(
        granted.state,
        ReceivedState::Granted {
            delivered: true,
            ..
        }
    ));

    let shown = story.shown(asked.id).await;
    let answer = shown.answer.unwrap();
    assert_eq!(answer.toezicht.unwrap().state, ToezichtState::Open);
    assert!(answer.contact.is_some());
    assert!(matches!(
        story
            .source()
            .grant(&story.toezichthouder(), request.id, &Grant::default())
            .await,
        Err(InzageError::Decided)
    ));
}

/// DAT-02, DAT-05: an answer holds no name, no number and no text about the aanbieder; and not which kind of
/// supervision it is.
#[tokio::test]
async fn dat_02_an_answer_holds_dat_and_nothing_of_what_it_is_about() {
    let story = Asking::begin().await;
    let asked = story.ask(&[Category::Toezicht]).await;
    story.grant().await;
    let shown = story.shown(asked.id).await;
    let bytes = wire::encode(&shown.answer.unwrap()).unwrap();
    let text = String::from_utf8_lossy(&bytes);
    for inner in ["Zorg", "12345679", "kwaliteit", "quality", "2027-02-01"] {
        assert!(!text.contains(inner), "{inner} in {text}");
    }
    // And what left here says nothing of the case, of the weighing in words, or of who asked.
    let question = wire::encode(&asked.request).unwrap();
    let question = String::from_utf8_lossy(&question);
    for own in ["Z-2027", "meldingen", "proefpersoon", "12345679"] {
        assert!(!question.contains(own), "{own} in {question}");
    }
}

/// DAT-01: a person gives less than the rules allow, and never more.
#[tokio::test]
async fn a_person_may_give_less_and_for_a_shorter_time() {
    let story = Asking::begin().await;
    let we = story.toezichthouder();
    let asked = story.ask(&[Category::Contact, Category::Toezicht]).await;
    let request = story.request().await;
    let less = Grant {
        categories: Some(BTreeSet::from([Category::Contact, Category::Contract])),
        days: Some(3),
    };
    story.source().grant(&we, request.id, &less).await.unwrap();
    let shown = story.shown(asked.id).await;
    let answer = shown.answer.unwrap();
    assert!(answer.contact.is_some() && answer.toezicht.is_none() && answer.contract.is_none());
    let until = story.network.clock.now() + days(3);
    assert_eq!(shown.obligations.unwrap().retain_until, until);
    assert!(
        matches!(shown.asked.stand, Stand::Released { retain_until, .. } if retain_until == until)
    );
}

#[tokio::test]
async fn a_person_refuses_with_a_reason_of_the_closed_list() {
    let story = Asking::begin().await;
    let we = story.toezichthouder();
    let asked = story.ask(&[Category::Toezicht]).await;
    let request = story.request().await;
    let reason = RefusalReason::HarmsToezicht;
    story
        .source()
        .refuse(&we, request.id, reason)
        .await
        .unwrap();
    let shown = story.shown(asked.id).await;
    assert_eq!(shown.asked.stand, Stand::RefusedByPerson { reason });
    assert!(shown.answer.is_none());
}

/// A no gives nothing, so it can always be said; of what the aanbieder is about nothing goes out, not even that.
#[tokio::test]
async fn a_question_about_what_was_restricted_since_is_refused_by_hand_and_the_no_stays_inside() {
    let story = Asking::begin().await;
    let we = story.toezichthouder();
    let asked = story.ask(&[Category::Toezicht]).await;
    let request = story.request().await;
    let register = &story.network.node(SOURCE).services().aanbieders;
    let controller = actor(&[Role::Verwerkingsverantwoordelijke]);
    let about = request.aanbieder.unwrap();
    register.restrict(&controller, about, true).await.unwrap();
    let all = Grant::default();
    let granted = story.source().grant(&we, request.id, &all).await;
    assert!(matches!(granted, Err(InzageError::Own(_))));
    let stranger = actor(&[Role::Contractmanager]);
    let reason = RefusalReason::HarmsToezicht;
    let other = story.source().refuse(&stranger, request.id, reason).await;
    assert!(matches!(other, Err(InzageError::Own(_))));
    let refused = story
        .source()
        .refuse(&we, request.id, reason)
        .await
        .unwrap();
    assert!(!story.source().shows_request(&we, &refused).unwrap());
    let by_hand = |event: &Event| matches!(event, Event::InzageDecided { granted: false, guards, .. } if guards.contains("V52-beperking"));
    assert!(story.network.log_of(SOURCE).iter().any(by_hand));
    let shown = story.shown(asked.id).await;
    assert!(!matches!(shown.asked.stand, Stand::RefusedByPerson { .. }));
}

#[tokio::test]
async fn who_takes_a_question_in_hand_is_in_the_log_also_when_nothing_comes_of_it() {
    let story = Asking::begin().await;
    let we = story.toezichthouder();
    story.ask(&[Category::Toezicht]).await;
    let request = story.request().await;
    let handled = |log: Vec<Event>| {
        let is = |event: &&Event| matches!(event, Event::InzageHandled { inzage, .. } if *inzage == request.id);
        log.iter().filter(is).count()
    };
    assert_eq!(handled(story.network.log_of(SOURCE)), 0);
    story.source().preview(&we, request.id).await.unwrap();
    assert_eq!(handled(story.network.log_of(SOURCE)), 1);
    story.grant().await;
    assert_eq!(handled(story.network.log_of(SOURCE)), 2);
}

#[tokio::test]
async fn a_question_on_which_nobody_decides_is_refused_when_its_time_is_over() {
    let story = Asking::begin().await;
    let we = story.toezichthouder();
    let asked = story.ask(&[Category::Toezicht]).await;
    story
        .network
        .advance(days(14) + Duration::from_secs(3_600))
        .await;
    let shown = story.shown(asked.id).await;
    let reason = RefusalReason::NotDecidedInTime;
    assert_eq!(shown.asked.stand, Stand::RefusedByPerson { reason });
    assert!(story.source().open(&we).await.unwrap().is_empty());
}

/// DAT-06, AUT-01: used for what it was given for, shown while its term runs, and gone after.
#[tokio::test]
async fn dat_06_an_answer_is_used_for_its_purpose_and_goes_when_its_term_is_over() {
    let short = TERMS.replace(
        "bewaardagen = 90\nautomatisch = [\"contact\"]",
        "bewaardagen = 3\nautomatisch = [\"contact\"]",
    );
    assert_ne!(short, TERMS);
    let story = Asking::under(&short).await;
    let we = story.toezichthouder();
    let asked = story.ask(&[Category::Contact]).await;

    let other = "P04".parse().unwrap();
    let shown = story
        .asker()
        .show(&we, asked.id, Some(&other))
        .await
        .unwrap();
    assert!(shown.answer.is_none());
    let names: Vec<_> = shown
        .withheld
        .iter()
        .map(|reason| reason.guard.to_string())
        .collect();
    assert!(names.contains(&"V90-zelfde-doel".to_owned()), "{names:?}");
    let other_task = actor(&[Role::Contractmanager]);
    let shown = story.asker().show(&other_task, asked.id, None).await;
    let shown = shown.unwrap();
    assert!(shown.answer.is_none() && !shown.withheld.is_empty());
    let outsider = actor(&[Role::Fg]);
    assert!(story.asker().show(&outsider, asked.id, None).await.is_err());

    story.network.advance(days(4)).await;
    let shown = story.shown(asked.id).await;
    assert!(
        matches!(shown.asked.stand, Stand::Forgotten { .. }),
        "{:?}",
        shown.asked.stand
    );
    assert!(shown.answer.is_none());
}

#[tokio::test]
async fn a_member_that_does_not_answer_is_unknown_and_never_a_no() {
    let mut story = Asking::begin().await;
    story.network.stop(SOURCE).await;
    let asked = story.ask(&[Category::Contact]).await;
    assert_eq!(asked.state, AskedState::NoAnswer);
}

/// Whoever asks may close the page: what was recorded is sent, and what comes back is kept.
#[tokio::test]
async fn a_question_goes_on_when_nobody_waits_for_it() {
    let story = Asking::begin().await;
    let (we, vraag) = (story.toezichthouder(), story.vraag(&[Category::Contact]));
    {
        let asking = std::pin::pin!(story.asker().ask(&we, &vraag));
        assert!(futures::poll!(asking).is_pending());
    }
    let answered = async {
        loop {
            let all = story.asker().list(&we, None, 1).await.unwrap();
            let state = all.first().map(|asked| &asked.stand);
            if matches!(state, Some(Stand::Released { .. })) {
                break;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    let soon = Duration::from_secs(20);
    tokio::time::timeout(soon, answered).await.unwrap();
}

/// Every inzage is decided under the version of the convenant that is in force.
#[tokio::test]
async fn a_next_version_of_the_convenant_leaves_open_questions_and_answers_in_use() {
    let story = Asking::begin().await;
    let answered = story.ask(&[Category::Contact]).await;
    let waiting = story.ask(&[Category::Toezicht]).await;
    let first = answered.request.convenant_hash;
    let next = TERMS
        .replace(
            "versie = 1\nvan",
            &format!("versie = 2\nvorige = \"{first}\"\nvan"),
        )
        .replace("van = \"2026-01-01\"", "van = \"2027-03-03\"");
    assert!(next.contains("2027-03-03"));
    let second = story.network.agree(&[ASKER, SOURCE], &next).await;
    story.network.advance(days(3)).await;

    assert!(story.shown(answered.id).await.answer.is_some());
    story.grant().await;
    let decided = story.network.log_of(SOURCE).into_iter().rev();
    let grounds = decided.filter_map(|event| match event {
        Event::InzageDecided { grounds, .. } => Some(grounds),
        _ => None,
    });
    assert_eq!(grounds.take(1).next().unwrap().convenant, Some(second));
    assert!(story.shown(waiting.id).await.answer.is_some());
}

/// Two members with one name: whom is meant is not clear.
#[tokio::test]
async fn a_name_that_two_members_have_names_nobody() {
    let mut story = Asking::begin().await;
    let other = story
        .network
        .add("Amersfoort", "00000099000000988000")
        .await;
    story.network.introduce().await;
    let terms = in_group("proef/inkoop", TERMS);
    story.network.agree(&[ASKER, other], &terms).await;
    let vraag = story.vraag(&[Category::Contact]);
    let refused = story.asker().ask(&story.toezichthouder(), &vraag).await;
    assert!(matches!(refused, Err(InzageError::UnknownMember)));
}

#[tokio::test]
async fn a_decision_that_does_not_arrive_is_sent_again() {
    let mut story = Asking::begin().await;
    let we = story.toezichthouder();
    let asked = story.ask(&[Category::Toezicht]).await;
    story.network.stop(ASKER).await;
    let granted = story.grant().await;
    assert!(matches!(
        granted.state,
        ReceivedState::Granted {
            delivered: false,
            ..
        }
    ));

    story.network.start(ASKER).await;
    story.network.introduce().await;
    story.network.advance(Duration::from_secs(2 * 3_600)).await;
    let shown = story.shown(asked.id).await;
    assert!(shown.answer.unwrap().toezicht.is_some());
    let decided = story.source().received(&we, granted.id).await.unwrap();
    assert!(matches!(
        decided.state,
        ReceivedState::Granted {
            delivered: true,
            ..
        }
    ));
}
