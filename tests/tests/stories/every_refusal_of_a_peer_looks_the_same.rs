// SPDX-License-Identifier: EUPL-1.2
//! Not allowed, not known, withheld and not existing: to the one who asks, every no of the rules is the same bytes but
//! for the question it belongs to. Only the own log of the source knows why.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a story gives up loudly")]

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use basisnet_node::audit::Event;
use basisnet_node::keys::NodeKey;
use basisnet_node::service::aanbieder::Draft;
use basisnet_protocol::envelope::{self, Header};
use basisnet_protocol::message::{InzageRequest, Message, Refusal};
use basisnet_protocol::octets::Octets;
use basisnet_protocol::purpose::{Category, Role};
use basisnet_protocol::sign::NodeSigner;
use basisnet_tests::agreement::everybody;
use basisnet_tests::asking::{ASKER, Asking, SOURCE};
use libp2p::Multiaddr;

/// What came back, and how long it took.
struct No {
    bytes: Vec<u8>,
    took: Duration,
}

/// An asker whose own rules are silent, so that the source has to say no.
struct Bold {
    story: Asking,
    key: NodeKey,
    next: u8,
}

impl Bold {
    async fn begin() -> Self {
        let story = Asking::begin().await;
        let config = story.network.member(ASKER).config();
        Self {
            key: NodeKey::load(&config.node_key_file()).unwrap(),
            story,
            next: 1,
        }
    }

    /// A question that is in order in everything, under a name of its own.
    async fn question(&mut self) -> (Octets<16>, InzageRequest) {
        let asked = self.story.asker().list(&everybody()).unwrap();
        let model = match asked.into_iter().next() {
            Some(asked) => asked,
            None => {
                let vraag = self.story.vraag(&[Category::Contact]);
                self.story
                    .asker()
                    .ask(&self.story.toezichthouder(), &vraag)
                    .await
                    .unwrap()
            }
        };
        let id = Octets([self.next; 16]);
        self.next += 1;
        let treffers = &self.story.network.node(ASKER).services().treffers;
        let peer = self.story.network.member(SOURCE).oin;
        let claim = treffers
            .claim(self.story.aanbieder, peer, id)
            .unwrap()
            .unwrap();
        (
            id,
            InzageRequest {
                own_proof: claim.own_proof,
                ..model.request
            },
        )
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "this asker seals whatever it likes"
    )]
    async fn send(&self, id: Octets<16>, request: &InzageRequest) -> No {
        let network = &self.story.network;
        let now = network.clock.now();
        let header = Header {
            sender: network.member(ASKER).oin,
            recipient: network.member(SOURCE).oin,
            message_id: id,
            issued: now,
            expires: now + envelope::LIFETIME,
        };
        let sealed = envelope::dangerous_seal(request, header, &self.key).unwrap();
        let source = network.node(SOURCE);
        let there = source.base().addresses.iter().map(|a| a.parse().unwrap());
        let there: Vec<Multiaddr> = there.collect();
        let overlay = network.node(ASKER).overlay();
        let began = Instant::now();
        let soon = Duration::from_secs(20);
        let bytes = overlay
            .request(source.overlay().me(), &there, sealed, soon)
            .await;
        No {
            bytes: bytes.unwrap(),
            took: began.elapsed(),
        }
    }

    /// The source says no in the one form there is, for these reasons of its own.
    async fn no(&self, id: Octets<16>, request: &InzageRequest, expected: &[&str]) -> No {
        let no = self.send(id, request).await;
        assert_eq!(
            envelope::peek_kind(&no.bytes).unwrap(),
            Refusal::KIND,
            "{expected:?}"
        );
        let network = &self.story.network;
        let config = network.member(SOURCE).config();
        let key = NodeKey::load(&config.node_key_file()).unwrap().public_key();
        let (me, them) = (network.member(ASKER).oin, network.member(SOURCE).oin);
        let opened = envelope::open::<Refusal>(&no.bytes, &key, me, them, network.clock.now());
        let hash = envelope::message_hash(request).unwrap();
        assert_eq!(
            opened.unwrap().message,
            Refusal {
                v: 1,
                req_hash: hash
            }
        );
        let last = network.log_of(SOURCE).pop().unwrap();
        let Event::InzageDecided {
            guards,
            granted: false,
            ..
        } = last
        else {
            panic!("{last:?}")
        };
        for name in expected {
            assert!(guards.contains(*name), "{name} not in {guards:?}");
        }
        no
    }
}

/// Withheld: the processing is restricted, or a natural person stands behind the aanbieder.
async fn withheld(bold: &mut Bold, all: &mut Vec<No>) {
    // An aanbieder whose processing is restricted (AVG art. 18).
    let registers = &bold.story.network.node(SOURCE).services().aanbieders;
    let at_source = bold.story.at_source;
    registers
        .restrict(&everybody(), at_source, true)
        .await
        .unwrap();
    let (id, request) = bold.question().await;
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
    let (id, request) = bold.question().await;
    all.push(bold.no(id, &request, &["V50-persoon-convenant"]).await);
}

/// EXC-02, DAT-05: no difference in form or size, and each leaves on a tick.
#[tokio::test]
async fn dat_05_not_allowed_not_known_and_withheld_are_the_same_bytes_and_size() {
    let mut bold = Bold::begin().await;
    let mut all = Vec::new();

    // Nothing stands behind this handle.
    let (id, mut request) = bold.question().await;
    request.handle = Octets([9; 8]);
    all.push(
        bold.no(id, &request, &["V16-treffer", "V60-bewaartermijn-bron"])
            .await,
    );
    // A handle without having evaluated the aanbieder.
    let (id, mut request) = bold.question().await;
    request.own_proof = Octets([9; 32]);
    all.push(bold.no(id, &request, &["V16-treffer"]).await);
    // A category that the convenant does not give.
    let (id, mut request) = bold.question().await;
    request.categories = BTreeSet::from([Category::Contract]);
    all.push(bold.no(id, &request, &["V30-categorie-convenant"]).await);
    // A role that does not fit.
    let (id, mut request) = bold.question().await;
    request.requester_role = Role::Contractmanager;
    all.push(bold.no(id, &request, &["V40-rol-doel"]).await);
    // A convenant that the source does not know.
    let (id, mut request) = bold.question().await;
    request.convenant_hash = Octets([9; 32]);
    all.push(bold.no(id, &request, &["V01-lid"]).await);
    // A purpose that is not in the catalogue.
    let (id, mut request) = bold.question().await;
    request.purpose_id = "P77".parse().unwrap();
    all.push(bold.no(id, &request, &["V10-doel-bekend"]).await);
    withheld(&mut bold, &mut all).await;
    // And the purpose is taken out of force.
    let doelen = &bold.story.network.node(SOURCE).services().doelen;
    let purpose = "P03".parse().unwrap();
    doelen
        .withdraw(&everybody(), &purpose, None, "proef")
        .await
        .unwrap();
    let (id, request) = bold.question().await;
    all.push(bold.no(id, &request, &["V13-doel-in-werking"]).await);

    let sizes: BTreeSet<usize> = all.iter().map(|no| no.bytes.len()).collect();
    assert_eq!(sizes.len(), 1, "{sizes:?}");
    assert!(
        all.iter().all(|no| no.took >= Duration::from_millis(250)),
        "a no did not wait for its tick"
    );
}

/// The budget counts what was refused too, so that nobody tries until it fits.
#[tokio::test]
async fn a_question_over_the_budget_is_refused_like_any_other() {
    let terms =
        basisnet_tests::agreement::TERMS.replace("inzage_per_dag = 25", "inzage_per_dag = 2");
    let mut bold = Bold::begin().await;
    bold.story = Asking::under(&terms).await;
    let config = bold.story.network.member(ASKER).config();
    bold.key = NodeKey::load(&config.node_key_file()).unwrap();
    let (id, mut request) = bold.question().await;
    request.handle = Octets([9; 8]);
    bold.no(id, &request, &["V16-treffer"]).await;
    let (id, request) = bold.question().await;
    bold.no(id, &request, &["V80-budget"]).await;
}

/// A question that was answered is not answered again, also not when its proof is right.
#[tokio::test]
async fn a_question_that_comes_twice_is_not_handled_twice() {
    let mut bold = Bold::begin().await;
    let (id, mut request) = bold.question().await;
    request.handle = Octets([9; 8]);
    bold.no(id, &request, &["V16-treffer"]).await;
    let count = |bold: &Bold| {
        let events = bold.story.network.log_of(SOURCE).into_iter();
        events
            .filter(|event| matches!(event, Event::InzageReceived { .. }))
            .count()
    };
    let before = count(&bold);
    let network = &bold.story.network;
    let now = network.clock.now();
    assert!(now > basisnet_protocol::time::Timestamp::from_secs(0));
    let overlay = network.node(ASKER).overlay();
    let source = network.node(SOURCE);
    let there: Vec<Multiaddr> = source
        .base()
        .addresses
        .iter()
        .map(|a| a.parse().unwrap())
        .collect();
    let sealed = again(&bold, id, &request);
    let answer = overlay
        .request(
            source.overlay().me(),
            &there,
            sealed,
            Duration::from_secs(20),
        )
        .await;
    assert!(answer.is_err());
    assert_eq!(count(&bold), before);
}

#[expect(
    clippy::disallowed_methods,
    reason = "this asker seals whatever it likes"
)]
fn again(bold: &Bold, id: Octets<16>, request: &InzageRequest) -> Vec<u8> {
    let network = &bold.story.network;
    let now = network.clock.now();
    let header = Header {
        sender: network.member(ASKER).oin,
        recipient: network.member(SOURCE).oin,
        message_id: id,
        issued: now,
        expires: now + envelope::LIFETIME,
    };
    envelope::dangerous_seal(request, header, &bold.key).unwrap()
}
