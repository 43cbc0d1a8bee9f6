// SPDX-License-Identifier: EUPL-1.2
//! `basisnet certificaat tonen`: what there is, how long it lasts, and the next step.

use basisnet_protocol::sign::OrgSigner as _;
use basisnet_protocol::time::Timestamp;
use serde::Serialize;

use crate::cli::{Exit, Failure, Output};
use crate::clock::Clock;
use crate::config::Config;
use crate::doctor::{Finding, certificate_finding};
use crate::keys::{Credentials, Held};
use crate::trust::Trust;

const DAY: u64 = 86_400;

/// One certificate that lies here.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct View {
    onderwerp: String,
    oin: String,
    uitgever: String,
    geldig_van: Timestamp,
    geldig_tot: Timestamp,
    dagen: u64,
    in_gebruik: bool,
    vingerafdruk: String,
    bestand: String,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Overview {
    certificaten: Vec<View>,
    bevinding: Finding,
}

pub(super) fn run(config: &Config, out: Output) -> Result<(), Failure> {
    let trust =
        Trust::load(config).map_err(|error| Failure::new(Exit::Config, error.to_string()))?;
    let now = Clock::machine().now();
    let credentials = Credentials::read(&config.org_files());
    let best = credentials.best(config.organisatie.oin, &trust.current(), now);
    if let (None, Some(fault)) = (best, &credentials.fault) {
        return Err(Failure::new(
            Exit::Config,
            format!("{fault}; vraag een certificaat aan met `basisnet certificaat aanvragen`"),
        ));
    }
    let held = credentials.held.iter().enumerate();
    let overview = Overview {
        certificaten: held
            .map(|(place, held)| view(held, best == Some(place), now))
            .collect(),
        bevinding: certificate_finding(config, &trust, now),
    };
    out.show(&overview, print);
    Ok(())
}

fn view(held: &Held, in_use: bool, now: Timestamp) -> View {
    let certificate = held.org.certificate();
    let (subject, issuer) = names(held);
    View {
        onderwerp: subject,
        oin: certificate.oin.to_string(),
        uitgever: issuer,
        geldig_van: certificate.not_before,
        geldig_tot: certificate.not_after,
        dagen: certificate.not_after.since(now).as_secs() / DAY,
        in_gebruik: in_use,
        vingerafdruk: certificate.fingerprint.to_string(),
        bestand: held.path.display().to_string(),
    }
}

fn names(held: &Held) -> (String, String) {
    let leaf = held
        .org
        .chain()
        .first()
        .map(Vec::as_slice)
        .unwrap_or_default();
    x509_parser::parse_x509_certificate(leaf)
        .map(|(_, parsed)| (parsed.subject().to_string(), parsed.issuer().to_string()))
        .unwrap_or_default()
}

fn print(out: Output, overview: &Overview) {
    for one in &overview.certificaten {
        let state = if one.in_gebruik { " (in gebruik)" } else { "" };
        out.line(&format!("{}{state}", one.onderwerp));
        out.line(&format!("  OIN          {}", one.oin));
        out.line(&format!("  uitgever     {}", one.uitgever));
        let (from, until) = (one.geldig_van.date(), one.geldig_tot.date());
        out.line(&format!(
            "  geldig       van {from} tot {until}, nog {} dagen",
            one.dagen
        ));
        out.line(&format!("  afdruk       {}", one.vingerafdruk));
        out.line(&format!("  bestand      {}", one.bestand));
        out.line("");
    }
    out.line(&overview.bevinding.bevinding);
    if let Some(mend) = &overview.bevinding.herstel {
        out.line(&format!("volgende stap: {mend}"));
    }
}
