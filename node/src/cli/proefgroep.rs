// SPDX-License-Identifier: EUPL-1.2
//! `basisnet proefgroep`: what a region needs to rehearse with invented data and test numbers.

use std::fs;
use std::path::PathBuf;

use clap::Subcommand;

use super::{Context, Exit, Failure};
use crate::counted::counted;
use crate::demo::rehearsal::{MOST_MEMBERS, MOST_PROVIDERS, Part};

#[derive(Debug, clap::Args)]
pub(super) struct Command {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Maak een verzonnen register voor een lid van een proefgroep, om in te voeren
    Register {
        /// Waar het komt
        bestand: PathBuf,
        /// Het hoeveelste lid u bent; elk lid neemt een ander nummer
        #[arg(long, value_parser = clap::value_parser!(u32).range(1..=i64::from(MOST_MEMBERS)))]
        lid: u32,
        /// Hoeveel leden de proefgroep heeft; voor alle leden hetzelfde
        #[arg(long, value_parser = clap::value_parser!(u32).range(2..=i64::from(MOST_MEMBERS)))]
        leden: u32,
        /// Hoeveel aanbieders elk lid heeft; voor alle leden hetzelfde
        #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u32).range(5..=i64::from(MOST_PROVIDERS)))]
        aantal: u32,
        /// Een woord dat alle leden afspreken; met een ander woord wordt het een ander register
        #[arg(long, default_value = "proefgroep")]
        woord: String,
    },
}

pub(super) fn run(command: Command, context: &Context) -> Result<(), Failure> {
    let What::Register {
        bestand,
        lid,
        leden,
        aantal,
        woord,
    } = command.what;
    let oin = context.config()?.organisatie.oin;
    if !oin.is_test() {
        return Err(Failure::refused(format!(
            "deze node heeft een echt OIN ({oin}); oefen met een eigen node met een testnummer, dat begint met 00000099"
        )));
    }
    if lid > leden {
        return Err(Failure::new(
            Exit::Usage,
            format!(
                "er zijn {leden} leden, dus lid {lid} is er niet; kies --lid van 1 tot en met {leden}"
            ),
        ));
    }
    let part = Part {
        seed: &woord,
        member: lid,
        members: leden,
        size: aantal,
    };
    if bestand.exists() {
        return Err(Failure::refused(format!(
            "`{}` bestaat al; kies een andere naam",
            bestand.display()
        )));
    }
    let text = part.register();
    let rows = text.lines().count().saturating_sub(1);
    fs::write(&bestand, text).map_err(|cause| Failure::file("het schrijven", &bestand, &cause))?;
    context.out.line(&format!(
        "Geschreven: {} met {}, alles verzonnen. Voer het in met `basisnet aanbieder invoeren {}`.",
        bestand.display(),
        counted(rows, "aanbieder", "aanbieders"),
        bestand.display()
    ));
    Ok(())
}
