// SPDX-License-Identifier: EUPL-1.2
//! The program as its users meet it: real processes, exit codes, and Dutch sentences that name fault and mend.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "all of this runs in tests only, where giving up loudly is right"
)]

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use rcgen::{
    BasicConstraints, CertificateParams, CertificateRevocationListParams, CertifiedIssuer, DnType,
    ExtendedKeyUsagePurpose, IsCa, KeyIdMethod, KeyPair, KeyUsagePurpose, SerialNumber,
};

const OIN: &str = "00000099000000345000";
const PASSWORD: &str = "vier losse woorden hier";

/// A folder in which somebody works.
struct Desk {
    folder: tempfile::TempDir,
}

/// How a command ended.
struct Ended {
    code: i32,
    said: String,
}

impl Desk {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self { folder }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_basisnet"));
        command
            .args(words)
            .current_dir(self.folder.path())
            .env_clear()
            .env("BASISNET_SESSIE", self.path("sessie"))
            .stdin(Stdio::null());
        command
    }

    fn run(&self, words: &[&str]) -> Ended {
        Ended::of(&self.command(words).output().unwrap())
    }

    /// The same with the password in the environment.
    fn run_as(&self, words: &[&str]) -> Ended {
        let mut command = self.command(words);
        Ended::of(
            &command
                .env("BASISNET_WACHTWOORD", PASSWORD)
                .output()
                .unwrap(),
        )
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// A node that can start: configuration, certificate, keys, and an account `beheer`.
    fn with_node() -> Self {
        let desk = Self::new();
        let (api, overlay) = (free_port(), free_port());
        desk.write(
            "basisnet.toml",
            &format!(
                "[organisatie]\noin = \"{OIN}\"\nnaam = \"Gemeente Veenendaal\"\n[opslag]\nreserve_mib = 1\n\
                 [api]\nluister = \"127.0.0.1:{api}\"\n[overlay]\nluister = \"127.0.0.1:{overlay}\"\n\
                 [vertrouwen]\nankers = [\"anker.pem\"]\ncrls = [\"lijst.crl\"]\n"
            ),
        );
        certify(&desk);
        let made = desk.run_as(&["init"]);
        assert_eq!(made.code, 0, "{}", made.said);
        desk
    }

    fn start(&self) -> Running {
        self.start_with(&[], Stdio::null())
    }

    fn start_with(&self, words: &[&str], input: Stdio) -> Running {
        let mut child = self
            .command(&["start"])
            .args(words)
            .stdin(input)
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let (tell, told) = mpsc::sync_channel(256);
        std::thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                let _ = tell.try_send(line);
            }
        });
        let mut running = Running { child };
        loop {
            match told.recv_timeout(Duration::from_secs(30)) {
                Ok(line) if line.contains("draait: ") => return running,
                Ok(_) => {}
                Err(_) => {
                    running.kill();
                    panic!("the node did not start");
                }
            }
        }
    }
}

impl Ended {
    fn of(output: &Output) -> Self {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Self {
            code: output.status.code().unwrap_or(-1),
            said: text(&output.stdout) + &text(&output.stderr),
        }
    }

    #[track_caller]
    fn must(&self, code: i32, words: &[&str]) {
        assert_eq!(self.code, code, "{}", self.said);
        for word in words {
            assert!(
                self.said.contains(word),
                "`{word}` is not in:\n{}",
                self.said
            );
        }
    }
}

/// A node in a process of its own.
struct Running {
    child: Child,
}

impl Running {
    fn kill(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// Asks it to stop and waits until it has.
    fn stop(mut self) -> i32 {
        let pid = rustix::process::Pid::from_child(&self.child);
        rustix::process::kill_process(pid, rustix::process::Signal::TERM).unwrap();
        self.child.wait().unwrap().code().unwrap_or(-1)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.kill();
    }
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port()
}

/// An authority, a certificate of it, and an empty revocation list.
fn certify(desk: &Desk) {
    let now = time::UtcDateTime::now();
    let (before, after) = (
        now - time::Duration::days(1),
        now + time::Duration::days(300),
    );
    let params = || {
        let mut params = CertificateParams::default();
        params.not_before = before.into();
        params.not_after = after.into();
        params
    };
    let mut root = params();
    root.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    root.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    root.distinguished_name.push(DnType::CommonName, "Stam");
    let root = CertifiedIssuer::self_signed(root, KeyPair::generate().unwrap()).unwrap();
    let key = KeyPair::generate().unwrap();
    let mut leaf = params();
    leaf.distinguished_name
        .push(DnType::CustomDnType(vec![2, 5, 4, 5]), OIN);
    leaf.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    leaf.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
    let leaf = leaf.signed_by(&key, &root).unwrap();
    let list = CertificateRevocationListParams {
        this_update: before.into(),
        next_update: after.into(),
        crl_number: SerialNumber::from(1_u64),
        issuing_distribution_point: None,
        revoked_certs: Vec::new(),
        key_identifier_method: KeyIdMethod::Sha256,
    };
    desk.write("anker.pem", &root.pem());
    desk.write("lijst.crl", &list.signed_by(&root).unwrap().pem().unwrap());
    desk.write("certificaat/keten.pem", &leaf.pem());
    desk.write("certificaat/sleutel.pem", &key.serialize_pem());
    chmod(&desk.path("certificaat/sleutel.pem"), 0o600);
}

fn chmod(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

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

/// A node at which these people work, each in one role; who runs it is signed in.
fn with_people(people: &[(&str, &str)]) -> (Desk, Running) {
    let desk = Desk::with_node();
    let node = desk.start();
    sign_in(&desk, "beheer");
    for (name, role) in people {
        let add = ["account", "toevoegen", "--naam", name, "--rol", role];
        desk.run_as(&add).must(0, &[name]);
    }
    (desk, node)
}

fn sign_in(desk: &Desk, name: &str) {
    desk.run_as(&["account", "aanmelden", "--naam", name])
        .must(0, &[]);
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
