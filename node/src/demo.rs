// SPDX-License-Identifier: EUPL-1.2
//! `basisnet demo`: one question, five gemeenten, on one machine.
//!
//! Makes a certificate authority, five organisations with certificates, registers and accounts, and starts five nodes
//! as processes of their own. Then people of these gemeenten type what people type, and the story checks what comes
//! back. Everything goes through the same commands and the same doors as in production; what the story cannot do, a
//! person could not do either.

mod answer;
mod authority;
pub mod files;
mod gemeente;
mod names;
pub mod place;
pub mod random;
pub mod region;
pub mod rehearsal;
mod setup;
mod story;
mod tell;

use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde_json::Value;
use tokio::signal::unix::{SignalKind, signal};

use crate::clock::Clock;
use crate::reason::io_reason;
use answer::Answer as _;
use gemeente::Gemeente;
use place::Place;
use region::Region;
use tell::Teller;

/// The port of the first node for other nodes; the others follow.
pub const OVERLAY_PORT: u16 = 7401;
/// The port of the first node for its own people; the others follow.
pub const API_PORT: u16 = 7451;

/// By this file a folder is known to be a demonstration that may be thrown away.
const MARK: &str = "LEESMIJ.txt";
const MARK_TEXT: &str = "Deze map is gemaakt door `basisnet demo` en wordt bij de volgende keer weggegooid.\n\
     Alles hierin is verzonnen. De sleutels en wachtwoorden zijn alleen om te proberen.\n";

/// How somebody wants the demonstration.
#[derive(Clone, Debug)]
pub struct Options {
    /// Where the five nodes live.
    pub folder: PathBuf,
    /// Whether the nodes stop when the story has been told.
    pub stop_at_end: bool,
}

/// Why the demonstration could not go on. The text is for the person who started it.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// The folder holds something else.
    #[error(
        "in de map `{0}` staat iets anders dan een demonstratie; kies een andere map met --map"
    )]
    ForeignFolder(PathBuf),
    /// A file could not be written or read.
    #[error(
        "`{path}` kan niet worden gelezen of geschreven: {}; controleer de map en de vrije ruimte",
        io_reason(cause)
    )]
    File {
        /// The file.
        path: PathBuf,
        /// What the system said.
        cause: io::Error,
    },
    /// A certificate could not be made.
    #[error("het maken van een certificaat mislukt: {0}")]
    Certificate(#[from] rcgen::Error),
    /// A process could not be started.
    #[error("het programma van {place} start niet: {}", io_reason(cause))]
    Process {
        /// Where.
        place: Place,
        /// What the system said.
        cause: io::Error,
    },
    /// A node does not come up.
    #[error("de node van {place} komt niet op; kijk in `{log}`")]
    DoesNotStart {
        /// Where.
        place: Place,
        /// What it said.
        log: PathBuf,
    },
    /// No port is free.
    #[error("er is op deze computer geen poort vrij: {0}")]
    NoPort(io::Error),
    /// A command that had to work did not.
    #[error("`basisnet {words}` lukt niet bij {place}: {said}")]
    Command {
        /// Where.
        place: Place,
        /// What was typed.
        words: String,
        /// What came back.
        said: String,
    },
    /// An answer is not what the story expects.
    #[error("het antwoord van `{0}` is anders dan verwacht")]
    Answer(String),
    /// The invented region lacks somebody the story needs.
    #[error("de verzonnen regio mist een hoofdrol; dit is een fout in het programma")]
    Region,
    /// The story was told, and not everything came out right.
    #[error("niet alles kwam uit:\n  - {}", .0.join("\n  - "))]
    Wrong(Vec<String>),
}

impl Fault {
    fn file(path: &Path, cause: &io::Error) -> Self {
        Self::File {
            path: path.to_owned(),
            cause: io::Error::new(cause.kind(), cause.to_string()),
        }
    }
}

/// The five gemeenten, with everything the story needs.
#[derive(Debug)]
struct Stage {
    region: Region,
    gemeenten: Vec<Gemeente>,
    teller: Teller,
}

impl Stage {
    fn at(&self, place: Place) -> Result<&Gemeente, Fault> {
        let found = self
            .gemeenten
            .iter()
            .find(|gemeente| gemeente.place == place);
        found.ok_or(Fault::Region)
    }

    fn at_mut(&mut self, place: Place) -> Result<&mut Gemeente, Fault> {
        let found = self
            .gemeenten
            .iter_mut()
            .find(|gemeente| gemeente.place == place);
        found.ok_or(Fault::Region)
    }
}

/// How long the story waits for what another node still has to do.
const PATIENCE: Duration = Duration::from_secs(15);

impl Stage {
    /// Somebody types a command; the result, which is not shown.
    fn typed(&self, place: Place, who: &str, words: &[&str]) -> Result<Value, Fault> {
        self.teller.typed(&format!("{who}@{}", place.slug()), words);
        self.at(place)?.must(who, words)
    }

    /// Somebody types a command that only looks; shown as it looks, and the result.
    fn shown(&self, place: Place, who: &str, words: &[&str]) -> Result<Value, Fault> {
        self.shown_once(place, who, words)?;
        self.at(place)?.must(who, words)
    }

    /// Somebody types a command that changes something; shown as it looks.
    fn shown_once(&self, place: Place, who: &str, words: &[&str]) -> Result<(), Fault> {
        let mut lines = Vec::new();
        self.teller.typed(&format!("{who}@{}", place.slug()), words);
        let code = self
            .at(place)?
            .screen(who, words, |line| lines.push(line.to_owned()))?;
        for line in &lines {
            self.teller.say(line);
        }
        if code == 0 {
            return Ok(());
        }
        Err(Fault::Command {
            place,
            words: words.join(" "),
            said: lines.join(" "),
        })
    }

    /// The same for what takes a while: each line when it comes.
    fn shown_as_it_comes(&self, place: Place, who: &str, words: &[&str]) -> Result<(), Fault> {
        self.teller.typed(&format!("{who}@{}", place.slug()), words);
        self.at(place)?
            .screen(who, words, |line| self.teller.say(line))
            .map(drop)
    }

    /// Somebody types a command that is refused; shown as it looks, and the refusal.
    fn refused(&self, place: Place, who: &str, words: &[&str]) -> Result<Value, Fault> {
        self.teller.typed(&format!("{who}@{}", place.slug()), words);
        let said = self.at(place)?.command(who, words)?;
        if said.code == 0 {
            return Err(Fault::Answer(words.join(" ")));
        }
        self.teller.say(said.value.text("/fout"));
        for point in said.value.list("/punten").iter() {
            self.teller
                .say(format!("- {}", point.as_str().unwrap_or_default()));
        }
        Ok(said.value)
    }

    /// Looks until it is so, or patience ends; what follows says whether it is.
    fn until(
        &self,
        place: Place,
        who: &str,
        words: &[&str],
        is_so: impl Fn(&Value) -> bool,
    ) -> Result<(), Fault> {
        let begun = Instant::now();
        while begun.elapsed() < PATIENCE {
            if is_so(&self.at(place)?.must(who, words)?) {
                break;
            }
            std::thread::sleep(Duration::from_millis(200));
        }
        Ok(())
    }
}

/// Sets the five nodes up, tells the story, and keeps the nodes running until somebody presses Ctrl-C.
///
/// # Errors
/// When the story cannot go on, or something in it did not come out right.
pub fn run(options: &Options, clock: &Clock) -> Result<(), Fault> {
    let folder = prepare(&options.folder)?;
    let mut stage = Stage {
        region: Region::invent(),
        gemeenten: places(&folder)?,
        teller: Teller::new(Instant::now()),
    };
    setup::set_up(&mut stage, &folder, clock.now())?;
    story::tell(&mut stage, &folder)?;
    stage.teller.score();
    if !options.stop_at_end {
        setup::show_doors(&stage);
        wait_for_interrupt();
    }
    for gemeente in &mut stage.gemeenten {
        gemeente.stop();
    }
    let wrong = stage.teller.wrong();
    if wrong.is_empty() {
        Ok(())
    } else {
        Err(Fault::Wrong(wrong.to_vec()))
    }
}

/// An empty folder, with the mark by which it may be thrown away the next time.
fn prepare(folder: &Path) -> Result<PathBuf, Fault> {
    let fault = |cause| Fault::file(folder, &cause);
    let occupied = folder
        .read_dir()
        .is_ok_and(|mut entries| entries.next().is_some());
    if occupied {
        if std::fs::read_to_string(folder.join(MARK)).ok().as_deref() != Some(MARK_TEXT) {
            return Err(Fault::ForeignFolder(folder.to_owned()));
        }
        std::fs::remove_dir_all(folder).map_err(fault)?;
    }
    std::fs::create_dir_all(folder).map_err(fault)?;
    let folder = folder.canonicalize().map_err(fault)?;
    gemeente::write(&folder.join(MARK), MARK_TEXT)?;
    Ok(folder)
}

/// A place for each gemeente: a folder and two ports, the usual ones where they are free.
fn places(folder: &Path) -> Result<Vec<Gemeente>, Fault> {
    (0..)
        .zip(Place::ALL)
        .map(|(number, place)| {
            let overlay = port(OVERLAY_PORT + number)?;
            let api = port(API_PORT + number)?;
            Ok(Gemeente::new(
                place,
                folder.join(place.slug()),
                overlay,
                api,
            ))
        })
        .collect()
}

fn port(wanted: u16) -> Result<SocketAddr, Fault> {
    let usual = SocketAddr::from((Ipv4Addr::LOCALHOST, wanted));
    if TcpListener::bind(usual).is_ok() {
        return Ok(usual);
    }
    let free = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).map_err(Fault::NoPort)?;
    free.local_addr().map_err(Fault::NoPort)
}

fn wait_for_interrupt() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let Ok(runtime) = runtime else { return };
    runtime.block_on(async {
        let handler = |kind| signal(kind).ok();
        let (mut terminate, mut hang_up) = (
            handler(SignalKind::terminate()),
            handler(SignalKind::hangup()),
        );
        tokio::select! {
            _ = tokio::signal::ctrl_c() => {}
            Some(_) = async { terminate.as_mut()?.recv().await } => {}
            Some(_) = async { hang_up.as_mut()?.recv().await } => {}
        }
    });
}
