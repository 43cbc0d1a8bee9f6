// SPDX-License-Identifier: EUPL-1.2
//! A value in the words of the rules, and the form of a whole situation.
//!
//! Two situations have the same form when they say the same sort of things: the same attributes, each of the same type,
//! with the same members of the types whose members the vocabulary lists. They differ in numbers, moments and names at
//! most. Whether a situation fits the vocabulary depends on its form alone, so that need not be asked twice of one form.

use std::collections::HashSet;
use std::sync::{PoisonError, RwLock};

use cedar_policy::{Context, EntityId, EntityTypeName, EntityUid, RestrictedExpression};

/// The most forms that are remembered. A node meets some dozens; what comes beyond is checked each time.
const MOST_FORMS: usize = 4_096;

/// A type of the vocabulary.
#[derive(Clone, Debug)]
pub(super) struct Kind {
    name: EntityTypeName,
    word: &'static str,
    /// Whether the vocabulary lists its members, so that which member it is decides whether it fits.
    listed: bool,
}

impl Kind {
    /// A type of which there may be any member; none when the name is no name.
    pub(super) fn open(word: &'static str) -> Option<Self> {
        let name = word.parse().ok()?;
        Some(Self {
            name,
            word,
            listed: false,
        })
    }

    /// A type of which the vocabulary lists the members.
    pub(super) fn closed(word: &'static str) -> Option<Self> {
        Some(Self {
            listed: true,
            ..Self::open(word)?
        })
    }

    #[cfg(test)]
    pub(super) const fn word(&self) -> &'static str {
        self.word
    }

    #[cfg(test)]
    pub(super) const fn is_listed(&self) -> bool {
        self.listed
    }

    pub(super) fn uid(&self, id: &str) -> EntityUid {
        self.member(EntityId::new(id))
    }

    fn member(&self, id: EntityId) -> EntityUid {
        EntityUid::from_type_name_and_id(self.name.clone(), id)
    }
}

/// What an attribute says.
#[derive(Debug)]
pub(super) enum Value<'w> {
    Truth(bool),
    Number(i64),
    Text(String),
    Texts(Vec<String>),
    One(&'w Kind, EntityId),
    Many(&'w Kind, Vec<EntityId>),
    Record(Vec<(&'static str, Self)>),
}

pub(super) fn one<'w>(kind: &'w Kind, id: &str) -> Value<'w> {
    Value::One(kind, EntityId::new(id))
}

pub(super) fn many<'w, 'a>(kind: &'w Kind, ids: impl Iterator<Item = &'a str>) -> Value<'w> {
    Value::Many(kind, ids.map(EntityId::new).collect())
}

/// Attributes as the evaluator takes them; none when they cannot be written down.
pub(super) fn expressions(
    attributes: Vec<(&'static str, Value<'_>)>,
) -> Option<Vec<(String, RestrictedExpression)>> {
    let each = attributes.into_iter();
    each.map(|(name, value)| Some((name.to_owned(), value.expression()?)))
        .collect()
}

impl Value<'_> {
    fn expression(self) -> Option<RestrictedExpression> {
        let entity = |kind: &Kind, id| RestrictedExpression::new_entity_uid(kind.member(id));
        Some(match self {
            Self::Truth(known) => RestrictedExpression::new_bool(known),
            Self::Number(number) => RestrictedExpression::new_long(number),
            Self::Text(text) => RestrictedExpression::new_string(text),
            Self::Texts(texts) => {
                let each = texts.into_iter().map(RestrictedExpression::new_string);
                RestrictedExpression::new_set(each)
            }
            Self::One(kind, id) => entity(kind, id),
            Self::Many(kind, ids) => {
                RestrictedExpression::new_set(ids.into_iter().map(|id| entity(kind, id)))
            }
            Self::Record(attributes) => {
                RestrictedExpression::new_record(expressions(attributes)?).ok()?
            }
        })
    }

    /// Adds the form of this value. No name and no listed member holds a zero byte, and every part ends with one.
    fn describe(&self, form: &mut Vec<u8>) {
        let mut say = |sort: u8, word: &str| {
            form.push(sort);
            form.extend_from_slice(word.as_bytes());
            form.push(0);
        };
        match self {
            Self::Truth(_) => say(b'b', ""),
            Self::Number(_) => say(b'n', ""),
            Self::Text(_) => say(b't', ""),
            Self::Texts(_) => say(b's', ""),
            Self::One(kind, id) => {
                say(b'1', kind.word);
                if kind.listed {
                    say(b'=', id.as_ref());
                }
            }
            Self::Many(kind, ids) => {
                say(b'*', kind.word);
                for id in ids.iter().filter(|_| kind.listed) {
                    say(b'=', id.as_ref());
                }
            }
            Self::Record(attributes) => {
                say(b'{', "");
                describe(attributes, form);
                form.push(b'}');
            }
        }
    }
}

fn describe(attributes: &[(&'static str, Value<'_>)], form: &mut Vec<u8>) {
    for (name, value) in attributes {
        form.extend_from_slice(name.as_bytes());
        form.push(0);
        value.describe(form);
    }
}

/// A situation as the rules see it, with its form.
#[derive(Clone)]
pub(crate) struct Situation {
    pub(crate) context: Context,
    form: Vec<u8>,
}

impl Situation {
    pub(super) fn of(attributes: Vec<(&'static str, Value<'_>)>) -> Option<Self> {
        let mut form = Vec::with_capacity(1_024);
        describe(&attributes, &mut form);
        let context = Context::from_pairs(expressions(attributes)?).ok()?;
        Some(Self { context, form })
    }

    /// The context, and the form of a question that puts it: by this principal, of this action, about this resource.
    pub(crate) fn put(
        self,
        principal: &EntityUid,
        action: &EntityUid,
        resource: &EntityUid,
    ) -> (Context, Vec<u8>) {
        let mut form = self.form;
        // Whoever asks, the principal is of one type with any members; only its type matters.
        let principal = principal.type_name().basename();
        let resource = (resource.type_name().basename(), resource.id().unescaped());
        for part in [principal, action.id().unescaped(), resource.0, resource.1] {
            form.extend_from_slice(part.as_bytes());
            form.push(0);
        }
        (self.context, form)
    }
}

/// The forms that fit the vocabulary.
#[derive(Default)]
pub(crate) struct Fitting(RwLock<HashSet<Vec<u8>>>);

impl Fitting {
    pub(crate) fn knows(&self, form: &[u8]) -> bool {
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
        known.contains(form)
    }

    #[cfg(test)]
    pub(crate) fn count(&self) -> usize {
        self.0.read().unwrap_or_else(PoisonError::into_inner).len()
    }

    pub(crate) fn remember(&self, form: Vec<u8>) {
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if known.len() < MOST_FORMS {
            known.insert(form);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form_of(value: Value<'_>) -> Vec<u8> {
        Situation::of(vec![("what", value)]).unwrap().form
    }

    fn record(attributes: Vec<(&'static str, Value<'static>)>) -> Value<'static> {
        Value::Record(attributes)
    }

    #[test]
    fn what_differs_in_numbers_and_names_at_most_has_one_form() {
        let org = Kind::open("Org").unwrap();
        let same = [
            (Value::Truth(true), Value::Truth(false)),
            (Value::Number(1), Value::Number(i64::MAX)),
            (Value::Text("a".to_owned()), Value::Text(String::new())),
            (Value::Texts(vec!["a".to_owned()]), Value::Texts(vec![])),
            (one(&org, "1"), one(&org, "2")),
            (
                many(&org, ["1", "2"].into_iter()),
                many(&org, ["3"].into_iter()),
            ),
            (
                record(vec![("a", Value::Number(1))]),
                record(vec![("a", Value::Number(2))]),
            ),
        ];
        for (left, right) in same {
            let told = format!("{left:?} {right:?}");
            assert_eq!(form_of(left), form_of(right), "{told}");
        }
    }

    #[test]
    fn what_fits_or_not_apart_from_something_else_has_a_form_of_its_own() {
        let (org, role) = (Kind::open("Org").unwrap(), Kind::closed("Role").unwrap());
        let other = Kind::open("Purpose").unwrap();
        let forms = [
            Value::Truth(true),
            Value::Number(1),
            Value::Text("1".to_owned()),
            Value::Texts(vec!["1".to_owned()]),
            one(&org, "1"),
            one(&other, "1"),
            one(&role, "fg"),
            one(&role, "beleid"),
            many(&org, ["1"].into_iter()),
            many(&other, ["1"].into_iter()),
            many(&role, std::iter::empty()),
            many(&role, ["fg"].into_iter()),
            many(&role, ["fg", "beleid"].into_iter()),
            many(&role, ["fgbeleid"].into_iter()),
            record(vec![]),
            record(vec![("a", Value::Number(1))]),
            record(vec![("b", Value::Number(1))]),
            record(vec![("a", Value::Truth(true))]),
            record(vec![("a", Value::Number(1)), ("b", Value::Number(1))]),
            record(vec![("a", record(vec![("b", Value::Number(1))]))]),
            record(vec![("a", record(vec![])), ("b", Value::Number(1))]),
        ];
        let all = forms.len();
        let forms: HashSet<Vec<u8>> = forms.into_iter().map(form_of).collect();
        assert_eq!(forms.len(), all);
    }

    #[test]
    fn a_question_about_something_else_or_of_another_action_has_another_form() {
        let uid = |kind: &'static str, id: &str| Kind::open(kind).unwrap().uid(id);
        let put = |principal: &EntityUid, action: &EntityUid, resource: &EntityUid| {
            let situation = Situation::of(vec![("now", Value::Number(1))]).unwrap();
            situation.put(principal, action, resource).1
        };
        let (org, ask) = (uid("Org", "1"), uid("Action", "ask"));
        let contact = uid("Category", "contact");
        let form = put(&org, &ask, &contact);
        assert_eq!(put(&uid("Org", "2"), &ask, &contact), form);
        for other in [
            put(&uid("Role", "1"), &ask, &contact),
            put(&org, &uid("Action", "use"), &contact),
            put(&org, &ask, &uid("Category", "label")),
            put(&org, &ask, &uid("RecordKind", "contact")),
        ] {
            assert_ne!(other, form);
        }
    }

    #[test]
    fn a_record_that_says_a_thing_twice_cannot_be_written_down() {
        let twice = record(vec![("a", Value::Number(1)), ("a", Value::Number(2))]);
        assert!(Situation::of(vec![("what", twice)]).is_none());
        let twice = vec![("a", Value::Number(1)), ("a", Value::Number(2))];
        assert!(Situation::of(twice).is_none());
    }

    #[test]
    fn no_more_forms_are_remembered_than_there_is_room_for() {
        let fitting = Fitting::default();
        let form = |number: usize| number.to_be_bytes().to_vec();
        for number in 0..MOST_FORMS + 10 {
            assert!(!fitting.knows(&form(number)));
            fitting.remember(form(number));
        }
        assert!(fitting.knows(&form(MOST_FORMS - 1)));
        assert!(!fitting.knows(&form(MOST_FORMS)));
    }
}
