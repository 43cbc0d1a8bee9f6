// SPDX-License-Identifier: EUPL-1.2
//! A folder in which somebody works with the program, and the node that runs from it in a process of its own.

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

pub(crate) const OIN: &str = "00000099000000345000";
pub(crate) const PASSWORD: &str = "vier losse woorden hier";

/// A folder in which somebody works.
pub(crate) struct Desk {
    pub(crate) folder: tempfile::TempDir,
}

/// How a command ended.
pub(crate) struct Ended {
    pub(crate) code: i32,
    pub(crate) said: String,
}

impl Desk {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self { folder }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_basisnet"));
        command
            .args(words)
            .current_dir(self.folder.path())
            .env_clear()
            .env("BASISNET_SESSIE", self.path("sessie"))
            .stdin(Stdio::null());
        command
    }

    pub(crate) fn run(&self, words: &[&str]) -> Ended {
        Ended::of(&self.command(words).output().unwrap())
    }

    /// The same with the password in the environment.
    pub(crate) fn run_as(&self, words: &[&str]) -> Ended {
        let mut command = self.command(words);
        Ended::of(
            &command
                .env("BASISNET_WACHTWOORD", PASSWORD)
                .output()
                .unwrap(),
        )
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// A node that can start: configuration, certificate, keys, and an account `beheer`.
    pub(crate) fn with_node() -> Self {
        Self::with_node_of(OIN)
    }

    /// The same for the organisation with this OIN.
    pub(crate) fn with_node_of(oin: &str) -> Self {
        let desk = Self::new();
        let (api, overlay) = (free_port(), free_port());
        desk.write(
            "basisnet.toml",
            &format!(
                "[organisatie]\noin = \"{oin}\"\nnaam = \"Gemeente Veenendaal\"\n[opslag]\nreserve_mib = 1\n\
                 [api]\nluister = \"127.0.0.1:{api}\"\n[overlay]\nluister = \"127.0.0.1:{overlay}\"\n\
                 [vertrouwen]\nankers = [\"anker.pem\"]\ncrls = [\"lijst.crl\"]\n"
            ),
        );
        certify(&desk, oin);
        let made = desk.run_as(&["init"]);
        assert_eq!(made.code, 0, "{}", made.said);
        desk
    }

    pub(crate) fn start(&self) -> Running {
        self.start_with(&[], Stdio::null())
    }

    pub(crate) fn start_with(&self, words: &[&str], input: Stdio) -> Running {
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
    pub(crate) fn of(output: &Output) -> Self {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Self {
            code: output.status.code().unwrap_or(-1),
            said: text(&output.stdout) + &text(&output.stderr),
        }
    }

    #[track_caller]
    pub(crate) fn must(&self, code: i32, words: &[&str]) {
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
pub(crate) struct Running {
    pub(crate) child: Child,
}

impl Running {
    pub(crate) fn kill(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// Asks it to stop and waits until it has.
    pub(crate) fn stop(mut self) -> i32 {
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

pub(crate) fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port()
}

/// An authority, a certificate of it, and an empty revocation list.
pub(crate) fn certify(desk: &Desk, oin: &str) {
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
    root.distinguished_name
        .push(DnType::CommonName, format!("Stam {oin}"));
    let root = CertifiedIssuer::self_signed(root, KeyPair::generate().unwrap()).unwrap();
    let key = KeyPair::generate().unwrap();
    let mut leaf = params();
    leaf.distinguished_name
        .push(DnType::CustomDnType(vec![2, 5, 4, 5]), oin);
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

pub(crate) fn chmod(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}
/// A node at which these people work, each in one role; who runs it is signed in.
pub(crate) fn with_people(people: &[(&str, &str)]) -> (Desk, Running) {
    let desk = Desk::with_node();
    let node = desk.start();
    sign_in(&desk, "beheer");
    for (name, role) in people {
        let add = ["account", "toevoegen", "--naam", name, "--rol", role];
        desk.run_as(&add).must(0, &[name]);
    }
    (desk, node)
}

pub(crate) fn sign_in(desk: &Desk, name: &str) {
    desk.run_as(&["account", "aanmelden", "--naam", name])
        .must(0, &[]);
}
