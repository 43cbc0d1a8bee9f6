// SPDX-License-Identifier: EUPL-1.2
//! What lies around the node: the environment, the clock, the ports.

use std::net::{SocketAddr, TcpListener};

use basisnet_protocol::time::Timestamp;

use super::Finding;
use crate::clock::Clock;
use crate::config::Config;
use crate::reason::io_reason;

/// Before this the program did not exist: 1 November 2026.
const BEGINNING: Timestamp = Timestamp::from_secs(1_793_491_200);
/// After this nobody runs it any more: 1 January 2100.
const END: Timestamp = Timestamp::from_secs(4_102_444_800);

/// With this variable the TLS library writes the keys of every connection to a file.
pub(super) fn key_log() -> Finding {
    const NAME: &str = "omgeving";
    if std::env::var_os("SSLKEYLOGFILE").is_some() {
        return Finding::wrong(
            NAME,
            "SSLKEYLOGFILE is gezet: de sleutels van elke verbinding komen in een bestand, en wie dat heeft kan meelezen",
            "haal SSLKEYLOGFILE weg uit de omgeving van de node en start haar opnieuw",
        );
    }
    Finding::good(NAME, "er is niets gezet dat verbindingen laat meelezen")
}

pub(super) fn time(clock: &Clock) -> Finding {
    const NAME: &str = "klok";
    let now = clock.now();
    if now < BEGINNING || now > END {
        return Finding::wrong(
            NAME,
            format!("volgens deze computer is het {now}, en dat kan niet"),
            "zet de klok gelijk (timedatectl set-ntp true); met een verkeerde klok weigert de node alles",
        );
    }
    Finding::good(NAME, format!("het is {now}"))
}

pub(super) fn ports(config: &Config, running: bool) -> Vec<Finding> {
    [
        ("poort van de API", "api", config.api.luister),
        ("poort voor andere nodes", "overlay", config.overlay.luister),
    ]
    .into_iter()
    .map(|(name, section, address)| port(name, section, address, running))
    .collect()
}

pub(super) fn overlay_port(config: &Config, running: bool) -> Option<Finding> {
    ports(config, running).pop()
}

fn port(name: &str, section: &str, address: SocketAddr, running: bool) -> Finding {
    match TcpListener::bind(address) {
        Ok(_) if running => Finding::warn(
            name,
            format!("{address} is vrij, terwijl de node draait; zij luistert daar dus niet"),
            "is de configuratie gewijzigd na de start? Start de node opnieuw",
        ),
        Ok(_) => Finding::good(name, format!("{address} is vrij")),
        Err(cause) if cause.kind() == std::io::ErrorKind::AddrInUse && running => {
            Finding::good(name, format!("{address}, in gebruik door de node"))
        }
        Err(cause) if cause.kind() == std::io::ErrorKind::AddrInUse => Finding::wrong(
            name,
            format!("{address} is al in gebruik door een ander programma"),
            format!(
                "stop dat programma (zie `ss -ltnp`), of kies een andere poort bij `luister` in [{section}]"
            ),
        ),
        Err(cause) => Finding::wrong(
            name,
            format!(
                "op {address} kan de node niet luisteren ({})",
                io_reason(&cause)
            ),
            format!(
                "kies bij `luister` in [{section}] een adres van deze computer, en een poort boven 1023"
            ),
        ),
    }
}

/// An API for everybody is a choice to be aware of.
pub(super) fn exposure(config: &Config) -> Finding {
    const NAME: &str = "bereik van de API";
    if config.api.luister.ip().is_loopback() {
        return Finding::good(NAME, "alleen deze computer kan bij de API en de pagina's");
    }
    Finding::warn(
        NAME,
        format!(
            "de API en de pagina's zijn vanaf andere computers te bereiken ({})",
            config.api.luister
        ),
        "zet er een reverse proxy met een certificaat van uw organisatie voor, en laat de node luisteren op 127.0.0.1",
    )
}
