// SPDX-License-Identifier: EUPL-1.2
//! Which service answers which kind of message. A kind that is not here is refused as malformed.

use super::Routes;
use crate::service::Services;

/// The routes of a node with these services.
#[must_use]
pub fn routes(_services: &Services) -> Routes {
    Routes::new()
}
