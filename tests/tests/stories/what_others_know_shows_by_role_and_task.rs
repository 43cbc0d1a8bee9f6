// SPDX-License-Identifier: EUPL-1.2
//! Treffers, questions to others and the log are records of the own gemeente too: the same rules say who sees how much
//! of them, and another task sees that there is something and not what it is about.

use basisnet_node::audit::Event;
use basisnet_node::service::account::Actor;
use basisnet_node::service::inzage::{Grant, InzageError, SeenAsked, Stand};
use basisnet_node::service::own::OwnError;
use basisnet_node::service::treffer::TrefferFault;
use basisnet_protocol::message::RefusalReason;
use basisnet_protocol::purpose::{Category, Role};
use basisnet_tests::asking::{ASKER, Asking};
use basisnet_tests::network::actor;

/// What one person sees in the list of questions.
async fn listed(story: &Asking, who: &Actor) -> Vec<SeenAsked> {
    let all = story.asker().list(who, None, 10).await;
    all.expect("somebody who sees questions")
}

fn guards(error: &OwnError) -> Vec<String> {
    let OwnError::Refused(reasons) = error else {
        panic!("{error:?}")
    };
    let names = reasons.iter().map(|reason| reason.guard.to_string());
    names.collect()
}

/// AUT-02, DAT-03: what a toezichthouder asked is there for contract management, and not what for.
#[tokio::test]
async fn aut_02_another_task_sees_that_a_question_was_put_and_not_what_for() {
    let story = Asking::begin().await;
    let asked = story.ask(&[Category::Contact]).await;
    let own = listed(&story, &story.toezichthouder()).await;
    let about = own[0].about.as_ref().unwrap();
    assert_eq!(
        (about.case.as_str(), about.request.purpose_id.as_str()),
        ("Z-2027-0001", "P03")
    );
    for role in [Role::Contractmanager, Role::ToezichthouderRechtmatigheid] {
        let other = actor(&[role]);
        for seen in [
            listed(&story, &other).await,
            story.asker().about(&other, story.aanbieder).await.unwrap(),
        ] {
            assert_eq!(seen.len(), 1);
            assert_eq!(seen[0].about, None, "{role}");
            assert!(matches!(seen[0].stand, Stand::Released { .. }));
        }
        let shown = story.asker().show(&other, asked.id, None).await.unwrap();
        assert!(
            shown.answer.is_none() && shown.obligations.is_none() && !shown.withheld.is_empty()
        );
        // Nothing that says what for is in it, in no form.
        let bytes = format!("{:?}", shown.asked);
        for what in ["P03", "wmo-6.1", "Z-2027", "meldingen", "proefpersoon"] {
            assert!(!bytes.contains(what), "{role} sees {what} in {bytes}");
        }
    }
}

/// AUT-03: a role without the task sees no treffers and no questions, and hears why.
#[tokio::test]
async fn aut_03_without_the_task_nobody_sees_who_else_knows_an_aanbieder() {
    let story = Asking::begin().await;
    story.ask(&[Category::Contact]).await;
    let treffers = &story.network.node(ASKER).services().treffers;
    let with = story.toezichthouder();
    assert_eq!(
        treffers.show(&with, story.aanbieder).await.unwrap().count(),
        1
    );
    assert_eq!(treffers.show_all(&with).await.unwrap().len(), 1);
    let without = story.toezichthouder().testing_only_with([]);
    let Err(TrefferFault::Own(error)) = treffers.show(&without, story.aanbieder).await else {
        panic!("a treffer without the task")
    };
    assert_eq!(guards(&error), ["V43-taak"]);
    assert!(treffers.show_all(&without).await.is_err());
    assert!(!treffers.ever_sees(&without));
    let Err(InzageError::Own(error)) = story.asker().list(&without, None, 10).await else {
        panic!("questions without the task")
    };
    assert_eq!(guards(&error), ["V43-taak"]);
    let bevragingen = &story.network.node(ASKER).services().bevragingen;
    assert!(bevragingen.start(&without).await.is_err());
}

/// DAT-03: the processing of what is restricted is closed to all but the privacy officer, treffers included.
#[tokio::test]
async fn what_is_restricted_shows_no_treffers_and_no_questions() {
    let story = Asking::begin().await;
    story.ask(&[Category::Contact]).await;
    let services = story.network.node(ASKER).services();
    let controller = actor(&[Role::Verwerkingsverantwoordelijke]);
    let restricted = services
        .aanbieders
        .restrict(&controller, story.aanbieder, true);
    restricted.await.unwrap();
    let we = story.toezichthouder();
    let refused = services.treffers.show(&we, story.aanbieder).await;
    let Err(TrefferFault::Own(error)) = refused else {
        panic!("{refused:?}")
    };
    assert_eq!(guards(&error), ["E07-beperking"]);
    assert!(listed(&story, &we).await.is_empty());
    let privacy = actor(&[Role::Privacyfunctionaris]);
    assert!(listed(&story, &privacy).await[0].about.is_some());
}

/// AUT-01, DAT-04: deciding on what another asks is handling a record of the task that is asked, and of no other.
#[tokio::test]
async fn aut_01_only_the_task_that_is_asked_decides_and_another_hears_why_not() {
    let story = Asking::begin().await;
    story.ask(&[Category::Toezicht]).await;
    let request = story.request().await;
    let all = Grant::default();
    // Who waits with a question asks every few seconds whether it still waits; that is no look.
    let own = listed(&story, &story.toezichthouder()).await;
    let before = story.network.log_of(ASKER).len();
    let waits = |who: &Actor| story.asker().still_waits(who, own[0].id).unwrap();
    assert!(waits(&story.toezichthouder()));
    assert!(!waits(&story.toezichthouder().testing_only_with([])));
    assert_eq!(story.network.log_of(ASKER).len(), before);
    for role in [
        Role::Contractmanager,
        Role::ToezichthouderRechtmatigheid,
        Role::Privacyfunctionaris,
        Role::Verwerkingsverantwoordelijke,
    ] {
        let other = actor(&[role]);
        assert!(story.source().open(&other).await.unwrap().is_empty());
        assert_eq!(story.source().count_open(&other).unwrap(), 0, "{role}");
        let granted = story.source().grant(&other, request.id, &all);
        let refused = (story.source()).refuse(&other, request.id, RefusalReason::StatutoryRoute);
        for tried in [granted.await, refused.await] {
            assert!(matches!(tried, Err(InzageError::Own(_))), "{role}");
        }
    }
    let we = story.toezichthouder();
    assert_eq!(story.source().count_open(&we).unwrap(), 1);
    story.grant().await;
    assert_eq!(story.source().count_open(&we).unwrap(), 0);
}

/// AUT-06: the log names an aanbieder to who sees aanbieders; to read the name is a look.
#[tokio::test]
async fn aut_06_the_log_names_an_aanbieder_only_to_who_sees_aanbieders() {
    let story = Asking::begin().await;
    let we = story.toezichthouder();
    let services = story.network.node(ASKER).services();
    let treffers = services.treffers.show(&we, story.aanbieder).await.unwrap();
    let aanbieder = services.aanbieders.get(story.aanbieder).unwrap().unwrap();
    let mark = story.aanbieder.to_string();
    let line = format!("bekend is: {}.", treffers.count());
    let told = |page: basisnet_node::service::logboek::Page| {
        let mut lines = page.lines.into_iter().map(|one| one.sentence);
        lines.find(|text| text.ends_with(&line)).unwrap()
    };
    let looks = || {
        let events = story.network.log_of(ASKER).into_iter();
        let looks = events.filter(|event| matches!(event, Event::OwnShown { .. }));
        looks.count()
    };
    let before = looks();
    let fg = actor(&[Role::Fg]);
    let for_fg = told(services.logboek.page(&fg, None, 50).await.unwrap());
    assert!(for_fg.contains(&mark[..8]) && !for_fg.contains(&aanbieder.naam));
    assert_eq!(looks(), before);
    let controller = actor(&[Role::Verwerkingsverantwoordelijke]);
    let named = told(services.logboek.page(&controller, None, 50).await.unwrap());
    assert!(named.contains(&aanbieder.naam), "{named}");
    assert_eq!(looks(), before + 1);
}
