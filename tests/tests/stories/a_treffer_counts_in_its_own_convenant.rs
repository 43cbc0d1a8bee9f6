// SPDX-License-Identifier: EUPL-1.2
//! Two gemeenten may have two convenanten, for other purposes and with other rules. What was found under one of them
//! opens nothing under the other: not at the source, and not at the asker.

use basisnet_node::service::bevraging::Occasion;
use basisnet_node::service::inzage::{AskedState, InzageError, Vraag};
use basisnet_protocol::message::{InzageDecision, Message};
use basisnet_protocol::purpose::{Category, Role};
use basisnet_tests::agreement::{TERMS, in_group};
use basisnet_tests::asking::{ASKER, Asking, SOURCE};
use basisnet_tests::bold::Bold;
use basisnet_tests::network::actor;

/// The sharing group of the other convenant.
const OTHER: &str = "proef/rechtmatigheid";

#[tokio::test]
async fn a_treffer_of_one_convenant_opens_nothing_under_another() {
    let mut bold = Bold::begin().await;
    let terms = in_group(OTHER, TERMS);
    let other = bold.story.network.agree(&[ASKER, SOURCE], &terms).await;
    let (id, mut request) = bold.question();
    request.convenant_hash = other;
    bold.no(id, &request, &["V16-treffer"]).await;

    let (id, request) = bold.question();
    assert_eq!(bold.send(id, &request).await.kind(), InzageDecision::KIND);
}

#[tokio::test]
async fn the_asker_brings_a_treffer_of_the_convenant_under_which_it_asks() {
    let story = Asking::begin().await;
    let terms = in_group(OTHER, TERMS)
        .replace("doel = \"P03\"", "doel = \"P04\"")
        .replace(
            "rollen = [\"toezichthouder_kwaliteit\"]",
            "rollen = [\"toezichthouder_rechtmatigheid\"]",
        );
    let other = story.network.agree(&[ASKER, SOURCE], &terms).await;
    story.network.put_into_force("P04").await;
    let we = actor(&[Role::ToezichthouderRechtmatigheid]);
    let vraag = Vraag {
        purpose: "P04".parse().unwrap(),
        ..story.vraag(&[Category::Contact])
    };
    let Err(InzageError::Refused(reasons)) = story.asker().ask(&we, &vraag).await else {
        panic!("it was asked")
    };
    let guards: Vec<_> = reasons.iter().map(|one| one.guard.to_string()).collect();
    assert_eq!(guards, ["V16-treffer"]);

    let bevragingen = &story.network.node(ASKER).services().bevragingen;
    bevragingen.run(Occasion::Person).await.unwrap();
    let asked = story.asker().ask(&we, &vraag).await.unwrap();
    assert_eq!(asked.request.convenant_hash, other);
    assert!(matches!(asked.state, AskedState::Released { .. }));
}
