// SPDX-License-Identifier: EUPL-1.2
//! Reads a TOML text into a form and names everything that is wrong with it at once.
//!
//! The parser stops at the first fault. So a fault is written down, its place is filled from an example that is in
//! order, and the reading goes on until nothing is left. What was filled in is never used: with one fault the whole
//! text is refused.

use std::fmt;
use std::ops::Range;

use serde::de::DeserializeOwned;
use toml::Spanned;
use toml::de::{DeTable, DeValue, Deserializer, Error};

use super::dutch::{in_dutch, syntax};
use super::{Fault, Source};

/// After so many faults in one text the rest can wait.
const MANY: usize = 50;
/// Places from here on are in another text; no text is so long.
const ELSEWHERE: usize = 0x8000_0000;

/// One step on the way to a value.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Step {
    Key(String),
    Item(usize),
}

/// The way to a value, such as `grondslag[2].avg`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Path(Vec<Step>);

impl Path {
    fn then(&self, step: Step) -> Self {
        Self(self.0.iter().cloned().chain([step]).collect())
    }

    fn last_key(&self) -> Option<&str> {
        match self.0.last()? {
            Step::Key(key) => Some(key),
            Step::Item(_) => None,
        }
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, step) in self.0.iter().enumerate() {
            match step {
                Step::Key(key) if number == 0 => f.write_str(key)?,
                Step::Key(key) => write!(f, ".{key}")?,
                Step::Item(item) => write!(f, "[{}]", item + 1)?,
            }
        }
        Ok(())
    }
}

/// A text that was read as TOML, with the place of every value.
pub(crate) type Tree<'a> = Spanned<DeTable<'a>>;

/// The text as TOML, or every place where it is none.
pub(crate) fn parse<'a>(source: Source<'a>) -> Result<Tree<'a>, Vec<Fault>> {
    let (tree, errors) = DeTable::parse_recoverable(source.text);
    if errors.is_empty() {
        return Ok(tree);
    }
    let fault = |error: &Error| {
        // Where something goes too deep the parser does not say where.
        let place = error.span().filter(|span| span.start > 0);
        let offset = place.map_or_else(|| deepest(source.text), |span| span.start);
        source.fault(offset, "", syntax(error.message()))
    };
    Err(errors.iter().take(MANY).map(fault).collect())
}

/// The line with the most in each other, from its first letter.
fn deepest(text: &str) -> usize {
    let depth = |line: &str| line.bytes().filter(|byte| b"[{.".contains(byte)).count();
    let mut at = 0;
    let mut deepest = (0, 0);
    for line in text.split_inclusive('\n') {
        if depth(line) > deepest.0 {
            deepest = (depth(line), at);
        }
        at += line.len();
    }
    deepest.1
}

/// The text in the form `T`, or all that is wrong with it. `example` is a text in the same form that is in order.
pub(crate) fn read<T: DeserializeOwned>(
    source: Source<'_>,
    example: &str,
) -> Result<T, Vec<Fault>> {
    let example = DeTable::parse(example).map(Spanned::into_inner);
    read_tree(source, parse(source)?, &example.unwrap_or_default())
}

/// The same, of a text that was parsed before.
pub(crate) fn read_tree<'a, T: DeserializeOwned>(
    source: Source<'_>,
    tree: Tree<'a>,
    example: &DeTable<'a>,
) -> Result<T, Vec<Fault>> {
    read_from(source, tree, example, 0)
}

/// The same, of a part of a text. What is wrong with a value that stands elsewhere is told at `home`.
pub(crate) fn read_part<'a, T: DeserializeOwned>(
    source: Source<'_>,
    table: DeTable<'a>,
    example: &DeTable<'a>,
    home: usize,
) -> Result<T, Vec<Fault>> {
    read_from(
        source,
        Spanned::new(ELSEWHERE..ELSEWHERE, table),
        example,
        home,
    )
}

/// Marks every value of a table as standing elsewhere.
pub(crate) fn shift(table: &mut DeTable<'_>) {
    let entries = std::mem::take(table);
    for (key, mut value) in entries {
        shift_value(value.get_mut());
        let value = Spanned::new(moved(&value.span()), value.into_inner());
        table.insert(Spanned::new(moved(&key.span()), key.into_inner()), value);
    }
}

fn shift_value(value: &mut DeValue<'_>) {
    match value {
        DeValue::Table(table) => shift(table),
        DeValue::Array(items) => {
            for item in items.iter_mut() {
                shift_value(item.get_mut());
                let inner = std::mem::replace(item.get_mut(), DeValue::Boolean(false));
                *item = Spanned::new(moved(&item.span()), inner);
            }
        }
        DeValue::String(_)
        | DeValue::Integer(_)
        | DeValue::Float(_)
        | DeValue::Boolean(_)
        | DeValue::Datetime(_) => {}
    }
}

const fn moved(span: &Range<usize>) -> Range<usize> {
    span.start + ELSEWHERE..span.end + ELSEWHERE
}

fn read_from<'a, T: DeserializeOwned>(
    source: Source<'_>,
    mut tree: Tree<'a>,
    example: &DeTable<'a>,
    home: usize,
) -> Result<T, Vec<Fault>> {
    // What is filled in stands neither in this text nor in another one.
    let mut example = example.clone();
    shift(&mut example);
    shift(&mut example);
    let mut faults = Vec::new();
    loop {
        let error = match T::deserialize(Deserializer::from(tree.clone())) {
            Ok(form) if faults.is_empty() => return Ok(form),
            Ok(_) => return Err(faults),
            Err(error) => error,
        };
        let (path, fault) = Finding::of(&error, &tree, home).told(source, &example);
        let again = faults.contains(&fault);
        faults.push(fault);
        if again || faults.len() >= MANY || !fill(tree.get_mut(), &example, &path) {
            faults.dedup();
            return Err(faults);
        }
    }
}

/// The first byte of the value with this name.
pub(crate) fn offset_of(text: &str, field: &str) -> Option<usize> {
    let tree = DeTable::parse(text).ok()?;
    let mut found = None;
    visit(tree.get_ref(), &Path::default(), &mut |path, _, value| {
        if found.is_none() && path.to_string() == field {
            found = Some(value.start);
        }
    });
    found
}

/// What the parser found, and where.
struct Finding<'a> {
    message: &'a str,
    path: Path,
    offset: usize,
}

impl<'a> Finding<'a> {
    fn of(error: &'a Error, tree: &Tree<'_>, home: usize) -> Self {
        let message = error.message().lines().next().unwrap_or_default();
        let span = error.span().unwrap_or(0..0);
        let mut path = Path::default();
        // The deepest value with exactly this place; a missing field has the place of its table.
        visit(tree.get_ref(), &Path::default(), &mut |at, key, value| {
            if *key == span || *value == span {
                path = at.clone();
            }
        });
        Self {
            message,
            path,
            offset: if span.start < ELSEWHERE {
                span.start
            } else {
                home
            },
        }
    }

    fn told(&self, source: Source<'_>, example: &DeTable<'_>) -> (Path, Fault) {
        let names: Vec<&str> = self.message.split('`').skip(1).step_by(2).collect();
        let path = match names.first() {
            Some(name) if self.message.starts_with("missing field") => {
                self.path.then(Step::Key((*name).to_owned()))
            }
            _ => self.path.clone(),
        };
        let like = sample(example, &path);
        let field = path.last_key().unwrap_or_default();
        let told = in_dutch(self.message, &names, field, like.as_deref());
        let fault = source.fault(self.offset, path.to_string(), told);
        (path, fault)
    }
}

/// Calls `look` with every value of a table, parents before children.
fn visit(
    table: &DeTable<'_>,
    path: &Path,
    look: &mut impl FnMut(&Path, &Range<usize>, &Range<usize>),
) {
    for (key, value) in table {
        let path = path.then(Step::Key(key.get_ref().to_string()));
        look(&path, &key.span(), &value.span());
        visit_value(value.get_ref(), &path, look);
    }
}

fn visit_value(
    value: &DeValue<'_>,
    path: &Path,
    look: &mut impl FnMut(&Path, &Range<usize>, &Range<usize>),
) {
    if let Some(table) = value.as_table() {
        visit(table, path, look);
    }
    for (number, item) in value.as_array().into_iter().flatten().enumerate() {
        let path = path.then(Step::Item(number));
        look(&path, &item.span(), &item.span());
        visit_value(item.get_ref(), &path, look);
    }
}

/// Puts what the example has in the place of a fault, or takes away what the example does not have.
fn fill<'a>(table: &mut DeTable<'a>, example: &DeTable<'a>, path: &Path) -> bool {
    let (Some(parent), Some(last)) = (path.0.split_last().map(|(_, up)| up), path.0.last()) else {
        return false;
    };
    let good = lookup(example, &path.0).cloned();
    match (lookup_mut(table, parent), last) {
        (Some(Holder::Table(holder)), Step::Key(key)) => {
            let removed = holder.remove(key.as_str());
            let span = good.as_ref().map_or(0..0, Spanned::span);
            match good {
                Some(good) => {
                    let key = Spanned::new(span, std::borrow::Cow::Owned(key.clone()));
                    holder.insert(key, good);
                    true
                }
                None => removed.is_some(),
            }
        }
        (Some(Holder::Value(DeValue::Array(items))), Step::Item(item)) => {
            let Some(good) = good else {
                // No item is known to be good, so none is kept.
                *items = std::iter::empty().collect();
                return true;
            };
            if let Some(wrong) = items.get_mut(*item) {
                *wrong = good;
            }
            true
        }
        _ => false,
    }
}

/// What holds a value.
enum Holder<'t, 'a> {
    Table(&'t mut DeTable<'a>),
    Value(&'t mut DeValue<'a>),
}

fn lookup_mut<'t, 'a>(table: &'t mut DeTable<'a>, path: &[Step]) -> Option<Holder<'t, 'a>> {
    let Some((first, rest)) = path.split_first() else {
        return Some(Holder::Table(table));
    };
    let Step::Key(key) = first else {
        return None;
    };
    let mut value = table.get_mut(key.as_str())?.get_mut();
    for step in rest {
        value = match (step, value) {
            (Step::Key(key), DeValue::Table(table)) => table.get_mut(key.as_str())?.get_mut(),
            (Step::Item(item), DeValue::Array(items)) => items.get_mut(*item)?.get_mut(),
            _ => return None,
        };
    }
    if let DeValue::Table(table) = value {
        return Some(Holder::Table(table));
    }
    Some(Holder::Value(value))
}

/// The value of the example on this way; of every list it has one item that stands for all.
fn lookup<'t, 'a>(table: &'t DeTable<'a>, path: &[Step]) -> Option<&'t Spanned<DeValue<'a>>> {
    let (first, rest) = path.split_first()?;
    let Step::Key(key) = first else {
        return None;
    };
    let mut value = table.get(key.as_str())?;
    for step in rest {
        value = match step {
            Step::Key(key) => value.get_ref().as_table()?.get(key.as_str())?,
            Step::Item(_) => value.get_ref().as_array()?.iter().next()?,
        };
    }
    Some(value)
}

/// The value of the example as one would write it, when it is short.
fn sample(example: &DeTable<'_>, path: &Path) -> Option<String> {
    written(lookup(example, &path.0)?.get_ref())
}

fn written(value: &DeValue<'_>) -> Option<String> {
    Some(match value {
        DeValue::String(text) => format!("\"{text}\""),
        DeValue::Integer(number) => number.as_str().to_owned(),
        DeValue::Boolean(truth) => truth.to_string(),
        DeValue::Array(items) => {
            let items: Option<Vec<_>> = items.iter().map(|item| written(item.get_ref())).collect();
            format!("[{}]", items?.join(", "))
        }
        DeValue::Float(_) | DeValue::Datetime(_) | DeValue::Table(_) => return None,
    })
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only that it can be read matters here")]
    struct Form {
        naam: String,
        aantal: u32,
        soort: Soort,
        deel: Vec<Deel>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(rename_all = "snake_case")]
    enum Soort {
        Groot,
        Klein,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only that it can be read matters here")]
    struct Deel {
        code: String,
    }

    const EXAMPLE: &str = "naam = \"a\"\naantal = 1\nsoort = \"groot\"\n[[deel]]\ncode = \"x\"\n";

    fn told(text: &str) -> Vec<String> {
        let source = Source {
            file: "f.toml",
            text,
        };
        let faults = read::<Form>(source, EXAMPLE).unwrap_err();
        faults.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_text_in_order_is_read() {
        let source = Source {
            file: "f.toml",
            text: EXAMPLE,
        };
        assert!(read::<Form>(source, EXAMPLE).is_ok());
    }

    #[test]
    fn every_fault_is_told_at_once_with_its_place_and_field() {
        let text =
            "nam = \"a\"\naantal = \"veel\"\nsoort = \"grot\"\n\n[[deel]]\n\n[[deel]]\ncode = 3\n";
        let mut told = told(text);
        told.sort();
        assert_eq!(
            told,
            [
                "f.toml, regel 1, kolom 1, `naam`: het veld `naam` ontbreekt; hier hoort een tekst zoals `\"a\"`; voeg `naam = …` toe",
                "f.toml, regel 1, kolom 1, `nam`: `nam` is geen bekend veld; hier hoort een van `naam`, `aantal`, `soort`, `deel`; bedoelde u `naam`?",
                "f.toml, regel 2, kolom 10, `aantal`: de tekst `\"veel\"` kan hier niet; hier hoort een getal zoals `1`; verander de waarde van `aantal`",
                "f.toml, regel 3, kolom 9, `soort`: `grot` is geen bekende waarde; hier hoort een van `groot`, `klein`; bedoelde u `groot`?",
                "f.toml, regel 5, kolom 1, `deel[1].code`: het veld `code` ontbreekt; hier hoort een tekst zoals `\"x\"`; voeg `code = …` toe",
                "f.toml, regel 8, kolom 8, `deel[2].code`: het getal `3` kan hier niet; hier hoort een tekst zoals `\"x\"`; verander de waarde van `code`",
            ]
        );
    }

    #[derive(Debug, Deserialize)]
    #[expect(dead_code, reason = "only that it can be read matters here")]
    struct Lijsten {
        soorten: Vec<Soort>,
        #[serde(default)]
        meer: Vec<Soort>,
        aantal: u32,
    }

    #[test]
    fn every_item_that_is_wrong_is_told_by_its_number_and_what_comes_after_it_too() {
        let source = Source {
            file: "f.toml",
            text: "soorten = [\"klein\", \"gro\", \"groot\", \"klei\"]\nmeer = [\"kl\", \"klein\", \"gr\"]\naantal = \"veel\"\n",
        };
        let faults = read::<Lijsten>(source, "soorten = [\"groot\"]\naantal = 1\n").unwrap_err();
        let mut places: Vec<_> = faults
            .iter()
            .map(|fault| (fault.line, fault.column, fault.field.as_str()))
            .collect();
        places.sort_unstable();
        // The example does not have the second list; after the first fault in it the rest of it waits.
        assert_eq!(
            places,
            [
                (1, 21, "soorten[2]"),
                (1, 37, "soorten[4]"),
                (2, 9, "meer[1]"),
                (3, 10, "aantal"),
            ]
        );
    }

    #[derive(Debug, Deserialize)]
    #[expect(dead_code, reason = "only that it can be read matters here")]
    struct Diep {
        groep: BTreeMap<String, BTreeMap<String, u32>>,
    }

    #[test]
    fn every_value_that_is_wrong_in_a_group_in_a_group_is_told() {
        let source = Source {
            file: "f.toml",
            text: "[groep.deel]\neen = \"x\"\ntwee = \"y\"\n",
        };
        let example = "[groep.deel]\neen = 1\ntwee = 2\n";
        let faults = read::<Diep>(source, example).unwrap_err();
        let fields: BTreeSet<_> = faults.iter().map(|fault| fault.field.as_str()).collect();
        assert_eq!(
            fields,
            BTreeSet::from(["groep.deel.een", "groep.deel.twee"])
        );
    }

    #[test]
    fn after_many_faults_the_rest_can_wait() {
        let text: String = (0..2 * MANY)
            .map(|number| format!("v{number} = 1\n"))
            .collect();
        assert_eq!(told(&text).len(), MANY);
    }

    #[test]
    fn a_text_that_is_no_toml_is_told_by_line() {
        assert!(told("naam = \"a\"\naantal = = 3\n")[0].starts_with("f.toml, regel 2, kolom "));
        let twice = told("naam = \"a\"\nnaam = \"b\"\n");
        assert!(
            twice[0].contains("regel 2, kolom 1: dit veld staat er twee keer"),
            "{twice:?}"
        );
    }

    #[test]
    fn a_text_that_looks_like_a_number_is_not_told_as_one() {
        let told = told(&EXAMPLE.replace("aantal = 1", "aantal = \"1\""));
        assert_eq!(
            told,
            [
                "f.toml, regel 2, kolom 10, `aantal`: de tekst `\"1\"` kan hier niet; hier hoort een getal zoals `1`; verander de waarde van `aantal`"
            ]
        );
    }

    #[test]
    fn what_goes_too_deep_is_told_where_it_stands_and_nothing_is_told_in_english() {
        let deep = format!(
            "naam = \"a\"\naantal = 1\nsoort = {}1{}\n",
            "[".repeat(200),
            "]".repeat(200)
        );
        let keys = format!("naam = \"a\"\n{}b = 1\n", "a.".repeat(200));
        for (text, line) in [(deep, 3), (keys, 2)] {
            let told = told(&text);
            let expected = format!("f.toml, regel {line}, kolom ");
            assert!(told[0].starts_with(&expected), "{told:?}");
            assert!(told[0].contains("gaat te diep"), "{told:?}");
        }
        for text in [
            "naam = \"a",
            "naam",
            "naam = = 1",
            "[naam",
            "naam = 1 2",
            "naam = [1",
            "é = 1",
        ] {
            for one in told(text) {
                let english = [
                    " expected",
                    " missing",
                    " invalid",
                    " unexpected",
                    " extra",
                    " unclosed",
                ];
                assert!(!english.iter().any(|word| one.contains(word)), "{one}");
            }
        }
    }

    #[test]
    fn every_broken_text_ends_in_faults_and_never_hangs() {
        for cut in 0..EXAMPLE.len() {
            let text = format!("{}!{}", &EXAMPLE[..cut], &EXAMPLE[cut..]);
            let source = Source {
                file: "f.toml",
                text: &text,
            };
            if let Err(faults) = read::<Form>(source, EXAMPLE) {
                assert!(!faults.is_empty() && faults.len() <= MANY);
            }
        }
    }
}
