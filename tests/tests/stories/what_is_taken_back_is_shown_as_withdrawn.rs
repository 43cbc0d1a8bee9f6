// SPDX-License-Identifier: EUPL-1.2
//! A source takes back what it let be discovered. What rests on it elsewhere is shown as withdrawn: the question stays
//! as a reference in its case, the answer is gone.

use std::time::Duration;

use basisnet_node::audit::Event;
use basisnet_node::service::account::Actor;
use basisnet_node::service::inzage::{SeenAsked, Stand, Vraag};
use basisnet_protocol::message::RecallKind;
use basisnet_protocol::purpose::{Category, Role};
use basisnet_tests::agreement::{TERMS, everybody};
use basisnet_tests::asking::{ASKER, Asking, SOURCE};
use basisnet_tests::network::actor;

const HOUR: Duration = Duration::from_secs(3_600);

/// The source restricts the processing, and takes back what it let be discovered.
async fn restrict(story: &Asking) {
    let (we, registers) = (
        everybody(),
        &story.network.node(SOURCE).services().aanbieders,
    );
    let restricted = registers.restrict(&we, story.at_source, true);
    restricted.await.unwrap();
    story.network.advance(HOUR).await;
}

#[tokio::test]
async fn the_question_stays_as_a_reference_and_the_answer_is_gone() {
    let story = Asking::begin().await;
    let answered = story.ask(&[Category::Contact]).await;
    let waiting = story.ask(&[Category::Toezicht]).await;
    restrict(&story).await;

    for (asked, had_answer) in [(&answered, true), (&waiting, false)] {
        let shown = story.shown(asked.id).await;
        assert!(shown.answer.is_none() && shown.withheld.is_empty());
        let Stand::Withdrawn { kind, answered, .. } = &shown.asked.stand else {
            panic!("{:?}", shown.asked.stand)
        };
        assert_eq!(
            (*kind, answered.is_some()),
            (RecallKind::Restricted, had_answer)
        );
        let mut reference = SeenAsked::of_asker(asked);
        reference.stand = shown.asked.stand.clone();
        assert_eq!(reference, shown.asked);
    }
    let withdrawn = |event: &Event| matches!(event, Event::InzageWithdrawn { .. });
    let events = story.network.log_of(ASKER).into_iter();
    assert_eq!(events.filter(withdrawn).count(), 2);
}

/// The treffer has one purpose, and what followed from it others: whatever for it was asked, it goes.
#[tokio::test]
async fn ret_05_what_was_given_for_any_purpose_goes_when_the_treffer_is_taken_back() {
    let lawfulness = TERMS.to_owned()
        + "\n[[doelen]]\ndoel = \"P04\"\nversie = 1\ngrondslagen = [\"wmo-6.1\"]\n\
           categorieen = [\"toezicht\", \"contact\"]\nrollen = [\"toezichthouder_rechtmatigheid\"]\n\
           bewaardagen = 90\nautomatisch = [\"contact\"]\n";
    let story = Asking::under(&lawfulness).await;
    story.network.put_into_force("P04").await;
    let quality = story.ask(&[Category::Contact]).await;
    let vraag = Vraag {
        purpose: "P04".parse().unwrap(),
        ..story.vraag(&[Category::Contact])
    };
    let other = actor(&[Role::ToezichthouderRechtmatigheid]);
    let lawful = story.asker().ask(&other, &vraag).await.unwrap();
    let shown = async |who: &Actor, id| story.asker().show(who, id, None).await.unwrap();
    let toezichthouder = story.toezichthouder();
    let both = [(&toezichthouder, quality.id), (&other, lawful.id)];
    for (who, id) in both {
        assert!(shown(who, id).await.answer.is_some());
    }
    restrict(&story).await;
    for (who, id) in both {
        let after = shown(who, id).await;
        assert!(after.answer.is_none());
        assert!(matches!(after.asked.stand, Stand::Withdrawn { .. }));
    }
}

/// What had been refused stays what it was: there is nothing to withdraw.
#[tokio::test]
async fn what_was_refused_stays_refused() {
    let story = Asking::begin().await;
    let asked = story.ask(&[Category::Toezicht]).await;
    let reason = basisnet_protocol::message::RefusalReason::StatutoryRoute;
    let we = story.toezichthouder();
    let refused = story.source().refuse(&we, story.request().await.id, reason);
    refused.await.unwrap();
    restrict(&story).await;
    let shown = story.shown(asked.id).await;
    assert_eq!(shown.asked.stand, Stand::RefusedByPerson { reason });
}
