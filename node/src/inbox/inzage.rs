// SPDX-License-Identifier: EUPL-1.2
//! The conversation of inzage, as peers start it: a question, or the decision of a person on one of ours.

use basisnet_protocol::message::{InzageDecision, InzageRequest};

use super::{Delivery, Routes};
use crate::service::inzage::Inzagen;

/// The routes of inzage, beside those there are.
pub(super) fn routes(routes: Routes, inzagen: &Inzagen) -> Routes {
    let (asked, decided) = (inzagen.clone(), inzagen.clone());
    routes
        .on(move |delivery: Delivery<InzageRequest>| {
            let inzagen = asked.clone();
            async move { inzagen.receive(delivery).await }
        })
        .on(move |delivery: Delivery<InzageDecision>| {
            let inzagen = decided.clone();
            async move { inzagen.receive_decision(delivery).await }
        })
}
