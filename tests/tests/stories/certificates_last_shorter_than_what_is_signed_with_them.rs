// SPDX-License-Identifier: EUPL-1.2
//! Certificates end and are renewed, keys are stolen and replaced; the exchange goes on and what was signed counts.

use basisnet_node::keys::{NodeKey, create_secret};
use basisnet_node::rekey::replace_node_key;
use basisnet_node::service::convenant::ActKind;
use basisnet_node::{Node, StartError};
use basisnet_protocol::convenant::{
    Act, ConvenantFile, ConvenantHash, Motivation, State, Testimony,
};
use basisnet_protocol::mandate::MandateState;
use basisnet_protocol::message::{ConvenantShare, ConvenantTaken, MandateList, Message};
use basisnet_protocol::octets::Octets;
use basisnet_protocol::sign::OrgSigner as _;
use basisnet_protocol::wire;
use basisnet_tests::agreement::{TERMS, everybody};
use basisnet_tests::bold::say;
use basisnet_tests::forming::following;
use basisnet_tests::network::{GEMEENTEN, Network, days, start_of_story};
use basisnet_tests::pki::Authority;
use basisnet_tests::verifier::Shown;
use serde_bytes::ByteBuf;
use serde_json::json;

/// Members with certificates until these days.
async fn members(until: &[u32]) -> Network {
    let mut network = Network::empty();
    for ((name, oin), until) in GEMEENTEN.iter().zip(until) {
        network.add_until(name, oin, *until).await;
    }
    network.introduce().await;
    network
}

fn certificate(network: &Network, number: usize) -> Octets<32> {
    let org = network.node(number).base().org.current();
    org.certificate().fingerprint
}

/// Whether the first hears from the second.
async fn hears(network: &Network, from: usize, to: usize) -> bool {
    let correspondence = &network.node(from).services().correspondence;
    correspondence.begin_anew();
    let untold = correspondence.tell_all().await.unwrap();
    !untold.contains_key(&network.member(to).oin)
}

#[tokio::test]
async fn a_new_certificate_is_taken_into_use_while_the_node_runs_and_nothing_stops() {
    let network = members(&[20, 900]).await;
    let hash = network.sent_draft(&[0, 1], TERMS).await;
    network.settle().await;
    network.act(0, hash, ActKind::Accept).await;
    network.act(1, hash, ActKind::Accept).await;
    network.settle().await;
    let before = certificate(&network, 0);
    network.renew(0, 10, 400);
    network.advance(days(4)).await;
    assert_eq!(
        certificate(&network, 0),
        before,
        "the next one has not begun"
    );
    network.advance(days(8)).await;
    assert_ne!(certificate(&network, 0), before);
    let card = network.node(1).services().leden.one(network.member(0).oin);
    let card = card.unwrap().unwrap().record;
    assert!(card.seq > 1, "the card was signed anew and passed on");
    network.advance(days(16)).await;
    assert_eq!(network.state(1, hash), Some(State::Active));
    assert!(hears(&network, 0, 1).await && hears(&network, 1, 0).await);
}

/// Both are trusted for a while; then the old one counts for what was signed under it, and lets nobody in.
#[tokio::test]
async fn a_group_goes_over_to_another_authority_and_what_was_signed_still_counts() {
    let mut network = members(&[900, 900, 900]).await;
    network.cut(0, 2);
    network.cut(1, 2);
    let hash = network.sent_draft(&[0, 1, 2], TERMS).await;
    network.settle().await;
    network.act(0, hash, ActKind::Accept).await;
    network.act(1, hash, ActKind::Accept).await;
    network.settle().await;
    network.second = Some(Authority::called("Stam 2", start_of_story()));
    network.publish_trust();
    for number in 0..3 {
        let before = certificate(&network, number);
        network.renew(number, 1, 800);
        network.advance(days(1)).await;
        assert_ne!(certificate(&network, number), before);
        assert!(hears(&network, 0, 1).await && hears(&network, 1, 0).await);
    }
    network.first_is_former = true;
    network.publish_trust();
    network.advance(days(2)).await;
    assert!(hears(&network, 0, 1).await && hears(&network, 1, 0).await);
    network.mend();
    assert!(hears(&network, 0, 2).await);
    let awaited = [network.member(2).oin].into();
    assert_eq!(network.state(2, hash), Some(State::Draft(awaited)));
    let old = network.member(1).issued.org_key();
    let gone = network.node(2).base().trust.current();
    assert!(gone.verify(old.chain(), network.clock.now()).is_err());
}

#[tokio::test]
async fn who_comes_after_the_certificates_have_ended_believes_what_was_signed_under_them() {
    let network = members(&[20, 20, 900]).await;
    for other in [0, 1] {
        network.cut(other, 2);
    }
    let hash = network.sent_draft(&[0, 1, 2], TERMS).await;
    network.settle().await;
    network.act(0, hash, ActKind::Accept).await;
    network.act(1, hash, ActKind::Accept).await;
    network.settle().await;
    assert_eq!(network.state(2, hash), None);
    network.renew(0, 10, 400);
    network.renew(1, 10, 400);
    network.advance(days(30)).await;
    network.mend();
    assert!(hears(&network, 0, 2).await);
    network.settle().await;
    let awaited = [network.member(2).oin].into();
    assert_eq!(network.state(2, hash), Some(State::Draft(awaited)));
    network.act(2, hash, ActKind::Accept).await;
    network.settle().await;
    for number in 0..3 {
        assert_eq!(network.state(number, hash), Some(State::Active), "{number}");
    }
    the_verifier_believes_it(&network, hash);
}

/// A newcomer that was out of reach until every certificate under what stands had ended; it joins with the next version.
async fn joins_late(network: &Network, first: ConvenantHash, members: &[usize]) {
    network.mend();
    let terms = following(first, 2, "2027-04-10", TERMS);
    let next = network.sent_draft(members, &terms).await;
    network.settle().await;
    network.all_accept(members, next).await;
    network.advance(days(12)).await;
    for number in members {
        assert_eq!(
            network.state(*number, next),
            Some(State::Active),
            "{number}"
        );
    }
}

#[tokio::test]
async fn who_joins_when_the_certificates_have_ended_believes_the_mandates_given_under_them() {
    let network = members(&[20, 20, 900, 900]).await;
    (0..3).for_each(|other| network.cut(other, 3));
    let first = network.agree(&[0, 1, 2], TERMS).await;
    let mandate = network.mandate(0, 1, &["P03"], &["02"]).await;
    network.renew(0, 10, 400);
    network.renew(1, 10, 400);
    network.advance(days(30)).await;
    joins_late(&network, first, &[0, 1, 2, 3]).await;
    assert_eq!(network.mandate_at(3, mandate), Some(MandateState::Active));
    // The verifier that knows only the protocol believes it too, and not without the one that vouches.
    let nothing = MandateList {
        v: 1,
        mandates: Vec::new(),
        uses: Vec::new(),
    };
    let newcomer = network.member(3).oin;
    let shares = network.mandaten(2).lacking(newcomer, &nothing).unwrap();
    let [share] = shares.as_slice() else {
        panic!("one mandate: {shares:?}");
    };
    believed_on_the_word_of(&network, "mandate", &wire::encode(share).unwrap(), 2);
}

/// The verifier believes what a member hands on where that member is a witness, and not where it is none.
fn believed_on_the_word_of(network: &Network, what: &str, data: &[u8], witness: usize) {
    let now = network.clock.now();
    let lists = network.authority.lists(now, &[]);
    let lists: Vec<_> = lists.iter().map(hex::encode).collect();
    let anchors = [hex::encode(network.authority.anchor())];
    let case = |witnesses: &[String]| {
        json!({
            "what": what, "data": hex::encode(data), "now": now.as_millis(), "anchors": anchors, "lists": lists,
            "witnesses": witnesses,
        })
    };
    let mut shown = Shown::default();
    shown.holds(case(&[network.member(witness).oin.to_string()]));
    shown.falls(case(&[]));
    shown.judge();
}

#[tokio::test]
async fn who_joins_when_the_old_one_is_long_gone_believes_who_took_its_place() {
    let mut network = members(&[20, 900, 900, 900]).await;
    (0..3).for_each(|other| network.cut(other, 3));
    let first = network.agree(&[0, 1, 2], TERMS).await;
    network.succeed(0, 1, "2027-03-10").await;
    network.settle().await;
    network.advance(days(30)).await;
    network.stop(0).await;
    joins_late(&network, first, &[1, 2, 3]).await;
    assert!(hears(&network, 2, 3).await);
    let standing = network.node(3).services().convenanten.successions();
    let standing = standing.unwrap();
    let [one] = standing.as_slice() else {
        panic!("one statement: {standing:?}");
    };
    assert!(one.works && one.statement.terms().old == network.member(0).oin);
    let told = network
        .node(2)
        .services()
        .convenanten
        .statements_for(network.member(3).oin);
    let told = told.unwrap();
    let [share] = told.as_slice() else {
        panic!("one message: {told:?}");
    };
    believed_on_the_word_of(&network, "succession", &wire::encode(share).unwrap(), 2);
}

/// The verifier that knows only the protocol believes the file of who came later, and not without what was testified.
fn the_verifier_believes_it(network: &Network, hash: ConvenantHash) {
    let bytes = network.node(2).services().convenanten.file(hash).unwrap();
    let file = ConvenantFile::decode(&bytes).unwrap();
    let mut bare = ConvenantFile::new(file.content().clone());
    let acts = file.acts().filter(|act| !Testimony::is_one(act));
    acts.for_each(|act| bare.add(act.to_vec()));
    let now = network.clock.now();
    let lists = network.authority.lists(now, &[]);
    let lists: Vec<_> = lists.iter().map(hex::encode).collect();
    let anchors = [hex::encode(network.authority.anchor())];
    let case = |data: &[u8]| {
        json!({
            "what": "convenant", "data": hex::encode(data), "now": now.as_millis(), "anchors": anchors, "lists": lists,
        })
    };
    let mut shown = Shown::default();
    shown.holds(case(&bytes));
    shown.falls(case(&bare.encode()));
    shown.judge();
}

#[tokio::test]
async fn an_act_that_is_backdated_with_the_key_of_an_ended_certificate_does_not_count() {
    let network = members(&[900, 20, 900]).await;
    let stolen = network.member(1).issued.org_key();
    let hash = network.sent_draft(&[0, 1, 2], TERMS).await;
    network.settle().await;
    for number in 0..3 {
        network.act(number, hash, ActKind::Accept).await;
    }
    network.settle().await;
    network.renew(1, 10, 400);
    let then = network.clock.now() + days(5);
    network.advance(days(30)).await;
    let convenanten = &network.node(2).services().convenanten;
    let content = convenanten.one(hash).unwrap().convenant.content().encoded();
    let act = Act::sign(
        ActKind::Withdraw,
        &hash,
        then,
        &Motivation::default(),
        &stolen,
    )
    .unwrap();
    let share = ConvenantShare {
        v: 1,
        content: ByteBuf::from(content),
        acts: vec![ByteBuf::from(act)],
    };
    let said = say(&network, (0, 2), Octets([7; 16]), &share)
        .await
        .unwrap();
    assert_eq!(said.kind(), ConvenantTaken::KIND);
    assert_eq!(network.state(2, hash), Some(State::Active));
    let (one, other) = (network.member(1).oin, network.member(2).oin);
    let version = convenanten.one(hash).unwrap().convenant;
    assert!(version.may_exchange(one, other, network.clock.now()));
}

#[tokio::test]
async fn a_node_with_a_new_key_is_let_in_by_its_new_card_and_the_old_key_is_refused() {
    let mut network = members(&[900, 900, 900]).await;
    let hash = network.sent_draft(&[0, 1, 2], TERMS).await;
    network.settle().await;
    for number in 0..3 {
        network.act(number, hash, ActKind::Accept).await;
    }
    network.settle().await;
    let old = network.node(0).overlay().me();
    network.stop(0).await;
    let config = network.member(0).config();
    let clock = &network.clock;
    let new = NodeKey::create(&config.next_node_key_file()).unwrap();
    let new = new.peer_id().unwrap();
    let refused = Node::start(config.clone(), clock.clone()).await;
    let refused = refused.unwrap_err();
    assert!(matches!(refused, StartError::KeyHalfReplaced), "{refused}");
    let key = std::fs::read(config.node_key_file()).unwrap();
    let replace = async || replace_node_key(&config, clock.clone()).await.unwrap();
    assert_eq!(replace().await, new);
    assert_ne!(new, old);
    // As it lies there when the power goes before the last step: the log is handed over, and the old key still in place.
    std::fs::rename(config.node_key_file(), config.next_node_key_file()).unwrap();
    create_secret(&config.node_key_file(), &key).unwrap();
    assert_eq!(replace().await, new);
    network.start(0).await;
    network.settle().await;
    assert_eq!(network.node(0).overlay().me(), new);
    assert!(
        !hears(&network, 0, 1).await,
        "nobody knows the new name yet"
    );

    let card = network.node(0).services().leden.issue(&everybody()).await;
    let leden = &network.node(1).services().leden;
    leden.import(&everybody(), &card.unwrap()).await.unwrap();
    network.settle().await;
    assert!(hears(&network, 1, 2).await && hears(&network, 0, 1).await);
    network.settle().await;
    for number in [1, 2] {
        let known = &network.node(number).base().known;
        assert_eq!(known.oin_of(&new), Some(network.member(0).oin), "{number}");
        assert_eq!(known.oin_of(&old), None, "{number}");
    }
    assert!(hears(&network, 0, 2).await && hears(&network, 2, 0).await);
}
