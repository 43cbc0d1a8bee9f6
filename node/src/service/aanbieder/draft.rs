// SPDX-License-Identifier: EUPL-1.2
//! An aanbieder as somebody typed it, in a form or in a file. All that is wrong with it is named at once.

use basisnet_protocol::bsn;
use basisnet_protocol::id::{AgbCode, KvkNummer, LegalForm, Rsin, Vestigingsnummer};
use basisnet_protocol::time::Timestamp;

use super::{Aanbieder, AanbiederId};

/// The longest name in characters.
const MAX_NAME: usize = 200;
/// The most establishments or codes of one aanbieder.
const MAX_NUMBERS: usize = 100;

/// What somebody typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Draft {
    /// The name.
    pub naam: String,
    /// The KVK number, or nothing.
    pub kvk: String,
    /// Establishments.
    pub vestigingen: Vec<String>,
    /// AGB codes.
    pub agb: Vec<String>,
    /// The RSIN, or nothing.
    pub rsin: String,
    /// The legal form; nothing means unknown.
    pub rechtsvorm: String,
}

/// Something wrong with a draft, in Dutch, with the mend.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DraftFault {
    /// Which field or column.
    pub field: &'static str,
    /// What is wrong and how to mend it.
    pub text: String,
}

/// What a draft means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parsed {
    naam: String,
    /// The KVK number.
    pub kvk: Option<KvkNummer>,
    vestigingen: Vec<Vestigingsnummer>,
    /// The AGB codes.
    pub agb: Vec<AgbCode>,
    rsin: Option<Rsin>,
    legal_form: LegalForm,
}

impl Parsed {
    /// The aanbieder with these data.
    #[must_use]
    pub fn into_aanbieder(self, id: AanbiederId, created: Timestamp) -> Aanbieder {
        Aanbieder {
            id,
            naam: self.naam,
            kvk: self.kvk,
            vestigingen: self.vestigingen,
            agb: self.agb,
            rsin: self.rsin,
            legal_form: self.legal_form,
            restricted: false,
            created,
        }
    }
}

impl Draft {
    /// What the draft means, or all that is wrong with it.
    ///
    /// # Errors
    /// When anything is.
    pub fn parse(&self) -> Result<Parsed, Vec<DraftFault>> {
        let mut faults = Vec::new();
        let parsed = Parsed {
            naam: name(&self.naam, &mut faults),
            kvk: number(
                "kvk",
                &self.kvk,
                "een KVK-nummer heeft 8 cijfers",
                8,
                &mut faults,
            ),
            vestigingen: numbers(
                "vestigingen",
                &self.vestigingen,
                "een vestigingsnummer heeft 12 cijfers",
                12,
                &mut faults,
            ),
            agb: numbers(
                "agb",
                &self.agb,
                "een AGB-code heeft 8 cijfers",
                8,
                &mut faults,
            ),
            rsin: number(
                "rsin",
                &self.rsin,
                "een RSIN heeft 9 cijfers",
                9,
                &mut faults,
            ),
            legal_form: legal_form(&self.rechtsvorm, &mut faults),
        };
        if parsed.kvk.is_none() && parsed.agb.is_empty() && faults.is_empty() {
            faults.push(DraftFault {
                field: "kvk",
                text: "vul een KVK-nummer of een AGB-code in; zonder nummer is een aanbieder niet te herkennen".to_owned(),
            });
        }
        if faults.is_empty() {
            Ok(parsed)
        } else {
            Err(faults)
        }
    }
}

fn name(text: &str, faults: &mut Vec<DraftFault>) -> String {
    let name = text.trim();
    let length = name.chars().count();
    let mut fault = |text: String| {
        faults.push(DraftFault {
            field: "naam",
            text,
        })
    };
    if length == 0 {
        fault("de naam ontbreekt".to_owned());
    } else if length > MAX_NAME {
        fault(format!(
            "de naam heeft {length} tekens, hoogstens {MAX_NAME} kan; staat er een aanhalingsteken te veel?"
        ));
    } else if name.chars().any(char::is_control) {
        fault("in de naam staat een onzichtbaar teken of een regeleinde; haal het weg".to_owned());
    } else if bsn::occurs_in(name) {
        fault("in de naam lijkt een burgerservicenummer te staan; gegevens van cliënten horen hier niet".to_owned());
    }
    name.to_owned()
}

fn number<T: std::str::FromStr>(
    field: &'static str,
    text: &str,
    form: &str,
    length: usize,
    faults: &mut Vec<DraftFault>,
) -> Option<T> {
    let text = text.trim();
    if text.is_empty() {
        return None;
    }
    let parsed = text.parse().ok();
    if parsed.is_none() {
        let text = format!("{form}{}", number_hint(text, length));
        faults.push(DraftFault { field, text });
    }
    parsed
}

fn numbers<T: std::str::FromStr + Ord>(
    field: &'static str,
    texts: &[String],
    form: &str,
    length: usize,
    faults: &mut Vec<DraftFault>,
) -> Vec<T> {
    if texts.len() > MAX_NUMBERS {
        let text = format!("dit zijn er {}, hoogstens {MAX_NUMBERS} kan", texts.len());
        faults.push(DraftFault { field, text });
        return Vec::new();
    }
    let mut numbers: Vec<T> = texts
        .iter()
        .filter_map(|text| number(field, text, form, length, faults))
        .collect();
    numbers.sort();
    numbers.dedup();
    numbers
}

/// What probably happened to a number that is none. The number itself is not repeated when it could be a BSN.
fn number_hint(text: &str, length: usize) -> String {
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let only_digits = digits == text.chars().count();
    if bsn::occurs_in(text) && length != 9 {
        return "; dit lijkt een burgerservicenummer, en dat hoort hier niet".to_owned();
    }
    if only_digits && digits < length {
        return format!(
            "; dit zijn er {digits}, misschien vielen nullen vooraan weg (maak de kolom tekst)"
        );
    }
    if only_digits {
        return format!("; dit zijn er {digits}");
    }
    if text.contains("E+") || text.contains("e+") {
        return "; uw rekenblad maakte er een macht van (maak de kolom tekst)".to_owned();
    }
    if digits == length {
        return "; laat punten, spaties en streepjes weg".to_owned();
    }
    "; hier staat iets anders".to_owned()
}

fn legal_form(text: &str, faults: &mut Vec<DraftFault>) -> LegalForm {
    let text = text.trim();
    if text.is_empty() {
        return LegalForm::Unknown;
    }
    text.parse().unwrap_or_else(|_| {
        let names: Vec<&str> = LegalForm::ALL.iter().map(|form| form.as_str()).collect();
        let shown: String = text.chars().take(40).collect();
        let text = format!(
            "`{shown}` is geen rechtsvorm van de lijst; kies uit {}, of laat leeg",
            names.join(", ")
        );
        faults.push(DraftFault {
            field: "rechtsvorm",
            text,
        });
        LegalForm::Unknown
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draft() -> Draft {
        Draft {
            naam: "Zorg aan Huis".to_owned(),
            kvk: "00123456".to_owned(),
            rechtsvorm: "B.V.".to_owned(),
            ..Draft::default()
        }
    }

    fn faults(draft: &Draft) -> String {
        let faults = draft.parse().unwrap_err();
        faults
            .iter()
            .map(|fault| format!("{}: {}\n", fault.field, fault.text))
            .collect()
    }

    #[test]
    fn leading_zeros_stay() {
        let parsed = draft().parse().unwrap();
        assert_eq!(parsed.kvk.unwrap().as_str(), "00123456");
        assert_eq!(parsed.legal_form, LegalForm::Bv);
    }

    #[test]
    fn a_number_that_lost_its_zeros_is_named_with_the_mend() {
        let text = faults(&Draft {
            kvk: "123456".to_owned(),
            ..draft()
        });
        assert!(
            text.contains("nullen vooraan") && text.contains("kvk:"),
            "{text}"
        );
        let text = faults(&Draft {
            kvk: "1,2E+07".to_owned(),
            ..draft()
        });
        assert!(text.contains("macht"), "{text}");
    }

    #[test]
    fn all_faults_of_one_aanbieder_come_at_once() {
        let text = faults(&Draft {
            naam: String::new(),
            kvk: "12.345.678".to_owned(),
            agb: vec!["1".to_owned()],
            rechtsvorm: "gmbh".to_owned(),
            ..Draft::default()
        });
        assert_eq!(text.lines().count(), 4, "{text}");
    }

    #[test]
    fn a_bsn_in_a_name_stays_outside_and_is_not_repeated() {
        let text = faults(&Draft {
            naam: "dossier 123456782".to_owned(),
            ..draft()
        });
        assert!(
            text.contains("burgerservicenummer") && !text.contains("123456782"),
            "{text}"
        );
    }

    #[test]
    fn an_aanbieder_without_any_number_cannot_be_recognised() {
        let text = faults(&Draft {
            kvk: String::new(),
            ..draft()
        });
        assert!(text.contains("KVK-nummer of een AGB-code"), "{text}");
    }
}
