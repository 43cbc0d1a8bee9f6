// SPDX-License-Identifier: EUPL-1.2
//! EXC-05: three gemeenten come to one investigation into an aanbieder that all of them contract. Each finds by itself that
//! the others are involved, hears from a person there that supervision runs, and knows whom to call. Every one keeps a file
//! of its own: what it is suspected of, in which case, and by whom crosses nowhere, and the law has its own routes for that.

use std::collections::BTreeSet;

use basisnet_node::service::aanbieder::AanbiederId;
use basisnet_node::service::account::Actor;
use basisnet_node::service::betrokkenheid::{Involvement, Task, Toezicht};
use basisnet_node::service::bevraging::Occasion;
use basisnet_node::service::inzage::{Asked, Grant, Stand, Vraag, Weighed};
use basisnet_protocol::message::{
    Answer, Law, Proportionality, RefusalReason, Subsidiarity, ToezichtState, Weighing,
};
use basisnet_protocol::purpose::{Category, Role};
use basisnet_protocol::wire;
use basisnet_tests::agreement::{TERMS, everybody};
use basisnet_tests::network::{Network, actor};

/// The three that contract it; the first two supervise it, the last one not yet.
const FIRST: usize = 0;
const SECOND: usize = 1;
const THIRD: usize = 2;
const ALL: [usize; 3] = [FIRST, SECOND, THIRD];

/// Supervision of lawfulness, beside the purposes of most stories.
const LAWFULNESS: &str = "
[[doelen]]
doel = \"P04\"
versie = 1
grondslagen = [\"wmo-6.1\"]
categorieen = [\"toezicht\", \"contact\"]
rollen = [\"toezichthouder_rechtmatigheid\"]
bewaardagen = 90
automatisch = [\"contact\"]
";

/// The words and numbers of the own file of each.
const OWN: [&str; 3] = ["valse facturen", "Z-2027-04", "opsporing"];

struct Region {
    network: Network,
    /// The aanbieder, as each knows it.
    aanbieder: Vec<AanbiederId>,
}

fn toezichthouder() -> Actor {
    actor(&[Role::ToezichthouderRechtmatigheid])
}

impl Region {
    async fn new() -> Self {
        let network = Network::of(3).await;
        network.introduce().await;
        network.agree(&ALL, &format!("{TERMS}{LAWFULNESS}")).await;
        network.put_into_force("P08").await;
        network.put_into_force("P04").await;
        let mut region = Self {
            aanbieder: Vec::new(),
            network,
        };
        for number in ALL {
            let known = region.network.know(number, "12345679", "bv").await;
            region.aanbieder.push(known);
        }
        for number in [FIRST, SECOND] {
            region.opens(number).await;
        }
        for number in ALL {
            let bevragingen = &region.network.node(number).services().bevragingen;
            bevragingen.run(Occasion::Person).await.unwrap();
        }
        region
    }

    /// A member opens supervision of lawfulness.
    async fn opens(&self, number: usize) {
        let toezicht = Involvement::Toezicht(Toezicht {
            task: Task::Lawfulness,
            law: Law::Wmo,
            opened: "2027-02-01".parse().unwrap(),
            closed: None,
        });
        let betrokkenheden = &self.network.node(number).services().betrokkenheden;
        let (we, about) = (everybody(), self.aanbieder[number]);
        betrokkenheden.add(&we, about, toezicht).await.unwrap();
    }

    /// One asks another whom to call, and whether supervision runs there.
    async fn asks(&self, one: usize, other: usize) -> Asked {
        let vraag = Vraag {
            on_behalf: None,
            aanbieder: self.aanbieder[one],
            member: self.network.member(other).oin.to_string(),
            purpose: "P04".parse().unwrap(),
            basis: None,
            role: None,
            categories: BTreeSet::from([Category::Contact, Category::Toezicht]),
            weighing: Some(Weighed {
                codes: Weighing {
                    proportionality: Proportionality::OngoingOnderzoek,
                    subsidiarity: Subsidiarity::AskingWouldHarm,
                },
                words: format!("{} en mogelijk {}", OWN[0], OWN[2]),
            }),
            case: Some(format!("{}{one}", OWN[1])),
        };
        let inzagen = &self.network.node(one).services().inzagen;
        inzagen.ask(&toezichthouder(), &vraag).await.unwrap()
    }

    /// A person there gives what may be given.
    async fn gives(&self, number: usize) {
        let (we, inzagen) = (
            toezichthouder(),
            &self.network.node(number).services().inzagen,
        );
        let [request] = inzagen.open(&we).await.unwrap().try_into().unwrap();
        let all = Grant::default();
        inzagen.grant(&we, request.id, &all).await.unwrap();
    }

    async fn answer(&self, one: usize, asked: &Asked) -> Option<Answer> {
        let inzagen = &self.network.node(one).services().inzagen;
        let shown = inzagen.show(&toezichthouder(), asked.id, None).await;
        shown.unwrap().answer
    }

    /// How many are involved, as one sees it.
    fn samenloop(&self, one: usize) -> usize {
        let treffers = &self.network.node(one).services().treffers;
        treffers
            .of(self.aanbieder[one])
            .unwrap()
            .samenloop()
            .count()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn exc_05_gemeenten_come_to_one_investigation_and_each_keeps_its_own_file() {
    let region = Region::new().await;
    for number in ALL {
        assert_eq!(region.samenloop(number), 3, "{number}");
    }
    // Whoever begins, both come to know that the other supervises too, and whom to call.
    for (one, other) in [(FIRST, SECOND), (SECOND, FIRST)] {
        let asked = region.asks(one, other).await;
        region.gives(other).await;
        let answer = region.answer(one, &asked).await.unwrap();
        assert_eq!(
            answer.toezicht.as_ref().unwrap().state,
            ToezichtState::Open,
            "{one}"
        );
        let team = &answer.contact.as_ref().unwrap().team;
        let name = region.network.member(other).name;
        assert_eq!(*team, format!("Toezicht {name}"));
        for said in [
            wire::encode(&asked.request).unwrap(),
            wire::encode(&answer).unwrap(),
        ] {
            let text = String::from_utf8_lossy(&said).into_owned();
            for own in OWN.into_iter().chain(["12345679", "lawfulness", "fraud"]) {
                assert!(!text.contains(own), "{own} in {text}");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn exc_05_who_does_not_investigate_yet_joins_by_a_decision_of_its_own() {
    let region = Region::new().await;
    let asked = region.asks(FIRST, THIRD).await;
    region.gives(THIRD).await;
    let answer = region.answer(FIRST, &asked).await.unwrap();
    assert!(answer.toezicht.is_none() && answer.contact.is_some());
    // That it was asked opens nothing there; its own people do, after they spoke.
    region.opens(THIRD).await;
    let again = region.asks(FIRST, THIRD).await;
    region.gives(THIRD).await;
    let answer = region.answer(FIRST, &again).await.unwrap();
    assert_eq!(answer.toezicht.unwrap().state, ToezichtState::Open);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn exc_05_who_would_be_harmed_by_working_together_says_no_and_stays_reachable() {
    let region = Region::new().await;
    let asked = region.asks(FIRST, SECOND).await;
    let we = toezichthouder();
    let inzagen = &region.network.node(SECOND).services().inzagen;
    let [request] = inzagen.open(&we).await.unwrap().try_into().unwrap();
    let reason = RefusalReason::HarmsToezicht;
    inzagen.refuse(&we, request.id, reason).await.unwrap();
    let mine = &region.network.node(FIRST).services().inzagen;
    let shown = mine.show(&we, asked.id, None).await.unwrap();
    assert_eq!(shown.asked.stand, Stand::RefusedByPerson { reason });
    assert!(shown.answer.is_none());
    // Neither another task nor another role sees that anything was asked for this purpose.
    let other = actor(&[Role::ToezichthouderKwaliteit]);
    let shown = mine.show(&other, asked.id, None).await;
    assert!(shown.is_err() || shown.unwrap().answer.is_none());
}
