// SPDX-License-Identifier: EUPL-1.2
//! The register of aanbieders over HTTP.

use axum::Router;

use super::ApiState;

/// The routes of this resource; an import may be larger than other calls.
pub(super) fn router(_max_import: usize) -> Router<ApiState> {
    Router::new()
}
