// SPDX-License-Identifier: EUPL-1.2
//! A body supervises for some members: from its own node it asks for those that gave it a mandate, and for nobody else.

use std::collections::BTreeSet;
use std::time::Duration;

use basisnet_node::audit::Event;
use basisnet_node::keys::OrgKey;
use basisnet_node::service::aanbieder::AanbiederId;
use basisnet_node::service::account::Actor;
use basisnet_node::service::bevraging::Occasion;
use basisnet_node::service::inzage::{Asked, InzageError, Stand, Vraag, Weighed};
use basisnet_protocol::mandate::{
    MandateAct, MandateActKind, MandateContent, MandateHash, MandateState,
};
use basisnet_protocol::message::{
    InzageRequest, MandateShare, Message, OnBehalf, Proportionality, Refusal, Subsidiarity,
    Weighing,
};
use basisnet_protocol::octets::Octets;
use basisnet_protocol::purpose::{Category, Role};
use basisnet_tests::acting::{by_decision, gift};
use basisnet_tests::agreement::{TERMS, everybody};
use basisnet_tests::bold::say;
use basisnet_tests::network::{Network, actor};
use serde_bytes::ByteBuf;

/// The body, and whom it asks; those between are members.
const BODY: usize = 0;
const SOURCE: usize = 4;
const ALL: [usize; 5] = [BODY, 1, 2, 3, SOURCE];

const FOR_SUPERVISION: [&str; 2] = ["P03", "P08"];

struct Story {
    network: Network,
    aanbieder: AanbiederId,
}

impl Story {
    /// Five members, one of them the body and no gemeente; the body and the source know the aanbieder.
    async fn begin() -> Self {
        let network = Network::of(ALL.len()).await;
        network.introduce().await;
        network.agree_with_body(&ALL, BODY, TERMS).await;
        network.put_into_force("P08").await;
        network.put_into_force("P03").await;
        let aanbieder = network.know(BODY, "12345679", "bv").await;
        network.know(SOURCE, "12345679", "bv").await;
        network.settle().await;
        Self { network, aanbieder }
    }

    /// The body looks who else knows its aanbieders.
    async fn sweep(&self) {
        let bevragingen = &self.network.node(BODY).services().bevragingen;
        bevragingen.run(Occasion::Person).await.unwrap();
    }

    fn toezichthouder() -> Actor {
        actor(&[Role::ToezichthouderKwaliteit])
    }

    fn vraag(&self, on_behalf: Option<usize>) -> Vraag {
        Vraag {
            aanbieder: self.aanbieder,
            member: self.network.member(SOURCE).oin.to_string(),
            purpose: "P03".parse().unwrap(),
            basis: None,
            role: None,
            categories: BTreeSet::from([Category::Contact]),
            weighing: Some(Weighed {
                codes: Weighing {
                    proportionality: Proportionality::OngoingOnderzoek,
                    subsidiarity: Subsidiarity::AskingWouldHarm,
                },
                words: "toezicht voor een van de leden".to_owned(),
            }),
            case: Some("Z-2027-0007".to_owned()),
            on_behalf: on_behalf.map(|number| self.network.member(number).oin.to_string()),
        }
    }

    /// Somebody of the body asks the source, for a member or for the body itself.
    async fn ask(&self, on_behalf: Option<usize>) -> Result<Asked, InzageError> {
        let inzagen = &self.network.node(BODY).services().inzagen;
        let vraag = self.vraag(on_behalf);
        inzagen.ask(&Self::toezichthouder(), &vraag).await
    }

    async fn ask_for(&self, member: usize) -> Result<Asked, InzageError> {
        self.ask(Some(member)).await
    }

    /// Whether the source answered it.
    async fn is_answered(&self, asked: &Asked) -> bool {
        let inzagen = &self.network.node(BODY).services().inzagen;
        let shown = inzagen.show(&Self::toezichthouder(), asked.id, None).await;
        let shown = shown.unwrap();
        matches!(shown.asked.stand, Stand::Released { .. }) && shown.answer.is_some()
    }

    fn state(&self, number: usize, hash: MandateHash) -> Option<MandateState> {
        self.network.mandate_at(number, hash)
    }
}

/// By which tests the own rules kept a question inside.
fn kept_inside(refused: &InzageError) -> BTreeSet<&str> {
    let InzageError::Refused(reasons) = refused else {
        panic!("{refused}");
    };
    reasons.iter().map(|reason| reason.guard.as_str()).collect()
}

#[tokio::test]
async fn exc_06_reg_03_a_body_asks_for_who_gave_it_a_mandate_and_for_nobody_else() {
    let story = Story::begin().await;
    let network = &story.network;
    let first = network.mandate(1, BODY, &FOR_SUPERVISION, &["02"]).await;
    network.mandate(2, BODY, &FOR_SUPERVISION, &["02"]).await;
    for number in ALL {
        assert_eq!(story.state(number, first), Some(MandateState::Active));
    }
    story.sweep().await;

    for member in [1, 2] {
        let asked = story.ask_for(member).await.unwrap();
        assert!(story.is_answered(&asked).await);
    }
    let refused = story.ask_for(3).await.unwrap_err();
    let tests = ["V07-mandaat", "V08-mandaat-doel"];
    assert_eq!(kept_inside(&refused), tests.into());
    let refused = story.ask(None).await.unwrap_err();
    assert_eq!(kept_inside(&refused), ["V07-mandaat"].into());

    // Both logs name the body, and for whom it acts.
    let (body, source) = (network.member(BODY).oin, network.member(SOURCE).oin);
    let members = BTreeSet::from([1, 2].map(|number| network.member(number).oin));
    let asked = network
        .log_of(BODY)
        .into_iter()
        .filter_map(|event| match event {
            Event::InzageAsked {
                peer, on_behalf, ..
            } if peer == source => on_behalf,
            _ => None,
        });
    let received = network
        .log_of(SOURCE)
        .into_iter()
        .filter_map(|event| match event {
            Event::InzageReceived {
                peer, on_behalf, ..
            } if peer == body => on_behalf,
            _ => None,
        });
    assert_eq!(asked.collect::<BTreeSet<_>>(), members);
    assert_eq!(received.collect::<BTreeSet<_>>(), members);
}

#[tokio::test]
async fn reg_03_a_withdrawal_by_either_stops_at_once() {
    for withdraws in [1, BODY] {
        let story = Story::begin().await;
        let network = &story.network;
        let hash = network.mandate(1, BODY, &FOR_SUPERVISION, &["02"]).await;
        story.sweep().await;
        let asked = story.ask_for(1).await.unwrap();
        assert!(story.is_answered(&asked).await);

        network.withdraw_mandate(withdraws, hash).await;
        for number in ALL {
            let state = story.state(number, hash);
            assert!(matches!(state, Some(MandateState::Withdrawn { .. })));
        }
        let refused = story.ask_for(1).await.unwrap_err();
        assert!(kept_inside(&refused).contains("V07-mandaat"));
        // What was got for the member is used for it no longer either.
        assert!(!story.is_answered(&asked).await);
    }
}

#[tokio::test]
async fn reg_03_a_mandate_that_is_over_or_not_accepted_opens_nothing() {
    let story = Story::begin().await;
    let network = &story.network;
    let mut gift = gift(
        network.member(BODY).oin.to_string(),
        &FOR_SUPERVISION,
        &["02"],
        "2028-01-01",
    );
    gift.valid.until = network.clock.now() + Duration::from_secs(3_600);
    let (we, decided) = (everybody(), by_decision());
    let given = network.mandaten(1).give(&we, &gift, &decided).await;
    let hash = given.unwrap().hash();
    network.settle().await;
    let refused = story.ask_for(1).await.unwrap_err();
    assert!(kept_inside(&refused).contains("V07-mandaat"));
    assert_eq!(
        story.state(SOURCE, hash),
        None,
        "nobody is asked under it yet"
    );

    let accepted = network.mandaten(BODY).accept(&we, hash, &decided).await;
    accepted.unwrap();
    network.settle().await;
    story.sweep().await;
    let asked = story.ask_for(1).await.unwrap();
    assert!(story.is_answered(&asked).await);

    network.advance(Duration::from_secs(3_600)).await;
    assert_eq!(story.state(SOURCE, hash), Some(MandateState::Expired));
    let refused = story.ask_for(1).await.unwrap_err();
    assert!(kept_inside(&refused).contains("V07-mandaat"));
    assert!(!story.is_answered(&asked).await);
}

/// Whoever leaves its own rules at home is refused by those of the source.
#[tokio::test]
async fn reg_03_the_source_refuses_what_a_bold_body_asks_beyond_its_mandate() {
    let story = Story::begin().await;
    let network = &story.network;
    let hash = network.mandate(1, BODY, &FOR_SUPERVISION, &["02"]).await;
    story.sweep().await;
    let asked = story.ask_for(1).await.unwrap();
    let treffers = &network.node(BODY).services().treffers;
    let source = network.member(SOURCE).oin;
    let refused_by = async |number: u8, on_behalf: Option<OnBehalf>| {
        let id = Octets([number; 16]);
        let claim = treffers.claim(story.aanbieder, source, &asked.group_id, id);
        let question = InzageRequest {
            own_proof: claim.unwrap().unwrap().own_proof,
            on_behalf,
            ..asked.request.clone()
        };
        let said = say(network, (BODY, SOURCE), id, &question).await.unwrap();
        assert_eq!(said.kind(), Refusal::KIND);
        let log = network.log_of(SOURCE).into_iter().rev();
        let mut decided = log.filter_map(|event| match event {
            Event::InzageDecided { guards, .. } => Some(guards),
            _ => None,
        });
        decided.next().unwrap()
    };
    let behalf = |member: usize, mandate| {
        let member = network.member(member).oin;
        Some(OnBehalf { member, mandate })
    };
    // For who gave none, for itself, and under one that nobody knows.
    for (number, on_behalf) in [
        (1, behalf(3, hash)),
        (2, None),
        (3, behalf(1, Octets([7; 32]))),
    ] {
        let guards = refused_by(number, on_behalf).await;
        assert!(guards.contains("V07-mandaat"), "{guards:?}");
    }
}

#[tokio::test]
async fn reg_03_a_forged_or_widened_mandate_is_not_taken() {
    let story = Story::begin().await;
    let network = &story.network;
    let hash = network.mandate(1, BODY, &FOR_SUPERVISION, &["02"]).await;
    let mandate = network.mandaten(BODY).one(hash).unwrap();
    let acts: Vec<Vec<u8>> = mandate
        .acts()
        .iter()
        .map(|act| act.bytes().to_vec())
        .collect();
    let hand_on = async |id: u8, content: &MandateContent, acts: Vec<Vec<u8>>| {
        let share = MandateShare {
            v: 1,
            content: ByteBuf::from(content.encoded()),
            acts: acts.into_iter().map(ByteBuf::from).collect(),
        };
        let said = say(network, (BODY, SOURCE), Octets([id; 16]), &share).await;
        said.unwrap();
        network.mandate_at(SOURCE, content.hash())
    };

    let mut widened = mandate.content().clone();
    widened.care_forms.insert("07".to_owned());
    assert_eq!(hand_on(1, &widened, acts.clone()).await, None);

    // The body signs for the member itself.
    let config = network.member(BODY).config();
    let org = OrgKey::load(&config.certificaat.sleutel, &config.certificaat.keten).unwrap();
    let mut forged = mandate.content().clone();
    forged.member = network.member(3).oin;
    let now = network.clock.now();
    let signed = [MandateActKind::Give, MandateActKind::Accept]
        .map(|kind| MandateAct::sign(kind, &forged.hash(), now, &by_decision(), &org).unwrap());
    assert_eq!(hand_on(2, &forged, signed.to_vec()).await, None);

    // And nobody takes a withdrawal back.
    network.withdraw_mandate(1, hash).await;
    hand_on(3, mandate.content(), acts).await;
    let state = story.state(SOURCE, hash);
    assert!(matches!(state, Some(MandateState::Withdrawn { .. })));
}

/// REG-03: who gave a mandate reads at home what was done with it, also when it was away.
#[tokio::test]
async fn reg_03_the_member_hears_what_was_asked_in_its_name() {
    let story = Story::begin().await;
    let network = &story.network;
    let hash = network.mandate(1, BODY, &FOR_SUPERVISION, &["02"]).await;
    network.mandate(2, BODY, &FOR_SUPERVISION, &["02"]).await;
    story.sweep().await;
    let asked = story.ask_for(1).await.unwrap();
    network.advance(Duration::from_secs(180)).await;

    let (body, source) = (network.member(BODY).oin, network.member(SOURCE).oin);
    let heard = network.mandaten(1).uses(hash).unwrap();
    assert_eq!(heard.len(), 1);
    assert_eq!((heard[0].asker, heard[0].source), (body, source));
    assert_eq!(heard[0].question, asked.request_hash);
    let told = |number: usize| {
        let log = network.log_of(number).into_iter();
        log.filter(|event| matches!(event, Event::MandateUsed { .. }))
            .count()
    };
    assert_eq!((told(1), told(2), told(3)), (1, 0, 0));
}
