// SPDX-License-Identifier: EUPL-1.2
//! The questions with which rules are tried: first those in which all is in order, then the same with something wrong.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use basisnet_protocol::convenant::{Member, PurposeTerms};
use basisnet_protocol::id::Oin;
use basisnet_protocol::message::Law;
use basisnet_protocol::octets::Octets;
use basisnet_protocol::purpose::{Category, LegalBasis, Role};
use basisnet_protocol::time::{Date, Period, Timestamp};

use super::wrong::WRONGS;
use crate::cases::{self, Scene, WEIGHING, content};
use crate::catalogue::{Entry, Exchange};
use crate::convenant::ConvenantFacts;
use crate::decide::Engine;
use crate::explain::in_dutch;
use crate::obligations::days;
use crate::record::{Domain, RecordKind};
use crate::request::{
    AanbiederFacts, Action, Fact, Facts, FgAdvice, Followed, Given, InForce, Mandate, PersonFacts,
    Question, RecordFacts,
};

/// A term that is long enough for every purpose.
const LONG: Duration = days(3_650);

/// A question, and what is wrong with it.
pub(super) struct Probe {
    pub(super) scene: Scene,
    wrong: usize,
}

impl Probe {
    /// Whether all is in order.
    pub(super) const fn is_sound(&self) -> bool {
        self.wrong == 0
    }

    /// How many things are wrong with it.
    #[cfg(test)]
    pub(super) const fn wrong(&self) -> usize {
        self.wrong
    }

    /// What is asked, for a reader.
    pub(super) fn what(&self) -> String {
        let question = &self.scene.question;
        let mut parts = vec![
            in_dutch(question.action.as_str()).to_owned(),
            format!(
                "doel {} versie {}",
                question.purpose, question.purpose_version
            ),
        ];
        parts.extend(question.role.map(|role| role.to_string()));
        parts.extend(question.categories.iter().map(ToString::to_string));
        parts.extend(question.record.map(|kind| kind.to_string()));
        parts.join(", ")
    }
}

/// Two things are wrong together when they are no further apart in the list than this.
const NEAR: usize = 10;

/// All questions: sound ones for every combination of the catalogue, and for each category and each kind of record the
/// same with each thing wrong; for one of each action also with two things wrong.
pub(super) fn all(engine: &Engine, now: Timestamp) -> Vec<Probe> {
    let Some(parties) = Parties::new() else {
        return Vec::new();
    };
    let mut probes = Vec::new();
    let (mut actions, mut subjects) = (BTreeSet::new(), BTreeSet::new());
    for entry in engine.catalogue().at(now) {
        for action in Action::ALL {
            for scene in parties.sound(entry, action, now) {
                let question = &scene.question;
                let about = (action, question.categories.clone(), question.record);
                if subjects.insert(about) {
                    spoil(&scene, actions.insert(action), &mut probes);
                }
                probes.push(Probe { scene, wrong: 0 });
            }
        }
    }
    probes
}

fn spoil(sound: &Scene, pairs: bool, probes: &mut Vec<Probe>) {
    for (number, wrong) in WRONGS.iter().enumerate() {
        let mut scene = sound.clone();
        wrong(&mut scene);
        if pairs {
            for other in WRONGS.iter().skip(number + 1).take(NEAR) {
                let mut twice = scene.clone();
                other(&mut twice);
                probes.push(Probe {
                    scene: twice,
                    wrong: 2,
                });
            }
        }
        probes.push(Probe { scene, wrong: 1 });
    }
}

/// Who asks and who is asked.
struct Parties {
    asker: Oin,
    source: Oin,
    /// The basis of a purpose that names none; there is no such purpose.
    unknown: LegalBasis,
}

impl Parties {
    fn new() -> Option<Self> {
        Some(Self {
            asker: cases::oin("A")?,
            source: cases::oin("B")?,
            unknown: "geen".parse().ok()?,
        })
    }

    /// Every question for this purpose that the catalogue itself allows.
    fn sound(&self, entry: &Entry, action: Action, now: Timestamp) -> Vec<Scene> {
        let has = |exchange| entry.exchange.contains(&exchange);
        let roles = entry.roles.iter().copied();
        match action {
            Action::Discover if has(Exchange::Treffer) => {
                vec![self.scene(entry, action, None, BTreeSet::new(), now)]
            }
            Action::Aggregate if has(Exchange::Telling) => roles
                .map(|role| self.scene(entry, action, Some(role), BTreeSet::new(), now))
                .collect(),
            // A purpose without inzage has no categories; the catalogue refuses any that has.
            Action::Ask | Action::Inspect | Action::Use => {
                let each = |role| {
                    entry.categories.iter().map(move |category| {
                        let asked = BTreeSet::from([*category]);
                        self.scene(entry, action, Some(role), asked, now)
                    })
                };
                roles.flat_map(each).collect()
            }
            Action::View | Action::Handle => self.own(entry, action, now),
            Action::HandOver if entry.domain == Domain::Contractbeheer => {
                let mut scenes = self.own(entry, action, now);
                for scene in &mut scenes {
                    scene.question.hand_over_to = Some(Domain::ToezichtKwaliteit);
                }
                scenes
            }
            Action::Discover | Action::Aggregate | Action::HandOver => Vec::new(),
        }
    }

    fn own(&self, entry: &Entry, action: Action, now: Timestamp) -> Vec<Scene> {
        let mut scenes = Vec::new();
        for own in &entry.own {
            let fields = match action {
                Action::Handle | Action::HandOver => &own.handle,
                Action::Discover
                | Action::Ask
                | Action::Inspect
                | Action::Aggregate
                | Action::Use
                | Action::View => &own.view,
            };
            let kinds: BTreeSet<_> = fields.iter().map(|field| field.kind()).collect();
            for role in &own.roles {
                for kind in &kinds {
                    scenes.push(self.own_scene(entry, action, *role, *kind, now));
                }
            }
        }
        scenes
    }

    fn own_scene(
        &self,
        entry: &Entry,
        action: Action,
        role: Role,
        kind: RecordKind,
        now: Timestamp,
    ) -> Scene {
        let mut scene = self.scene(entry, action, Some(role), BTreeSet::new(), now);
        scene.question.source = self.asker;
        scene.question.record = Some(kind);
        scene
    }

    fn scene(
        &self,
        entry: &Entry,
        action: Action,
        role: Option<Role>,
        categories: BTreeSet<Category>,
        now: Timestamp,
    ) -> Scene {
        let basis = entry.bases.first().map(|basis| basis.code.clone());
        Scene {
            question: Question {
                action,
                asker: self.asker,
                source: self.source,
                purpose: entry.id.clone(),
                purpose_version: entry.version,
                legal_basis: basis.unwrap_or_else(|| self.unknown.clone()),
                role,
                categories,
                weighing: Some(WEIGHING),
                case_ref: Some(Octets([1; 32])),
                on_behalf_of: entry.for_member.then_some(self.source),
                record: None,
                fields: None,
                hand_over_to: None,
            },
            facts: self.facts(entry, role, now),
            proposal: None,
            now,
        }
    }

    fn facts(&self, entry: &Entry, role: Option<Role>, now: Timestamp) -> Facts {
        let convenant = self.convenant(entry);
        Facts {
            pair_open: Fact::Yes,
            suspended: Fact::No,
            in_force: Some(in_force(entry, now)),
            mandate: entry.for_member.then(|| self.mandate(entry, now)),
            further_uses: BTreeSet::new(),
            person: Some(PersonFacts {
                roles: role.into_iter().collect(),
                tasks: BTreeSet::from([entry.id.clone()]),
            }),
            used_today: Some(0),
            cell: Some(1_000),
            given: Some(Given {
                purpose: entry.id.clone(),
                group_id: convenant.content().group_id.clone(),
                source: self.source,
                retain_until: now + Duration::from_secs(86_400),
            }),
            convenant: Some(convenant),
            aanbieder: AanbiederFacts {
                collected_for: Some(BTreeSet::from([entry.id.clone()])),
                ..AanbiederFacts::harmless(now + LONG)
            },
            record: RecordFacts {
                domain: Some(entry.domain),
                handed_over_to: Some(BTreeSet::new()),
                collected_for: Some(entry.id.clone()),
                laws: Some(BTreeSet::from([Law::Wmo])),
                data_classes: Some(entry.data_classes.iter().take(1).copied().collect()),
                assigned: Fact::Yes,
                shielded: Fact::No,
                restricted: Fact::No,
                secret: Fact::No,
                secrecy_weighed: Fact::Yes,
                retained_until: Some(now + LONG),
            },
        }
    }

    fn convenant(&self, entry: &Entry) -> ConvenantFacts {
        let mut agreed = content(vec![PurposeTerms {
            id: entry.id.clone(),
            version: entry.version,
            legal_bases: entry.bases.iter().map(|basis| basis.code.clone()).collect(),
            categories: entry.categories.clone(),
            roles: entry.roles.clone(),
            retention_days: entry.retention_days,
            automatic: BTreeSet::new(),
        }]);
        agreed.members = [self.asker, self.source]
            .map(|oin| Member {
                oin,
                name: oin.to_string(),
                gemeente: match oin == self.asker {
                    true => "0001".parse().ok(),
                    false => "0002".parse().ok(),
                },
            })
            .to_vec();
        agreed.natural_persons = true;
        ConvenantFacts::new(Arc::new(agreed), Octets([1; 32]), Fact::Yes)
    }

    fn mandate(&self, entry: &Entry, now: Timestamp) -> Mandate {
        Mandate {
            holder: self.asker,
            member: self.source,
            purposes: BTreeSet::from([entry.id.clone()]),
            care_forms: BTreeSet::new(),
            valid: Period {
                from: Timestamp::from_millis(0),
                until: now + LONG,
            },
        }
    }
}

fn in_force(entry: &Entry, now: Timestamp) -> InForce {
    InForce {
        purpose: entry.id.clone(),
        version: entry.version,
        who: "verwerkingsverantwoordelijke".to_owned(),
        mandate: "mandaat".to_owned(),
        since: Timestamp::from_millis(0),
        advice: FgAdvice {
            who: "fg".to_owned(),
            given: now.date(),
            followed: Followed::Yes,
        },
        dpia_ref: "dpia".to_owned(),
        until: None,
    }
}

/// A day that lies before everything.
pub(super) const LONG_AGO: Date = Date::from_days(1);
/// A day that lies after everything, in 2106.
pub(super) const FAR_OFF: Date = Date::from_days(50_000);
