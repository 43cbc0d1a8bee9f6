// SPDX-License-Identifier: EUPL-1.2
//! A toezichthouder sees that another gemeente knows an aanbieder too, asks that one about it, and is answered or
//! refused. Real nodes, real messages; the requirements that a story holds are named with it.

use std::collections::BTreeSet;

use basisnet_node::audit::{By, EntryContents, Event, Log};
use basisnet_node::service::aanbieder::AanbiederId;
use basisnet_node::service::bevraging::{Occasion, Outcome};
use basisnet_node::service::inzage::{
    Asked, AskedState, Grant, InzageError, ReceivedState, Stand, Vraag, Weighed,
};
use basisnet_node::service::treffer::Standing;
use basisnet_protocol::convenant::ConvenantHash;
use basisnet_protocol::message::{Proportionality, Subsidiarity, Weighing};
use basisnet_protocol::purpose::{Category, Role};
use basisnet_tests::agreement::{TERMS, everybody};
use basisnet_tests::network::{Network, actor, days};

const VEENENDAAL: usize = 0;
const AMERSFOORT: usize = 1;
const WEERT: usize = 2;
const SHARED: &str = "68000016";
const ONE_PERSON: &str = "68000024";
const ONLY_AMERSFOORT: &str = "68000032";

/// Veenendaal and Amersfoort have agreed and share aanbieders; Weert has not, and knows them all.
struct Scene {
    network: Network,
    convenant: ConvenantHash,
    shared: AanbiederId,
    one_person: AanbiederId,
}

impl Scene {
    async fn new() -> Self {
        let mut network = Network::of(2).await;
        network.add("Weert", "00000099000000988000").await;
        for number in [AMERSFOORT, WEERT] {
            for (kvk, form) in [
                (SHARED, "bv"),
                (ONE_PERSON, "eenmanszaak"),
                (ONLY_AMERSFOORT, "bv"),
            ] {
                network.know(number, kvk, form).await;
            }
        }
        let shared = network.know(VEENENDAAL, SHARED, "bv").await;
        let one_person = network.know(VEENENDAAL, ONE_PERSON, "eenmanszaak").await;
        network.introduce().await;
        let convenant = network.agree(&[VEENENDAAL, AMERSFOORT], TERMS).await;
        network.put_into_force("P08").await;
        network.put_into_force("P03").await;
        Self {
            network,
            convenant,
            shared,
            one_person,
        }
    }

    async fn swept() -> Self {
        let scene = Self::new().await;
        for number in [VEENENDAAL, AMERSFOORT] {
            let bevragingen = &scene.network.node(number).services().bevragingen;
            let done = bevragingen.run(Occasion::Person).await.unwrap();
            let outcomes: Vec<_> = done.members.values().map(|m| m.outcome.clone()).collect();
            assert_eq!(outcomes, [Some(Outcome::Swept)]);
        }
        scene
    }

    fn standing(&self, aanbieder: AanbiederId) -> Standing {
        let treffers = &self.network.node(VEENENDAAL).services().treffers;
        let mut with = treffers.of(aanbieder).unwrap().members;
        assert_eq!(with.len(), 1);
        with.remove(0).standing
    }

    async fn ask(&self, vraag: &Vraag) -> Result<Asked, InzageError> {
        let inzagen = &self.network.node(VEENENDAAL).services().inzagen;
        inzagen
            .ask(&actor(&[Role::ToezichthouderKwaliteit]), vraag)
            .await
    }

    /// Asked, and with whatever came of it by now.
    async fn outcome(&self, asked: &Asked) -> Stand {
        let inzagen = &self.network.node(VEENENDAAL).services().inzagen;
        let shown = inzagen.show(&everybody(), asked.id, None).await.unwrap();
        shown.asked.stand
    }

    fn vraag(&self, about: AanbiederId, category: Category) -> Vraag {
        Vraag {
            on_behalf: None,
            aanbieder: about,
            member: self.network.member(AMERSFOORT).oin.to_string(),
            purpose: "P03".parse().unwrap(),
            basis: None,
            role: None,
            categories: [category].into(),
            weighing: Some(Weighed {
                codes: Weighing {
                    proportionality: Proportionality::OngoingOnderzoek,
                    subsidiarity: Subsidiarity::AskingWouldHarm,
                },
                words: "lopend onderzoek naar de kwaliteit".to_owned(),
            }),
            case: Some("zaak 2027-14".to_owned()),
        }
    }

    /// The guards that kept the last question from being asked, as the log has them.
    fn withheld(&self) -> BTreeSet<String> {
        let events = self.network.log_of(VEENENDAAL).into_iter().rev();
        let mut withheld = events.filter_map(|event| {
            if let Event::InzageWithheld { guards, .. } = event {
                Some(guards)
            } else {
                None
            }
        });
        withheld.next().unwrap_or_default()
    }
}

/// EXC-01, DAT-01: that another is involved, and no more.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_gemeente_finds_out_that_another_knows_the_aanbieder_they_share() {
    let scene = Scene::swept().await;
    assert!(matches!(scene.standing(scene.shared), Standing::Known(_)));
}

/// EXC-04: Weert knows the same aanbieders and is in no convenant. It is not asked, and not mentioned.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_is_outside_the_convenant_asks_nothing_and_is_asked_nothing() {
    let scene = Scene::swept().await;
    let weert = scene.network.node(WEERT).services();
    let done = weert.bevragingen.run(Occasion::Person).await.unwrap();
    assert!(done.members.is_empty());
    let mut vraag = scene.vraag(scene.shared, Category::Contact);
    vraag.member = scene.network.member(WEERT).oin.to_string();
    let refused = scene.ask(&vraag).await;
    assert!(matches!(
        refused,
        Err(InzageError::UnknownMember | InzageError::Refused(_))
    ));
    let concerned = |event: &Event| {
        matches!(
            event,
            Event::BatchEvaluated { .. } | Event::InzageReceived { .. }
        )
    };
    assert!(!scene.network.log_of(WEERT).iter().any(concerned));
}

/// DAT-05: an aanbieder behind whom a person stands looks like one that nobody knows.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_one_person_business_takes_no_part_and_the_own_users_see_why() {
    let scene = Scene::swept().await;
    assert_eq!(scene.standing(scene.one_person), Standing::Withheld);
    let refused = scene
        .ask(&scene.vraag(scene.one_person, Category::Contact))
        .await;
    let Err(InzageError::Refused(reasons)) = refused else {
        panic!("{refused:?}");
    };
    assert!(!reasons.is_empty());
}

/// EXC-03, EXC-09, DAT-02: a minimal answer from the source, which says from whom, for what, under which agreement
/// and until when.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_says_who_gave_it_for_what_and_until_when() {
    let scene = Scene::swept().await;
    let asked = scene
        .ask(&scene.vraag(scene.shared, Category::Contact))
        .await
        .unwrap();
    let AskedState::Released { obligations, .. } = &asked.state else {
        panic!("{:?}", asked.state);
    };
    assert_eq!(obligations.source_oin, scene.network.member(AMERSFOORT).oin);
    assert_eq!(obligations.purpose_id.as_str(), "P03");
    assert_eq!(obligations.convenant_hash, scene.convenant);
    assert!(obligations.no_onward_sharing);
    assert!(obligations.retain_until <= asked.at + days(90));
    let inzagen = &scene.network.node(VEENENDAAL).services().inzagen;
    let shown = inzagen.show(&everybody(), asked.id, None).await.unwrap();
    let answer = shown.answer.unwrap();
    assert_eq!(answer.contact.unwrap().team, "Toezicht Amersfoort");
    assert!(answer.contract.is_none() && answer.toezicht.is_none() && answer.label.is_none());
}

/// DAT-01, DAT-04: about supervision a person at the source decides.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn about_supervision_a_person_at_the_source_decides() {
    let scene = Scene::swept().await;
    let asked = scene
        .ask(&scene.vraag(scene.shared, Category::Toezicht))
        .await
        .unwrap();
    assert!(
        matches!(asked.state, AskedState::Waiting { .. }),
        "{:?}",
        asked.state
    );
    let amersfoort = &scene.network.node(AMERSFOORT).services().inzagen;
    let waiting = amersfoort.open(&everybody()).await.unwrap();
    assert_eq!(waiting.len(), 1);
    let decided = amersfoort
        .grant(&everybody(), waiting[0].id, &Grant::default())
        .await
        .unwrap();
    assert!(matches!(decided.state, ReceivedState::Granted { .. }));
    let came = scene.outcome(&asked).await;
    assert!(matches!(came, Stand::Released { .. }), "{came:?}");
}

/// DAT-04, DAT-06: no look without a reason that was weighed, and the refusal itself is on record.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_question_without_a_weighing_is_not_asked() {
    let scene = Scene::swept().await;
    let mut vraag = scene.vraag(scene.shared, Category::Contact);
    vraag.weighing = None;
    assert!(matches!(
        scene.ask(&vraag).await,
        Err(InzageError::Refused(_))
    ));
    assert!(!scene.withheld().is_empty());
    assert!(
        scene
            .network
            .node(AMERSFOORT)
            .services()
            .inzagen
            .open(&everybody())
            .await
            .unwrap()
            .is_empty()
    );
}

/// AUT-01, EXC-04: a purpose that does not exist, is not in the convenant, or is not in force, asks nothing.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_question_for_a_purpose_that_was_not_agreed_is_not_asked() {
    let scene = Scene::swept().await;
    for purpose in ["P99", "P04", "P08"] {
        let mut vraag = scene.vraag(scene.shared, Category::Contact);
        vraag.purpose = purpose.parse().unwrap();
        assert!(
            matches!(scene.ask(&vraag).await, Err(InzageError::Refused(_))),
            "{purpose}"
        );
        assert!(!scene.withheld().is_empty(), "{purpose}");
    }
}

/// AUT-07: consent is no ground here.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn consent_is_not_a_ground_to_ask_on() {
    let scene = Scene::swept().await;
    for basis in ["avg-6.1.a", "toestemming"] {
        let mut vraag = scene.vraag(scene.shared, Category::Contact);
        vraag.basis = Some(basis.parse().unwrap());
        assert!(
            matches!(scene.ask(&vraag).await, Err(InzageError::Refused(_))),
            "{basis}"
        );
    }
}

/// SEC-03: of every question it is known which organisation and which person acted.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_logs_say_which_person_asked_and_which_organisation_was_answered() {
    let scene = Scene::swept().await;
    let asked = scene
        .ask(&scene.vraag(scene.shared, Category::Contact))
        .await
        .unwrap();
    let who = actor(&[Role::ToezichthouderKwaliteit]).account();
    let by_person = |by: &By, event: &Event| {
        matches!(by, By::Account { account } if *account == who)
            && matches!(event, Event::InzageAsked { inzage, .. } if *inzage == asked.id)
    };
    assert!(noted(&scene.network, VEENENDAAL, by_person));
    let veenendaal = scene.network.member(VEENENDAAL).oin;
    let for_organisation = |_: &By, event: &Event| matches!(event, Event::InzageDecided { peer, granted: true, .. } if *peer == veenendaal);
    assert!(noted(&scene.network, AMERSFOORT, for_organisation));
}

/// A member that is off is shown as silent, never as a no; when it is back it answers.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_member_that_is_off_gives_no_answer_and_answers_when_it_is_back() {
    let mut scene = Scene::swept().await;
    scene.network.stop(AMERSFOORT).await;
    let asked = scene
        .ask(&scene.vraag(scene.shared, Category::Contact))
        .await
        .unwrap();
    assert_eq!(asked.state, AskedState::NoAnswer);
    scene.network.start(AMERSFOORT).await;
    scene.network.introduce().await;
    let again = scene
        .ask(&scene.vraag(scene.shared, Category::Contact))
        .await
        .unwrap();
    assert!(
        matches!(again.state, AskedState::Released { .. }),
        "{:?}",
        again.state
    );
}

fn noted(network: &Network, number: usize, fits: impl Fn(&By, &Event) -> bool) -> bool {
    let log = Log::new(network.node(number).base().store.clone());
    let entries = log.page(0, 500).unwrap();
    entries.iter().any(|entry| {
        if let EntryContents::Noted { noted, .. } = &entry.contents {
            fits(&noted.by, &noted.event)
        } else {
            false
        }
    })
}
