// SPDX-License-Identifier: EUPL-1.2
//! The words with which an event says who did it, and what kind of act it was.

use basisnet_protocol::id::Oin;
use basisnet_protocol::mandate::MandateActKind;
use serde::{Deserialize, Serialize};

use super::Id;

/// Who did it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum By {
    /// The node itself, by its rules and its schedule.
    Node,
    /// A person or a client with an account here.
    Account {
        /// The account.
        account: Id,
    },
    /// Another organisation, by a message.
    Peer {
        /// The organisation.
        oin: Oin,
    },
}

/// How a member acts on a convenant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConvenantAct {
    /// Takes part in this version.
    Accept,
    /// Does not want this version.
    Reject,
    /// Stops its own exchange.
    Withdraw,
    /// Ends it for all.
    End,
}

/// What an organisation does about a mandate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MandateDeed {
    /// Lets another act for it.
    Give,
    /// Acts for another.
    Accept,
    /// Ends it.
    Withdraw,
}

impl From<MandateActKind> for MandateDeed {
    fn from(kind: MandateActKind) -> Self {
        match kind {
            MandateActKind::Give => Self::Give,
            MandateActKind::Accept => Self::Accept,
            MandateActKind::Withdraw => Self::Withdraw,
        }
    }
}

/// What was done about professional secrecy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SecrecyAct {
    /// The record came under it.
    Set,
    /// Somebody was weighed to see it, with a ground.
    Weighed,
    /// It ended.
    Lifted,
}

/// Up to how many identifiers a member asks about and publishes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sizes {
    /// Asks about.
    pub query: u32,
    /// Publishes.
    pub index: u32,
}
