// SPDX-License-Identifier: EUPL-1.2
//! `basisnet certificaat`: asking for the certificate of the organisation, bringing it in, looking at it, and giving the
//! node another key.
//!
//! Works on the files that the configuration names, with the node running or stopped. A running node takes a new
//! certificate into use by itself.

mod bring_in;
mod lists;
mod node_key;
mod request;
mod show;

use std::path::PathBuf;

use clap::Subcommand;

use super::{Context, Failure};

#[derive(Debug, clap::Args)]
pub(super) struct Command {
    #[command(subcommand)]
    what: Option<What>,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Toon het certificaat: van wie, van welke uitgever, hoelang nog, en wat u nu moet doen
    #[command(alias = "toon")]
    Tonen,
    /// Maak een aanvraag (CSR) voor een nieuw certificaat; de sleutel blijft op deze computer
    Aanvragen {
        /// Waar de aanvraag komt
        #[arg(long, value_name = "BESTAND", default_value = "aanvraag.csr")]
        uit: PathBuf,
        /// De naam waarop andere nodes deze node bereiken, als de uitgever die in het certificaat wil
        #[arg(long, value_name = "NAAM")]
        domein: Vec<String>,
    },
    /// Voer het certificaat in dat u van de uitgever kreeg; alles eraan wordt nagekeken
    Invoeren {
        /// Het certificaat met de tussenliggende certificaten (PEM), of alleen het certificaat (DER)
        bestand: PathBuf,
    },
    /// Haal nu de CRL's op van de adressen bij `crl_adressen`, en zeg van elk hoe dat ging
    Lijsten,
    /// Geef de node een nieuwe sleutel: na diefstal, of op een andere computer
    NieuweSleutel,
}

pub(super) fn run(command: Command, context: &Context) -> Result<(), Failure> {
    let config = context.config()?;
    match command.what.unwrap_or(What::Tonen) {
        What::Tonen => show::run(&config, context.out),
        What::Aanvragen { uit, domein } => request::run(&config, context.out, &uit, domein),
        What::Invoeren { bestand } => bring_in::run(&config, context.out, &bestand),
        What::Lijsten => lists::run(&config, context.out),
        What::NieuweSleutel => node_key::run(&config, context.out),
    }
}

#[cfg(test)]
mod tests;
