// SPDX-License-Identifier: EUPL-1.2
//! Two gemeenten that know one aanbieder, found that out, and can ask each other about it.

use std::collections::BTreeSet;

use basisnet_node::audit::Id;
use basisnet_node::service::aanbieder::AanbiederId;
use basisnet_node::service::account::Actor;
use basisnet_node::service::betrokkenheid::{Involvement, Task, Toezicht};
use basisnet_node::service::bevraging::Occasion;
use basisnet_node::service::inzage::{Asked, Grant, Inzagen, Received, Shown, Vraag, Weighed};
use basisnet_protocol::message::{Law, Proportionality, Subsidiarity, Weighing};
use basisnet_protocol::purpose::{Category, Role};

use crate::agreement::{TERMS, everybody};
use crate::network::{Network, actor};

/// Who asks.
pub const ASKER: usize = 0;
/// Who is asked.
pub const SOURCE: usize = 1;

/// Supervision of quality that goes on.
#[must_use]
pub fn open_toezicht() -> Involvement {
    Involvement::Toezicht(Toezicht {
        task: Task::Quality,
        law: Law::Wmo,
        opened: "2027-02-01".parse().expect("a day"),
        closed: None,
    })
}

/// Veenendaal, which asks, and Amersfoort, which is asked.
#[derive(Debug)]
pub struct Asking {
    /// The nodes.
    pub network: Network,
    /// The aanbieder, as the asker knows it.
    pub aanbieder: AanbiederId,
    /// The same aanbieder, as the source knows it.
    pub at_source: AanbiederId,
}

impl Asking {
    /// Both know the aanbieder, the source supervises it, and the asker found the treffer.
    pub async fn begin() -> Self {
        Self::under(TERMS).await
    }

    /// The same under other terms.
    pub async fn under(terms: &str) -> Self {
        let network = Network::of(2).await;
        network.introduce().await;
        network.agree(&[ASKER, SOURCE], terms).await;
        network.put_into_force("P08").await;
        network.put_into_force("P03").await;
        let aanbieder = network.know(ASKER, "12345679", "bv").await;
        let at_source = network.know(SOURCE, "12345679", "bv").await;
        network.know(ASKER, "22345679", "stichting").await;
        network.know(SOURCE, "32345679", "stichting").await;
        let betrokkenheden = &network.node(SOURCE).services().betrokkenheden;
        let opened = betrokkenheden
            .add(&everybody(), at_source, open_toezicht())
            .await;
        opened.expect("supervision");
        let bevragingen = &network.node(ASKER).services().bevragingen;
        bevragingen.run(Occasion::Person).await.expect("a sweep");
        Self {
            network,
            aanbieder,
            at_source,
        }
    }

    /// Somebody of the asker.
    #[must_use]
    pub fn toezichthouder(&self) -> Actor {
        actor(&[Role::ToezichthouderKwaliteit])
    }

    /// The questions of the asker.
    #[must_use]
    pub fn asker(&self) -> &Inzagen {
        &self.network.node(ASKER).services().inzagen
    }

    /// The questions of the source.
    #[must_use]
    pub fn source(&self) -> &Inzagen {
        &self.network.node(SOURCE).services().inzagen
    }

    /// A toezichthouder asks for these categories.
    pub async fn ask(&self, categories: &[Category]) -> Asked {
        let (we, vraag) = (self.toezichthouder(), self.vraag(categories));
        let asked = self.asker().ask(&we, &vraag);
        asked.await.expect("a question that may be asked")
    }

    /// What a toezichthouder sees of a question.
    pub async fn shown(&self, id: Id) -> Shown {
        let we = self.toezichthouder();
        let shown = self.asker().show(&we, id, None);
        shown.await.expect("a question that was asked")
    }

    /// The one question on which somebody of the source has to decide.
    pub async fn request(&self) -> Received {
        let open = self.source().open(&self.toezichthouder()).await;
        let [request] = open
            .expect("a store that reads")
            .try_into()
            .expect("one question");
        request
    }

    /// Somebody of the source grants the one question that is open, in full.
    pub async fn grant(&self) -> Received {
        let (we, all) = (self.toezichthouder(), Grant::default());
        let granted = self
            .source()
            .grant(&we, self.request().await.id, &all)
            .await;
        granted.expect("a question that may be granted")
    }

    /// A question that is in order, for these categories.
    #[must_use]
    pub fn vraag(&self, categories: &[Category]) -> Vraag {
        Vraag {
            on_behalf: None,
            aanbieder: self.aanbieder,
            member: "Amersfoort".to_owned(),
            purpose: "P03".parse().expect("a purpose"),
            basis: None,
            role: None,
            categories: BTreeSet::from_iter(categories.iter().copied()),
            weighing: Some(Weighed {
                codes: Weighing {
                    proportionality: Proportionality::OngoingOnderzoek,
                    subsidiarity: Subsidiarity::AskingWouldHarm,
                },
                words: "twee meldingen over de kwaliteit, en de aanbieder weet nog van niets"
                    .to_owned(),
            }),
            case: Some("Z-2027-0001".to_owned()),
        }
    }
}
