// SPDX-License-Identifier: EUPL-1.2
//! An event as it goes into the log: with the one who did it.

use basisnet_protocol::wire;
use serde::{Deserialize, Serialize};

use super::{By, Event};
use crate::store::{CommitError, LogEntry};

/// An event and who did it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Noted {
    /// Who.
    pub by: By,
    /// What.
    pub event: Event,
}

impl LogEntry for Noted {
    fn to_log_bytes(&self) -> Result<Vec<u8>, CommitError> {
        wire::encode(self).map_err(|_| CommitError::Unencodable)
    }
}

impl LogEntry for Event {
    fn to_log_bytes(&self) -> Result<Vec<u8>, CommitError> {
        self.clone().by(By::Node).to_log_bytes()
    }
}
