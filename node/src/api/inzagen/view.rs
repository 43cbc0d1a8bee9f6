// SPDX-License-Identifier: EUPL-1.2
//! Questions and answers as the door shows them.

use basisnet_policy::Reason;
use basisnet_protocol::message::{Answer, RecallKind, ToezichtState, WireObligations};
use basisnet_protocol::time::{Date, Timestamp};
use serde::{Deserialize, Serialize};

use super::{proportionality, reason, subsidiarity};
use crate::api::words as shared;
use crate::service::inzage::{Received, ReceivedState, SeenAsked, Shown, Stand};

/// A question of the own gemeente.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct InzageView {
    /// Its name.
    pub(crate) id: String,
    /// About which aanbieder of the own register.
    pub(crate) aanbieder: String,
    /// The OIN of who was asked.
    pub(crate) oin: String,
    /// Its name.
    pub(crate) lid: String,
    /// The OIN of the member for which it was put, under a mandate.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) namens: Option<String>,
    /// For which purpose; absent, like all that says what for, for who sees only that it was put.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) doel: Option<String>,
    /// On which basis.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) grondslag: Option<String>,
    /// What was asked for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) gegevens: Vec<String>,
    /// For which case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) zaak: Option<String>,
    /// Why it is in proportion.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) proportionaliteit: Option<String>,
    /// Why it cannot be had otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) subsidiariteit: Option<String>,
    /// The same in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) toelichting: Option<String>,
    /// Who asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) gevraagd_door: Option<String>,
    /// When.
    pub(crate) gevraagd_op: String,
    /// `verstuurd`, `geen antwoord`, `wacht op besluit`, `verleend`, `geweigerd`, `verlopen`, `gewist` or
    /// `ingetrokken`.
    pub(crate) staat: String,
    /// The same in a sentence.
    pub(crate) uitleg: String,
    /// What was answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) antwoord: Option<AnswerView>,
    /// What comes with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) verplichtingen: Option<ObligationsView>,
    /// Why the answer is not shown.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) niet_getoond_omdat: Vec<String>,
}

/// The answer: *dat*, and no free text.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct AnswerView {
    /// Contracts; absent when not asked for or not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) contracten: Option<Vec<ContractView>>,
    /// Supervision.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) toezicht: Option<String>,
    /// The label.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) label: Option<String>,
    /// Whom to call.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) contact: Option<ContactView>,
}

/// That there is a contract.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct ContractView {
    /// Under which law.
    pub(crate) wet: String,
    /// Product categories.
    pub(crate) zorgvormen: Vec<String>,
    /// How performance is paid.
    pub(crate) variant: String,
    /// Main or subcontractor.
    pub(crate) rol: String,
    /// Since when.
    pub(crate) vanaf: String,
    /// Until when.
    pub(crate) tot: Option<String>,
}

/// Whom to call.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct ContactView {
    /// The team.
    pub(crate) team: String,
    /// The mailbox.
    pub(crate) mailbox: String,
    /// The telephone number.
    pub(crate) telefoon: String,
}

/// What a receiver must observe (EXC-09).
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ObligationsView {
    /// Who gave it.
    pub(crate) bron: String,
    /// For which purpose only.
    pub(crate) doel: String,
    /// Under which convenant.
    pub(crate) convenant: String,
    /// Gone at this moment.
    pub(crate) bewaren_tot: String,
    /// Whether it may be given to anybody else.
    pub(crate) doorgeven: bool,
}

impl InzageView {
    pub(crate) fn of(asked: &SeenAsked) -> Self {
        let (staat, uitleg) = standing(asked);
        let about = asked.about.as_ref();
        let request = about.map(|about| &about.request);
        let categories = request.iter().flat_map(|request| &request.categories);
        let weighing = request.map(|request| &request.weighing);
        Self {
            id: asked.id.to_string(),
            aanbieder: asked.aanbieder.to_string(),
            oin: asked.peer.to_string(),
            lid: asked.peer_name.clone(),
            namens: request
                .and_then(|request| request.on_behalf)
                .map(|behalf| behalf.member.to_string()),
            doel: request.map(|request| request.purpose_id.to_string()),
            grondslag: request.map(|request| request.legal_basis.to_string()),
            gegevens: categories.map(ToString::to_string).collect(),
            zaak: about.map(|about| about.case.clone()),
            proportionaliteit: weighing.map(|why| proportionality(why.proportionality).to_owned()),
            subsidiariteit: weighing.map(|why| subsidiarity(why.subsidiarity).to_owned()),
            toelichting: about.map(|about| about.weighing.clone()),
            gevraagd_door: about.map(|about| about.by_name.clone()),
            gevraagd_op: asked.at.to_string(),
            staat: staat.to_owned(),
            uitleg,
            antwoord: None,
            verplichtingen: None,
            niet_getoond_omdat: Vec::new(),
        }
    }

    pub(crate) fn with_answer(shown: &Shown) -> Self {
        let mut view = Self::of(&shown.asked);
        view.antwoord = shown.answer.as_ref().map(AnswerView::of);
        view.verplichtingen = shown.obligations.as_ref().map(ObligationsView::of);
        view.niet_getoond_omdat = shown.withheld.iter().map(sentence).collect();
        view
    }
}

/// The state of a question, in a word and in a sentence.
fn standing(asked: &SeenAsked) -> (&'static str, String) {
    let lid = &asked.peer_name;
    match &asked.stand {
        Stand::Sent => ("verstuurd", format!("De vraag is naar {lid} verstuurd.")),
        Stand::NoAnswer => (
            "geen antwoord",
            format!("{lid} geeft geen antwoord. Dat is geen nee; probeer het later opnieuw."),
        ),
        Stand::Waiting { decide_by } => (
            "wacht op besluit",
            format!(
                "Bij {lid} besluit iemand hierover, uiterlijk {}.",
                decide_by.date()
            ),
        ),
        Stand::Released { retain_until, .. } => (
            "verleend",
            format!(
                "{lid} heeft geantwoord. Het antwoord blijft tot {}.",
                retain_until.date()
            ),
        ),
        Stand::Refused => (
            "geweigerd",
            format!(
                "{lid} geeft geen inzage. Een reden is er niet: elke weigering van de regels ziet er zo uit, ook als de aanbieder daar niet bekend is."
            ),
        ),
        Stand::RefusedByPerson { reason: why } => (
            "geweigerd",
            format!(
                "Bij {lid} is besloten geen inzage te geven: {}.",
                in_words(reason(*why))
            ),
        ),
        Stand::TimedOut => (
            "verlopen",
            format!("Van {lid} is binnen de termijn niets gehoord."),
        ),
        Stand::Forgotten { since } => (
            "gewist",
            format!(
                "Het antwoord van {lid} is op {} gewist: de bewaartermijn was voorbij.",
                since.date()
            ),
        ),
        Stand::Withdrawn {
            since,
            kind,
            answered,
        } => (
            "ingetrokken",
            withdrawn(lid, since.date(), *kind, answered.map(Timestamp::date)),
        ),
    }
}

fn withdrawn(lid: &str, since: Date, kind: RecallKind, answered: Option<Date>) -> String {
    let gone = answered.map_or_else(
        || "Er komt geen antwoord".to_owned(),
        |day| format!("Het antwoord van {day} is gewist"),
    );
    let why = taken_back(kind);
    format!("{lid} meldde op {since}: {why}. {gone}; de vraag blijft als verwijzing.")
}

const fn taken_back(kind: RecallKind) -> &'static str {
    match kind {
        RecallKind::Withdrawn => "de gegevens zijn ingetrokken",
        RecallKind::Corrected => "de gegevens klopten niet, stel de vraag opnieuw",
        RecallKind::Restricted => "het gebruik van de gegevens is beperkt (AVG art. 18)",
    }
}

fn in_words(reason: &str) -> &str {
    match reason {
        "niet-in-verhouding" => "de vraag is niet in verhouding",
        "schaadt-toezicht" => "een antwoord zou het toezicht daar schaden",
        "wettelijke-weg" => "er is een andere, wettelijke weg",
        "niet-op-tijd-besloten" => "er is niet op tijd besloten",
        other => other,
    }
}

/// A reason as a person reads it.
pub(super) fn sentence(reason: &Reason) -> String {
    format!(
        "{} ({}). Nodig: {}.",
        reason.explanation, reason.law, reason.remedy
    )
}

impl AnswerView {
    fn of(answer: &Answer) -> Self {
        let contract = |one: &basisnet_protocol::message::ContractAnswer| ContractView {
            wet: shared::law(one.law).to_owned(),
            zorgvormen: one.care_forms.iter().cloned().collect(),
            variant: shared::variant(one.variant).to_owned(),
            rol: shared::role(one.role).to_owned(),
            vanaf: one.from.to_string(),
            tot: one.until.map(|until| until.to_string()),
        };
        Self {
            contracten: answer
                .contract
                .as_ref()
                .map(|all| all.iter().map(contract).collect()),
            toezicht: answer.toezicht.map(|toezicht| {
                let state = match toezicht.state {
                    ToezichtState::Open => "loopt",
                    ToezichtState::Closed => "afgesloten",
                };
                let half = match toezicht.half_year.half {
                    1 => "eerste",
                    _ => "tweede",
                };
                format!("{state}, {half} half jaar van {}", toezicht.half_year.year)
            }),
            label: answer.label.as_ref().map(|label| {
                format!(
                    "{} ({}, kader {})",
                    shared::letter(label.letter),
                    label.date,
                    label.framework_version
                )
            }),
            contact: answer.contact.as_ref().map(|contact| ContactView {
                team: contact.team.clone(),
                mailbox: contact.mailbox.clone(),
                telefoon: contact.telephone.clone(),
            }),
        }
    }
}

impl ObligationsView {
    fn of(obligations: &WireObligations) -> Self {
        Self {
            bron: obligations.source_oin.to_string(),
            doel: obligations.purpose_id.to_string(),
            convenant: obligations.convenant_hash.to_string(),
            bewaren_tot: obligations.retain_until.to_string(),
            doorgeven: !obligations.no_onward_sharing,
        }
    }
}

/// A question of another gemeente.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct VerzoekView {
    /// Its name here.
    pub(crate) id: String,
    /// The OIN of who asks.
    pub(crate) oin: String,
    /// Its name.
    pub(crate) lid: String,
    /// The OIN of the member for which it asks, under a mandate.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) namens: Option<String>,
    /// The aanbieder in the own register.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) aanbieder: Option<String>,
    /// What it is called there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) naam: Option<String>,
    /// For which purpose.
    pub(crate) doel: String,
    /// On which basis.
    pub(crate) grondslag: String,
    /// The role of who asks.
    pub(crate) rol: String,
    /// What is asked for.
    pub(crate) gegevens: Vec<String>,
    /// Why it is in proportion.
    pub(crate) proportionaliteit: String,
    /// Why it cannot be had otherwise.
    pub(crate) subsidiariteit: String,
    /// When it came.
    pub(crate) ontvangen_op: String,
    /// By when somebody decides.
    pub(crate) besluit_voor: String,
    /// `wacht`, `verleend` or `geweigerd`.
    pub(crate) staat: String,
    /// Whether the other has the decision.
    pub(crate) bezorgd: bool,
    /// Since when a decision that did not arrive is not sent any more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) bezorgen_gestaakt_op: Option<String>,
}

impl VerzoekView {
    /// As the same to who does not see what it says: that it is there, and how it stands.
    pub(crate) fn closed(received: &Received) -> Self {
        let Self {
            id, staat, bezorgd, ..
        } = Self::of(received, None);
        Self {
            id,
            staat,
            bezorgd,
            ..Self::default()
        }
    }

    pub(crate) fn of(received: &Received, name: Option<String>) -> Self {
        let (state, delivered) = match &received.state {
            ReceivedState::Waiting => ("wacht", false),
            ReceivedState::Withheld { .. } => ("geweigerd", true),
            ReceivedState::Granted { delivered, .. } => ("verleend", *delivered),
            ReceivedState::Refused { delivered, .. } => ("geweigerd", *delivered),
        };
        let request = &received.request;
        Self {
            id: received.id.to_string(),
            oin: received.peer.to_string(),
            lid: received.peer_name.clone(),
            namens: request.on_behalf.map(|behalf| behalf.member.to_string()),
            aanbieder: received.aanbieder.map(|id| id.to_string()),
            naam: name,
            doel: request.purpose_id.to_string(),
            grondslag: request.legal_basis.to_string(),
            rol: request.requester_role.to_string(),
            gegevens: request.categories.iter().map(ToString::to_string).collect(),
            proportionaliteit: proportionality(request.weighing.proportionality).to_owned(),
            subsidiariteit: subsidiarity(request.weighing.subsidiarity).to_owned(),
            ontvangen_op: received.at.to_string(),
            besluit_voor: received.decide_by.to_string(),
            staat: state.to_owned(),
            bezorgd: delivered,
            bezorgen_gestaakt_op: received.gave_up.map(|at| at.to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_withdrawn_says_by_whom_when_and_what_is_gone() {
        let day: Date = "2027-03-01".parse().unwrap();
        let with_answer = withdrawn("Gemeente Arnhem", day, RecallKind::Restricted, Some(day));
        assert_eq!(
            with_answer,
            "Gemeente Arnhem meldde op 2027-03-01: het gebruik van de gegevens is beperkt (AVG art. 18). Het antwoord \
             van 2027-03-01 is gewist; de vraag blijft als verwijzing."
        );
        let without = withdrawn("Gemeente Arnhem", day, RecallKind::Withdrawn, None);
        assert!(without.contains("Er komt geen antwoord;"), "{without}");
    }
}
