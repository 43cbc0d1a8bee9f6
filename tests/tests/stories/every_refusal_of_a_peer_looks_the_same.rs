// SPDX-License-Identifier: EUPL-1.2
//! Not allowed, not known, withheld and not existing: to the one who asks, every no of the rules is the same bytes but
//! for the question it belongs to. Only the own log of the source knows why.

use std::collections::BTreeSet;
use std::time::Duration;

use basisnet_node::audit::{Event, Incident};
use basisnet_node::service::aanbieder::Draft;
use basisnet_node::service::inzage::Stand;
use basisnet_protocol::envelope::message_hash;
use basisnet_protocol::message::{
    Decision, InzageDecision, InzageRequest, Message, RecallReceipt, Refusal, RefusalReason,
};
use basisnet_protocol::octets::Octets;
use basisnet_protocol::purpose::{Category, Role};
use basisnet_tests::agreement::everybody;
use basisnet_tests::asking::{ASKER, Asking, SOURCE};
use basisnet_tests::bold::{Bold, Said, say};

/// A question under its name.
type Question = (Octets<16>, InzageRequest);

/// Withheld: the processing is restricted, or a natural person stands behind the aanbieder.
async fn withheld(bold: &Bold, questions: [Question; 2], all: &mut Vec<Said>) {
    let [restricted, personal] = questions;
    // An aanbieder whose processing is restricted (AVG art. 18).
    let registers = &bold.story.network.node(SOURCE).services().aanbieders;
    let at_source = bold.story.at_source;
    registers
        .restrict(&everybody(), at_source, true)
        .await
        .unwrap();
    let (id, request) = restricted;
    all.push(bold.no(id, &request, &["V52-beperking"]).await);
    // The same aanbieder turns out to be a one-person business: a natural person stands behind it.
    let registers = &bold.story.network.node(SOURCE).services().aanbieders;
    registers
        .restrict(&everybody(), at_source, false)
        .await
        .unwrap();
    let draft = Draft {
        naam: "Zorg 12345679".to_owned(),
        kvk: "12345679".to_owned(),
        rechtsvorm: "eenmanszaak".to_owned(),
        vestigingen: Vec::new(),
        agb: Vec::new(),
        rsin: String::new(),
    };
    registers
        .replace(&everybody(), at_source, &draft)
        .await
        .unwrap();
    let (id, request) = personal;
    all.push(bold.no(id, &request, &["V50-persoon-convenant"]).await);
}

/// EXC-02, DAT-05: no difference in form or size, and each leaves on a tick.
#[tokio::test]
async fn dat_05_not_allowed_not_known_and_withheld_are_the_same_bytes_and_size() {
    let mut bold = Bold::begin().await;
    let mut all = Vec::new();

    // Nothing stands behind this handle.
    let (id, mut request) = bold.question();
    request.handle = Octets([9; 8]);
    all.push(
        bold.no(id, &request, &["V16-treffer", "V60-bewaartermijn-bron"])
            .await,
    );
    // A handle without having evaluated the aanbieder.
    let (id, mut request) = bold.question();
    request.own_proof = Octets([9; 32]);
    all.push(bold.no(id, &request, &["V16-treffer"]).await);
    // A category that the convenant does not give.
    let (id, mut request) = bold.question();
    request.categories = BTreeSet::from([Category::Contract]);
    all.push(bold.no(id, &request, &["V30-categorie-convenant"]).await);
    // A role that does not fit.
    let (id, mut request) = bold.question();
    request.requester_role = Role::Contractmanager;
    all.push(bold.no(id, &request, &["V40-rol-doel"]).await);
    // A convenant that the source does not know.
    let (id, mut request) = bold.question();
    request.convenant_hash = Octets([9; 32]);
    all.push(bold.no(id, &request, &["V01-lid"]).await);
    // A purpose that is not in the catalogue.
    let (id, mut request) = bold.question();
    request.purpose_id = "P77".parse().unwrap();
    all.push(bold.no(id, &request, &["V10-doel-bekend"]).await);
    // What is withheld is taken back at once, so these are put together while the treffer is still there.
    let withheld_later = [bold.question(), bold.question()];
    let out_of_force = bold.question();
    withheld(&bold, withheld_later, &mut all).await;
    // And the purpose is taken out of force.
    let doelen = &bold.story.network.node(SOURCE).services().doelen;
    let purpose = "P03".parse().unwrap();
    doelen
        .withdraw(&everybody(), &purpose, None, "proef")
        .await
        .unwrap();
    let (id, request) = out_of_force;
    all.push(bold.no(id, &request, &["V13-doel-in-werking"]).await);

    let sizes: BTreeSet<usize> = all.iter().map(|no| no.bytes.len()).collect();
    assert_eq!(sizes.len(), 1, "{sizes:?}");
    assert!(
        all.iter().all(|no| no.took >= Duration::from_millis(250)),
        "a no did not wait for its tick"
    );
}

/// A message in a form that this version of the program does not know is refused like any other, and named in the log.
#[tokio::test]
async fn a_question_of_another_version_is_refused_and_named() {
    let mut bold = Bold::begin().await;
    let (id, mut request) = bold.question();
    request.handle = Octets([9; 8]);
    let like_any = bold.no(id, &request, &["V16-treffer"]).await;
    let (id, mut request) = bold.question();
    request.v = 2;
    let no = bold.refused(id, &request).await;
    assert_eq!(no.bytes.len(), like_any.bytes.len());
    assert!(no.took >= Duration::from_millis(250));
    let last = bold.story.network.log_of(SOURCE).pop();
    let expected = Event::SecurityIncident {
        peer: Some(bold.story.network.member(ASKER).oin),
        incident: Incident::OtherVersion,
        message: Some(message_hash(&request).unwrap()),
    };
    assert_eq!(last, Some(expected));
}

/// A decision that is none on our question is refused and named; the question waits on, and the log does not fill.
#[tokio::test]
async fn a_decision_of_another_version_is_refused_and_the_question_waits_on() {
    let story = Asking::begin().await;
    let asked = story.ask(&[Category::Toezicht]).await;
    let good = InzageDecision {
        v: 1,
        request_id: asked.id,
        req_hash: asked.request_hash,
        decision: Decision::Refused(RefusalReason::StatutoryRoute),
        policy_hash: Octets([0; 32]),
        head: None,
    };
    let other = InzageDecision {
        v: 2,
        ..good.clone()
    };
    let named = |story: &Asking| {
        let events = story.network.log_of(ASKER).into_iter();
        let other = |event: &Event| {
            matches!(
                event,
                Event::SecurityIncident {
                    incident: Incident::OtherVersion,
                    ..
                }
            )
        };
        events.filter(other).count()
    };
    let way = (SOURCE, ASKER);
    let said = say(&story.network, way, Octets([1; 16]), &other).await;
    assert_eq!(said.unwrap().kind(), Refusal::KIND);
    assert_eq!(named(&story), 1);
    let state = story.shown(asked.id).await.asked.stand;
    assert!(matches!(state, Stand::Waiting { .. }), "{state:?}");

    let many = (2..=60).map(|number| {
        let (network, other) = (&story.network, &other);
        async move {
            say(network, way, Octets([number; 16]), other)
                .await
                .unwrap()
        }
    });
    futures::future::join_all(many).await;
    assert_eq!(named(&story), 25);

    let said = say(&story.network, way, Octets([99; 16]), &good).await;
    assert_eq!(said.unwrap().kind(), RecallReceipt::KIND);
    let state = story.shown(asked.id).await.asked.stand;
    assert!(matches!(state, Stand::RefusedByPerson { .. }));
}

/// A question that was answered is not answered again, also not when its proof is right.
#[tokio::test]
async fn a_question_that_comes_twice_is_not_handled_twice() {
    let mut bold = Bold::begin().await;
    let (id, mut request) = bold.question();
    request.handle = Octets([9; 8]);
    bold.no(id, &request, &["V16-treffer"]).await;
    let count = |bold: &Bold| {
        let events = bold.story.network.log_of(SOURCE).into_iter();
        events
            .filter(|event| matches!(event, Event::InzageReceived { .. }))
            .count()
    };
    let before = count(&bold);
    let again = say(&bold.story.network, (ASKER, SOURCE), id, &request).await;
    assert!(again.is_err());
    assert_eq!(count(&bold), before);
}
