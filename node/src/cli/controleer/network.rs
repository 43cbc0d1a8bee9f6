// SPDX-License-Identifier: EUPL-1.2
//! `basisnet controleer netwerk`: the own side of every line, and then the line to each member.

use std::net::SocketAddr;

use libp2p::Multiaddr;

use super::MAX_MEMBERS;
use crate::api::leden::{LidView, StapView};
use crate::cli::leden::walk;
use crate::cli::{Client, Exit, Failure};
use crate::config::Config;
use crate::doctor::Finding;
use crate::overlay::{Obstacle, Presented, who_answers};
use crate::service::line::host_and_port;

const ADDRESS: &str = "eigen adres";
const PASS_ON: &str = "zet de poort als kale TCP door naar de node (TLS-passthrough), zonder inspectie; zie docs/netwerk.md";

/// The addresses by which others reach this node, seen from this machine.
pub(super) fn own_addresses(config: &Config, running: bool) -> Result<Vec<Finding>, Failure> {
    if config.overlay.adressen.is_empty() {
        return Ok(vec![no_address(config)]);
    }
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|cause| Failure::fault(format!("de test kan niet beginnen: {cause}")))?;
    let addresses = config.overlay.adressen.iter();
    Ok(addresses
        .map(|address| runtime.block_on(own_address(address, running)))
        .collect())
}

fn no_address(config: &Config) -> Finding {
    if config.overlay.luister.ip().is_loopback() {
        return Finding::warn(
            ADDRESS,
            format!(
                "de node luistert alleen voor deze computer ({}); andere nodes bereiken haar niet",
                config.overlay.luister
            ),
            "zet bij `luister` in [overlay] het adres van deze server en bij `adressen` de naam waarop anderen haar bereiken; kan dat niet, dan werkt alleen wat deze node zelf begint (docs/netwerk.md)",
        );
    }
    Finding::warn(
        ADDRESS,
        format!(
            "er staat niets bij `adressen` in [overlay]; anderen horen dat deze node op {} luistert",
            config.overlay.luister
        ),
        "noem bij `adressen` de openbare naam, bijvoorbeeld \"/dns/basisnet.voorbeeld.nl/tcp/443\"",
    )
}

async fn own_address(address: &str, running: bool) -> Finding {
    let parsed: Option<Multiaddr> = address.parse().ok();
    let Some((host, port)) = parsed.as_ref().and_then(host_and_port) else {
        return Finding::wrong(
            ADDRESS,
            format!("`{address}` is geen adres dat andere nodes kunnen gebruiken"),
            "schrijf het als \"/dns/NAAM/tcp/POORT\", \"/ip4/ADRES/tcp/POORT\" of \"/ip6/ADRES/tcp/POORT\"",
        );
    };
    let found = tokio::net::lookup_host((host.as_str(), port)).await;
    let found: Vec<SocketAddr> = found.map(Iterator::collect).unwrap_or_default();
    let Some(first) = found.first() else {
        return Finding::wrong(
            ADDRESS,
            format!("de naam `{host}` is vanaf deze computer niet te vinden"),
            "laat uw DNS-beheerder de naam aanmaken, ook in de DNS van het eigen netwerk, of verbeter `adressen` in [overlay]",
        );
    };
    let six = found.iter().filter(|place| place.is_ipv6()).count();
    let families = format!("{} keer IPv4, {six} keer IPv6", found.len() - six);
    if !running {
        let text = format!(
            "`{address}` leidt naar {first} ({families}); of de node daar antwoordt, is te zien als zij draait"
        );
        return Finding::unknown(ADDRESS, text);
    }
    match who_answers(*first).await {
        Ok(()) => Finding::good(
            ADDRESS,
            format!("op `{address}` antwoordt een node ({families})"),
        ),
        Err(obstacle) => unanswered(address, *first, &obstacle),
    }
}

fn unanswered(address: &str, place: SocketAddr, obstacle: &Obstacle) -> Finding {
    match obstacle {
        Obstacle::Refused | Obstacle::Silent | Obstacle::NoRoute => Finding::warn(
            ADDRESS,
            format!("op `{address}` ({place}) antwoordt vanaf deze computer niets"),
            "laat een ander lid `basisnet leden test` doen: veel firewalls laten een server niet bij zijn eigen openbare adres. Lukt het daar ook niet, laat de poort dan doorzetten naar de node",
        ),
        Obstacle::NotANode(Some(Presented { subject, issuer })) => Finding::wrong(
            ADDRESS,
            format!(
                "op `{address}` ({place}) sluit iets anders de versleuteling af: een certificaat van `{subject}`, uitgegeven door `{issuer}`"
            ),
            PASS_ON,
        ),
        Obstacle::NotANode(None) | Obstacle::Broken => Finding::wrong(
            ADDRESS,
            format!("op `{address}` ({place}) antwoordt iets anders dan een node"),
            PASS_ON,
        ),
        Obstacle::OtherVersion => Finding::wrong(
            ADDRESS,
            format!("op `{address}` ({place}) antwoordt een node van een andere versie"),
            "draait er nog een oude node op dit adres? Stop haar",
        ),
    }
}

/// The line to each member, as the running node sees it: the first step that is not in order.
pub(super) fn lines(client: &Client, running: bool) -> Vec<Finding> {
    const NAME: &str = "verbinding met de leden";
    if !running {
        return vec![Finding::unknown(NAME, "alleen te zien als de node draait")];
    }
    let all: Vec<LidView> = match client.get("/v1/leden") {
        Ok(all) => all,
        Err(failure) if failure.exit == Exit::NotAllowed => {
            return vec![Finding::unknown(
                NAME,
                "alleen te zien wanneer u bent aangemeld met een rol die dit mag",
            )];
        }
        Err(failure) => return vec![Finding::unknown(NAME, failure.text)],
    };
    let others = all.iter().filter(|lid| !lid.eigen).take(MAX_MEMBERS);
    others
        .map(|lid| match walk(client, &lid.oin) {
            Ok(steps) => line(&lid.naam, &steps),
            Err(failure) => Finding::unknown(&lid.naam, failure.text),
        })
        .collect()
}

fn line(name: &str, steps: &[StapView]) -> Finding {
    let found = |stand: &str| steps.iter().find(|step| step.stand == stand);
    let text = |step: &StapView| format!("{}: {}", step.onderdeel, step.bevinding);
    let mend = |step: &StapView| step.herstel.clone().unwrap_or_default();
    match (found("fout"), found("let_op")) {
        (Some(step), _) => Finding::wrong(name, text(step), mend(step)),
        (None, Some(step)) => Finding::warn(name, text(step), mend(step)),
        (None, None) => Finding::good(name, "de verbinding is in orde"),
    }
}
