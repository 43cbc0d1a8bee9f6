// SPDX-License-Identifier: EUPL-1.2
//! A purpose as it is written in TOML, read strictly: each fault with its place and its mend.

use std::collections::BTreeSet;

use basisnet_protocol::purpose::{Category, LegalBasis, PurposeId, Role};
use basisnet_protocol::time::Date;
use serde::Deserialize;

use super::{Basis, Controller, Entry, Exchange, NaturalPersons, OwnTerm, OwnUse, Standing, check};
use crate::position::{Fault, Source, Told, reading};
use crate::record::{Domain, Field};
use crate::request::DataClass;

/// A purpose in which all is in order, by which a fault in another is told.
const EXAMPLE: &str = include_str!("../../catalogue/P03.toml");

/// Two files with the same purpose in the same version.
pub(super) fn twice(file: &str, text: &str, id: &PurposeId, version: u32) -> Fault {
    let told = Told::new(
        format!("doel `{id}` versie {version} staat al in een ander bestand"),
        "een versie die er nog niet is",
        "verhoog de versie of verwijder een van beide",
    );
    Reader { file, text }.fault("versie", told)
}

/// Two versions of one purpose of which the next does not begin after the one before it.
pub(super) fn overlap(file: &str, text: &str, entry: &Entry, other: &Entry) -> Fault {
    let (id, version, begins) = (&entry.id, other.version, other.valid_from);
    let side = match entry.version > version {
        true => "na",
        false => "voor",
    };
    let told = Told::new(
        format!(
            "doel `{id}` versie {version} begint op {begins}, en dit is versie {}",
            entry.version
        ),
        format!(
            "een dag {side} {begins}: een volgende versie neemt het over op de dag waarop zij begint"
        ),
        "kies een andere dag, of een ander versienummer",
    );
    Reader { file, text }.fault("geldig_vanaf", told)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Form {
    code: String,
    versie: u32,
    doel: String,
    domein: Domain,
    besluit_door: ControllerForm,
    status: StandingForm,
    geldig_vanaf: String,
    geldig_tot: String,
    gegevens: BTreeSet<DataClass>,
    rollen: BTreeSet<Role>,
    uitwisseling: BTreeSet<ExchangeForm>,
    wegwijzer: Option<String>,
    #[serde(default)]
    volgt_op_treffer: bool,
    #[serde(default)]
    categorieen: BTreeSet<Category>,
    velden: Option<BTreeSet<Field>>,
    #[serde(default)]
    bewaartermijn_dagen: u32,
    #[serde(default)]
    kleinste_groep: u32,
    natuurlijke_personen: PersonsForm,
    #[serde(default)]
    bouwt_op: BTreeSet<PurposeId>,
    #[serde(default)]
    namens_lid: bool,
    grondslag: Vec<BasisForm>,
    #[serde(default)]
    eigen: Vec<OwnForm>,
    #[serde(default)]
    bewaren: Vec<TermForm>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OwnForm {
    rollen: BTreeSet<Role>,
    zien: BTreeSet<Field>,
    behandelen: BTreeSet<Field>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TermForm {
    wat: String,
    termijn: String,
    bron: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct BasisForm {
    code: String,
    wet: String,
    artikel: String,
    avg: String,
    status: StandingForm,
}

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "snake_case")]
enum ControllerForm {
    College,
    Toezichthouder,
}

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "snake_case")]
enum StandingForm {
    Geverifieerd,
    TeBevestigen,
}

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "snake_case")]
enum PersonsForm {
    MetAfspraak,
    Nooit,
}

#[derive(Deserialize, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[serde(rename_all = "snake_case")]
enum ExchangeForm {
    Treffer,
    Inzage,
    Telling,
    Label,
}

impl From<ControllerForm> for Controller {
    fn from(form: ControllerForm) -> Self {
        match form {
            ControllerForm::College => Self::College,
            ControllerForm::Toezichthouder => Self::Toezichthouder,
        }
    }
}

impl From<StandingForm> for Standing {
    fn from(form: StandingForm) -> Self {
        match form {
            StandingForm::Geverifieerd => Self::Verified,
            StandingForm::TeBevestigen => Self::ToBeConfirmed,
        }
    }
}

/// Reads one purpose, or names all that is wrong with it.
pub(super) fn read(file: &str, text: &str) -> Result<Entry, Vec<Fault>> {
    let form: Form = reading::read(Source { file, text }, EXAMPLE)?;
    Reader { file, text }.entry(form)
}

/// The text that is being read, so that every fault has its place.
struct Reader<'a> {
    file: &'a str,
    text: &'a str,
}

impl Reader<'_> {
    fn entry(&self, form: Form) -> Result<Entry, Vec<Fault>> {
        let mut faults = Vec::new();
        let id = self.code(&form.code, &mut faults);
        let valid_from = self.date("geldig_vanaf", &form.geldig_vanaf, &mut faults);
        let valid_until = self.date("geldig_tot", &form.geldig_tot, &mut faults);
        let bases = form.grondslag.iter().enumerate();
        let bases = bases.filter_map(|(number, basis)| self.basis(number, basis, &mut faults));
        let bases = bases.collect();
        let terms = form.bewaren.into_iter().enumerate();
        let terms = terms.filter_map(|(number, term)| self.term(number, term, &mut faults));
        let own_terms = terms.collect();
        let all = form.categorieen.iter().copied();
        let all = all.flat_map(Field::of_category).collect();
        let (Some(id), Some(valid_from), Some(valid_until)) = (id, valid_from, valid_until) else {
            return Err(faults);
        };
        let entry = Entry {
            id,
            version: form.versie,
            name: form.doel,
            controller: form.besluit_door.into(),
            standing: form.status.into(),
            valid_from,
            valid_until,
            exchange: form.uitwisseling.into_iter().map(exchange).collect(),
            follows_treffer: form.volgt_op_treffer,
            categories: form.categorieen,
            roles: form.rollen,
            retention_days: form.bewaartermijn_dagen,
            min_cell: form.kleinste_groep,
            natural_persons: match form.natuurlijke_personen {
                PersonsForm::MetAfspraak => NaturalPersons::WithClause,
                PersonsForm::Nooit => NaturalPersons::Never,
            },
            bases,
            pointer: form.wegwijzer.map(|text| text.trim().to_owned()),
            domain: form.domein,
            data_classes: form.gegevens,
            builds_on: form.bouwt_op,
            for_member: form.namens_lid,
            fields: form.velden.unwrap_or(all),
            own: form.eigen.into_iter().map(own).collect(),
            own_terms,
        };
        let wrong = check::what_does_not_fit(&entry).into_iter();
        faults.extend(wrong.map(|(field, told)| self.fault(field, told)));
        if faults.is_empty() {
            Ok(entry)
        } else {
            Err(faults)
        }
    }

    /// A fault at the value of a field.
    fn fault(&self, field: &str, told: Told) -> Fault {
        let source = Source {
            file: self.file,
            text: self.text,
        };
        let offset = reading::offset_of(self.text, field).unwrap_or(0);
        source.fault(offset, field, told)
    }

    fn code(&self, code: &str, faults: &mut Vec<Fault>) -> Option<PurposeId> {
        let read = code.parse().ok();
        if read.is_none() {
            let fault = format!("`{code}` is geen code");
            let told = Told::new(fault, "een code zoals `P03`", "verander de code");
            faults.push(self.fault("code", told));
        }
        read
    }

    fn date(&self, key: &str, text: &str, faults: &mut Vec<Fault>) -> Option<Date> {
        let read = text.parse().ok();
        if read.is_none() {
            let fault = format!("`{text}` is geen datum");
            let told = Told::new(fault, "een datum zoals `2026-01-01`", "verander de datum");
            faults.push(self.fault(key, told));
        }
        read
    }

    fn term(&self, number: usize, form: TermForm, faults: &mut Vec<Fault>) -> Option<OwnTerm> {
        let at = |field: &str| format!("bewaren[{}].{field}", number + 1);
        for (field, text) in [("wat", &form.wat), ("bron", &form.bron)] {
            if text.trim().is_empty() {
                let told = Told::new("hier staat niets", "een korte tekst", "vul het in");
                faults.push(self.fault(&at(field), told));
            }
        }
        let term = form.termijn.parse().ok();
        if term.is_none() {
            let fault = format!("`{}` is geen termijn", form.termijn);
            let expected = "een termijn zoals `5 jaar`, `6 maanden`, `90 dagen` of `blijvend`";
            let told = Told::new(fault, expected, "verander de termijn");
            faults.push(self.fault(&at("termijn"), told));
        }
        Some(OwnTerm {
            about: form.wat,
            term: term?,
            source: form.bron,
        })
    }

    fn basis(&self, number: usize, form: &BasisForm, faults: &mut Vec<Fault>) -> Option<Basis> {
        let before = faults.len();
        let at = |field: &str| format!("grondslag[{}].{field}", number + 1);
        let code = form.code.parse::<LegalBasis>().ok();
        if code.is_none() {
            let fault = format!("`{}` is geen code van een grondslag", form.code);
            let expected = "letters, cijfers, punten en streepjes";
            faults.push(self.fault(&at("code"), Told::new(fault, expected, "verander de code")));
        }
        // Consent is not a general ground between a gemeente and an aanbieder (AUT-07).
        if !["6.1.b", "6.1.c", "6.1.d", "6.1.e"].contains(&form.avg.as_str()) {
            let fault = format!(
                "`{}` kan hier geen grond zijn; toestemming (6.1.a) ook niet",
                form.avg
            );
            let expected = "een van `6.1.b`, `6.1.c`, `6.1.d`, `6.1.e`";
            faults.push(self.fault(&at("avg"), Told::new(fault, expected, "kies de grond")));
        }
        for (field, text) in [("wet", &form.wet), ("artikel", &form.artikel)] {
            if text.trim().is_empty() {
                let fault = format!("grondslag `{}` noemt geen {field}", form.code);
                let expected = "de wet en het artikel, zoals `Wmo 2015` en `6.1`";
                faults.push(self.fault(&at(field), Told::new(fault, expected, "vul het in")));
            }
        }
        let code = code.filter(|_| faults.len() == before)?;
        Some(Basis {
            code,
            law: form.wet.clone(),
            article: form.artikel.clone(),
            avg: form.avg.clone(),
            standing: form.status.into(),
        })
    }
}

fn own(form: OwnForm) -> OwnUse {
    OwnUse {
        roles: form.rollen,
        view: form.zien,
        handle: form.behandelen,
    }
}

const fn exchange(form: ExchangeForm) -> Exchange {
    match form {
        ExchangeForm::Treffer => Exchange::Treffer,
        ExchangeForm::Inzage => Exchange::Inzage,
        ExchangeForm::Telling => Exchange::Telling,
        ExchangeForm::Label => Exchange::Label,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::Catalogue;

    const P03: &str = include_str!("../../catalogue/P03.toml");

    #[test]
    fn the_catalogue_that_comes_with_the_program_loads() {
        let catalogue = Catalogue::embedded().unwrap();
        let codes: Vec<_> = catalogue
            .entries()
            .map(|entry| entry.id.to_string())
            .collect();
        let all: Vec<_> = (1..=24).map(|number| format!("P{number:02}")).collect();
        assert_eq!(codes, all);
    }

    #[test]
    fn how_long_own_records_are_kept_is_read_with_where_that_is_written() {
        let entry = read("P03.toml", P03).unwrap();
        let terms: Vec<_> = entry
            .own_terms
            .iter()
            .map(|own| {
                (
                    own.about.as_str(),
                    own.term.to_string(),
                    own.source.as_str(),
                )
            })
            .collect();
        assert_eq!(terms.len(), 3);
        assert_eq!(
            terms[2],
            (
                "handhaving",
                "10 jaar".to_owned(),
                "Selectielijst 2020, 12.2"
            )
        );
    }

    /// What stands there, what is written instead, and how the fault is told.
    const FAULTS: [(&str, &str, &str); 10] = [
        (
            "rollen =",
            "rolen =",
            "kolom 1, `rolen`: `rolen` is geen bekend veld",
        ),
        (
            "\"toezicht\",",
            "\"toezigt\",",
            "kolom 16, `categorieen[1]`: `toezigt` is geen bekende waarde",
        ),
        (
            "versie = 1\n",
            "",
            "`versie`: het veld `versie` ontbreekt; hier hoort een getal zoals `1`; voeg `versie = …` toe",
        ),
        (
            "versie = 1\n",
            "versie = 1\nversie = 2\n",
            "regel 6, kolom 1: dit veld staat er twee keer; hier hoort elk veld een keer; laat er een staan",
        ),
        (
            "versie = 1",
            "versie = 0",
            "regel 5, kolom 10, `versie`: de versie is 0; hier hoort een heel getal vanaf 1; begin bij 1",
        ),
        (
            "2031-01-01",
            "2025-01-01",
            "kolom 14, `geldig_tot`: het doel eindigt voor het begint; hier hoort een dag na `geldig_vanaf`; kies een latere dag",
        ),
        (
            "2031-01-01",
            "2031-02-31",
            "`geldig_tot`: `2031-02-31` is geen datum; hier hoort een datum zoals `2026-01-01`; verander de datum",
        ),
        (
            "dagen = 90",
            "dagen = 91",
            "`bewaartermijn_dagen`: een antwoord blijft 1 tot 90 dagen; hier hoort een getal van 1 tot 90; kies een andere termijn",
        ),
        (
            "[\"inzage\"]",
            "[\"treffer\"]",
            "`uitwisseling`: alleen P08 vergelijkt aanbieders; hier hoort een lijst zonder `treffer`; haal `treffer` weg",
        ),
        (
            "artikel = \"6.1 en 5.1.5\"",
            "artikel = \"\"",
            "`grondslag[1].artikel`: grondslag `wmo-6.1` noemt geen artikel",
        ),
    ];

    fn told(text: &str) -> Vec<String> {
        let faults = read("P03.toml", text).unwrap_err();
        faults.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn each_fault_has_its_place_what_belongs_there_and_its_mend() {
        for (right, wrong, expected) in FAULTS {
            let told = told(&P03.replace(right, wrong));
            assert!(
                told.iter().any(|told| told.contains(expected)),
                "{expected}\n{told:?}"
            );
        }
    }

    #[test]
    fn all_that_is_wrong_with_a_purpose_is_told_at_once() {
        let text = P03
            .replace("versie = 1", "versie = 0")
            .replace("dagen = 90", "dagen = 91")
            .replace("6.1.e", "6.1.a")
            .replace("2031-01-01", "morgen");
        let faults = read("P03.toml", &text).unwrap_err();
        let fields: Vec<_> = faults.iter().map(|fault| fault.field.as_str()).collect();
        assert_eq!(fields, ["geldig_tot", "grondslag[1].avg"]);
        let text = text
            .replace("morgen", "2031-01-01")
            .replace("6.1.a", "6.1.e");
        assert_eq!(told(&text).len(), 2);
    }

    #[test]
    fn aut_07_consent_is_never_a_general_ground() {
        let faults = read("P03.toml", &P03.replace("6.1.e", "6.1.a")).unwrap_err();
        assert!(faults[0].fault.contains("toestemming"), "{faults:?}");
        let line = P03.lines().position(|line| line.starts_with("avg ="));
        assert_eq!(faults[0].line, line.unwrap() + 1);
    }

    #[test]
    fn one_purpose_in_one_version_stands_in_one_file() {
        let error = Catalogue::with(&[("P03b.toml", P03)]).unwrap_err();
        assert_eq!(
            error.to_string(),
            "P03b.toml, regel 5, kolom 10, `versie`: doel `P03` versie 1 staat al in een ander bestand; hier hoort een versie die er nog niet is; verhoog de versie of verwijder een van beide"
        );
    }

    /// The law changes on the first of March 2027.
    fn changed() -> [(&'static str, String); 2] {
        let old = P03.replace("2031-01-01", "2027-03-01");
        let next = P03.replace("versie = 1", "versie = 2");
        let next = next
            .replace("2026-01-01", "2027-03-01")
            .replace("Toezicht op de kwaliteit", "Toezicht op kwaliteit");
        [("P03.toml", old), ("P03-2.toml", next)]
    }

    fn of(texts: &[(&'static str, String)]) -> Result<Catalogue, crate::position::Faults> {
        let texts: Vec<_> = texts
            .iter()
            .map(|(name, text)| (*name, text.as_str()))
            .collect();
        Catalogue::from_texts(&texts)
    }

    #[test]
    fn a_next_version_begins_where_the_old_one_ends() {
        let catalogue = of(&changed()).unwrap();
        let id: PurposeId = "P03".parse().unwrap();
        let version = |day: &str| {
            let day: Date = day.parse().unwrap();
            catalogue.valid(&id, day.start()).map(|entry| entry.version)
        };
        assert_eq!(version("2025-12-31"), None);
        assert_eq!(version("2027-02-28"), Some(1));
        assert_eq!(version("2027-03-01"), Some(2));
        assert_eq!(version("2031-01-01"), None);
        assert_eq!(catalogue.newest(&id).unwrap().version, 2);
        assert_eq!(
            catalogue.entry(&id, 1).unwrap().name,
            "Toezicht op de kwaliteit van Wmo-ondersteuning"
        );
        let on_the_day: Date = "2027-03-01".parse().unwrap();
        assert_eq!(catalogue.at(on_the_day.start()).count(), 1);
        assert_ne!(catalogue.hash(), Catalogue::embedded().unwrap().hash());
    }

    #[test]
    fn the_texts_of_a_catalogue_make_the_same_catalogue_again() {
        let catalogue = of(&changed()).unwrap();
        let texts: Vec<_> = catalogue
            .texts()
            .iter()
            .map(|(name, text)| (name.as_str(), text.as_str()))
            .collect();
        assert_eq!(
            Catalogue::from_texts(&texts).unwrap().hash(),
            catalogue.hash()
        );
    }

    #[test]
    fn an_own_next_version_ends_the_one_that_comes_with_the_program() {
        let [_, (name, next)] = changed();
        let catalogue = Catalogue::with(&[(name, &next)]).unwrap();
        let id: PurposeId = "P03".parse().unwrap();
        let version = |day: &str| {
            let day: Date = day.parse().unwrap();
            catalogue.valid(&id, day.start()).map(|entry| entry.version)
        };
        assert_eq!(version("2027-02-28"), Some(1));
        assert_eq!(version("2027-03-01"), Some(2));
        assert_eq!(version("2030-12-31"), Some(2));
        // The texts say it by themselves, also years later.
        let texts: Vec<_> = catalogue
            .texts()
            .iter()
            .map(|(name, text)| (name.as_str(), text.as_str()))
            .collect();
        let again = Catalogue::from_texts(&texts).unwrap();
        assert_eq!(again.hash(), catalogue.hash());
        assert!(again.entries().eq(catalogue.entries()));
    }

    #[test]
    fn a_next_version_begins_after_the_one_before_it() {
        for day in ["2025-12-31", "2026-01-01"] {
            let mut texts = changed();
            texts[1].1 = texts[1].1.replace("2027-03-01", day);
            let error = of(&texts).unwrap_err();
            assert_eq!(
                error.to_string(),
                "P03-2.toml, regel 10, kolom 16, `geldig_vanaf`: doel `P03` versie 1 begint op 2026-01-01, en dit is versie 2; hier hoort een dag na 2026-01-01: een volgende versie neemt het over op de dag waarop zij begint; kies een andere dag, of een ander versienummer"
            );
        }
    }
}
