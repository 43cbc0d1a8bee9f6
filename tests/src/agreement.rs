// SPDX-License-Identifier: EUPL-1.2
//! What gemeenten do before they can ask each other anything: meet, agree, put purposes into force, keep a register.

use basisnet_node::audit::{EntryContents, Event, Log};
use basisnet_node::service::aanbieder::{AanbiederId, Draft};
use basisnet_node::service::account::Actor;
use basisnet_node::service::betrokkenheid::{Contract, Involvement};
use basisnet_node::service::convenant::Deed;
use basisnet_node::service::doel::Decision;
use basisnet_protocol::convenant::{ActKind, ConvenantHash, Motivation};
use basisnet_protocol::message::{ContractRole, Law, Variant};
use basisnet_protocol::purpose::{PurposeId, Role};

use crate::network::{Network, actor};

/// The terms of the convenant of most stories, without the members: those of the demonstration.
pub use basisnet_node::demo::files::TERMS;

/// These terms for another sharing group.
#[must_use]
pub fn in_group(group: &str, terms: &str) -> String {
    let line = |line: &str| match line.starts_with("groep = ") {
        true => format!("groep = \"{group}\"\n"),
        false => format!("{line}\n"),
    };
    terms.lines().map(line).collect()
}

/// This act, by a decision and with a reason.
///
/// # Panics
/// Never: both can be signed.
#[must_use]
pub fn decided(kind: ActKind) -> Deed {
    let motivation = Motivation::new(Some("B&W 2027-118"), Some("wij besloten het zo"));
    Deed {
        kind,
        motivation: motivation.expect("plain text"),
    }
}

/// Somebody who may do everything; stories about roles make their own.
#[must_use]
pub fn everybody() -> Actor {
    actor(&Role::ALL)
}

impl Network {
    /// Every node brings in the signed record of every other.
    pub async fn introduce(&self) {
        let we = everybody();
        for from in self.members() {
            let issued = from.node().services().leden.issue(&we).await;
            let issued = issued.expect("a record");
            for to in self.members().iter().filter(|to| to.oin != from.oin) {
                let leden = &to.node().services().leden;
                leden.import(&we, &issued).await.expect("a member");
            }
        }
    }

    /// The same among the nodes that run.
    pub async fn introduce_running(&self) {
        let we = everybody();
        let running = || self.members().iter().filter(|member| member.is_running());
        for from in running() {
            let issued = from.node().services().leden.issue(&we).await;
            let issued = issued.expect("a record");
            for to in running().filter(|to| to.oin != from.oin) {
                let leden = &to.node().services().leden;
                leden.import(&we, &issued).await.expect("a member");
            }
        }
    }

    /// One node brings in the signed record of each of these, and each of these brings in the record of that one.
    pub async fn introduce_to(&self, first: usize, others: &[usize]) {
        let we = everybody();
        let leden = |number: usize| &self.node(number).services().leden;
        let own = leden(first).issue(&we).await.expect("a record");
        for number in others {
            let issued = leden(*number).issue(&we).await.expect("a record");
            leden(first).import(&we, &issued).await.expect("a member");
            leden(*number).import(&we, &own).await.expect("a member");
        }
    }

    /// These terms with these members, as somebody would write them down.
    #[must_use]
    pub fn draft(&self, members: &[usize], terms: &str) -> String {
        let mut text = terms.to_owned();
        for number in members {
            let member = self.member(*number);
            let (oin, name, code) = (member.oin, member.name, number + 1);
            text += &format!(
                "\n[[leden]]\noin = \"{oin}\"\nnaam = \"Gemeente {name}\"\ngemeentecode = \"{code:04}\"\n"
            );
        }
        text
    }

    /// These members draft, sign and exchange a convenant with these terms. Gives its hash.
    pub async fn agree(&self, members: &[usize], terms: &str) -> ConvenantHash {
        self.agree_on(members, &self.draft(members, terms)).await
    }

    /// The same, with who the members are in the text.
    pub async fn agree_on(&self, members: &[usize], text: &str) -> ConvenantHash {
        let we = everybody();
        let convenanten = |number: &usize| &self.node(*number).services().convenanten;
        let drafted = convenanten(&members[0]).draft(&we, text).await;
        let drafted = drafted.expect("terms that can be agreed on");
        let mut file = drafted.file;
        for number in members {
            let accept = decided(ActKind::Accept);
            let signed = convenanten(number).sign(&we, &file, &accept);
            file = signed.await.expect("a signature").file;
        }
        for number in members {
            let imported = convenanten(number).import(&we, &file).await;
            imported.expect("a convenant that all signed");
        }
        drafted.hash
    }

    /// At every node the FG advises and the controller puts this purpose into force.
    pub async fn put_into_force(&self, purpose: &str) {
        let we = everybody();
        let fg = Actor::testing_only("functionaris", [Role::Fg]);
        let purpose: PurposeId = purpose.parse().expect("a purpose");
        for member in self.members() {
            let doelen = &member.node().services().doelen;
            let advised = doelen.advise(&fg, &purpose, None, true, "");
            advised.await.expect("an advice");
            let decision = Decision {
                mandate: "college van burgemeester en wethouders".to_owned(),
                dpia: "dpia-2027-1".to_owned(),
                against_advice: None,
            };
            let decided = doelen.put_into_force(&we, &purpose, None, decision);
            decided.await.expect("a decision");
        }
    }

    /// A node takes an aanbieder with a contract into its register.
    pub async fn know(&self, number: usize, kvk: &str, legal_form: &str) -> AanbiederId {
        let we = everybody();
        let services = self.node(number).services();
        let draft = Draft {
            naam: format!("Zorg {kvk}"),
            kvk: kvk.to_owned(),
            vestigingen: Vec::new(),
            agb: Vec::new(),
            rsin: String::new(),
            rechtsvorm: legal_form.to_owned(),
        };
        let added = services.aanbieders.add(&we, &draft).await;
        let added = added.expect("an aanbieder");
        let contract = Involvement::Contract(Contract {
            law: Law::Wmo,
            care_forms: ["02".to_owned()].into(),
            variant: Variant::Inspanningsgericht,
            role: ContractRole::Main,
            from: "2026-01-01".parse().expect("a day"),
            until: None,
        });
        let betrokkenheden = &services.betrokkenheden;
        let involved = betrokkenheden.add(&we, added.id, contract).await;
        involved.expect("a contract");
        added.id
    }

    /// Everything in the log of a node.
    #[must_use]
    pub fn log_of(&self, number: usize) -> Vec<Event> {
        let log = Log::new(self.node(number).base().store.clone());
        let size = log.size().expect("a log");
        let mut events = Vec::new();
        let mut from = 0;
        while from < size {
            let page = log.page(from, 500).expect("a log");
            from += u64::try_from(page.len()).expect("a page");
            for entry in page {
                if let EntryContents::Noted { noted, .. } = entry.contents {
                    events.push(noted.event);
                }
            }
        }
        events
    }
}
