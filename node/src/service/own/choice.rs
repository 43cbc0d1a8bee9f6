// SPDX-License-Identifier: EUPL-1.2
//! For which purpose somebody looks or acts: the one that is named, else the one of the own task that fits best.
//!
//! What fits best is not a matter of what may be seen. The rules decide on each purpose by itself; the order in which
//! they are tried only prefers the purpose with the most to show, the one already used in the same look, and the one
//! for which the record was collected. Where the content belongs to another task, *that* there is something is asked
//! for instead.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use basisnet_policy::{
    Action, Decision, Depth, Domain, Engine, Entry, Facts, Field, FurtherUse, Permit, PersonFacts,
    Question, RecordFacts, RecordKind, Refusal,
};
use basisnet_protocol::id::Oin;
use basisnet_protocol::octets::Octets;
use basisnet_protocol::purpose::{PurposeId, Role};
use basisnet_protocol::time::Timestamp;

use crate::service::account::AccountId;

/// Somebody of the own gemeente, at one moment and under the rules of that moment.
pub(super) struct Asker<'a> {
    pub(super) me: Oin,
    pub(super) engine: Engine,
    pub(super) person: PersonFacts,
    pub(super) further_uses: BTreeSet<FurtherUse>,
    pub(super) account: AccountId,
    pub(super) now: Timestamp,
    pub(super) wanted: Option<&'a PurposeId>,
}

/// What is wished for, of one record.
pub(super) struct Wish<'a> {
    pub(super) action: Action,
    pub(super) kind: RecordKind,
    pub(super) facts: &'a RecordFacts,
    pub(super) hand_over_to: Option<Domain>,
    pub(super) case_ref: Option<Octets<32>>,
}

impl<'a> Wish<'a> {
    pub(super) const fn new(action: Action, kind: RecordKind, facts: &'a RecordFacts) -> Self {
        Self {
            action,
            kind,
            facts,
            hand_over_to: None,
            case_ref: None,
        }
    }

    fn handles(&self) -> bool {
        self.action != Action::View
    }
}

/// A purpose and a role in which it may be tried.
struct Candidate<'e> {
    entry: &'e Entry,
    role: Role,
    fields: BTreeSet<Field>,
}

impl Candidate<'_> {
    /// *That* there is something, where more than that is shown; none where there is nothing less to ask for.
    fn dat(&self) -> Option<BTreeSet<Field>> {
        let all = self.fields.iter().copied();
        let dat: BTreeSet<Field> = all.filter(|field| field.depth() == Depth::Dat).collect();
        (!dat.is_empty() && dat != self.fields).then_some(dat)
    }
}

/// A no, with what it rests on; without, where there is no purpose that the rules could be asked about.
pub(super) type No = Option<Box<Refusal>>;

impl Asker<'_> {
    /// The first yes, or else the no to what would have fitted best.
    pub(super) fn decide(&self, wish: &Wish<'_>, used: &BTreeSet<PurposeId>) -> Result<Permit, No> {
        let candidates = self.candidates(wish, used);
        let mut refused = None;
        for candidate in &candidates {
            match self.ask(wish, candidate, None) {
                Some(Decision::Permit(permit)) => return Ok(permit),
                Some(Decision::Refuse(refusal)) => {
                    refused.get_or_insert(Box::new(refusal));
                }
                None => {}
            }
        }
        if wish.action == Action::View {
            for candidate in &candidates {
                let Some(dat) = candidate.dat() else { continue };
                if let Some(Decision::Permit(permit)) = self.ask(wish, candidate, Some(dat)) {
                    return Ok(permit);
                }
            }
        }
        match refused {
            Some(refusal) => Err(Some(refusal)),
            None => self.without_purpose(wish),
        }
    }

    fn candidates(&self, wish: &Wish<'_>, used: &BTreeSet<PurposeId>) -> Vec<Candidate<'_>> {
        let catalogue = self.engine.catalogue();
        let entries = catalogue.at(self.now);
        let mut all: Vec<Candidate<'_>> = entries
            .filter(|entry| self.wanted.is_none_or(|wanted| *wanted == entry.id))
            .flat_map(|entry| self.person.roles.iter().map(move |role| (entry, *role)))
            .map(|(entry, role)| Candidate {
                entry,
                role,
                fields: entry.own_fields(role, wish.kind, wish.handles()),
            })
            .filter(|candidate| !candidate.fields.is_empty())
            .collect();
        all.sort_by_key(|candidate| {
            let id = &candidate.entry.id;
            (
                !self.person.tasks.contains(id),
                Reverse(candidate.fields.len()),
                !used.contains(id),
                wish.facts.collected_for.as_ref() != Some(id),
                id.clone(),
            )
        });
        all
    }

    fn ask(
        &self,
        wish: &Wish<'_>,
        candidate: &Candidate<'_>,
        fields: Option<BTreeSet<Field>>,
    ) -> Option<Decision> {
        let mut question = self.question(wish, candidate.entry, candidate.role)?;
        question.fields = fields;
        Some(self.put(wish, &question))
    }

    /// The answer to who has no purpose for it: the rules name every reason, for the purpose that is named or for the
    /// first of which the own people see or handle this kind of record.
    fn without_purpose(&self, wish: &Wish<'_>) -> Result<Permit, No> {
        let catalogue = self.engine.catalogue();
        let uses = |entry: &&Entry| {
            let roles = entry.own.iter().flat_map(|own| own.roles.iter().copied());
            let mut fields = roles.map(|role| entry.own_fields(role, wish.kind, wish.handles()));
            fields.any(|fields| !fields.is_empty())
        };
        let named = self
            .wanted
            .and_then(|wanted| catalogue.current(wanted, self.now));
        let first = || catalogue.at(self.now).find(uses);
        let entry = named.or_else(first).ok_or(None)?;
        let role = self.person.roles.first().copied().ok_or(None)?;
        let mut question = self.question(wish, entry, role).ok_or(None)?;
        if let Some(wanted) = self.wanted {
            question.purpose = wanted.clone();
        }
        self.put(wish, &question).into_result().map_err(Some)
    }

    fn question(&self, wish: &Wish<'_>, entry: &Entry, role: Role) -> Option<Question> {
        let purpose = (entry.id.clone(), entry.version);
        let basis = entry.bases.first()?.code.clone();
        let mut question = Question::own(wish.action, self.me, purpose, basis, role, wish.kind);
        question.hand_over_to = wish.hand_over_to;
        question.case_ref = wish.case_ref;
        Some(question)
    }

    fn put(&self, wish: &Wish<'_>, question: &Question) -> Decision {
        let facts = Facts {
            person: Some(self.person.clone()),
            further_uses: self.further_uses.clone(),
            record: wish.facts.clone(),
            ..Facts::default()
        };
        self.engine.decide(question, &facts, self.now)
    }
}
