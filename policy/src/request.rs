// SPDX-License-Identifier: EUPL-1.2
//! What is asked, and what is known about it.
//!
//! Of the asker comes only the [`Question`]. Everything in [`Facts`] the node found out itself. A fact is yes, no
//! or unknown: absent is not the same as empty, and unknown refuses.

use std::collections::BTreeSet;

use basisnet_protocol::id::Oin;
use basisnet_protocol::message::{Law, Weighing};
use basisnet_protocol::octets::Octets;
use basisnet_protocol::purpose::{Category, LegalBasis, PurposeId, Role};
use basisnet_protocol::time::{Date, Period, Timestamp};
use serde::{Deserialize, Serialize};

use crate::convenant::ConvenantFacts;
use crate::record::{Domain, Field, RecordKind};

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
    /// Look at a record of the own gemeente.
    View,
    /// Write, change or close a record of the own gemeente.
    Handle,
    /// Give a record of the own gemeente to another task of that gemeente: one way, and written down.
    HandOver,
}

impl Action {
    /// All there is to do.
    pub const ALL: [Self; 8] = [
        Self::Discover,
        Self::Ask,
        Self::Inspect,
        Self::Aggregate,
        Self::Use,
        Self::View,
        Self::Handle,
        Self::HandOver,
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
            Self::View => "view",
            Self::Handle => "handle",
            Self::HandOver => "hand_over",
        }
    }

    /// Whether it is about categories of data; the others are about the treffer or a count as such.
    #[must_use]
    pub const fn has_categories(self) -> bool {
        match self {
            Self::Ask | Self::Inspect | Self::Use => true,
            Self::Discover | Self::Aggregate | Self::View | Self::Handle | Self::HandOver => false,
        }
    }

    /// Whether it stays within the own gemeente, and is about one of its records.
    #[must_use]
    pub const fn is_own(self) -> bool {
        match self {
            Self::View | Self::Handle | Self::HandOver => true,
            Self::Discover | Self::Ask | Self::Inspect | Self::Aggregate | Self::Use => false,
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
    /// For which member the asker acts; none when it acts for itself.
    pub on_behalf_of: Option<Oin>,
    /// Which kind of own record it is about; none where it is about no own record.
    pub record: Option<RecordKind>,
    /// Which fields are asked for; none means all that the asker may have.
    pub fields: Option<BTreeSet<Field>>,
    /// To which task a record is handed over; none where nothing is.
    pub hand_over_to: Option<Domain>,
}

impl Question {
    /// A question about an own record, by somebody in a role, for a purpose.
    #[must_use]
    pub fn own(
        action: Action,
        me: Oin,
        purpose: (PurposeId, u32),
        legal_basis: LegalBasis,
        role: Role,
        record: RecordKind,
    ) -> Self {
        Self {
            action,
            asker: me,
            source: me,
            purpose: purpose.0,
            purpose_version: purpose.1,
            legal_basis,
            role: Some(role),
            categories: BTreeSet::new(),
            weighing: None,
            case_ref: None,
            on_behalf_of: None,
            record: Some(record),
            fields: None,
            hand_over_to: None,
        }
    }
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

/// Of which kind data are (organisation, natural person, client, offences, counts).
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
    /// Counts, from which nobody can be recognised.
    Aantallen,
}

impl DataClass {
    /// All kinds there are.
    pub const ALL: [Self; 6] = [
        Self::Organisatie,
        Self::NatuurlijkPersoon,
        Self::Client,
        Self::Strafrechtelijk,
        Self::Bijzonder,
        Self::Aantallen,
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
            Self::Aantallen => "aantallen",
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
    /// Whether any of the records is under professional secrecy.
    pub secret: Fact,
    /// Whether any of the records came from another gemeente.
    pub received: Fact,
    /// For which purposes the records were collected.
    pub collected_for: Option<BTreeSet<PurposeId>>,
    /// About which forms of care the records are, as product categories of two digits.
    pub care_forms: Option<BTreeSet<String>>,
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
            secret: Fact::No,
            received: Fact::No,
            collected_for: Some(BTreeSet::new()),
            care_forms: Some(BTreeSet::new()),
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

/// A mandate: one organisation acts for another, for some purposes and forms of care.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mandate {
    /// Who acts.
    pub holder: Oin,
    /// For whom.
    pub member: Oin,
    /// For which purposes.
    pub purposes: BTreeSet<PurposeId>,
    /// For which forms of care, as product categories of two digits.
    pub care_forms: BTreeSet<String>,
    /// From when until when.
    pub valid: Period,
}

/// The registered outcome of a weighing by the controller: data collected for one purpose may be used for another
/// (AVG art. 6 lid 4). It is never worked out by the program.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FurtherUse {
    /// For which purpose the data were collected.
    pub from: PurposeId,
    /// For which they may be used too.
    pub to: PurposeId,
    /// From when.
    pub since: Timestamp,
    /// Until when; none while it stands.
    pub until: Option<Timestamp>,
}

impl FurtherUse {
    /// Whether it stands at a moment.
    #[must_use]
    pub fn stands_at(&self, moment: Timestamp) -> bool {
        self.since <= moment && self.until.is_none_or(|until| moment < until)
    }
}

/// What came with an answer that was received: what the receiver must observe.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Given {
    /// For which purpose it was given.
    pub purpose: PurposeId,
    /// In which sharing group; the version of its convenant may be a later one by now.
    pub group_id: String,
    /// By whom.
    pub source: Oin,
    /// The first moment at which it may not be used any more.
    pub retain_until: Timestamp,
}

/// The person of the own gemeente who asks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PersonFacts {
    /// The roles of its account.
    pub roles: BTreeSet<Role>,
    /// The purposes for which it has a task.
    pub tasks: BTreeSet<PurposeId>,
}

/// What the node knows about one own record.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecordFacts {
    /// To which task it belongs.
    pub domain: Option<Domain>,
    /// To which tasks it was handed over.
    pub handed_over_to: Option<BTreeSet<Domain>>,
    /// For which purpose it was collected.
    pub collected_for: Option<PurposeId>,
    /// Under which law the care falls that it is about.
    pub laws: Option<BTreeSet<Law>>,
    /// Of which kinds the data in it are.
    pub data_classes: Option<BTreeSet<DataClass>>,
    /// Whether the person who asks handles it or reported it.
    pub assigned: Fact,
    /// Whether it is shielded: then only who handles it sees it.
    pub shielded: Fact,
    /// Whether the processing is restricted (AVG art. 18).
    pub restricted: Fact,
    /// Whether it is under professional secrecy.
    pub secret: Fact,
    /// Whether somebody wrote down on which ground the secrecy is broken for this person and this record.
    pub secrecy_weighed: Fact,
    /// When its term ends.
    pub retained_until: Option<Timestamp>,
}

/// What the node knows; everything it does not know refuses.
///
/// In memory the convenant comes with its content; in what is kept, only with its hash (`Facts<ConvenantRef>`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Facts<C = ConvenantFacts> {
    /// The convenant under which is asked.
    pub convenant: Option<C>,
    /// Whether these two members exchange: neither withdrew, neither left the other unaccepted.
    pub pair_open: Fact,
    /// Whether one of the two is suspended.
    pub suspended: Fact,
    /// The decision of the own controller about this purpose.
    pub in_force: Option<InForce>,
    /// By which mandate the asker acts for another.
    pub mandate: Option<Mandate>,
    /// The registered outcomes about further use.
    pub further_uses: BTreeSet<FurtherUse>,
    /// The person who asks; not known of a person at another gemeente.
    pub person: Option<PersonFacts>,
    /// Questions for inzage that the asker already put today.
    pub used_today: Option<u32>,
    /// How many are in the group that a count is about.
    pub cell: Option<u32>,
    /// What came with an answer that was received.
    pub given: Option<Given>,
    /// The aanbieder and its records.
    pub aanbieder: AanbiederFacts,
    /// The own record that a question of the own people is about.
    pub record: RecordFacts,
}

impl Default for Facts {
    fn default() -> Self {
        Self {
            convenant: None,
            pair_open: Fact::Unknown,
            suspended: Fact::Unknown,
            in_force: None,
            mandate: None,
            further_uses: BTreeSet::new(),
            person: None,
            used_today: None,
            cell: None,
            given: None,
            aanbieder: AanbiederFacts::default(),
            record: RecordFacts::default(),
        }
    }
}
