// SPDX-License-Identifier: EUPL-1.2
//! What peers did that they should not: breaches of the protocol, refusals, and what is only counted.

use serde::{Deserialize, Serialize};

/// A message that says somebody does not keep to the protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Incident {
    /// Came a second time.
    Replay,
    /// Signed by somebody else than it says.
    WrongSignature,
    /// Not a well-formed message.
    Malformed,
    /// Meant for somebody else.
    WrongRecipient,
    /// Too old, or from the future.
    OutOfTime,
    /// From somebody who is no party to any convenant in force.
    UnknownSender,
    /// Asked for more than the convenant allows.
    OverBudget,
    /// The same batch with other contents.
    ChangedBatch,
    /// An index with a number that was used before.
    RepeatedSequence,
    /// An index with a root that is not its own.
    WrongRoot,
    /// A manifest with the public key of another pair or another node.
    ForeignManifestKey,
    /// A proof that does not hold.
    WrongProof,
    /// A question about a handle without having evaluated the aanbieder.
    WrongOwnProof,
    /// Two different heads of one log.
    SplitView,
    /// A form of a message that this version of the program does not know.
    OtherVersion,
    /// More of one kind than the protocol ever needs.
    TooMany,
}

/// Why a peer was not let in or was cut off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PeerRefusal {
    /// Showed no attestation in time.
    NoAttestation,
    /// An attestation that is malformed or too large.
    Malformed,
    /// The attestation of another node.
    OtherPeer,
    /// A certificate of another organisation than the attestation names.
    OtherOrganisation,
    /// An attestation or certificate that is no longer valid.
    Expired,
    /// A certificate under no configured trust anchor.
    UnknownAuthority,
    /// A revoked certificate, or one whose revocation cannot be known.
    Revoked,
    /// Not named in any convenant or list of members.
    NotAMember,
    /// Over the limits for connections.
    Limits,
}

/// What a peer did so often that it is counted instead of written each time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Nuisance {
    /// Messages that did not keep to the protocol.
    Message {
        /// In which way.
        incident: Incident,
    },
    /// Connections that it did not get, or that were cut off.
    Connection {
        /// Why.
        reason: PeerRefusal,
    },
}
