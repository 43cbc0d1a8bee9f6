// SPDX-License-Identifier: EUPL-1.2
//! A new involvement as it comes in, with all that is wrong with it told at once.

use std::collections::BTreeSet;

use basisnet_protocol::message::{ContractRole, LabelLetter, Law, Variant};
use basisnet_protocol::time::Date;
use serde::Deserialize;

use crate::api::Problem;
use crate::api::problem::FieldFault;
use crate::service::betrokkenheid::{Contract, Involvement, Label, Task, Toezicht};

/// A new involvement; which fields belong, depends on `soort`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct NewBody {
    soort: String,
    wet: Option<String>,
    zorgvormen: Vec<String>,
    variant: Option<String>,
    rol: Option<String>,
    taak: Option<String>,
    vanaf: Option<String>,
    tot: Option<String>,
    letter: Option<String>,
    kader: Option<u32>,
    gehoord: Option<bool>,
    afspraken: Option<String>,
    onderbouwing: Option<String>,
}

impl NewBody {
    /// What is told in words, in the field that belongs to the kind.
    pub(super) fn words(&self) -> Option<&str> {
        let words = match self.soort.as_str() {
            "contract" => &self.afspraken,
            "label" => &self.onderbouwing,
            _ => &None,
        };
        words.as_deref().filter(|text| !text.trim().is_empty())
    }
}

/// Reads fields and remembers what is wrong with them.
#[derive(Debug, Default)]
pub(super) struct Fields(pub(super) Vec<FieldFault>);

impl Fields {
    fn fault(&mut self, field: &str, text: impl Into<String>) {
        self.0.push(FieldFault {
            veld: field.to_owned(),
            melding: text.into(),
        });
    }

    pub(super) fn choice<T: Copy>(
        &mut self,
        field: &str,
        text: Option<&str>,
        choices: &[(&str, T)],
    ) -> Option<T> {
        let found = text.and_then(|text| {
            choices
                .iter()
                .find(|(word, _)| word.eq_ignore_ascii_case(text.trim()))
        });
        if found.is_none() {
            let words: Vec<&str> = choices.iter().map(|(word, _)| *word).collect();
            self.fault(field, format!("kies uit {}", words.join(", ")));
        }
        found.map(|(_, value)| *value)
    }

    pub(super) fn day(&mut self, field: &str, text: Option<&str>) -> Option<Date> {
        let day = text.and_then(|text| text.trim().parse().ok());
        if day.is_none() {
            self.fault(field, "verwacht een datum zoals 2026-11-21");
        }
        day
    }

    fn optional_day(&mut self, field: &str, text: Option<&str>) -> Option<Option<Date>> {
        match text {
            None => Some(None),
            Some(_) => self.day(field, text).map(Some),
        }
    }

    fn law(&mut self, text: Option<&str>) -> Option<Law> {
        self.choice(
            "wet",
            text,
            &[("wmo", Law::Wmo), ("jeugdwet", Law::Jeugdwet)],
        )
    }
}

impl NewBody {
    pub(super) fn involvement(&self) -> Result<Involvement, Problem> {
        let mut fields = Fields::default();
        let involvement = match self.soort.as_str() {
            "contract" => self.contract(&mut fields).map(Involvement::Contract),
            "toezicht" => self.toezicht(&mut fields).map(Involvement::Toezicht),
            "label" => self.label(&mut fields).map(Involvement::Label),
            _ => {
                fields.fault("soort", "kies uit contract, toezicht, label");
                None
            }
        };
        involvement.ok_or_else(|| {
            Problem::invalid(
                "betrokkenheid-ongeldig",
                "De gegevens van de betrokkenheid kloppen niet.",
            )
            .with_faults(fields.0)
        })
    }

    fn contract(&self, fields: &mut Fields) -> Option<Contract> {
        let law = fields.law(self.wet.as_deref());
        let variants = [
            ("inspanningsgericht", Variant::Inspanningsgericht),
            ("outputgericht", Variant::Outputgericht),
            ("taakgericht", Variant::Taakgericht),
        ];
        let variant = fields.choice("variant", self.variant.as_deref(), &variants);
        let roles = [
            ("hoofdaannemer", ContractRole::Main),
            ("onderaannemer", ContractRole::Sub),
        ];
        let role = fields.choice("rol", self.rol.as_deref(), &roles);
        let from = fields.day("vanaf", self.vanaf.as_deref());
        let until = fields.optional_day("tot", self.tot.as_deref());
        let care_forms: BTreeSet<String> = self
            .zorgvormen
            .iter()
            .map(|form| form.trim().to_owned())
            .collect();
        if care_forms.len() > 50 {
            fields.fault("zorgvormen", "hoogstens 50 zorgvormen");
            return None;
        }
        Some(Contract {
            law: law?,
            care_forms,
            variant: variant?,
            role: role?,
            from: from?,
            until: until?,
        })
    }

    fn toezicht(&self, fields: &mut Fields) -> Option<Toezicht> {
        let law = fields.law(self.wet.as_deref());
        let tasks = [
            ("kwaliteit", Task::Quality),
            ("rechtmatigheid", Task::Lawfulness),
        ];
        let task = fields.choice("taak", self.taak.as_deref(), &tasks);
        let opened = fields.day("vanaf", self.vanaf.as_deref());
        let closed = fields.optional_day("tot", self.tot.as_deref());
        Some(Toezicht {
            task: task?,
            law: law?,
            opened: opened?,
            closed: closed?,
        })
    }

    fn label(&self, fields: &mut Fields) -> Option<Label> {
        let letters = [
            ("A", LabelLetter::A),
            ("B", LabelLetter::B),
            ("C", LabelLetter::C),
            ("D", LabelLetter::D),
            ("F", LabelLetter::F),
        ];
        let letter = fields.choice("letter", self.letter.as_deref(), &letters);
        let date = fields.day("vanaf", self.vanaf.as_deref());
        Some(Label {
            letter: letter?,
            date: date?,
            framework_version: self.kader.unwrap_or(1),
            hearing_over: self.gehoord.unwrap_or(false),
        })
    }
}
