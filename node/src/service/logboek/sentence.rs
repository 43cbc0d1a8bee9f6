// SPDX-License-Identifier: EUPL-1.2
//! The log in sentences: what happened, in words that need no manual.
//!
//! An entry refers to records by their id; the names are looked up when somebody reads it, so that a sentence says
//! what is known today and a forgotten record stays forgotten.

mod about;
mod mandate;
mod node;
mod own;
mod peer;
mod words;

use basisnet_protocol::id::Oin;

use crate::audit::{By, Event, Id, Noted};
use crate::counted::counted;
pub use about::purpose;
pub use peer::alarm_text;
use peer::{act_on, incident_text, nuisance_text, peer_refusal_text, sized};
use words::{list, role_list, short};

/// Gives names to what an entry refers to.
pub trait Names {
    /// An account of the own organisation.
    fn account(&self, id: Id) -> String;
    /// An aanbieder in the register.
    fn aanbieder(&self, id: Id) -> String;
    /// Another organisation.
    fn member(&self, oin: Oin) -> String;
}

/// What an entry says, as one or two Dutch sentences.
#[must_use]
pub fn sentence(noted: &Noted, names: &impl Names) -> String {
    let who = match &noted.by {
        By::Node => "De node".to_owned(),
        By::Account { account } => names.account(*account),
        By::Peer { oin } => names.member(*oin),
    };
    let words = Words { who, names };
    let said = words.of(&noted.event);
    // The name of an aanbieder may end with a full stop of its own, as `B.V.` does.
    match said.strip_suffix("..") {
        Some(rest) => format!("{rest}."),
        None => said,
    }
}

struct Words<'a, N> {
    who: String,
    names: &'a N,
}

impl<N: Names> Words<'_, N> {
    #[expect(
        clippy::too_many_lines,
        reason = "one line per event and all of them in one list, so that none is forgotten"
    )]
    fn of(&self, event: &Event) -> String {
        let who = &self.who;
        let names = self.names;
        match event {
            Event::NodeStarted { version, .. } => format!("De node is gestart (versie {version})."),
            Event::NodeStopped {} => "De node is gestopt.".to_owned(),
            Event::CertificateInUse { until, .. } => format!(
                "De node gebruikt een ander certificaat van de organisatie, geldig tot {}.",
                until.date()
            ),
            Event::NodeKeyReplaced { .. } => {
                "De node heeft een nieuwe sleutel gekregen.".to_owned()
            }
            Event::NodeRestored { size, signed, .. } => node::restored(*size, *signed),
            Event::ConfigChanged { .. } => "De configuratie is gewijzigd.".to_owned(),
            Event::LogVerified { size, sound } => match sound {
                true => {
                    let size = counted(*size, "regel", "regels");
                    format!("{who} heeft het logboek gecontroleerd: {size}, alles klopt.")
                }
                false => format!("{who} heeft het logboek gecontroleerd: het klopt niet."),
            },
            Event::PeriodForgotten { period } => {
                format!("De bewaartermijn van periode {period} is voorbij; de inhoud is gewist.")
            }
            Event::DpiaMade { document } => format!(
                "{who} heeft een DPIA gemaakt met de feiten van deze node (kenmerk {}).",
                short(&document.0)
            ),
            Event::AccountCreated { account, roles } => format!(
                "{who} heeft account {} gemaakt met {}.",
                names.account(*account),
                role_list(roles)
            ),
            Event::AccountRolesChanged { account, roles } => format!(
                "{who} heeft account {} nu {} gegeven.",
                names.account(*account),
                role_list(roles)
            ),
            Event::AccountTasksChanged { account, tasks } => {
                own::tasks(who, &names.account(*account), tasks.as_ref())
            }
            Event::AccountClosed { account } => {
                format!("{who} heeft account {} gesloten.", names.account(*account))
            }
            Event::AccountSecretChanged { account } => format!(
                "{who} heeft account {} een nieuw wachtwoord of een nieuwe sleutel gegeven.",
                names.account(*account)
            ),
            Event::SignedIn { account } => {
                format!("{} heeft zich aangemeld.", names.account(*account))
            }
            Event::SignInFailed { account } => match account {
                Some(account) => {
                    format!("Aanmelden als {} is mislukt.", names.account(*account))
                }
                None => "Aanmelden met een onbekende naam is mislukt.".to_owned(),
            },
            Event::OwnShown {
                aanbieders,
                of,
                records,
                withheld,
                purposes,
                ..
            } => {
                let counts = (*of, *records, *withheld);
                own::shown(who, aanbieders, counts, purposes, names)
            }
            Event::OwnRefused {
                action,
                kind,
                aanbieder,
                purpose,
                guards,
                ..
            } => {
                let about = aanbieder.map(|id| names.aanbieder(id));
                own::refused(who, *action, *kind, about, (purpose, list(guards)))
            }
            Event::AanbiederAdded { aanbieder, .. } => {
                format!("{who} heeft {} toegevoegd.", names.aanbieder(*aanbieder))
            }
            Event::AanbiederChanged { aanbieder, .. } => {
                format!("{who} heeft {} gewijzigd.", names.aanbieder(*aanbieder))
            }
            Event::AanbiedersImported {
                added,
                changed,
                skipped,
                ..
            } => format!(
                "{who} heeft een bestand met aanbieders ingevoerd: {added} nieuw, {changed} gewijzigd, {skipped} overgeslagen."
            ),
            Event::BetrokkenheidAdded { aanbieder, .. } => format!(
                "{who} heeft een betrokkenheid bij {} vastgelegd.",
                names.aanbieder(*aanbieder)
            ),
            Event::BetrokkenheidEnded { aanbieder, .. } => format!(
                "{who} heeft een betrokkenheid bij {} beëindigd.",
                names.aanbieder(*aanbieder)
            ),
            Event::BetrokkenheidHandedOver { aanbieder, to, .. } => format!(
                "{who} heeft een gegeven over {} overgedragen aan {}.",
                names.aanbieder(*aanbieder),
                own::domain(*to)
            ),
            Event::SecrecyChanged {
                aanbieder,
                act,
                account,
                ..
            } => {
                let account = account.map(|id| names.account(id));
                own::secrecy(who, &names.aanbieder(*aanbieder), *act, account)
            }
            Event::ConvenantDrafted { convenant } => {
                format!("{who} heeft convenant {} opgesteld.", short(&convenant.0))
            }
            Event::ConvenantSigned { convenant, act } => {
                let convenant = short(&convenant.0);
                format!("{who} heeft {} convenant {convenant}.", act_on(*act))
            }
            Event::ConvenantEndsSoon { convenant, days } => format!(
                "Convenant {} loopt over {days} dagen af.",
                short(&convenant.0)
            ),
            Event::ConvenantSent { convenant } => format!(
                "{who} heeft convenant {} naar de leden laten sturen.",
                short(&convenant.0)
            ),
            Event::ConvenantReceived { convenant, acts } => format!(
                "{who} heeft convenant {} doorgegeven, met {acts} nieuwe ondertekening(en).",
                short(&convenant.0)
            ),
            Event::ConvenantImported { convenant, acts } => format!(
                "{who} heeft convenant {} ingevoerd, met {acts} ondertekening(en).",
                short(&convenant.0)
            ),
            Event::SuccessionSigned { old, new, from } => {
                let did = format!("{who} heeft getekend");
                peer::succession(names, &did, *old, *new, *from)
            }
            Event::SuccessionHeld { old, new, from, .. } => {
                let did = format!("{who} heeft ingebracht");
                peer::succession(names, &did, *old, *new, *from)
            }
            Event::MandateSigned { mandate, act } => mandate::signed(who, mandate, *act),
            Event::MandateReceived { mandate, acts } => mandate::received(who, mandate, *acts),
            Event::MandateUsed {
                asker,
                source,
                purpose,
                ..
            } => mandate::used(names, *asker, *source, purpose),
            Event::EstateGiven { file } => peer::given(who, file),
            Event::EstateTaken { from, .. } => peer::taken(who, &names.member(*from)),
            Event::MemberIssued { seq } => {
                format!("{who} heeft het eigen ledenblad getekend (nummer {seq}).")
            }
            Event::MemberImported { oin, seq } => format!(
                "{who} heeft het ledenblad van {} ingevoerd (nummer {seq}).",
                names.member(*oin)
            ),
            Event::MemberSized {
                oin,
                before,
                after,
                confirmed,
            } => {
                let confirmed = confirmed.then_some(who.as_str());
                sized(&names.member(*oin), *before, *after, confirmed)
            }
            Event::PurposeAdvised {
                purpose,
                version,
                positive,
            } => {
                let advice = if *positive { "positief" } else { "negatief" };
                format!("{who} heeft {advice} geadviseerd over doel {purpose}, versie {version}.")
            }
            Event::PurposeInForce {
                purpose,
                version,
                from,
                ..
            } => {
                let from = from.map(|day| format!(" vanaf {day}")).unwrap_or_default();
                format!("{who} heeft doel {purpose}, versie {version}, in werking gesteld{from}.")
            }
            Event::PurposeWithdrawn { purpose } => {
                format!("{who} heeft doel {purpose} buiten werking gesteld.")
            }
            Event::ReadinessShared {
                group_id,
                with,
                shares,
            } => {
                let whether = if *shares { "" } else { "niet meer " };
                let with = self.names.member(*with);
                format!(
                    "{who} laat {with} {whether}zien hoe ver de organisatie is met groep `{group_id}`."
                )
            }
            Event::FurtherUseAdvised { from, to, positive } => {
                let advice = if *positive { "positief" } else { "negatief" };
                format!(
                    "{who} heeft {advice} geadviseerd over gegevens van doel {from} voor doel {to}."
                )
            }
            Event::FurtherUseDecided { from, to, .. } => {
                format!(
                    "{who} heeft besloten dat gegevens van doel {from} ook mogen dienen voor doel {to}."
                )
            }
            Event::FurtherUseWithdrawn { from, to } => {
                format!(
                    "{who} heeft ingetrokken dat gegevens van doel {from} mogen dienen voor doel {to}."
                )
            }
            Event::PolicyProposed { version, .. } => {
                format!("{who} heeft versie {version} van het beleid voorgesteld.")
            }
            Event::PolicyAdvised { version, positive } => format!(
                "{who} heeft {} geadviseerd over versie {version} van het beleid.",
                if *positive { "positief" } else { "negatief" }
            ),
            Event::PolicyWithdrawn { version } => {
                format!(
                    "{who} heeft het voorstel voor versie {version} van het beleid ingetrokken."
                )
            }
            Event::PolicyActivated { version, .. } => {
                format!("{who} heeft versie {version} van het beleid ingezet.")
            }
            Event::PolicyRestored { version: 0, .. } => {
                format!("{who} heeft het beleid van het programma teruggezet.")
            }
            Event::PolicyRestored { version, .. } => {
                format!("{who} heeft versie {version} van het beleid teruggezet.")
            }
            Event::ManifestIssued { peer, epoch, .. } => format!(
                "{} heeft de voorwaarden voor het bevragen in periode {epoch} gekregen.",
                names.member(*peer)
            ),
            Event::ManifestReceived { peer, epoch, .. } => format!(
                "Van {} zijn de voorwaarden voor het bevragen in periode {epoch} ontvangen.",
                names.member(*peer)
            ),
            Event::IndexPublished {
                peer,
                purpose,
                count,
                seq,
                ..
            } => format!(
                "Voor {} is onder doel {purpose} lijst {seq} gepubliceerd, versleuteld, met {count} aanbieders.",
                names.member(*peer)
            ),
            Event::IndexSentAgain { peer, .. } => format!(
                "Aan {} is een eerder gepubliceerde lijst nog eens gestuurd.",
                names.member(*peer)
            ),
            Event::IndexReceived { peer, seq, .. } => {
                format!("Van {} is lijst {seq} ontvangen.", names.member(*peer))
            }
            Event::IndexRefused {
                peer,
                seq,
                incident,
                ..
            } => format!(
                "Lijst {seq} van {} is geweigerd: {}.",
                names.member(*peer),
                incident_text(*incident)
            ),
            Event::SetCommitted { peer, epoch, .. } => format!(
                "Vastgelegd over welke aanbieders {} in periode {epoch} wordt bevraagd.",
                names.member(*peer)
            ),
            Event::BatchAsked { peer, batch, .. } => format!(
                "Aan {} is pakket {batch} met versleutelde vragen gestuurd.",
                names.member(*peer)
            ),
            Event::BatchAnswered { peer, batch, .. } => format!(
                "{} heeft pakket {batch} met versleutelde vragen beantwoord.",
                names.member(*peer)
            ),
            Event::BatchEvaluated {
                peer,
                batch,
                quota_left,
                ..
            } => format!(
                "Pakket {batch} met versleutelde vragen van {} is beantwoord; er blijven {quota_left} vragen over.",
                names.member(*peer)
            ),
            Event::ManyTreffers {
                peer, found, asked, ..
            } => format!(
                "{} zegt opvallend veel van uw aanbieders te kennen: {found} van de {asked}. Vraag daar waarom, voordat u om inzage vraagt.",
                names.member(*peer)
            ),
            Event::SamenloopNoticed {
                aanbieder,
                count,
                from,
            } => own::samenloop(&names.aanbieder(*aanbieder), *count, *from),
            Event::AanbiederFollowed { aanbieder, follows } => {
                own::follows(who, &names.aanbieder(*aanbieder), *follows)
            }
            Event::AlarmRaised { peer, .. } => peer::alarm(&names.member(*peer)),
            Event::AlarmDecided {
                peer, suspended, ..
            } => peer::decided(who, &names.member(*peer), *suspended),
            Event::TrefferShown {
                aanbieder,
                count,
                purpose,
                ..
            } => format!(
                "{who} heeft onder doel {purpose} gezien bij hoeveel andere gemeenten {} bekend is: {count}.",
                names.aanbieder(*aanbieder)
            ),
            Event::InzageWithheld {
                aanbieder,
                peer,
                purpose,
                guards,
                ..
            } => format!(
                "{who} wilde {} onder doel {purpose} vragen naar {}. Dat mag niet ({}), en er is niets verstuurd.",
                names.member(*peer),
                names.aanbieder(*aanbieder),
                list(guards)
            ),
            Event::InzageAsked {
                aanbieder,
                peer,
                purpose,
                on_behalf,
                ..
            } => format!(
                "{who} heeft {}{} onder doel {purpose} om inzage gevraagd over {}.",
                names.member(*peer),
                mandate::namens(names, *on_behalf),
                names.aanbieder(*aanbieder)
            ),
            Event::InzageReceived {
                peer,
                purpose,
                on_behalf,
                ..
            } => mandate::asks(names, *peer, *on_behalf, purpose),
            Event::InzageDecided {
                peer,
                purpose,
                granted,
                guards,
                ..
            } => {
                let peer = names.member(*peer);
                match (granted, guards.is_empty()) {
                    (true, _) => format!("{who} heeft {peer} inzage gegeven onder doel {purpose}."),
                    (false, true) => {
                        format!("{who} heeft {peer} geen inzage gegeven onder doel {purpose}.")
                    }
                    (false, false) => format!(
                        "{who} heeft {peer} geen inzage gegeven onder doel {purpose} ({}).",
                        list(guards)
                    ),
                }
            }
            Event::InzageOverBudget { peer, day, count } => {
                let refused = match count {
                    1 => "1 vraag is geweigerd en niet bewaard".to_owned(),
                    count => format!("{count} vragen zijn geweigerd en niet bewaard"),
                };
                format!(
                    "{} vraagt op {day} vaker om inzage dan op een dag mag: {refused}.",
                    names.member(*peer)
                )
            }
            Event::InzageHandled { peer, purpose, .. } => format!(
                "{who} heeft een verzoek om inzage van {} onder doel {purpose} behandeld.",
                names.member(*peer)
            ),
            Event::InzageDeferred { peer, .. } => format!(
                "Een verzoek om inzage van {} wacht op een besluit.",
                names.member(*peer)
            ),
            Event::InzageAnswered { peer, granted, .. } => match granted {
                true => format!("{} heeft inzage gegeven.", names.member(*peer)),
                false => format!("{} heeft geen inzage gegeven.", names.member(*peer)),
            },
            Event::InzageShown { purpose, .. } => {
                format!("{who} heeft een antwoord bekeken onder doel {purpose}.")
            }
            Event::InzageExpired { .. } => "Een verzoek om inzage is verlopen.".to_owned(),
            Event::InzageWithdrawn { peer, .. } => format!(
                "{} heeft ingetrokken waar een vraag om inzage op rust; een antwoord is gewist, de vraag blijft als verwijzing.",
                names.member(*peer)
            ),
            Event::InzageUndelivered { peer, .. } => format!(
                "Een besluit over inzage is niet bij {} aangekomen en wordt niet meer gestuurd.",
                names.member(*peer)
            ),
            Event::RecallSent { peer, .. } => peer::recall_sent(&names.member(*peer)),
            Event::RecallGivenUp { peer, .. } => peer::recall_given_up(&names.member(*peer)),
            Event::RecallReceived { peer, .. } => peer::recall_received(&names.member(*peer)),
            Event::HeadReceived { peer, size } => format!(
                "Het logboek van {} telt {size} regels en sluit aan op wat eerder is gezien.",
                names.member(*peer)
            ),
            Event::PeerRefused { peer, reason } => format!(
                "De verbinding met {} is geweigerd: {}.",
                self.perhaps(*peer),
                peer_refusal_text(*reason)
            ),
            Event::SecurityIncident { peer, incident, .. } => format!(
                "Een bericht van {} is geweigerd: {}.",
                self.perhaps(*peer),
                incident_text(*incident)
            ),
            Event::NuisanceCounted { peer, what, count } => {
                let (what, why) = nuisance_text(*what);
                let peer = self.perhaps(*peer);
                format!("Nog {count} keer is {what} {peer} geweigerd: {why}.")
            }
        }
    }

    fn perhaps(&self, peer: Option<Oin>) -> String {
        peer.map_or_else(
            || "een onbekende node".to_owned(),
            |oin| self.names.member(oin),
        )
    }
}

#[cfg(test)]
mod tests {
    use basisnet_protocol::octets::Octets;

    use super::*;
    use crate::audit::{Incident, Sizes};

    struct Fixed;

    impl Names for Fixed {
        fn account(&self, _: Id) -> String {
            "t.visser".to_owned()
        }

        fn aanbieder(&self, _: Id) -> String {
            "aanbieder Zorghuis De Linde".to_owned()
        }

        fn member(&self, _: Oin) -> String {
            "Gemeente Arnhem".to_owned()
        }
    }

    #[test]
    fn an_entry_reads_as_a_sentence() {
        let id = Octets([1; 16]);
        let event = Event::AanbiederAdded {
            aanbieder: id,
            grounds: None,
        };
        let by_person = event.by(By::Account { account: id });
        assert_eq!(
            sentence(&by_person, &Fixed),
            "t.visser heeft aanbieder Zorghuis De Linde toegevoegd."
        );
        let by_node = Event::NodeStopped {}.by(By::Node);
        assert_eq!(sentence(&by_node, &Fixed), "De node is gestopt.");
    }

    #[test]
    fn growth_names_what_was_and_who_confirmed_it() {
        let sizes = |size| Sizes {
            query: size,
            index: size,
        };
        let event = Event::MemberSized {
            oin: "00000099000000202000".parse().unwrap(),
            before: Some(sizes(384)),
            after: sizes(6_144),
            confirmed: true,
        };
        let account = Octets([1; 16]);
        assert_eq!(
            sentence(&event.by(By::Account { account }), &Fixed),
            "Gemeente Arnhem vraagt naar hooguit 6144 nummers en publiceert er hooguit 6144. Dat was 384 en 384. t.visser heeft deze groei bevestigd."
        );
    }

    #[test]
    fn a_refusal_names_what_was_wrong() {
        let event = Event::SecurityIncident {
            peer: None,
            incident: Incident::Replay,
            message: None,
        };
        assert_eq!(
            sentence(&event.by(By::Node), &Fixed),
            "Een bericht van een onbekende node is geweigerd: het was al eerder ontvangen."
        );
    }
}
