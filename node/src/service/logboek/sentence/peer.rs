// SPDX-License-Identifier: EUPL-1.2
//! What other organisations did, or did wrong, in words.

use basisnet_protocol::id::Oin;
use basisnet_protocol::time::Timestamp;

use super::Names;
use crate::audit::{ConvenantAct, Hash, Incident, Nuisance, PeerRefusal, Sizes};
use crate::service::alarm::Cause;

pub(super) const fn act_on(act: ConvenantAct) -> &'static str {
    match act {
        ConvenantAct::Accept => "getekend voor deelname aan",
        ConvenantAct::Reject => "getekend tegen",
        ConvenantAct::Withdraw => "zich teruggetrokken uit",
        ConvenantAct::End => "getekend voor het einde van",
    }
}

/// Who takes the place of whom.
pub(super) fn succession(
    names: &impl Names,
    did: &str,
    old: Oin,
    new: Oin,
    from: Timestamp,
) -> String {
    let (old, new) = (names.member(old), names.member(new));
    format!(
        "{did} dat {new} op de plaats van {old} komt, vanaf {}.",
        from.date()
    )
}

/// What goes to who takes the own place.
pub(super) fn given(who: &str, file: &Hash) -> String {
    let file = super::short(&file.0);
    format!("{who} heeft register en vragen voor de opvolger in een bestand gezet ({file}).")
}

/// What came of who was in that place before.
pub(super) fn taken(who: &str, from: &str) -> String {
    format!("{who} heeft register en vragen overgenomen van {from}.")
}

pub(super) const fn incident_text(incident: Incident) -> &'static str {
    match incident {
        Incident::Replay => "het was al eerder ontvangen",
        Incident::WrongSignature => "de handtekening klopt niet",
        Incident::Malformed => "het is geen geldig bericht",
        Incident::WrongRecipient => "het is voor een ander bestemd",
        Incident::OutOfTime => "het is te oud of komt uit de toekomst",
        Incident::UnknownSender => "de afzender doet in geen geldend convenant mee",
        Incident::OverBudget => "er is meer gevraagd dan het convenant toestaat",
        Incident::ChangedBatch => "hetzelfde pakket kwam met een andere inhoud",
        Incident::RepeatedSequence => "het nummer is al eerder gebruikt",
        Incident::WrongRoot => "het controlegetal klopt niet",
        Incident::ForeignManifestKey => "de sleutel hoort bij een ander",
        Incident::WrongProof => "het bewijs klopt niet",
        Incident::WrongOwnProof => "de vrager bewijst niet dat hij deze aanbieder zelf kent",
        Incident::OtherVersion => "het is van een versie die deze node niet kent",
        Incident::SplitView => "het logboek daar is niet het logboek dat eerder is gezien",
        Incident::TooMany => "er komen er meer dan ooit nodig is",
    }
}

/// Why there is an alarm about a member, as a sentence.
#[must_use]
pub fn alarm_text(cause: &Cause) -> String {
    match cause {
        Cause::ManyTreffers { found, asked } => format!(
            "Zegt opvallend veel van uw aanbieders te kennen: {found} van de {asked}. Vraag daar waarom."
        ),
        Cause::ManyContexts { epoch } => format!(
            "Wil in periode {epoch} vaker opnieuw vergelijken dan waar een reden voor is, met steeds andere sleutels."
        ),
        Cause::InzageBudget { day } => {
            format!("Vroeg op {day} vaker om inzage dan het convenant toestaat.")
        }
        Cause::Protocol { incident } => {
            format!(
                "Houdt zich niet aan het protocol: {}.",
                incident_text(*incident)
            )
        }
    }
}

pub(super) const fn nuisance_text(what: Nuisance) -> (&'static str, &'static str) {
    match what {
        Nuisance::Message { incident } => ("een bericht van", incident_text(incident)),
        Nuisance::Connection { reason } => ("de verbinding met", peer_refusal_text(reason)),
    }
}

pub(super) const fn peer_refusal_text(reason: PeerRefusal) -> &'static str {
    match reason {
        PeerRefusal::NoAttestation => "zij toont geen verklaring van haar organisatie",
        PeerRefusal::Malformed => "haar verklaring is ongeldig",
        PeerRefusal::OtherPeer => "zij toont de verklaring van een andere node",
        PeerRefusal::OtherOrganisation => "haar certificaat is van een andere organisatie",
        PeerRefusal::Expired => "haar verklaring of certificaat is verlopen",
        PeerRefusal::UnknownAuthority => "haar certificaat is niet van een vertrouwde uitgever",
        PeerRefusal::Revoked => "haar certificaat is ingetrokken of dat is niet na te gaan",
        PeerRefusal::NotAMember => "haar organisatie is geen lid",
        PeerRefusal::Limits => "er zijn te veel verbindingen",
    }
}

/// That a person is to decide on what a member did.
pub(super) fn alarm(member: &str) -> String {
    format!("Over {member} is er een alarm; een mens moet erover beslissen.")
}

/// What somebody decided on an alarm.
pub(super) fn decided(who: &str, member: &str, suspended: bool) -> String {
    match suspended {
        true => format!("{who} heeft het uitwisselen met {member} opgeschort na een alarm."),
        false => {
            format!("{who} heeft na een alarm besloten dat het uitwisselen met {member} doorgaat.")
        }
    }
}

/// What a member declared, and who let it grow faster than goes by itself.
pub(super) fn sized(
    member: &str,
    before: Option<Sizes>,
    after: Sizes,
    confirmed: Option<&str>,
) -> String {
    let (query, index) = (after.query, after.index);
    let before = before.map_or_else(String::new, |before| {
        format!(" Dat was {} en {}.", before.query, before.index)
    });
    let confirmed = confirmed.map_or_else(String::new, |who| {
        format!(" {who} heeft deze groei bevestigd.")
    });
    format!(
        "{member} vraagt naar hooguit {query} nummers en publiceert er hooguit {index}.{before}{confirmed}"
    )
}

/// That a member was told what was taken back.
pub(super) fn recall_sent(member: &str) -> String {
    format!("Aan {member} is doorgegeven dat gegevens zijn ingetrokken of gewijzigd.")
}

/// That a member never confirmed what was taken back, and need not any more.
pub(super) fn recall_given_up(member: &str) -> String {
    format!(
        "{member} heeft nooit bevestigd dat gegevens zijn ingetrokken of gewijzigd. De termijn waarin de gegevens daar nog konden staan, is voorbij."
    )
}

/// That a member told what it took back.
pub(super) fn recall_received(member: &str) -> String {
    format!("{member} heeft doorgegeven dat gegevens zijn ingetrokken of gewijzigd.")
}
