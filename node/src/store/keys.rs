// SPDX-License-Identifier: EUPL-1.2
//! The keys of the store. They live outside the data folder: who steals the data, or a backup of it, has nothing to
//! read; and who destroys a key has forgotten what it sealed, in every copy.
//!
//! One root key wraps the data key and hides index terms. Beside it lies a *period key* per retention class and
//! period, made when the first record of that period is written and destroyed when the term after it is over.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use basisnet_protocol::octets::Octets;
use basisnet_protocol::sign::NodeSigner;
use basisnet_protocol::time::{Date, Timestamp};
use serde::{Deserialize, Serialize};
use serde_bytes::ByteBuf;
use zeroize::Zeroizing;

use super::change::RetentionClass;
use super::log::Anchor;
use super::seal::{self, SealKey};
use super::{OpenError, StoreError};
use crate::keys::{KeyFileError, create_secret, read_secret};

/// The file with the root key.
const ROOT_FILE: &str = "opslag.sleutel";
/// The folder with period keys.
const PERIODS: &str = "perioden";
/// The id of the data key.
const DATA_KEY: &str = "data-1";
const DAY: Duration = Duration::from_secs(86_400);

/// Seals values, hides index terms and signs the head of the log.
pub struct StoreKeys {
    pub(super) root: SealKey,
    pub(super) folder: PathBuf,
    pub(super) anchor: Anchor,
    pub(super) origin: String,
    pub(super) signer: Arc<dyn NodeSigner>,
    /// The key that signed the head of the log before, while it is being replaced.
    pub(super) former: Option<[u8; 32]>,
    /// Whether the log may be shorter than what was signed for: it was put back from a backup.
    pub(super) goes_back: bool,
}

impl fmt::Debug for StoreKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("StoreKeys([secret])")
    }
}

impl StoreKeys {
    /// Reads the keys in `folder`, or makes them when there are none yet. The folder is not the data folder, and
    /// is not in its backups.
    ///
    /// `origin` names the log in its checkpoints, as `basisnet.nl/log/<oin>`; `signer` signs them.
    ///
    /// # Errors
    /// When the folder cannot be read or written, or others than the owner may read the keys.
    pub fn load_or_create(
        folder: &Path,
        origin: &str,
        signer: Arc<dyn NodeSigner>,
    ) -> Result<Self, OpenError> {
        let periods = folder.join(PERIODS);
        fs::create_dir_all(&periods).map_err(|cause| OpenError::Folder(periods.clone(), cause))?;
        let root = key_file(&folder.join(ROOT_FILE))?;
        Ok(Self::with_root(root, folder, origin, signer))
    }

    /// As [`StoreKeys::load_or_create`], and makes nothing: for who only looks.
    ///
    /// # Errors
    /// When the keys are not there, cannot be read, or others than the owner may read them.
    pub fn load(
        folder: &Path,
        origin: &str,
        signer: Arc<dyn NodeSigner>,
    ) -> Result<Self, OpenError> {
        let root = read_key(&folder.join(ROOT_FILE))?;
        Ok(Self::with_root(root, folder, origin, signer))
    }

    fn with_root(root: SealKey, folder: &Path, origin: &str, signer: Arc<dyn NodeSigner>) -> Self {
        Self {
            root,
            folder: folder.join(PERIODS),
            anchor: Anchor::beside(folder),
            origin: origin.to_owned(),
            signer,
            former: None,
            goes_back: false,
        }
    }

    /// The head of the log may still be signed by this key: the node gets another.
    #[must_use]
    pub fn replacing(mut self, former: [u8; 32]) -> Self {
        self.former = Some(former);
        self
    }

    /// The log may be shorter than what was signed for: a person says that it was put back from a backup.
    #[must_use]
    pub const fn going_back(mut self) -> Self {
        self.goes_back = true;
        self
    }
}

/// The key in a file, which is made when it is not there.
fn key_file(path: &Path) -> Result<SealKey, KeyFileError> {
    match read_key(path) {
        Err(KeyFileError::Missing(_)) => {
            create_secret(path, seal::random::<32>().as_slice())?;
            read_key(path)
        }
        other => other,
    }
}

fn read_key(path: &Path) -> Result<SealKey, KeyFileError> {
    let bytes = read_secret(path)?;
    let key = <[u8; 32]>::try_from(bytes.expose().as_slice());
    key.map(Zeroizing::new).map_err(|_| KeyFileError::Unusable {
        path: path.to_owned(),
        fault: "het moet 32 bytes lang zijn; zet het juiste bestand terug uit de back-up",
    })
}

impl RetentionClass {
    /// All classes there are.
    pub const ALL: [Self; 4] = [Self::Standing, Self::Log, Self::Case, Self::Epoch];

    const fn name(self) -> &'static str {
        match self {
            Self::Standing => "standing",
            Self::Log => "log",
            Self::Case => "case",
            Self::Epoch => "epoch",
        }
    }

    /// How long after the end of its period it can be read; none when for as long as it is there.
    #[must_use]
    pub const fn term(self) -> Option<Duration> {
        match self {
            Self::Standing => None,
            Self::Log => Some(Duration::from_secs(7 * 366 * DAY.as_secs())),
            Self::Case => Some(Duration::from_secs(2 * 366 * DAY.as_secs())),
            Self::Epoch => Some(Duration::from_secs(31 * 7 * DAY.as_secs())),
        }
    }

    /// The name of the key for what is written now: per quarter for a term of a year or more, else per week.
    fn key_id(self, now: Timestamp) -> String {
        let name = self.name();
        match self {
            Self::Standing => DATA_KEY.to_owned(),
            Self::Log | Self::Case => {
                let (year, month, _) = now.date().to_calendar();
                format!("{name}-{year}k{}", month.div_ceil(3))
            }
            Self::Epoch => format!("{name}-{}", now.date().as_days() / 7),
        }
    }

    /// When what this key sealed is to be forgotten.
    fn end_of(id: &str) -> Option<Timestamp> {
        let (name, period) = id.split_once('-')?;
        let class = Self::ALL.into_iter().find(|class| class.name() == name)?;
        let end = match period.split_once('k') {
            Some((year, quarter)) => {
                let (year, quarter): (u32, u32) = (year.parse().ok()?, quarter.parse().ok()?);
                let (year, month) = (year + quarter / 4, quarter % 4 * 3 + 1);
                format!("{year:04}-{month:02}-01").parse::<Date>().ok()?
            }
            None => Date::from_days(period.parse::<u32>().ok()?.checked_add(1)?.checked_mul(7)?),
        };
        Some(end.start() + class.term()?)
    }
}

/// The data key as it lies in the store.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wrapped {
    nonce: Octets<24>,
    key: ByteBuf,
}

/// All keys in use.
pub(super) struct KeyRing {
    data: Arc<SealKey>,
    index: SealKey,
    census: SealKey,
    folder: PathBuf,
    periods: Mutex<Periods>,
}

struct Periods {
    known: BTreeMap<String, Arc<SealKey>>,
    forgotten: BTreeSet<String>,
}

impl KeyRing {
    /// A new data key, wrapped, to be kept in the store.
    pub(super) fn new_data_key(keys: &StoreKeys) -> Result<Vec<u8>, super::CommitError> {
        let nonce = seal::random::<24>();
        let wrapped = seal::seal(
            &wrapping_key(keys),
            &nonce,
            DATA_KEY.as_bytes(),
            seal::random::<32>().as_slice(),
        );
        super::codec::encode(&Wrapped {
            nonce: Octets(*nonce),
            key: ByteBuf::from(wrapped),
        })
    }

    /// The keys of a store with this wrapped data key, in which these periods were forgotten.
    pub(super) fn open(
        keys: &StoreKeys,
        wrapped: &[u8],
        forgotten: BTreeSet<String>,
    ) -> Result<Self, OpenError> {
        let ring = Self::inspect(keys, wrapped, BTreeSet::new())?;
        // A crash may have come between the decision to forget and the destruction of the key.
        for id in forgotten {
            ring.destroy(&id)?;
        }
        Ok(ring)
    }

    /// As [`KeyRing::open`], for who only looks: a key that is still to be destroyed is not used, and stays.
    pub(super) fn inspect(
        keys: &StoreKeys,
        wrapped: &[u8],
        forgotten: BTreeSet<String>,
    ) -> Result<Self, OpenError> {
        let wrapped: Wrapped = super::codec::decode(wrapped)?;
        let place = DATA_KEY.as_bytes();
        let data = seal::open(&wrapping_key(keys), &wrapped.nonce.0, place, &wrapped.key)
            .ok()
            .and_then(|key| <[u8; 32]>::try_from(key.as_slice()).ok())
            .ok_or_else(|| OpenError::OtherKeys(keys.folder.clone()))?;
        Ok(Self {
            data: Arc::new(Zeroizing::new(data)),
            index: seal::derive(&*keys.root, "basisnet store index v1"),
            census: seal::derive(&*keys.root, "basisnet store census v1"),
            folder: keys.folder.clone(),
            periods: Mutex::new(Periods {
                known: BTreeMap::new(),
                forgotten,
            }),
        })
    }

    /// The key under which a record of this class is sealed now, with its id.
    pub(super) fn for_writing(
        &self,
        class: RetentionClass,
        now: Timestamp,
    ) -> Result<(String, Arc<SealKey>), KeyFileError> {
        let id = class.key_id(now);
        if class == RetentionClass::Standing {
            return Ok((id, Arc::clone(&self.data)));
        }
        let mut periods = self.periods();
        if let Some(key) = periods.known.get(&id) {
            return Ok((id, Arc::clone(key)));
        }
        let key = Arc::new(key_file(&self.folder.join(&id))?);
        periods.known.insert(id.clone(), Arc::clone(&key));
        Ok((id, key))
    }

    /// The key with this id; none when its period is forgotten.
    pub(super) fn for_reading(&self, id: &str) -> Result<Option<Arc<SealKey>>, StoreError> {
        if id == DATA_KEY {
            return Ok(Some(Arc::clone(&self.data)));
        }
        let mut periods = self.periods();
        if periods.forgotten.contains(id) {
            return Ok(None);
        }
        if let Some(key) = periods.known.get(id) {
            return Ok(Some(Arc::clone(key)));
        }
        // INVARIANT (ids are names): what is no id of ours never becomes part of a path.
        if RetentionClass::end_of(id).is_none() {
            return Err(StoreError::Corrupt("key id".to_owned()));
        }
        let key = read_key(&self.folder.join(id)).map(Arc::new);
        let key = key.map_err(|_| StoreError::KeyMissing(id.to_owned()))?;
        periods.known.insert(id.to_owned(), Arc::clone(&key));
        Ok(Some(key))
    }

    /// The data key, which seals what belongs to the store itself.
    pub(super) fn data(&self) -> &SealKey {
        &self.data
    }

    /// The periods whose term is over.
    pub(super) fn expired(&self, now: Timestamp) -> Vec<String> {
        let names = fs::read_dir(&self.folder).into_iter().flatten().flatten();
        names
            .filter_map(|entry| entry.file_name().into_string().ok())
            .filter(|id| RetentionClass::end_of(id).is_some_and(|end| end <= now))
            .collect()
    }

    /// Destroys the key of a period. What it sealed is gone, here and in every backup.
    pub(super) fn destroy(&self, id: &str) -> Result<(), OpenError> {
        let mut periods = self.periods();
        periods.known.remove(id);
        periods.forgotten.insert(id.to_owned());
        let path = self.folder.join(id);
        let known = RetentionClass::end_of(id).is_some() && path.exists();
        if known {
            destroy_file(&path).map_err(|cause| OpenError::Folder(path, cause))?;
        }
        Ok(())
    }

    /// An index term as it stands in the store.
    pub(super) fn hide(&self, collection: &str, index: &str, term: &[u8]) -> [u8; 16] {
        let parts = [collection.as_bytes(), &[0], index.as_bytes(), &[0], term];
        let hidden = seal::hmac(&*self.index, &parts);
        hidden.first_chunk().copied().unwrap_or_default()
    }

    /// What stands for one row in the census.
    pub(super) fn mark(&self, key: &[u8], value: &[u8]) -> [u8; 32] {
        let length = u32::try_from(key.len()).unwrap_or(u32::MAX).to_be_bytes();
        seal::hmac(&*self.census, &[&length, key, value])
    }

    fn periods(&self) -> std::sync::MutexGuard<'_, Periods> {
        self.periods.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn wrapping_key(keys: &StoreKeys) -> SealKey {
    seal::derive(&*keys.root, "basisnet store wrap v1")
}

/// Overwrites, then removes; the disk may keep a copy of old blocks, so keep the folder on an encrypted disk.
fn destroy_file(path: &Path) -> std::io::Result<()> {
    let file = fs::OpenOptions::new().write(true).open(path)?;
    std::os::unix::fs::FileExt::write_all_at(&file, &[0; 32], 0)?;
    file.sync_all()?;
    fs::remove_file(path)?;
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::File::open(folder)?.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_period_is_a_quarter_for_long_terms_and_a_week_for_short_ones() {
        let now: Timestamp = "2026-11-21T23:00:00Z".parse().unwrap();
        assert_eq!(RetentionClass::Log.key_id(now), "log-2026k4");
        assert_eq!(RetentionClass::Epoch.key_id(now), "epoch-2968");
        assert_eq!(RetentionClass::Standing.key_id(now), "data-1");
    }

    #[test]
    fn a_term_starts_when_its_period_ends() {
        let end = RetentionClass::end_of("case-2026k4").unwrap();
        assert_eq!(end.date().to_string(), "2029-01-02");
        let end = RetentionClass::end_of("epoch-2968").unwrap();
        assert_eq!(end.date().as_days(), 2_969 * 7 + 217);
        for other in [
            "data-1",
            "standing-1",
            "log",
            "../log-2026k4",
            "log-2026k",
            "",
        ] {
            assert_eq!(RetentionClass::end_of(other), None, "{other}");
        }
    }
}
