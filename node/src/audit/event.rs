// SPDX-License-Identifier: EUPL-1.2
//! Everything that can stand in the log: a closed list.
//!
//! An event says who did what, about which record, for which purpose and under which rules. It refers to records by
//! their id and to documents by their hash, and never copies what they say. There is no free text.
//!
//! Longer than other files, because a closed list is to be read in one place.

use std::collections::BTreeSet;

use basisnet_policy::{Action, Domain, RecordKind};
use basisnet_protocol::id::Oin;
use basisnet_protocol::octets::Octets;
use basisnet_protocol::purpose::{PurposeId, Role};
use basisnet_protocol::time::{Date, Timestamp};
use serde::{Deserialize, Serialize};

use super::{
    Alike, By, ConvenantAct, Grounds, Incident, MandateDeed, Noted, Nuisance, PeerRefusal,
    SecrecyAct, Sizes,
};

/// The id of a record or account.
pub type Id = Octets<16>;
/// A SHA-256 hash.
pub type Hash = Octets<32>;

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Event {
    /// The node started, in this version of the program.
    NodeStarted {
        /// The version.
        version: String,
        /// Hash of the configuration.
        config: Hash,
    },
    /// The node stopped in an orderly way.
    NodeStopped {},
    /// Another certificate of the organisation is in use.
    CertificateInUse {
        /// SHA-256 of the certificate.
        fingerprint: Hash,
        /// When it ends.
        until: Timestamp,
    },
    /// The node got another key, and with it another name on the network.
    NodeKeyReplaced {
        /// The public key from now on.
        key: Hash,
    },
    /// The node goes on from a backup: what was noted since is not there any more.
    NodeRestored {
        /// So many entries the backup has.
        size: u64,
        /// Merkle root over them.
        root: Hash,
        /// So many entries were signed for, as far as is known here.
        signed: Option<u64>,
    },
    /// The configuration is another than at the last start.
    ConfigChanged {
        /// Hash of the new one.
        config: Hash,
    },
    /// The log was verified.
    LogVerified {
        /// So many entries.
        size: u64,
        /// Whether all was in order.
        sound: bool,
    },
    /// The keys of a period were destroyed, so that its contents are forgotten.
    PeriodForgotten {
        /// Retention class and period.
        period: String,
    },
    /// A data protection impact assessment was made, filled with the facts of this node.
    DpiaMade {
        /// Hash of its text.
        document: Hash,
    },
    /// An account was made.
    AccountCreated {
        /// The account.
        account: Id,
        /// Its roles.
        roles: BTreeSet<Role>,
    },
    /// An account has other roles.
    AccountRolesChanged {
        /// The account.
        account: Id,
        /// Its roles from now on.
        roles: BTreeSet<Role>,
    },
    /// An account has other tasks.
    AccountTasksChanged {
        /// The account.
        account: Id,
        /// For which purposes it works from now on; none when its roles say so.
        tasks: Option<BTreeSet<PurposeId>>,
    },
    /// An account has another password or key.
    AccountSecretChanged {
        /// The account.
        account: Id,
    },
    /// An account was closed.
    AccountClosed {
        /// The account.
        account: Id,
    },
    /// Somebody signed in.
    SignedIn {
        /// The account.
        account: Id,
    },
    /// Somebody did not get in.
    SignInFailed {
        /// The account, where the name belongs to one.
        account: Option<Id>,
    },
    /// Somebody was shown records of the own gemeente: one entry, whatever their number.
    OwnShown {
        /// About which aanbieders; none is named when there were very many.
        aanbieders: Vec<Id>,
        /// About how many aanbieders.
        of: u32,
        /// How many records.
        records: u32,
        /// How many the rules left out.
        withheld: u32,
        /// For which purposes.
        purposes: BTreeSet<PurposeId>,
        /// Merkle root over what was said to each record: its id, and the fields shown of it.
        verdicts: Hash,
        /// Under which rules: the first decision of this look.
        grounds: Grounds,
        /// For how many records that decision stands; absent in entries of before this was kept.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        alike: Option<u32>,
        /// The decisions that came out differently, in the order in which they were taken.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        others: Vec<Alike>,
    },
    /// The rules kept somebody from seeing a record of the own gemeente, or from doing something with it.
    OwnRefused {
        /// What somebody wanted to do.
        action: Action,
        /// Which kind of record it was about.
        kind: RecordKind,
        /// About which aanbieder; none for a new one.
        aanbieder: Option<Id>,
        /// For which purpose.
        purpose: PurposeId,
        /// The guards that closed the door.
        guards: BTreeSet<String>,
        /// Under which rules.
        grounds: Grounds,
    },
    /// An aanbieder was added to the register.
    AanbiederAdded {
        /// The aanbieder.
        aanbieder: Id,
        /// Under which rules; absent in entries of before this was kept.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        grounds: Option<Grounds>,
    },
    /// The data of an aanbieder changed.
    AanbiederChanged {
        /// The aanbieder.
        aanbieder: Id,
        /// Under which rules; absent in entries of before this was kept.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        grounds: Option<Grounds>,
    },
    /// Aanbieders were imported from a file.
    AanbiedersImported {
        /// Hash of the file.
        file: Hash,
        /// New ones.
        added: u32,
        /// Known ones with other data.
        changed: u32,
        /// Rows that were left out.
        skipped: u32,
        /// Under which rules; absent in entries of before this was kept.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        grounds: Option<Grounds>,
    },
    /// An involvement was added.
    BetrokkenheidAdded {
        /// The involvement.
        betrokkenheid: Id,
        /// The aanbieder.
        aanbieder: Id,
        /// Under which rules; absent in entries of before this was kept.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        grounds: Option<Grounds>,
    },
    /// An involvement ended.
    BetrokkenheidEnded {
        /// The involvement.
        betrokkenheid: Id,
        /// The aanbieder.
        aanbieder: Id,
        /// Under which rules; absent in entries of before this was kept.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        grounds: Option<Grounds>,
    },
    /// An involvement was handed over to another task of the gemeente.
    BetrokkenheidHandedOver {
        /// The involvement.
        betrokkenheid: Id,
        /// The aanbieder.
        aanbieder: Id,
        /// To which task.
        to: Domain,
        /// Under which rules.
        grounds: Option<Grounds>,
    },
    /// A record came under professional secrecy, or no longer is, or somebody may see it in spite of that.
    SecrecyChanged {
        /// The involvement.
        betrokkenheid: Id,
        /// The aanbieder.
        aanbieder: Id,
        /// What was done.
        act: SecrecyAct,
        /// Whose account may see it from now on; none where the secrecy ended.
        account: Option<Id>,
        /// Under which rules.
        grounds: Option<Grounds>,
    },
    /// A convenant was drafted.
    ConvenantDrafted {
        /// Hash of the content.
        convenant: Hash,
    },
    /// The own organisation signed an act on a convenant.
    ConvenantSigned {
        /// Hash of the content.
        convenant: Hash,
        /// Which act.
        act: ConvenantAct,
    },
    /// A convenant in force is about to expire.
    ConvenantEndsSoon {
        /// Hash of the content.
        convenant: Hash,
        /// Days that are left.
        days: u16,
    },
    /// A convenant with signatures was imported.
    ConvenantImported {
        /// Hash of the content.
        convenant: Hash,
        /// How many acts it carries.
        acts: u32,
    },
    /// A version of a convenant was made ready to go to its members.
    ConvenantSent {
        /// Hash of the content.
        convenant: Hash,
    },
    /// A member handed on a version of a convenant, or acts on it.
    ConvenantReceived {
        /// Hash of the content.
        convenant: Hash,
        /// How many acts were new.
        acts: u32,
    },
    /// The own organisation signed that one takes the place of another.
    SuccessionSigned {
        /// Who goes.
        old: Oin,
        /// Who comes in its place.
        new: Oin,
        /// From when.
        from: Timestamp,
    },
    /// Both signed that one takes the place of the other, and that is held here from now on.
    SuccessionHeld {
        /// The name of the statement.
        statement: Hash,
        /// Who goes.
        old: Oin,
        /// Who comes in its place.
        new: Oin,
        /// From when it works.
        from: Timestamp,
    },
    /// The own organisation signed an act on a mandate.
    MandateSigned {
        /// Hash of the content.
        mandate: Hash,
        /// Which act.
        act: MandateDeed,
    },
    /// A member handed on a mandate, or acts on it.
    MandateReceived {
        /// Hash of the content.
        mandate: Hash,
        /// How many acts were new.
        acts: u32,
    },
    /// Another asked a question in the name of the own organisation, under a mandate that it gave.
    MandateUsed {
        /// Hash of the content.
        mandate: Hash,
        /// Who asked.
        asker: Oin,
        /// Who was asked.
        source: Oin,
        /// For which purpose.
        purpose: PurposeId,
        /// Hash of the question.
        question: Hash,
    },
    /// What goes to the organisation that takes the place of the own one was put in a file.
    EstateGiven {
        /// Hash of the file.
        file: Hash,
    },
    /// What an organisation left, in whose place the own one stands, was taken over.
    EstateTaken {
        /// Who left it.
        from: Oin,
        /// Hash of the file.
        file: Hash,
        /// Aanbieders that were new here.
        aanbieders: u32,
        /// Aanbieders that both knew.
        merged: u32,
        /// Contracts, supervision and labels.
        involvements: u32,
        /// Questions that it put.
        questions: u32,
    },
    /// The own record for the list of members was signed.
    MemberIssued {
        /// Its sequence number.
        seq: u64,
    },
    /// The record of another member was imported.
    MemberImported {
        /// The member.
        oin: Oin,
        /// Its sequence number.
        seq: u64,
    },
    /// A member declared other sizes than before: up to how many identifiers it asks about, and publishes.
    MemberSized {
        /// The member; the own organisation too.
        oin: Oin,
        /// What it declared before; none for a first record.
        before: Option<Sizes>,
        /// What it declares now.
        after: Sizes,
        /// Whether somebody confirmed growth that was too fast to go by itself.
        confirmed: bool,
    },
    /// The FG advised on a purpose.
    PurposeAdvised {
        /// The purpose.
        purpose: PurposeId,
        /// Its version in the catalogue.
        version: u32,
        /// Whether the advice is positive.
        positive: bool,
    },
    /// The controller put a purpose into force.
    PurposeInForce {
        /// The purpose.
        purpose: PurposeId,
        /// Its version in the catalogue.
        version: u32,
        /// Hash of the decision as recorded: who, mandate, DPIA, advice.
        decision: Hash,
        /// From which day on, when that lies ahead.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        from: Option<Date>,
    },
    /// The controller took a purpose out of force.
    PurposeWithdrawn {
        /// The purpose.
        purpose: PurposeId,
    },
    /// Somebody said whether a member is told how far the own organisation is in a group.
    ReadinessShared {
        /// The group.
        group_id: String,
        /// The member.
        with: Oin,
        /// Whether it is told from now on.
        shares: bool,
    },
    /// The FG advised on using data of one purpose for another.
    FurtherUseAdvised {
        /// For which purpose the data were collected.
        from: PurposeId,
        /// For which they would serve too.
        to: PurposeId,
        /// Whether the advice is positive.
        positive: bool,
    },
    /// The controller decided that data of one purpose may serve another.
    FurtherUseDecided {
        /// For which purpose the data were collected.
        from: PurposeId,
        /// For which they may serve too.
        to: PurposeId,
        /// Hash of the decision as recorded: who, mandate, weighing, advice.
        decision: Hash,
    },
    /// The controller took that decision back.
    FurtherUseWithdrawn {
        /// For which purpose the data were collected.
        from: PurposeId,
        /// For which they no longer serve.
        to: PurposeId,
    },
    /// Somebody proposed another version of the policy.
    PolicyProposed {
        /// Its number.
        version: u32,
        /// Hash of the rules with it.
        policy: Hash,
        /// Hash of the catalogue with it.
        catalogue: Hash,
    },
    /// The FG advised on a version of the policy.
    PolicyAdvised {
        /// Its number.
        version: u32,
        /// Whether the advice is positive.
        positive: bool,
    },
    /// A proposal for the policy was taken away before it counted.
    PolicyWithdrawn {
        /// Its number.
        version: u32,
    },
    /// A second person put a version of the policy in its place.
    PolicyActivated {
        /// Its number.
        version: u32,
        /// Hash of the rules that count from now on.
        policy: Hash,
        /// Hash of the catalogue that counts from now on.
        catalogue: Hash,
    },
    /// The version of the policy that counted before was brought back.
    PolicyRestored {
        /// Its number; 0 is what comes with the program.
        version: u32,
        /// Hash of the rules that count from now on.
        policy: Hash,
        /// Hash of the catalogue that counts from now on.
        catalogue: Hash,
    },
    /// The terms for an epoch of matching were given to a member.
    ManifestIssued {
        /// The member.
        peer: Oin,
        /// The purpose.
        purpose: PurposeId,
        /// The epoch.
        epoch: u32,
        /// Hash of the manifest.
        manifest: Hash,
    },
    /// The terms of a member for an epoch were received and are in order.
    ManifestReceived {
        /// The member.
        peer: Oin,
        /// The purpose.
        purpose: PurposeId,
        /// The epoch.
        epoch: u32,
        /// Hash of the manifest.
        manifest: Hash,
    },
    /// An index was published to a member: what it may discover here.
    IndexPublished {
        /// The member.
        peer: Oin,
        /// The purpose.
        purpose: PurposeId,
        /// The epoch.
        epoch: u32,
        /// The number of the index in this epoch.
        seq: u32,
        /// How many aanbieders are in it.
        count: u32,
        /// Merkle root over the verdicts on every aanbieder.
        verdicts: Hash,
        /// Under which rules.
        grounds: Grounds,
    },
    /// An index that was published before was sent again, to a member that asked for it.
    IndexSentAgain {
        /// The member.
        peer: Oin,
        /// The context.
        ctx: Hash,
        /// The number.
        seq: u32,
    },
    /// An index of a member was received and is in order.
    IndexReceived {
        /// The member.
        peer: Oin,
        /// The context.
        ctx: Hash,
        /// The number.
        seq: u32,
        /// Merkle root over the entries.
        root: Hash,
    },
    /// An index of a member was refused.
    IndexRefused {
        /// The member.
        peer: Oin,
        /// The context.
        ctx: Hash,
        /// The number.
        seq: u32,
        /// What is wrong with it.
        incident: Incident,
    },
    /// The node committed to the set that it is going to ask about.
    SetCommitted {
        /// The member to be asked.
        peer: Oin,
        /// The purpose.
        purpose: PurposeId,
        /// The epoch.
        epoch: u32,
        /// The commitment.
        commitment: Hash,
    },
    /// A batch of blinded identifiers was sent.
    BatchAsked {
        /// The member.
        peer: Oin,
        /// The context.
        ctx: Hash,
        /// The sweep.
        sweep: Id,
        /// The number of the batch.
        batch: u32,
        /// Hash of the question.
        request: Hash,
    },
    /// The answer to a batch was received and its proof holds.
    BatchAnswered {
        /// The member.
        peer: Oin,
        /// The context.
        ctx: Hash,
        /// The sweep.
        sweep: Id,
        /// The number of the batch.
        batch: u32,
        /// Hash of the answer.
        response: Hash,
    },
    /// A batch of a member was evaluated; which aanbieders it is about is not known here.
    BatchEvaluated {
        /// The member.
        peer: Oin,
        /// The context.
        ctx: Hash,
        /// The sweep.
        sweep: Id,
        /// The number of the batch.
        batch: u32,
        /// Hash of the question.
        request: Hash,
        /// Hash of the answer.
        response: Hash,
        /// What remains of the budget.
        quota_left: u32,
        /// Under which rules.
        grounds: Grounds,
    },
    /// A member has treffers on remarkably much of what was asked about.
    ManyTreffers {
        /// The member.
        peer: Oin,
        /// The context.
        ctx: Hash,
        /// On how many aanbieders.
        found: u32,
        /// Of how many.
        asked: u32,
    },
    /// Enough organisations are involved with an aanbieder to point that out.
    SamenloopNoticed {
        /// The aanbieder.
        aanbieder: Id,
        /// How many, the own organisation included.
        count: u32,
        /// From how many it is pointed out.
        from: u32,
    },
    /// Somebody follows an aanbieder, or no longer does.
    AanbiederFollowed {
        /// The aanbieder.
        aanbieder: Id,
        /// Whether it is followed from now on.
        follows: bool,
    },
    /// A person is to decide on what a member did.
    AlarmRaised {
        /// The alarm.
        alarm: Id,
        /// The member.
        peer: Oin,
    },
    /// Somebody decided on what a member did.
    AlarmDecided {
        /// The alarm.
        alarm: Id,
        /// The member.
        peer: Oin,
        /// Whether nothing is exchanged with the member from now on.
        suspended: bool,
    },
    /// Somebody was shown which other gemeenten know an aanbieder.
    TrefferShown {
        /// The aanbieder.
        aanbieder: Id,
        /// How many gemeenten.
        count: u32,
        /// For which purpose.
        purpose: PurposeId,
        /// Under which rules; absent in entries of before this was kept.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        grounds: Option<Grounds>,
    },
    /// The own rules kept a question from being asked.
    InzageWithheld {
        /// The aanbieder.
        aanbieder: Id,
        /// The member that would have been asked.
        peer: Oin,
        /// For which purpose.
        purpose: PurposeId,
        /// The guards that closed the door.
        guards: BTreeSet<String>,
        /// Under which rules.
        grounds: Grounds,
    },
    /// Somebody asked a member about an aanbieder.
    InzageAsked {
        /// The question.
        inzage: Id,
        /// The aanbieder.
        aanbieder: Id,
        /// The member.
        peer: Oin,
        /// For which purpose.
        purpose: PurposeId,
        /// Hash of the question as decided on.
        question: Hash,
        /// For which member, under a mandate; none for the own organisation.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        on_behalf: Option<Oin>,
        /// Under which rules.
        grounds: Grounds,
    },
    /// A member asked about an aanbieder.
    InzageReceived {
        /// The question.
        inzage: Id,
        /// The member.
        peer: Oin,
        /// For which purpose.
        purpose: PurposeId,
        /// Hash of the question.
        question: Hash,
        /// For which other member it says it asks.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        on_behalf: Option<Oin>,
    },
    /// It was decided what a member gets to know.
    InzageDecided {
        /// The question.
        inzage: Id,
        /// The member.
        peer: Oin,
        /// For which purpose.
        purpose: PurposeId,
        /// Whether an answer goes out.
        granted: bool,
        /// The guards that closed the door, if any did.
        guards: BTreeSet<String>,
        /// Hash of what goes out.
        answer: Hash,
        /// Under which rules.
        grounds: Grounds,
    },
    /// A member asked more on one day than is allowed: refused, counted together, and not kept.
    InzageOverBudget {
        /// The member.
        peer: Oin,
        /// On which day.
        day: Date,
        /// How many since the last such entry of that day.
        count: u32,
    },
    /// Somebody took a question of a member in hand: saw what an answer would be, or decided on it.
    InzageHandled {
        /// The question.
        inzage: Id,
        /// The member.
        peer: Oin,
        /// For which purpose it was asked.
        purpose: PurposeId,
        /// Under which rules somebody may.
        grounds: Grounds,
    },
    /// A question waits for a person.
    InzageDeferred {
        /// The question.
        inzage: Id,
        /// The member.
        peer: Oin,
        /// Under which rules it may wait; absent in entries of before this was kept.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        grounds: Option<Grounds>,
    },
    /// The answer of a member came in.
    InzageAnswered {
        /// The question.
        inzage: Id,
        /// The member.
        peer: Oin,
        /// Whether there is an answer.
        granted: bool,
    },
    /// Somebody looked at the answer of a member.
    InzageShown {
        /// The question.
        inzage: Id,
        /// For which purpose it is used.
        purpose: PurposeId,
        /// Under which rules; absent in entries of before this was kept.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        grounds: Option<Grounds>,
    },
    /// A question passed its term without an answer, or an answer its retention.
    InzageExpired {
        /// The question.
        inzage: Id,
    },
    /// The source took back what a question rests on; its answer is gone.
    InzageWithdrawn {
        /// The question.
        inzage: Id,
        /// The member.
        peer: Oin,
    },
    /// A decision did not arrive, and is not sent again.
    InzageUndelivered {
        /// The question.
        inzage: Id,
        /// The member.
        peer: Oin,
    },
    /// Recipients of an index were told that something was withdrawn or changed.
    RecallSent {
        /// The member.
        peer: Oin,
        /// The context.
        ctx: Hash,
        /// How many handles, padding included.
        count: u32,
    },
    /// A recall was never acknowledged, and what it was about is past its term everywhere.
    RecallGivenUp {
        /// The member.
        peer: Oin,
        /// The context.
        ctx: Hash,
        /// How many handles, padding included.
        count: u32,
    },
    /// A member told that something was withdrawn or changed.
    RecallReceived {
        /// The member.
        peer: Oin,
        /// The context.
        ctx: Hash,
        /// How many handles, padding included.
        count: u32,
    },
    /// The head of the log of a member was received and follows on the last.
    HeadReceived {
        /// The member.
        peer: Oin,
        /// Its number of entries.
        size: u64,
    },
    /// A peer was not let in, or was cut off.
    PeerRefused {
        /// The organisation, where it is known.
        peer: Option<Oin>,
        /// Why.
        reason: PeerRefusal,
    },
    /// A message did not keep to the protocol.
    SecurityIncident {
        /// The organisation, where it is known.
        peer: Option<Oin>,
        /// What.
        incident: Incident,
        /// Hash of the message.
        message: Option<Hash>,
    },
    /// The same came more often than is written each time: this is how often, on top of those.
    NuisanceCounted {
        /// The organisation, where it is known.
        peer: Option<Oin>,
        /// What.
        what: Nuisance,
        /// How many more.
        count: u32,
    },
}

impl Event {
    /// The event with the one who did it.
    #[must_use]
    pub const fn by(self, by: By) -> Noted {
        Noted { by, event: self }
    }

    /// Under which rules it was decided, for what was decided.
    #[must_use]
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "only some events rest on a decision; a new one that does has grounds, and joins this list"
    )]
    pub const fn grounds(&self) -> Option<&Grounds> {
        match self {
            Self::IndexPublished { grounds, .. }
            | Self::BatchEvaluated { grounds, .. }
            | Self::InzageWithheld { grounds, .. }
            | Self::InzageAsked { grounds, .. }
            | Self::InzageDecided { grounds, .. }
            | Self::InzageHandled { grounds, .. }
            | Self::OwnShown { grounds, .. }
            | Self::OwnRefused { grounds, .. } => Some(grounds),
            Self::InzageDeferred { grounds, .. }
            | Self::InzageShown { grounds, .. }
            | Self::TrefferShown { grounds, .. }
            | Self::AanbiederAdded { grounds, .. }
            | Self::AanbiederChanged { grounds, .. }
            | Self::AanbiedersImported { grounds, .. }
            | Self::BetrokkenheidAdded { grounds, .. }
            | Self::BetrokkenheidEnded { grounds, .. }
            | Self::BetrokkenheidHandedOver { grounds, .. }
            | Self::SecrecyChanged { grounds, .. } => grounds.as_ref(),
            _ => None,
        }
    }
}
