// SPDX-License-Identifier: EUPL-1.2
//! Keys, certificates and revocation lists.

use std::time::Duration;

use basisnet_protocol::id::Oin;
use basisnet_protocol::sign::OrgSigner as _;
use basisnet_protocol::time::Timestamp;
use basisnet_protocol::trust::ChainError;

use super::Finding;
use crate::api::CERTIFICATE_FILE;
use crate::api::tls;
use crate::clock::Clock;
use crate::config::Config;
use crate::counted;
use crate::keys::{Credentials, NodeKey, read_secret, step_of};
use crate::trust::Trust;

const DAY: Duration = Duration::from_secs(86_400);

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
    const TRUST: &str = "stamcertificaten en CRL's";
    match Trust::load(config) {
        Ok(trust) => vec![
            lists(TRUST, config, &trust, clock.now()),
            certificate_finding(config, &trust, clock.now()),
        ],
        Err(error) => vec![Finding::from_error(TRUST, &error), without_anchors(config)],
    }
}

/// Whether there is a certificate at all; who issued it is for the anchors to say.
fn without_anchors(config: &Config) -> Finding {
    match Credentials::read(&config.org_files()).nothing() {
        Some(error) => Finding::from_error(CERTIFICATE, &error),
        None => Finding::unknown(CERTIFICATE, "niet te beoordelen zonder stamcertificaten"),
    }
}

const CERTIFICATE: &str = "certificaat van de organisatie";

/// How it stands with the certificate that is in use, or would be.
pub(crate) fn certificate_finding(config: &Config, trust: &Trust, now: Timestamp) -> Finding {
    let oin = config.organisatie.oin;
    let credentials = Credentials::read(&config.org_files());
    let next = next_one(&credentials, oin, now);
    let org = match credentials.choose(oin, &trust.current(), now) {
        Ok(org) => org,
        Err(error) => return Finding::from_error(CERTIFICATE, &error),
    };
    if org.certificate().oin != oin {
        let text = format!(
            "het certificaat is van {}, en in [organisatie] staat {oin}",
            org.certificate().oin
        );
        return Finding::wrong(
            CERTIFICATE,
            text,
            "neem het OIN over uit het certificaat, of zet het goede certificaat neer",
        );
    }
    match trust.current().verify(org.chain(), now) {
        Ok(certificate) => expiry(certificate.not_after, next, now),
        Err(error) => chain(CERTIFICATE, &error),
    }
}

/// From when the certificate counts that lies ready to follow the one in use.
fn next_one(credentials: &Credentials, oin: Oin, now: Timestamp) -> Option<Timestamp> {
    let certificates = credentials.held.iter().map(|held| held.org.certificate());
    certificates
        .filter(|next| next.oin == oin && next.not_before > now)
        .map(|next| next.not_before)
        .min()
}

fn expiry(until: Timestamp, next: Option<Timestamp>, now: Timestamp) -> Finding {
    let left = until.since(now);
    let days = counted::days(left.as_secs() / DAY.as_secs());
    let (last, steps) = (until.date(), step_of(left));
    match (steps, next) {
        (Some(_), Some(next)) if next <= until => Finding::good(
            CERTIFICATE,
            format!(
                "geldig tot {last}; het volgende ligt klaar en begint op {}",
                next.date()
            ),
        ),
        (Some(7), _) => Finding::wrong(
            CERTIFICATE,
            format!("verloopt op {last}: nog {days}"),
            "vraag vandaag nog een certificaat aan met `basisnet certificaat aanvragen`; na die dag praat geen andere node meer met deze",
        ),
        (Some(_), _) => Finding::warn(
            CERTIFICATE,
            format!("verloopt op {last} (nog {days})"),
            "vraag een nieuw certificaat aan met `basisnet certificaat aanvragen`; na die dag praat geen andere node meer met deze",
        ),
        (None, _) => Finding::good(CERTIFICATE, format!("geldig tot {last}, nog {days}")),
    }
}

fn chain(name: &str, error: &ChainError) -> Finding {
    let (fault, mend) = chain_fault(error);
    Finding::wrong(name, fault, mend)
}

/// What is wrong with a chain, and what helps.
pub(crate) const fn chain_fault(error: &ChainError) -> (&'static str, &'static str) {
    match error {
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
            "noem bij `crl_adressen` in [vertrouwen] waar de uitgever zijn CRL publiceert, of haal haar op en noem het bestand bij `crls`",
        ),
        ChainError::StaleList => (
            "de CRL van de uitgever is te oud",
            "haal een nieuwe CRL op bij de uitgever, of laat de node dat elk uur doen met `crl_adressen` in [vertrouwen]",
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
    }
}

fn lists(name: &str, config: &Config, trust: &Trust, now: Timestamp) -> Finding {
    const MEND: &str = "haal nieuwe CRL's op bij de uitgevers, of laat de node dat doen met `crl_adressen`; `basisnet certificaat lijsten` probeert het nu";
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
    let fetched = config.fetched_lists();
    if let Some((address, _)) = fetched.iter().find(|(_, path)| !path.exists()) {
        return Finding::wrong(
            name,
            format!("van `{}` is nog nooit een CRL opgehaald", address.as_str()),
            "voer uit: basisnet certificaat lijsten; dat zegt waarom het niet lukt",
        );
    }
    let lists = config.vertrouwen.crls.len() + fetched.len();
    if lists == 0 {
        return Finding::wrong(
            name,
            "er is geen enkele CRL, dus elk certificaat wordt geweigerd",
            "noem bij `crl_adressen` in [vertrouwen] waar de uitgevers hun CRL's publiceren, of haal ze op en noem de bestanden bij `crls`",
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
    let lists = some(lists, "CRL", "CRL's");
    Finding::good(name, format!("{anchors} en {lists}, alle op tijd"))
}
