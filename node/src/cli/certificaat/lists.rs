// SPDX-License-Identifier: EUPL-1.2
//! `basisnet certificaat lijsten`: fetches the revocation lists that the node would fetch by itself.

use serde::Serialize;

use crate::cli::{Exit, Failure, Output};
use crate::config::Config;
use crate::trust::fetch::Fetcher;

/// How it went with one address.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct View {
    adres: String,
    gelukt: bool,
    toelichting: String,
}

pub(super) fn run(config: &Config, out: Output) -> Result<(), Failure> {
    if config.vertrouwen.crl_adressen.is_empty() {
        return Err(Failure::new(
            Exit::Config,
            "er staan geen adressen bij `crl_adressen` in [vertrouwen], dus er is niets op te halen; noem ze daar, of haal de CRL's zelf op en noem de bestanden bij `crls`",
        ));
    }
    let fetched = Fetcher::new(config).fetch().into_iter();
    let views: Vec<_> = fetched
        .map(|(address, outcome)| View {
            adres: address.as_str().to_owned(),
            gelukt: outcome.is_ok(),
            toelichting: match outcome {
                Ok(list) if list.is_new => {
                    format!(
                        "nieuwe CRL van `{}`, tot {}",
                        list.issuer,
                        list.next_update.date()
                    )
                }
                Ok(list) => format!(
                    "dezelfde CRL van `{}` als er al was, tot {}",
                    list.issuer,
                    list.next_update.date()
                ),
                Err(fault) => fault.to_string(),
            },
        })
        .collect();
    out.show(&views, |out, views| {
        for view in views {
            let mark = if view.gelukt { "goed" } else { "FOUT" };
            out.line(&format!("{mark}  {}: {}", view.adres, view.toelichting));
        }
    });
    match views.iter().filter(|view| !view.gelukt).count() {
        0 => Ok(()),
        failed => Err(Failure::refused(format!(
            "{failed} van de {} niet opgehaald; bij elk staat waarom",
            views.len()
        ))),
    }
}
