// SPDX-License-Identifier: EUPL-1.2
//! The program `basisnet`: see `basisnet --help`.

use std::process::ExitCode;

fn main() -> ExitCode {
    basisnet_node::cli::run(std::env::args_os())
}
