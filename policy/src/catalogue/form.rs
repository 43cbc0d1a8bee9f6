// SPDX-License-Identifier: EUPL-1.2
//! A purpose as it is written in TOML, read strictly: each fault with its place and its mend.

use std::collections::BTreeSet;
use std::fmt;

use basisnet_protocol::purpose::{Category, LegalBasis, PurposeId, Role};
use basisnet_protocol::time::Date;
use serde::Deserialize;

use super::{Basis, Controller, Entry, Exchange, MAX_ANSWER_DAYS, NaturalPersons, Standing};

/// Why a text of the catalogue is not used. In Dutch, because jurists write these texts.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}, regel {line}, kolom {column}: {fault}; {mend}")]
pub struct CatalogueError {
    /// Which file.
    pub file: String,
    /// On which line, from 1.
    pub line: usize,
    /// In which column, from 1.
    pub column: usize,
    /// What is wrong.
    pub fault: String,
    /// What to do about it.
    pub mend: String,
}

impl CatalogueError {
    fn at(file: &str, text: &str, offset: usize, fault: String, mend: &str) -> Self {
        let before = text.get(..offset).unwrap_or(text);
        let start = before.rfind('\n').map_or(0, |at| at + 1);
        let column = before.get(start..).unwrap_or_default().chars().count() + 1;
        let line = before.matches('\n').count() + 1;
        Self {
            file: file.to_owned(),
            line,
            column,
            fault,
            mend: mend.to_owned(),
        }
    }

    /// About the value behind a key.
    fn on(file: &str, text: &str, key: &str, fault: impl fmt::Display, mend: &str) -> Self {
        let is_key = |at: &usize| *at == 0 || text.as_bytes().get(at - 1) == Some(&b'\n');
        let offset = text
            .match_indices(key)
            .map(|(at, _)| at)
            .find(is_key)
            .unwrap_or(0);
        Self::at(file, text, offset, fault.to_string(), mend)
    }

    pub(super) fn twice(file: &str, text: &str, id: &PurposeId, version: u32) -> Self {
        let fault = format!("doel `{id}` versie {version} staat al in een ander bestand");
        Self::on(
            file,
            text,
            "versie",
            fault,
            "verhoog de versie of verwijder een van beide",
        )
    }

    fn from_toml(file: &str, text: &str, error: &toml::de::Error) -> Self {
        let offset = error.span().map_or(0, |span| span.start);
        let (fault, mend) = in_dutch(error.message());
        Self::at(file, text, offset, fault, &mend)
    }
}

/// The parser speaks English; its few sentences have a Dutch one each.
fn in_dutch(message: &str) -> (String, String) {
    let first = message.lines().next().unwrap_or_default();
    let names: Vec<&str> = first.split('`').skip(1).step_by(2).collect();
    let name = names.first().copied().unwrap_or_default();
    let choices = names.get(1..).unwrap_or_default();
    if first.starts_with("unknown field") {
        return (
            format!("`{name}` is geen bekend veld"),
            did_you_mean(name, choices),
        );
    }
    if first.starts_with("unknown variant") {
        return (
            format!("`{name}` is geen bekende waarde"),
            did_you_mean(name, choices),
        );
    }
    if first.starts_with("missing field") {
        return (
            format!("het veld `{name}` ontbreekt"),
            format!("voeg `{name} = …` toe"),
        );
    }
    if first.starts_with("duplicate key") {
        return (
            "dit veld staat er twee keer".to_owned(),
            "laat er een staan".to_owned(),
        );
    }
    (
        format!("dit is niet te lezen ({first})"),
        "schrijf hier een waarde zoals in de andere bestanden van de catalogus".to_owned(),
    )
}

fn did_you_mean(name: &str, choices: &[&str]) -> String {
    let shared = |choice: &&&str| choice.chars().filter(|c| name.contains(*c)).count();
    let nearest = choices
        .iter()
        .filter(|choice| choice.chars().next() == name.chars().next())
        .max_by_key(shared);
    match nearest {
        Some(choice) => format!("bedoelde u `{choice}`?"),
        None => format!("kies uit: {}", choices.join(", ")),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Form {
    code: String,
    versie: u32,
    doel: String,
    besluit_door: ControllerForm,
    status: StandingForm,
    geldig_vanaf: String,
    geldig_tot: String,
    uitwisseling: BTreeSet<ExchangeForm>,
    volgt_op_treffer: bool,
    categorieen: BTreeSet<Category>,
    rollen: BTreeSet<Role>,
    bewaartermijn_dagen: u32,
    #[serde(default)]
    kleinste_groep: u32,
    natuurlijke_personen: PersonsForm,
    grondslag: Vec<BasisForm>,
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
}

impl From<StandingForm> for Standing {
    fn from(form: StandingForm) -> Self {
        match form {
            StandingForm::Geverifieerd => Self::Verified,
            StandingForm::TeBevestigen => Self::ToBeConfirmed,
        }
    }
}

/// Reads one purpose.
pub(super) fn read(file: &str, text: &str) -> Result<Entry, CatalogueError> {
    let form: Form =
        toml::from_str(text).map_err(|error| CatalogueError::from_toml(file, text, &error))?;
    Reader { file, text }.entry(form)
}

/// The text that is being read, so that every fault has its place.
struct Reader<'a> {
    file: &'a str,
    text: &'a str,
}

impl Reader<'_> {
    fn entry(&self, form: Form) -> Result<Entry, CatalogueError> {
        let bases = form.grondslag.iter().map(|basis| self.basis(basis));
        let entry = Entry {
            id: form.code.parse().map_err(|_| {
                self.fault(
                    "code",
                    format!("`{}` is geen code", form.code),
                    "gebruik een code zoals `P03`",
                )
            })?,
            version: form.versie,
            name: form.doel,
            controller: match form.besluit_door {
                ControllerForm::College => Controller::College,
                ControllerForm::Toezichthouder => Controller::Toezichthouder,
            },
            standing: form.status.into(),
            valid_from: self.date("geldig_vanaf", &form.geldig_vanaf)?,
            valid_until: self.date("geldig_tot", &form.geldig_tot)?,
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
            bases: bases.collect::<Result<_, _>>()?,
        };
        self.check(&entry)?;
        Ok(entry)
    }

    fn fault(&self, key: &str, fault: impl fmt::Display, mend: &str) -> CatalogueError {
        CatalogueError::on(self.file, self.text, key, fault, mend)
    }

    fn date(&self, key: &str, text: &str) -> Result<Date, CatalogueError> {
        let mend = "schrijf een datum zoals `2026-01-01`";
        text.parse()
            .map_err(|_| self.fault(key, format!("`{text}` is geen datum"), mend))
    }

    fn basis(&self, form: &BasisForm) -> Result<Basis, CatalogueError> {
        let code: LegalBasis = form.code.parse().map_err(|_| {
            let fault = format!("`{}` is geen code van een grondslag", form.code);
            self.fault(
                "[[grondslag]]",
                fault,
                "gebruik letters, cijfers, punten en streepjes",
            )
        })?;
        // Consent is not a general ground between a gemeente and an aanbieder (AUT-07).
        if !["6.1.b", "6.1.c", "6.1.d", "6.1.e"].contains(&form.avg.as_str()) {
            let fault = format!(
                "`{}` kan hier geen grond zijn; toestemming (6.1.a) ook niet",
                form.avg
            );
            return Err(self.fault(
                "[[grondslag]]",
                fault,
                "gebruik 6.1.b, 6.1.c, 6.1.d of 6.1.e",
            ));
        }
        if form.wet.trim().is_empty() || form.artikel.trim().is_empty() {
            let fault = format!("grondslag `{code}` noemt geen wet of artikel");
            return Err(self.fault("[[grondslag]]", fault, "vul `wet` en `artikel` in"));
        }
        Ok(Basis {
            code,
            law: form.wet.clone(),
            article: form.artikel.clone(),
            avg: form.avg.clone(),
            standing: form.status.into(),
        })
    }

    fn check(&self, entry: &Entry) -> Result<(), CatalogueError> {
        let inzage = entry.exchange.contains(&Exchange::Inzage);
        let treffer = entry.exchange.contains(&Exchange::Treffer);
        let codes: BTreeSet<_> = entry.bases.iter().map(|basis| &basis.code).collect();
        let checks: [(bool, &str, &str, &str); 8] = [
            (
                entry.version == 0,
                "versie",
                "de versie is 0",
                "begin bij 1",
            ),
            (
                entry.name.trim().is_empty(),
                "doel",
                "het doel heeft geen tekst",
                "schrijf op waarvoor het is",
            ),
            (
                entry.valid_until <= entry.valid_from,
                "geldig_tot",
                "het doel eindigt voor het begint",
                "kies een latere dag",
            ),
            (
                entry.roles.is_empty(),
                "rollen",
                "er is geen rol",
                "noem ten minste een rol",
            ),
            (
                inzage && entry.categories.is_empty(),
                "categorieen",
                "inzage zonder categorieën kan niet",
                "noem ten minste een soort gegevens",
            ),
            (
                treffer && entry.id != PurposeId::matching(),
                "uitwisseling",
                "alleen P08 vergelijkt aanbieders",
                "haal `treffer` weg",
            ),
            (
                !(1..=MAX_ANSWER_DAYS).contains(&entry.retention_days),
                "bewaartermijn_dagen",
                "een antwoord blijft 1 tot 90 dagen",
                "kies een termijn van 1 tot 90",
            ),
            (
                codes.is_empty() || codes.len() != entry.bases.len(),
                "[[grondslag]]",
                "er is geen grondslag, of een staat er twee keer",
                "noem elke grondslag een keer",
            ),
        ];
        match checks.into_iter().find(|(wrong, ..)| *wrong) {
            Some((_, key, fault, mend)) => Err(self.fault(key, fault, mend)),
            None => Ok(()),
        }
    }
}

const fn exchange(form: ExchangeForm) -> Exchange {
    match form {
        ExchangeForm::Treffer => Exchange::Treffer,
        ExchangeForm::Inzage => Exchange::Inzage,
        ExchangeForm::Telling => Exchange::Telling,
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
        let codes: Vec<_> = catalogue.entries().map(|entry| entry.id.as_str()).collect();
        assert_eq!(codes, ["P01", "P03", "P04", "P05", "P08"]);
    }

    /// What stands there, what is written instead, the fault and the mend.
    const FAULTS: [(&str, &str, &str, &str); 10] = [
        (
            "rollen =",
            "rolen =",
            "`rolen` is geen bekend veld",
            "bedoelde u `rollen`?",
        ),
        (
            "\"toezicht\",",
            "\"toezigt\",",
            "`toezigt` is geen bekende waarde",
            "bedoelde u `toezicht`?",
        ),
        (
            "versie = 1\n",
            "",
            "het veld `versie` ontbreekt",
            "voeg `versie = …` toe",
        ),
        (
            "versie = 1\n",
            "versie = 1\nversie = 2\n",
            "dit veld staat er twee keer",
            "laat er een staan",
        ),
        ("versie = 1", "versie = 0", "de versie is 0", "begin bij 1"),
        (
            "2031-01-01",
            "2025-01-01",
            "het doel eindigt voor het begint",
            "kies een latere dag",
        ),
        (
            "2031-01-01",
            "2031-02-31",
            "`2031-02-31` is geen datum",
            "schrijf een datum zoals `2026-01-01`",
        ),
        (
            "dagen = 90",
            "dagen = 91",
            "een antwoord blijft 1 tot 90 dagen",
            "kies een termijn van 1 tot 90",
        ),
        (
            "[\"inzage\"]",
            "[\"treffer\"]",
            "alleen P08 vergelijkt aanbieders",
            "haal `treffer` weg",
        ),
        (
            "artikel = \"6.1 en 5.1.5\"",
            "artikel = \"\"",
            "grondslag `wmo-6.1` noemt geen wet of artikel",
            "vul `wet` en `artikel` in",
        ),
    ];

    #[test]
    fn each_fault_has_its_place_and_its_mend() {
        for (right, wrong, fault, mend) in FAULTS {
            let error = read("P03.toml", &P03.replace(right, wrong)).unwrap_err();
            assert_eq!((error.fault.as_str(), error.mend.as_str()), (fault, mend));
            assert!(error.line > 1 || fault.contains("ontbreekt"), "{error}");
        }
    }

    #[test]
    fn aut_07_consent_is_never_a_general_ground() {
        let error = read("P03.toml", &P03.replace("6.1.e", "6.1.a")).unwrap_err();
        assert!(error.fault.contains("toestemming"), "{error}");
        assert_eq!(
            error.line,
            P03.lines()
                .position(|line| line == "[[grondslag]]")
                .unwrap()
                + 1
        );
    }

    #[test]
    fn one_purpose_in_one_version_stands_in_one_file() {
        let error = Catalogue::with(&[("P03b.toml", P03)]).unwrap_err();
        assert_eq!(
            error.to_string(),
            "P03b.toml, regel 4, kolom 1: doel `P03` versie 1 staat al in een ander bestand; verhoog de versie of verwijder een van beide"
        );
    }

    #[test]
    fn a_next_version_stands_beside_the_old_one() {
        let next = P03.replace("versie = 1", "versie = 2");
        let catalogue = Catalogue::with(&[("P03-2.toml", &next)]).unwrap();
        let id: PurposeId = "P03".parse().unwrap();
        assert_eq!(catalogue.newest(&id).unwrap().version, 2);
        assert!(catalogue.entry(&id, 1).is_some());
        assert_ne!(catalogue.hash(), Catalogue::embedded().unwrap().hash());
    }
}
