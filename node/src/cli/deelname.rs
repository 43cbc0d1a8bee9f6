// SPDX-License-Identifier: EUPL-1.2
//! `basisnet deelname`: what is done and what is still needed before the own organisation takes part.

use super::{Context, Exit, Failure, Output};
use crate::api::deelname::StapView;

#[derive(Debug, clap::Args)]
pub(super) struct Command {}

pub(super) fn run(_command: Command, context: &Context) -> Result<(), Failure> {
    let steps: Vec<StapView> = context.client()?.get("/v1/deelname")?;
    context.out.show(&steps, |out, steps| print(out, steps));
    match steps.iter().filter(|step| !step.gedaan).count() {
        0 => Ok(()),
        1 => Err(Failure::new(Exit::Refused, "een stap is nog niet gedaan")),
        open => Err(Failure::new(
            Exit::Refused,
            format!("{open} stappen zijn nog niet gedaan"),
        )),
    }
}

fn print(out: Output, steps: &[StapView]) {
    for step in steps {
        let word = if step.gedaan { "gedaan  " } else { "nog niet" };
        out.line(&format!("{word}  {}: {}", step.stap, step.bevinding));
        if let Some(mend) = &step.herstel {
            out.line(&format!("          {mend}"));
        }
    }
}
