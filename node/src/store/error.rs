// SPDX-License-Identifier: EUPL-1.2
//! How opening, writing and reading can fail.

use std::path::PathBuf;

use crate::keys::KeyFileError;
use crate::reason::io_reason;

/// Why the store did not open. The text is for the person who runs the node.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Another process has it.
    #[error(
        "de gegevens in `{0}` zijn al in gebruik door een ander proces; stop dat eerst, of kies een andere map"
    )]
    InUse(PathBuf),
    /// A folder or file cannot be used.
    #[error(
        "`{}` kan niet worden gebruikt: {}; controleer de map, de eigenaar en de vrije ruimte",
        .0.display(), io_reason(.1)
    )]
    Folder(PathBuf, std::io::Error),
    /// A key file cannot be used.
    #[error(transparent)]
    Key(#[from] KeyFileError),
    /// Made with the other engine.
    #[error(
        "de gegevens zijn gemaakt met de opslag `{found}` en de configuratie vraagt `{asked}`; zet `{found}` in de configuratie"
    )]
    OtherEngine {
        /// What made it.
        found: &'static str,
        /// What is asked.
        asked: &'static str,
    },
    /// The data of another node.
    #[error(
        "de gegevens in `{0}` horen bij een andere node; kies in de configuratie de map van deze node"
    )]
    OtherNode(PathBuf),
    /// Sealed under other keys.
    #[error(
        "de sleutels in `{0}` passen niet op de gegevens; zet de sleutels terug die bij deze gegevens horen"
    )]
    OtherKeys(PathBuf),
    /// Made by a newer program.
    #[error(
        "de gegevens hebben indeling {found} en deze versie van BasisNet kent indeling {known}; installeer de nieuwere versie weer"
    )]
    Newer {
        /// The number in the store.
        found: u32,
        /// The number we know.
        known: u32,
    },
    /// Made by a trial version, before the first release.
    #[error(
        "de gegevens zijn van een proefversie van BasisNet die deze versie niet meer leest; richt de node opnieuw in, in een lege map"
    )]
    Older,
    /// There is nothing to look at.
    #[error("in `{0}` is nog geen opslag; richt de node in met `basisnet init`")]
    Absent(PathBuf),
    /// More was signed for than is there, by the copy of the signature beside the keys.
    #[error(
        "het einde van het logboek ontbreekt; hebt u een back-up teruggezet, voer dan `basisnet terugzetten` uit; bewaar anders de map zoals zij is en zet een back-up terug"
    )]
    WentBack,
    /// Not what was written.
    #[error(
        "de gegevens zijn beschadigd ({0}); bewaar de map zoals zij is en zet een back-up terug"
    )]
    Damaged(String),
    /// The engine cannot read.
    #[error("de gegevens kunnen niet worden gelezen ({0}); controleer de schijf en de rechten")]
    Unreadable(String),
}

impl OpenError {
    pub(crate) fn damaged(what: &str) -> Self {
        Self::Damaged(what.to_owned())
    }
}

impl From<StoreError> for OpenError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Corrupt(what) => Self::Damaged(what),
            other @ (StoreError::KeyMissing(_) | StoreError::Engine(_) | StoreError::Closed) => {
                Self::Unreadable(other.to_string())
            }
        }
    }
}

impl From<CommitError> for OpenError {
    fn from(error: CommitError) -> Self {
        Self::Unreadable(error.to_string())
    }
}

/// Why a change was not applied.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CommitError {
    /// A guard does not hold: somebody else wrote first. Read again and decide again.
    #[error("somebody else changed `{0}` first")]
    Conflict(&'static str),
    /// Too little free space on the disk.
    #[error("too little free space on the disk")]
    Full,
    /// Writing failed before; nothing is written any more until the node is started again.
    #[error("the store is broken and writes nothing any more")]
    Broken,
    /// The store was closed.
    #[error("the store is closed")]
    Closed,
    /// A record or entry cannot be encoded.
    #[error("a record cannot be encoded")]
    Unencodable,
    /// A key, record or change is larger than allowed.
    #[error("a key, record or change is too large")]
    TooLarge,
    /// A release without an entry in the log.
    #[error("nothing is released without an entry in the log")]
    Unrecorded,
}

/// Why something could not be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// What is there is not what was written.
    #[error("`{0}` in the store is damaged")]
    Corrupt(String),
    /// The key of a period is not there, though its term is not over.
    #[error("the key `{0}` is missing")]
    KeyMissing(String),
    /// The engine could not read.
    #[error("the store cannot be read: {0}")]
    Engine(String),
    /// The store was closed.
    #[error("the store is closed")]
    Closed,
}

impl From<StoreError> for CommitError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Closed => Self::Closed,
            StoreError::Corrupt(_) | StoreError::KeyMissing(_) | StoreError::Engine(_) => {
                tracing::error!(%error, "the store cannot be read");
                Self::Broken
            }
        }
    }
}
