// SPDX-License-Identifier: EUPL-1.2
//! The program as its users meet it: real processes, exit codes, and Dutch sentences that name fault and mend.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "all of this runs in tests only, where giving up loudly is right"
)]

mod desk;
mod lines;
mod neighbours;
mod people;
mod restoring;

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use crate::desk::{Desk, Ended, OIN, chmod};

#[test]
fn what_is_typed_wrong_is_answered_in_dutch_with_exit_code_2() {
    let desk = Desk::new();
    desk.run(&["aanbider"])
        .must(2, &["bedoelde u `aanbieder`?"]);
    desk.run(&["aanbieder", "lijst", "--aamn", "x"])
        .must(2, &["bedoelde u `--naam`?"]);
    desk.run(&["aanbieder", "toon"])
        .must(2, &["er ontbreekt iets", "--kvk <NUMMER> of --agb <CODE>"]);
    desk.run(&["logboek", "toon", "--aantal", "x"])
        .must(2, &["hier hoort een heel getal"]);
    desk.run(&["config"])
        .must(2, &["kies uit voorbeeld, controleer"]);
    desk.run(&["--help"])
        .must(0, &["Gebruik: basisnet", "Afloopcodes"]);
    desk.run(&["--versie"]).must(0, &["basisnet"]);
}

#[test]
fn a_configuration_that_is_absent_or_wrong_ends_with_exit_code_3() {
    let desk = Desk::new();
    desk.run(&["start"])
        .must(3, &["bestaat niet", "config voorbeeld"]);
    desk.write(
        "basisnet.toml",
        "[organisatie]\noin = \"1\"\nnaam = \"x\"\n[overlay]\nlusiter = \"1\"\n",
    );
    let words = [
        "regel 2",
        "20 tekens",
        "regel 5",
        "bedoelde u `luister`?",
        "`ankers`",
    ];
    desk.run(&["config", "controleer"]).must(3, &words);
    desk.run(&["start"]).must(3, &words);
    desk.run(&["account", "wie"]).must(3, &words);
}

#[test]
fn the_example_can_be_used_as_it_is() {
    let desk = Desk::new();
    let example = desk.run(&["config", "voorbeeld"]);
    example.must(0, &["[organisatie]", "# Het OIN"]);
    desk.write("basisnet.toml", &example.said);
    desk.run(&["config", "controleer"]).must(0, &["in orde"]);
}

#[test]
fn init_lays_down_a_node_once_and_never_overwrites() {
    let desk = Desk::new();
    desk.run(&["init", "--oin", OIN, "--naam", "Veenendaal"])
        .must(2, &["BASISNET_WACHTWOORD"]);
    assert!(!desk.path("basisnet.toml").exists() && !desk.path("data").exists());
    desk.run_as(&["init"]).must(3, &["--oin"]);
    desk.run_as(&["init", "--oin", OIN, "--naam", "Veenendaal"])
        .must(0, &["is ingericht", "Nog te doen"]);
    for folder in ["data", "sleutels"] {
        let mode = fs::metadata(desk.path(folder))
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o700, "{folder}");
    }
    let key = fs::read(desk.path("sleutels/node-sleutel.pem")).unwrap();
    desk.run_as(&["init"]).must(1, &["overschrijft niets"]);
    assert_eq!(
        fs::read(desk.path("sleutels/node-sleutel.pem")).unwrap(),
        key
    );
}

#[test]
fn init_with_a_password_that_is_too_easy_leaves_nothing_behind() {
    let desk = Desk::new();
    let mut command = desk.command(&["init", "--oin", OIN, "--naam", "Veenendaal"]);
    let ended = Ended::of(&command.env("BASISNET_WACHTWOORD", "kort").output().unwrap());
    ended.must(1, &["12 tekens"]);
    assert_eq!(fs::read_dir(desk.folder.path()).unwrap().count(), 0);
}

#[test]
fn a_node_that_does_not_run_is_named_with_exit_code_4() {
    let desk = Desk::with_node();
    desk.run_as(&["account", "aanmelden", "--naam", "beheer"])
        .must(4, &["antwoordt niet", "basisnet start"]);
}

#[test]
fn a_person_signs_in_works_and_is_told_what_the_role_does_not_allow() {
    let desk = Desk::with_node();
    let node = desk.start();
    desk.run(&["account", "wie"]).must(5, &["niet aangemeld"]);
    let mut wrong = desk.command(&["account", "aanmelden", "--naam", "beheer"]);
    let wrong = Ended::of(
        &wrong
            .env("BASISNET_WACHTWOORD", "een ander wachtwoord")
            .output()
            .unwrap(),
    );
    wrong.must(5, &["Naam of wachtwoord klopt niet"]);
    desk.run_as(&["account", "aanmelden", "--naam", "beheer"])
        .must(0, &["aangemeld als beheer"]);
    let mode = fs::metadata(desk.path("sessie"))
        .unwrap()
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o600);
    let role = "een rol die de catalogus bij dit doel noemt";
    desk.run(&["aanbieder", "lijst"])
        .must(5, &["V40-rol-doel", role]);
    desk.run_as(&[
        "account",
        "toevoegen",
        "--naam",
        "inkoop",
        "--rol",
        "contractmanager",
    ])
    .must(0, &["inkoop"]);
    desk.run(&["account", "sluiten", "--naam", "beheer"])
        .must(1, &["laatste beheerder"]);
    desk.run_as(&["account", "aanmelden", "--naam", "inkoop"])
        .must(0, &[]);
    desk.run(&[
        "aanbieder",
        "toevoegen",
        "--naam",
        "Zorg Een",
        "--kvk",
        "00000011",
    ])
    .must(0, &["Zorg Een"]);
    desk.run(&[
        "aanbieder",
        "toevoegen",
        "--naam",
        "Nog een",
        "--kvk",
        "00000011",
    ])
    .must(1, &["staat al", "Zorg Een"]);
    desk.run(&["aanbieder", "toon", "--kvk", "99999999"])
        .must(1, &["staat niet in uw register"]);
    desk.run(&["--json", "aanbieder", "toon", "--kvk", "99999999"])
        .must(1, &["\"afloop\":1"]);
    assert_eq!(node.stop(), 0);
}

#[test]
fn a_register_is_imported_whole_or_not_at_all() {
    let desk = Desk::with_node();
    let node = desk.start();
    let sign_in = |name| {
        desk.run_as(&["account", "aanmelden", "--naam", name])
            .must(0, &[])
    };
    sign_in("beheer");
    let add = [
        "account",
        "toevoegen",
        "--naam",
        "inkoop",
        "--rol",
        "contractmanager",
    ];
    desk.run_as(&add).must(0, &[]);
    sign_in("inkoop");
    desk.write(
        "goed.csv",
        "naam;kvk;rechtsvorm\nZorg Een;00000011;bv\nEen Mens;00000012;eenmanszaak\n",
    );
    desk.write("fout.csv", "naam;kvk;rechtsvorm\nZorg;11;bv\nHal");
    desk.run(&["aanbieder", "invoeren", "fout.csv"])
        .must(1, &["regel 2, kolom kvk", "regel 3", "niets ingevoerd"]);
    desk.run(&["aanbieder", "invoeren", "goedd.csv"])
        .must(1, &["bestaat niet", "kijk of naam en map kloppen"]);
    let large = fs::File::create(desk.path("groot.csv")).unwrap();
    large.set_len(20 << 20).unwrap();
    desk.run(&["aanbieder", "invoeren", "groot.csv"])
        .must(1, &["csv_mib"]);
    desk.run(&["aanbieder", "invoeren", "--proef", "goed.csv"])
        .must(0, &["proef", "2 nieuw"]);
    desk.run(&["aanbieder", "dekking"])
        .must(0, &["0 aanbieders"]);
    desk.run(&["aanbieder", "invoeren", "goed.csv"])
        .must(0, &["2 nieuw"]);
    desk.run(&["aanbieder", "dekking"])
        .must(0, &["2 aanbieders: 1 doet mee, 1 natuurlijk persoon"]);
    assert_eq!(node.stop(), 0);
}

#[test]
fn a_node_that_a_program_started_ends_when_that_program_does() {
    let desk = Desk::with_node();
    let mut node = desk.start_with(&["--tot-einde-invoer"], Stdio::piped());
    drop(node.child.stdin.take());
    assert!(node.child.wait().unwrap().success());
}

#[test]
fn what_was_acknowledged_is_there_after_kill_9_and_the_session_goes_on() {
    let desk = Desk::with_node();
    let mut node = desk.start();
    desk.run_as(&["account", "aanmelden", "--naam", "beheer"])
        .must(0, &[]);
    desk.run_as(&[
        "account",
        "toevoegen",
        "--naam",
        "inkoop",
        "--rol",
        "contractmanager",
    ])
    .must(0, &[]);
    node.kill();
    let node = desk.start();
    desk.run(&["account", "lijst"]).must(0, &["inkoop"]);
    assert_eq!(node.stop(), 0);
}

#[test]
fn a_second_node_on_the_same_ports_or_the_same_data_names_what_is_taken() {
    let desk = Desk::with_node();
    let node = desk.start();
    desk.run(&["start"]).must(6, &["al in gebruik", "[api]"]);
    let text = fs::read_to_string(desk.path("basisnet.toml")).unwrap();
    let other: String = text
        .lines()
        .map(|line| {
            if line.starts_with("luister") {
                "luister = \"127.0.0.1:0\"\n".to_owned()
            } else {
                format!("{line}\n")
            }
        })
        .collect();
    desk.write("ander.toml", &other);
    desk.run(&["--config", "ander.toml", "start"])
        .must(6, &["ander proces"]);
    assert_eq!(node.stop(), 0);
}

#[test]
fn keys_that_others_can_read_keep_the_node_from_starting() {
    let desk = Desk::with_node();
    chmod(&desk.path("certificaat/sleutel.pem"), 0o644);
    desk.run(&["start"]).must(3, &["chmod 600"]);
    desk.run(&["controleer"]).must(1, &["FOUT", "chmod 600"]);
}

#[test]
fn a_variable_that_lets_others_read_along_keeps_the_node_from_starting() {
    let desk = Desk::with_node();
    for command in ["start", "controleer"] {
        let mut command = desk.command(&[command]);
        let ended = Ended::of(&command.env("SSLKEYLOGFILE", "/dev/null").output().unwrap());
        ended.must(1, &["SSLKEYLOGFILE"]);
    }
}

#[test]
fn a_store_that_was_damaged_is_named_and_left_as_it_is() {
    let desk = Desk::with_node();
    let largest = walk(&desk.path("data"))
        .into_iter()
        .max_by_key(|path| fs::metadata(path).unwrap().len());
    let path = largest.unwrap();
    let broken = vec![0xA5; usize::try_from(fs::metadata(&path).unwrap().len()).unwrap()];
    fs::write(&path, &broken).unwrap();
    desk.run(&["start"]).must(6, &["de node start niet"]);
    desk.run(&["controleer"]).must(1, &["FOUT", "opslag"]);
    assert_eq!(fs::read(&path).unwrap(), broken);
}

#[test]
fn the_doctor_finds_a_healthy_node_healthy_while_it_runs() {
    let desk = Desk::with_node();
    desk.run(&["controleer"]).must(
        0,
        &["te openen, en alle gegevens kloppen (redb)", "draait niet"],
    );
    let node = desk.start();
    desk.run(&["controleer"])
        .must(0, &["draait en is gereed", "in gebruik door de node"]);
    assert_eq!(node.stop(), 0);
}

fn walk(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(walk(&path));
        } else {
            files.push(path);
        }
    }
    files
}

#[test]
fn what_is_missing_is_named_with_what_belongs_there_and_no_word_of_english() {
    let desk = Desk::new();
    desk.run(&["controleer"]).must(
        1,
        &[
            "`basisnet.toml` bestaat niet",
            "herstel: noem het met --config",
        ],
    );
    let made = desk.run_as(&["init", "--oin", OIN, "--naam", "Gemeente Veenendaal"]);
    made.must(0, &["vul in [contacten.P08] in"]);
    let found = desk.run(&["controleer"]);
    found.must(
        1,
        &[
            "`vertrouwen/anker.pem` kan niet worden gelezen: het bestand of de map bestaat niet",
            "herstel: zet daar het stamcertificaat",
            "`certificaat/keten.pem` bestaat niet",
            "herstel: vraag een certificaat aan met `basisnet certificaat aanvragen`",
        ],
    );
    assert!(!found.said.contains("os error"), "{}", found.said);
    desk.run(&["start"])
        .must(3, &["`vertrouwen/anker.pem` kan niet worden gelezen"]);
}

#[test]
fn a_key_of_the_store_that_is_gone_is_asked_back_and_not_made_anew() {
    let desk = Desk::with_node();
    let key = desk.path("sleutels/opslag.sleutel");
    fs::remove_file(&key).unwrap();
    desk.run(&["start"])
        .must(3, &["opslag.sleutel` bestaat niet", "uit de back-up"]);
    assert!(!key.exists());
}
