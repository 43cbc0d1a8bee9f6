// SPDX-License-Identifier: EUPL-1.2
//! What an entry is about, as far as people look for that.

use basisnet_protocol::purpose::PurposeId;

use crate::audit::Event;

/// Under which purpose it happened, where there was one.
#[must_use]
pub fn purpose(event: &Event) -> Option<&PurposeId> {
    if let Event::PurposeAdvised { purpose, .. }
    | Event::PurposeInForce { purpose, .. }
    | Event::PurposeWithdrawn { purpose }
    | Event::ManifestIssued { purpose, .. }
    | Event::ManifestReceived { purpose, .. }
    | Event::IndexPublished { purpose, .. }
    | Event::SetCommitted { purpose, .. }
    | Event::TrefferShown { purpose, .. }
    | Event::InzageWithheld { purpose, .. }
    | Event::InzageAsked { purpose, .. }
    | Event::InzageReceived { purpose, .. }
    | Event::MandateUsed { purpose, .. }
    | Event::InzageDecided { purpose, .. }
    | Event::InzageHandled { purpose, .. }
    | Event::InzageShown { purpose, .. }
    | Event::OwnRefused { purpose, .. } = event
    {
        Some(purpose)
    } else {
        None
    }
}
