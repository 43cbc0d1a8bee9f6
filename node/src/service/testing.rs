// SPDX-License-Identifier: EUPL-1.2
//! A store in a folder that goes away, for the tests of services.

use std::path::Path;
use std::sync::Arc;

use basisnet_policy::{Catalogue, Engine, Rules};
use basisnet_protocol::time::Timestamp;

use super::aanbieder::Aanbieders;
use super::own::Own;
use crate::clock::Clock;
use crate::config::Config;
use crate::keys::NodeKey;
use crate::store::{Store, StoreKeys};

pub(crate) const START: Timestamp = Timestamp::from_secs(1_795_305_600);

pub(crate) struct Scene {
    pub(crate) store: Store,
    pub(crate) clock: Clock,
    pub(crate) config: Config,
    _folder: tempfile::TempDir,
}

pub(crate) fn scene() -> Scene {
    let folder = tempfile::tempdir().unwrap();
    let text = "[organisatie]\noin = \"00000099000000345000\"\nnaam = \"Veenendaal\"\n[opslag]\nreserve_mib = 0\n\
                [vertrouwen]\nankers = [\"ca.pem\"]\n[grenzen]\naanmeldpogingen = 3\ncsv_regels = 100\ncsv_mib = 1\n";
    let config = Config::parse(text, folder.path()).unwrap();
    let clock = Clock::wound(START);
    let keys = folder.path().join("sleutels");
    std::fs::create_dir(&keys).unwrap();
    let store = open(&config, &keys, &clock);
    Scene {
        store,
        clock,
        config,
        _folder: folder,
    }
}

impl Scene {
    /// What the own people see, by the rules and the catalogue that come with the program.
    pub(crate) fn own(&self) -> Own {
        let rules = Rules::embedded().unwrap();
        let engine = Engine::new(rules, Catalogue::embedded().unwrap()).unwrap();
        let me = self.config.organisatie.oin;
        Own::new(me, self.store.clone(), self.clock.clone(), engine)
    }

    /// The register of this scene.
    pub(crate) fn register(&self) -> Aanbieders {
        let (store, clock) = (self.store.clone(), self.clock.clone());
        Aanbieders::new(store, clock, &self.config, self.own())
    }
}

fn open(config: &Config, keys: &Path, clock: &Clock) -> Store {
    let key = Arc::new(NodeKey::generate().unwrap());
    let keys = StoreKeys::load_or_create(keys, &config.log_origin(), key).unwrap();
    Store::open(&config.store_config(), keys, clock.clone()).unwrap()
}
