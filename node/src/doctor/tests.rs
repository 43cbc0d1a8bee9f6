// SPDX-License-Identifier: EUPL-1.2
//! Each way in which a node can be wrong has its finding.

use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt as _;

use super::*;

const NOW: u64 = 1_795_305_600;

fn clock() -> Clock {
    Clock::wound(basisnet_protocol::time::Timestamp::from_secs(NOW))
}

/// A configuration in a folder of its own, with more lines.
fn scene(more: &str) -> (tempfile::TempDir, std::path::PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("basisnet.toml");
    let text = format!(
        "[organisatie]\noin = \"00000099000000345000\"\nnaam = \"Veenendaal\"\n[vertrouwen]\nankers = [\"ca.pem\"]\n{more}"
    );
    fs::write(&path, text).unwrap();
    (folder, path)
}

fn finding(findings: &[Finding], onderdeel: &str) -> Finding {
    findings
        .iter()
        .find(|one| one.onderdeel == onderdeel)
        .unwrap()
        .clone()
}

#[test]
fn a_configuration_that_cannot_be_read_is_the_only_thing_that_is_told_of_the_node() {
    let (_folder, path) = scene("[api]\nlusiter = \"x\"\n");
    let (findings, config) = examine(&path, &clock(), false);
    assert!(config.is_none());
    let one = finding(&findings, "configuratie");
    assert_eq!(one.stand, Standing::Fout);
    assert!(
        one.bevinding.contains("bedoelde u `luister`?"),
        "{}",
        one.bevinding
    );
}

#[test]
fn every_finding_that_is_wrong_names_a_mend() {
    let (_folder, path) = scene("");
    let (findings, _) = examine(&path, &clock(), false);
    let wrong: Vec<_> = findings
        .iter()
        .filter(|one| one.stand == Standing::Fout)
        .collect();
    assert!(wrong.len() >= 4, "{findings:#?}");
    assert!(wrong.iter().all(|one| one.herstel.is_some()), "{wrong:#?}");
    let missing = finding(&findings, "datamap");
    assert!(missing.herstel.unwrap().contains("basisnet init"));
}

#[test]
fn a_folder_that_others_can_enter_is_wrong() {
    let (folder, path) = scene("");
    let data = folder.path().join("data");
    fs::create_dir(&data).unwrap();
    fs::set_permissions(&data, fs::Permissions::from_mode(0o755)).unwrap();
    let (findings, _) = examine(&path, &clock(), false);
    let one = finding(&findings, "datamap");
    assert_eq!(one.stand, Standing::Fout);
    assert!(one.herstel.unwrap().contains("chmod 700"));
}

#[test]
fn a_port_that_somebody_else_has_is_named() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap();
    let (_folder, path) = scene(&format!("[api]\nluister = \"{address}\"\n"));
    let (findings, _) = examine(&path, &clock(), false);
    let one = finding(&findings, "poort van de API");
    assert_eq!(one.stand, Standing::Fout);
    assert!(one.bevinding.contains("al in gebruik"), "{one:?}");
    let (findings, _) = examine(&path, &clock(), true);
    assert_eq!(finding(&findings, "poort van de API").stand, Standing::Goed);
}

#[test]
fn a_clock_that_cannot_be_right_is_wrong() {
    let (_folder, path) = scene("");
    let early = Clock::wound(basisnet_protocol::time::Timestamp::from_secs(86_400));
    let (findings, _) = examine(&path, &early, false);
    assert_eq!(finding(&findings, "klok").stand, Standing::Fout);
}

#[test]
fn a_disk_that_is_too_full_is_wrong() {
    let (folder, path) = scene("[opslag]\nreserve_mib = 1000000000\n");
    fs::create_dir(folder.path().join("data")).unwrap();
    let (findings, _) = examine(&path, &clock(), false);
    let one = finding(&findings, "schijfruimte");
    assert_eq!(one.stand, Standing::Fout);
    assert!(one.bevinding.contains("moet vrij blijven"), "{one:?}");
}

#[test]
fn who_has_the_keys_and_no_store_is_told_so_and_gets_none() {
    let (folder, path) = scene("");
    let config = Config::load(&path).unwrap();
    fs::create_dir(&config.opslag.datamap).unwrap();
    fs::create_dir(&config.opslag.sleutelmap).unwrap();
    let key = std::sync::Arc::new(crate::keys::NodeKey::create(&config.node_key_file()).unwrap());
    let keys = crate::store::StoreKeys::load_or_create(
        &config.store_key_folder(),
        &config.log_origin(),
        key,
    );
    drop(keys.unwrap());
    let before = everything(folder.path());
    let (findings, _) = examine(&path, &clock(), false);
    let one = finding(&findings, "opslag");
    assert_eq!(one.stand, Standing::Fout, "{one:?}");
    assert!(one.herstel.unwrap().contains("basisnet init"));
    assert_eq!(everything(folder.path()), before);
}

/// All files and folders, with what is in them.
fn everything(folder: &Path) -> std::collections::BTreeMap<std::path::PathBuf, Vec<u8>> {
    let mut found = std::collections::BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            found.insert(path.clone(), fs::read(&path).unwrap_or_default());
            if path.is_dir() {
                folders.push(path);
            }
        }
    }
    found
}
