// SPDX-License-Identifier: EUPL-1.2
//! Reads TOML against the described keys, and names every fault by its line, in Dutch.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::slip::{self, did_you_mean, line_of};
use super::value::Value;
use crate::reason::io_reason;

/// What happens when a key is absent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Need {
    /// A fault.
    Required,
    /// Nothing is meant.
    Optional,
    /// The TOML text in the description counts.
    Default,
}

/// One key as described in `config.rs`.
#[derive(Debug)]
pub(super) struct Field {
    pub(super) key: &'static str,
    pub(super) doc: &'static [&'static str],
    pub(super) need: Need,
    pub(super) toml: &'static str,
}

/// A table of keys.
pub(super) trait Section: Sized {
    const ABOUT: &'static [&'static str];
    const FIELDS: &'static [Field];

    fn read(reader: &mut SectionReader<'_, '_>) -> Option<Self>;
}

/// Defines a section: the struct, and from the same lines its description.
macro_rules! section {
    (@need required) => { $crate::config::read::Need::Required };
    (@need optional) => { $crate::config::read::Need::Optional };
    (@need default) => { $crate::config::read::Need::Default };
    ($(#[doc = $about:literal])+ pub struct $name:ident {
        $($(#[doc = $doc:literal])+ $need:ident $key:ident: $type:ty = $toml:literal,)+
    }) => {
        $(#[doc = $about])+
        #[derive(Clone, Debug, PartialEq)]
        pub struct $name {
            $($(#[doc = $doc])+ pub $key: $type,)+
        }

        impl $crate::config::read::Section for $name {
            const ABOUT: &'static [&'static str] = &[$($about),+];
            const FIELDS: &'static [$crate::config::read::Field] = &[$($crate::config::read::Field {
                key: stringify!($key),
                doc: &[$($doc),+],
                need: section!(@need $need),
                toml: $toml,
            }),+];

            fn read(reader: &mut $crate::config::read::SectionReader<'_, '_>) -> Option<Self> {
                $(let $key = reader.field::<$type>(stringify!($key));)+
                Some(Self { $($key: $key?),+ })
            }
        }
    };
}
pub(super) use section;

/// One fault in the text, with what to do about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Where, when it can be said.
    pub line: Option<usize>,
    /// What is wrong and how to mend it, in Dutch.
    pub text: String,
}

impl Fault {
    pub(super) fn anywhere(text: impl Into<String>) -> Self {
        Self {
            line: None,
            text: text.into(),
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "regel {line}: {}", self.text),
            None => f.write_str(&self.text),
        }
    }
}

/// Why there is no configuration.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// There is no such file.
    #[error(
        "het configuratiebestand `{0}` bestaat niet; noem het met --config, of maak er een met `basisnet config voorbeeld > {0}`"
    )]
    Missing(PathBuf),
    /// The file cannot be read.
    #[error(
        "het configuratiebestand `{}` is niet te lezen ({}); noem het juiste bestand met --config, of herstel het",
        path.display(), io_reason(cause)
    )]
    Unreadable {
        /// Which file.
        path: PathBuf,
        /// What the operating system says.
        cause: std::io::Error,
    },
    /// The file says something that cannot be meant.
    #[error("het configuratiebestand `{}` klopt niet:{}", path.display(), list(faults))]
    Faulty {
        /// Which file.
        path: PathBuf,
        /// All that is wrong.
        faults: Vec<Fault>,
    },
}

fn list(faults: &[Fault]) -> String {
    faults
        .iter()
        .map(|fault| format!("\n  - {fault}"))
        .collect()
}

/// Walks the document once, and remembers what was wrong and which sections there were.
#[derive(Debug)]
pub(super) struct Reader<'t> {
    text: &'t str,
    base: &'t Path,
    root: DeTable<'t>,
    known: Vec<&'static str>,
    faults: Vec<Fault>,
}

impl<'t> Reader<'t> {
    pub(super) fn new(text: &'t str, base: &'t Path) -> Result<Self, Vec<Fault>> {
        let text = slip::without_mark(text);
        let root = DeTable::parse(text).map_err(|error| {
            let (line, text) = slip::not_toml(text, &error);
            let line = Some(line);
            vec![Fault { line, text }]
        })?;
        Ok(Self {
            text,
            base,
            root: root.into_inner(),
            known: Vec::new(),
            faults: Vec::new(),
        })
    }

    /// The table of that name, read into `S`; an absent table is read as an empty one.
    pub(super) fn section<S: Section>(&mut self, name: &'static str) -> Option<S> {
        self.known.push(name);
        let empty = DeTable::new();
        let found = find(&self.root, name);
        let (table, at) = match found.map(|value| (value.get_ref().as_table(), value.span().start))
        {
            Some((Some(table), at)) => (table, Some(line_of(self.text, at))),
            Some((None, at)) => {
                self.faults.push(Fault {
                    line: Some(line_of(self.text, at)),
                    text: format!(
                        "`{name}` is een onderdeel en hoort als `[{name}]` in het bestand"
                    ),
                });
                return None;
            }
            None => (&empty, None),
        };
        let mut reader = SectionReader {
            text: self.text,
            base: self.base,
            name,
            at,
            table,
            fields: S::FIELDS,
            faults: &mut self.faults,
        };
        reader.refuse_unknown();
        S::read(&mut reader)
    }

    /// A table of tables, each under a key of its own.
    pub(super) fn map<K: FromStr<Err: fmt::Display> + Ord, S: Section>(
        &mut self,
        name: &'static str,
    ) -> BTreeMap<K, S> {
        self.known.push(name);
        let mut map = BTreeMap::new();
        let Some(table) = find(&self.root, name).and_then(|value| value.get_ref().as_table())
        else {
            return map;
        };
        for (key, value) in table {
            let line = Some(line_of(self.text, key.span().start));
            let parsed = key.get_ref().parse::<K>();
            let (Ok(id), Some(inner)) = (parsed, value.get_ref().as_table()) else {
                self.faults.push(Fault {
                    line,
                    text: format!(
                        "`{name}.{}` kan niet; schrijf `[{name}.P08]`, met de code van een doel",
                        key.get_ref()
                    ),
                });
                continue;
            };
            let mut reader = SectionReader {
                text: self.text,
                base: self.base,
                name,
                at: line,
                table: inner,
                fields: S::FIELDS,
                faults: &mut self.faults,
            };
            reader.refuse_unknown();
            if let Some(section) = S::read(&mut reader) {
                map.insert(id, section);
            }
        }
        map
    }

    /// The result, unless something was wrong or a section is unknown.
    pub(super) fn finish<T>(mut self, whole: Option<T>) -> Result<T, Vec<Fault>> {
        for (key, _) in &self.root {
            if !self.known.contains(&key.get_ref().as_ref()) {
                self.faults.push(Fault {
                    line: Some(line_of(self.text, key.span().start)),
                    text: format!(
                        "onbekend onderdeel `{}`{}",
                        key.get_ref(),
                        did_you_mean(key.get_ref(), &self.known, '`')
                    ),
                });
            }
        }
        match whole {
            Some(whole) if self.faults.is_empty() => Ok(whole),
            _ => {
                self.faults.sort_by_key(|fault| fault.line);
                Err(self.faults)
            }
        }
    }
}

/// Reads the keys of one table.
#[derive(Debug)]
pub(super) struct SectionReader<'r, 't> {
    text: &'t str,
    base: &'t Path,
    name: &'static str,
    at: Option<usize>,
    table: &'r DeTable<'t>,
    fields: &'static [Field],
    faults: &'r mut Vec<Fault>,
}

impl SectionReader<'_, '_> {
    /// The value of a key, or what its description says about absence.
    pub(super) fn field<V: Value>(&mut self, key: &'static str) -> Option<V> {
        let outcome = match find(self.table, key) {
            Some(value) => V::read(value.get_ref(), self.base)
                .map_err(|why| (Some(line_of(self.text, value.span().start)), why)),
            None => self.absent(key).map_err(|why| (self.at, why)),
        };
        match outcome {
            Ok(value) => Some(value),
            Err((line, why)) => {
                let text = format!("`{key}` in [{}]: {why}", self.name);
                self.faults.push(Fault { line, text });
                None
            }
        }
    }

    fn absent<V: Value>(&self, key: &str) -> Result<V, String> {
        let Some(field) = self.fields.iter().find(|field| field.key == key) else {
            return Err("is niet beschreven".to_owned());
        };
        match field.need {
            Need::Required => Err(format!("ontbreekt; bijvoorbeeld `{key} = {}`", field.toml)),
            Need::Optional => V::absent().ok_or_else(|| "ontbreekt".to_owned()),
            Need::Default => {
                let value = DeValue::parse(field.toml).map_err(|error| error.to_string())?;
                V::read(value.get_ref(), self.base)
            }
        }
    }

    fn refuse_unknown(&mut self) {
        let keys: Vec<&str> = self.fields.iter().map(|field| field.key).collect();
        for (key, _) in self.table {
            if !keys.contains(&key.get_ref().as_ref()) {
                self.faults.push(Fault {
                    line: Some(line_of(self.text, key.span().start)),
                    text: format!(
                        "onbekende sleutel `{}` in [{}]{}",
                        key.get_ref(),
                        self.name,
                        did_you_mean(key.get_ref(), &keys, '`')
                    ),
                });
            }
        }
    }
}

fn find<'a, 't>(table: &'a DeTable<'t>, name: &str) -> Option<&'a Spanned<DeValue<'t>>> {
    table
        .iter()
        .find_map(|(key, value)| (key.get_ref() == name).then_some(value))
}
