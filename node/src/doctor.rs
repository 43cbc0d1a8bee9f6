// SPDX-License-Identifier: EUPL-1.2
//! What is wrong with this node, why, and how to mend it: one finding per thing that can be wrong.
//!
//! The doctor looks and never changes anything. It works with the node running, with the node stopped, and with a
//! configuration that cannot be read; a finding that rests on something that is itself wrong is left out rather than
//! guessed.

mod files;
mod keys;
mod surroundings;

use std::path::Path;

pub(crate) use keys::{certificate_finding, chain_fault};

use serde::{Deserialize, Serialize};

use crate::clock::Clock;
use crate::config::{Config, ConfigError};

/// How it stands with one thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// In order.
    Goed,
    /// Could not be looked at, which is not wrong by itself.
    Onbekend,
    /// Works, and somebody should look at it.
    LetOp,
    /// The node does not work, or not safely.
    Fout,
}

/// One thing that was looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// What was looked at.
    pub onderdeel: String,
    /// How it stands.
    pub stand: Standing,
    /// What was seen: the cause, where something is wrong.
    pub bevinding: String,
    /// What to do about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub herstel: Option<String>,
}

impl Finding {
    /// In order.
    #[must_use]
    pub fn good(onderdeel: &str, bevinding: impl Into<String>) -> Self {
        Self::new(onderdeel, Standing::Goed, bevinding, None)
    }

    /// Not looked at, and why.
    #[must_use]
    pub fn unknown(onderdeel: &str, bevinding: impl Into<String>) -> Self {
        Self::new(onderdeel, Standing::Onbekend, bevinding, None)
    }

    /// Works, and somebody should look at it.
    #[must_use]
    pub fn warn(onderdeel: &str, bevinding: impl Into<String>, herstel: impl Into<String>) -> Self {
        Self::new(onderdeel, Standing::LetOp, bevinding, Some(herstel.into()))
    }

    /// Wrong.
    #[must_use]
    pub fn wrong(
        onderdeel: &str,
        bevinding: impl Into<String>,
        herstel: impl Into<String>,
    ) -> Self {
        Self::new(onderdeel, Standing::Fout, bevinding, Some(herstel.into()))
    }

    /// Wrong, by an error whose text names fault and mend, with `; ` between them.
    #[must_use]
    pub fn from_error(onderdeel: &str, error: &impl std::fmt::Display) -> Self {
        let text = error.to_string();
        match text.split_once("; ") {
            Some((fault, mend)) => Self::wrong(onderdeel, fault, mend),
            None => Self::wrong(
                onderdeel,
                text,
                "kijk in het technische logboek van de node",
            ),
        }
    }

    fn new(
        onderdeel: &str,
        stand: Standing,
        bevinding: impl Into<String>,
        herstel: Option<String>,
    ) -> Self {
        Self {
            onderdeel: onderdeel.to_owned(),
            stand,
            bevinding: bevinding.into(),
            herstel,
        }
    }
}

/// Looks at everything that can be seen from outside the running node. `running` says whether it answers.
#[must_use]
pub fn examine(config_path: &Path, clock: &Clock, running: bool) -> (Vec<Finding>, Option<Config>) {
    let mut findings = vec![surroundings::key_log(), surroundings::time(clock)];
    let config = match Config::load(config_path) {
        Ok(config) => {
            let text = format!("`{}` is te lezen en klopt", config_path.display());
            findings.push(Finding::good("configuratie", text));
            config
        }
        Err(error) => {
            findings.push(match &error {
                ConfigError::Faulty { .. } => Finding::wrong(
                    "configuratie",
                    error.to_string(),
                    "verbeter deze regels; `basisnet config voorbeeld` toont elke sleutel met uitleg",
                ),
                ConfigError::Missing(_) | ConfigError::Unreadable { .. } => {
                    Finding::from_error("configuratie", &error)
                }
            });
            return (findings, None);
        }
    };
    findings.extend(files::folders(&config));
    findings.push(keys::node_key(&config));
    findings.push(keys::api_certificate(&config, clock));
    findings.extend(keys::organisation(&config, clock));
    findings.extend(surroundings::ports(&config, running));
    findings.push(surroundings::exposure(&config));
    findings.push(files::free_space(&config));
    findings.push(files::clock_went_back(&config, clock));
    findings.push(files::store(&config, clock, running));
    (findings, Some(config))
}

/// Looks at what a line to another node rests on, as far as it is on this side.
#[must_use]
pub fn examine_network(config: &Config, clock: &Clock, running: bool) -> Vec<Finding> {
    let mut findings = vec![surroundings::time(clock)];
    findings.extend(surroundings::overlay_port(config, running));
    findings.extend(keys::organisation(config, clock));
    findings
}

#[cfg(test)]
mod tests;
