// SPDX-License-Identifier: EUPL-1.2
//! A lead gemeente purchases for members: it sees contract facts of those that let it, for the care that they joined, and
//! nothing else. A gemeente is in several regions at once, and chooses per form of care.

use std::collections::BTreeSet;

use basisnet_node::service::aanbieder::AanbiederId;
use basisnet_node::service::account::Actor;
use basisnet_node::service::betrokkenheid::{Contract, Involvement};
use basisnet_node::service::bevraging::Occasion;
use basisnet_node::service::inzage::{Grant, InzageError, Shown, Vraag, Weighed};
use basisnet_protocol::message::{
    Answer, ContractRole, Law, Proportionality, Subsidiarity, Variant, Weighing,
};
use basisnet_protocol::purpose::{Category, Role};
use basisnet_tests::agreement::{TERMS, everybody, in_group};
use basisnet_tests::asking::open_toezicht;
use basisnet_tests::network::{Network, actor};

const LEAD: usize = 0;
/// Joined for care 02 alone.
const ONE: usize = 1;
/// Joined for care 02 and 07.
const BOTH: usize = 2;
/// Purchases itself.
const NEITHER: usize = 3;
const ALL: [usize; 4] = [LEAD, ONE, BOTH, NEITHER];

/// Purchase for members, which goes by itself.
const PURCHASE: &str = r#"
[[doelen]]
doel = "P20"
versie = 1
grondslagen = ["wgr-mandaat"]
categorieen = ["contract", "contact"]
rollen = ["contractmanager"]
bewaardagen = 90
automatisch = ["contract", "contact"]
"#;

/// The same, where a person at the source looks first.
const BY_A_PERSON: &str = "automatisch = [\"contact\"]";

struct Story {
    network: Network,
    aanbieder: AanbiederId,
}

impl Story {
    /// All four know the aanbieder; the three others contract it for care 02 and, apart, for care 07.
    async fn begin() -> Self {
        Self::under(PURCHASE).await
    }

    async fn under(purchase: &str) -> Self {
        let network = Network::of(ALL.len()).await;
        network.introduce().await;
        network.agree(&ALL, &format!("{TERMS}{purchase}")).await;
        for purpose in ["P08", "P03", "P20"] {
            network.put_into_force(purpose).await;
        }
        let aanbieder = network.know(LEAD, "12345679", "bv").await;
        for number in [ONE, BOTH, NEITHER] {
            let at_member = network.know(number, "12345679", "bv").await;
            let betrokkenheden = &network.node(number).services().betrokkenheden;
            for involvement in [contract("07"), open_toezicht()] {
                let we = everybody();
                let added = betrokkenheden.add(&we, at_member, involvement).await;
                added.unwrap();
            }
        }
        let story = Self { network, aanbieder };
        story.network.mandate(ONE, LEAD, &["P20"], &["02"]).await;
        story
            .network
            .mandate(BOTH, LEAD, &["P20"], &["02", "07"])
            .await;
        let bevragingen = &story.network.node(LEAD).services().bevragingen;
        bevragingen.run(Occasion::Person).await.unwrap();
        story
    }

    fn manager() -> Actor {
        actor(&[Role::Contractmanager])
    }

    /// The lead asks one member about the aanbieder, for another or the same.
    async fn ask(
        &self,
        member: usize,
        on_behalf: Option<usize>,
        purpose: &str,
        category: Category,
    ) -> Result<Shown, InzageError> {
        let oin = |number: usize| self.network.member(number).oin.to_string();
        let inzagen = &self.network.node(LEAD).services().inzagen;
        let vraag = Vraag {
            aanbieder: self.aanbieder,
            member: oin(member),
            purpose: purpose.parse().unwrap(),
            basis: None,
            role: None,
            categories: BTreeSet::from([category]),
            weighing: Some(Weighed {
                codes: Weighing {
                    proportionality: Proportionality::ContractDecision,
                    subsidiarity: Subsidiarity::NotPublic,
                },
                words: "wij sluiten het contract voor hen".to_owned(),
            }),
            case: Some("Z-2027-0011".to_owned()),
            on_behalf: on_behalf.map(oin),
        };
        let asked = inzagen.ask(&Self::manager(), &vraag).await?;
        inzagen.show(&Self::manager(), asked.id, None).await
    }

    /// The care of the contracts that the lead gets to see of a member for which it purchases.
    async fn care_of(&self, member: usize) -> BTreeSet<String> {
        let shown = self.ask(member, Some(member), "P20", Category::Contract);
        let answer = shown.await.unwrap().answer;
        let contracts = answer.and_then(|answer| answer.contract).unwrap();
        contracts
            .into_iter()
            .flat_map(|one| one.care_forms)
            .collect()
    }
}

fn contract(care: &str) -> Involvement {
    Involvement::Contract(Contract {
        law: Law::Jeugdwet,
        care_forms: [care.to_owned()].into(),
        variant: Variant::Inspanningsgericht,
        role: ContractRole::Main,
        from: "2026-01-01".parse().unwrap(),
        until: None,
    })
}

fn kept_inside(refused: Result<Shown, InzageError>) -> BTreeSet<String> {
    let Err(InzageError::Refused(reasons)) = refused else {
        panic!("{refused:?}");
    };
    reasons.iter().map(|one| one.guard.to_string()).collect()
}

fn care(codes: &[&str]) -> BTreeSet<String> {
    codes.iter().map(ToString::to_string).collect()
}

/// The eighteenth of the acceptance checks.
#[tokio::test]
async fn reg_02_reg_03_a_lead_gemeente_sees_contracts_of_its_members_for_the_care_they_joined_and_nothing_else()
 {
    let story = Story::begin().await;
    assert_eq!(story.care_of(ONE).await, care(&["02"]));
    assert_eq!(story.care_of(BOTH).await, care(&["02", "07"]));

    // Who gave no mandate is not asked, also not in the name of who did.
    let refused = story
        .ask(NEITHER, Some(NEITHER), "P20", Category::Contract)
        .await;
    assert!(kept_inside(refused).contains("V07-mandaat"));
    let refused = story
        .ask(NEITHER, Some(ONE), "P20", Category::Contract)
        .await;
    assert!(kept_inside(refused).contains("V06-namens-lid"));
    // And purchasing is never for oneself.
    let refused = story.ask(ONE, None, "P20", Category::Contract).await;
    assert!(kept_inside(refused).contains("V07-mandaat"));
}

#[tokio::test]
async fn reg_05_who_purchases_gets_what_contracts_need_and_nothing_of_supervision() {
    let story = Story::begin().await;
    let refused = story.ask(ONE, Some(ONE), "P20", Category::Toezicht).await;
    assert!(kept_inside(refused).contains("V31-categorie-doel"));
    let shown = story.ask(ONE, Some(ONE), "P20", Category::Contract).await;
    let Answer {
        contract,
        toezicht,
        label,
        contact,
    } = shown.unwrap().answer.unwrap();
    assert_eq!((toezicht, label, contact), (None, None, None));
    assert_eq!(contract.unwrap().len(), 1);
}

#[tokio::test]
async fn reg_03_what_a_person_gives_stays_within_the_mandate_too() {
    let purchase = PURCHASE.replace("automatisch = [\"contract\", \"contact\"]", BY_A_PERSON);
    let story = Story::under(&purchase).await;
    let waits = story.ask(ONE, Some(ONE), "P20", Category::Contract).await;
    let id = waits.unwrap().asked.id;
    let inzagen = |number: usize| &story.network.node(number).services().inzagen;
    let (we, all) = (Story::manager(), Grant::default());
    let open = inzagen(ONE).open(&we).await.unwrap();
    let granted = inzagen(ONE).grant(&we, open[0].id, &all).await;
    granted.unwrap();
    let shown = inzagen(LEAD).show(&we, id, None).await;
    let contracts = shown.unwrap().answer.unwrap().contract.unwrap();
    assert_eq!(contracts.len(), 1);
    assert_eq!(contracts[0].care_forms, care(&["02"]));
}

/// Quality at one body, lawfulness at another: the mandate for one task opens nothing of the other.
#[tokio::test]
async fn reg_04_a_mandate_for_one_task_of_supervision_opens_nothing_of_another() {
    let story = Story::begin().await;
    story
        .network
        .mandate(ONE, LEAD, &["P03"], &["02", "07"])
        .await;
    let refused = story.ask(BOTH, Some(ONE), "P04", Category::Toezicht).await;
    let refused = kept_inside(refused);
    assert!(refused.contains("V08-mandaat-doel"), "{refused:?}");
}

#[tokio::test]
async fn reg_01_a_gemeente_is_in_several_regions_at_once_and_each_keeps_to_itself() {
    let network = Network::of(3).await;
    network.introduce().await;
    let wmo = network.agree(&[0, 1], &in_group("regio/wmo", TERMS)).await;
    let jeugd = network
        .agree(&[0, 2], &in_group("regio/jeugd", TERMS))
        .await;
    network.settle().await;
    let now = network.clock.now();
    let regions = |number: usize| -> BTreeSet<_> {
        let convenanten = &network.node(number).services().convenanten;
        let active = convenanten.active(now).unwrap();
        active.iter().map(|one| one.hash()).collect()
    };
    assert_eq!(regions(0), [wmo, jeugd].into());
    assert_eq!((regions(1), regions(2)), ([wmo].into(), [jeugd].into()));
    let members = |number: usize| {
        let convenanten = &network.node(number).services().convenanten;
        convenanten.members(now).unwrap()
    };
    let oin = |number: usize| network.member(number).oin;
    assert_eq!(members(0), [oin(1), oin(2)].into());
    assert_eq!(members(1), [oin(0)].into());
}

/// In one region it was agreed to ask about supervision of quality, in the other not; nobody stretches the one over the other.
#[tokio::test]
async fn reg_02_what_was_agreed_in_one_region_is_not_asked_in_another() {
    let network = Network::of(3).await;
    network.introduce().await;
    let only_treffers = TERMS.split("# Toezicht op kwaliteit").next().unwrap();
    let wmo = in_group("regio/wmo", TERMS);
    let jeugd = in_group("regio/jeugd", only_treffers);
    network.agree(&[0, 1], &wmo).await;
    network.agree(&[0, 2], &jeugd).await;
    for purpose in ["P08", "P03"] {
        network.put_into_force(purpose).await;
    }
    let mut aanbieder = None;
    for number in 0..3 {
        let known = network.know(number, "12345679", "bv").await;
        aanbieder = aanbieder.or(Some(known));
    }
    network.settle().await;
    for number in 0..3 {
        let bevragingen = &network.node(number).services().bevragingen;
        bevragingen.run(Occasion::Person).await.unwrap();
    }
    // The one in both knows of both; those in one know of it and nothing of each other.
    let found = |number: usize| -> BTreeSet<_> {
        let treffers = network.node(number).services().treffers.all().unwrap();
        treffers.into_values().flatten().collect()
    };
    let oin = |number: usize| network.member(number).oin;
    assert_eq!(found(0), [oin(1), oin(2)].into());
    assert_eq!((found(1), found(2)), ([oin(0)].into(), [oin(0)].into()));

    let inzagen = &network.node(0).services().inzagen;
    let we = actor(&[Role::ToezichthouderKwaliteit]);
    let vraag = |member: usize| Vraag {
        on_behalf: None,
        aanbieder: aanbieder.unwrap(),
        member: oin(member).to_string(),
        purpose: "P03".parse().unwrap(),
        basis: None,
        role: None,
        categories: BTreeSet::from([Category::Contact]),
        weighing: Some(Weighed {
            codes: Weighing {
                proportionality: Proportionality::OngoingOnderzoek,
                subsidiarity: Subsidiarity::AskingWouldHarm,
            },
            words: "toezicht in een van twee regio's".to_owned(),
        }),
        case: Some("Z-2027-0011".to_owned()),
    };
    assert!(inzagen.ask(&we, &vraag(1)).await.is_ok());
    let refused = inzagen.ask(&we, &vraag(2)).await;
    assert!(
        matches!(refused, Err(InzageError::Refused(_))),
        "{refused:?}"
    );
}
