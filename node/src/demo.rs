// SPDX-License-Identifier: EUPL-1.2
//! `basisnet demo`: one question, five gemeenten, on one machine.

pub mod files;
mod names;
pub mod place;
pub mod random;
pub mod region;

/// The port of the first node for other nodes; the others follow.
pub const OVERLAY_PORT: u16 = 7401;
/// The port of the first node for its own people; the others follow.
pub const API_PORT: u16 = 7451;
