// SPDX-License-Identifier: EUPL-1.2
//! Reads rule texts and names everything that is wrong with them, at its place.
//!
//! The parser and the validator know the place of each fault as bytes in the text; here it becomes a line, a column
//! and the name of the rule. Errors and warnings alike: a rule that can never say no is a hole, and the validator
//! only warns of it.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::str::FromStr;

use basisnet_protocol::{line, personal};
use cedar_policy::ffi::DetailedError;
use cedar_policy::{Effect, Policy, PolicyId, PolicySet, Schema, ValidationMode, Validator};

use super::depth::too_deep;
use super::{PERMIT, REQUIRED};
use crate::guard::GuardId;
use crate::position::{Fault, Faults, Lines, MOST_FAULTS, Source, Spot, Told};

/// What a rule says about itself.
const ANNOTATIONS: [&str; 4] = ["id", "wet", "uitleg", "nodig"];

/// The longest text of an annotation, in characters.
const MAX_TEXT: usize = 500;

/// How a rule begins that says its name first.
const NAMED: &str = "@id(\"";

/// The name under which faults in the vocabulary are told.
const VOCABULARY: &str = "schema.cedarschema";

/// The most rules in all texts together, those of the program included.
pub(super) const MOST_RULES: usize = 1_000;

/// A text with its rules, named by their `@id` instead of by their place.
pub(super) struct File<'a> {
    source: Source<'a>,
    /// Each rule with the byte at which it begins.
    policies: Vec<(usize, Policy)>,
}

impl File<'_> {
    pub(super) fn into_policies(self) -> Vec<Policy> {
        self.policies
            .into_iter()
            .map(|(_, policy)| policy)
            .collect()
    }

    /// Where each rule begins, by its name.
    pub(super) fn spots(&self) -> impl Iterator<Item = (GuardId, Spot)> {
        let (file, lines) = (self.source.file, Lines::of(self.source.text));
        self.policies.iter().filter_map(move |(offset, policy)| {
            let id = policy.annotation("id")?.parse().ok()?;
            let (line, column) = lines.place(self.source.text, *offset);
            let file = file.to_owned();
            Some((id, Spot { file, line, column }))
        })
    }

    pub(super) const fn count(&self) -> usize {
        self.policies.len()
    }
}

/// Reads one text; what is wrong with it joins the faults.
pub(super) fn open<'a>(file: &'a str, text: &'a str, faults: &mut Vec<Fault>) -> Option<File<'a>> {
    // Some editors put a mark before the text by which only they tell what kind of text it is.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let source = Source { file, text };
    if let Some(deep) = too_deep(text) {
        let told = Told::new(
            format!("deze regel gaat te diep: te veel {}", deep.of),
            "een regel die een mens in één keer kan lezen",
            "verdeel haar over meer regels",
        );
        faults.push(source.fault(deep.at, "", told));
        return None;
    }
    let set = match PolicySet::from_str(text) {
        Ok(set) => set,
        Err(error) => {
            faults.extend(parse_faults(source, &DetailedError::from(&error)));
            return None;
        }
    };
    if let Some(template) = set.templates().next() {
        let told = Told::new(
            "dit is een sjabloon",
            "een regel zonder `?principal` en `?resource`",
            "schrijf de regel uit",
        );
        let id = template.annotation("id").unwrap_or_default();
        faults.push(source.fault(Places::of(text).next(id), id, told));
        return None;
    }
    let mut places = Places::of(text);
    let mut policies = Vec::new();
    for policy in in_order(&set) {
        let id = policy.annotation("id").unwrap_or_default();
        let place = places.next(id);
        if faults.len() < MOST_FAULTS {
            let wrong = wrong_with(policy, id);
            faults.extend(wrong.into_iter().map(|told| source.fault(place, id, told)));
        }
        policies.push((place, policy.new_id(PolicyId::new(id))));
    }
    Some(File { source, policies })
}

/// The rules as they stand in the text: the parser names them by their number.
fn in_order(set: &PolicySet) -> Vec<&Policy> {
    let mut policies: Vec<_> = set.policies().collect();
    let number = |policy: &Policy| {
        let name: &str = policy.id().as_ref();
        name.strip_prefix("policy")?.parse::<usize>().ok()
    };
    policies.sort_by_key(|policy| number(policy));
    policies
}

/// Where the rules of a text begin: at their first annotation, each time a name occurs. One walk through the text finds
/// them all.
struct Places<'a>(BTreeMap<&'a str, VecDeque<usize>>);

impl<'a> Places<'a> {
    fn of(text: &'a str) -> Self {
        let mut places: BTreeMap<&str, VecDeque<usize>> = BTreeMap::new();
        let mut at = 0;
        for line in text.split_inclusive('\n') {
            if !line.trim_start().starts_with("//") {
                for (inside, _) in line.match_indices(NAMED) {
                    let rest = line.get(inside + NAMED.len()..).unwrap_or_default();
                    let name = rest.split('"').next().unwrap_or_default();
                    places.entry(name).or_default().push_back(at + inside);
                }
            }
            at += line.len();
        }
        Self(places)
    }

    /// Where the next rule with this name begins; the last place again when there is none, and else the start.
    fn next(&mut self, id: &str) -> usize {
        let Some(places) = self.0.get_mut(id) else {
            return 0;
        };
        match places.len() {
            0 | 1 => places.front().copied().unwrap_or_default(),
            _ => places.pop_front().unwrap_or_default(),
        }
    }
}

/// There are not more rules than the validator can look at while somebody waits.
pub(super) fn check_count(files: &[File<'_>], faults: &mut Vec<Fault>) {
    let mut count = 0;
    for file in files {
        count += file.count();
        if count > MOST_RULES {
            let told = Told::new(
                "er zijn te veel regels",
                format!("hooguit {MOST_RULES} regels, die van het programma meegeteld"),
                "neem regels samen of laat er weg",
            );
            faults.push(file.source.fault(0, "", told));
            return;
        }
    }
}

/// A name is used once, in all texts together.
pub(super) fn check_names(files: &[File<'_>], faults: &mut Vec<Fault>) {
    let mut names = BTreeSet::new();
    for file in files {
        for (place, policy) in &file.policies {
            let id = policy.annotation("id").unwrap_or_default();
            if !names.insert(id) && !id.is_empty() && faults.len() < MOST_FAULTS {
                let told = Told::new(
                    "er is al een regel met deze naam",
                    "een naam die er nog niet is",
                    "geef een van beide een andere naam",
                );
                faults.push(file.source.fault(*place, id, told));
            }
        }
    }
}

/// The vocabulary, without errors and without warnings.
pub(super) fn vocabulary(text: &str) -> Result<Schema, Vec<Fault>> {
    let source = Source {
        file: VOCABULARY,
        text,
    };
    let fault = |message: String, place: usize| {
        let told = Told::new(
            format!("de woordenlijst klopt niet ({message})"),
            "een woordenlijst zonder fouten en waarschuwingen",
            "herstel deze plaats",
        );
        vec![source.fault(place, "", told)]
    };
    let (schema, warnings) = Schema::from_cedarschema_str(text).map_err(|error| {
        let detail = DetailedError::from(&error);
        fault(first_line(&detail.message), place_in(&detail))
    })?;
    match warnings.map(|warning| warning.to_string()).next() {
        Some(warning) => Err(fault(first_line(&warning), 0)),
        None => Ok(schema),
    }
}

/// A fault of the vocabulary as a whole.
pub(super) fn in_vocabulary(fault: &str) -> Faults {
    let source = Source {
        file: VOCABULARY,
        text: "",
    };
    let told = Told::new(
        first_line(fault),
        "een volledige woordenlijst",
        "herstel de woordenlijst",
    );
    Faults::of(vec![source.fault(0, "", told)])
}

/// What the validator has against the rules. A rule that could not be named is left out: that was told already.
pub(super) fn validate(schema: &Schema, files: &[File<'_>]) -> Vec<Fault> {
    let mut faults = Vec::new();
    for file in files {
        let mut names = BTreeSet::new();
        let named = file
            .policies
            .iter()
            .map(|(_, policy)| policy)
            .filter(|policy| names.insert(policy.id().clone()));
        let Ok(set) = PolicySet::from_policies(named.cloned()) else {
            continue;
        };
        let outcome = Validator::new(schema.clone()).validate(&set, ValidationMode::Strict);
        for error in outcome.validation_errors().take(MOST_FAULTS) {
            let told = told_of(&error.to_string());
            let detail = DetailedError::from(error);
            faults.push(at(file, error.policy_id(), &detail, told));
        }
        for warning in outcome.validation_warnings().take(MOST_FAULTS) {
            let told = told_of(&warning.to_string());
            let detail = DetailedError::from(warning);
            faults.push(at(file, warning.policy_id(), &detail, told));
        }
    }
    faults
}

fn at(file: &File<'_>, id: &PolicyId, detail: &DetailedError, told: Told) -> Fault {
    let name: &str = id.as_ref();
    // The validator knows the place; where it does not, the rule as a whole is meant.
    let place = match detail.source_locations.is_empty() {
        true => {
            let mut rules = file.policies.iter();
            rules
                .find(|(_, policy)| policy.id() == id)
                .map_or(0, |(place, _)| *place)
        }
        false => place_in(detail),
    };
    file.source.fault(place, name, told)
}

fn told_of(message: &str) -> Told {
    let message = first_line(message);
    if message.contains("impossible") || message.contains("unable to find an applicable action") {
        return Told::new(
            "de regel kan nooit iets verbieden",
            "een regel die bij ten minste een vraag kan passen",
            "haal de regel weg of herstel de voorwaarde",
        );
    }
    Told::new(
        format!("de regel past niet bij de woordenlijst{}", about(&message)),
        "een woord uit `schema.cedarschema`, na `has` waar het onbekend kan zijn",
        "herstel deze plaats",
    )
}

/// What is wrong with how a rule presents itself.
fn wrong_with(policy: &Policy, id: &str) -> Vec<Told> {
    let mut wrong = Vec::new();
    for annotation in ANNOTATIONS {
        let text = policy.annotation(annotation).unwrap_or_default();
        if text.trim().is_empty() {
            wrong.push(Told::new(
                format!("de regel mist `@{annotation}`"),
                "elk van `@id`, `@wet`, `@uitleg` en `@nodig`, met tekst",
                format!("zet `@{annotation}(\"…\")` voor de regel"),
            ));
        }
    }
    for (annotation, text) in policy.annotations() {
        if !is_told_as_it_is(text) {
            wrong.push(Told::new(
                format!("`@{annotation}` laat zich niet tonen zoals het er staat"),
                "ten hoogste 500 letters, cijfers en leestekens op één regel, zonder burgerservicenummer",
                "schrijf de tekst opnieuw",
            ));
        }
        if !ANNOTATIONS.contains(&annotation) {
            wrong.push(Told::new(
                format!("de aantekening `@{annotation}` bestaat niet"),
                "alleen `@id`, `@wet`, `@uitleg` en `@nodig`",
                "haal de aantekening weg of verbeter de naam",
            ));
        }
    }
    let known = REQUIRED.contains(&id);
    let local = id.parse().is_ok_and(|id: GuardId| id.is_local());
    if !id.is_empty() && !known && !local {
        wrong.push(Told::new(
            "deze naam is niet vrij",
            "een L, twee cijfers en woorden in kleine letters, zoals `L01-eigen-toets`",
            "geef de regel een andere naam",
        ));
    }
    let permits = policy.effect() == Effect::Permit;
    if permits && id != PERMIT {
        wrong.push(Told::new(
            "een eigen regel kan alleen verbieden",
            "`forbid`",
            "schrijf op wanneer het niet mag",
        ));
    }
    if !permits && id == PERMIT {
        wrong.push(Told::new(
            "dit is de ene regel die toestaat",
            "`permit`",
            "zet de regel van het programma terug",
        ));
    }
    wrong
}

/// Whether what is shown of a text is what it says: short, on one line, without a letter that hides or turns others,
/// and without what leads to a person.
fn is_told_as_it_is(text: &str) -> bool {
    let short = text.chars().count() <= MAX_TEXT;
    let hidden = |letter| line::hides(letter) || personal::is_unseen(letter);
    short && !text.contains(hidden) && !personal::holds_bsn(text)
}

fn parse_faults(source: Source<'_>, error: &DetailedError) -> Vec<Fault> {
    let all = std::iter::once(error).chain(&error.related);
    let fault = |error: &DetailedError| {
        let told = Told::new(
            format!("dit is geen geldige regeltekst{}", about(&error.message)),
            "`@id(\"…\") @wet(\"…\") @uitleg(\"…\") @nodig(\"…\") forbid (principal, action, resource) when { … };`",
            "herstel deze plaats",
        );
        source.fault(place_in(error), "", told)
    };
    all.map(fault).collect()
}

/// The first byte that a fault is about.
fn place_in(error: &DetailedError) -> usize {
    error
        .source_locations
        .first()
        .map_or(0, |label| label.loc.start)
}

/// What a message of the engine is about: the words of the rule that it quotes. The rest of it is English.
fn about(message: &str) -> String {
    let quoted = first_line(message);
    let quoted = quoted.split('`').skip(1).step_by(2);
    let own = quoted.filter(|word| !word.is_empty() && word.parse::<GuardId>().is_err());
    let own: BTreeSet<&str> = own.collect();
    match own.len() {
        0 => String::new(),
        _ => {
            let own: Vec<_> = own.into_iter().collect();
            format!(", bij `{}`", own.join("`, `"))
        }
    }
}

fn first_line(message: &str) -> String {
    message.lines().next().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    const ABOUT: &str =
        r#"@wet("beleid") @uitleg("nee") @nodig("ja") forbid (principal, action, resource);"#;

    /// The validator knows the place of all that it says now; of what it does not, the rule is the place.
    #[test]
    fn what_has_no_place_of_its_own_is_told_at_its_rule() {
        let text = format!("@id(\"L01-een\") {ABOUT}\n\n  @id(\"L02-twee\") {ABOUT}\n");
        let file = open("eigen.cedar", &text, &mut Vec::new()).unwrap();
        let detail: DetailedError = "something".parse().unwrap();
        for (id, line, column) in [("L01-een", 1, 1), ("L02-twee", 3, 3)] {
            let told = Told::new("", "", "");
            let fault = at(&file, &PolicyId::new(id), &detail, told);
            assert_eq!((fault.line, fault.column), (line, column), "{id}");
        }
    }

    #[test]
    fn a_name_that_is_written_otherwise_the_second_time_is_told_where_it_stands_the_first() {
        let text = format!("// eigen\n@id(\"L01-een\") {ABOUT}\n@id( \"L01-een\") {ABOUT}\n");
        let mut faults = Vec::new();
        let file = open("eigen.cedar", &text, &mut faults).unwrap();
        check_names(&[file], &mut faults);
        let places: Vec<_> = faults.iter().map(|fault| fault.line).collect();
        assert_eq!(places, [2], "{faults:?}");
    }

    #[test]
    fn each_way_of_never_forbidding_is_told_as_that() {
        let never = told_of("for policy `x`, policy is impossible: it always is false");
        assert_eq!(
            never,
            told_of("unable to find an applicable action given this scope")
        );
        assert_ne!(never, told_of("attribute `nou` not found"));
    }

    /// The words that it quotes are those of the rule; its name stands before it already, and the rest is English.
    #[test]
    fn of_what_the_engine_says_the_words_of_the_rule_are_told() {
        for (message, told) in [
            (
                "attribute `nou` of `context` not found\n`help`",
                ", bij `context`, `nou`",
            ),
            ("for policy `L01-een`, `` is no word", ""),
            ("nothing is quoted", ""),
        ] {
            assert_eq!(about(message), told, "{message}");
        }
    }

    #[test]
    fn as_many_rules_as_may_be_are_not_too_many_and_one_more_is() {
        let rules = |count: usize| (0..count).map(|_| format!("@id(\"L01-een\") {ABOUT}\n"));
        let wrong = |count: usize| {
            let text: String = rules(count).collect();
            let mut faults = Vec::new();
            let file = open("eigen.cedar", &text, &mut faults).unwrap();
            check_count(&[file], &mut faults);
            faults.len()
        };
        assert_eq!([wrong(MOST_RULES), wrong(MOST_RULES + 1)], [0, 1]);
    }
}
