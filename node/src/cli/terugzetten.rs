// SPDX-License-Identifier: EUPL-1.2
//! `basisnet terugzetten`: going on from a backup that was put back. It is an event and not a copy, so a person says so
//! after seeing what is gone, and hears what is left to do.

use serde_json::json;

use super::{Context, Exit, Failure, Output};
use crate::clock::Clock;
use crate::counted::counted;
use crate::rekey::{Backup, RekeyError, go_back, look_at_backup};

const TO_DO: [&str; 5] = [
    "start de node met `basisnet start`; zij doet eerst alleen haar eigen werk, want de andere leden laten haar nog niet binnen",
    "doe opnieuw wat na de back-up is gedaan: verwijderingen en beperkingen eerst, dan contracten, toezicht, doelen en accounts",
    "geef daarna een nieuw lidbestand (`basisnet leden uitgeven`) aan een van de leden; dat lid voert het in met `basisnet leden invoeren` en geeft het door aan de anderen",
    "vanaf dat moment gaat de uitwisseling door; treffers worden opnieuw gevonden, en antwoorden op vragen vraagt u opnieuw",
    "meld de functionaris gegevensbescherming welke regels van het logboek verloren zijn",
];

#[derive(Debug, clap::Args)]
pub(super) struct Command {
    /// Ga echt verder vanaf de back-up die in de datamap staat
    #[arg(long)]
    uitvoeren: bool,
}

pub(super) fn run(command: &Command, context: &Context) -> Result<(), Failure> {
    let config = context.config()?;
    if !command.uitvoeren {
        let backup = look_at_backup(&config, Clock::machine());
        tell(backup.map_err(|error| failure(&error))?, context.out);
        return Ok(());
    }
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::fault(error.to_string()))?;
    let peer = runtime.block_on(go_back(&config, Clock::machine()));
    let peer = peer.map_err(|error| failure(&error))?;
    context
        .out
        .show(&json!({ "node": peer.to_string() }), |out, _| {
            out.line("De node gaat verder vanaf de back-up, met een nieuwe sleutel.");
            out.line(&format!("  op het netwerk heet de node nu {peer}"));
            out.line("Nog te doen:");
            for step in TO_DO {
                out.line(&format!("  - {step}"));
            }
        });
    Ok(())
}

/// What lies there, and what is gone.
fn tell(backup: Backup, out: Output) {
    let gone = backup
        .signed
        .map(|signed| signed.saturating_sub(backup.size));
    let told = json!({ "regels": backup.size, "ondertekend": backup.signed, "verloren": gone });
    out.show(&told, |out, _| {
        let held = counted(backup.size, "regel", "regels");
        out.line(&format!("Het logboek in de datamap heeft {held}."));
        match gone {
            Some(0) => out.line("Er ontbreekt niets, voor zover hier bekend is."),
            Some(gone) => {
                let gone = counted(gone, "ondertekende regel", "ondertekende regels");
                out.line(&format!("Daarna kwam nog: {gone}. Wat daarin stond is hier weg."));
            }
            None => out.line("Of er daarna nog iets kwam is hier niet bekend."),
        }
        out.line("Is dit een teruggezette back-up, ga dan verder met `basisnet terugzetten --uitvoeren`.");
        out.line("Is het dat niet, bewaar de map dan zoals zij is en zoek eerst uit wat er gebeurde.");
    });
}

fn failure(error: &RekeyError) -> Failure {
    let exit = match error {
        RekeyError::Key(_) | RekeyError::Unusable(_) => Exit::Config,
        RekeyError::Store(_) | RekeyError::Log(_) | RekeyError::File { .. } => Exit::Fault,
    };
    Failure::new(exit, error.to_string())
}
