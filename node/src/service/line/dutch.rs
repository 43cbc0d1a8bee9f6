// SPDX-License-Identifier: EUPL-1.2
//! What is told about each step of a line, to the people who run the node: what was seen, and who does what about it.

use std::net::SocketAddr;
use std::time::Duration;

use basisnet_protocol::attestation::{AttestationError, Attested, Claims};
use basisnet_protocol::directory::DirectoryRecord;
use basisnet_protocol::id::Oin;
use basisnet_protocol::time::Timestamp;
use basisnet_protocol::trust::ChainError;
use libp2p::Multiaddr;

use super::{NotTold, Obstacle, Standing, Step, host_and_port};
use crate::overlay::Presented;
use crate::store::StoreError;

const NAME: &str = "naam";
pub(super) const PORT: &str = "poort";
const ENCRYPTION: &str = "versleuteling";
const ATTESTATION: &str = "attest";
const CERTIFICATE: &str = "certificaat";
const CLOCK: &str = "klok";
const CONVENANT: &str = "convenant";
const VERSIONS: &str = "versie en berichten";
const RECORD: &str = "lidbestand";

const DAY: u64 = 86_400;
const NEW_RECORD: &str = "vraag het lid om een nieuw lidbestand (`basisnet leden uitgeven`) en voer dat in met `basisnet leden invoeren`";
const THEIR_CERTIFICATE: &str = "bel het lid: het moet een nieuw certificaat aanvragen en invoeren (`basisnet certificaat aanvragen`)";
const TIME_SERVER: &str = "laat de beheerder van die computer de klok gelijk zetten met een tijdserver (timedatectl set-ntp true)";

fn good(about: &'static str, found: impl Into<String>) -> Step {
    Step {
        about,
        standing: Standing::Good,
        found: found.into(),
        mend: None,
    }
}

fn with(
    about: &'static str,
    standing: Standing,
    found: impl Into<String>,
    mend: impl Into<String>,
) -> Step {
    Step {
        about,
        standing,
        found: found.into(),
        mend: Some(mend.into()),
    }
}

fn wrong(about: &'static str, found: impl Into<String>, mend: impl Into<String>) -> Step {
    with(about, Standing::Wrong, found, mend)
}

pub(super) fn expired_record(record: &DirectoryRecord) -> Step {
    let found = format!("het lidbestand is verlopen op {}", record.expires.date());
    wrong(RECORD, found, NEW_RECORD)
}

pub(super) fn no_node() -> Step {
    wrong(RECORD, "in het lidbestand staat geen node", NEW_RECORD)
}

pub(super) fn no_address() -> Step {
    wrong(
        RECORD,
        "in het lidbestand staat geen adres van de node",
        NEW_RECORD,
    )
}

pub(super) fn no_such_name(name: &str) -> Step {
    wrong(
        NAME,
        format!("de naam `{name}` is vanaf deze computer niet te vinden"),
        "klopt de naam niet meer, vraag het lid dan om een nieuw lidbestand; klopt zij wel, laat uw netwerkbeheerder dan nagaan of deze server namen op internet kan opzoeken (DNS)",
    )
}

pub(super) fn reached(address: &Multiaddr, found: &[SocketAddr], place: SocketAddr) -> [Step; 3] {
    let host = host_and_port(address).map_or_else(String::new, |(host, _)| host);
    let name = if host.parse::<std::net::IpAddr>().is_ok() {
        format!("geen naam nodig: het adres is {host}")
    } else {
        let four = found.iter().filter(|place| place.is_ipv4()).count();
        let six = found.len() - four;
        format!("`{host}` is gevonden ({four} keer IPv4, {six} keer IPv6)")
    };
    [
        good(NAME, name),
        good(PORT, format!("{place} antwoordt")),
        good(
            ENCRYPTION,
            "de node van het lid antwoordt, versleuteld en met de sleutel uit zijn lidbestand",
        ),
    ]
}

pub(super) fn other_node(address: &Multiaddr, place: SocketAddr) -> Step {
    wrong(
        ENCRYPTION,
        format!("op {place} ({address}) antwoordt een andere node dan in het lidbestand staat"),
        "heeft het lid een nieuwe sleutel of een andere computer, vraag dan om een nieuw lidbestand; verwijst de naam naar een oud adres, laat het lid dan zijn DNS nakijken",
    )
}

pub(super) fn obstacle(obstacle: &Obstacle, address: &Multiaddr, place: SocketAddr) -> Step {
    match obstacle {
        Obstacle::Refused => wrong(
            PORT,
            format!(
                "{place} ({address}) weigert de verbinding: daar luistert niets, of een firewall wijst haar af"
            ),
            "vraag het lid of zijn node draait, en of zijn firewall de poort doorzet naar de node",
        ),
        Obstacle::Silent => wrong(
            PORT,
            format!(
                "van {place} ({address}) komt niets terug: een firewall gooit het verkeer weg, of de computer staat uit"
            ),
            "laat uw netwerkbeheerder nagaan of uitgaand TCP naar dit adres en deze poort mag; mag dat, dan moet het lid zijn inkomende kant laten nakijken",
        ),
        Obstacle::NoRoute => wrong(
            PORT,
            format!("naar {place} ({address}) is vanaf deze computer geen weg"),
            "laat uw netwerkbeheerder de route nakijken; is het een IPv6-adres en heeft uw netwerk geen IPv6, vraag het lid dan ook een IPv4-adres te noemen",
        ),
        Obstacle::NotANode(presented) => not_a_node(presented.as_ref(), place),
        Obstacle::OtherVersion => wrong(
            VERSIONS,
            format!(
                "op {place} antwoordt een node die geen versie van de verbinding spreekt die deze node kent"
            ),
            "kijk bij beide met `basisnet --versie`; wie de oudste heeft, werkt haar bij",
        ),
        Obstacle::Broken => wrong(
            ENCRYPTION,
            format!(
                "op {place} begint een node, maar de versleutelde verbinding komt niet tot stand"
            ),
            "er zit iets tussen dat de bytes verandert; vraag beide netwerkbeheerders de poort als kale TCP door te zetten, zonder inspectie",
        ),
    }
}

fn not_a_node(presented: Option<&Presented>, place: SocketAddr) -> Step {
    let Some(Presented { subject, issuer }) = presented else {
        return wrong(
            ENCRYPTION,
            format!("op {place} antwoordt iets dat geen BasisNet-node is"),
            "laat nagaan of de poort naar de node doorgezet is en niet naar een ander programma; een firewall die alleen HTTPS toelaat, moet op deze poort kale TCP doorlaten",
        );
    };
    wrong(
        ENCRYPTION,
        format!(
            "op {place} sluit iets anders de versleuteling af: het toont een certificaat van `{subject}`, uitgegeven door `{issuer}`"
        ),
        "is die uitgever van uw eigen organisatie of van uw beveiligingsproduct, laat uw netwerkbeheerder dit adres dan uitzonderen van TLS-inspectie; zo niet, dan moet het lid de reverse proxy op deze poort kale TCP laten doorzetten (TLS-passthrough)",
    )
}

pub(super) fn not_let_in() -> Step {
    wrong(
        ATTESTATION,
        "de node van het lid laat deze node niet binnen; waarom, zegt zij alleen in haar eigen logboek",
        "vraag het lid wat er in zijn logboek staat (`basisnet logboek toon`): meestal heeft het uw nieuwste lidbestand niet, heeft het geen verse CRL of vertrouwt het uw uitgever niet, of loopt een van de klokken verkeerd",
    )
}

pub(super) fn attested(attested: &Attested) -> Step {
    good(
        ATTESTATION,
        format!(
            "de node spreekt voor {}, tot {}",
            attested.oin, attested.expires
        ),
    )
}

pub(super) fn refused_attestation(error: &AttestationError) -> Step {
    let (found, mend) = match error {
        AttestationError::OtherNetwork => (
            "het attest is gemaakt voor een ander netwerk, zoals een proefnetwerk",
            "zet bij beide dezelfde naam bij `netwerk` in [overlay]",
        ),
        AttestationError::OtherOrganisation => (
            "het attest noemt een andere organisatie dan het certificaat",
            "bel het lid: in zijn [organisatie] moet het OIN uit zijn certificaat staan",
        ),
        AttestationError::OtherPeer => (
            "het attest is voor een andere node",
            "bel het lid: dit hoort niet te kunnen, en kan een aanval zijn",
        ),
        AttestationError::TooLong
        | AttestationError::Payload
        | AttestationError::Signature(_)
        | AttestationError::Expired
        | AttestationError::NotYetValid => (
            "het attest is niet gemaakt zoals het hoort",
            "kijk bij beide met `basisnet --versie`; is dat gelijk, bel het lid dan",
        ),
    };
    wrong(ATTESTATION, found, mend)
}

pub(super) fn other_organisation(found: Oin, expected: Oin) -> Step {
    wrong(
        ATTESTATION,
        format!("de node spreekt voor {found}, en het lid is {expected}"),
        "bel het lid: in zijn [organisatie] en zijn certificaat moet hetzelfde OIN staan; is het OIN veranderd, voer dan een nieuw lidbestand in",
    )
}

/// The attestation is out of its term: by how much tells whose clock is off.
pub(super) fn out_of_term(claims: Option<&Claims>, now: Timestamp) -> Step {
    let Some(claims) = claims else {
        return refused_attestation(&AttestationError::Payload);
    };
    if claims.signed_at > now {
        let found = format!(
            "het attest is pas over {} getekend, volgens de klok van deze computer ({now})",
            span(claims.signed_at.since(now))
        );
        return wrong(
            CLOCK,
            found,
            "een van beide klokken loopt verkeerd; kijk eerst hier met `timedatectl`, bel daarna het lid",
        );
    }
    wrong(
        CLOCK,
        format!(
            "het attest is {} geleden afgelopen",
            span(now.since(claims.expires))
        ),
        "loopt de klok van deze computer goed (`timedatectl`), dan loopt die van het lid achter, of kan zijn node geen nieuw attest maken; bel het lid en laat het `basisnet controleer` uitvoeren",
    )
}

pub(super) fn refused_certificate(error: &ChainError) -> Step {
    let (found, mend) = match error {
        ChainError::Expired => ("het certificaat van het lid is verlopen", THEIR_CERTIFICATE),
        ChainError::NotYetValid => (
            "het certificaat van het lid is nog niet geldig",
            "kijk of de klok van deze computer goed loopt (`timedatectl`); zo ja, dan gebruikt het lid zijn nieuwe certificaat te vroeg",
        ),
        ChainError::Revoked => (
            "het certificaat van het lid is ingetrokken",
            THEIR_CERTIFICATE,
        ),
        ChainError::UnknownIssuer => (
            "het certificaat van het lid valt onder een uitgever die deze node niet vertrouwt",
            "hoort die uitgever bij uw netwerk, zet zijn stamcertificaat dan bij `ankers` in [vertrouwen]; zo niet, dan heeft het lid het verkeerde certificaat",
        ),
        ChainError::NoList => (
            "er is hier geen CRL van de uitgever van het lid, dus niet te zien of zijn certificaat is ingetrokken",
            "noem bij `crl_adressen` in [vertrouwen] waar die uitgever zijn CRL publiceert, of haal haar op en noem het bestand bij `crls`",
        ),
        ChainError::StaleList => (
            "de CRL van de uitgever van het lid is hier te oud",
            "haal een nieuwe CRL op, of laat de node dat elk uur doen met `crl_adressen` in [vertrouwen]",
        ),
        ChainError::NoOin => (
            "in het certificaat van het lid staat geen OIN",
            THEIR_CERTIFICATE,
        ),
        ChainError::Usage | ChainError::Algorithm => (
            "het certificaat van het lid is niet voor dit gebruik of heeft een sleutel van een soort die niet kan",
            THEIR_CERTIFICATE,
        ),
        ChainError::Empty | ChainError::Malformed | ChainError::Invalid => (
            "de certificaatketen van het lid klopt niet",
            THEIR_CERTIFICATE,
        ),
    };
    wrong(CERTIFICATE, found, mend)
}

pub(super) fn certificate(attested: &Attested, now: Timestamp) -> Step {
    let certificate = &attested.certificate;
    let (until, left) = (
        certificate.not_after.date(),
        certificate.not_after.since(now),
    );
    let days = left.as_secs() / DAY;
    let found = format!(
        "van {}, geldig tot {until} (nog {days} dagen)",
        certificate.name
    );
    match days {
        0..=14 => with(
            CERTIFICATE,
            Standing::Warn,
            found,
            "waarschuw het lid: na die dag praat geen andere node meer met het lid",
        ),
        _ => good(CERTIFICATE, found),
    }
}

pub(super) fn clock_good() -> Step {
    good(CLOCK, "beide klokken lopen gelijk")
}

pub(super) fn clock_unknown() -> Step {
    Step {
        about: CLOCK,
        standing: Standing::Unknown,
        found: "het lid zei niet hoe laat het bij hem is".to_owned(),
        mend: None,
    }
}

pub(super) fn clock_drifts(difference: Duration, ahead: bool) -> Step {
    with(
        CLOCK,
        Standing::Warn,
        clocks(difference, ahead),
        TIME_SERVER,
    )
}

pub(super) fn clock_off(difference: Duration, ahead: bool) -> Step {
    let found = format!(
        "{}; berichten worden daarom geweigerd",
        clocks(difference, ahead)
    );
    wrong(
        CLOCK,
        found,
        "kijk met `timedatectl` welke van de twee klokken verkeerd loopt, en laat die gelijk zetten met een tijdserver (timedatectl set-ntp true)",
    )
}

fn clocks(difference: Duration, ahead: bool) -> String {
    let word = if ahead { "voor" } else { "achter" };
    format!(
        "de klok van het lid loopt {} {word} op deze",
        span(difference)
    )
}

pub(super) fn no_convenant() -> Step {
    with(
        CONVENANT,
        Standing::Warn,
        "er is geen convenant van kracht met dit lid, dus er wordt niets uitgewisseld",
        "kijk met `basisnet convenant` hoe het ervoor staat, en wie nog moet tekenen",
    )
}

pub(super) fn convenanten<'a>(names: impl Iterator<Item = &'a str>) -> Step {
    let names: Vec<_> = names.map(|name| format!("`{name}`")).collect();
    good(CONVENANT, format!("van kracht: {}", names.join(", ")))
}

pub(super) fn messages_good() -> Step {
    good(
        VERSIONS,
        "beide spreken dezelfde versie, en het lid antwoordt op berichten",
    )
}

pub(super) fn other_version() -> Step {
    wrong(
        VERSIONS,
        "het lid spreekt geen versie van de berichten die deze node kent",
        "kijk bij beide met `basisnet --versie`; wie de oudste heeft, werkt haar bij",
    )
}

pub(super) fn no_answer(fault: &NotTold) -> Step {
    wrong(
        VERSIONS,
        format!("de verbinding is goed, maar het lid antwoordt niet op berichten ({fault})"),
        "vraag het lid wat er in zijn logboek staat (`basisnet logboek toon`) en of zijn schijf niet vol is (`basisnet controleer`)",
    )
}

pub(super) fn store(error: &StoreError) -> Step {
    wrong(
        CONVENANT,
        format!("de eigen opslag is niet te lezen ({error})"),
        "kijk met `basisnet controleer`",
    )
}

/// A length of time in words.
fn span(length: Duration) -> String {
    let seconds = length.as_secs();
    let (count, one, more) = match seconds {
        0..120 => (seconds, "seconde", "seconden"),
        120..7_200 => (seconds / 60, "minuut", "minuten"),
        7_200..172_800 => (seconds / 3_600, "uur", "uur"),
        172_800..63_072_000 => (seconds / DAY, "dag", "dagen"),
        _ => (seconds / (365 * DAY), "jaar", "jaar"),
    };
    match count {
        1 => format!("1 {one}"),
        _ => format!("{count} {more}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_is_told_in_the_word_that_fits() {
        let told = |seconds| span(Duration::from_secs(seconds));
        assert_eq!(told(1), "1 seconde");
        assert_eq!(told(300), "5 minuten");
        assert_eq!(told(7_200), "2 uur");
        assert_eq!(told(10 * DAY), "10 dagen");
        assert_eq!(told(3 * 365 * DAY), "3 jaar");
    }
}
