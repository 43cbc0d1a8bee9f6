// SPDX-License-Identifier: EUPL-1.2
//! A coordinator, who may see nothing of any aanbieder, goes through the list with a member: what is done, what is left.

use basisnet_node::service::bevraging::Occasion;
use basisnet_node::service::convenant::ActKind;
use basisnet_node::service::deelname::Stand;
use basisnet_protocol::convenant::State;
use basisnet_tests::agreement::{TERMS, decided, everybody};
use basisnet_tests::network::{Network, actor};

fn stand(network: &Network) -> Stand {
    let nobody_in_particular = actor(&[]);
    let deelname = &network.node(0).services().deelname;
    deelname.stand(&nobody_in_particular).unwrap()
}

fn in_force(stand: &Stand) -> Vec<(&str, bool)> {
    let purposes = stand.purposes.iter();
    purposes
        .map(|one| (one.entry.id.as_str(), one.in_force().is_some()))
        .collect()
}

/// EXC-04: each step of taking part is seen when it is done, and not before.
#[tokio::test]
async fn exc_04_what_is_left_before_taking_part_is_named_until_the_first_sweep() {
    let network = Network::of(2).await;
    let first = stand(&network);
    assert_eq!(first.card_until, None);
    assert!(first.certificate_until > first.now);
    assert!(first.agreements.is_empty() && !first.has_aanbieders);
    assert_eq!(in_force(&first), [("P08", false)]);

    network.introduce().await;
    assert!(stand(&network).card_until.is_some());
    let convenanten = |number: usize| &network.node(number).services().convenanten;
    let we = everybody();
    let text = network.draft(&[0, 1], TERMS);
    let drafted = convenanten(1).draft(&we, &text).await.unwrap().hash;
    convenanten(1).send(&we, drafted).await.unwrap();
    network.settle().await;
    let [draft] = &stand(&network).agreements[..] else {
        panic!("one convenant")
    };
    assert!(matches!(draft.state, State::Draft(_)) && !draft.accepted);
    for number in [0, 1] {
        let accept = decided(ActKind::Accept);
        let accepted = convenanten(number).act(&we, drafted, &accept);
        accepted.await.unwrap();
    }
    network.settle().await;
    let signed = stand(&network);
    assert!(signed.agreements[0].accepted && signed.agreements[0].state == State::Active);
    assert_eq!((signed.partners, signed.swept), (1, 0));

    for (purpose, is_in_force) in in_force(&signed) {
        assert!(!is_in_force, "{purpose}");
        network.put_into_force(purpose).await;
    }
    for number in [0, 1] {
        network.know(number, "12345679", "bv").await;
    }
    let bevragingen = &network.node(0).services().bevragingen;
    bevragingen.run(Occasion::Person).await.unwrap();
    let last = stand(&network);
    assert!(in_force(&last).iter().all(|(_, is_in_force)| *is_in_force));
    assert!(last.has_aanbieders);
    assert_eq!((last.partners, last.swept), (1, 1));

    let withdraw = decided(ActKind::Withdraw);
    let withdrawn = convenanten(0).act(&we, drafted, &withdraw);
    withdrawn.await.unwrap();
    network.settle().await;
    assert_eq!(stand(&network).partners, 0);
}
