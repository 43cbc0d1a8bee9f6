// SPDX-License-Identifier: EUPL-1.2
//! What a node takes while nothing happens: the real program, set up as its manual says, before its first aanbieder.

use std::io::Write;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use basisnet_node::clock::Clock;
use basisnet_node::demo::files;
use basisnet_node::demo::place::Place;
use basisnet_tests::pki::Authority;

use crate::machine::resident_kb;
use crate::report::Report;

/// How long the node is left alone before it is looked at.
const IDLE: Duration = Duration::from_secs(5);
/// How long it may take to start.
const PATIENCE: Duration = Duration::from_secs(30);
const PASSWORD: &str = "alleen-voor-de-meting";

pub(crate) fn measure(report: &mut Report) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (overlay, api) = (free_address(), free_address());
    let config = set_up(folder.path(), overlay, api);
    let mut node = Running::start(&config, api);
    std::thread::sleep(IDLE);
    let resident = resident_kb(node.child.id()).expect("the node runs");
    let megabytes = f64::from(u32::try_from(resident).unwrap_or(u32::MAX)) / 1_024.0;
    report.at_most("resident memory of an idle node", megabytes, 60.0, " MB");
    node.stop();
}

/// A gemeente as the demonstration has it, with a certificate of an authority of its own.
fn set_up(folder: &Path, overlay: SocketAddr, api: SocketAddr) -> PathBuf {
    let now = Clock::machine().now();
    let authority = Authority::new(now - Duration::from_secs(3_600));
    let place = Place::Apeldoorn;
    let issued = authority.issue(&place.oin_text(), place.name());
    let home = folder.join("node");
    let [list] = authority.lists(now, &[]).try_into().expect("one issuer");
    write(
        &folder.join("vertrouwen/anker.pem"),
        authority.anchor_pem().as_bytes(),
    );
    write(&folder.join("vertrouwen/ingetrokken.pem"), &list);
    write(&home.join("certificaat/keten.pem"), issued.chain.as_bytes());
    write(&home.join("certificaat/sleutel.pem"), issued.key.as_bytes());
    keep_secret(&home.join("certificaat/sleutel.pem"));
    let config = home.join("basisnet.toml");
    write(
        &config,
        files::configuration(place, overlay, api).as_bytes(),
    );
    let mut init = basisnet(&config, &["init", "--wachtwoord-stdin"])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .expect("basisnet, built beside this program");
    let mut stdin = init.stdin.take().expect("a pipe");
    stdin.write_all(PASSWORD.as_bytes()).expect("a password");
    drop(stdin);
    assert!(
        init.wait().expect("an end").success(),
        "basisnet init succeeds"
    );
    config
}

/// A node in a process of its own; ends with this value.
struct Running {
    child: Child,
}

impl Running {
    fn start(config: &Path, api: SocketAddr) -> Self {
        let child = basisnet(config, &["start"])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("basisnet, built beside this program");
        let node = Self { child };
        let start = Instant::now();
        while TcpStream::connect(api).is_err() {
            assert!(start.elapsed() < PATIENCE, "the node starts in time");
            std::thread::sleep(Duration::from_millis(50));
        }
        node
    }

    fn stop(&mut self) {
        // It may be gone already; then there is nothing to end.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.stop();
    }
}

fn basisnet(config: &Path, words: &[&str]) -> Command {
    let program = std::env::current_exe()
        .expect("a path")
        .with_file_name("basisnet");
    let mut command = Command::new(program);
    command.arg("--config").arg(config).args(words);
    command
}

fn free_address() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("an address")
}

fn write(path: &Path, bytes: &[u8]) {
    std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
    std::fs::write(path, bytes).expect("a file");
}

fn keep_secret(path: &Path) {
    use std::os::unix::fs::PermissionsExt;
    let owner_only = std::fs::Permissions::from_mode(0o600);
    std::fs::set_permissions(path, owner_only).expect("a file of our own");
}
