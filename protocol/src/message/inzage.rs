// SPDX-License-Identifier: EUPL-1.2
//! Stage 2: one person asks one gemeente about one aanbieder, and gets *dat*-information or a refusal.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{Head, Message, OnBehalf};
use crate::octets::Octets;
use crate::purpose::{Category, LegalBasis, PurposeId, Role};
use crate::time::{Date, Timestamp};

/// Asks what there is about the aanbieder behind a handle of a treffer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InzageRequest {
    /// Version of the form; 1.
    pub v: u8,
    /// The context of the treffer.
    pub ctx: Octets<32>,
    /// The convenant under which is asked.
    pub convenant_hash: Octets<32>,
    /// From the label of the treffer.
    pub handle: Octets<8>,
    /// The index that held the treffer.
    pub seq: u32,
    /// The tag of the treffer.
    pub tag: Octets<8>,
    /// HMAC-SHA-256 with the evaluated identifier as key, over `basisnet/pm/v1/own` and the message id: the asker
    /// really evaluated this aanbieder.
    pub own_proof: Octets<32>,
    /// For which purpose.
    pub purpose_id: PurposeId,
    /// Version of the purpose in the catalogue.
    pub purpose_version: u32,
    /// On which legal basis.
    pub legal_basis: LegalBasis,
    /// The role of the person who asks.
    pub requester_role: Role,
    /// The person who asks, by a pseudonym that only the own gemeente can resolve.
    pub requester: Octets<16>,
    /// The case, as HMAC under a key of the asker, so that it cannot be inverted.
    pub case_ref: Octets<32>,
    /// Why this question, as codes; the text stays with the asker.
    pub weighing: Weighing,
    /// What is asked for.
    pub categories: BTreeSet<Category>,
    /// W3C Trace Context, so that both logs show one operation.
    pub traceparent: String,
    /// Head of the asker's log.
    pub head: Option<Head>,
    /// For which member the asker acts, by which mandate. Left out where it asks for itself, as programs of before there
    /// were mandates write and read it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_behalf: Option<OnBehalf>,
}

impl Message for InzageRequest {
    const KIND: &'static str = "inzage-request";
    const MAX_BYTES: usize = 16_384;
}

/// The recorded weighing of proportionality and subsidiarity (AVG art. 5(1)(c)).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Weighing {
    /// Why the question is in proportion.
    pub proportionality: Proportionality,
    /// Why it cannot be had otherwise.
    pub subsidiarity: Subsidiarity,
}

/// Why the question is in proportion to its purpose.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Proportionality {
    /// There is an onderzoek for which this is needed.
    OngoingOnderzoek,
    /// A decision on a contract depends on it.
    ContractDecision,
    /// Several gemeenten are involved with this aanbieder.
    Samenloop,
}

/// Why it cannot be had in a less intrusive way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Subsidiarity {
    /// The aanbieder was asked and did not give it.
    AanbiederAsked,
    /// Asking the aanbieder would harm the supervision.
    AskingWouldHarm,
    /// Public sources do not have it.
    NotPublic,
}

/// A person at the source will decide.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InzageReceived {
    /// Version of the form; 1.
    pub v: u8,
    /// Message id of the request.
    pub request_id: Octets<16>,
    /// By when.
    pub decide_by: Timestamp,
}

impl Message for InzageReceived {
    const KIND: &'static str = "inzage-received";
    const MAX_BYTES: usize = 256;
}

/// What the source decided: an answer with obligations, or a refusal by a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InzageDecision {
    /// Version of the form; 1.
    pub v: u8,
    /// Message id of the request.
    pub request_id: Octets<16>,
    /// SHA-256 of the encoded request.
    pub req_hash: Octets<32>,
    /// What was decided.
    pub decision: Decision,
    /// Hash of the policy that decided.
    pub policy_hash: Octets<32>,
    /// Head of the source's log.
    pub head: Option<Head>,
}

impl Message for InzageDecision {
    const KIND: &'static str = "inzage-decision";
    const MAX_BYTES: usize = 32_768;
}

/// Yes with obligations, or no by a person. A refusal by the policy engine is a [`super::Refusal`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(
    clippy::large_enum_variant,
    reason = "one decision at a time; a box would save nothing"
)]
pub enum Decision {
    /// What was released, and what the receiver must do with it.
    Released {
        /// The answer, at most one entry a category that was asked for.
        answer: Answer,
        /// What comes with it.
        obligations: WireObligations,
    },
    /// A person at the source said no, with a reason of the closed list.
    Refused(RefusalReason),
}

/// Why a person at the source says no.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RefusalReason {
    /// The weighing does not convince.
    NotProportionate,
    /// The source is in a phase in which an answer would harm its supervision.
    HarmsToezicht,
    /// There is another way, by law: ask there.
    StatutoryRoute,
    /// Nobody decided in time.
    NotDecidedInTime,
}

/// What the receiver must observe (AVG art. 5(1)(b) and (e)).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WireObligations {
    /// Gone at this moment.
    pub retain_until: Timestamp,
    /// Not to be given to anyone else; always true in this version.
    pub no_onward_sharing: bool,
    /// To be used for this purpose only.
    pub purpose_id: PurposeId,
    /// Under this convenant.
    pub convenant_hash: Octets<32>,
    /// Who gave it.
    pub source_oin: crate::id::Oin,
}

/// The closed answer schema: dat only, no free text.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answer {
    /// Contracts with the aanbieder; none when not asked for or not released.
    pub contract: Option<Vec<ContractAnswer>>,
    /// Whether there is supervision, over all kinds together.
    pub toezicht: Option<ToezichtAnswer>,
    /// The quality label, where the hearing is over and no natural person stands behind the aanbieder.
    pub label: Option<LabelAnswer>,
    /// Whom to call.
    pub contact: Option<ContactAnswer>,
}

/// That there is a contract.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ContractAnswer {
    /// Under which law.
    pub law: Law,
    /// Product categories of two digits (iWmo, iJw), such as `02`.
    pub care_forms: BTreeSet<String>,
    /// How performance is paid.
    pub variant: Variant,
    /// Main or subcontractor.
    pub role: ContractRole,
    /// In force on and after this day.
    pub from: Date,
    /// The last day; none while it is open.
    pub until: Option<Date>,
}

/// The law under which care is bought.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Law {
    /// Wet maatschappelijke ondersteuning 2015.
    Wmo,
    /// Jeugdwet.
    Jeugdwet,
}

/// The implementation variant (uitvoeringsvariant) of a contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Variant {
    /// Paid by effort: price times quantity.
    Inspanningsgericht,
    /// Paid by result per client.
    Outputgericht,
    /// Paid for a task, whatever the number of clients.
    Taakgericht,
}

/// The place of the aanbieder in the chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ContractRole {
    /// Contracted by the gemeente.
    Main,
    /// Works for a main contractor.
    Sub,
}

/// Whether there is supervision, the same whatever the purpose asked under.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ToezichtAnswer {
    /// Open or closed.
    pub state: ToezichtState,
    /// In which half-year.
    pub half_year: HalfYear,
}

/// Open or closed, over all supervision together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ToezichtState {
    /// Something runs.
    Open,
    /// Something ran and is closed.
    Closed,
}

/// Half a calendar year.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HalfYear {
    /// The year.
    pub year: u16,
    /// 1 for January to June, 2 for July to December.
    pub half: u8,
}

impl HalfYear {
    /// The half-year in which a day falls.
    #[must_use]
    pub fn of(day: Date) -> Self {
        let (year, month, _) = day.to_calendar();
        Self {
            year: u16::try_from(year).unwrap_or_default(),
            half: if month <= 6 { 1 } else { 2 },
        }
    }
}

/// The quality label.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LabelAnswer {
    /// The letter.
    pub letter: LabelLetter,
    /// When it was given.
    pub date: Date,
    /// Version of the framework of criteria.
    pub framework_version: u32,
}

/// The default scale of quality labels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum LabelLetter {
    /// Green.
    A,
    /// Yellow.
    B,
    /// Yellow.
    C,
    /// Orange.
    D,
    /// Red.
    F,
}

/// Whom to call: a function, never a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ContactAnswer {
    /// Functional team name.
    pub team: String,
    /// Functional mailbox.
    pub mailbox: String,
    /// Functional telephone number.
    pub telephone: String,
}
