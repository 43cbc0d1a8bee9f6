// SPDX-License-Identifier: EUPL-1.2
//! The data folder: made whole or not at all, and recognised for what it is before an engine touches it.
//!
//! A new store is built beside its place and put there by a rename, so that a crash while it is made leaves nothing
//! that will not open.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use basisnet_protocol::merkle::Tree;
use basisnet_protocol::octets::Octets;

use super::census::Census;
use super::engine::{self, Backend, Batch, EngineError};
use super::keys::{KeyRing, StoreKeys};
use super::layout::{SCHEMA, meta};
use super::log::Head;
use super::{Engine, OpenError};

/// Where the store lies in the data folder.
const FOLDER: &str = "opslag";
/// Where it is built.
const DRAFT: &str = "opslag.nieuw";
/// For writing the first rows.
const LEAST_CACHE: usize = 1_048_576;
/// Says in plain text what lies here.
const HEADER: &str = "kop";

/// Whether there is a store at all, of whatever kind.
pub(super) fn is_there(dir: &Path) -> bool {
    dir.join(FOLDER).exists()
}

/// The folder of the store, when there is one.
pub(super) fn find(
    dir: &Path,
    engine: Engine,
    keys: &StoreKeys,
) -> Result<Option<PathBuf>, OpenError> {
    if !is_there(dir) {
        return Ok(None);
    }
    let folder = dir.join(FOLDER);
    check_header(&folder, engine, keys)?;
    Ok(Some(folder))
}

/// The folder of the store, which is made when there is none.
pub(super) fn prepare(dir: &Path, engine: Engine, keys: &StoreKeys) -> Result<PathBuf, OpenError> {
    if let Some(folder) = find(dir, engine, keys)? {
        return Ok(folder);
    }
    let folder = dir.join(FOLDER);
    let draft = dir.join(DRAFT);
    build(&draft, engine, keys)?;
    fs::rename(&draft, &folder)
        .and_then(|()| sync(dir))
        .map_err(|cause| OpenError::Folder(folder.clone(), cause))?;
    Ok(folder)
}

fn build(draft: &Path, engine: Engine, keys: &StoreKeys) -> Result<(), OpenError> {
    let io = |cause| OpenError::Folder(draft.to_owned(), cause);
    if draft.exists() {
        fs::remove_dir_all(draft).map_err(io)?;
    }
    fs::create_dir(draft).map_err(io)?;
    engine::create(engine, draft)?;
    let data_key = KeyRing::new_data_key(keys)?;
    let ring = KeyRing::open(keys, &data_key, Default::default())?;
    let mut batch = Batch::new();
    batch.insert(meta::SCHEMA.to_vec(), Some(SCHEMA.to_be_bytes().to_vec()));
    batch.insert(meta::DATA_KEY.to_vec(), Some(data_key));
    let empty = Head {
        size: 0,
        root: Octets(Tree::new().root()),
        census: Census::EMPTY,
    };
    empty.write(&mut batch, &ring)?;
    engine::open(engine, draft, LEAST_CACHE)?.apply(&batch)?;
    write_header(&draft.join(HEADER), engine, keys).map_err(io)?;
    sync(draft).map_err(io)
}

fn sync(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

fn header(engine: Engine, keys: &StoreKeys) -> String {
    let (name, origin) = (engine.name(), &keys.origin);
    format!("basisnet store\nengine {name}\nlog {origin}\n")
}

fn write_header(path: &Path, engine: Engine, keys: &StoreKeys) -> io::Result<()> {
    let mut file = File::create_new(path)?;
    file.write_all(header(engine, keys).as_bytes())?;
    file.sync_all()
}

fn check_header(folder: &Path, engine: Engine, keys: &StoreKeys) -> Result<(), OpenError> {
    let path = folder.join(HEADER);
    let found = fs::read_to_string(&path).map_err(|cause| OpenError::Folder(path, cause))?;
    if found == header(engine, keys) {
        return Ok(());
    }
    let others = [Engine::Redb, Engine::Sled];
    let other = others
        .into_iter()
        .find(|other| found == header(*other, keys));
    Err(match other {
        Some(found) => OpenError::OtherEngine {
            found: found.name(),
            asked: engine.name(),
        },
        None => OpenError::OtherNode(folder.to_owned()),
    })
}

/// Refuses a store of a newer program, and of one from before the first release.
pub(super) fn check_schema(engine: &dyn Backend) -> Result<(), OpenError> {
    let bytes = engine.get(meta::SCHEMA)?;
    let schema = bytes.and_then(|bytes| <[u8; 4]>::try_from(bytes).ok());
    let found = schema.map(u32::from_be_bytes);
    match found {
        Some(found) if found > SCHEMA => Err(OpenError::Newer {
            found,
            known: SCHEMA,
        }),
        Some(SCHEMA) => Ok(()),
        Some(_) => Err(OpenError::Older),
        None => Err(OpenError::damaged("het nummer van de indeling ontbreekt")),
    }
}

impl From<EngineError> for OpenError {
    fn from(error: EngineError) -> Self {
        match error {
            EngineError::Io(text) => Self::Unreadable(text),
            EngineError::Damaged(text) => Self::Damaged(text),
        }
    }
}
