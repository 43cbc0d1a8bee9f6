// SPDX-License-Identifier: EUPL-1.2
//! `basisnet inzage`: asks, decides and reads.

use super::{Context, Exit, Failure};

#[derive(Debug, clap::Args)]
pub(super) struct Command {}

pub(super) fn run(_command: Command, _context: &Context) -> Result<(), Failure> {
    Err(Failure::new(Exit::Usage, "deze opdracht is er nog niet"))
}
