// SPDX-License-Identifier: EUPL-1.2
//! The same law, written a second time by hand and without an engine, to hold the first against.

use std::collections::{BTreeMap, BTreeSet};

use basisnet_policy::{
    Action, Catalogue, DataClass, Decision, Depth, Engine, Entry, Exchange, Fact, Facts, Field,
    NaturalPersons, Obligations, Question,
};
use basisnet_protocol::convenant::PurposeTerms;
use basisnet_protocol::purpose::Category;
use basisnet_protocol::time::Timestamp;

use crate::scene::Scene;

mod own;

/// What should come out.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Expected {
    /// These categories and fields, until then, and the reasons for what is withheld.
    Permit(
        BTreeSet<Category>,
        BTreeSet<Field>,
        Timestamp,
        BTreeMap<Category, BTreeSet<String>>,
    ),
    /// These reasons.
    Refuse(BTreeSet<String>),
}

/// What the engine says, in the same words.
pub(crate) fn said(engine: &Engine, scene: &Scene) -> Expected {
    let names = |guards: &BTreeSet<_>| guards.iter().map(ToString::to_string).collect();
    match scene.decide(engine) {
        Decision::Permit(permit) => {
            let obligations = permit.obligations();
            let withheld = permit.withheld().iter();
            Expected::Permit(
                obligations.categories.clone(),
                obligations.fields.clone(),
                obligations.retain_until,
                withheld
                    .map(|(category, guards)| (*category, names(guards)))
                    .collect(),
            )
        }
        Decision::Refuse(refusal) => Expected::Refuse(names(refusal.guards())),
    }
}

/// What the law says, by hand.
pub(crate) fn expected(catalogue: &Catalogue, scene: &Scene) -> Expected {
    let question = &scene.question;
    let view = View {
        question,
        facts: &scene.facts,
        entry: entry(catalogue, question, scene.now),
        now: scene.now,
    };
    let limits = view.limits();
    let release = scene.proposal.clone().unwrap_or_else(|| limits.clone());
    let asked = scene
        .proposal
        .as_ref()
        .map_or(&question.categories, |p| &p.categories);
    let about_categories = matches!(question.action, Action::Ask | Action::Inspect | Action::Use);
    let mut permitted = BTreeSet::new();
    let mut withheld = BTreeMap::new();
    let mut refused = BTreeSet::new();
    for subject in subjects(question, asked, about_categories) {
        let no: BTreeSet<String> = view.refusing(subject, &release);
        match subject {
            Some(category) if no.is_empty() => drop(permitted.insert(category)),
            Some(category) => drop(withheld.insert(category, no.clone())),
            None => {}
        }
        refused.extend(no);
    }
    let partial = question.action == Action::Inspect && scene.proposal.is_none();
    let mut fields = &limits.fields & &release.fields;
    let mut whole = true;
    if about_categories {
        let all = permitted.len();
        permitted.retain(|category| {
            fields
                .iter()
                .any(|field| field.category() == Some(*category))
        });
        permitted.retain(|category| {
            limits.categories.contains(category) && release.categories.contains(category)
        });
        whole = permitted.len() == all;
        fields.retain(|field| field.category().is_some_and(|of| permitted.contains(&of)));
    }
    let something = match question.action {
        Action::Discover | Action::Aggregate => true,
        Action::Ask
        | Action::Inspect
        | Action::Use
        | Action::View
        | Action::Handle
        | Action::HandOver => !fields.is_empty(),
    };
    if (refused.is_empty() && whole || partial) && something {
        let until = limits.retain_until.min(release.retain_until);
        return Expected::Permit(permitted, fields, until, withheld);
    }
    if refused.is_empty() {
        refused.insert("X01-niets-over".to_owned());
    }
    Expected::Refuse(refused)
}

/// The version that is asked for; else the one that is valid, or the newest.
fn entry<'a>(catalogue: &'a Catalogue, question: &Question, now: Timestamp) -> Option<&'a Entry> {
    let versions = || catalogue.entries().filter(|e| e.id == question.purpose);
    catalogue
        .entry(&question.purpose, question.purpose_version)
        .or_else(|| versions().find(|e| e.is_valid_at(now)))
        .or_else(|| versions().max_by_key(|e| e.version))
}

/// What is judged one by one: the categories; or the whole, for what has none.
fn subjects(
    question: &Question,
    asked: &BTreeSet<Category>,
    about_categories: bool,
) -> Vec<Option<Category>> {
    let own = matches!(
        question.action,
        Action::View | Action::Handle | Action::HandOver
    );
    match (about_categories, own, question.record) {
        (true, _, _) => asked.iter().copied().map(Some).collect(),
        (false, true, None) => vec![],
        _ => vec![None],
    }
}

struct View<'a> {
    question: &'a Question,
    facts: &'a Facts,
    entry: Option<&'a Entry>,
    now: Timestamp,
}

const DAY: u64 = 86_400_000;

impl View<'_> {
    fn terms(&self) -> Option<&PurposeTerms> {
        let all = &self.facts.convenant.as_ref()?.content().purposes;
        let about: Vec<_> = all
            .iter()
            .filter(|t| t.id == self.question.purpose)
            .collect();
        let exact: Vec<_> = about
            .iter()
            .filter(|t| t.version == self.question.purpose_version)
            .collect();
        match (exact.as_slice(), about.as_slice()) {
            ([one], _) => Some(one),
            ([], [one]) => Some(one),
            _ => None,
        }
    }

    fn after(&self, days: Option<u32>) -> Timestamp {
        Timestamp::from_millis(self.now.as_millis() + u64::from(days.unwrap_or(0)) * DAY)
    }

    /// What the role may see or handle of the record that is asked about, for this purpose.
    fn mask(&self) -> BTreeSet<Field> {
        let (Some(e), Some(role), Some(kind)) =
            (self.entry, self.question.role, self.question.record)
        else {
            return BTreeSet::new();
        };
        let mut mask = BTreeSet::new();
        for own in e.own.iter().filter(|own| own.roles.contains(&role)) {
            let some = if self.question.action == Action::View {
                &own.view
            } else {
                &own.handle
            };
            mask.extend(some.iter().filter(|field| field.kind() == kind));
        }
        mask
    }

    fn limits(&self) -> Obligations {
        let (entry, terms) = (self.entry, self.terms());
        let asked = |field: &Field| {
            self.question
                .fields
                .as_ref()
                .is_none_or(|all| all.contains(field))
        };
        if matches!(
            self.question.action,
            Action::View | Action::Handle | Action::HandOver
        ) {
            return Obligations {
                categories: BTreeSet::new(),
                fields: self.mask().into_iter().filter(asked).collect(),
                retain_until: self.facts.record.retained_until.unwrap_or(self.now),
                min_cell: 0,
            };
        }
        let released = |field: &Field| {
            let of = field.category();
            let within = |all: &BTreeSet<Category>| of.is_some_and(|of| all.contains(&of));
            asked(field)
                && within(&self.question.categories)
                && entry.is_some_and(|e| e.fields.contains(field))
                && terms.is_some_and(|t| within(&t.categories))
        };
        let allowed = |category: &Category| {
            entry.is_some_and(|e| e.categories.contains(category))
                && terms.is_some_and(|t| t.categories.contains(category))
        };
        let ends = [
            self.after(entry.map(|e| e.retention_days)),
            self.after(terms.map(|t| t.retention_days)),
            self.end_at_source().unwrap_or(self.now),
        ];
        let cells = [
            entry.map_or(u32::MAX, |e| e.min_cell),
            terms
                .and(self.facts.convenant.as_ref())
                .map_or(u32::MAX, |c| c.content().thresholds.min_cell),
        ];
        Obligations {
            categories: self
                .question
                .categories
                .iter()
                .copied()
                .filter(allowed)
                .collect(),
            fields: Field::ALL.iter().copied().filter(released).collect(),
            retain_until: ends.into_iter().min().unwrap(),
            min_cell: cells.into_iter().max().unwrap(),
        }
    }

    /// Until when the source lets it be used.
    fn end_at_source(&self) -> Option<Timestamp> {
        match self.question.action {
            Action::Ask => Some(Timestamp::from_millis(u64::MAX)),
            Action::Use => self.facts.given.as_ref().map(|given| given.retain_until),
            Action::Discover
            | Action::Inspect
            | Action::Aggregate
            | Action::View
            | Action::Handle
            | Action::HandOver => self.facts.aanbieder.retained_until,
        }
    }

    fn refusing(&self, subject: Option<Category>, release: &Obligations) -> BTreeSet<String> {
        let mut tests = self.about_the_pair();
        tests.extend(self.about_the_purpose());
        tests.extend(self.about_the_asker());
        tests.extend(self.about_the_data(subject));
        tests.extend(self.about_the_person());
        tests.extend(self.about_terms_and_numbers(release));
        tests.extend(self.about_acting_for_another());
        tests.extend(self.about_what_the_records_are(release));
        tests.extend(self.about_the_own_people());
        tests.extend(self.about_what_was_received());
        tests.extend(self.about_an_own_record(release));
        tests
            .into_iter()
            .filter(|(actions, passes, _)| actions.contains(&self.question.action) && !passes)
            .map(|(_, _, name)| name.to_owned())
            .collect()
    }

    fn about_the_pair(&self) -> Vec<(&[Action], bool, &str)> {
        let convenant = self.facts.convenant.as_ref();
        let member =
            |oin| convenant.is_some_and(|c| c.content().members.iter().any(|m| m.oin == oin));
        let active = convenant.is_some_and(|c| c.active() == Fact::Yes);
        vec![
            (ALL, member(self.question.asker), "V01-lid"),
            (ALL, member(self.question.source), "V02-lid-bron"),
            (ALL, active, "V03-convenant-actief"),
            (ALL, self.facts.suspended == Fact::No, "V04-niet-geschorst"),
            (ALL, self.facts.pair_open == Fact::Yes, "V05-paar"),
        ]
    }

    fn about_the_purpose(&self) -> Vec<(&[Action], bool, &str)> {
        let (q, e, t) = (self.question, self.entry, self.terms());
        let exchanges = |way| e.is_some_and(|e| e.exchange.contains(&way));
        let either = exchanges(Exchange::Inzage) || exchanges(Exchange::Label);
        let inzage = either && e.is_some_and(|e| e.follows_treffer);
        let none = e.is_some_and(|e| e.exchange.is_empty());
        let matching = exchanges(Exchange::Treffer) && q.purpose.as_str() == "P08";
        let known = e.is_some_and(|e| e.version == q.purpose_version);
        let agreed = t.is_some_and(|t| t.version == q.purpose_version);
        let decided = self.facts.in_force.as_ref().is_some_and(|d| {
            (&d.purpose, d.version) == (&q.purpose, q.purpose_version)
                && d.since <= self.now
                && d.until.is_none_or(|until| until > self.now)
        });
        let treffer = self.facts.aanbieder.treffer == Fact::Yes;
        vec![
            (ANY, known, "V10-doel-bekend"),
            (
                ANY,
                e.is_some_and(|e| e.is_valid_at(self.now)),
                "V11-doel-geldig",
            ),
            (ALL, agreed, "V12-doel-convenant"),
            (ALL, decided, "V13-doel-in-werking"),
            (&[Action::Discover], matching, "V14-treffen-alleen-p08"),
            (LOOK, inzage, "V15-doel-voor-inzage"),
            (INZAGE, treffer, "V16-treffer"),
            (
                &[Action::Aggregate],
                exchanges(Exchange::Telling) || none,
                "V17-doel-voor-telling",
            ),
            (ALL, e.is_some() && !none, "V18-wisselt-uit"),
        ]
    }

    fn about_the_asker(&self) -> Vec<(&[Action], bool, &str)> {
        let (q, e, t) = (self.question, self.entry, self.terms());
        let lawful = e.is_some_and(|e| e.basis(&q.legal_basis).is_some());
        let relied_on = t.is_some_and(|t| t.legal_bases.contains(&q.legal_basis));
        let role_in = |roles: Option<&BTreeSet<_>>| {
            roles
                .zip(q.role)
                .is_some_and(|(roles, role)| roles.contains(&role))
        };
        vec![
            (ANY, lawful, "V20-grondslag-doel"),
            (ALL, relied_on, "V21-grondslag-convenant"),
            (ROLES, role_in(e.map(|e| &e.roles)), "V40-rol-doel"),
            (PEOPLE, role_in(t.map(|t| &t.roles)), "V41-rol-convenant"),
            (INZAGE, q.weighing.is_some(), "V70-weging"),
            (
                &[Action::Ask, Action::Inspect, Action::HandOver],
                q.case_ref.is_some(),
                "V71-zaak",
            ),
        ]
    }

    fn about_the_data(&self, subject: Option<Category>) -> Vec<(&[Action], bool, &str)> {
        let within = |categories: Option<&BTreeSet<Category>>| {
            categories
                .zip(subject)
                .is_some_and(|(all, one)| all.contains(&one))
        };
        let aanbieder = &self.facts.aanbieder;
        let plain = aanbieder.data_classes.as_ref().is_some_and(|classes| {
            classes.iter().all(|class| {
                !matches!(
                    class,
                    DataClass::Client | DataClass::Strafrechtelijk | DataClass::Bijzonder
                )
            })
        });
        let other = subject != Some(Category::Label);
        vec![
            (
                LOOK,
                within(self.terms().map(|t| &t.categories)),
                "V30-categorie-convenant",
            ),
            (
                LOOK,
                within(self.entry.map(|e| &e.categories)),
                "V31-categorie-doel",
            ),
            (LEAVES, plain, "V32-geen-bijzondere-gegevens"),
            (
                &[Action::Inspect],
                other || aanbieder.hearing_over == Fact::Yes,
                "V33-label-gehoord",
            ),
            (
                &[Action::Inspect],
                other || aanbieder.natural_person == Fact::No,
                "V34-label-persoon",
            ),
            (
                LOOK,
                within(Some(&self.question.categories)),
                "V35-gevraagd",
            ),
        ]
    }

    fn about_the_person(&self) -> Vec<(&[Action], bool, &str)> {
        let none = self.facts.aanbieder.natural_person == Fact::No;
        let clause = self
            .facts
            .convenant
            .as_ref()
            .is_some_and(|c| c.content().natural_persons);
        let purpose = self
            .entry
            .is_some_and(|e| e.natural_persons == NaturalPersons::WithClause);
        vec![
            (ABOUT, none || clause, "V50-persoon-convenant"),
            (ABOUT, none || purpose, "V51-persoon-doel"),
            (
                ALL,
                self.facts.aanbieder.restricted == Fact::No,
                "V52-beperking",
            ),
        ]
    }

    fn about_terms_and_numbers(&self, release: &Obligations) -> Vec<(&[Action], bool, &str)> {
        let (e, t) = (self.entry, self.terms());
        let kept = self.facts.aanbieder.retained_until;
        let content = self.facts.convenant.as_ref().map(|c| c.content());
        let budget = content.zip(self.facts.used_today);
        let agreed = e.zip(content).is_some_and(|(e, c)| {
            release.min_cell >= e.min_cell && release.min_cell >= c.thresholds.min_cell
        });
        let until = release.retain_until;
        vec![
            (
                &[Action::Discover, Action::Inspect],
                kept.is_some_and(|kept| kept > self.now),
                "V60-bewaartermijn-bron",
            ),
            (
                INZAGE,
                e.is_some_and(|e| until <= self.after(Some(e.retention_days))),
                "V61-bewaartermijn-doel",
            ),
            (
                INZAGE,
                t.is_some_and(|t| until <= self.after(Some(t.retention_days))),
                "V62-bewaartermijn-convenant",
            ),
            (
                &[Action::Inspect],
                kept.is_some_and(|kept| until <= kept),
                "V63-bewaartermijn-niet-voorbij-bron",
            ),
            (
                INZAGE,
                budget.is_some_and(|(c, used)| used < c.budgets.inzage_per_day),
                "V80-budget",
            ),
            (
                &[Action::Aggregate],
                self.facts.cell.is_some_and(|cell| cell >= release.min_cell),
                "V81-kleinste-groep",
            ),
            (&[Action::Aggregate], agreed, "V82-kleinste-groep-afspraak"),
        ]
    }
}

const ANY: &[Action] = &Action::ALL;
const ALL: &[Action] = &[
    Action::Discover,
    Action::Ask,
    Action::Inspect,
    Action::Aggregate,
    Action::Use,
];
const OWN: &[Action] = &[Action::View, Action::Handle, Action::HandOver];
const ROLES: &[Action] = &[
    Action::Ask,
    Action::Inspect,
    Action::Aggregate,
    Action::Use,
    Action::View,
    Action::Handle,
    Action::HandOver,
];
/// Where the node knows the person who asks.
const COLLEAGUES: &[Action] = &[
    Action::Ask,
    Action::Use,
    Action::View,
    Action::Handle,
    Action::HandOver,
];
const INZAGE: &[Action] = &[Action::Ask, Action::Inspect];
const LOOK: &[Action] = &[Action::Ask, Action::Inspect, Action::Use];
const PEOPLE: &[Action] = &[Action::Ask, Action::Inspect, Action::Aggregate, Action::Use];
const LEAVES: &[Action] = &[Action::Discover, Action::Inspect, Action::Aggregate];
const ABOUT: &[Action] = &[Action::Discover, Action::Ask, Action::Inspect];
