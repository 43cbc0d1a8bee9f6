// SPDX-License-Identifier: EUPL-1.2
//! Invented names of businesses: a kind of care, and a word from the landscape. Never a name of a person.

use super::region::Form;

const KINDS: [&str; 12] = [
    "Begeleiding",
    "Dagbesteding",
    "Gezinszorg",
    "Hulpbijhuis",
    "Jeugdhulp",
    "Respijtzorg",
    "Thuiszorg",
    "Wijkzorg",
    "Woonzorg",
    "Zorgboerderij",
    "Zorggroep",
    "Zorghuis",
];

const FIRST: [&str; 18] = [
    "Beuken",
    "Berken",
    "Brem",
    "Eiken",
    "Elzen",
    "Hazel",
    "Heide",
    "Iepen",
    "Kastanje",
    "Klaver",
    "Linde",
    "Meidoorn",
    "Olmen",
    "Populier",
    "Sleedoorn",
    "Varen",
    "Vlier",
    "Wilgen",
];

const SECOND: [&str; 14] = [
    "akker", "beek", "brug", "dal", "dreef", "gaarde", "heuvel", "hof", "kade", "pad", "spoor",
    "veld", "vonder", "waard",
];

/// All names there are, without a legal form.
#[must_use]
pub(super) fn all() -> Vec<String> {
    let mut names = Vec::new();
    for kind in KINDS {
        for first in FIRST {
            for second in SECOND {
                names.push(format!("{kind} {first}{second}"));
            }
        }
    }
    names
}

/// The name as the trade register would have it.
#[must_use]
pub(super) fn with_form(name: &str, form: Form) -> String {
    match form {
        Form::Bv => format!("{name} B.V."),
        Form::Stichting => format!("Stichting {name}"),
        Form::Cooperatie => format!("Coöperatie {name} U.A."),
        Form::Vereniging => format!("Vereniging {name}"),
        Form::Vof => format!("{name} V.O.F."),
        Form::Maatschap => format!("Maatschap {name}"),
        Form::Eenmanszaak | Form::Unknown => name.to_owned(),
    }
}
