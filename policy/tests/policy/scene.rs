// SPDX-License-Identifier: EUPL-1.2
//! A question with its facts, as it stands in `tests/decisions/*.toml`.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;

use basisnet_policy::{
    AanbiederFacts, Action, Catalogue, ConvenantFacts, DataClass, Decision, Engine, Fact, Facts,
    FgAdvice, Followed, InForce, Obligations, Question, Rules,
};
use basisnet_protocol::convenant::{
    Budgets, Cadence, ConvenantContent, Delta, JoinRule, Member, PurposeTerms, Thresholds,
};
use basisnet_protocol::id::Oin;
use basisnet_protocol::message::{Proportionality, Subsidiarity, Weighing};
use basisnet_protocol::octets::Octets;
use basisnet_protocol::purpose::{Category, LegalBasis, PurposeId, Role};
use basisnet_protocol::time::{Date, Period, Timestamp};
use serde::Deserialize;
use toml::{Table, Value};

#[derive(Deserialize, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
enum JaNee {
    Ja,
    Nee,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Form {
    nu: String,
    vraag: Vraag,
    convenant: Option<Convenant>,
    besluit: Option<Besluit>,
    feiten: Feiten,
    voorstel: Option<Voorstel>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Vraag {
    handeling: Handeling,
    vrager: String,
    bron: String,
    doel: PurposeId,
    versie: u32,
    grondslag: LegalBasis,
    rol: Option<Role>,
    gegevens: BTreeSet<Category>,
    weging: Option<JaNee>,
    zaak: Option<JaNee>,
}

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "snake_case")]
enum Handeling {
    Treffen,
    Vragen,
    Beantwoorden,
    Tellen,
    Gebruiken,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Convenant {
    leden: Vec<String>,
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
    sinds: String,
    tot: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Feiten {
    paar_open: Option<JaNee>,
    geschorst: Option<JaNee>,
    treffer: Option<JaNee>,
    natuurlijk_persoon: Option<JaNee>,
    beperkt: Option<JaNee>,
    soort_gegevens: Option<BTreeSet<DataClass>>,
    bewaren_tot: Option<String>,
    gehoord: Option<JaNee>,
    vragen_vandaag: Option<u32>,
    groep: Option<u32>,
    gegeven_voor: Option<PurposeId>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Voorstel {
    gegevens: BTreeSet<Category>,
    bewaren_tot: String,
    kleinste_groep: u32,
}

/// Everything that one decision needs.
#[derive(Debug, Clone)]
pub(crate) struct Scene {
    pub(crate) question: Question,
    pub(crate) facts: Facts,
    pub(crate) proposal: Option<Obligations>,
    pub(crate) now: Timestamp,
}

impl Scene {
    /// A base with differences on top of it; `"onbekend"` takes a fact away.
    pub(crate) fn read(base: &Table, differences: &[&Table]) -> Self {
        let mut table = base.clone();
        for difference in differences {
            merge(&mut table, difference);
        }
        let form: Form = Value::Table(table).try_into().unwrap();
        form.into()
    }

    pub(crate) fn decide(&self, engine: &Engine) -> Decision {
        match &self.proposal {
            Some(proposal) => {
                engine.decide_release(&self.question, &self.facts, proposal, self.now)
            }
            None => engine.decide(&self.question, &self.facts, self.now),
        }
    }
}

fn merge(table: &mut Table, difference: &Table) {
    for (key, value) in difference {
        match (table.get_mut(key), value) {
            (Some(Value::Table(inner)), Value::Table(more)) => merge(inner, more),
            (_, Value::String(text)) if text == "onbekend" => {
                table.remove(key);
            }
            _ => {
                table.insert(key.clone(), value.clone());
            }
        }
    }
}

impl From<Form> for Scene {
    fn from(form: Form) -> Self {
        let feiten = form.feiten;
        Self {
            now: form.nu.parse().unwrap(),
            question: form.vraag.into(),
            facts: Facts {
                convenant: form.convenant.map(convenant),
                pair_open: fact(feiten.paar_open),
                suspended: fact(feiten.geschorst),
                in_force: form.besluit.map(in_force),
                used_today: feiten.vragen_vandaag,
                cell: feiten.groep,
                collected_for: feiten.gegeven_voor,
                aanbieder: AanbiederFacts {
                    natural_person: fact(feiten.natuurlijk_persoon),
                    restricted: fact(feiten.beperkt),
                    data_classes: feiten.soort_gegevens,
                    retained_until: feiten.bewaren_tot.map(|text| text.parse().unwrap()),
                    hearing_over: fact(feiten.gehoord),
                    treffer: fact(feiten.treffer),
                },
            },
            proposal: form.voorstel.map(|voorstel| Obligations {
                categories: voorstel.gegevens,
                retain_until: voorstel.bewaren_tot.parse().unwrap(),
                min_cell: voorstel.kleinste_groep,
            }),
        }
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
            },
            asker: oin(&vraag.vrager),
            source: oin(&vraag.bron),
            purpose: vraag.doel,
            purpose_version: vraag.versie,
            legal_basis: vraag.grondslag,
            role: vraag.rol,
            categories: vraag.gegevens,
            weighing: (vraag.weging == Some(JaNee::Ja)).then_some(WEIGHING),
            case_ref: (vraag.zaak == Some(JaNee::Ja)).then_some(Octets([7; 32])),
        }
    }
}

pub(crate) const WEIGHING: Weighing = Weighing {
    proportionality: Proportionality::OngoingOnderzoek,
    subsidiarity: Subsidiarity::AskingWouldHarm,
};

fn fact(answer: Option<JaNee>) -> Fact {
    answer.map(|answer| answer == JaNee::Ja).into()
}

/// Gemeenten in the cases are called by a letter; each has a test OIN.
pub(crate) fn oin(letter: &str) -> Oin {
    let number = letter.bytes().map(u32::from).sum::<u32>();
    format!("00000099{number:08}0000").parse().unwrap()
}

fn in_force(besluit: Besluit) -> InForce {
    InForce {
        purpose: besluit.doel,
        version: besluit.versie,
        who: "directeur".to_owned(),
        mandate: "mandaatbesluit 2026, artikel 4".to_owned(),
        since: besluit.sinds.parse().unwrap(),
        advice: FgAdvice {
            who: "fg".to_owned(),
            given: Date::from_days(20_500),
            followed: Followed::Yes,
        },
        dpia_ref: "DPIA 2026-03".to_owned(),
        until: besluit.tot.map(|text| text.parse().unwrap()),
    }
}

fn convenant(form: Convenant) -> ConvenantFacts {
    let member = |name: &String| Member {
        oin: oin(name),
        name: name.clone(),
        gemeente: None,
    };
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
    content.members = form.leden.iter().map(member).collect();
    content.natural_persons = form.natuurlijke_personen == JaNee::Ja;
    content.budgets.inzage_per_day = form.inzage_per_dag;
    content.thresholds.min_cell = form.kleinste_groep;
    ConvenantFacts::new(Arc::new(content), Octets([1; 32]), fact(form.van_kracht))
}

/// A convenant without members, for these purposes.
pub(crate) fn content(purposes: Vec<PurposeTerms>) -> ConvenantContent {
    ConvenantContent {
        v: 1,
        group_id: "proef".to_owned(),
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

/// The folder with the cases.
pub(crate) fn folder() -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "..", "tests", "decisions"]
        .iter()
        .collect()
}

/// The files of a folder with their text, by name.
pub(crate) fn texts(folder: &PathBuf) -> Vec<(String, String)> {
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|file| file.unwrap().path())
        .filter(|path| path.extension().is_some_and(|kind| kind == "toml"))
        .collect();
    files.sort();
    let name = |path: &PathBuf| path.file_name().unwrap().to_string_lossy().into_owned();
    files
        .iter()
        .map(|path| (name(path), std::fs::read_to_string(path).unwrap()))
        .collect()
}

/// The catalogue of the program with the purposes that only the cases use.
pub(crate) fn catalogue() -> Catalogue {
    let more = texts(&folder().join("doelen"));
    let more: Vec<_> = more
        .iter()
        .map(|(name, text)| (name.as_str(), text.as_str()))
        .collect();
    Catalogue::with(&more).unwrap()
}

/// The rules of the program with the catalogue of the cases.
pub(crate) fn engine() -> Engine {
    Engine::new(Rules::embedded().unwrap(), catalogue()).unwrap()
}
