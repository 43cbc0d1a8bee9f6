// SPDX-License-Identifier: EUPL-1.2
//! What the stories need: an authority, doors, and whole networks of real nodes in one process.
#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "all of this runs in tests only, where giving up loudly is right"
)]

pub mod acting;
pub mod agreement;
pub mod asking;
pub mod bold;
pub mod chance;
pub mod cuts;
pub mod door;
pub mod forming;
pub mod hostile;
pub mod killing;
pub mod namespaces;
pub mod network;
pub mod oracle;
pub mod pki;
pub mod recording;
pub mod register;
pub mod restoring;
pub mod succession;
pub mod telling;
pub mod verifier;
