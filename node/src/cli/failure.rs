// SPDX-License-Identifier: EUPL-1.2
//! How a command can end badly: one exit code per kind of end, and a text that names fault and mend.

use std::fmt;
use std::path::Path;
use std::process::ExitCode;

use crate::config::ConfigError;
use crate::reason::io_reason;

/// The exit codes of `basisnet`; scripts may rely on them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// What was asked is done.
    Done = 0,
    /// Understood, and the answer is no: refused, not found, not right.
    Refused = 1,
    /// The command itself is wrong.
    Usage = 2,
    /// The configuration is absent or wrong.
    Config = 3,
    /// The node does not answer.
    Unreachable = 4,
    /// Not signed in, or not with the role it takes.
    NotAllowed = 5,
    /// Something broke.
    Fault = 6,
}

impl Exit {
    /// The codes as shown under `--help`.
    pub(super) const HELP: &'static str = "\
Afloopcodes:
  0  gelukt
  1  geweigerd of een nee: de gegevens kloppen niet, of het mag niet van de regels
  2  de opdracht is verkeerd ingetypt
  3  de configuratie, een sleutel of een certificaat ontbreekt of klopt niet
  4  de node antwoordt niet
  5  niet aangemeld, of niet met de juiste rol
  6  er ging iets stuk";
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

/// Why a command did not do what was asked, in Dutch.
#[derive(Debug)]
pub(crate) struct Failure {
    /// What kind of end this is.
    pub(crate) exit: Exit,
    /// What is wrong and what to do about it.
    pub(crate) text: String,
    /// The same, point by point: faults in a file, fields in a form.
    pub(crate) details: Vec<String>,
}

impl Failure {
    /// A failure without further points.
    pub(crate) fn new(exit: Exit, text: impl Into<String>) -> Self {
        Self {
            exit,
            text: text.into(),
            details: Vec::new(),
        }
    }

    /// The answer is no.
    pub(crate) fn refused(text: impl Into<String>) -> Self {
        Self::new(Exit::Refused, text)
    }

    /// Something broke.
    pub(crate) fn fault(text: impl Into<String>) -> Self {
        Self::new(Exit::Fault, text)
    }

    /// With a list of points under the text.
    pub(crate) fn with_details(mut self, details: impl IntoIterator<Item = String>) -> Self {
        self.details.extend(details);
        self
    }

    /// The configuration cannot be used.
    pub(crate) fn config(path: &Path, error: &ConfigError) -> Self {
        match error {
            ConfigError::Missing(_) | ConfigError::Unreadable { .. } => {
                Self::new(Exit::Config, error.to_string())
            }
            ConfigError::Faulty { faults, .. } => Self::new(
                Exit::Config,
                format!("het configuratiebestand `{}` klopt niet", path.display()),
            )
            .with_details(faults.iter().map(ToString::to_string)),
        }
    }

    /// A file could not be read or written. One that is not there was named wrongly, which breaks nothing.
    pub(crate) fn file(doing: &str, path: &Path, cause: &std::io::Error) -> Self {
        if cause.kind() == std::io::ErrorKind::NotFound {
            return Self::refused(format!(
                "{doing} van `{}` lukt niet: {}; kijk of naam en map kloppen",
                path.display(),
                io_reason(cause)
            ));
        }
        Self::fault(format!(
            "{doing} van `{}` lukt niet: {}",
            path.display(),
            io_reason(cause)
        ))
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)?;
        for detail in &self.details {
            write!(f, "\n  - {detail}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Failure {}
