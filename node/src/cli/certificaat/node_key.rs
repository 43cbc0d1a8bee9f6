// SPDX-License-Identifier: EUPL-1.2
//! `basisnet certificaat nieuwe-sleutel`: another key for the node, and what the people who run it have to do then.

use serde_json::json;

use crate::cli::{Exit, Failure, Output};
use crate::clock::Clock;
use crate::config::Config;
use crate::rekey::{RekeyError, replace_node_key};

const TO_DO: [&str; 5] = [
    "start de node met `basisnet start`; zij tekent zelf een nieuw lidbestand",
    "geef dat bestand (`basisnet leden uitgeven`) aan een van de leden; dat lid voert het in met `basisnet leden invoeren` en geeft het door aan de anderen",
    "vanaf dat moment weigeren de leden wie de oude sleutel heeft; tot dan bereikt u hen niet en zij u niet",
    "is de oude sleutel gestolen, bel de leden dan, zodat zij het bestand vandaag nog invoeren",
    "is ook de sleutel van het certificaat gestolen, laat het certificaat dan intrekken bij de uitgever",
];

pub(super) fn run(config: &Config, out: Output) -> Result<(), Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::fault(error.to_string()))?;
    let replaced = runtime.block_on(replace_node_key(config, Clock::machine()));
    let peer = replaced.map_err(|error| {
        let exit = match error {
            RekeyError::Key(_) | RekeyError::Unusable(_) => Exit::Config,
            RekeyError::Store(_) | RekeyError::Log(_) | RekeyError::File { .. } => Exit::Fault,
        };
        Failure::new(exit, error.to_string())
    })?;
    out.show(&json!({ "node": peer.to_string() }), |out, _| {
        out.line("De node heeft een nieuwe sleutel; de oude is weg.");
        out.line(&format!("  op het netwerk heet de node nu {peer}"));
        out.line("Nog te doen:");
        for step in TO_DO {
            out.line(&format!("  - {step}"));
        }
    });
    Ok(())
}
