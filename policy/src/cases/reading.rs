// SPDX-License-Identifier: EUPL-1.2
//! Reads files of cases, and names every fault in any of them at its place.

use std::collections::{BTreeMap, BTreeSet};

use basisnet_protocol::purpose::Category;
use serde::Deserialize;
use toml::de::{DeTable, DeValue};
use toml::{Spanned, Table};

use super::form::SceneForm;
use super::{Answer, Base, Case, Cases, EXAMPLE, Pair, Place, Scene};
use crate::guard::GuardId;
use crate::position::reading::{Tree, parse, read_part, read_tree, shift};
use crate::position::{Fault, Faults, Source, Told};
use crate::record::Field;

/// What takes a fact away in a case.
const UNKNOWN: &str = "onbekend";

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct FileForm {
    uitgangspunt: Vec<BaseForm>,
    geval: Vec<PairForm>,
    besluit: Vec<CaseForm>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(
    dead_code,
    reason = "the situation itself is read from the tree, with its places"
)]
struct BaseForm {
    naam: String,
    feiten: Table,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(
    dead_code,
    reason = "what is different is read from the tree, with its places"
)]
struct PairForm {
    toets: GuardId,
    waarom: String,
    uitgangspunt: String,
    #[serde(default)]
    anders: Table,
    niet: Table,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(
    dead_code,
    reason = "what is different is read from the tree, with its places"
)]
struct CaseForm {
    naam: String,
    waarom: String,
    uitgangspunt: String,
    #[serde(default)]
    anders: Table,
    antwoord: Antwoord,
    #[serde(default)]
    toetsen: BTreeSet<GuardId>,
    #[serde(default)]
    gegeven: BTreeSet<Category>,
    velden: Option<BTreeSet<Field>>,
}

#[derive(Deserialize, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
enum Antwoord {
    Ja,
    Nee,
}

/// A file of which the form is in order.
struct File<'a> {
    source: Source<'a>,
    tree: Tree<'a>,
    form: FileForm,
}

/// Reads all files of a folder, or names all that is wrong with them.
pub(super) fn read(texts: &[(&str, &str)]) -> Result<Cases, Faults> {
    let example = DeTable::parse(EXAMPLE).map(Spanned::into_inner);
    let mut reader = Reader {
        example: example.unwrap_or_default(),
        faults: Vec::new(),
        situations: BTreeMap::new(),
        cases: Cases::default(),
    };
    let files: Vec<File<'_>> = texts
        .iter()
        .filter_map(|(file, text)| reader.open(Source { file, text }))
        .collect();
    for file in &files {
        reader.bases(file);
    }
    for file in &files {
        reader.pairs(file);
        reader.others(file);
    }
    Faults::or(Some(reader.cases), reader.faults)
}

struct Reader<'a> {
    example: DeTable<'static>,
    faults: Vec<Fault>,
    /// The situations to start from, moved out of the way: a value in it stands in another file than the case.
    situations: BTreeMap<String, DeTable<'a>>,
    cases: Cases,
}

/// One case of a file: which, and where it begins.
struct At<'f, 'a> {
    file: &'f File<'a>,
    kind: &'static str,
    number: usize,
    table: &'f DeTable<'a>,
    offset: usize,
}

impl At<'_, '_> {
    fn field(&self, name: &str) -> String {
        format!("{}[{}].{name}", self.kind, self.number + 1)
    }

    fn place(&self) -> Place {
        Place {
            file: self.file.source.file.to_owned(),
            line: self.file.source.place(self.offset).0,
        }
    }
}

impl<'a> File<'a> {
    /// The cases of one kind, each with its table.
    fn each<'f>(&'f self, kind: &'static str) -> impl Iterator<Item = At<'f, 'a>> {
        let list = self.tree.get_ref().get(kind);
        let items = list.and_then(|list| list.get_ref().as_array());
        let items = items.into_iter().flatten().enumerate();
        items.filter_map(move |(number, item)| {
            Some(At {
                file: self,
                kind,
                number,
                table: item.get_ref().as_table()?,
                offset: item.span().start,
            })
        })
    }
}

impl<'a> Reader<'a> {
    fn open(&mut self, source: Source<'a>) -> Option<File<'a>> {
        let read = parse(source).and_then(|tree| {
            let form = read_tree(source, tree.clone(), &self.example)?;
            Ok(File { source, tree, form })
        });
        read.map_err(|faults| self.faults.extend(faults)).ok()
    }

    fn bases(&mut self, file: &File<'a>) {
        for (at, form) in file.each("uitgangspunt").zip(&file.form.uitgangspunt) {
            let Some(facts) = part(at.table, "feiten") else {
                continue;
            };
            if self.situations.contains_key(&form.naam) {
                let told = Told::new(
                    format!("er zijn twee uitgangspunten met de naam `{}`", form.naam),
                    "een naam die er nog niet is",
                    "geef een van beide een andere naam",
                );
                self.faults
                    .push(file.source.fault(at.offset, at.field("naam"), told));
            }
            let mut moved = facts.clone();
            shift(&mut moved);
            self.situations.insert(form.naam.clone(), moved);
            let Some(scene) = self.scene(&at, facts.clone(), "feiten") else {
                continue;
            };
            let base = Base {
                place: at.place(),
                name: form.naam.clone(),
                scene,
            };
            self.cases.bases.insert(form.naam.clone(), base);
        }
    }

    fn pairs(&mut self, file: &File<'a>) {
        for (at, form) in file.each("geval").zip(&file.form.geval) {
            let Some(base) = self.situation(&at, &form.uitgangspunt) else {
                continue;
            };
            let passing = merged(base, &[part(at.table, "anders")]);
            let failing = merged(passing.clone(), &[part(at.table, "niet")]);
            let passing = self.scene(&at, passing, "anders");
            let failing = self.scene(&at, failing, "niet");
            if let (Some(passing), Some(failing)) = (passing, failing) {
                self.cases.pairs.push(Pair {
                    place: at.place(),
                    guard: form.toets.clone(),
                    why: form.waarom.clone(),
                    passing,
                    failing,
                });
            }
        }
    }

    fn others(&mut self, file: &File<'a>) {
        for (at, form) in file.each("besluit").zip(&file.form.besluit) {
            let Some(base) = self.situation(&at, &form.uitgangspunt) else {
                continue;
            };
            let merged = merged(base, &[part(at.table, "anders")]);
            if let Some(scene) = self.scene(&at, merged, "anders") {
                self.cases.others.push(Case {
                    place: at.place(),
                    name: form.naam.clone(),
                    why: form.waarom.clone(),
                    scene,
                    expected: Answer {
                        permitted: form.antwoord == Antwoord::Ja,
                        guards: form.toetsen.clone(),
                        given: form.gegeven.clone(),
                    },
                    fields: form.velden.clone(),
                });
            }
        }
    }

    fn situation(&mut self, at: &At<'_, 'a>, name: &str) -> Option<DeTable<'a>> {
        let known = self.situations.get(name).cloned();
        if known.is_none() {
            let names: Vec<_> = self.situations.keys().map(String::as_str).collect();
            let told = Told::new(
                format!("het uitgangspunt `{name}` bestaat niet"),
                format!("een van `{}`", names.join("`, `")),
                "kies een ander uitgangspunt of schrijf dit uitgangspunt erbij",
            );
            let offset = at
                .table
                .get("uitgangspunt")
                .map_or(at.offset, |named| named.span().start);
            let fault = at.file.source.fault(offset, at.field("uitgangspunt"), told);
            self.faults.push(fault);
        }
        known
    }

    fn scene(&mut self, at: &At<'_, 'a>, table: DeTable<'a>, field: &str) -> Option<Scene> {
        let start = self.example.get("uitgangspunt");
        let start = start.and_then(|list| list.get_ref().as_array()?.iter().next());
        let example = start.and_then(|base| part(base.get_ref().as_table()?, "feiten"));
        let example = example.cloned().unwrap_or_default();
        let read: Result<SceneForm, _> = read_part(at.file.source, table, &example, at.offset);
        match read {
            Ok(form) => Some(form.into()),
            Err(faults) => {
                self.faults.extend(faults.into_iter().map(|mut fault| {
                    fault.field = at.field(&format!("{field}.{}", fault.field));
                    fault
                }));
                None
            }
        }
    }
}

fn part<'t, 'a>(table: &'t DeTable<'a>, name: &str) -> Option<&'t DeTable<'a>> {
    table.get(name)?.get_ref().as_table()
}

/// A situation with differences on top of it; `"onbekend"` takes a fact away.
fn merged<'a>(mut base: DeTable<'a>, differences: &[Option<&DeTable<'a>>]) -> DeTable<'a> {
    for difference in differences.iter().flatten() {
        merge(&mut base, difference);
    }
    base
}

fn merge<'a>(table: &mut DeTable<'a>, difference: &DeTable<'a>) {
    for (key, value) in difference {
        let name: &str = key.get_ref();
        let known = table.get_mut(name).map(Spanned::get_mut);
        match (known, value.get_ref()) {
            (Some(DeValue::Table(inner)), DeValue::Table(more)) => merge(inner, more),
            (_, DeValue::String(text)) if text == UNKNOWN => {
                table.remove(name);
            }
            _ => {
                table.remove(name);
                table.insert(key.clone(), value.clone());
            }
        }
    }
}
