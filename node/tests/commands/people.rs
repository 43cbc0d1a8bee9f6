// SPDX-License-Identifier: EUPL-1.2
//! What people do with the program: passwords, tasks, purposes, and the explanation of what they saw.

use crate::desk::{Desk, Ended, OIN, PASSWORD, sign_in, with_people};

#[test]
fn a_person_changes_the_own_password_and_a_program_gets_another_key() {
    let desk = Desk::with_node();
    let node = desk.start();
    let with = |words: &[&str], variables: &[(&str, &str)]| {
        let mut command = desk.command(words);
        Ended::of(&command.envs(variables.iter().copied()).output().unwrap())
    };
    let sign_in = ["account", "aanmelden", "--naam", "beheer"];
    desk.run_as(&sign_in).must(0, &[]);
    let change = ["account", "wachtwoord", "--naam", "Beheer"];
    let new = ("BASISNET_WACHTWOORD", "heel andere woorden");
    with(&change, &[new]).must(2, &["BASISNET_HUIDIG_WACHTWOORD"]);
    let wrong = ("BASISNET_HUIDIG_WACHTWOORD", "niet dit wachtwoord");
    with(&change, &[new, wrong]).must(1, &["huidige wachtwoord", "beheerder"]);
    let right = ("BASISNET_HUIDIG_WACHTWOORD", PASSWORD);
    with(&change, &[new, right]).must(0, &["gewijzigd"]);
    desk.run(&["account", "wie"]).must(5, &["niet aangemeld"]);
    with(&sign_in, &[new]).must(0, &["aangemeld als beheer"]);

    let program = ["--naam", "zaaksysteem", "--sleutelbestand", "een.sleutel"];
    let add = [
        &[
            "account",
            "toevoegen",
            "--programma",
            "--rol",
            "contractmanager",
        ],
        &program[..],
    ]
    .concat();
    desk.run(&add)
        .must(0, &["De sleutel staat in `een.sleutel`"]);
    let renew = [&["account", "sleutel"], &program[..]].concat();
    desk.run(&renew).must(1, &["bestaat al"]);
    let renew = [
        "account",
        "sleutel",
        "--naam",
        "zaaksysteem",
        "--sleutelbestand",
        "twee.sleutel",
    ];
    desk.run(&renew).must(0, &["de oude werkt niet meer"]);
    let listed = |key: &str| {
        let mut command = desk.command(&["aanbieder", "lijst"]);
        Ended::of(&command.env("BASISNET_SESSIE", key).output().unwrap())
    };
    listed("een.sleutel").must(5, &["niet aangemeld"]);
    listed("twee.sleutel").must(0, &["0 aanbieders"]);
    assert_eq!(node.stop(), 0);
}

#[test]
fn a_task_that_is_given_or_taken_decides_what_somebody_sees() {
    let (desk, node) = with_people(&[("inkoop", "contractmanager")]);
    let tasks = |words: &[&str], said: &[&str]| {
        sign_in(&desk, "beheer");
        let all = [&["account", "taken", "--naam", "inkoop"], words].concat();
        desk.run(&all).must(0, said);
        sign_in(&desk, "inkoop");
    };
    sign_in(&desk, "inkoop");
    let add = [
        "--naam",
        "Zorg Een",
        "--kvk",
        "00000011",
        "--rechtsvorm",
        "bv",
    ];
    desk.run(&[&["aanbieder", "toevoegen"], &add[..]].concat())
        .must(0, &["Zorg Een"]);
    let one = ["aanbieder", "toon", "--kvk", "00000011"];
    desk.run(&one).must(0, &["doel P01", "bv"]);
    // For a purpose that needs less, less is shown.
    let less = desk.run(&[&one[..], &["--doel", "P08"]].concat());
    less.must(0, &["doel P08", "Zorg Een"]);
    assert!(!less.said.contains("rechtsvorm"), "{}", less.said);
    desk.run(&["aanbieder", "lijst", "--doel", "P03"])
        .must(5, &["V40-rol-doel"]);
    desk.run(&["aanbieder", "lijst", "--doel", "P03&naam=x"])
        .must(2, &["geen code van een doel"]);

    tasks(&["--geen"], &["inkoop"]);
    desk.run(&one)
        .must(5, &["V43-taak", "dat de gemeente u deze taak geeft"]);
    tasks(&["--doel", "P08"], &["P08"]);
    desk.run(&one).must(0, &["doel P08"]);
    desk.run(&["aanbieder", "lijst", "--doel", "P01"])
        .must(5, &["V43-taak"]);
    tasks(&["--volgens-rol"], &["inkoop"]);
    desk.run(&one).must(0, &["doel P01"]);
    sign_in(&desk, "beheer");
    desk.run(&["account", "taken", "--naam", "inkoop", "--doel", "P99"])
        .must(1, &["P99"]);
    assert_eq!(node.stop(), 0);
}

#[test]
fn data_serve_another_purpose_once_that_was_advised_on_and_decided() {
    let (desk, node) = with_people(&[
        ("toezicht", "toezichthouder_kwaliteit"),
        ("fg", "fg"),
        ("college", "verwerkingsverantwoordelijke"),
    ]);
    sign_in(&desk, "toezicht");
    let add = [
        "--naam",
        "Zorg Een",
        "--kvk",
        "00000011",
        "--rechtsvorm",
        "bv",
    ];
    desk.run(&[&["aanbieder", "toevoegen"], &add[..]].concat())
        .must(0, &[]);
    let which = ["--kvk", "00000011"];
    let what = [
        "--taak",
        "kwaliteit",
        "--wet",
        "wmo",
        "--vanaf",
        "2026-03-01",
    ];
    let begin = ["betrokkenheid", "toevoegen", "toezicht"];
    desk.run(&[&begin[..], &which, &what].concat())
        .must(0, &["kwaliteit"]);
    let pair = ["--van", "P03", "--voor", "P06"];
    let act = |who: &str, words: &[&str], more: &[&str]| {
        sign_in(&desk, who);
        desk.run(&[&["doel", "verder-gebruik"], words, more].concat())
    };
    let sees_kind = || {
        sign_in(&desk, "toezicht");
        let list = ["betrokkenheid", "lijst", "--doel", "P06"];
        let seen = desk.run(&[&list[..], &which].concat());
        seen.must(0, &["toezicht"]);
        seen.said.contains("kwaliteit")
    };
    assert!(!sees_kind());
    let decide = ["--mandaat", "besluit 7", "--dpia", "weging 2026-7"];
    let decide = [&pair[..], &decide].concat();
    act("college", &["besluit"], &decide).must(1, &["FG"]);
    act("fg", &["advies"], &pair).must(0, &["advies", "vastgelegd"]);
    assert!(!sees_kind(), "an advice opens nothing");
    act("college", &["besluit"], &decide).must(0, &["mogen ook dienen voor P06"]);
    assert!(sees_kind());
    act("fg", &["lijst"], &[]).must(0, &["P03", "P06", "mag"]);
    let back = [&pair[..], &["--reden", "heroverweging"]].concat();
    act("college", &["intrekken"], &back).must(0, &["dienen niet meer"]);
    assert!(!sees_kind());
    assert_eq!(node.stop(), 0);
}

#[test]
fn a_look_over_many_records_is_explained_by_every_decision_that_differs() {
    let (desk, node) = with_people(&[
        ("inkoop", "contractmanager"),
        ("college", "verwerkingsverantwoordelijke"),
    ]);
    sign_in(&desk, "inkoop");
    let csv =
        "naam;kvk;rechtsvorm\nZorg Een;00000011;bv\nZorg Twee;00000022;bv\nZorg Drie;00000033;bv\n";
    desk.write("lijst.csv", csv);
    desk.run(&["aanbieder", "invoeren", "lijst.csv"])
        .must(0, &["3"]);
    sign_in(&desk, "college");
    desk.run(&["aanbieder", "beperken", "--kvk", "00000022"])
        .must(0, &[]);
    sign_in(&desk, "inkoop");
    desk.run(&["aanbieder", "lijst"]).must(0, &["Zorg Een"]);
    let log = desk.run(&["--json", "logboek", "toon"]);
    let log: serde_json::Value = serde_json::from_str(&log.said).unwrap();
    let lines = log["regels"].as_array().unwrap();
    let told = |line: &&serde_json::Value| {
        let text = line["tekst"].as_str().unwrap();
        text.contains("2 gegevens bekeken") && text.contains("Niet getoond: 1")
    };
    let number = lines.iter().find(told).unwrap()["nummer"].to_string();
    sign_in(&desk, "college");
    desk.run(&["beleid", "verklaar", &number]).must(
        0,
        &[
            ": ja, voor 2 gegevens.",
            ": nee, voor 1 gegeven.",
            "E07-beperking",
            "AVG art. 18",
        ],
    );
    // A purpose that does not exist is named, with those that do, and nothing else is.
    sign_in(&desk, "inkoop");
    let ask = ["--aan", OIN, "--doel", "P77", "--gegevens", "contact"];
    let asked = desk.run(&[&["inzage", "vragen", "--kvk", "00000011"], &ask[..]].concat());
    asked.must(1, &["`P77` bestaat niet", "P01", "P24"]);
    assert!(!asked.said.contains("V10-doel-bekend"), "{}", asked.said);
    assert_eq!(node.stop(), 0);
}
