// SPDX-License-Identifier: EUPL-1.2
//! A network of machines on one: a namespace of the kernel for each, with an address and a cable to one switch, and
//! nothing else. A cable can be cut and mended, by nftables where that is there, and else by pulling it out of the switch.
//!
//! This takes root and `ip netns`. What was made is taken away again, also when a story fails.

use std::io::Write as _;
use std::process::{Command, Stdio};

/// Where the nodes listen in their own namespaces.
const PORT: u16 = 7_400;

/// Machines with a cable to one switch.
#[derive(Debug)]
pub struct Machines {
    /// What the names of the namespaces of this run begin with.
    run: String,
    made: Vec<String>,
    with_nftables: bool,
}

/// Why there are no machines.
#[derive(Debug)]
pub struct Unable(pub String);

impl Machines {
    /// So many machines that reach each other.
    ///
    /// # Errors
    /// Says what this computer does not let us do.
    pub fn of(count: usize) -> Result<Self, Unable> {
        let mut machines = Self {
            run: format!("bn{}", std::process::id()),
            made: Vec::new(),
            with_nftables: false,
        };
        let switch = machines.namespace("s")?;
        ip(&["-n", &switch, "link", "add", "br0", "type", "bridge"])?;
        ip(&["-n", &switch, "link", "set", "br0", "up"])?;
        for number in 0..count {
            let own = machines.namespace(&number.to_string())?;
            let cable = cable(number);
            ip(&[
                "link", "add", &cable, "netns", &switch, "type", "veth", "peer", "name", "eth0",
                "netns", &own,
            ])?;
            ip(&["-n", &switch, "link", "set", &cable, "master", "br0", "up"])?;
            let address = format!("{}/24", host(number));
            ip(&["-n", &own, "addr", "add", &address, "dev", "eth0"])?;
            ip(&["-n", &own, "link", "set", "eth0", "up"])?;
            ip(&["-n", &own, "link", "set", "lo", "up"])?;
        }
        machines.with_nftables = machines.nft(TABLE).is_ok();
        Ok(machines)
    }

    /// Where a node on a machine listens.
    #[must_use]
    pub fn listens(number: usize) -> String {
        format!("{}:{PORT}", host(number))
    }

    /// The same as others are told of it.
    #[must_use]
    pub fn address(number: usize) -> String {
        format!("/ip4/{}/tcp/{PORT}", host(number))
    }

    /// Whether nftables cuts, and not the switch.
    #[must_use]
    pub const fn with_nftables(&self) -> bool {
        self.with_nftables
    }

    /// A program to be run on a machine.
    #[must_use]
    pub fn command(&self, number: usize, program: &std::path::Path) -> Command {
        let mut command = Command::new("ip");
        let own = format!("{}{number}", self.run);
        command.args(["netns", "exec", &own]).arg(program);
        command
    }

    /// What this machine says reaches nobody, and what others say does not reach it; nobody is told that.
    ///
    /// # Panics
    /// When the kernel does not do it.
    pub fn cut(&self, number: usize) {
        let cable = cable(number);
        let cut = match self.with_nftables {
            true => self.nft(&format!(
                "add rule bridge partition forward iifname {cable} drop\n\
                 add rule bridge partition forward oifname {cable} drop\n"
            )),
            false => ip(&["-n", &self.switch(), "link", "set", &cable, "nomaster"]),
        };
        cut.expect("a cable that can be cut");
    }

    /// All reach each other again.
    ///
    /// # Panics
    /// When the kernel does not do it.
    pub fn mend(&self, number: usize) {
        let cable = cable(number);
        let mended = match self.with_nftables {
            true => self.nft("flush chain bridge partition forward\n"),
            false => ip(&["-n", &self.switch(), "link", "set", &cable, "master", "br0"]),
        };
        mended.expect("a cable that can be mended");
    }

    fn namespace(&mut self, name: &str) -> Result<String, Unable> {
        let name = format!("{}{name}", self.run);
        ip(&["netns", "add", &name])?;
        self.made.push(name.clone());
        Ok(name)
    }

    fn switch(&self) -> String {
        format!("{}s", self.run)
    }

    fn nft(&self, rules: &str) -> Result<(), Unable> {
        let mut command = Command::new("ip");
        command.args(["netns", "exec", &self.switch(), "nft", "-f", "-"]);
        command.stdin(Stdio::piped()).stdout(Stdio::null());
        let unable = |error: std::io::Error| Unable(format!("nft: {error}"));
        let mut nft = command.stderr(Stdio::null()).spawn().map_err(unable)?;
        let mut into = nft.stdin.take().expect("a pipe");
        // One that is not there has closed it; its exit says so.
        let _ = into.write_all(rules.as_bytes());
        drop(into);
        match nft.wait().map_err(unable)?.success() {
            true => Ok(()),
            false => Err(Unable("nft refuses".to_owned())),
        }
    }
}

impl Drop for Machines {
    fn drop(&mut self) {
        for name in &self.made {
            // Cables and switch go with the namespace that they are in.
            let _ = ip(&["netns", "del", name]);
        }
    }
}

const TABLE: &str = "add table bridge partition\n\
    add chain bridge partition forward { type filter hook forward priority 0 ; }\n";

/// The end of a cable at the switch.
fn cable(number: usize) -> String {
    format!("v{number}")
}

fn host(number: usize) -> String {
    format!("10.213.0.{}", number + 1)
}

fn ip(words: &[&str]) -> Result<(), Unable> {
    let done = Command::new("ip").args(words).output();
    let done = done.map_err(|error| Unable(format!("`ip`: {error}")))?;
    match done.status.success() {
        true => Ok(()),
        false => {
            let said = String::from_utf8_lossy(&done.stderr);
            Err(Unable(format!("`ip {}`: {}", words.join(" "), said.trim())))
        }
    }
}
