// SPDX-License-Identifier: EUPL-1.2
//! `basisnet config`: shows a documented example, or says what is wrong with yours.

use clap::Subcommand;

use super::{Context, Failure};
use crate::config::Config;

#[derive(Debug, clap::Args)]
pub(super) struct Command {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Toon een voorbeeld met uitleg bij elke sleutel
    Voorbeeld,
    /// Controleer het configuratiebestand
    Controleer,
}

pub(super) fn run(command: Command, context: &Context) -> Result<(), Failure> {
    match command.what {
        What::Voorbeeld => context.out.raw(Config::voorbeeld().as_bytes()),
        What::Controleer => {
            let config = context.config()?;
            let result = serde_json::json!({
                "bestand": context.config_path,
                "in_orde": true,
                "organisatie": config.organisatie.naam,
            });
            context.out.show(&result, |out, _| {
                out.line(&format!("`{}` is in orde", context.config_path.display()));
            });
        }
    }
    Ok(())
}
