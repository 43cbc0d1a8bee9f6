// SPDX-License-Identifier: EUPL-1.2
//! Letters to a newcomer: one idea each, at most a hundred lines, read from top to bottom.
//!
//! Start with `one_match.rs`, then `one_decision.rs`, `verify_log.rs` and `two_nodes.rs`. Each says at its top how to run
//! it and what it prints; the tests hold it to that. Here is only what an example needs and is not about.

use std::time::Duration;

use basisnet_policy::{FgAdvice, Followed, InForce};
use basisnet_protocol::convenant::ConvenantContent;
use basisnet_protocol::id::Oin;
use basisnet_protocol::purpose::{LegalBasis, PurposeId};
use basisnet_protocol::time::{Period, Timestamp};

/// A convenant of two members for matching (P08) and nothing else, in force for a year around `now`.
#[must_use]
pub fn convenant(members: [Oin; 2], basis: LegalBasis, now: Timestamp) -> ConvenantContent {
    let half_a_year = Duration::from_secs(182 * 86_400);
    let valid = Period {
        from: now - half_a_year,
        until: now + half_a_year,
    };
    ConvenantContent::testing_only_sample(members, basis, valid)
}

/// The decision of a controller, a day before `now`, that matching may be used, with the advice of the FG.
#[must_use]
pub fn in_force(now: Timestamp) -> InForce {
    let yesterday = now - Duration::from_secs(86_400);
    InForce {
        purpose: PurposeId::matching(),
        version: 1,
        who: "controller".to_owned(),
        mandate: "mandaatbesluit 2026-1".to_owned(),
        since: yesterday,
        advice: FgAdvice {
            who: "fg".to_owned(),
            given: yesterday.date(),
            followed: Followed::Yes,
        },
        dpia_ref: "DPIA-2026-1".to_owned(),
        until: None,
    }
}
