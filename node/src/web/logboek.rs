// SPDX-License-Identifier: EUPL-1.2
//! The log, in sentences.

use std::collections::HashMap;

use axum::extract::{Query, State};
use axum::response::Html;
use basisnet_admin_ui::frame::Section;
use basisnet_admin_ui::log::{Entry, Log};

use super::WebState;
use super::auth::Reader;
use super::convert::moment;
use super::fault::WebFault;
use crate::service::logboek::{Line, LogboekError};

/// So many lines a page.
const SHOWN: usize = 50;

/// A page of the log, newest first.
pub(super) async fn show(
    State(web): State<WebState>,
    Query(query): Query<HashMap<String, String>>,
    reader: Reader,
) -> Result<Html<String>, WebFault> {
    let before = match query.get("vanaf") {
        Some(text) => Some(text.parse().map_err(|_| WebFault::not_found())?),
        None => None,
    };
    let page = web
        .services
        .logboek
        .page(&reader.actor, before, SHOWN)
        .await?;
    let entry = |line: Line| Entry {
        number: line.number,
        at: line.at.map(moment),
        sentence: line.sentence,
    };
    let log = Log {
        total: usize::try_from(page.total).unwrap_or(usize::MAX),
        entries: page.lines.into_iter().map(entry).collect(),
        newer: before.map(|_| (page.total + 1).to_string()),
        older: page.older.map(|from| from.to_string()),
        own_only: page.own_only,
    };
    Ok(Html(log.page(&reader.frame(&web, Section::Log))?))
}

impl From<LogboekError> for WebFault {
    fn from(fault: LogboekError) -> Self {
        match fault {
            LogboekError::NotAllowed(fault) => fault.into(),
            LogboekError::Names(fault) => fault.into(),
            LogboekError::Fault(_) | LogboekError::Store(_) | LogboekError::Commit(_) => {
                Self::broken(fault)
            }
        }
    }
}
