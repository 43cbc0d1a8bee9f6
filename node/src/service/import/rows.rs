// SPDX-License-Identifier: EUPL-1.2
//! Text to rows: the heading, the separator, and per row a draft or what is wrong with it.

use csv::{Reader, ReaderBuilder, StringRecord, Trim};

use super::{ImportError, RowFault};
use crate::service::aanbieder::{Draft, Parsed};

/// The columns of the file.
pub const COLUMNS: [&str; 6] = ["naam", "kvk", "vestigingen", "agb", "rsin", "rechtsvorm"];
/// Those that must be there.
const REQUIRED: [&str; 2] = ["naam", "kvk"];

/// A row of the file.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) number: u64,
    pub(super) parsed: Result<Parsed, Vec<RowFault>>,
}

/// All rows.
#[derive(Debug)]
pub(super) struct Table {
    pub(super) delimiter: char,
    pub(super) count: usize,
    pub(super) rows: Vec<Row>,
}

/// The rows that are not empty, without asking what is in them.
pub(super) fn count(text: &str) -> Option<usize> {
    let (_, mut reader) = reader(text);
    let rows = reader
        .records()
        .map(Result::ok)
        .collect::<Option<Vec<_>>>()?;
    let full = rows.iter().filter(|row| !row.iter().all(str::is_empty));
    Some(full.count())
}

fn reader(text: &str) -> (u8, Reader<&[u8]>) {
    let delimiter = delimiter(text);
    let reader = ReaderBuilder::new()
        .delimiter(delimiter)
        .flexible(true)
        .trim(Trim::All)
        .from_reader(text.as_bytes());
    (delimiter, reader)
}

pub(super) fn read(text: &str, most: usize) -> Result<Table, ImportError> {
    let (delimiter, mut reader) = reader(text);
    let heading = reader
        .headers()
        .map_err(|_| ImportError::Columns(vec!["de eerste regel is niet te lezen".to_owned()]))?;
    let places = columns(heading)?;
    let width = heading.len();
    let mut rows = Vec::new();
    for record in reader.records() {
        let Ok(record) = record else {
            return Err(ImportError::Columns(vec![
                "het bestand is niet als CSV te lezen".to_owned(),
            ]));
        };
        if rows.len() >= most {
            return Err(ImportError::TooLong(most));
        }
        let number = record.position().map_or(0, csv::Position::line);
        if record.iter().all(str::is_empty) {
            continue;
        }
        let parsed = row(number, &record, &places, width);
        rows.push(Row { number, parsed });
    }
    Ok(Table {
        delimiter: char::from(delimiter),
        count: rows.len(),
        rows,
    })
}

/// The heading decides: `;` when it has one, else a tab, as text from a spreadsheet has, else `,`.
fn delimiter(text: &str) -> u8 {
    let heading = text.lines().next().unwrap_or_default();
    let found = [b';', b'\t']
        .into_iter()
        .find(|sign| heading.contains(char::from(*sign)));
    found.unwrap_or(b',')
}

/// For each of the known columns where it stands.
fn columns(heading: &StringRecord) -> Result<[Option<usize>; 6], ImportError> {
    let mut faults = Vec::new();
    let mut places = [None; 6];
    for (place, name) in heading.iter().enumerate() {
        let name = name.trim().to_lowercase();
        let known = COLUMNS
            .iter()
            .zip(places.iter_mut())
            .find(|(column, _)| **column == name);
        match known {
            Some((_, slot @ None)) => *slot = Some(place),
            Some(_) => faults.push(format!("de kolom `{name}` staat er twee keer")),
            None => {
                let shown: String = name.chars().take(40).collect();
                faults.push(format!(
                    "de kolom `{shown}` is hier niet bekend{}",
                    did_you_mean(&name)
                ));
            }
        }
    }
    for required in REQUIRED {
        let present = COLUMNS
            .iter()
            .zip(&places)
            .any(|(column, place)| *column == required && place.is_some());
        if !present {
            faults.push(format!("de kolom `{required}` ontbreekt"));
        }
    }
    if faults.is_empty() {
        Ok(places)
    } else {
        faults.push(format!(
            "de eerste regel hoort te zijn: {}",
            COLUMNS.join(";")
        ));
        Err(ImportError::Columns(faults))
    }
}

fn did_you_mean(name: &str) -> String {
    COLUMNS
        .iter()
        .map(|column| (strsim::damerau_levenshtein(name, column), column))
        .filter(|(distance, column)| *distance <= 1 + column.len() / 4)
        .min()
        .map(|(_, column)| format!("; bedoelt u `{column}`?"))
        .unwrap_or_default()
}

fn row(
    number: u64,
    record: &StringRecord,
    places: &[Option<usize>; 6],
    width: usize,
) -> Result<Parsed, Vec<RowFault>> {
    if record.len() != width {
        let found = match record.len() {
            1 => "1 kolom".to_owned(),
            columns => format!("{columns} kolommen"),
        };
        let text = format!(
            "deze regel heeft {found} in plaats van {width}; is hij afgebroken, staat er een scheidingsteken te veel, of \
             ontbreekt er een aanhalingsteken?"
        );
        return Err(vec![RowFault {
            row: number,
            column: "",
            text,
        }]);
    }
    let [naam, kvk, vestigingen, agb, rsin, rechtsvorm] = places.map(|place| {
        place
            .and_then(|place| record.get(place))
            .unwrap_or_default()
    });
    let draft = Draft {
        naam: naam.to_owned(),
        kvk: kvk.to_owned(),
        vestigingen: several(vestigingen),
        agb: several(agb),
        rsin: rsin.to_owned(),
        rechtsvorm: rechtsvorm.to_owned(),
    };
    draft.parse().map_err(|faults| {
        faults
            .into_iter()
            .map(|fault| RowFault {
                row: number,
                column: fault.field,
                text: fault.text,
            })
            .collect()
    })
}

fn several(cell: &str) -> Vec<String> {
    cell.split(['|', ' '])
        .filter(|part| !part.is_empty())
        .map(str::to_owned)
        .collect()
}
