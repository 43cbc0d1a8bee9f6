// SPDX-License-Identifier: EUPL-1.2
//! A citizen service number, an e-mail address or a telephone number does not belong in the reference of a case, in a
//! weighing, or in anything else that leaves. Who wrote it hears in which field and at which character it stands;
//! nothing leaves, nothing is written down, and no log repeats it. The contact of the own team may stand anywhere.

use basisnet_node::outbox::{SealFault, SendError};
use basisnet_node::service::inzage::{Asked, AskedState, InzageError, Vraag, Weighed};
use basisnet_protocol::message::ManifestRequest;
use basisnet_protocol::personal::Personal::{CitizenServiceNumber, Mailbox, Telephone};
use basisnet_protocol::personal::{Personal, Place};
use basisnet_protocol::purpose::{Category, PurposeId};
use basisnet_tests::asking::{ASKER, Asking, SOURCE};

fn vraag(story: &Asking, case: &str, words: &str) -> Vraag {
    let good = story.vraag(&[Category::Contact]);
    let codes = good.weighing.as_ref().unwrap().codes;
    Vraag {
        case: Some(case.to_owned()),
        weighing: Some(Weighed {
            codes,
            words: words.to_owned(),
        }),
        ..good
    }
}

/// What either of the two knows: entries in both logs, and questions.
fn known(story: &Asking) -> (usize, usize, usize) {
    let store = &story.network.node(ASKER).base().store;
    let questions = store.page::<Asked>(None, 1_000).unwrap().len();
    let entries = |number| story.network.log_of(number).len();
    (entries(ASKER), entries(SOURCE), questions)
}

fn told(places: &[Place]) -> Vec<(&str, usize, Personal)> {
    let told = places.iter();
    told.map(|place| (&*place.field, place.position, place.kind))
        .collect()
}

#[tokio::test]
async fn a_question_that_leads_to_a_person_does_not_leave_and_the_place_is_named() {
    let story = Asking::begin().await;
    let we = story.toezichthouder();
    let before = known(&story);
    for (case, words, expected) in [
        ("cliënt 123.456.782", "", ("zaak", 8, CitizenServiceNumber)),
        ("Z-1, via jan@voorbeeld.nl", "", ("zaak", 10, Mailbox)),
        ("Z-1 (06-12345678)", "", ("zaak", 6, Telephone)),
        ("Z-1", "BSN 111222333", ("weging", 5, CitizenServiceNumber)),
        ("Z-1", "mail: jan@voorbeeld.nl", ("weging", 7, Mailbox)),
        (
            "Z-1",
            "één melding, +31 (0)6 1234 5678",
            ("weging", 14, Telephone),
        ),
        ("Z-1", "vraag 0318 123 456", ("weging", 7, Telephone)),
    ] {
        let refused = story.asker().ask(&we, &vraag(&story, case, words)).await;
        let Err(InzageError::Personal(places)) = refused else {
            panic!("{case} {words}: {refused:?}")
        };
        assert_eq!(told(&places), [expected], "{case} {words}");
    }
    let both = vraag(&story, "jan@voorbeeld.nl", "06 12345678 en 111222333");
    let Err(InzageError::Personal(places)) = story.asker().ask(&we, &both).await else {
        panic!("it was asked")
    };
    let expected = [
        ("zaak", 1, Mailbox),
        ("weging", 1, Telephone),
        ("weging", 16, CitizenServiceNumber),
    ];
    assert_eq!(told(&places), expected);
    assert_eq!(known(&story), before);
}

#[tokio::test]
async fn what_a_case_is_called_and_whom_the_own_team_is_reached_by_may_be_said() {
    let story = Asking::begin().await;
    let we = story.toezichthouder();
    let words = "twee meldingen op 01-02-2027; terug via toezicht@veenendaal.example of 14 0318, KVK 12345679";
    let vraag = vraag(&story, "Z-2027-001234", words);
    let asked = story.asker().ask(&we, &vraag).await.unwrap();
    assert!(matches!(asked.state, AskedState::Released { .. }));
}

/// Whoever put it there, and in whatever message: what everything passes on its way out looks once more.
#[tokio::test]
async fn the_way_out_lets_nothing_through_that_leads_to_a_person() {
    let story = Asking::begin().await;
    let outbox = &story.network.node(ASKER).base().outbox;
    let peer = story.network.member(SOURCE).oin;
    let before = known(&story);
    for (group, expected) in [
        ("groep 111222333", ("group_id", 7, CitizenServiceNumber)),
        ("groep/jan@voorbeeld.nl", ("group_id", 1, Mailbox)),
        ("bel 06-12345678", ("group_id", 5, Telephone)),
    ] {
        let message = ManifestRequest {
            v: 1,
            group_id: group.to_owned(),
            purpose_id: PurposeId::matching(),
            epoch: 1,
        };
        let sent = outbox.ask(peer, &message).await;
        let Err(SendError::Seal(SealFault::Personal(place))) = &sent else {
            panic!("{group}: {sent:?}")
        };
        assert_eq!(told(std::slice::from_ref(place)), [expected]);
        // What goes into the technical log names the place and not what stands there.
        let said = place.to_string();
        assert!(
            !said.contains("jan") && !said.contains("111") && !said.contains("0612"),
            "{said}"
        );
        let reply = outbox.reply_procedural(peer, &message);
        assert!(matches!(reply, Err(SealFault::Personal(_))));
    }
    assert_eq!(known(&story), before);
}
