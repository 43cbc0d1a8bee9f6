// SPDX-License-Identifier: EUPL-1.2
//! A coordinator asks how far the own organisation is.

use basisnet_protocol::message::ReadinessRequest;

use super::{Delivery, Routes};
use crate::service::deelname::Deelname;

/// The route of how far a member is, beside those there are.
pub(super) fn routes(routes: Routes, deelname: &Deelname) -> Routes {
    let deelname = deelname.clone();
    routes.on(move |delivery: Delivery<ReadinessRequest>| {
        let deelname = deelname.clone();
        async move { deelname.answer(&delivery) }
    })
}
