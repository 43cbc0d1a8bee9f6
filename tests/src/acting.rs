// SPDX-License-Identifier: EUPL-1.2
//! Mandates between nodes: given, accepted, withdrawn, each at its own node.

use std::collections::BTreeSet;

use basisnet_node::service::mandaat::{Gift, Mandaten};
use basisnet_protocol::convenant::{ConvenantHash, Motivation};
use basisnet_protocol::mandate::{MandateHash, MandateState};
use basisnet_protocol::time::Period;

use crate::agreement::everybody;
use crate::network::Network;

/// A decision of a college.
#[must_use]
pub fn by_decision() -> Motivation {
    Motivation::new(Some("B&W 2027-31"), None).expect("plain text")
}

/// What a member lets a body do until the day `until`.
#[must_use]
pub fn gift(holder: String, purposes: &[&str], care_forms: &[&str], until: &str) -> Gift {
    let purposes = purposes.iter().map(|code| code.parse().expect("a purpose"));
    let day = |text: &str| {
        let day: basisnet_protocol::time::Date = text.parse().expect("a day");
        day.start()
    };
    Gift {
        holder,
        purposes: purposes.collect(),
        care_forms: care_forms
            .iter()
            .map(ToString::to_string)
            .collect::<BTreeSet<_>>(),
        valid: Period {
            from: day("2027-01-01"),
            until: day(until),
        },
    }
}

impl Network {
    /// These members agree on these terms; one of them is a partnership and no gemeente.
    pub async fn agree_with_body(
        &self,
        members: &[usize],
        body: usize,
        terms: &str,
    ) -> ConvenantHash {
        let code = format!("gemeentecode = \"{:04}\"\n", body + 1);
        let text = self.draft(members, terms).replace(&code, "");
        self.agree_on(members, &text).await
    }

    /// The mandates of a member.
    #[must_use]
    pub fn mandaten(&self, number: usize) -> &Mandaten {
        &self.node(number).services().mandaten
    }

    /// A member lets a body act for it, and the body accepts; everybody hears of it.
    pub async fn mandate(
        &self,
        member: usize,
        body: usize,
        purposes: &[&str],
        care_forms: &[&str],
    ) -> MandateHash {
        let holder = self.member(body).oin.to_string();
        let gift = gift(holder, purposes, care_forms, "2028-01-01");
        let (we, decided) = (everybody(), by_decision());
        let given = self.mandaten(member).give(&we, &gift, &decided).await;
        let hash = given.expect("a mandate that may be given").hash();
        self.settle().await;
        let accepted = self.mandaten(body).accept(&we, hash, &decided).await;
        accepted.expect("a mandate that came");
        self.settle().await;
        hash
    }

    /// One of the two withdraws a mandate; who can be reached hears of it.
    pub async fn withdraw_mandate(&self, number: usize, hash: MandateHash) {
        let (we, nothing) = (everybody(), Motivation::default());
        let mandaten = self.mandaten(number);
        let withdrawn = mandaten.withdraw(&we, hash, &nothing).await;
        withdrawn.expect("a mandate that can be withdrawn");
        self.settle().await;
    }

    /// Where a mandate stands with a member, if it holds it.
    #[must_use]
    pub fn mandate_at(&self, number: usize, hash: MandateHash) -> Option<MandateState> {
        let mandate = self.mandaten(number).one(hash).ok()?;
        Some(mandate.state(self.clock.now()))
    }
}
