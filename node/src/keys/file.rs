// SPDX-License-Identifier: EUPL-1.2
//! Secrets on disk: complete or absent, for the owner only, never overwritten.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use super::Secret;
use crate::reason::io_reason;

/// No key, chain or sealed secret is larger.
const LARGEST: u64 = 65_536;

/// Why a file with a secret cannot be used. The text is for the person who runs the node.
#[derive(Debug, thiserror::Error)]
pub enum KeyFileError {
    /// There is nothing there.
    #[error(
        "sleutelbestand `{0}` bestaat niet; maak een nieuwe node met `basisnet init` of zet het bestand terug uit de back-up"
    )]
    Missing(PathBuf),
    /// The certificate of the organisation, or the key that goes with it, is not there.
    #[error(
        "`{0}` bestaat niet; vraag een certificaat aan met `basisnet certificaat aanvragen` en voer het in, of zet daar het certificaat van uw organisatie met zijn keten, of de sleutel waarmee het is aangevraagd"
    )]
    NoCertificate(PathBuf),
    /// Others on this machine can read or write it.
    #[error(
        "sleutelbestand `{path}` is toegankelijk voor anderen (rechten {mode:03o}); herstel dit met `chmod 600 {path}` en vervang de sleutel als een ander hem kan hebben gelezen"
    )]
    OpenToOthers {
        /// The file.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// A secret is never written over another.
    #[error(
        "sleutelbestand `{0}` bestaat al en wordt niet overschreven; verplaats het eerst als u een nieuwe sleutel wilt"
    )]
    Exists(PathBuf),
    /// The content is not what it should be.
    #[error("sleutelbestand `{path}` is niet bruikbaar: {fault}")]
    Unusable {
        /// The file.
        path: PathBuf,
        /// What is wrong and what helps, in Dutch.
        fault: &'static str,
    },
    /// The operating system said no.
    #[error(
        "sleutelbestand `{path}` kan niet worden gelezen of geschreven: {}; controleer de map, de eigenaar en de vrije ruimte",
        io_reason(cause)
    )]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        cause: io::Error,
    },
}

/// Reads a secret that only its owner can reach.
pub fn read_secret(path: &Path) -> Result<Secret<Vec<u8>>, KeyFileError> {
    let io = |cause| io_error(path, cause);
    let file = File::open(path).map_err(io)?;
    let metadata = file.metadata().map_err(io)?;
    let mode = metadata.permissions().mode() & 0o777;
    if mode & 0o077 != 0 {
        let path = path.to_owned();
        return Err(KeyFileError::OpenToOthers { path, mode });
    }
    if !metadata.is_file() || metadata.len() > LARGEST {
        return Err(unusable(
            path,
            "het is geen gewoon bestand van ten hoogste 64 kB",
        ));
    }
    let mut bytes = Vec::with_capacity(usize::try_from(metadata.len()).unwrap_or(0));
    file.take(LARGEST).read_to_end(&mut bytes).map_err(io)?;
    Ok(Secret::new(bytes))
}

/// Writes a new secret, readable by its owner only. After a crash it is there entirely or not at all.
pub fn create_secret(path: &Path, bytes: &[u8]) -> Result<(), KeyFileError> {
    let io = |cause| io_error(path, cause);
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    let draft = draft_name(path);
    let written = write_draft(&draft, bytes)
        // A hard link is refused when the name is taken, where a rename would silently replace.
        .and_then(|()| fs::hard_link(&draft, path));
    let _ = fs::remove_file(&draft);
    written.map_err(io)?;
    File::open(folder)
        .and_then(|folder| folder.sync_all())
        .map_err(io)
}

fn write_draft(draft: &Path, bytes: &[u8]) -> io::Result<()> {
    let _ = fs::remove_file(draft);
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(draft)?;
    file.write_all(bytes)?;
    file.sync_all()
}

fn draft_name(path: &Path) -> PathBuf {
    let mut name = std::ffi::OsString::from(".");
    name.push(path.file_name().unwrap_or_default());
    name.push(format!(".{}.nieuw", std::process::id()));
    path.with_file_name(name)
}

pub(super) fn unusable(path: &Path, fault: &'static str) -> KeyFileError {
    let path = path.to_owned();
    KeyFileError::Unusable { path, fault }
}

pub(super) fn io_error(path: &Path, cause: io::Error) -> KeyFileError {
    let path = path.to_owned();
    if cause.kind() == io::ErrorKind::NotFound {
        KeyFileError::Missing(path)
    } else if cause.kind() == io::ErrorKind::AlreadyExists {
        KeyFileError::Exists(path)
    } else {
        KeyFileError::Io { path, cause }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_comes_back_as_it_was_and_only_the_owner_can_read_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("geheim");
        create_secret(&path, b"zeven").unwrap();
        assert_eq!(read_secret(&path).unwrap().expose(), b"zeven");
        let mode = fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_secret_that_others_can_read_is_refused_with_the_mend() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("geheim");
        create_secret(&path, b"zeven").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        let fault = read_secret(&path).unwrap_err();
        assert!(matches!(
            fault,
            KeyFileError::OpenToOthers { mode: 0o640, .. }
        ));
        assert!(fault.to_string().contains("chmod 600"));
    }

    #[test]
    fn a_secret_is_never_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("geheim");
        create_secret(&path, b"eerste").unwrap();
        assert!(matches!(
            create_secret(&path, b"tweede"),
            Err(KeyFileError::Exists(_))
        ));
        assert_eq!(read_secret(&path).unwrap().expose(), b"eerste");
    }

    #[test]
    fn an_absent_secret_is_named() {
        let fault = read_secret(Path::new("/nergens/node.key")).unwrap_err();
        assert!(matches!(fault, KeyFileError::Missing(_)));
    }
}
