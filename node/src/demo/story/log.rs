// SPDX-License-Identifier: EUPL-1.2
//! The logs hold, and a change of one byte is found.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::clock::Clock;
use crate::config::Config;
use crate::demo::answer::Answer as _;
use crate::demo::gemeente::Gemeente;
use crate::demo::place::Place;
use crate::demo::{Fault, Stage};
use crate::keys::NodeKey;
use crate::store::{Store, StoreKeys};

/// Every node checks every entry of its own log.
pub(super) fn all_logs(stage: &mut Stage) -> Result<(), Fault> {
    stage.teller.step("Alle logboeken worden gecontroleerd");
    for place in Place::ALL {
        let said = stage.at(place)?.command("fg", &["logboek", "controleer"])?;
        let entries = said.value.part("/regels").as_u64().unwrap_or_default();
        let what = format!("{place}: {entries} regels, elk op zijn plaats");
        stage.teller.check(&what, said.code == 0 && entries > 0);
    }
    Ok(())
}

/// In a copy of a node that was stopped one byte is changed.
pub(super) fn one_byte(stage: &mut Stage, folder: &Path) -> Result<(), Fault> {
    stage
        .teller
        .step("In een kopie van een logboek verandert één byte");
    stage.at_mut(Place::Weert)?.stop();
    let weert = stage.at(Place::Weert)?;
    let copy = Gemeente::new(Place::Weert, folder.join("kopie"), weert.overlay, weert.api);
    copy_folder(&weert.folder, &copy.folder)?;
    let sound = copy.command("fg", &["logboek", "controleer"])?.code == 0;
    stage.teller.check("de kopie klopt", sound);
    let leaf = last_leaf(&copy)?;
    let found = change_and_verify(&copy, &leaf)?;
    if let Some((at, said)) = &found {
        stage
            .teller
            .say(format!("Byte {at} van de opslag is veranderd."));
        stage.teller.typed("fg@kopie", &["logboek", "controleer"]);
        stage.teller.say(said);
    }
    stage.teller.check(
        "de verandering wordt gevonden, met de regel erbij",
        found.is_some(),
    );
    let weert = stage.at_mut(Place::Weert)?;
    weert.start()?;
    weert.wait_until_ready()
}

/// The hash of the last entry, as it lies in the store.
fn last_leaf(node: &Gemeente) -> Result<[u8; 32], Fault> {
    let answer = |text: String| Fault::Answer(text);
    let config =
        Config::load(&node.file("basisnet.toml")).map_err(|error| answer(error.to_string()))?;
    let key = NodeKey::load(&config.node_key_file()).map_err(|error| answer(error.to_string()))?;
    let keys = StoreKeys::load_or_create(
        &config.store_key_folder(),
        &config.log_origin(),
        Arc::new(key),
    );
    let keys = keys.map_err(|error| answer(error.to_string()))?;
    let store = Store::inspect(&config.store_config(), keys, Clock::machine());
    let store = store.map_err(|error| answer(error.to_string()))?;
    let head = store
        .log_head()
        .map_err(|error| answer(error.to_string()))?;
    let rows = store
        .log_rows(head.size.saturating_sub(1), 1)
        .map_err(|error| answer(error.to_string()))?;
    let leaf = rows.first().and_then(|row| row.leaf);
    leaf.ok_or_else(|| answer("logboek".to_owned()))
}

/// Turns one byte of the hash, where it lies in the store; older pages of the file may hold it too and count no more.
fn change_and_verify(node: &Gemeente, leaf: &[u8; 32]) -> Result<Option<(usize, String)>, Fault> {
    for path in files_under(&node.file("data"))? {
        let fault = |cause| Fault::file(&path, &cause);
        let sound = fs::read(&path).map_err(fault)?;
        let places = sound.windows(leaf.len()).enumerate();
        for (at, _) in places.filter(|(_, window)| window == leaf) {
            let mut changed = sound.clone();
            if let Some(byte) = changed.get_mut(at) {
                *byte ^= 1;
            }
            fs::write(&path, &changed).map_err(fault)?;
            let said = node.command("fg", &["logboek", "controleer"])?;
            if said.code != 0 {
                let text = said.value.text("/fout").to_owned();
                return Ok(Some((at, text)));
            }
            fs::write(&path, &sound).map_err(fault)?;
        }
    }
    Ok(None)
}

fn files_under(folder: &Path) -> Result<Vec<PathBuf>, Fault> {
    let fault = |cause| Fault::file(folder, &cause);
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).map_err(fault)? {
        let path = entry.map_err(fault)?.path();
        if path.is_dir() {
            files.extend(files_under(&path)?);
        } else {
            files.push(path);
        }
    }
    Ok(files)
}

fn copy_folder(from: &Path, to: &Path) -> Result<(), Fault> {
    let fault = |cause| Fault::file(to, &cause);
    fs::create_dir_all(to).map_err(fault)?;
    for entry in fs::read_dir(from).map_err(fault)? {
        let path = entry.map_err(fault)?.path();
        let Some(name) = path.file_name() else {
            continue;
        };
        let target = to.join(name);
        if path.is_dir() {
            copy_folder(&path, &target)?;
        } else {
            fs::copy(&path, &target).map_err(fault)?;
        }
    }
    Ok(())
}
