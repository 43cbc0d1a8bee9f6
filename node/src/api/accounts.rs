// SPDX-License-Identifier: EUPL-1.2
//! Accounts over HTTP.

use axum::Router;

use super::ApiState;

/// The routes of this resource.
pub(super) fn router() -> Router<ApiState> {
    Router::new()
}
