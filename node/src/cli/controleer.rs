// SPDX-License-Identifier: EUPL-1.2
//! `basisnet controleer`: the doctor. Looks at everything, changes nothing, names fault and mend.

mod network;

use std::net::{TcpStream, ToSocketAddrs as _};
use std::time::Duration;

use serde_json::{Value, json};

use super::{Client, Context, Exit, Failure, Output};
use crate::clock::Clock;
use crate::config::Config;
use crate::counted::counted;
use crate::doctor::{Finding, Standing, examine, examine_network};

/// More members than this are not called one by one.
const MAX_MEMBERS: usize = 50;
/// So long may a member take to pick up.
const PATIENCE: Duration = Duration::from_secs(2);

#[derive(Debug, clap::Args)]
pub(super) struct Command {
    #[command(subcommand)]
    what: Option<What>,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    /// Controleer alleen het netwerk: eigen adres, poort, klok, certificaat, CRL's en de verbinding met elk lid
    Netwerk,
}

pub(super) fn run(command: Command, context: &Context) -> Result<(), Failure> {
    let clock = Clock::machine();
    let client = context.client().ok();
    let running = client
        .as_ref()
        .is_some_and(|client| answers(client).is_ok());
    if let Some(What::Netwerk) = command.what {
        let config = context.config()?;
        let mut findings = examine_network(&config, &clock, running);
        findings.extend(network::own_addresses(&config, running)?);
        findings.extend(
            client
                .iter()
                .flat_map(|client| network::lines(client, running)),
        );
        return report(context, &findings);
    }
    let (mut findings, config) = examine(&context.config_path, &clock, running);
    if let (Some(config), Some(client)) = (&config, &client) {
        findings.push(readiness(client, running));
        findings.extend(inside(config, client, running));
    }
    report(context, &findings)
}

/// Tells what was found; a fault when something is wrong.
fn report(context: &Context, findings: &[Finding]) -> Result<(), Failure> {
    let worst = findings
        .iter()
        .map(|one| one.stand)
        .max()
        .unwrap_or(Standing::Goed);
    let report = json!({ "stand": worst, "bevindingen": findings });
    context.out.show(&report, |out, _| print(out, findings));
    let wrong = findings
        .iter()
        .filter(|one| one.stand == Standing::Fout)
        .count();
    match wrong {
        0 => Ok(()),
        1 => Err(Failure::new(Exit::Refused, "een onderdeel is niet in orde")),
        _ => Err(Failure::new(
            Exit::Refused,
            format!("{wrong} onderdelen zijn niet in orde"),
        )),
    }
}

fn print(out: Output, findings: &[Finding]) {
    for one in findings {
        let word = match one.stand {
            Standing::Goed => "goed    ",
            Standing::Onbekend => "onbekend",
            Standing::LetOp => "let op  ",
            Standing::Fout => "FOUT    ",
        };
        out.line(&format!("{word}  {}: {}", one.onderdeel, one.bevinding));
        if let Some(mend) = &one.herstel {
            out.line(&format!("          herstel: {mend}"));
        }
    }
}

fn answers(client: &Client) -> Result<(), Failure> {
    client.get::<Value>("/v1/gezondheid").map(|_| ())
}

fn readiness(client: &Client, running: bool) -> Finding {
    const NAME: &str = "node";
    if !running {
        return Finding::unknown(
            NAME,
            "draait niet, of niet op het adres in [api]; start haar met `basisnet start`",
        );
    }
    match client.get::<Value>("/v1/gereedheid") {
        Ok(_) => Finding::good(NAME, "draait en is gereed"),
        Err(failure) => Finding::wrong(
            NAME,
            failure.text,
            "kijk in het technische logboek van de node",
        ),
    }
}

/// A part of the node, where the API tells about it, and what to make of that.
type Part = (&'static str, &'static str, fn(&Value) -> Finding);

/// What only the running node knows, and tells who signed in: purposes, convenanten, members.
fn inside(config: &Config, client: &Client, running: bool) -> Vec<Finding> {
    let parts: [Part; 3] = [
        ("doelen", "/v1/doelen", purposes),
        ("convenanten", "/v1/convenanten", convenanten),
        ("leden", "/v1/leden", members),
    ];
    let contacts = if config.contacten.is_empty() {
        Finding::warn(
            "contacten",
            "er is geen contact voor een doel; een andere gemeente ziet na een treffer niet wie zij kan bellen",
            "vul [contacten.P08] in met team, mailbox en telefoon",
        )
    } else {
        Finding::good(
            "contacten",
            match config.contacten.len() {
                1 => "1 doel heeft een contact".to_owned(),
                more => format!("{more} doelen hebben een contact"),
            },
        )
    };
    let asked = parts.into_iter().map(|(name, path, judge)| {
        if !running {
            return Finding::unknown(name, "alleen te zien als de node draait");
        }
        match client.get::<Value>(path) {
            Ok(value) => judge(&value),
            Err(failure) if failure.exit == Exit::NotAllowed => Finding::unknown(
                name,
                "alleen te zien wanneer u bent aangemeld met een rol die dit mag",
            ),
            Err(failure) => Finding::unknown(name, failure.text),
        }
    });
    std::iter::once(contacts).chain(asked).collect()
}

/// The items of a list.
fn items(list: &Value) -> &[Value] {
    list.as_array().map(Vec::as_slice).unwrap_or_default()
}

fn purposes(list: &Value) -> Finding {
    let in_force = items(list)
        .iter()
        .filter(|item| item["staat"] == json!("in werking"))
        .count();
    if in_force == 0 {
        return Finding::warn(
            "doelen",
            "geen enkel doel is in werking, dus er wordt niets uitgewisseld",
            "laat de verwerkingsverantwoordelijke een doel in werking stellen: `basisnet doel in-werking --help`",
        );
    }
    Finding::good(
        "doelen",
        format!(
            "{in_force} van {} in werking",
            counted(items(list).len(), "doel", "doelen")
        ),
    )
}

fn convenanten(list: &Value) -> Finding {
    let active = items(list)
        .iter()
        .filter(|item| item["toestand"] == json!("van_kracht"))
        .count();
    if active == 0 {
        return Finding::warn(
            "convenanten",
            "er is geen convenant van kracht, dus er wordt niets uitgewisseld",
            "voer het getekende convenant in: `basisnet convenant invoeren --help`",
        );
    }
    Finding::good("convenanten", format!("{active} van kracht"))
}

fn members(list: &Value) -> Finding {
    const NAME: &str = "leden";
    let others: Vec<&Value> = items(list)
        .iter()
        .filter(|item| item["eigen"] == json!(false))
        .collect();
    let name = |item: &&&Value| item["naam"].as_str().unwrap_or_default().to_owned();
    if others.is_empty() {
        return Finding::warn(
            NAME,
            "er zijn nog geen andere leden bekend",
            "voer hun lidbestanden in: `basisnet leden invoeren --help`",
        );
    }
    let expired: Vec<String> = others
        .iter()
        .filter(|item| item["verlopen"] == json!(true))
        .map(|item| name(&item))
        .collect();
    if !expired.is_empty() {
        return Finding::warn(
            NAME,
            format!("het lidbestand is verlopen van {}", expired.join(", ")),
            "vraag hun om een nieuw lidbestand en voer het in",
        );
    }
    let silent: Vec<String> = others
        .iter()
        .take(MAX_MEMBERS)
        .filter(|item| !is_reachable(item))
        .map(|item| name(&item))
        .collect();
    if !silent.is_empty() {
        return Finding::warn(
            NAME,
            format!("niet bereikbaar vanaf deze computer: {}", silent.join(", ")),
            "vraag hun of hun node draait, en of een firewall de poort tegenhoudt",
        );
    }
    Finding::good(
        NAME,
        format!("alle {} andere leden zijn bereikbaar", others.len()),
    )
}

/// Whether something listens on one of the addresses of a member.
fn is_reachable(member: &Value) -> bool {
    let addresses = items(&member["nodes"])
        .iter()
        .flat_map(|node| items(&node["adressen"]));
    addresses.filter_map(Value::as_str).take(8).any(|address| {
        let resolved = host_and_port(address).and_then(|target| target.to_socket_addrs().ok());
        resolved
            .into_iter()
            .flatten()
            .any(|target| TcpStream::connect_timeout(&target, PATIENCE).is_ok())
    })
}

/// What a multiaddress such as `/dns4/basisnet.example/tcp/7400` means to the operating system.
fn host_and_port(address: &str) -> Option<(String, u16)> {
    let mut parts = address.split('/').skip(1);
    match (parts.next()?, parts.next()?, parts.next()?, parts.next()?) {
        ("ip4" | "ip6" | "dns" | "dns4" | "dns6", host, "tcp", port) => {
            Some((host.to_owned(), port.parse().ok()?))
        }
        _ => None,
    }
}
