// SPDX-License-Identifier: EUPL-1.2
//! `basisnet start`: runs the node until it is told to stop.

use super::{Context, Exit, Failure};

#[derive(Debug, clap::Args)]
pub(super) struct Command {}

pub(super) fn run(_command: Command, context: &Context) -> Result<(), Failure> {
    let config = context.config()?;
    crate::telemetry::start_logging(&config.logging);
    Err(Failure::new(Exit::Usage, "deze opdracht is er nog niet"))
}
