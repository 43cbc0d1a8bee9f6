// SPDX-License-Identifier: EUPL-1.2
//! The fields of a form: what was filled in stays, and each fault stands at its own field and in the summary.

/// One field. Its label is `veld-<name>` in the catalogue, its explanation `veld-<name>-uitleg`.
#[derive(Clone, Debug, Default)]
pub struct Field {
    /// The name under which it is sent.
    pub name: &'static str,
    /// What was filled in.
    pub value: String,
    /// What is wrong with it, and what to do.
    pub error: Option<String>,
    /// What there is to choose from; empty for free text.
    pub options: Vec<Choice>,
}

/// Something to choose.
#[derive(Clone, Debug, Default)]
pub struct Choice {
    /// What is sent.
    pub value: String,
    /// What it is called.
    pub label: String,
    /// What needs to be explained.
    pub hint: Option<String>,
    /// Whether it is chosen.
    pub chosen: bool,
}

impl Field {
    /// An empty field.
    #[must_use]
    pub fn new(name: &'static str) -> Self {
        Self {
            name,
            ..Self::default()
        }
    }

    /// With what was filled in.
    #[must_use]
    pub fn filled(mut self, value: impl Into<String>) -> Self {
        self.value = value.into();
        self
    }

    /// With what there is to choose from.
    #[must_use]
    pub fn choices(mut self, options: Vec<Choice>) -> Self {
        self.options = options;
        self
    }

    /// With what is wrong.
    #[must_use]
    pub fn wrong(mut self, error: Option<String>) -> Self {
        self.error = error;
        self
    }

    pub(crate) fn id(&self) -> String {
        format!("veld-{}", self.name)
    }

    pub(crate) fn choice_id(&self, at: &usize) -> String {
        format!("veld-{}-{at}", self.name)
    }

    /// Where the summary points: the field, or the first of the choices.
    pub(crate) fn anchor(&self) -> String {
        if self.options.is_empty() {
            self.id()
        } else {
            self.choice_id(&0)
        }
    }

    pub(crate) fn described_by(&self, hint: bool) -> String {
        let hint = hint.then(|| format!("uitleg-{}", self.name));
        let error = self.error.as_ref().map(|_| format!("fout-{}", self.name));
        let both: Vec<String> = hint.into_iter().chain(error).collect();
        both.join(" ")
    }
}

/// A line of the summary of faults.
#[derive(Clone, Debug)]
pub struct Fault {
    /// Where it is.
    pub anchor: String,
    /// What it is.
    pub text: String,
}

/// The faults of the fields, in the order of the form.
pub(crate) fn faults<'a>(fields: impl IntoIterator<Item = &'a Field>) -> Vec<Fault> {
    fields
        .into_iter()
        .filter_map(|field| {
            let text = field.error.clone()?;
            let anchor = field.anchor();
            Some(Fault { anchor, text })
        })
        .collect()
}

/// The choices that were made, by their labels.
pub(crate) fn chosen(field: &Field) -> Vec<&str> {
    field
        .options
        .iter()
        .filter(|option| option.chosen)
        .map(|option| option.label.as_str())
        .collect()
}
