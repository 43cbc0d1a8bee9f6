// SPDX-License-Identifier: EUPL-1.2
//! A convenant as people write it: TOML with Dutch keys, read with all its faults at once, by field.

mod dutch;
mod form;

use basisnet_policy::Beyond;
use basisnet_policy::position::place_of_field;
use basisnet_protocol::convenant::{ContentFault, ConvenantContent};
use basisnet_protocol::octets::Octets;
use basisnet_protocol::personal::{self, Functional};
use form::Form;

/// A draft with every key explained; it is sound as it stands.
pub const EXAMPLE: &str = include_str!("draft/voorbeeld.toml");

/// One thing that is wrong with a draft, in Dutch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DraftFault {
    /// Which field, such as `leden[2].oin`.
    pub field: String,
    /// What is wrong and how to mend it.
    pub text: String,
    /// Line and column in the draft, from 1, of a field that is there.
    pub place: Option<(usize, usize)>,
}

impl DraftFault {
    fn new(field: impl Into<String>, text: impl Into<String>) -> Self {
        Self {
            field: field.into(),
            text: text.into(),
            place: None,
        }
    }

    /// The field and where it stands.
    #[must_use]
    pub fn told_field(&self) -> String {
        match self.place {
            Some((line, column)) => format!("{} (regel {line}, kolom {column})", self.field),
            None => self.field.clone(),
        }
    }
}

/// A fault of a content, for the person who reads it: the field, and what is wrong there.
#[must_use]
pub fn explain(fault: &ContentFault) -> (String, String) {
    let told = dutch::fault(fault);
    (told.field, told.text)
}

/// What goes beyond the catalogue, for the person who reads it: the field, and what is wrong there.
#[must_use]
pub fn explain_beyond(beyond: &Beyond) -> (String, String) {
    let told = dutch::beyond(beyond);
    (told.field, told.text)
}

/// The content that a draft describes, with this nonce.
pub(in crate::service) fn read(
    toml: &str,
    nonce: Octets<16>,
) -> Result<ConvenantContent, Vec<DraftFault>> {
    read_form(toml, nonce).map_err(|mut faults| {
        for fault in &mut faults {
            fault.place = place_of_field(toml, &fault.field);
        }
        faults
    })
}

fn read_form(toml: &str, nonce: Octets<16>) -> Result<ConvenantContent, Vec<DraftFault>> {
    let mut form = Form::parse(toml)?;
    let content = form.content(nonce);
    let mut faults = form.into_faults();
    let Some(content) = content.filter(|_| faults.is_empty()) else {
        if faults.is_empty() {
            faults.push(DraftFault::new("bestand", "er ontbreken gegevens"));
        }
        return Err(faults);
    };
    let mut faults: Vec<_> = content.check().iter().map(dutch::fault).collect();
    // The name of the group goes along with every message, and what leads to a person never leaves.
    if !personal::find(&content.group_id, &Functional::new()).is_empty() {
        let mend = "noem in de groep geen burgerservicenummer, e-mailadres of telefoonnummer";
        faults.push(DraftFault::new("groep", mend));
    }
    if faults.is_empty() {
        Ok(content)
    } else {
        Err(faults)
    }
}

#[cfg(test)]
mod tests {
    use basisnet_protocol::convenant::{Delta, JoinRule};

    use super::*;

    fn faults(toml: &str) -> Vec<DraftFault> {
        read(toml, Octets([1; 16])).unwrap_err()
    }

    fn fields(toml: &str) -> Vec<String> {
        faults(toml).into_iter().map(|fault| fault.field).collect()
    }

    #[test]
    fn the_name_of_a_group_leads_to_nobody() {
        let group = EXAMPLE
            .lines()
            .find(|line| line.starts_with("groep = "))
            .unwrap();
        let draft = EXAMPLE.replace(group, "groep = \"regio/06-12345678\"");
        assert_eq!(fields(&draft), ["groep"]);
    }

    #[test]
    fn the_example_is_a_sound_draft() {
        let content = read(EXAMPLE, Octets([1; 16])).unwrap();
        assert_eq!(content.version, 1);
        assert_eq!(content.cadence.delta, Delta::Direct);
        assert_eq!(content.joining, JoinRule::All);
        assert!(content.purposes.len() > 1 && content.members.len() > 2);
        assert!(!content.natural_persons);
    }

    #[test]
    fn all_faults_come_at_once_and_each_names_its_field() {
        let toml = EXAMPLE
            .replace("oin = \"00000099000000307000\"", "oin = \"123\"")
            .replace("tot = \"2029-12-31\"", "tot = \"2029-02-31\"")
            .replace(
                "natuurlijke_personen = false",
                "natuurlijke_personen = \"nee\"",
            )
            .replace("nummers = [\"kvk\"]", "nummers = [\"bsn\"]");
        let fields = fields(&toml);
        for field in ["leden[2].oin", "tot", "natuurlijke_personen", "nummers"] {
            assert!(
                fields.iter().any(|found| found == field),
                "{field} in {fields:?}"
            );
        }
    }

    #[test]
    fn a_fault_has_the_line_and_the_column_of_its_field() {
        let line = EXAMPLE
            .lines()
            .position(|line| line.starts_with("publicatie_uren"))
            .unwrap();
        let toml = EXAMPLE.replace("publicatie_uren = 24", "publicatie_uren = \"dag\"");
        let faults = faults(&toml);
        assert_eq!(faults[0].place, Some((line + 1, 19)), "{faults:?}");
        assert!(faults[0].told_field().ends_with("kolom 19)"), "{faults:?}");
    }

    #[test]
    fn a_typing_error_in_a_key_is_refused() {
        let toml = EXAMPLE.replace("natuurlijke_personen =", "natuurlijk_persoon =");
        let fields = fields(&toml);
        assert!(
            fields.contains(&"natuurlijk_persoon".to_owned()),
            "{fields:?}"
        );
    }

    #[test]
    fn a_fault_of_the_content_is_told_by_field_too() {
        let toml = EXAMPLE.replace("publicatie_uren = 24", "publicatie_uren = 0");
        assert_eq!(fields(&toml), ["ritme.publicatie_uren"]);
        let toml = EXAMPLE.replace("00000099000000307000", "00000099000000345000");
        assert_eq!(fields(&toml), ["leden"]);
    }

    #[test]
    fn what_is_not_toml_is_told_with_its_line() {
        let faults = faults("groep = \"x\"\nnaam = ");
        assert!(faults[0].text.contains("regel 2"), "{faults:?}");
    }
}
