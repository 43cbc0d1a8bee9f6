// SPDX-License-Identifier: EUPL-1.2
//! The command line: Dutch words in, a call to the running node, Dutch words or JSON out.
//!
//! Only `init`, `start`, `config`, `controleer`, `certificaat`, `terugzetten`, `demo`, `model`, `convenant voorbeeld` and `logboek controleer` work
//! without a running node; all other commands ask it over HTTPS, as the person who signed in, so that the command line has no rights of its own.
//! A file per command; how a command fails is in `failure.rs`, and with it the exit codes.

mod aanbieder;
mod account;
mod alarm;
mod attendering;
mod beleid;
mod betrokkenheid;
mod bevraag;
mod certificaat;
mod client;
mod config;
mod controleer;
mod convenant;
mod deelname;
mod demo;
mod doel;
mod dpia;
mod dutch;
mod failure;
mod herindeling;
mod init;
mod inzage;
mod leden;
mod logboek;
mod mandaat;
mod model;
#[cfg(test)]
mod named;
mod output;
mod password;
mod proefgroep;
mod start;
mod terugzetten;
mod treffers;

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};

pub(crate) use client::Client;
pub use failure::Exit;
pub(crate) use failure::Failure;
pub(crate) use output::Output;

use crate::config::Config;

/// Under what the options of every command stand, below those of the command itself.
const GENERAL: &str = "Opties van elke opdracht";

/// BasisNet: kent een andere gemeente deze aanbieder ook, en wie bel ik dan?
#[derive(Debug, Parser)]
#[command(
    name = "basisnet",
    version,
    disable_help_subcommand = true,
    disable_version_flag = true,
    after_help = Exit::HELP,
)]
struct Arguments {
    /// Het configuratiebestand (of de omgevingsvariabele BASISNET_CONFIG).
    #[arg(
        long,
        global = true,
        help_heading = GENERAL,
        value_name = "BESTAND",
        default_value = "basisnet.toml",
        env = "BASISNET_CONFIG",
        hide_env = true
    )]
    config: PathBuf,
    /// Het bestand waarin uw aanmelding staat (of de omgevingsvariabele BASISNET_SESSIE).
    #[arg(
        long,
        global = true,
        help_heading = GENERAL,
        value_name = "BESTAND",
        env = "BASISNET_SESSIE",
        hide_env = true
    )]
    sessie: Option<PathBuf>,
    /// Geef JSON, voor programma's.
    #[arg(long, global = true, help_heading = GENERAL)]
    json: bool,
    /// Toon de versie.
    #[arg(short = 'V', long = "versie", alias = "version", action = clap::ArgAction::Version)]
    versie: Option<bool>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Richt een nieuwe node in: mappen, sleutels, opslag en het eerste account
    Init(init::Command),
    /// Start de node
    Start(start::Command),
    /// Laat vijf gemeenten op deze computer zien wat BasisNet doet
    Demo(demo::Command),
    /// Toon een voorbeeld van de configuratie, of controleer de uwe
    Config(config::Command),
    /// Controleer de hele node: wat is er mis, en wat doet u eraan
    Controleer(controleer::Command),
    /// Het certificaat van uw organisatie: aanvragen, invoeren en tonen
    Certificaat(certificaat::Command),
    /// Ga verder vanaf een back-up die is teruggezet
    Terugzetten(terugzetten::Command),
    /// Aanmelden, afmelden en accounts beheren
    Account(account::Command),
    /// Wat gedaan is en wat nog nodig is om mee te doen
    Deelname(deelname::Command),
    /// Oefenen met een proefgroep: een verzonnen register
    Proefgroep(proefgroep::Command),
    /// Doelen: bekijken en in werking stellen
    Doel(doel::Command),
    /// Maak een DPIA, gevuld met de feiten van deze node
    Dpia(dpia::Command),
    /// Modellen: convenanten, besluiten, advies en meer, klaar om aan te passen
    Model(model::Command),
    /// Het beleid: regels en doelen controleren, toetsen, uitleggen en inzetten
    Beleid(beleid::Command),
    /// Aanbieders: toevoegen, invoeren, zoeken en dekking
    Aanbieder(aanbieder::Command),
    /// Betrokkenheid bij een aanbieder: contract, toezicht en label
    Betrokkenheid(betrokkenheid::Command),
    /// Convenanten: opstellen, tekenen, invoeren en tonen
    Convenant(convenant::Command),
    /// Herindeling: de ene organisatie komt op de plaats van de andere
    Herindeling(herindeling::Command),
    /// Bevraag de andere gemeenten nu, waar het convenant dat toestaat
    Bevraag(bevraag::Command),
    /// Toon bij welke andere gemeenten een aanbieder ook bekend is
    Treffers(treffers::Command),
    /// Attenderingen: samenloop, en nieuwe treffers op aanbieders die u volgt
    Attendering(attendering::Command),
    /// Alarmen over andere gemeenten: bekijken en erover beslissen
    Alarm(alarm::Command),
    /// Inzage: vragen, beslissen en het antwoord lezen
    Inzage(inzage::Command),
    /// Het logboek van handelingen: tonen en controleren
    Logboek(logboek::Command),
    /// Mandaten: een ander namens u laten handelen, of namens een ander handelen
    Mandaat(mandaat::Command),
    /// De andere gemeenten: wie zijn het, waar zijn zij en wie belt u
    Leden(leden::Command),
}

/// What every command gets: where the configuration is, and how to speak.
#[derive(Debug)]
pub(crate) struct Context {
    /// The configuration file that was named.
    pub(crate) config_path: PathBuf,
    /// The session file, when one was named.
    pub(crate) session_path: Option<PathBuf>,
    /// Tables, JSON, progress.
    pub(crate) out: Output,
}

impl Context {
    /// The configuration, or a failure that names every fault in it.
    pub(crate) fn config(&self) -> Result<Config, Failure> {
        Config::load(&self.config_path).map_err(|error| Failure::config(&self.config_path, &error))
    }

    /// A client of the running node, as the person who signed in.
    pub(crate) fn client(&self) -> Result<Client, Failure> {
        Client::new(&self.config()?, self.session_path.clone())
    }
}

/// Runs one command line and says how it ended.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let out = Output::new(false);
    let matches = Arguments::command()
        .subcommand_value_name("OPDRACHT")
        .subcommand_help_heading("Opdrachten")
        .try_get_matches_from(arguments);
    let parsed = matches.and_then(|matches| Arguments::from_arg_matches(&matches));
    match parsed {
        Ok(arguments) => {
            let out = Output::new(arguments.json);
            let context = Context {
                config_path: arguments.config,
                session_path: arguments.sessie,
                out,
            };
            match dispatch(arguments.command, &context) {
                Ok(()) => Exit::Done.into(),
                Err(failure) => {
                    context.out.failure(&failure);
                    failure.exit.into()
                }
            }
        }
        Err(error) if error.use_stderr() => {
            out.failure(&dutch::failure(&error));
            Exit::Usage.into()
        }
        Err(help) => {
            out.line(dutch::help(&help.render().to_string()).trim_end());
            Exit::Done.into()
        }
    }
}

fn dispatch(command: Command, context: &Context) -> Result<(), Failure> {
    match command {
        Command::Init(command) => init::run(command, context),
        Command::Start(command) => start::run(command, context),
        Command::Demo(command) => demo::run(command, context),
        Command::Config(command) => config::run(command, context),
        Command::Controleer(command) => controleer::run(command, context),
        Command::Certificaat(command) => certificaat::run(command, context),
        Command::Terugzetten(command) => terugzetten::run(&command, context),
        Command::Account(command) => account::run(command, context),
        Command::Deelname(command) => deelname::run(command, context),
        Command::Proefgroep(command) => proefgroep::run(command, context),
        Command::Doel(command) => doel::run(command, context),
        Command::Dpia(command) => dpia::run(command, context),
        Command::Model(command) => model::run(command, context),
        Command::Beleid(command) => beleid::run(command, context),
        Command::Aanbieder(command) => aanbieder::run(command, context),
        Command::Betrokkenheid(command) => betrokkenheid::run(command, context),
        Command::Convenant(command) => convenant::run(command, context),
        Command::Herindeling(command) => herindeling::run(command, context),
        Command::Bevraag(command) => bevraag::run(command, context),
        Command::Treffers(command) => treffers::run(command, context),
        Command::Attendering(command) => attendering::run(command, context),
        Command::Alarm(command) => alarm::run(command, context),
        Command::Inzage(command) => inzage::run(command, context),
        Command::Logboek(command) => logboek::run(command, context),
        Command::Mandaat(command) => mandaat::run(command, context),
        Command::Leden(command) => leden::run(command, context),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn help_is_in_dutch() {
        let error = Arguments::command()
            .subcommand_value_name("OPDRACHT")
            .subcommand_help_heading("Opdrachten")
            .try_get_matches_from(["basisnet", "--help"])
            .unwrap_err();
        let text = dutch::help(&error.render().to_string());
        for english in [
            "Usage",
            "Options:",
            "Commands:",
            "Print ",
            "[default",
            "[OPTIONS]",
        ] {
            assert!(!text.contains(english), "`{english}` in:\n{text}");
        }
        assert!(text.contains("Gebruik: basisnet"));
    }

    #[test]
    fn a_typing_error_in_a_command_is_answered_in_dutch_with_a_suggestion() {
        let error = Arguments::try_parse_from(["basisnet", "aanbider"]).unwrap_err();
        let failure = dutch::failure(&error);
        assert!(failure.text.contains("aanbider"), "{}", failure.text);
        assert!(
            failure.text.contains("bedoelde u `aanbieder`?"),
            "{}",
            failure.text
        );
    }
}
