// SPDX-License-Identifier: EUPL-1.2
//! Aanbieders from a CSV file: all faults by row, and all or nothing, unless somebody asks for the good rows.
//!
//! The columns are `naam`, `kvk`, `vestigingen`, `agb`, `rsin` and `rechtsvorm`, in any order, with `;` or `,`
//! between them; several numbers in one cell are set apart by a space or `|`. Only `naam` and `kvk` must be there.
//! The text is UTF-8, with or without a byte order mark, or Windows-1252, which spreadsheets still write.

mod decode;
mod rows;

use std::collections::{BTreeMap, HashMap};

use basisnet_protocol::id::LegalForm;
use basisnet_protocol::octets::Octets;
use sha2::{Digest, Sha256};

pub use decode::{Coding, NotText};
pub use rows::COLUMNS;

use super::aanbieder::{
    Aanbieder, AanbiederError, Aanbieders, MAX_AANBIEDERS, Parsed, new_id, writes,
};
use super::account::Actor;
use super::own::{Allowed, Deed};
use crate::audit::{Event, Grounds};
use crate::config::Config;
use crate::store::{Change, Expect};
use rows::Row;

/// More faults than this are counted and not shown.
const MAX_FAULTS: usize = 500;

/// How large a file may be.
#[derive(Clone, Copy, Debug)]
pub struct ImportLimits {
    /// Rows without the heading.
    pub rows: usize,
    /// Bytes.
    pub bytes: usize,
}

impl ImportLimits {
    /// The limits in a configuration.
    #[must_use]
    pub fn from_config(config: &Config) -> Self {
        Self {
            rows: usize::try_from(config.grenzen.csv_regels).unwrap_or(usize::MAX),
            bytes: usize::try_from(config.grenzen.csv_mib)
                .unwrap_or(usize::MAX)
                .saturating_mul(1_048_576),
        }
    }
}

/// How somebody wants it.
#[derive(Clone, Copy, Debug, Default)]
pub struct ImportOptions {
    /// Import the good rows, even when others are wrong.
    pub good_rows: bool,
    /// Change aanbieders that the register knows with other data.
    pub update: bool,
    /// Only say what would happen.
    pub dry_run: bool,
}

/// Something wrong in a row; the first row after the heading is 2, as a spreadsheet shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowFault {
    /// Which row; 1 is the heading.
    pub row: u64,
    /// Which column, where it is about one.
    pub column: &'static str,
    /// What is wrong and how to mend it.
    pub text: String,
}

/// What an import did, or would do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportReport {
    /// How the text was written.
    pub coding: Coding,
    /// What stood between the columns.
    pub delimiter: char,
    /// Rows read.
    pub rows: usize,
    /// New aanbieders.
    pub added: usize,
    /// Known aanbieders with other data.
    pub changed: usize,
    /// Known aanbieders that the file says the same about.
    pub same: usize,
    /// Rows with faults.
    pub wrong: usize,
    /// The faults, at most so many that a person reads them.
    pub faults: Vec<RowFault>,
    /// Whether anything was written.
    pub applied: bool,
}

/// Why a file was not imported at all.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// Larger than allowed.
    #[error("the file has {bytes} bytes, at most {most} are allowed")]
    TooLarge {
        /// So large.
        bytes: usize,
        /// So large it may be.
        most: usize,
    },
    /// More rows than allowed.
    #[error("the file has more than {0} rows")]
    TooLong(usize),
    /// Not text of a kind that is known.
    #[error(transparent)]
    NotText(#[from] NotText),
    /// Not the columns that belong here; each fault in Dutch.
    #[error("the columns are not right")]
    Columns(Vec<String>),
    /// Rows are wrong, and nothing was imported.
    #[error("{} rows are wrong", .0.wrong)]
    Faulty(Box<ImportReport>),
    /// The register did not take it.
    #[error(transparent)]
    Register(#[from] AanbiederError),
}

/// How many rows a file has without its heading, for who waits for it; none when it cannot be read.
#[must_use]
pub fn count_rows(file: &[u8]) -> Option<usize> {
    let (text, _) = decode::decode(file).ok()?;
    rows::count(&text)
}

impl Aanbieders {
    /// Imports a file.
    ///
    /// # Errors
    /// When the caller may not, the file cannot be read, or a row is wrong and only good rows were not asked for.
    pub async fn import(
        &self,
        actor: &Actor,
        file: &[u8],
        options: ImportOptions,
    ) -> Result<ImportReport, ImportError> {
        let allowed = self.may_add(actor).await?;
        if file.len() > self.limits.bytes {
            return Err(ImportError::TooLarge {
                bytes: file.len(),
                most: self.limits.bytes,
            });
        }
        let (text, coding) = decode::decode(file)?;
        let table = rows::read(&text, self.limits.rows)?;
        let _writing = self.writing.lock().await;
        let register = self.all().map_err(AanbiederError::from)?;
        let plan = Plan::make(table.rows, &register, self.clock.now(), options);
        let mut report = ImportReport {
            coding,
            delimiter: table.delimiter,
            rows: table.count,
            added: plan.added.len(),
            changed: plan.changed.len(),
            same: plan.same,
            wrong: plan.wrong,
            faults: plan.faults.clone(),
            applied: false,
        };
        if report.wrong > 0 && !options.good_rows {
            return Err(ImportError::Faulty(Box::new(report)));
        }
        if register.len() + report.added > MAX_AANBIEDERS {
            return Err(AanbiederError::Full.into());
        }
        self.may_change(actor, &register, &plan.changed).await?;
        if !options.dry_run && report.added + report.changed > 0 {
            let change = plan
                .into_change(actor, file, allowed.grounds)
                .map_err(AanbiederError::from)?;
            self.store
                .commit(change)
                .await
                .map_err(AanbiederError::from)?;
            report.applied = true;
            if report.changed > 0 {
                self.changes.note();
            }
        }
        Ok(report)
    }

    /// Whether the rules let this person add an aanbieder about which nothing is known yet.
    async fn may_add(&self, actor: &Actor) -> Result<Allowed, AanbiederError> {
        let nobody = Aanbieder {
            id: new_id(),
            naam: String::new(),
            kvk: None,
            vestigingen: Vec::new(),
            agb: Vec::new(),
            rsin: None,
            legal_form: LegalForm::Unknown,
            restricted: false,
            created: self.clock.now(),
        };
        Ok(self.own.may(actor, None, &writes(&nobody, None)).await?)
    }

    /// Whether the rules let this person change these; what has the same facts is asked once.
    async fn may_change(
        &self,
        actor: &Actor,
        register: &[Aanbieder],
        changed: &[Aanbieder],
    ) -> Result<(), AanbiederError> {
        let known: HashMap<_, _> = register.iter().map(|one| (one.id, one)).collect();
        let before = changed.iter().filter_map(|one| known.get(&one.id));
        let deeds = before.map(|one| writes(one, Some(one.id)));
        let different: BTreeMap<_, Deed> = deeds.map(|deed| (deed.facts.clone(), deed)).collect();
        for deed in different.values() {
            let _allowed = self.own.may(actor, None, deed).await?;
        }
        Ok(())
    }
}

/// What would be written.
#[derive(Debug, Default)]
struct Plan {
    added: Vec<Aanbieder>,
    changed: Vec<Aanbieder>,
    same: usize,
    wrong: usize,
    faults: Vec<RowFault>,
}

/// Where a number was seen first.
enum Seen<'r> {
    Row(u64),
    Register(&'r Aanbieder),
}

impl Plan {
    fn make(
        rows: Vec<Row>,
        register: &[Aanbieder],
        now: basisnet_protocol::time::Timestamp,
        options: ImportOptions,
    ) -> Self {
        let mut plan = Self::default();
        let mut seen: HashMap<(&'static str, String), Seen<'_>> = HashMap::new();
        for known in register {
            for number in numbers(known.kvk.as_ref(), &known.agb) {
                seen.insert(number, Seen::Register(known));
            }
        }
        for row in rows {
            let outcome = row.parsed.and_then(|parsed| {
                let known = known_as(&parsed, &seen, row.number)?;
                for number in numbers(parsed.kvk.as_ref(), &parsed.agb) {
                    seen.insert(number, Seen::Row(row.number));
                }
                plan.place(row.number, parsed, known, now, options)
            });
            if let Err(faults) = outcome {
                plan.wrong += 1;
                let room = MAX_FAULTS.saturating_sub(plan.faults.len());
                plan.faults.extend(faults.into_iter().take(room));
            }
        }
        plan
    }

    /// Decides what becomes of a good row.
    fn place(
        &mut self,
        row: u64,
        parsed: Parsed,
        known: Option<&Aanbieder>,
        now: basisnet_protocol::time::Timestamp,
        options: ImportOptions,
    ) -> Result<(), Vec<RowFault>> {
        let Some(known) = known else {
            self.added.push(parsed.into_aanbieder(new_id(), now));
            return Ok(());
        };
        let mut after = parsed.into_aanbieder(known.id, known.created);
        after.restricted = known.restricted;
        if after.says_the_same(known) {
            self.same += 1;
        } else if options.update {
            self.changed.push(after);
        } else {
            return Err(vec![RowFault {
                row,
                column: "kvk",
                text: format!(
                    "deze aanbieder staat al in het register met andere gegevens (als `{}`); met `--bijwerken` gelden \
                     voortaan die van het bestand",
                    known.naam
                ),
            }]);
        }
        Ok(())
    }

    fn into_change(
        self,
        actor: &Actor,
        file: &[u8],
        grounds: Grounds,
    ) -> Result<Change, crate::store::CommitError> {
        let count = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        let event = Event::AanbiedersImported {
            file: Octets(Sha256::digest(file).into()),
            added: count(self.added.len()),
            changed: count(self.changed.len()),
            skipped: count(self.wrong),
            grounds: Some(grounds),
        };
        let mut change = Change::new().audit(event.by(actor.by()));
        for aanbieder in &self.added {
            change = change.put(aanbieder.id, aanbieder, Expect::Absent)?;
        }
        for aanbieder in &self.changed {
            change = change.put(aanbieder.id, aanbieder, Expect::Any)?;
        }
        Ok(change)
    }
}

fn numbers(
    kvk: Option<&basisnet_protocol::id::KvkNummer>,
    agb: &[basisnet_protocol::id::AgbCode],
) -> Vec<(&'static str, String)> {
    let kvk = kvk.map(|kvk| ("kvk", kvk.to_string()));
    kvk.into_iter()
        .chain(agb.iter().map(|agb| ("agb", agb.to_string())))
        .collect()
}

/// The aanbieder of the register that this row is about, if any.
fn known_as<'r>(
    parsed: &Parsed,
    seen: &HashMap<(&'static str, String), Seen<'r>>,
    row: u64,
) -> Result<Option<&'r Aanbieder>, Vec<RowFault>> {
    let mut known: Option<&'r Aanbieder> = None;
    let mut faults = Vec::new();
    for number in numbers(parsed.kvk.as_ref(), &parsed.agb) {
        let column = number.0;
        match seen.get(&number) {
            None => {}
            Some(Seen::Row(first)) => faults.push(RowFault {
                row,
                column,
                text: format!("dit nummer staat ook in regel {first}; voeg de regels samen of haal er een weg"),
            }),
            Some(Seen::Register(aanbieder)) => match known {
                Some(other) if other.id != aanbieder.id => faults.push(RowFault {
                    row,
                    column,
                    text: format!(
                        "de nummers van deze regel zijn in het register van twee aanbieders (`{}` en `{}`); zoek uit \
                         welk nummer niet klopt",
                        other.naam, aanbieder.naam
                    ),
                }),
                _ => known = Some(aanbieder),
            },
        }
    }
    let other_kvk = known
        .filter(|known| known.kvk.is_some() && parsed.kvk.is_some() && known.kvk != parsed.kvk);
    if let Some(known) = other_kvk {
        faults.push(RowFault {
            row,
            column: "agb",
            text: format!(
                "deze AGB-code is in het register van `{}`, met een ander KVK-nummer; zoek uit welk nummer niet klopt",
                known.naam
            ),
        });
    }
    if faults.is_empty() {
        Ok(known)
    } else {
        Err(faults)
    }
}

#[cfg(test)]
mod tests;
