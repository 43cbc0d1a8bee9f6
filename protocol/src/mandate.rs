// SPDX-License-Identifier: EUPL-1.2
//! The mandate: a member lets another organisation act for it, for named purposes and forms of care, and for no more.
//!
//! A purchasing organisation, a GGD or a lead gemeente works for several gemeenten, from its own node and under its own
//! OIN. What it may do for one of them stands in a [`MandateContent`], which its SHA-256 names everywhere. Three acts
//! ([`MandateAct`]), each by the key of an organisation:
//!
//! - **give**, by the member: this body acts for us, by this decision of our college;
//! - **accept**, by the body;
//! - **withdraw**, by either: it is over, from the moment that this is heard of.
//!
//! What a mandate is worth ([`MandateState`]) follows from content, acts and time. A mandate only limits: who acts under
//! one does what both it and the convenant allow, and the purposes of one mandate never go with the care of another.

mod act;
mod content;
mod hearing;
mod standing;

pub use act::{MandateAct, MandateActKind};
pub use content::{MandateContent, MandateFault, MandateHash};
pub use hearing::MandateHearing;
pub use standing::{Mandate, MandateState};

/// The largest content that is read.
pub const MAX_MANDATE_BYTES: usize = 8_192;

#[cfg(test)]
mod samples {
    use super::MandateContent;
    use crate::testing::{NOW, oin};
    use crate::time::{Period, Timestamp};

    pub(super) fn days(days: u64) -> Timestamp {
        Timestamp::from_secs(NOW.as_secs() + days * 86_400)
    }

    /// Gemeente 7 lets body 9 act for it, from now and for a year.
    pub(super) fn content() -> MandateContent {
        let valid = Period {
            from: NOW,
            until: days(365),
        };
        MandateContent::testing_only_sample(oin(7), oin(9), valid)
    }
}
