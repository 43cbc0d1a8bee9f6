// SPDX-License-Identifier: EUPL-1.2
//! `basisnet demo`: five gemeenten on one machine tell what BasisNet does.

use std::path::PathBuf;

use super::{Context, Exit, Failure};
use crate::clock::Clock;
use crate::demo::{self, Fault};

#[derive(Debug, clap::Args)]
pub(super) struct Command {
    /// De map waarin de vijf nodes komen te staan; wat er van een vorige keer staat wordt weggegooid
    #[arg(long, value_name = "MAP", default_value = "demo")]
    map: PathBuf,
    /// Stop de nodes als het verhaal is verteld
    #[arg(long)]
    stop_na_afloop: bool,
}

pub(super) fn run(command: Command, _context: &Context) -> Result<(), Failure> {
    let options = demo::Options {
        folder: command.map,
        stop_at_end: command.stop_na_afloop,
    };
    demo::run(&options, &Clock::machine()).map_err(|fault| {
        let exit = if matches!(fault, Fault::Wrong(_)) {
            Exit::Refused
        } else {
            Exit::Fault
        };
        Failure::new(exit, fault.to_string())
    })
}
