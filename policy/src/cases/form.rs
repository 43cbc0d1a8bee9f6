// SPDX-License-Identifier: EUPL-1.2
//! A situation as it is written in a case: the question, the convenant, the decision of the controller, the facts.
//!
//! A fact that is not there is unknown.

use std::collections::BTreeSet;
use std::sync::Arc;

use basisnet_protocol::convenant::{
    Budgets, Cadence, ConvenantContent, Delta, JoinRule, Member, PurposeTerms, Thresholds,
};
use basisnet_protocol::id::Oin;
use basisnet_protocol::message::{Proportionality, Subsidiarity, Weighing};
use basisnet_protocol::octets::Octets;
use basisnet_protocol::purpose::{Category, LegalBasis, PurposeId, Role};
use basisnet_protocol::time::{Date, Period, Timestamp};
use serde::Deserialize;

use super::Scene;
use super::own::{Antwoord, Mandaat, Persoon, Stuk, VerderGebruik};
use crate::convenant::ConvenantFacts;
use crate::obligations::Obligations;
use crate::record::{Domain, Field, RecordKind};
use crate::request::{
    AanbiederFacts, Action, DataClass, Fact, Facts, FgAdvice, Followed, InForce, PersonFacts,
    Question, RecordFacts,
};

/// A moment such as `2026-11-21T10:00:00Z`.
#[derive(Deserialize, Clone, Copy)]
#[serde(try_from = "String")]
pub(super) struct Moment(pub(super) Timestamp);

impl TryFrom<String> for Moment {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let moment = text.parse().map(Self);
        moment.map_err(|_| "hier hoort een moment zoals `2026-11-21T10:00:00Z`")
    }
}

/// A gemeente: a letter in a case, or an OIN.
#[derive(Deserialize)]
#[serde(try_from = "String")]
pub(super) struct Gemeente {
    name: String,
    pub(super) oin: Oin,
}

impl TryFrom<String> for Gemeente {
    type Error = &'static str;

    fn try_from(name: String) -> Result<Self, Self::Error> {
        let oin = name.parse().ok().or_else(|| oin(&name));
        let oin = oin.ok_or("hier hoort een letter zoals `A`, of een OIN")?;
        Ok(Self { name, oin })
    }
}

#[derive(Deserialize, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub(super) enum JaNee {
    Ja,
    Nee,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SceneForm {
    nu: Moment,
    vraag: Vraag,
    convenant: Option<Convenant>,
    besluit: Option<Besluit>,
    mandaat: Option<Mandaat>,
    persoon: Option<Persoon>,
    #[serde(default)]
    verder_gebruik: Vec<VerderGebruik>,
    antwoord: Option<Antwoord>,
    #[serde(default)]
    feiten: Feiten,
    stuk: Option<Stuk>,
    voorstel: Option<Voorstel>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Vraag {
    handeling: Handeling,
    vrager: Gemeente,
    bron: Gemeente,
    doel: PurposeId,
    versie: u32,
    grondslag: LegalBasis,
    rol: Option<Role>,
    #[serde(default)]
    gegevens: BTreeSet<Category>,
    weging: Option<JaNee>,
    zaak: Option<JaNee>,
    namens: Option<Gemeente>,
    stuk: Option<RecordKind>,
    velden: Option<BTreeSet<Field>>,
    overdragen_aan: Option<Domain>,
}

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "snake_case")]
enum Handeling {
    Treffen,
    Vragen,
    Beantwoorden,
    Tellen,
    Gebruiken,
    Zien,
    Behandelen,
    Overdragen,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Convenant {
    leden: Vec<Gemeente>,
    #[serde(default)]
    verbanden: Vec<Gemeente>,
    van_kracht: Option<JaNee>,
    natuurlijke_personen: JaNee,
    inzage_per_dag: u32,
    kleinste_groep: u32,
    doel: Option<Afspraak>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Afspraak {
    code: PurposeId,
    versie: u32,
    grondslagen: BTreeSet<LegalBasis>,
    gegevens: BTreeSet<Category>,
    rollen: BTreeSet<Role>,
    bewaren_dagen: u32,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Besluit {
    doel: PurposeId,
    versie: u32,
    sinds: Moment,
    tot: Option<Moment>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct Feiten {
    paar_open: Option<JaNee>,
    geschorst: Option<JaNee>,
    treffer: Option<JaNee>,
    natuurlijk_persoon: Option<JaNee>,
    beperkt: Option<JaNee>,
    soort_gegevens: Option<BTreeSet<DataClass>>,
    bewaren_tot: Option<Moment>,
    gehoord: Option<JaNee>,
    vragen_vandaag: Option<u32>,
    groep: Option<u32>,
    geheim: Option<JaNee>,
    ontvangen: Option<JaNee>,
    verzameld_voor: Option<BTreeSet<PurposeId>>,
    zorgvormen: Option<BTreeSet<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Voorstel {
    gegevens: BTreeSet<Category>,
    velden: Option<BTreeSet<Field>>,
    bewaren_tot: Moment,
    kleinste_groep: u32,
}

impl From<SceneForm> for Scene {
    fn from(form: SceneForm) -> Self {
        let feiten = form.feiten;
        Self {
            now: form.nu.0,
            question: form.vraag.into(),
            facts: Facts {
                convenant: form.convenant.map(convenant),
                pair_open: fact(feiten.paar_open),
                suspended: fact(feiten.geschorst),
                in_force: form.besluit.map(in_force),
                mandate: form.mandaat.map(Into::into),
                further_uses: form.verder_gebruik.into_iter().map(Into::into).collect(),
                person: form.persoon.map(PersonFacts::from),
                used_today: feiten.vragen_vandaag,
                cell: feiten.groep,
                given: form.antwoord.map(Into::into),
                aanbieder: aanbieder(feiten),
                record: form.stuk.map(RecordFacts::from).unwrap_or_default(),
            },
            proposal: form.voorstel.map(proposal),
        }
    }
}

fn aanbieder(feiten: Feiten) -> AanbiederFacts {
    AanbiederFacts {
        natural_person: fact(feiten.natuurlijk_persoon),
        restricted: fact(feiten.beperkt),
        data_classes: feiten.soort_gegevens,
        retained_until: feiten.bewaren_tot.map(|until| until.0),
        hearing_over: fact(feiten.gehoord),
        treffer: fact(feiten.treffer),
        secret: fact(feiten.geheim),
        received: fact(feiten.ontvangen),
        collected_for: feiten.verzameld_voor,
        care_forms: feiten.zorgvormen,
    }
}

fn proposal(form: Voorstel) -> Obligations {
    let whole = Obligations::of_categories(form.gegevens, form.bewaren_tot.0);
    Obligations {
        min_cell: form.kleinste_groep,
        fields: form.velden.unwrap_or_else(|| whole.fields.clone()),
        ..whole
    }
}

impl From<Vraag> for Question {
    fn from(vraag: Vraag) -> Self {
        Self {
            action: match vraag.handeling {
                Handeling::Treffen => Action::Discover,
                Handeling::Vragen => Action::Ask,
                Handeling::Beantwoorden => Action::Inspect,
                Handeling::Tellen => Action::Aggregate,
                Handeling::Gebruiken => Action::Use,
                Handeling::Zien => Action::View,
                Handeling::Behandelen => Action::Handle,
                Handeling::Overdragen => Action::HandOver,
            },
            asker: vraag.vrager.oin,
            source: vraag.bron.oin,
            purpose: vraag.doel,
            purpose_version: vraag.versie,
            legal_basis: vraag.grondslag,
            role: vraag.rol,
            categories: vraag.gegevens,
            weighing: (vraag.weging == Some(JaNee::Ja)).then_some(WEIGHING),
            case_ref: (vraag.zaak == Some(JaNee::Ja)).then_some(Octets([7; 32])),
            on_behalf_of: vraag.namens.map(|gemeente| gemeente.oin),
            record: vraag.stuk,
            fields: vraag.velden,
            hand_over_to: vraag.overdragen_aan,
        }
    }
}

/// The weighing in a case that says it was weighed; which one makes no difference to the rules.
pub const WEIGHING: Weighing = Weighing {
    proportionality: Proportionality::OngoingOnderzoek,
    subsidiarity: Subsidiarity::AskingWouldHarm,
};

pub(super) fn fact(answer: Option<JaNee>) -> Fact {
    answer.map(|answer| answer == JaNee::Ja).into()
}

/// The test OIN of a gemeente that a case calls by a letter; none for what is no letter.
#[must_use]
pub fn oin(letter: &str) -> Option<Oin> {
    match letter.as_bytes() {
        [letter @ (b'A'..=b'Z' | b'a'..=b'z')] => format!("00000099{letter:08}0000").parse().ok(),
        _ => None,
    }
}

fn in_force(besluit: Besluit) -> InForce {
    InForce {
        purpose: besluit.doel,
        version: besluit.versie,
        who: "directeur".to_owned(),
        mandate: "mandaatbesluit 2026, artikel 4".to_owned(),
        since: besluit.sinds.0,
        advice: FgAdvice {
            who: "fg".to_owned(),
            given: Date::from_days(20_500),
            followed: Followed::Yes,
        },
        dpia_ref: "DPIA 2026-03".to_owned(),
        until: besluit.tot.map(|until| until.0),
    }
}

/// The sharing group of the convenant in a case.
pub(super) const GROUP: &str = "proef";

fn convenant(form: Convenant) -> ConvenantFacts {
    let partnership = |oin| form.verbanden.iter().any(|one| one.oin == oin);
    let member = |(number, gemeente): (usize, &Gemeente)| Member {
        oin: gemeente.oin,
        name: gemeente.name.clone(),
        gemeente: match partnership(gemeente.oin) {
            true => None,
            false => format!("{:04}", number + 1).parse().ok(),
        },
    };
    let members = form.leden.iter().enumerate().map(member).collect();
    let purposes = form.doel.into_iter().map(|doel| PurposeTerms {
        id: doel.code,
        version: doel.versie,
        legal_bases: doel.grondslagen,
        categories: doel.gegevens,
        roles: doel.rollen,
        retention_days: doel.bewaren_dagen,
        automatic: BTreeSet::new(),
    });
    let mut content = content(purposes.collect());
    content.members = members;
    content.natural_persons = form.natuurlijke_personen == JaNee::Ja;
    content.budgets.inzage_per_day = form.inzage_per_dag;
    content.thresholds.min_cell = form.kleinste_groep;
    ConvenantFacts::new(Arc::new(content), Octets([1; 32]), fact(form.van_kracht))
}

/// A convenant without members, for these purposes.
#[must_use]
pub fn content(purposes: Vec<PurposeTerms>) -> ConvenantContent {
    ConvenantContent {
        v: 1,
        group_id: GROUP.to_owned(),
        name: "Proefregio".to_owned(),
        version: 1,
        previous: None,
        nonce: Octets([0; 16]),
        members: Vec::new(),
        purposes,
        namespaces: BTreeSet::new(),
        natural_persons: false,
        cadence: Cadence {
            publication_hours: 24,
            delta: Delta::Direct,
        },
        budgets: Budgets { inzage_per_day: 25 },
        thresholds: Thresholds { min_cell: 5 },
        auditor: None,
        joining: JoinRule::All,
        ends_on_withdrawal: false,
        valid: Period {
            from: Timestamp::from_secs(0),
            until: Timestamp::from_secs(u64::MAX),
        },
    }
}
