// SPDX-License-Identifier: EUPL-1.2
//! Which service answers which kind of message. A kind that is not here is refused as malformed.

use super::{Routes, convenant, deelname, inzage, matching, unserved};
use crate::service::{Base, Services};

/// The routes of a node with these services.
#[must_use]
pub fn routes(base: &Base, services: &Services) -> Routes {
    let (publications, treffers) = (&services.publications, &services.treffers);
    let routes = matching::routes(Routes::new(), &base.outbox, publications, treffers);
    let routes = inzage::routes(routes, &services.inzagen);
    let routes = convenant::routes(routes, &base.outbox, &services.correspondence);
    let routes = deelname::routes(routes, &services.deelname);
    unserved::routes(routes, &base.outbox)
}
