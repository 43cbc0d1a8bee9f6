// SPDX-License-Identifier: EUPL-1.2
//! `basisnet logboek`: the log in sentences, and whether it is still what was written.
//!
//! `controleer` works with and without a running node: when the node runs it has the store, and is asked.

use std::sync::Arc;

use clap::Subcommand;
use serde_json::json;

use super::{Context, Exit, Failure, Output};
use crate::api::logboek::{LineView, PageView, VerdictView};
use crate::audit::Log;
use crate::clock::Clock;
use crate::config::Config;
use crate::keys::NodeKey;
use crate::store::{OpenError, Store, StoreKeys};

#[derive(Debug, clap::Args)]
pub(super) struct Command {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Toon de laatste regels, de nieuwste eerst
    Toon {
        /// Zo veel regels
        #[arg(long, value_name = "AANTAL", default_value_t = 20)]
        aantal: usize,
        /// Alleen regels voor dit nummer
        #[arg(long, value_name = "NUMMER")]
        voor: Option<u64>,
    },
    /// Controleer elke regel van het logboek; afloopcode 1 als er iets niet klopt
    Controleer,
}

pub(super) fn run(command: Command, context: &Context) -> Result<(), Failure> {
    match command.what {
        What::Toon { aantal, voor } => show(context, aantal, voor),
        What::Controleer => verify(context),
    }
}

fn show(context: &Context, count: usize, before: Option<u64>) -> Result<(), Failure> {
    let before = before.map_or_else(String::new, |number| format!("&voor={number}"));
    let path = format!("/v1/logboek?aantal={count}{before}");
    let page: PageView = context.client()?.get(&path)?;
    context.out.show(&page, |out, page| {
        page.regels.iter().for_each(|line| print(out, line));
        if page.alleen_eigen {
            out.note("U ziet alleen wat u zelf deed.");
        }
        if let Some(number) = page.verder {
            out.note(&format!(
                "Het logboek telt {} regels. Verder terug: --voor {number}",
                page.totaal
            ));
        }
    });
    Ok(())
}

fn print(out: Output, line: &LineView) {
    let at = line.tijd.as_deref().map_or_else(String::new, moment);
    out.line(&format!("{:>7}  {at:<16}  {}", line.nummer, line.tekst));
}

/// `2026-11-21T12:00:05.123Z` as `2026-11-21 12:00`, in UTC.
fn moment(text: &str) -> String {
    text.get(..16).unwrap_or(text).replace('T', " ")
}

fn verify(context: &Context) -> Result<(), Failure> {
    let verdict = match open(&context.config()?)? {
        Some(store) => {
            let log = Log::new(store);
            let outcome = context
                .out
                .busy("Het logboek wordt gecontroleerd", || log.verify(|_, _| {}));
            VerdictView::of(&outcome)
        }
        None => {
            let client = context.client()?;
            context.out.busy("Het logboek wordt gecontroleerd", || {
                client.post("/v1/logboek/_controleer", &json!({}))
            })?
        }
    };
    context.out.show(&verdict, |out, verdict| {
        if let (Some(lines), Some(signed)) = (verdict.regels, verdict.ondertekend) {
            out.line(&format!(
                "Het logboek klopt: {lines} regels, waarvan {signed} ondertekend."
            ));
        }
    });
    match verdict.fout {
        None => Ok(()),
        Some(fault) => Err(Failure::refused(format!("het logboek klopt niet: {fault}"))),
    }
}

/// The store, to look at; none when the node has it.
fn open(config: &Config) -> Result<Option<Store>, Failure> {
    let settings = config.store_config();
    if !settings.dir.is_dir() {
        return Err(Failure::new(
            Exit::Refused,
            format!(
                "in `{}` staat geen node; richt haar eerst in met `basisnet init`",
                settings.dir.display()
            ),
        ));
    }
    let key = NodeKey::load(&config.node_key_file());
    let key = key.map_err(|error| Failure::refused(error.to_string()))?;
    let folder = config.store_key_folder();
    let keys = StoreKeys::load(&folder, &config.log_origin(), Arc::new(key));
    let opened = keys.and_then(|keys| Store::inspect(&settings, keys, Clock::machine()));
    match opened {
        Ok(store) => Ok(Some(store)),
        Err(OpenError::InUse(_)) => Ok(None),
        Err(error) => Err(Failure::refused(error.to_string())),
    }
}
