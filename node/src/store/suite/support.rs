// SPDX-License-Identifier: EUPL-1.2
//! A data folder, keys and a clock for one test.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use basisnet_protocol::octets::Octets;
use basisnet_protocol::time::Timestamp;
use serde::{Deserialize, Serialize};

use crate::audit::Event;
use crate::clock::Clock;
use crate::keys::{NodeKey, Secret};
use crate::store::{
    Engine, IndexTerm, OpenError, Record, RetentionClass, Store, StoreConfig, StoreKeys,
};

/// A record with a text, found by its text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Note {
    pub(super) text: String,
}

impl Record for Note {
    const COLLECTION: &'static str = "notes";
    const RETENTION: RetentionClass = RetentionClass::Standing;

    fn index_terms(&self) -> Vec<IndexTerm> {
        vec![IndexTerm::new("text", self.text.as_bytes())]
    }
}

pub(super) fn note(text: &str) -> Note {
    Note {
        text: text.to_owned(),
    }
}

/// A record that is forgotten in time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Passing;

impl Record for Passing {
    const COLLECTION: &'static str = "passing";
    const RETENTION: RetentionClass = RetentionClass::Epoch;
}

pub(super) fn started() -> Event {
    Event::NodeStarted {
        version: "1".to_owned(),
        config: Octets([1; 32]),
    }
}

/// Where a store of one test lives.
pub(super) struct Home {
    _folder: Option<tempfile::TempDir>,
    root: PathBuf,
    pub(super) engine: Engine,
    pub(super) reserve_bytes: u64,
    pub(super) clock: Clock,
}

impl Home {
    pub(super) fn new(engine: Engine) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let home = Self::at(folder.path(), engine);
        Self {
            _folder: Some(folder),
            ..home
        }
    }

    pub(super) fn at(root: &Path, engine: Engine) -> Self {
        let start: Timestamp = "2026-11-21T12:00:00Z".parse().unwrap();
        Self {
            _folder: None,
            root: root.to_owned(),
            engine,
            reserve_bytes: 0,
            clock: Clock::wound(start),
        }
    }

    pub(super) fn root(&self) -> &Path {
        &self.root
    }

    pub(super) fn data(&self) -> PathBuf {
        self.root.join("data")
    }

    pub(super) fn config(&self) -> StoreConfig {
        StoreConfig {
            dir: self.data(),
            engine: self.engine,
            reserve_bytes: self.reserve_bytes,
            cache_bytes: 16 << 20,
        }
    }

    pub(super) fn keys(&self, folder: &str, origin: &str) -> StoreKeys {
        let signer = NodeKey::from_seed(Secret::new([7; 32])).unwrap();
        StoreKeys::load_or_create(&self.root.join(folder), origin, Arc::new(signer)).unwrap()
    }

    pub(super) fn try_open(&self) -> Result<Store, OpenError> {
        let keys = self.keys("keys", "basisnet.nl/log/test");
        Store::open(&self.config(), keys, self.clock.clone())
    }

    pub(super) fn open(&self) -> Store {
        self.try_open().unwrap()
    }

    /// As [`Home::open`], after somebody put an older copy back and said so.
    pub(super) fn went_back(&self) -> Store {
        let keys = self.keys("keys", "basisnet.nl/log/test").going_back();
        Store::open(&self.config(), keys, self.clock.clone()).unwrap()
    }

    pub(super) fn inspect(&self) -> Store {
        let keys = self.keys("keys", "basisnet.nl/log/test");
        Store::inspect(&self.config(), keys, self.clock.clone()).unwrap()
    }

    /// All files in the data folder.
    pub(super) fn files(&self) -> Vec<PathBuf> {
        let mut found = Vec::new();
        let mut folders = vec![self.data()];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else {
                    found.push(path);
                }
            }
        }
        found
    }
}
