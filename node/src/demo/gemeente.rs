// SPDX-License-Identifier: EUPL-1.2
//! One gemeente of the demonstration: its folder, its process, and what its people type.
//!
//! The process is the same program in a process of its own, and what people type goes through the same command line
//! as in production. Nothing here has a way into a node that a person would not have.

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Write};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

use super::Fault;
use super::place::Place;
use crate::cli::Client;
use crate::config::Config;

/// A node starts well within this, also on a busy machine.
const START: Duration = Duration::from_secs(30);
/// A node that was asked to stop does so within this, or is ended.
const STOP: Duration = Duration::from_secs(10);
/// Between two looks whether it is so far.
const LOOK: Duration = Duration::from_millis(25);

/// A gemeente with its node.
#[derive(Debug)]
pub(super) struct Gemeente {
    pub(super) place: Place,
    pub(super) folder: PathBuf,
    /// Where other nodes reach it.
    pub(super) overlay: SocketAddr,
    /// Where its own people reach it.
    pub(super) api: SocketAddr,
    process: Option<Child>,
}

/// What a command said, and how it ended.
#[derive(Debug)]
pub(super) struct Said {
    /// The exit code; 0 is done.
    pub(super) code: i32,
    /// The result, or why there is none.
    pub(super) value: Value,
}

impl Gemeente {
    pub(super) fn new(place: Place, folder: PathBuf, overlay: SocketAddr, api: SocketAddr) -> Self {
        Self {
            place,
            folder,
            overlay,
            api,
            process: None,
        }
    }

    /// A file in its folder.
    pub(super) fn file(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// Starts the node in a process of its own, which ends when this one does; what it logs goes to a file.
    pub(super) fn start(&mut self) -> Result<(), Fault> {
        let log = File::options()
            .create(true)
            .append(true)
            .open(self.file("node.log"))
            .map_err(|cause| Fault::file(&self.file("node.log"), &cause))?;
        let errors = log
            .try_clone()
            .map_err(|cause| Fault::file(&self.file("node.log"), &cause))?;
        let child = self
            .program()?
            .args(["start", "--tot-einde-invoer"])
            .stdin(Stdio::piped())
            .stdout(log)
            .stderr(errors)
            .spawn()
            .map_err(|cause| self.process_fault(cause))?;
        self.process = Some(child);
        Ok(())
    }

    /// Waits until the node answers its own people.
    pub(super) fn wait_until_ready(&mut self) -> Result<(), Fault> {
        let begun = Instant::now();
        while begun.elapsed() < START {
            if let Some(child) = &mut self.process
                && let Ok(Some(_)) = child.try_wait()
            {
                break;
            }
            if std::net::TcpStream::connect_timeout(&self.api, LOOK).is_ok() {
                return Ok(());
            }
            std::thread::sleep(LOOK);
        }
        Err(Fault::DoesNotStart {
            place: self.place,
            log: self.file("node.log"),
        })
    }

    /// Ends the node as a power cut would: no word, no time.
    pub(super) fn kill(&mut self) {
        if let Some(mut child) = self.process.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }

    /// Asks the node to stop, and waits for it.
    pub(super) fn stop(&mut self) {
        let Some(mut child) = self.process.take() else {
            return;
        };
        if let Ok(id) = i32::try_from(child.id())
            && let Some(id) = Pid::from_raw(id)
        {
            let _ = kill_process(id, Signal::TERM);
        }
        let begun = Instant::now();
        while begun.elapsed() < STOP {
            if !matches!(child.try_wait(), Ok(None)) {
                return;
            }
            std::thread::sleep(LOOK);
        }
        let _ = child.kill();
        let _ = child.wait();
    }

    /// Types a command as a person, and reads the result.
    pub(super) fn command(&self, who: &str, words: &[&str]) -> Result<Said, Fault> {
        self.command_with(who, words, "")
    }

    /// The same, with something to read on standard input, such as a password.
    pub(super) fn command_with(
        &self,
        who: &str,
        words: &[&str],
        input: &str,
    ) -> Result<Said, Fault> {
        let process = |cause| self.process_fault(cause);
        let mut child = self
            .program()?
            .arg("--sessie")
            .arg(self.session(who))
            .arg("--json")
            .args(words)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(process)?;
        if let Some(mut pipe) = child.stdin.take() {
            // A command that reads nothing closes its end; that is not a fault.
            let _ = pipe.write_all(input.as_bytes());
        }
        let output = child.wait_with_output().map_err(process)?;
        let text = if output.status.success() {
            &output.stdout
        } else {
            &output.stderr
        };
        let value = serde_json::from_slice(text)
            .unwrap_or_else(|_| Value::String(String::from_utf8_lossy(text).trim().to_owned()));
        Ok(Said {
            code: output.status.code().unwrap_or(-1),
            value,
        })
    }

    /// A command that has to work for the story to go on.
    pub(super) fn must(&self, who: &str, words: &[&str]) -> Result<Value, Fault> {
        self.must_with(who, words, "")
    }

    /// The same, with something to read on standard input.
    pub(super) fn must_with(&self, who: &str, words: &[&str], input: &str) -> Result<Value, Fault> {
        let said = self.command_with(who, words, input)?;
        if said.code == 0 {
            return Ok(said.value);
        }
        Err(Fault::Command {
            place: self.place,
            words: words.join(" "),
            said: said.value.to_string(),
        })
    }

    /// Types a command as a person and hands on, line by line, what that person sees.
    pub(super) fn screen(
        &self,
        who: &str,
        words: &[&str],
        mut line: impl FnMut(&str),
    ) -> Result<i32, Fault> {
        let process = |cause| self.process_fault(cause);
        let (reader, writer) = std::io::pipe().map_err(process)?;
        let errors = writer.try_clone().map_err(process)?;
        let mut command = self.program()?;
        command.arg("--sessie").arg(self.session(who)).args(words);
        let mut child = command
            .stdin(Stdio::null())
            .stdout(writer)
            .stderr(errors)
            .spawn()
            .map_err(process)?;
        // The command holds our ends of the pipe too; without this the reading never ends.
        drop(command);
        for text in BufReader::new(reader).lines().map_while(Result::ok) {
            line(&text);
        }
        let status = child.wait().map_err(process)?;
        Ok(status.code().unwrap_or(-1))
    }

    /// The API as a person who signed in, for what comes by the hundreds.
    pub(super) fn client(&self, who: &str) -> Result<Client, Fault> {
        let answer = |text: String| Fault::Answer(text);
        let config =
            Config::load(&self.file("basisnet.toml")).map_err(|error| answer(error.to_string()))?;
        Client::new(&config, Some(self.session(who))).map_err(|failure| answer(failure.to_string()))
    }

    fn program(&self) -> Result<Command, Fault> {
        let program = std::env::current_exe().map_err(|cause| self.process_fault(cause))?;
        let mut command = Command::new(program);
        command
            .current_dir(&self.folder)
            .arg("--config")
            .arg(self.file("basisnet.toml"))
            .env_remove("BASISNET_CONFIG")
            .env_remove("BASISNET_SESSIE");
        Ok(command)
    }

    fn process_fault(&self, cause: std::io::Error) -> Fault {
        let place = self.place;
        Fault::Process { place, cause }
    }

    fn session(&self, who: &str) -> PathBuf {
        self.folder.join("sessies").join(who)
    }
}

impl Drop for Gemeente {
    fn drop(&mut self) {
        self.stop();
    }
}

/// Writes a file of the demonstration, with its folder.
pub(super) fn write(path: &Path, text: &str) -> Result<(), Fault> {
    write_with_mode(path, text, 0o644)
}

/// Writes a file that only the owner may read.
pub(super) fn write_secret(path: &Path, text: &str) -> Result<(), Fault> {
    write_with_mode(path, text, 0o600)
}

fn write_with_mode(path: &Path, text: &str, mode: u32) -> Result<(), Fault> {
    use std::os::unix::fs::OpenOptionsExt;
    let fault = |cause| Fault::file(path, &cause);
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(fault)?;
    }
    let mut options = File::options();
    options.write(true).create(true).truncate(true).mode(mode);
    let mut file = options.open(path).map_err(fault)?;
    file.write_all(text.as_bytes()).map_err(fault)
}
