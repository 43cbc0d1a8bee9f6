// SPDX-License-Identifier: EUPL-1.2
//! Which roles hold which function of the house: who runs accounts, keeps members, decides on purposes, reads the log.
//!
//! A function is about the node and its papers, never about what a record of an aanbieder says. Who sees or handles
//! such a record is asked of the rules ([`crate::service::own`]), each time anew. So this table is the one place in
//! the services and the doors where a role is named, and a test of the house holds them to it.

use std::collections::BTreeSet;

use basisnet_protocol::purpose::Role;

/// Something that somebody does for the organisation by virtue of a role.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Function {
    /// Makes and closes accounts; gives roles, tasks and keys.
    RunAccounts,
    /// Sees which accounts there are.
    SeeAccounts,
    /// Reads the policy and tries a draft.
    ReadPolicy,
    /// Has decisions explained and tried again: they are questions about aanbieders.
    ExplainDecisions,
    /// Proposes a version of the policy.
    ProposePolicy,
    /// Puts a version of the policy in its place, or brings the one before it back.
    DecidePolicy,
    /// Advises on the policy and on purposes (AVG art. 39), and decides nothing (art. 38 lid 6).
    Advise,
    /// Puts a purpose into force or out of it, and decides on further use (AVG art. 24 and art. 6 lid 4).
    DecidePurposes,
    /// Restricts the processing of an aanbieder, or lifts that (AVG art. 18). It tells who does it nothing of what the
    /// record says, and lifting it could not be asked of the rules: to them what is restricted is closed.
    RestrictProcessing,
    /// Speaks for the organisation to members, and brings in what they say about themselves.
    KeepMembers,
    /// Confirms that a member asks about far more than it declared before.
    ConfirmMembers,
    /// Writes the draft of a convenant.
    DraftConvenanten,
    /// Brings in what others signed; it is verified whoever does it.
    ImportConvenanten,
    /// Binds the organisation.
    SignConvenanten,
    /// Has the assessment of art. 35 made.
    MakeDpia,
    /// Sees what points at a member that learns or takes more than it should.
    SeeAlarms,
    /// Decides on that, and suspends the exchange with a member.
    DecideAlarms,
    /// Has the log verified.
    VerifyLog,
    /// Reads every line of the log. What a line tells of an aanbieder is a matter of the rules.
    ReadLog,
    /// Reads the lines of the log that are about no aanbieder.
    ReadLogOfNode,
}

impl Function {
    /// Who holds it.
    #[must_use]
    pub const fn roles(self) -> &'static [Role] {
        use Role::{Beheerder, Contractmanager, Fg, Verwerkingsverantwoordelijke as Controller};
        match self {
            Self::RunAccounts | Self::ReadLogOfNode => &[Beheerder],
            Self::SeeAccounts => &[Beheerder, Fg],
            Self::ReadPolicy | Self::MakeDpia | Self::VerifyLog | Self::SeeAlarms => {
                &[Fg, Controller, Beheerder]
            }
            Self::ExplainDecisions | Self::RestrictProcessing | Self::ReadLog => &[Fg, Controller],
            Self::ProposePolicy | Self::KeepMembers | Self::ImportConvenanten => {
                &[Controller, Beheerder]
            }
            Self::Advise => &[Fg],
            Self::DecidePolicy
            | Self::DecidePurposes
            | Self::ConfirmMembers
            | Self::DecideAlarms
            | Self::SignConvenanten => &[Controller],
            Self::DraftConvenanten => &[Controller, Contractmanager, Beheerder],
        }
    }
}

impl Function {
    /// Whether a person stands for it by name: who advises, decides or binds is no program with a key.
    pub(super) const fn takes_a_person(self) -> bool {
        match self {
            Self::Advise
            | Self::DecidePolicy
            | Self::DecidePurposes
            | Self::ConfirmMembers
            | Self::DecideAlarms
            | Self::SignConvenanten => true,
            Self::RunAccounts
            | Self::SeeAccounts
            | Self::ReadPolicy
            | Self::ExplainDecisions
            | Self::ProposePolicy
            | Self::RestrictProcessing
            | Self::KeepMembers
            | Self::DraftConvenanten
            | Self::ImportConvenanten
            | Self::MakeDpia
            | Self::SeeAlarms
            | Self::VerifyLog
            | Self::ReadLog
            | Self::ReadLogOfNode => false,
        }
    }
}

/// The role of the first account of a node.
pub(super) const FIRST: Role = Role::Beheerder;

/// Roles that go with no other: who grants, who uses and who audits are different people (BIO2).
const ALONE: [Role; 2] = [Role::Beheerder, Role::Fg];

/// Whether one account may have these roles together.
pub(super) fn go_together(roles: &BTreeSet<Role>) -> bool {
    let alone = ALONE.iter().any(|role| roles.contains(role));
    match roles.len() {
        0 => false,
        1 => true,
        _ => !alone,
    }
}
