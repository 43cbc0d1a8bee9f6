// SPDX-License-Identifier: EUPL-1.2
//! An answer comes with what the receiver must do with it, and the node of the receiver does it: it is read for the
//! purpose it was given for and in no other way, it goes no further, and it is gone when its term is over, also when
//! the node was off at that moment.

use basisnet_node::service::aanbieder::AanbiederId;
use basisnet_node::service::betrokkenheid::{Involvement, Task, Toezicht};
use basisnet_node::service::bevraging::Occasion;
use basisnet_node::service::inzage::{Asked, AskedState, Grant, Vraag};
use basisnet_protocol::message::{Answer, Law};
use basisnet_protocol::purpose::Category;
use basisnet_protocol::wire;
use basisnet_tests::agreement::{TERMS, everybody, in_group};
use basisnet_tests::asking::{ASKER, Asking, SOURCE};
use basisnet_tests::network::{Network, days};

/// A third gemeente, which agreed with the one that asks and not with the source.
const THIRD: usize = 2;

fn answer_in(asked: &Asked) -> &Answer {
    match &asked.state {
        AskedState::Released { answer, .. } => answer,
        other => panic!("{other:?}"),
    }
}

/// DAT-06, AUT-01: there is one way to an answer, and it asks for what.
#[tokio::test]
async fn dat_06_an_answer_is_read_for_its_purpose_and_in_no_other_way() {
    let story = Asking::begin().await;
    let we = story.toezichthouder();
    let asked = story.ask(&[Category::Contact]).await;
    assert_eq!(*answer_in(&asked), Answer::default());
    // A question that is shown holds no answer: its type has none to read.
    let shown = story.shown(asked.id).await;
    assert!(shown.answer.is_some() && shown.obligations.is_some());
    for other in ["P01", "P04", "P08", "P77"] {
        let other = other.parse().unwrap();
        let shown = story
            .asker()
            .show(&we, asked.id, Some(&other))
            .await
            .unwrap();
        assert!(
            shown.answer.is_none() && shown.obligations.is_none(),
            "{other}"
        );
        let guards = shown.withheld.iter().map(|reason| reason.guard.to_string());
        assert!(
            guards.into_iter().any(|guard| guard == "V90-zelfde-doel"),
            "{other}"
        );
    }
}

/// Three that all know one aanbieder; the source supervises it.
async fn three() -> (Asking, AanbiederId) {
    let network = Network::of(3).await;
    network.introduce().await;
    for (pair, group) in [
        ([ASKER, SOURCE], "proef/een"),
        ([THIRD, ASKER], "proef/twee"),
    ] {
        network.agree(&pair, &in_group(group, TERMS)).await;
    }
    network.put_into_force("P08").await;
    network.put_into_force("P03").await;
    let aanbieder = network.know(ASKER, "12345679", "bv").await;
    let at_source = network.know(SOURCE, "12345679", "bv").await;
    let at_third = network.know(THIRD, "12345679", "bv").await;
    let toezicht = Involvement::Toezicht(Toezicht {
        task: Task::Quality,
        law: Law::Wmo,
        opened: "2027-02-01".parse().unwrap(),
        closed: None,
    });
    let betrokkenheden = &network.node(SOURCE).services().betrokkenheden;
    let added = betrokkenheden.add(&everybody(), at_source, toezicht).await;
    added.unwrap();
    for asks in [ASKER, THIRD] {
        let bevragingen = &network.node(asks).services().bevragingen;
        bevragingen.run(Occasion::Person).await.unwrap();
    }
    let story = Asking {
        network,
        aanbieder,
        at_source,
    };
    (story, at_third)
}

/// AUT-02, EXC-03: what one gemeente told stays with the one it told it to, also when a third asks for it by name.
#[tokio::test]
async fn aut_02_what_was_received_is_not_told_to_a_third() {
    let (story, at_third) = three().await;
    let we = story.toezichthouder();
    let asked = story.ask(&[Category::Toezicht]).await;
    story.grant().await;
    let heard = story.shown(asked.id).await.answer.unwrap();
    assert!(heard.toezicht.is_some());

    let vraag = Vraag {
        aanbieder: at_third,
        member: story.network.member(ASKER).oin.to_string(),
        ..story.vraag(&[Category::Toezicht, Category::Contact])
    };
    let third = &story.network.node(THIRD).services().inzagen;
    let question = third.ask(&we, &vraag).await.unwrap();
    let open = story.asker().open(&we).await.unwrap();
    let granted = story
        .asker()
        .grant(&we, open[0].id, &Grant::default())
        .await;
    granted.unwrap();
    let shown = third.show(&we, question.id, None).await.unwrap();
    let obligations = shown.obligations.unwrap();
    assert_eq!(obligations.source_oin, story.network.member(ASKER).oin);
    let answer = shown.answer.unwrap();
    assert!(answer.toezicht.is_none());
    assert_eq!(answer.contact.as_ref().unwrap().team, "Toezicht Veenendaal");
    let bytes = wire::encode(&answer).unwrap();
    let text = String::from_utf8_lossy(&bytes);
    assert!(
        !text.contains("Amersfoort") && !text.contains(story.network.member(SOURCE).oin.as_str())
    );
}

/// DAT-06: a term does not wait for anybody.
#[tokio::test]
async fn an_answer_whose_term_ends_while_the_node_is_off_is_gone_when_it_is_back() {
    let short = TERMS.replace(
        "bewaardagen = 90\nautomatisch = [\"contact\"]",
        "bewaardagen = 3\nautomatisch = [\"contact\"]",
    );
    assert_ne!(short, TERMS);
    let mut story = Asking::under(&short).await;
    let asked = story.ask(&[Category::Contact]).await;
    assert!(story.shown(asked.id).await.answer.is_some());
    story.network.stop(ASKER).await;
    story.network.advance(days(4)).await;
    story.network.start(ASKER).await;
    assert!(story.shown(asked.id).await.answer.is_none());
    story.network.settle().await;
    let store = &story.network.node(ASKER).base().store;
    let kept = store.get::<Asked>(asked.id).unwrap().unwrap().value;
    assert!(
        matches!(kept.state, AskedState::Forgotten { .. }),
        "{:?}",
        kept.state
    );
}
