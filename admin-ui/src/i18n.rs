// SPDX-License-Identifier: EUPL-1.2
//! All words on the pages, in Dutch and in English. Dutch is the source; a test keeps the two complete.

use std::sync::LazyLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use unic_langid::{LanguageIdentifier, langid};

use crate::format::{Day, Moment, number};

/// The languages there are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Language {
    /// Dutch, the language of the house.
    #[default]
    Dutch,
    /// English.
    English,
}

impl Language {
    /// As in the `lang` attribute.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Dutch => "nl",
            Self::English => "en",
        }
    }

    /// The language of that code; Dutch for every other text.
    #[must_use]
    pub fn of_code(code: &str) -> Self {
        match code {
            "en" => Self::English,
            _ => Self::Dutch,
        }
    }

    /// The one to switch to.
    #[must_use]
    pub const fn other(self) -> Self {
        match self {
            Self::Dutch => Self::English,
            Self::English => Self::Dutch,
        }
    }
}

const DUTCH: &str = include_str!("../i18n/nl.ftl");
const ENGLISH: &str = include_str!("../i18n/en.ftl");

type Bundle = FluentBundle<FluentResource>;

static DUTCH_BUNDLE: LazyLock<Bundle> = LazyLock::new(|| bundle(langid!("nl"), DUTCH));
static ENGLISH_BUNDLE: LazyLock<Bundle> = LazyLock::new(|| bundle(langid!("en"), ENGLISH));

fn bundle(language: LanguageIdentifier, source: &str) -> Bundle {
    let mut bundle = FluentBundle::new_concurrent(vec![language]);
    bundle.set_use_isolating(false);
    // A fault in the catalogue is found by the tests; here what could be read is used.
    let resource =
        FluentResource::try_new(source.to_owned()).unwrap_or_else(|(partial, _)| partial);
    bundle.add_resource_overriding(resource);
    bundle
}

/// The words in one language.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Text(pub Language);

impl Text {
    /// The text of a key; the key itself in brackets when there is none, so that it is noticed.
    #[must_use]
    pub fn s(&self, key: &str) -> String {
        self.find(key, None).unwrap_or_else(|| format!("[{key}]"))
    }

    /// The text of a key with values filled in.
    #[must_use]
    pub fn with<V: AsRef<str>>(&self, key: &str, values: &[(&'static str, V)]) -> String {
        let mut args = FluentArgs::with_capacity(values.len());
        for (name, value) in values {
            args.set(*name, FluentValue::from(value.as_ref().to_owned()));
        }
        self.find(key, Some(&args))
            .unwrap_or_else(|| format!("[{key}]"))
    }

    /// The text of a key for a number of things, `$n` in the catalogue.
    #[must_use]
    pub fn count(&self, key: &str, n: &usize) -> String {
        let mut args = FluentArgs::with_capacity(2);
        args.set("n", FluentValue::from(*n));
        args.set("getal", FluentValue::from(number(*n as u64)));
        self.find(key, Some(&args))
            .unwrap_or_else(|| format!("[{key}]"))
    }

    /// The word for a code of a closed list, such as `term("wet", "wmo")`; a code without a word stays as it is.
    #[must_use]
    pub fn term(&self, list: &str, code: &str) -> String {
        let key = format!("{list}-{}", code.replace('_', "-").to_lowercase());
        self.find(&key, None).unwrap_or_else(|| code.to_owned())
    }

    /// The text of a key, if it has one.
    #[must_use]
    pub fn maybe(&self, key: &str) -> Option<String> {
        self.find(key, None)
    }

    /// The name of a field of a form.
    #[must_use]
    pub fn label(&self, field: &str) -> String {
        self.s(&format!("veld-{field}"))
    }

    /// What a field of a form needs to have explained.
    #[must_use]
    pub fn hint(&self, field: &str) -> Option<String> {
        self.find(&format!("veld-{field}-uitleg"), None)
    }

    /// A day.
    #[must_use]
    pub fn day(&self, day: &Day) -> String {
        day.written()
    }

    /// A moment.
    #[must_use]
    pub fn moment(&self, moment: &Moment) -> String {
        moment.written()
    }

    /// A number.
    #[must_use]
    pub fn number(&self, value: &usize) -> String {
        number(*value as u64)
    }

    fn find(&self, key: &str, args: Option<&FluentArgs<'_>>) -> Option<String> {
        let bundle: &Bundle = match self.0 {
            Language::Dutch => &DUTCH_BUNDLE,
            Language::English => &ENGLISH_BUNDLE,
        };
        let pattern = bundle.get_message(key)?.value()?;
        let mut faults = Vec::new();
        Some(
            bundle
                .format_pattern(pattern, args, &mut faults)
                .into_owned(),
        )
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn keys(source: &str) -> BTreeSet<String> {
        source
            .lines()
            .filter(|line| line.starts_with(|first: char| first.is_ascii_lowercase()))
            .filter_map(|line| line.split_once(" ="))
            .map(|(key, _)| key.to_owned())
            .collect()
    }

    fn values(source: &str, key: &str) -> BTreeSet<String> {
        let start = source.find(&format!("\n{key} =")).map_or(0, |at| at + 1);
        let rest = &source[start..];
        let end = rest
            .match_indices('\n')
            .find(|(at, _)| !rest[at + 1..].starts_with(' '))
            .map_or(rest.len(), |(at, _)| at);
        rest[..end]
            .split('$')
            .skip(1)
            .map(|tail| {
                tail.split(|c: char| !c.is_ascii_alphanumeric())
                    .next()
                    .unwrap()
                    .to_owned()
            })
            .collect()
    }

    #[test]
    fn both_catalogues_are_well_formed() {
        for source in [DUTCH, ENGLISH] {
            if let Err((_, faults)) = FluentResource::try_new(source.to_owned()) {
                panic!("{faults:?}");
            }
        }
    }

    #[test]
    fn both_languages_have_the_same_keys_and_the_same_values_to_fill_in() {
        assert_eq!(keys(DUTCH), keys(ENGLISH));
        for key in keys(DUTCH) {
            assert_eq!(values(DUTCH, &key), values(ENGLISH, &key), "{key}");
        }
    }

    #[test]
    fn no_key_is_there_twice() {
        for source in [DUTCH, ENGLISH] {
            let lines = source
                .lines()
                .filter(|line| line.starts_with(|c: char| c.is_ascii_lowercase()));
            assert_eq!(lines.count(), keys(source).len());
        }
    }

    #[test]
    fn every_key_that_a_template_names_is_in_the_catalogue() {
        let known = keys(DUTCH);
        for file in std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/templates")).unwrap() {
            let path = file.unwrap().path();
            let template = std::fs::read_to_string(&path).unwrap();
            for call in ["t.s(\"", "t.with(\"", "t.count(\""] {
                for tail in template.split(call).skip(1) {
                    let key = tail.split('"').next().unwrap();
                    assert!(known.contains(key), "{key} in {}", path.display());
                }
            }
        }
    }

    #[test]
    fn numbers_of_things_are_written_in_the_right_form() {
        let text = Text(Language::Dutch);
        assert_eq!(text.count("zoeken-aantal", &1), "1 aanbieder gevonden");
        assert_eq!(
            text.count("zoeken-aantal", &1_200),
            "1.200 aanbieders gevonden"
        );
    }

    #[test]
    fn a_missing_key_is_visible_and_a_missing_word_shows_its_code() {
        let text = Text(Language::English);
        assert_eq!(text.s("geen-sleutel"), "[geen-sleutel]");
        assert_eq!(text.term("wet", "wlz"), "wlz");
        assert_eq!(
            text.term("rol", "toezichthouder_kwaliteit"),
            "Supervisor quality"
        );
    }
}
