// SPDX-License-Identifier: EUPL-1.2
//! What is asked, and what is known about it.
//!
//! Of the asker comes only the [`Question`]. Everything in [`Facts`] the node found out itself. A fact is yes, no
//! or unknown: absent is not the same as empty, and unknown refuses.

use std::collections::BTreeSet;

use basisnet_protocol::id::Oin;
use basisnet_protocol::message::Weighing;
use basisnet_protocol::octets::Octets;
use basisnet_protocol::purpose::{Category, LegalBasis, PurposeId, Role};
use basisnet_protocol::time::{Date, Timestamp};
use serde::{Deserialize, Serialize};

use crate::convenant::ConvenantFacts;

/// What somebody wants to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// Let an aanbieder take part in matching: enter an index, or go into a sweep.
    Discover,
    /// Put a question for inzage to another node; decided by the own node, before anything leaves.
    Ask,
    /// Answer a question for inzage.
    Inspect,
    /// Show a count.
    Aggregate,
    /// Use an answer that was received.
    Use,
}

impl Action {
    /// All there is to do.
    pub const ALL: [Self; 5] = [
        Self::Discover,
        Self::Ask,
        Self::Inspect,
        Self::Aggregate,
        Self::Use,
    ];

    /// The name in the rules and in the log.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Discover => "discover",
            Self::Ask => "ask",
            Self::Inspect => "inspect",
            Self::Aggregate => "aggregate",
            Self::Use => "use",
        }
    }

    /// Whether it is about categories of data; the others are about the treffer or a count as such.
    #[must_use]
    pub const fn has_categories(self) -> bool {
        match self {
            Self::Ask | Self::Inspect | Self::Use => true,
            Self::Discover | Self::Aggregate => false,
        }
    }
}

/// Who asks whom, for what, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Question {
    /// What somebody wants to do.
    pub action: Action,
    /// The organisation that asks, or to which an index goes.
    pub asker: Oin,
    /// The organisation that is asked, or that publishes.
    pub source: Oin,
    /// For which purpose.
    pub purpose: PurposeId,
    /// Version of the purpose.
    pub purpose_version: u32,
    /// On which legal basis.
    pub legal_basis: LegalBasis,
    /// In which role; none where no person asks, such as a publication.
    pub role: Option<Role>,
    /// What is asked for; empty where the action has no categories.
    pub categories: BTreeSet<Category>,
    /// Why it is in proportion and cannot be had otherwise.
    pub weighing: Option<Weighing>,
    /// The case it belongs to.
    pub case_ref: Option<Octets<32>>,
}

/// Yes, no, or not known. Not known never opens a door.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Fact {
    /// It is so.
    Yes,
    /// It is not so.
    No,
    /// It was not found out, or could not be.
    #[default]
    Unknown,
}

impl Fact {
    /// What is known, if anything.
    #[must_use]
    pub const fn known(self) -> Option<bool> {
        match self {
            Self::Yes => Some(true),
            Self::No => Some(false),
            Self::Unknown => None,
        }
    }
}

impl From<bool> for Fact {
    fn from(known: bool) -> Self {
        if known { Self::Yes } else { Self::No }
    }
}

impl From<Option<bool>> for Fact {
    fn from(known: Option<bool>) -> Self {
        known.map_or(Self::Unknown, Self::from)
    }
}

/// Of which kind data are (domain: O, N, K, C).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DataClass {
    /// Facts about an organisation.
    Organisatie,
    /// Data on a natural person behind an aanbieder.
    NatuurlijkPersoon,
    /// Client data; never cross nodes.
    Client,
    /// Data on offences, or suspicion of them (AVG art. 10); never cross nodes.
    Strafrechtelijk,
    /// Special categories (AVG art. 9); never cross nodes.
    Bijzonder,
}

impl DataClass {
    /// All kinds there are.
    pub const ALL: [Self; 5] = [
        Self::Organisatie,
        Self::NatuurlijkPersoon,
        Self::Client,
        Self::Strafrechtelijk,
        Self::Bijzonder,
    ];

    /// The name in the rules.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Organisatie => "organisatie",
            Self::NatuurlijkPersoon => "natuurlijk_persoon",
            Self::Client => "client",
            Self::Strafrechtelijk => "strafrechtelijk",
            Self::Bijzonder => "bijzonder",
        }
    }
}

/// What the node knows about one aanbieder and the records behind an answer.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AanbiederFacts {
    /// Whether a natural person stands behind it.
    pub natural_person: Fact,
    /// Whether the processing is restricted (AVG art. 18).
    pub restricted: Fact,
    /// Of which kinds the data are.
    pub data_classes: Option<BTreeSet<DataClass>>,
    /// When the node's own term for these data ends.
    pub retained_until: Option<Timestamp>,
    /// Whether the aanbieder was heard about its label (Awb art. 4:8).
    pub hearing_over: Fact,
    /// Whether the asker has a treffer on it: at the asker its own, at the source a proof that checks out.
    pub treffer: Fact,
}

impl AanbiederFacts {
    /// An aanbieder about whom nothing stands in the way. With it a node asks whether anything at all may be
    /// exchanged with a peer.
    #[must_use]
    pub fn harmless(retained_until: Timestamp) -> Self {
        Self {
            natural_person: Fact::No,
            restricted: Fact::No,
            data_classes: Some(BTreeSet::from([DataClass::Organisatie])),
            retained_until: Some(retained_until),
            hearing_over: Fact::Yes,
            treffer: Fact::Yes,
        }
    }
}

/// The decision of the controller to put a purpose into force (AVG art. 24 and 35).
///
/// The FG advises (AVG art. 39) and does not decide (art. 38 lid 6); so both are here, apart.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InForce {
    /// Which purpose.
    pub purpose: PurposeId,
    /// In which version.
    pub version: u32,
    /// Who decided: the account of the controller or the mandated official.
    pub who: String,
    /// By which mandate, or as which body.
    pub mandate: String,
    /// From when.
    pub since: Timestamp,
    /// What the FG advised, and what was done with it.
    pub advice: FgAdvice,
    /// Where the data protection impact assessment is found.
    pub dpia_ref: String,
    /// Until when; none while it is in force.
    pub until: Option<Timestamp>,
}

/// The advice of the FG, recorded with the decision.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FgAdvice {
    /// Who advised: the account of the FG.
    pub who: String,
    /// On which day.
    pub given: Date,
    /// Whether the controller followed it.
    pub followed: Followed,
}

/// Whether an advice was followed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Followed {
    /// It was.
    Yes,
    /// It was not, and this is why.
    No {
        /// The reason, in the words of the controller.
        because: String,
    },
}

/// What the node knows; everything it does not know refuses.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Facts {
    /// The convenant under which is asked.
    pub convenant: Option<ConvenantFacts>,
    /// Whether these two members exchange: neither withdrew, neither left the other unaccepted.
    pub pair_open: Fact,
    /// Whether one of the two is suspended.
    pub suspended: Fact,
    /// The decision of the own controller about this purpose.
    pub in_force: Option<InForce>,
    /// Questions for inzage that the asker already put today.
    pub used_today: Option<u32>,
    /// How many are in the group that a count is about.
    pub cell: Option<u32>,
    /// For which purpose a received answer was given.
    pub collected_for: Option<PurposeId>,
    /// The aanbieder and its records.
    pub aanbieder: AanbiederFacts,
}
