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
use crate::position::{Fault, Faults, Lines, MOST_FAULTS, Source, Told};
use crate::record::Field;

/// The most cases that are read in one go.
pub(super) const MOST_CASES: usize = 2_000;
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
    lines: Lines,
}

/// Every kind of case.
const KINDS: [&str; 3] = ["uitgangspunt", "geval", "besluit"];

/// Reads all files of a folder, or names all that is wrong with them.
pub(super) fn read(texts: &[(&str, &str)]) -> Result<Cases, Faults> {
    let example = DeTable::parse(EXAMPLE).map(Spanned::into_inner);
    let mut reader = Reader {
        example: example.unwrap_or_default(),
        faults: Vec::new(),
        situations: BTreeMap::new(),
        told: BTreeMap::new(),
        unread: false,
        count: 0,
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
    /// What was told of each of them already, as field and fault, so that it is not told of each case again.
    told: BTreeMap<String, Vec<(String, String)>>,
    /// Whether there is a file that could not be read: what is not found may stand in it.
    unread: bool,
    /// How many cases there are so far.
    count: usize,
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
            line: self.file.lines.line(self.offset),
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
        if self.is_full() {
            return None;
        }
        let read = parse(source).and_then(|tree| {
            self.count_in(source, &tree)?;
            let form = read_tree(source, tree.clone(), &self.example)?;
            let lines = Lines::of(source.text);
            Ok(File {
                source,
                tree,
                form,
                lines,
            })
        });
        let read = read.map_err(|faults| self.faults.extend(faults));
        self.unread |= read.is_err();
        read.ok()
    }

    /// Whether there are so many faults that the rest can wait.
    fn is_full(&self) -> bool {
        self.faults.len() >= MOST_FAULTS || self.count > MOST_CASES
    }

    /// Counts the cases of a file, before any of them is looked at.
    fn count_in(&mut self, source: Source<'_>, tree: &Tree<'_>) -> Result<(), Vec<Fault>> {
        for kind in KINDS {
            let list = tree.get_ref().get(kind);
            let items = list.and_then(|list| list.get_ref().as_array());
            for item in items.into_iter().flatten() {
                self.count += 1;
                if self.count > MOST_CASES {
                    let told = Told::new(
                        "er zijn te veel gevallen",
                        format!("hooguit {MOST_CASES} gevallen in een keer"),
                        "verdeel ze over meer mappen",
                    );
                    return Err(vec![source.fault(item.span().start, kind, told)]);
                }
            }
        }
        Ok(())
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
                let named = at.table.get("naam");
                let offset = named.map_or(at.offset, |named| named.span().start);
                let fault = file.source.fault(offset, at.field("naam"), told);
                self.faults.push(fault);
            }
            let mut moved = facts.clone();
            shift(&mut moved);
            self.situations.insert(form.naam.clone(), moved);
            let before = self.faults.len();
            let Some(scene) = self.scene(&at, facts.clone(), "feiten", None) else {
                let inside = at.field("feiten.");
                let told = self.faults.iter().skip(before).map(|fault| {
                    let field = fault.field.strip_prefix(&inside);
                    (field.unwrap_or_default().to_owned(), fault.fault.clone())
                });
                self.told.insert(form.naam.clone(), told.collect());
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
            if self.is_full() {
                return;
            }
            let Some(base) = self.situation(&at, &form.uitgangspunt) else {
                continue;
            };
            let passing = merged(base, &[part(at.table, "anders")]);
            let failing = merged(passing.clone(), &[part(at.table, "niet")]);
            let base = Some(form.uitgangspunt.as_str());
            let passing = self.scene(&at, passing, "anders", base);
            let failing = self.scene(&at, failing, "niet", base);
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
            if self.is_full() {
                return;
            }
            let Some(base) = self.situation(&at, &form.uitgangspunt) else {
                continue;
            };
            let merged = merged(base, &[part(at.table, "anders")]);
            let base = Some(form.uitgangspunt.as_str());
            if let Some(scene) = self.scene(&at, merged, "anders", base) {
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
        if known.is_none() && !self.unread {
            let names: Vec<_> = self.situations.keys().map(String::as_str).collect();
            let expected = match names.is_empty() {
                true => {
                    "de naam van een `[[uitgangspunt]]`, en er staat er in deze map geen".to_owned()
                }
                false => format!("een van `{}`", names.join("`, `")),
            };
            let told = Told::new(
                format!("het uitgangspunt `{name}` bestaat niet"),
                expected,
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

    /// The situation of a case. What is wrong in the one it starts from was told there.
    fn scene(
        &mut self,
        at: &At<'_, 'a>,
        table: DeTable<'a>,
        field: &str,
        base: Option<&str>,
    ) -> Option<Scene> {
        if self.is_full() {
            return None;
        }
        let start = self.example.get("uitgangspunt");
        let start = start.and_then(|list| list.get_ref().as_array()?.iter().next());
        let example = start.and_then(|base| part(base.get_ref().as_table()?, "feiten"));
        let example = example.cloned().unwrap_or_default();
        let read: Result<SceneForm, _> = read_part(at.file.source, table, &example, at.offset);
        match read {
            Ok(form) => Some(form.into()),
            Err(faults) => {
                let told = base.and_then(|base| self.told.get(base));
                let is_new = |fault: &Fault| {
                    let known = |(field, told): &(String, String)| {
                        *field == fault.field && *told == fault.fault
                    };
                    !told.is_some_and(|told| told.iter().any(known))
                };
                let new: Vec<Fault> = faults.into_iter().filter(is_new).collect();
                self.faults.extend(new.into_iter().map(|mut fault| {
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
