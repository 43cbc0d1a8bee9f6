// SPDX-License-Identifier: EUPL-1.2
//! Forming a group over the network: draft and send, act, and see where it stands with each member.

use std::fmt::Write as _;

use basisnet_node::service::convenant::{ActKind, ConvenantError, Outcome};
use basisnet_protocol::convenant::{ConvenantHash, State};
use basisnet_protocol::purpose::Role;

use crate::agreement::{TERMS, decided};
use crate::network::{Network, actor};

/// These terms as the version that follows another, from this day.
#[must_use]
pub fn following(previous: ConvenantHash, version: u32, from: &str, terms: &str) -> String {
    let mut text = String::new();
    // The first `versie` is that of the convenant; purposes have one too.
    let mut of_convenant = true;
    for line in terms.lines() {
        let written = match line.split_once(" = ") {
            Some(("versie", _)) if of_convenant => {
                of_convenant = false;
                writeln!(text, "versie = {version}\nvorige = \"{previous}\"")
            }
            Some(("van", _)) => writeln!(text, "van = \"{from}\""),
            _ => writeln!(text, "{line}"),
        };
        written.expect("memory");
    }
    text
}

/// These terms until another day.
#[must_use]
pub fn until(day: &str, terms: &str) -> String {
    let line = |line: &str| match line.starts_with("tot = ") {
        true => format!("tot = \"{day}\"\n"),
        false => format!("{line}\n"),
    };
    terms.lines().map(line).collect()
}

impl Network {
    /// So many members that know each other, and a draft of the first that was sent to them.
    pub async fn with_draft(count: usize) -> (Self, ConvenantHash) {
        let network = Self::of(count).await;
        network.introduce().await;
        let members: Vec<usize> = (0..count).collect();
        let drafted = network.sent_draft(&members, TERMS).await;
        network.settle().await;
        (network, drafted)
    }

    /// The first of these drafts terms for all of them, and sends the draft.
    ///
    /// # Panics
    /// When it cannot be drafted.
    pub async fn sent_draft(&self, members: &[usize], terms: &str) -> ConvenantHash {
        let sent = self.try_sent_draft(members, terms).await;
        sent.expect("a sound draft that goes out")
    }

    /// The same, where the node may break off in the middle.
    ///
    /// # Errors
    /// When it cannot be drafted or sent.
    pub async fn try_sent_draft(
        &self,
        members: &[usize],
        terms: &str,
    ) -> Result<ConvenantHash, ConvenantError> {
        let responsible = actor(&[Role::Verwerkingsverantwoordelijke]);
        let convenanten = &self.node(members[0]).services().convenanten;
        let text = self.draft(members, terms);
        let drafted = convenanten.draft(&responsible, &text).await?.hash;
        convenanten.send(&responsible, drafted).await?;
        Ok(drafted)
    }

    /// A member does something about a version that it holds.
    ///
    /// # Errors
    /// When that does not fit.
    pub async fn try_act(
        &self,
        number: usize,
        hash: ConvenantHash,
        kind: ActKind,
    ) -> Result<Outcome, ConvenantError> {
        let responsible = actor(&[Role::Verwerkingsverantwoordelijke]);
        let convenanten = &self.node(number).services().convenanten;
        convenanten.act(&responsible, hash, &decided(kind)).await
    }

    /// The same, where it fits.
    ///
    /// # Panics
    /// When it does not.
    pub async fn act(&self, number: usize, hash: ConvenantHash, kind: ActKind) {
        let done = self.try_act(number, hash, kind).await;
        done.expect("an act that fits");
    }

    /// These members accept a version, and all others hear of it.
    pub async fn all_accept(&self, members: &[usize], hash: ConvenantHash) {
        for number in members {
            self.act(*number, hash, ActKind::Accept).await;
        }
        self.settle().await;
    }

    /// Where a version stands with a member, if it holds it.
    #[must_use]
    pub fn state(&self, number: usize, hash: ConvenantHash) -> Option<State> {
        let convenanten = &self.node(number).services().convenanten;
        convenanten.one(hash).ok().map(|standing| standing.state)
    }

    /// These members hold the same acts on a version.
    ///
    /// # Panics
    /// When they do not.
    pub fn assert_all_hold_the_same(&self, members: &[usize], hash: ConvenantHash) {
        let held = |number: &usize| {
            let convenanten = &self.node(*number).services().convenanten;
            let standing = convenanten.one(hash).expect("a version that is held");
            let acts = standing.convenant.acts().iter();
            let acts = acts.map(|act| (act.kind(), act.by(), act.at(), act.id()));
            acts.collect::<Vec<_>>()
        };
        let first = held(&members[0]);
        for number in members {
            assert_eq!(held(number), first, "{number}");
        }
    }
}
