// SPDX-License-Identifier: EUPL-1.2
//! Keys, certificates and revocation lists.

use std::time::Duration;

use basisnet_protocol::sign::OrgSigner as _;
use basisnet_protocol::time::Timestamp;
use basisnet_protocol::trust::ChainError;

use super::Finding;
use crate::api::CERTIFICATE_FILE;
use crate::api::tls;
use crate::clock::Clock;
use crate::config::Config;
use crate::keys::{NodeKey, OrgKey, read_secret};
use crate::trust::Trust;

const DAY: Duration = Duration::from_secs(86_400);
/// From so many days before its end somebody should ask for a new certificate.
const RENEW: u32 = 60;

pub(super) fn node_key(config: &Config) -> Finding {
    const NAME: &str = "sleutel van de node";
    match NodeKey::load(&config.node_key_file()) {
        Ok(key) => match key.peer_id() {
            Ok(peer) => Finding::good(
                NAME,
                format!("in orde; op het netwerk heet deze node {peer}"),
            ),
            Err(error) => Finding::from_error(NAME, &error),
        },
        Err(error) => Finding::from_error(NAME, &error),
    }
}

pub(super) fn api_certificate(config: &Config, clock: &Clock) -> Finding {
    const NAME: &str = "certificaat van de API";
    if let Err(error) = read_secret(&config.opslag.sleutelmap.join(tls::KEY_FILE)) {
        return Finding::from_error(NAME, &error);
    }
    let path = config.opslag.datamap.join(CERTIFICATE_FILE);
    match tls::expiry_of(&path) {
        Some(until) if until > clock.now() => {
            Finding::good(NAME, format!("geldig tot {}", until.date()))
        }
        Some(until) => Finding::warn(
            NAME,
            format!("verlopen op {}", until.date()),
            "start de node opnieuw; zij maakt dan zelf een nieuw certificaat",
        ),
        None => Finding::warn(
            NAME,
            format!("`{}` is er niet of is niet te lezen", path.display()),
            "start de node; zij maakt dan zelf een nieuw certificaat",
        ),
    }
}

/// The certificate of the organisation against the anchors, and the age of the revocation lists.
pub(super) fn organisation(config: &Config, clock: &Clock) -> Vec<Finding> {
    const CERTIFICATE: &str = "certificaat van de organisatie";
    const TRUST: &str = "stamcertificaten en CRL's";
    let org = OrgKey::load(&config.certificaat.sleutel, &config.certificaat.keten);
    let trust = Trust::load(&config.vertrouwen);
    let mut findings = Vec::new();
    let trust = match trust {
        Ok(trust) => {
            findings.push(lists(TRUST, config, &trust, clock.now()));
            Some(trust)
        }
        Err(error) => {
            findings.push(Finding::from_error(TRUST, &error));
            None
        }
    };
    findings.push(match (org, trust) {
        (Err(error), _) => Finding::from_error(CERTIFICATE, &error),
        (Ok(org), _) if org.certificate().oin != config.organisatie.oin => Finding::wrong(
            CERTIFICATE,
            format!(
                "het certificaat is van {}, en in [organisatie] staat {}",
                org.certificate().oin,
                config.organisatie.oin
            ),
            "neem het OIN over uit het certificaat, of zet het goede certificaat neer",
        ),
        (Ok(_), None) => {
            Finding::unknown(CERTIFICATE, "niet te beoordelen zonder stamcertificaten")
        }
        (Ok(org), Some(trust)) => match trust.current().verify(org.chain(), clock.now()) {
            Ok(certificate) => expiry(CERTIFICATE, certificate.not_after, clock.now()),
            Err(error) => chain(CERTIFICATE, &error),
        },
    });
    findings
}

fn expiry(name: &str, until: Timestamp, now: Timestamp) -> Finding {
    let days = until.since(now).as_secs() / DAY.as_secs();
    if until <= now + DAY * RENEW {
        return Finding::warn(
            name,
            format!("verloopt op {} (nog {days} dagen)", until.date()),
            "vraag een nieuw certificaat aan; na die dag praat geen andere node meer met deze",
        );
    }
    Finding::good(name, format!("geldig tot {}", until.date()))
}

/// What is wrong with the chain, and what helps.
fn chain(name: &str, error: &ChainError) -> Finding {
    let (fault, mend) = match error {
        ChainError::Empty | ChainError::Malformed => (
            "het certificaat is niet te lezen",
            "zet de keten opnieuw neer, in PEM, eerst uw eigen certificaat",
        ),
        ChainError::UnknownIssuer => (
            "het certificaat valt onder geen van de stamcertificaten in [vertrouwen]",
            "zet het stamcertificaat van de uitgever bij `ankers`, en de tussenliggende certificaten in de keten",
        ),
        ChainError::NotYetValid => (
            "het certificaat is nog niet geldig",
            "controleer de klok, of wacht tot de begindatum",
        ),
        ChainError::Expired => (
            "het certificaat is verlopen",
            "vraag een nieuw certificaat aan en zet het neer",
        ),
        ChainError::Revoked => (
            "het certificaat is ingetrokken",
            "vraag de uitgever waarom, en vraag een nieuw certificaat aan met een nieuwe sleutel",
        ),
        ChainError::NoList => (
            "er is geen CRL van de uitgever, dus niet te zien of het certificaat is ingetrokken",
            "haal de CRL op bij de uitgever en noem haar bij `crls` in [vertrouwen]",
        ),
        ChainError::StaleList => (
            "de CRL van de uitgever is te oud",
            "haal een nieuwe CRL op bij de uitgever; regel dat dit elke dag gebeurt",
        ),
        ChainError::Usage | ChainError::Algorithm => (
            "het certificaat is niet voor dit gebruik of heeft een sleutel van een soort die niet kan",
            "vraag een certificaat aan voor digitale handtekening en client-authenticatie, met ECDSA P-256 of RSA",
        ),
        ChainError::NoOin => (
            "in het certificaat staat geen OIN",
            "vraag een certificaat aan met het OIN als serialNumber van de houder",
        ),
        ChainError::Invalid => (
            "de keten klopt niet",
            "zet de keten opnieuw neer, in de volgorde van de uitgever",
        ),
    };
    Finding::wrong(name, fault, mend)
}

fn lists(name: &str, config: &Config, trust: &Trust, now: Timestamp) -> Finding {
    const MEND: &str = "haal nieuwe CRL's op bij de uitgevers; regel dat dit elke dag gebeurt";
    let current = trust.current();
    let stale = current.stale_lists(now);
    if let Some(refused) = stale.iter().find(|list| list.refused_from <= now) {
        let text = format!(
            "de CRL van `{}` is verlopen op {} en telt niet meer mee",
            refused.issuer,
            refused.since.date()
        );
        return Finding::wrong(name, text, MEND);
    }
    if let Some(list) = stale.first() {
        let text = format!(
            "de CRL van `{}` is verlopen op {}; vanaf {} worden certificaten van die uitgever geweigerd",
            list.issuer,
            list.since.date(),
            list.refused_from.date()
        );
        return Finding::warn(name, text, MEND);
    }
    if config.vertrouwen.crls.is_empty() {
        return Finding::wrong(
            name,
            "er is geen enkele CRL, dus elk certificaat wordt geweigerd",
            "haal de CRL's op bij de uitgevers en noem ze bij `crls` in [vertrouwen]",
        );
    }
    let some = |count: usize, one: &str, more: &str| match count {
        1 => format!("1 {one}"),
        _ => format!("{count} {more}"),
    };
    let anchors = some(
        config.vertrouwen.ankers.len(),
        "stamcertificaat",
        "stamcertificaten",
    );
    let lists = some(config.vertrouwen.crls.len(), "CRL", "CRL's");
    Finding::good(name, format!("{anchors} en {lists}, alle op tijd"))
}
