// SPDX-License-Identifier: EUPL-1.2
//! The example file, printed from the descriptions, so that it can never say something else than the program does.

use std::fmt::Write as _;

use basisnet_protocol::id::{GemeenteCode, Oin};

use super::read::{Need, Section};
use super::{
    Api, Bevragen, Certificaat, Contact, Grenzen, Logging, Opslag, Organisatie, Overlay, Vertrouwen,
};

/// What is known already about the organisation.
#[derive(Debug, Default)]
pub(super) struct Filled {
    pub(super) oin: Option<Oin>,
    pub(super) naam: Option<String>,
    pub(super) gemeentecode: Option<GemeenteCode>,
}

impl Filled {
    fn value(&self, key: &str) -> Option<String> {
        match key {
            "oin" => self.oin.map(|oin| quoted(oin.as_str())),
            "naam" => self.naam.as_deref().map(quoted),
            "gemeentecode" => self.gemeentecode.map(|code| quoted(code.as_str())),
            _ => None,
        }
    }
}

fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

pub(super) fn text(filled: &Filled) -> String {
    let mut out = String::from(
        "# Configuratie van een BasisNet-node.\n\
         # Een sleutel die het programma niet kent, houdt de node tegen; `basisnet config controleer` wijst hem aan.\n\
         # Wat hier als waarde staat, geldt ook als u de regel weglaat, behalve waar 'verplicht' staat.\n",
    );
    section::<Organisatie>(&mut out, "organisatie", filled);
    let none = Filled::default();
    section::<Opslag>(&mut out, "opslag", &none);
    section::<Overlay>(&mut out, "overlay", &none);
    section::<Api>(&mut out, "api", &none);
    section::<Vertrouwen>(&mut out, "vertrouwen", &none);
    section::<Certificaat>(&mut out, "certificaat", &none);
    let mut contact = String::new();
    section::<Contact>(&mut contact, "contacten.P08", &none);
    match filled.oin {
        // Another gemeente would call the number of the example.
        Some(_) => contact.lines().for_each(|line| comment(&mut out, line)),
        None => out.push_str(&contact),
    }
    section::<Bevragen>(&mut out, "bevragen", &none);
    section::<Logging>(&mut out, "logging", &none);
    section::<Grenzen>(&mut out, "grenzen", &none);
    out
}

/// A line that does nothing until somebody takes the sign away.
fn comment(out: &mut String, line: &str) {
    let sign = if line.is_empty() || line.starts_with('#') {
        ""
    } else {
        "# "
    };
    let _ = writeln!(out, "{sign}{line}");
}

fn section<S: Section>(out: &mut String, name: &str, filled: &Filled) {
    out.push('\n');
    for line in S::ABOUT {
        let _ = writeln!(out, "#{line}");
    }
    let _ = writeln!(out, "[{name}]");
    for field in S::FIELDS {
        for line in field.doc {
            let _ = writeln!(out, "#{line}");
        }
        let value = filled.value(field.key);
        match (field.need, value) {
            (Need::Required, value) => {
                let value = value.unwrap_or_else(|| field.toml.to_owned());
                let _ = writeln!(out, "{} = {value}  # verplicht", field.key);
            }
            (Need::Optional, None) => {
                let _ = writeln!(out, "# {} = {}", field.key, field.toml);
            }
            (Need::Optional | Need::Default, Some(value)) => {
                let _ = writeln!(out, "{} = {value}", field.key);
            }
            (Need::Default, None) => {
                let _ = writeln!(out, "{} = {}", field.key, field.toml);
            }
        }
    }
}
