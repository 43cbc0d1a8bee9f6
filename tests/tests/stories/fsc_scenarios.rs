// SPDX-License-Identifier: EUPL-1.2
//! The scenarios of the public FSC test suite (Logius-standaarden/fsc-test-suite, `manager.md`) that apply to
//! convenanten, each under its own id.
//!
//! A Contract is a convenant here, a Peer a member, and revoking is withdrawing. Left out are the scenarios about grants,
//! services and access tokens of another Peer (`SubmitContract-3` to `-9`, `GetToken-4` and `-5`, `Services-1`), which are
//! no notions here; `Port-1`, because a node has one port of its own choice; and `JSONWebKeySet-1`, because every
//! signature carries its chain. `GetToken` is what a token is for: the exchange itself.

use basisnet_node::audit::Event;
use basisnet_node::keys::OrgKey;
use basisnet_node::service::bevraging::{Occasion, Outcome};
use basisnet_node::service::convenant::ActKind;
use basisnet_protocol::convenant::{Act, ConvenantContent, ConvenantHash, Motivation};
use basisnet_protocol::message::ConvenantShare;
use basisnet_protocol::octets::Octets;
use basisnet_tests::agreement::{TERMS, in_group};
use basisnet_tests::bold::say;
use basisnet_tests::network::Network;
use rand_core::{OsRng, RngCore as _};
use serde_bytes::ByteBuf;

/// The Peer of the scenarios, the one under test, and a third that is in no contract with them.
const PEER: usize = 0;
const MANAGER: usize = 1;
const OTHER: usize = 2;

/// A contract of the Peer and the one under test, that both hold and nobody accepted.
async fn contract() -> (Network, ConvenantContent) {
    let network = Network::of(3).await;
    network.introduce().await;
    let hash = network.sent_draft(&[PEER, MANAGER], TERMS).await;
    network.settle().await;
    let content = held(&network, MANAGER, hash).expect("a contract that was sent");
    (network, content)
}

fn held(network: &Network, number: usize, hash: ConvenantHash) -> Option<ConvenantContent> {
    let convenanten = &network.node(number).services().convenanten;
    let terms = convenanten.terms(hash).unwrap();
    terms.map(|version| version.content().clone())
}

/// A signature by this organisation.
fn signature(network: &Network, by: usize, kind: ActKind, hash: ConvenantHash) -> Vec<u8> {
    let config = network.member(by).config();
    let org = OrgKey::load(&config.certificaat.sleutel, &config.certificaat.keten).unwrap();
    Act::sign(
        kind,
        &hash,
        network.clock.now(),
        &Motivation::default(),
        &org,
    )
    .unwrap()
}

/// Somebody submits a contract with signatures to the one under test.
async fn submit(network: &Network, from: usize, content: &ConvenantContent, acts: Vec<Vec<u8>>) {
    let share = ConvenantShare {
        v: 1,
        content: ByteBuf::from(content.encoded()),
        acts: acts.into_iter().map(ByteBuf::from).collect(),
    };
    // A message under a name that was used before would get the answer of then.
    let mut id = Octets([0; 16]);
    OsRng.fill_bytes(&mut id.0);
    let said = say(network, (from, MANAGER), id, &share).await;
    said.expect("an answer, whatever it is");
}

/// Which signatures the one under test holds on a contract.
fn signatures(network: &Network, hash: ConvenantHash) -> Vec<(ActKind, usize)> {
    let convenanten = &network.node(MANAGER).services().convenanten;
    let standing = convenanten.one(hash).unwrap();
    let acts = standing.convenant.acts().iter();
    let number = |act: &Act| {
        let mut members = network.members().iter();
        members.position(|member| member.oin == act.by()).unwrap()
    };
    acts.map(|act| (act.kind(), number(act))).collect()
}

#[tokio::test]
async fn manager_submit_contract_1() {
    let (network, content) = contract().await;
    assert!(held(&network, MANAGER, content.hash()).is_some());
}

#[tokio::test]
async fn manager_submit_contract_2() {
    let (network, mut content) = contract().await;
    content.group_id = "regio/andere".to_owned();
    submit(&network, OTHER, &content, Vec::new()).await;
    assert!(held(&network, MANAGER, content.hash()).is_none());
}

#[tokio::test]
async fn manager_submit_contract_10() {
    let (network, content) = contract().await;
    network.all_accept(&[PEER, MANAGER], content.hash()).await;
    let mut other = content.clone();
    other.nonce = Octets([1; 16]);
    submit(&network, PEER, &other, Vec::new()).await;
    assert!(held(&network, MANAGER, other.hash()).is_none());
}

/// A valid signature is on the contract then.
async fn place_signature_1(kind: ActKind) {
    let (network, content) = contract().await;
    let hash = content.hash();
    let signed = signature(&network, PEER, kind, hash);
    submit(&network, PEER, &content, vec![signed]).await;
    assert_eq!(signatures(&network, hash), [(kind, PEER)]);
}

/// A signature by who is not on the contract is rejected.
async fn place_signature_2(kind: ActKind) {
    let (network, content) = contract().await;
    let hash = content.hash();
    let signed = signature(&network, OTHER, kind, hash);
    submit(&network, OTHER, &content, vec![signed.clone()]).await;
    submit(&network, PEER, &content, vec![signed]).await;
    assert_eq!(signatures(&network, hash), []);
}

/// A signature on another hash is rejected.
async fn place_signature_3(kind: ActKind) {
    let (network, content) = contract().await;
    let signed = signature(&network, PEER, kind, Octets([7; 32]));
    submit(&network, PEER, &content, vec![signed]).await;
    assert_eq!(signatures(&network, content.hash()), []);
}

/// A signature that says it is of another kind than was signed is rejected.
async fn place_signature_4(kind: ActKind) {
    let (network, content) = contract().await;
    for other in ActKind::ALL.into_iter().filter(|other| *other != kind) {
        let mut signed = signature(&network, PEER, other, content.hash());
        let (from, to) = (other.as_str().as_bytes(), kind.as_str().as_bytes());
        let place = signed.windows(from.len()).position(|window| window == from);
        let place = place.expect("the kind is written in it");
        signed.splice(place..place + from.len(), to.iter().copied());
        submit(&network, PEER, &content, vec![signed]).await;
    }
    assert_eq!(signatures(&network, content.hash()), []);
}

/// A signature that is submitted with another contract than it is on is rejected.
async fn place_signature_5(kind: ActKind) {
    let (network, content) = contract().await;
    let mut other = content.clone();
    other.group_id = "regio/andere".to_owned();
    let signed = signature(&network, PEER, kind, content.hash());
    submit(&network, PEER, &other, vec![signed]).await;
    assert_eq!(signatures(&network, other.hash()), []);
    assert_eq!(signatures(&network, content.hash()), []);
}

macro_rules! scenarios {
    ($($name:ident: $scenario:ident($kind:ident);)*) => {
        $(#[tokio::test]
        async fn $name() {
            $scenario(ActKind::$kind).await;
        })*
    };
}

scenarios! {
    manager_accept_contract_1: place_signature_1(Accept);
    manager_accept_contract_2: place_signature_2(Accept);
    manager_accept_contract_3: place_signature_3(Accept);
    manager_accept_contract_4: place_signature_4(Accept);
    manager_accept_contract_5: place_signature_5(Accept);
    manager_reject_contract_1: place_signature_1(Reject);
    manager_reject_contract_2: place_signature_2(Reject);
    manager_reject_contract_3: place_signature_3(Reject);
    manager_reject_contract_4: place_signature_4(Reject);
    manager_reject_contract_5: place_signature_5(Reject);
    manager_revoke_contract_1: place_signature_1(Withdraw);
    manager_revoke_contract_2: place_signature_2(Withdraw);
    manager_revoke_contract_3: place_signature_3(Withdraw);
    manager_revoke_contract_4: place_signature_4(Withdraw);
    manager_revoke_contract_5: place_signature_5(Withdraw);
}

#[tokio::test]
async fn manager_contracts_1_and_2() {
    let (network, content) = contract().await;
    let elsewhere = in_group("regio/elders", TERMS);
    let elsewhere = network.sent_draft(&[MANAGER, OTHER], &elsewhere).await;
    network.settle().await;
    let convenanten = &network.node(MANAGER).services().convenanten;
    let listed = |peer: usize| {
        let list = convenanten.held_with(network.member(peer).oin).unwrap();
        let hashes = list.versions.into_iter().map(|version| version.hash);
        hashes.collect::<Vec<_>>()
    };
    assert_eq!(listed(PEER), [content.hash()]);
    assert_eq!(listed(OTHER), [elsewhere]);
}

/// What comes of it when the Peer asks the one under test.
async fn asked(network: &Network) -> Option<Outcome> {
    network.put_into_force("P08").await;
    for number in [PEER, MANAGER] {
        network.know(number, "68000016", "bv").await;
    }
    network.settle().await;
    let bevragingen = &network.node(PEER).services().bevragingen;
    let progress = bevragingen.run(Occasion::Person).await.unwrap();
    let manager = network.member(MANAGER).oin;
    let mut members = progress.members.into_iter();
    let (_, member) = members.find(|((peer, _), _)| *peer == manager)?;
    member.outcome
}

#[tokio::test]
async fn manager_get_token_1_and_transaction_log_record_1() {
    let (network, content) = contract().await;
    network.all_accept(&[PEER, MANAGER], content.hash()).await;
    assert!(matches!(asked(&network).await, Some(Outcome::Swept)));
    for (number, other) in [(PEER, MANAGER), (MANAGER, PEER)] {
        let other = network.member(other).oin;
        let log = network.log_of(number);
        let exchanges = log.iter().filter(|event| match event {
            Event::BatchAsked { peer, .. } | Event::BatchEvaluated { peer, .. } => *peer == other,
            _ => false,
        });
        assert!(exchanges.count() > 0, "{number}: {log:?}");
    }
}

#[tokio::test]
async fn manager_get_token_2() {
    let (network, content) = contract().await;
    network.all_accept(&[PEER], content.hash()).await;
    assert!(asked(&network).await.is_none());
}

#[tokio::test]
async fn manager_get_token_3() {
    let (network, content) = contract().await;
    network.all_accept(&[PEER, MANAGER], content.hash()).await;
    network
        .act(MANAGER, content.hash(), ActKind::Withdraw)
        .await;
    network.settle().await;
    assert!(asked(&network).await.is_none());
}

#[tokio::test]
async fn manager_peer_info_1_and_peers_2() {
    let network = Network::of(3).await;
    network.introduce_to(MANAGER, &[PEER, OTHER]).await;
    let hash = network.sent_draft(&[MANAGER, PEER, OTHER], TERMS).await;
    network.settle().await;
    network.all_accept(&[PEER], hash).await;
    let leden = &network.node(PEER).services().leden;
    for number in [MANAGER, OTHER] {
        assert!(leden.one(network.member(number).oin).unwrap().is_some());
    }
}
