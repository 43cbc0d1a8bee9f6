// SPDX-License-Identifier: EUPL-1.2
//! The form by which a person asks one gemeente for inzage, and the preview of what will be sent.

use crate::form::{Fault, Field, chosen, faults};
use crate::frame::page;

/// The form to ask for inzage.
#[derive(Clone, Debug)]
pub struct InzageForm {
    /// The aanbieder it is about.
    pub aanbieder_id: String,
    /// Its name.
    pub aanbieder: String,
    /// Who is asked.
    pub oin: String,
    /// Its name.
    pub member: String,
    /// For which purpose.
    pub purpose: Field,
    /// The own case; stays here, a fingerprint of it travels.
    pub case_reference: Field,
    /// Why the question is in proportion.
    pub proportionality: Field,
    /// Why it cannot be had otherwise.
    pub subsidiarity: Field,
    /// What is asked for.
    pub categories: Field,
    /// Where the reader is in the form.
    pub step: Step,
    /// Why the own node holds the question back, with what would be needed.
    pub refusals: Vec<Ground>,
}

/// Where the reader is in the form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Filling it in.
    Fill,
    /// Looking at what will be sent.
    Preview,
}

/// A reason of the policy, as a reader can use it.
#[derive(Clone, Debug)]
pub struct Ground {
    /// The name of the rule.
    pub guard: String,
    /// The article of law.
    pub article: String,
    /// What it means here.
    pub explanation: String,
    /// What would be needed.
    pub remedy: String,
}

impl InzageForm {
    fn fields(&self) -> [&Field; 5] {
        [
            &self.purpose,
            &self.case_reference,
            &self.proportionality,
            &self.subsidiarity,
            &self.categories,
        ]
    }

    fn faults(&self) -> Vec<Fault> {
        faults(self.fields())
    }

    fn is_preview(&self) -> bool {
        self.step == Step::Preview
    }

    fn chosen<'a>(&self, field: &'a Field) -> Vec<&'a str> {
        chosen(field)
    }
}

page!(InzageForm, InzageFormPage, "inzage_form.html");
