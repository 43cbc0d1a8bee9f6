// SPDX-License-Identifier: EUPL-1.2
//! What an import did, or why it did not.

use axum::http::StatusCode;
use serde::{Deserialize, Serialize};

use crate::api::Problem;
use crate::api::problem::FieldFault;
use crate::service::import::{ImportError, ImportReport, NotText, RowFault};

/// What an import did.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ImportView {
    /// Whether anything was written.
    pub(crate) uitgevoerd: bool,
    /// How the text was written.
    pub(crate) codering: String,
    /// What stood between the columns.
    pub(crate) scheidingsteken: String,
    /// Rows read.
    pub(crate) regels: usize,
    /// New ones.
    pub(crate) nieuw: usize,
    /// Known ones with other data.
    pub(crate) gewijzigd: usize,
    /// Known ones with the same data.
    pub(crate) gelijk: usize,
    /// Rows with faults.
    pub(crate) fout: usize,
    /// The faults.
    pub(crate) fouten: Vec<FieldFault>,
}

impl ImportView {
    pub(super) fn of(report: &ImportReport) -> Self {
        Self {
            uitgevoerd: report.applied,
            codering: report.coding.to_string(),
            scheidingsteken: report.delimiter.to_string(),
            regels: report.rows,
            nieuw: report.added,
            gewijzigd: report.changed,
            gelijk: report.same,
            fout: report.wrong,
            fouten: report.faults.iter().map(fault).collect(),
        }
    }
}

fn fault(fault: &RowFault) -> FieldFault {
    let place = if fault.column.is_empty() {
        String::new()
    } else {
        format!(", kolom {}", fault.column)
    };
    FieldFault {
        veld: format!("regel {}{place}", fault.row),
        melding: fault.text.clone(),
    }
}

impl From<ImportError> for Problem {
    fn from(error: ImportError) -> Self {
        let too_large =
            |text: String| Self::new(StatusCode::PAYLOAD_TOO_LARGE, "bestand-te-groot", text);
        match error {
            ImportError::TooLarge { bytes, most } => too_large(format!(
                "Het bestand is {bytes} bytes groot; hoogstens {most} kan. Deel het op, of verhoog `csv_mib` in [grenzen]."
            )),
            ImportError::TooLong(most) => too_large(format!(
                "Het bestand heeft meer dan {most} regels. Deel het op, of verhoog `csv_regels` in [grenzen]."
            )),
            ImportError::NotText(kind) => Self::invalid("bestand-onleesbaar", not_text(kind)),
            ImportError::Columns(faults) => {
                Self::invalid("kolommen-ongeldig", "De kolommen van het bestand kloppen niet.").with_faults(
                    faults.into_iter().map(|melding| FieldFault {
                        veld: "regel 1".to_owned(),
                        melding,
                    }),
                )
            }
            ImportError::Faulty(report) => Self::invalid(
                "regels-fout",
                format!(
                    "{} van de {} regels {} niet, dus er is niets ingevoerd (gelezen als {}). Herstel wat er mis is, of \
                     voer met `--goede-regels` alleen de goede in.",
                    report.wrong,
                    report.rows,
                    if report.wrong == 1 { "klopt" } else { "kloppen" },
                    report.coding
                ),
            )
            .with_faults(report.faults.iter().map(fault)),
            ImportError::Register(error) => error.into(),
        }
    }
}

const fn not_text(kind: NotText) -> &'static str {
    match kind {
        NotText::Utf16 => "Dit bestand is UTF-16. Sla het op als `CSV UTF-8`.",
        NotText::Spreadsheet => {
            "Dit is een rekenblad of een ingepakt bestand. Sla het op als `CSV UTF-8`."
        }
        NotText::Binary => {
            "Dit bestand is geen tekst in UTF-8 of Windows-1252. Sla het op als `CSV UTF-8`."
        }
        NotText::Empty => "Het bestand is leeg.",
    }
}
