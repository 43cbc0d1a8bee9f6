// SPDX-License-Identifier: EUPL-1.2
//! What the members of a sharing group agreed on: the text that all of them sign.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::id::{GemeenteCode, Oin};
use crate::matching::Namespace;
use crate::octets::Octets;
use crate::purpose::{Category, LegalBasis, PurposeId, Role};
use crate::time::Period;
use crate::wire;

/// SHA-256 over the canonical bytes of the content; how a version is named everywhere.
pub type ConvenantHash = Octets<32>;

/// The terms of one version of a convenant.
///
/// The order of `members` and `purposes` is part of the content: two texts that differ in it are two contents.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConvenantContent {
    /// Version of this form; 1.
    pub v: u8,
    /// The sharing group, such as `regio-foodvalley`: pattern `^[a-zA-Z0-9./_-]{1,100}$`, as in FSC.
    pub group_id: String,
    /// What people call the group.
    pub name: String,
    /// Version of the agreement; the first is 1.
    pub version: u32,
    /// The version that this one follows.
    pub previous: Option<ConvenantHash>,
    /// 16 random bytes, so that equal texts of different groups differ.
    pub nonce: Octets<16>,
    /// The organisations that take part.
    pub members: Vec<Member>,
    /// What may be exchanged, and why.
    pub purposes: Vec<PurposeTerms>,
    /// Which identifiers are matched; by default the KVK number alone.
    pub namespaces: BTreeSet<Namespace>,
    /// The stricter clause for aanbieders behind whom a natural person stands: with it they take part.
    pub natural_persons: bool,
    /// How often an index is published, and whether the day's batch may go at once.
    pub cadence: Cadence,
    /// Limits per asking member.
    pub budgets: Budgets,
    /// Numbers at which something is shown or told.
    pub thresholds: Thresholds,
    /// The body that performs the opening audit; none means that no audit was agreed.
    pub auditor: Option<Oin>,
    /// What it takes for the group to decide: that a new member joins, and that it ends for all.
    pub joining: JoinRule,
    /// Whether the withdrawal of one member ends the group for all; by default it goes on.
    pub ends_on_withdrawal: bool,
    /// In force from, until.
    pub valid: Period,
}

impl ConvenantContent {
    /// A sound convenant in which matching is the only purpose, for tests and examples: they change what they are about.
    #[doc(hidden)]
    #[must_use]
    pub fn testing_only_sample(
        members: impl IntoIterator<Item = Oin>,
        basis: LegalBasis,
        valid: Period,
    ) -> Self {
        let member = |(number, oin): (usize, Oin)| Member {
            oin,
            name: format!("Gemeente {oin}"),
            gemeente: format!("{:04}", number + 1).parse().ok(),
        };
        Self {
            v: 1,
            group_id: "regio-proef".to_owned(),
            name: "Regio Proef".to_owned(),
            version: 1,
            previous: None,
            nonce: Octets([7; 16]),
            members: members.into_iter().enumerate().map(member).collect(),
            purposes: vec![PurposeTerms {
                id: PurposeId::matching(),
                version: 1,
                legal_bases: BTreeSet::from([basis]),
                categories: BTreeSet::new(),
                roles: BTreeSet::from([Role::ToezichthouderKwaliteit]),
                retention_days: 90,
                automatic: BTreeSet::new(),
            }],
            namespaces: BTreeSet::from([Namespace::Kvk]),
            natural_persons: false,
            cadence: Cadence {
                publication_hours: 24,
                delta: Delta::Direct,
            },
            budgets: Budgets { inzage_per_day: 25 },
            thresholds: Thresholds { min_cell: 5 },
            auditor: None,
            joining: JoinRule::All,
            ends_on_withdrawal: false,
            valid,
        }
    }

    /// The bytes that are hashed: the one encoding of the content.
    #[must_use]
    #[expect(
        clippy::expect_used,
        reason = "numbers, texts, bytes, sets without doubles and structures all occur on the wire"
    )]
    pub fn encoded(&self) -> Vec<u8> {
        wire::encode(self).expect("a content can be encoded")
    }

    /// The name of this version: SHA-256 over its bytes.
    #[must_use]
    pub fn hash(&self) -> ConvenantHash {
        Octets(Sha256::digest(self.encoded()).into())
    }

    /// Whether this is a rehearsal: its first member has a test number, and a sound content has then nothing but test numbers.
    #[must_use]
    pub fn is_trial(&self) -> bool {
        self.members
            .first()
            .is_some_and(|member| member.oin.is_test())
    }

    /// Whether this organisation is a member.
    #[must_use]
    pub fn is_member(&self, oin: Oin) -> bool {
        self.members.iter().any(|member| member.oin == oin)
    }

    /// What was agreed for a purpose.
    #[must_use]
    pub fn terms_of(&self, purpose: &PurposeId) -> Option<&PurposeTerms> {
        self.purposes.iter().find(|terms| terms.id == *purpose)
    }
}

/// One organisation in a convenant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Member {
    /// By which it is known everywhere.
    pub oin: Oin,
    /// Its name at the time of signing.
    pub name: String,
    /// For a gemeente its code; a partnership has none.
    pub gemeente: Option<GemeenteCode>,
}

/// What a convenant allows for one purpose.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PurposeTerms {
    /// The purpose in the catalogue.
    pub id: PurposeId,
    /// Its version in the catalogue.
    pub version: u32,
    /// On which of the catalogue's bases the members rely.
    pub legal_bases: BTreeSet<LegalBasis>,
    /// Which categories may be asked for; empty for a purpose that only matches.
    pub categories: BTreeSet<Category>,
    /// In which roles people may ask.
    pub roles: BTreeSet<Role>,
    /// Days that a receiver may keep an answer; the shorter of this and the catalogue's wins.
    pub retention_days: u32,
    /// Categories answered at once; for the others a person at the source decides.
    pub automatic: BTreeSet<Category>,
}

/// When indexes are published and questions are asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cadence {
    /// Hours between two publications; 24 by default.
    pub publication_hours: u16,
    /// Whether the day's batch may go at once for somebody who waits, instead of at its fixed time.
    pub delta: Delta,
}

/// When the daily batch goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Delta {
    /// At a fixed time, also when nothing was added.
    Scheduled,
    /// At once when somebody asks, one batch a day.
    Direct,
}

/// Limits per asking member; the node may be stricter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Budgets {
    /// Questions for inzage a day; above it a named officer approves.
    pub inzage_per_day: u32,
}

/// Numbers at which something is shown or told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Thresholds {
    /// The smallest group that an aggregate may show; never about one aanbieder.
    pub min_cell: u32,
}

/// What it takes for the group to decide.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum JoinRule {
    /// All members accept.
    All,
    /// More than half of the members accept.
    Majority,
}
