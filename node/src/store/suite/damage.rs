// SPDX-License-Identifier: EUPL-1.2
//! What is not what was written is found, named, and never taken for good.

use basisnet_protocol::merkle::tile::TilePlace;
use basisnet_protocol::merkle::{leaf_hash, verify_consistency, verify_inclusion};

use super::support::{Home, Note, note, started};
use super::*;
use crate::audit::LogFault;
use crate::store::engine::Batch;
use crate::store::layout::{SCHEMA, entry_key, record_key, tile_key};
use crate::store::log::EntryRow;

on_every_engine! {
    every_changed_byte_of_the_log_is_found_and_the_entry_is_named
    a_changed_byte_in_a_closed_stretch_names_its_entry
    a_missing_or_added_entry_is_found
    a_log_that_was_cut_off_does_not_open_and_is_named
    a_log_that_was_rewritten_is_not_the_one_that_was_signed
    an_older_copy_of_the_data_is_not_taken_for_the_newest
    a_value_in_another_place_does_not_open
    a_newer_store_is_refused
    a_store_of_a_trial_version_is_refused_with_the_mend
    an_older_row_of_one_record_that_is_put_back_is_noticed
    a_row_or_a_term_that_is_taken_away_or_added_is_noticed
    who_looks_where_there_is_no_store_makes_none
    a_store_of_another_engine_or_node_or_key_is_refused
    a_damaged_file_is_refused_or_read_as_it_was
    a_store_that_was_half_made_is_made_again
    proofs_from_the_store_hold
}

impl Home {
    /// Writes past the store, as somebody with access to the disk would.
    fn tamper(&self, work: impl FnOnce(&dyn Backend, &mut Batch)) {
        let engine = engine::open(self.engine, &self.data().join("opslag"), 1 << 20).unwrap();
        let mut batch = Batch::new();
        work(&*engine, &mut batch);
        engine.apply(&batch).unwrap();
    }

    fn fault(&self) -> Option<LogFault> {
        Log::new(self.inspect()).verify(|_, _| {}).err()
    }
}

async fn filled(engine: Engine, entries: u64) -> Home {
    let home = Home::new(engine);
    let store = home.open();
    for _ in 0..entries {
        store.commit(Change::new().audit(started())).await.unwrap();
    }
    store.close().await;
    home
}

async fn every_changed_byte_of_the_log_is_found_and_the_entry_is_named(engine: Engine) {
    let home = filled(engine, 5).await;
    assert_eq!(home.fault(), None);
    for key in [entry_key(2), tile_key(TilePlace { level: 0, index: 0 })] {
        let mut original = Vec::new();
        home.tamper(|engine, _| original = engine.get(&key).unwrap().unwrap());
        for place in (0..original.len()).step_by(7).chain([original.len() - 1]) {
            let mut changed = original.clone();
            changed[place] ^= 1;
            home.tamper(|_, batch| drop(batch.insert(key.clone(), Some(changed))));
            let expected = match key[0] {
                b'e' => 2,
                _ => u64::try_from(place / 32).unwrap(),
            };
            let found = home.fault().and_then(|fault| fault.entry());
            assert_eq!(found, Some(expected), "byte {place}");
        }
        home.tamper(|_, batch| drop(batch.insert(key.clone(), Some(original))));
    }
    assert_eq!(home.fault(), None);
}

async fn a_changed_byte_in_a_closed_stretch_names_its_entry(engine: Engine) {
    let home = Home::new(engine);
    let store = home.open();
    // One at a time and many at once, so that a bundle is made of rows from both.
    for _ in 0..3 {
        store.commit(Change::new().audit(started())).await.unwrap();
    }
    let many = (0..600).fold(Change::new(), |change, _| change.audit(started()));
    store.commit(many).await.unwrap();
    assert_eq!(Log::new(store.clone()).page(250, 20).unwrap().len(), 20);
    assert_eq!(Log::new(store.clone()).page(510, 1_000).unwrap().len(), 93);
    store.close().await;
    assert_eq!(home.fault(), None);
    let mut parts = Vec::new();
    home.tamper(|engine, _| parts = engine.range(b"b", b"c", 1_000).unwrap());
    let (key, original) = parts.swap_remove(2);
    let mut last = 0;
    for place in (0..original.len()).step_by(2_003) {
        let mut changed = original.clone();
        changed[place] ^= 0x40;
        home.tamper(|_, batch| drop(batch.insert(key.clone(), Some(changed))));
        let entry = home.fault().and_then(|fault| fault.entry()).unwrap();
        assert!((last..256).contains(&entry), "byte {place}: {entry}");
        last = entry;
    }
    assert!(last > 0);
    home.tamper(|_, batch| drop(batch.insert(key.clone(), None)));
    assert!(home.fault().and_then(|fault| fault.entry()).is_some());
    home.tamper(|_, batch| drop(batch.insert(key, Some(original))));
    assert_eq!(home.fault(), None);
}

async fn a_missing_or_added_entry_is_found(engine: Engine) {
    let home = filled(engine, 4).await;
    let mut row = None;
    home.tamper(|engine, batch| {
        row = engine.get(&entry_key(1)).unwrap();
        batch.insert(entry_key(1), None);
    });
    assert_eq!(home.fault(), Some(LogFault::Missing { entry: 1 }));
    home.tamper(|_, batch| {
        batch.insert(entry_key(1), row.clone());
        batch.insert(entry_key(4), row);
    });
    assert_eq!(home.fault(), Some(LogFault::Beyond { entry: 4 }));
}

async fn a_log_that_was_cut_off_does_not_open_and_is_named(engine: Engine) {
    let home = filled(engine, 3).await;
    let mut old = Batch::new();
    home.tamper(|engine, _| {
        for (key, value) in engine.range(b"m", b"u", 100).unwrap() {
            old.insert(key, Some(value));
        }
    });
    let store = home.open();
    store.commit(Change::new().audit(started())).await.unwrap();
    store.close().await;
    // Somebody puts everything back as it was, but cannot unsign what was signed.
    home.tamper(|_, batch| {
        old.remove(meta::CHECKPOINT);
        *batch = old;
        batch.insert(entry_key(3), None);
    });
    let (signed, found) = (4, 3);
    assert_eq!(home.fault(), Some(LogFault::CutOff { signed, found }));
    let error = home.try_open().unwrap_err();
    assert!(
        error
            .to_string()
            .contains("het einde van het logboek ontbreekt"),
        "{error}"
    );
}

async fn a_log_that_was_rewritten_is_not_the_one_that_was_signed(engine: Engine) {
    let home = filled(engine, 2).await;
    let other = filled(engine, 2).await;
    let mut signed = None;
    other.tamper(|engine, _| signed = engine.get(meta::CHECKPOINT).unwrap());
    home.tamper(|_, batch| drop(batch.insert(meta::CHECKPOINT.to_vec(), signed)));
    assert_eq!(home.fault(), Some(LogFault::History { signed: 2 }));
    home.tamper(|_, batch| drop(batch.insert(meta::CHECKPOINT.to_vec(), Some(b"x".to_vec()))));
    assert_eq!(home.fault(), Some(LogFault::Signature));
}

async fn an_older_copy_of_the_data_is_not_taken_for_the_newest(engine: Engine) {
    let home = filled(engine, 2).await;
    let files = home.files().into_iter();
    let older: Vec<_> = files
        .map(|path| (path.clone(), std::fs::read(path).unwrap()))
        .collect();
    let store = home.open();
    store.commit(Change::new().audit(started())).await.unwrap();
    store.close().await;
    for path in home.files() {
        std::fs::remove_file(path).unwrap();
    }
    for (path, bytes) in older {
        std::fs::write(path, bytes).unwrap();
    }
    let (signed, found) = (3, 2);
    assert_eq!(home.fault(), Some(LogFault::CutOff { signed, found }));
    assert!(matches!(home.try_open(), Err(OpenError::WentBack)));
    // A person says that it was put back: then it goes on from there, and what was signed since is no reason to stop.
    let store = home.went_back();
    assert_eq!(store.log_head().unwrap().size, 2);
    store.commit(Change::new().audit(started())).await.unwrap();
    store.close().await;
    assert!(home.try_open().is_ok());
}

async fn a_value_in_another_place_does_not_open(engine: Engine) {
    let home = Home::new(engine);
    let store = home.open();
    let change = Change::new()
        .put("a", &note("one"), Expect::Any)
        .unwrap()
        .put("b", &note("two"), Expect::Any)
        .unwrap();
    store.commit(change).await.unwrap();
    store.close().await;
    home.tamper(|engine, batch| {
        let row = engine.get(&record_key("notes", &Key::from("a"))).unwrap();
        batch.insert(record_key("notes", &Key::from("b")), row);
    });
    let store = home.inspect();
    assert!(store.get::<Note>("a").unwrap().is_some());
    let error = store.get::<Note>("b").unwrap_err();
    assert_eq!(error, StoreError::Corrupt("notes".to_owned()));
}

async fn a_newer_store_is_refused(engine: Engine) {
    let home = filled(engine, 1).await;
    home.tamper(|_, batch| {
        let newer = (SCHEMA + 1).to_be_bytes().to_vec();
        batch.insert(meta::SCHEMA.to_vec(), Some(newer));
    });
    let error = home.try_open().unwrap_err();
    assert!(
        matches!(error, OpenError::Newer { found, known: SCHEMA } if found > SCHEMA),
        "{error}"
    );
    // Nothing was touched: the program that it belongs to goes on with it.
    home.tamper(|_, batch| {
        batch.insert(meta::SCHEMA.to_vec(), Some(SCHEMA.to_be_bytes().to_vec()));
    });
    assert!(home.try_open().is_ok());
}

async fn a_store_of_a_trial_version_is_refused_with_the_mend(engine: Engine) {
    let home = filled(engine, 1).await;
    home.tamper(|_, batch| {
        let older = (SCHEMA - 1).to_be_bytes().to_vec();
        batch.insert(meta::SCHEMA.to_vec(), Some(older));
    });
    let error = home.try_open().unwrap_err();
    assert!(matches!(error, OpenError::Older), "{error}");
}

async fn an_older_row_of_one_record_that_is_put_back_is_noticed(engine: Engine) {
    let home = Home::new(engine);
    let store = home.open();
    let put = |text| Change::new().put("a", &note(text), Expect::Any).unwrap();
    store.commit(put("closed: no")).await.unwrap();
    store.close().await;
    let row = record_key("notes", &Key::from("a"));
    let mut old = None;
    home.tamper(|engine, _| old = engine.get(&row).unwrap());
    let store = home.open();
    store.commit(put("closed: yes")).await.unwrap();
    store.close().await;
    let mut new = None;
    home.tamper(|engine, batch| {
        new = engine.get(&row).unwrap();
        batch.insert(row.clone(), old);
    });
    assert_put_back(&home);
    home.tamper(|_, batch| drop(batch.insert(row.clone(), new)));
    assert!(home.inspect().would_open().is_ok());
    home.open().close().await;
}

fn assert_put_back(home: &Home) {
    let looked = home.inspect().would_open().unwrap_err();
    let opened = home.try_open().unwrap_err();
    for error in [looked, opened] {
        assert!(error.to_string().contains("buiten de node om"), "{error}");
    }
}

async fn a_row_or_a_term_that_is_taken_away_or_added_is_noticed(engine: Engine) {
    let home = Home::new(engine);
    let store = home.open();
    let mut change = Change::new();
    for text in ["one", "two"] {
        change = change.put(text, &note(text), Expect::Any).unwrap();
    }
    store.commit(change).await.unwrap();
    store.close().await;
    let mut rows = Vec::new();
    home.tamper(|engine, _| {
        rows = engine.range(b"i", b"j", 10).unwrap();
        rows.extend(engine.range(b"r", b"s", 10).unwrap());
    });
    assert_eq!(rows.len(), 4);
    for (key, value) in rows {
        home.tamper(|_, batch| drop(batch.insert(key.clone(), None)));
        assert_put_back(&home);
        let other = [key.as_slice(), b"x"].concat();
        home.tamper(|_, batch| {
            batch.insert(key, Some(value.clone()));
            batch.insert(other.clone(), Some(value));
        });
        assert_put_back(&home);
        home.tamper(|_, batch| drop(batch.insert(other, None)));
    }
    home.open().close().await;
}

async fn who_looks_where_there_is_no_store_makes_none(engine: Engine) {
    let home = Home::new(engine);
    let keys = || home.keys("keys", "basisnet.nl/log/test");
    let look = || Store::inspect(&home.config(), keys(), home.clock.clone()).unwrap_err();
    assert!(matches!(look(), OpenError::Absent(_)));
    assert!(!home.data().exists());
    std::fs::create_dir(home.data()).unwrap();
    assert!(matches!(look(), OpenError::Absent(_)));
    assert_eq!(home.files(), Vec::<PathBuf>::new());
}

async fn a_store_of_another_engine_or_node_or_key_is_refused(engine: Engine) {
    let mut home = filled(engine, 1).await;
    let open = |home: &Home, keys: &str, origin: &str| {
        Store::open(&home.config(), home.keys(keys, origin), home.clock.clone()).unwrap_err()
    };
    let origin = "basisnet.nl/log/test";
    let error = open(&home, "other-keys", origin);
    assert!(matches!(error, OpenError::OtherKeys(_)), "{error}");
    let error = open(&home, "keys", "basisnet.nl/log/other");
    assert!(matches!(error, OpenError::OtherNode(_)), "{error}");
    home.engine = match engine {
        Engine::Redb => Engine::Sled,
        Engine::Sled => Engine::Redb,
    };
    let error = open(&home, "keys", origin);
    assert!(matches!(error, OpenError::OtherEngine { .. }), "{error}");
}

async fn a_damaged_file_is_refused_or_read_as_it_was(engine: Engine) {
    let home = filled(engine, 40).await;
    let name = match engine {
        Engine::Redb => "redb",
        Engine::Sled => "db",
    };
    let path = home.data().join("opslag").join(name);
    let sound = std::fs::read(&path).unwrap();
    let damaged = [
        Vec::new(),
        vec![0; sound.len()],
        vec![0xff; 100],
        sound[..sound.len() / 3].to_vec(),
    ];
    for bytes in damaged {
        std::fs::write(&path, bytes).unwrap();
        match home.try_open() {
            Ok(store) => {
                // The engine did not need what was damaged.
                assert_eq!(Log::new(store.clone()).verify(|_, _| {}).unwrap().size, 40);
                store.close().await;
            }
            Err(error) => assert!(
                matches!(
                    error,
                    OpenError::Damaged(_) | OpenError::Unreadable(_) | OpenError::WentBack
                ),
                "{error}"
            ),
        }
    }
    std::fs::write(&path, sound).unwrap();
    assert_eq!(home.fault(), None);
}

async fn a_store_that_was_half_made_is_made_again(engine: Engine) {
    let home = Home::new(engine);
    let draft = home.data().join("opslag.nieuw");
    std::fs::create_dir_all(&draft).unwrap();
    std::fs::write(draft.join("redb"), b"half").unwrap();
    std::fs::write(draft.join("conf"), b"half").unwrap();
    let store = home.open();
    store.commit(Change::new().audit(started())).await.unwrap();
    assert!(!draft.exists());
}

async fn proofs_from_the_store_hold(engine: Engine) {
    let home = Home::new(engine);
    let store = home.open();
    let mut change = Change::new();
    for _ in 0..700 {
        change = change.audit(started());
    }
    store.commit(change).await.unwrap();
    let log = Log::new(store.clone());
    let LogHead { size, root } = store.log_head().unwrap();
    for index in [0, 255, 256, 699] {
        let leaf = store.log_rows(index, 1).unwrap()[0].leaf.unwrap();
        let proof = log.prove_inclusion(index, size).unwrap();
        assert!(verify_inclusion(&leaf, index, size, &proof, &root));
        assert!(!verify_inclusion(
            &leaf_hash(b""),
            index,
            size,
            &proof,
            &root
        ));
    }
    store.commit(Change::new().audit(started())).await.unwrap();
    let new = store.log_head().unwrap();
    let proof = log.prove_consistency(size, new.size).unwrap();
    assert!(verify_consistency(size, &root, new.size, &new.root, &proof));
    assert_eq!(log.verify(|_, _| {}).unwrap().size, 701);
}

#[test]
fn an_entry_row_that_is_not_canonical_is_no_entry() {
    assert!(codec::decode::<EntryRow>(b"\xa0").is_err());
}
