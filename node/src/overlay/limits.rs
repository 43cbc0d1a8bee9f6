// SPDX-License-Identifier: EUPL-1.2
//! Everything that a stranger, or a member with a fault, could make large is bounded here.
//!
//! Strangers are bounded by address, members by organisation. What one organisation can take at its worst, over all
//! its nodes and connections: [`EXCHANGES_PER_MEMBER`] messages of [`MESSAGE`] bytes that are read, handled or
//! answered (8 MiB), and what [`CONNECTIONS_PER_MEMBER`] connections with [`STREAMS`] streams may hold unread (256 KiB
//! each, 64 MiB). It never takes what another organisation needs.

use std::time::Duration;

/// The largest message in an envelope, either way: an index of 16,384 entries, its envelope, and room to spare.
pub(super) const MESSAGE: usize = 1_048_576;
/// The largest attestation, chain included.
pub(super) const ATTESTATION: usize = 8_192;
/// The answer to a newer attestation: that it is accepted, and what time it is.
pub(super) const ACCEPTED: usize = 9;
/// Connections that are being negotiated at one time.
pub(super) const PENDING: usize = 160;
/// Of those, what addresses that no member is known to use may take together.
pub(super) const PENDING_STRANGERS: usize = 48;
/// And what one such address may take.
pub(super) const PENDING_PER_STRANGER: usize = 8;
/// And what the addresses of one member may take together.
pub(super) const PENDING_PER_MEMBER: usize = 24;
/// And what one address may take that several members use: a hosting party, or somebody who names another's address.
pub(super) const PENDING_PER_SHARED: usize = 48;
/// Connections to one peer: two, because both may dial at the same moment. The newest stay.
pub(super) const ESTABLISHED_PER_PEER: usize = 2;
/// Connections of all nodes of one organisation together. The newest stay.
pub(super) const CONNECTIONS_PER_MEMBER: usize = 8;
/// Connections from others, admitted, in total.
pub(super) const ESTABLISHED_INCOMING: u32 = 512;
/// Messages of one organisation that are being read, handled or answered; more of them wait unread.
pub(super) const EXCHANGES_PER_MEMBER: usize = 8;
/// How fast one organisation may send messages; more of them wait unread.
pub(super) const MESSAGE_PACE: Pace = Pace {
    at_once: 300,
    every: Duration::from_millis(10),
};
/// How often an attestation of one organisation is judged on connections that run. One a week is enough.
pub(super) const RENEWAL_PACE: Pace = Pace {
    at_once: 16,
    every: Duration::from_secs(5),
};
/// How often one address may begin a connection, admitted or not; each time costs an exchange of keys.
pub(super) const KNOCK_PACE: Pace = Pace {
    at_once: 200,
    every: Duration::from_millis(50),
};
/// Addresses of which is kept how often they begin a connection.
pub(super) const KNOCKERS: usize = 4_096;
/// Requests under way to one peer; more of them wait here.
pub(super) const IN_FLIGHT_PER_PEER: usize = 8;
/// Requests under way to all peers together.
pub(super) const IN_FLIGHT: usize = 512;
/// Exchanges on one connection, both ways together; what comes on top of it is dropped.
pub(super) const EXCHANGES: usize = 24;
/// Renewals of attestations on one connection, both ways together.
pub(super) const RENEWALS: usize = 4;
/// Streams on one connection; who opens more loses the connection.
pub(super) const STREAMS: usize = 32;
/// Streams on one connection of which the protocol is not agreed yet.
pub(super) const STREAMS_NEGOTIATING: usize = 16;
/// Requests from peers that wait for our answer, all together.
pub(super) const ANSWERS_OWED: usize = 512;
/// The time in which a connection must be encrypted, attested and ready.
pub(super) const CONNECT: Duration = Duration::from_secs(5);
/// And within that time, how long a peer may take to show its attestation once the channel is encrypted.
pub(super) const ATTEST: Duration = Duration::from_secs(3);
/// A connection on which nothing happens is closed after this.
pub(super) const IDLE: Duration = Duration::from_secs(600);
/// How often a peer is asked for a sign of life on a connection.
pub(super) const PULSE: Duration = Duration::from_secs(5);
/// And how long it may take to give one, also over a slow line that is busy with a message.
pub(super) const PULSE_ANSWERED: Duration = Duration::from_secs(20);
/// No exchange lasts longer, whatever the caller asks for.
pub(super) const EXCHANGE: Duration = Duration::from_secs(120);
/// How often live connections are held against the gate.
pub(super) const RECHECK: Duration = Duration::from_millis(250);
/// Addresses of members that are remembered from their connections.
pub(super) const HOMES: usize = 1_024;
/// And of one member.
pub(super) const HOMES_PER_MEMBER: usize = 16;

/// So many at once, and then one at a time.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pace {
    /// So many at once…
    pub(super) at_once: u32,
    /// …and then one in so much time.
    pub(super) every: Duration,
}
