// SPDX-License-Identifier: EUPL-1.2
//! `basisnet dpia`: the data protection impact assessment, filled with the facts of this node.

use std::path::PathBuf;

use serde_json::json;

use super::model::write_new;
use super::{Context, Failure};
use crate::api::dpia::DpiaView;

#[derive(Debug, clap::Args)]
pub(super) struct Command {
    /// Waar de DPIA komt; zonder deze optie op het scherm
    #[arg(long, value_name = "BESTAND")]
    naar: Option<PathBuf>,
}

pub(super) fn run(command: Command, context: &Context) -> Result<(), Failure> {
    let out = context.out;
    let dpia: DpiaView = context.client()?.post("/v1/dpia/_maak", &json!({}))?;
    let Some(target) = command.naar else {
        out.show(&dpia, |out, dpia| out.raw(dpia.tekst.as_bytes()));
        return Ok(());
    };
    write_new(&target, &dpia.tekst)?;
    out.show(&dpia, |out, dpia| {
        out.line(&format!(
            "De DPIA staat in `{}` (kenmerk {}).",
            target.display(),
            dpia.kenmerk
        ));
        out.line(
            "De feiten van deze node staan erin. Wat tussen [blokhaken] staat vullen mensen in.",
        );
    });
    Ok(())
}
