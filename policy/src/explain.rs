// SPDX-License-Identifier: EUPL-1.2
//! Why a decision came out as it did, and what would be needed for a yes.
//!
//! Each test that said no is told with its article, its explanation and its remedy. Beside that the question is put
//! again with another role, purpose or category of the asker's own: a bounded search, within the convenant that the
//! question is about. It tells nothing about what others agreed, and it goes to the own users alone.

use std::collections::BTreeSet;
use std::fmt;

use basisnet_protocol::purpose::{Category, PurposeId, Role};
use basisnet_protocol::time::Timestamp;

use crate::decide::Engine;
use crate::decision::Decision;
use crate::request::{Facts, InForce, Question};

/// So many questions are put again at most.
const MAX_TRIES: usize = 960;
/// So many ways are told at most.
const MAX_WAYS: usize = 10;

/// A question that would get a yes, by what is different about it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Way {
    /// How many things are different: less is better.
    steps: usize,
    /// In another role.
    pub role: Option<Role>,
    /// For another purpose.
    pub purpose: Option<PurposeId>,
    /// For other categories.
    pub categories: Option<BTreeSet<Category>>,
    /// With a weighing.
    pub weighed: bool,
    /// For a case.
    pub case: bool,
}

impl fmt::Display for Way {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut parts = Vec::new();
        parts.extend(
            self.purpose
                .as_ref()
                .map(|purpose| format!("voor doel {purpose}")),
        );
        parts.extend(self.role.map(|role| format!("als {role}")));
        if let Some(categories) = &self.categories {
            let named: Vec<_> = categories.iter().map(ToString::to_string).collect();
            parts.push(format!("met alleen {}", named.join(", ")));
        }
        if self.weighed {
            parts.push("met een weging".to_owned());
        }
        if self.case {
            parts.push("bij een zaak".to_owned());
        }
        write!(f, "het mag wel {}", parts.join(", "))
    }
}

/// What may be different: the asker's own roles, and what the controller decided about other purposes.
pub struct Own<'a> {
    /// The roles of the person who asks.
    pub roles: &'a BTreeSet<Role>,
    /// The decision about a purpose in a version, if there is one.
    pub in_force: &'a dyn Fn(&PurposeId, u32) -> Option<InForce>,
}

impl fmt::Debug for Own<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Own")
            .field("roles", self.roles)
            .finish_non_exhaustive()
    }
}

/// Questions close to this one that would get a yes, the closest first; none when this one does.
#[must_use]
pub fn ways(
    engine: &Engine,
    question: &Question,
    facts: &Facts,
    own: &Own<'_>,
    now: Timestamp,
) -> Vec<Way> {
    if permitted(engine, question, facts, now) {
        return Vec::new();
    }
    let mut found: Vec<Way> = candidates(question, facts, own)
        .into_iter()
        .take(MAX_TRIES)
        .filter(|way| {
            let (question, facts) = way.applied(question, facts, own);
            permitted(engine, &question, &facts, now)
        })
        .collect();
    found.sort();
    let fewest = found.first().map_or(0, |way| way.steps);
    found.retain(|way| way.steps == fewest);
    found.truncate(MAX_WAYS);
    found
}

fn permitted(engine: &Engine, question: &Question, facts: &Facts, now: Timestamp) -> bool {
    match engine.decide(question, facts, now) {
        Decision::Permit(permit) => permit.withheld().is_empty(),
        Decision::Refuse(_) => false,
    }
}

fn candidates(question: &Question, facts: &Facts, own: &Own<'_>) -> Vec<Way> {
    let roles = own
        .roles
        .iter()
        .filter(|role| Some(**role) != question.role);
    let roles: Vec<_> = std::iter::once(None)
        .chain(roles.copied().map(Some))
        .collect();
    let agreed = facts
        .convenant
        .iter()
        .flat_map(|one| &one.content().purposes);
    let agreed = agreed
        .map(|terms| &terms.id)
        .filter(|id| **id != question.purpose);
    let purposes: Vec<_> = std::iter::once(None)
        .chain(agreed.cloned().map(Some))
        .collect();
    let mut categories = vec![None];
    if question.categories.len() > 1 {
        let one = |category: &Category| Some(BTreeSet::from([*category]));
        categories.extend(question.categories.iter().map(one));
    }
    let mut ways = Vec::new();
    for (weighed, case) in [(false, false), (true, false), (false, true), (true, true)] {
        if (weighed && question.weighing.is_some()) || (case && question.case_ref.is_some()) {
            continue;
        }
        for purpose in &purposes {
            for role in &roles {
                for categories in &categories {
                    let steps = usize::from(purpose.is_some())
                        + usize::from(role.is_some())
                        + usize::from(categories.is_some())
                        + usize::from(weighed)
                        + usize::from(case);
                    ways.push(Way {
                        steps,
                        role: *role,
                        purpose: purpose.clone(),
                        categories: categories.clone(),
                        weighed,
                        case,
                    });
                }
            }
        }
    }
    ways.sort();
    ways
}

impl Way {
    fn applied(&self, question: &Question, facts: &Facts, own: &Own<'_>) -> (Question, Facts) {
        let (mut question, mut facts) = (question.clone(), facts.clone());
        if let Some(purpose) = &self.purpose {
            let terms = facts.convenant.as_ref();
            let terms = terms.and_then(|one| one.terms(purpose, question.purpose_version));
            if let Some(terms) = terms {
                question.purpose_version = terms.version;
                if let Some(basis) = terms.legal_bases.first() {
                    question.legal_basis = basis.clone();
                }
            }
            question.purpose = purpose.clone();
            facts.in_force = (own.in_force)(purpose, question.purpose_version);
        }
        question.role = self.role.or(question.role);
        if let Some(categories) = &self.categories {
            question.categories.clone_from(categories);
        }
        if self.weighed {
            question.weighing = Some(crate::cases::WEIGHING);
        }
        if self.case {
            question.case_ref = Some(basisnet_protocol::octets::Octets([0; 32]));
        }
        (question, facts)
    }
}

/// What was asked, in lines for a reader.
#[must_use]
pub fn told(question: &Question) -> Vec<String> {
    let mut lines = vec![
        format!("handeling: {}", in_dutch(question.action.as_str())),
        format!("vrager: {}", question.asker),
        format!("bron: {}", question.source),
        format!(
            "doel: {} versie {}",
            question.purpose, question.purpose_version
        ),
        format!("grondslag: {}", question.legal_basis.as_str()),
    ];
    lines.extend(question.role.map(|role| format!("rol: {role}")));
    if !question.categories.is_empty() {
        let named: Vec<_> = question
            .categories
            .iter()
            .map(ToString::to_string)
            .collect();
        lines.push(format!("gegevens: {}", named.join(", ")));
    }
    lines
}

/// What a handling is called in Dutch.
pub(crate) fn in_dutch(action: &str) -> &str {
    match action {
        "discover" => "aanbieders vergelijken",
        "ask" => "een vraag stellen",
        "inspect" => "een vraag beantwoorden",
        "aggregate" => "een aantal tonen",
        "use" => "een antwoord gebruiken",
        "view" => "een eigen dossier bekijken",
        "handle" => "een eigen dossier behandelen",
        "hand_over" => "een eigen dossier overdragen",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cases::{Cases, EXAMPLE};
    use crate::{Catalogue, Rules};

    fn engine() -> Engine {
        Engine::new(Rules::embedded().unwrap(), Catalogue::embedded().unwrap()).unwrap()
    }

    #[test]
    fn a_question_in_the_wrong_role_is_told_in_which_own_role_it_may() {
        let cases = Cases::read(&[("voorbeeld.toml", EXAMPLE)]).unwrap();
        let mut scene = cases.bases().next().unwrap().scene.clone();
        let right = scene.question.role.unwrap();
        scene.question.role = Some(Role::Contractmanager);
        let roles = BTreeSet::from([right, Role::Contractmanager]);
        let none = |_: &PurposeId, _: u32| None;
        let own = Own {
            roles: &roles,
            in_force: &none,
        };
        let ways = ways(&engine(), &scene.question, &scene.facts, &own, scene.now);
        assert_eq!(ways.len(), 1);
        assert_eq!(ways[0].to_string(), format!("het mag wel als {right}"));
        let alone = BTreeSet::from([Role::Contractmanager]);
        let own = Own {
            roles: &alone,
            ..own
        };
        assert!(super::ways(&engine(), &scene.question, &scene.facts, &own, scene.now).is_empty());
    }

    #[test]
    fn what_is_missing_from_a_question_is_told_together() {
        let cases = Cases::read(&[("voorbeeld.toml", EXAMPLE)]).unwrap();
        let case = cases.others().next().unwrap();
        let roles = BTreeSet::new();
        let none = |_: &PurposeId, _: u32| None;
        let own = Own {
            roles: &roles,
            in_force: &none,
        };
        let scene = &case.scene;
        let ways = ways(&engine(), &scene.question, &scene.facts, &own, scene.now);
        assert_eq!(
            ways[0].to_string(),
            "het mag wel met een weging, bij een zaak"
        );
    }

    /// What would help with the question of the example, after this change, for somebody with these roles.
    fn ways_of(
        roles: &[Role],
        in_force: &dyn Fn(&PurposeId, u32) -> Option<InForce>,
        change: impl FnOnce(&mut crate::cases::Scene),
    ) -> Vec<String> {
        let cases = Cases::read(&[("voorbeeld.toml", EXAMPLE)]).unwrap();
        let mut scene = cases.bases().next().unwrap().scene.clone();
        change(&mut scene);
        let roles: BTreeSet<Role> = roles.iter().copied().collect();
        let own = Own {
            roles: &roles,
            in_force,
        };
        let ways = ways(&engine(), &scene.question, &scene.facts, &own, scene.now);
        ways.iter().map(ToString::to_string).collect()
    }

    /// The convenant of the example, with these purposes instead of its own.
    fn agreed(
        scene: &mut crate::cases::Scene,
        change: impl FnOnce(&mut Vec<basisnet_protocol::convenant::PurposeTerms>),
    ) {
        let known = scene.facts.convenant.take().unwrap();
        let mut content = known.content().clone();
        change(&mut content.purposes);
        scene.facts.convenant = Some(crate::ConvenantFacts::new(
            content.into(),
            known.hash(),
            known.active(),
        ));
    }

    const NO_OTHER: fn(&PurposeId, u32) -> Option<InForce> = |_, _| None;

    #[test]
    fn what_may_needs_no_way() {
        let none = ways_of(&Role::ALL, &NO_OTHER, |_| {});
        assert!(none.is_empty(), "{none:?}");
    }

    #[test]
    fn a_part_of_the_categories_may_be_the_way() {
        let ways = ways_of(&[], &NO_OTHER, |scene| {
            scene.question.categories.insert(Category::Label);
        });
        assert_eq!(ways, ["het mag wel met alleen toezicht"]);
    }

    #[test]
    fn one_thing_that_is_missing_is_told_alone() {
        let weighing = ways_of(&[], &NO_OTHER, |scene| scene.question.weighing = None);
        assert_eq!(weighing, ["het mag wel met een weging"]);
        let case = ways_of(&[], &NO_OTHER, |scene| scene.question.case_ref = None);
        assert_eq!(case, ["het mag wel bij een zaak"]);
    }

    #[test]
    fn only_the_nearest_ways_are_told() {
        // Without a case it may not, in no role; the way is the case, not the case and another role.
        let ways = ways_of(&Role::ALL, &NO_OTHER, |scene| {
            scene.question.case_ref = None;
            let person = scene.facts.person.as_mut().unwrap();
            person.roles.insert(Role::ToezichthouderRechtmatigheid);
        });
        assert_eq!(ways, ["het mag wel bij een zaak"]);
        // Where several things are missing at once, all of them are in the way, and no more than they.
        let ways = ways_of(&Role::ALL, &NO_OTHER, |scene| {
            scene.question.case_ref = None;
            scene.question.weighing = None;
            scene.question.role = Some(Role::Contractmanager);
            scene.question.categories.insert(Category::Label);
        });
        assert_eq!(
            ways,
            [
                "het mag wel als toezichthouder_kwaliteit, met alleen toezicht, met een weging, bij een zaak"
            ]
        );
    }

    #[test]
    fn another_purpose_is_a_way_when_the_controller_put_it_into_force() {
        // The members agreed on contracts (P01) too; the question is whether there is a contract.
        let change = |scene: &mut crate::cases::Scene| {
            scene.question.categories = BTreeSet::from([Category::Contract]);
            scene.question.role = Some(Role::Contractmanager);
            let person = scene.facts.person.as_mut().unwrap();
            person.roles = BTreeSet::from([Role::Contractmanager]);
            person.tasks.insert("P01".parse().unwrap());
            agreed(scene, |purposes| {
                let mut contracts = purposes[0].clone();
                contracts.id = "P01".parse().unwrap();
                contracts.legal_bases = BTreeSet::from(["wmo-5.1.1-6".parse().unwrap()]);
                contracts.categories = BTreeSet::from([Category::Contract]);
                contracts.roles = BTreeSet::from([Role::Contractmanager]);
                purposes.push(contracts);
            });
        };
        let roles = [Role::Contractmanager];
        assert_eq!(
            ways_of(&roles, &decided, change),
            ["het mag wel voor doel P01"]
        );
        assert!(ways_of(&roles, &NO_OTHER, change).is_empty());
    }

    #[test]
    fn a_question_is_told_in_dutch() {
        let cases = Cases::read(&[("voorbeeld.toml", EXAMPLE)]).unwrap();
        let mut question = cases.bases().next().unwrap().scene.question.clone();
        let told_lines = told(&question);
        assert_eq!(
            told_lines,
            [
                "handeling: een vraag stellen".to_owned(),
                format!("vrager: {}", question.asker),
                format!("bron: {}", question.source),
                "doel: P03 versie 1".to_owned(),
                "grondslag: wmo-6.1".to_owned(),
                "rol: toezichthouder_kwaliteit".to_owned(),
                "gegevens: toezicht".to_owned(),
            ]
        );
        question.categories.clear();
        assert_eq!(told(&question), told_lines[..6]);
        for action in crate::Action::ALL {
            assert!(in_dutch(action.as_str()).contains(' '), "{action:?}");
        }
    }

    #[test]
    fn who_asks_is_shown_without_what_was_decided_elsewhere() {
        let roles = BTreeSet::from([Role::Fg]);
        let own = Own {
            roles: &roles,
            in_force: &NO_OTHER,
        };
        assert_eq!(format!("{own:?}"), "Own { roles: {Fg}, .. }");
    }

    /// A contractmanager asks whom to call, for contracts (P01); the members agreed on the label (P12) too.
    fn whom_to_call(scene: &mut crate::cases::Scene) {
        scene.question.purpose = "P01".parse().unwrap();
        scene.question.legal_basis = "wmo-5.1.1-6".parse().unwrap();
        scene.question.categories = BTreeSet::from([Category::Contact]);
        scene.question.role = Some(Role::Contractmanager);
        scene.facts.in_force = decided(&scene.question.purpose, 1);
        let person = scene.facts.person.as_mut().unwrap();
        person.roles = BTreeSet::from([Role::Contractmanager]);
        person.tasks = BTreeSet::from(["P01".parse().unwrap(), "P12".parse().unwrap()]);
        agreed(scene, |purposes| {
            let mut terms = purposes.remove(0);
            terms.roles = BTreeSet::from([Role::Contractmanager]);
            terms.categories = BTreeSet::from([Category::Contact, Category::Contract]);
            for (id, basis) in [("P01", "wmo-5.1.1-6"), ("P12", "wmo-2.1.3")] {
                terms.id = id.parse().unwrap();
                terms.legal_bases = BTreeSet::from([basis.parse().unwrap()]);
                purposes.push(terms.clone());
            }
        });
    }

    fn decided(id: &PurposeId, version: u32) -> Option<InForce> {
        let cases = Cases::read(&[("voorbeeld.toml", EXAMPLE)]).unwrap();
        let mut decided = cases.bases().next()?.scene.facts.in_force.clone()?;
        decided.purpose = id.clone();
        decided.version = version;
        Some(decided)
    }

    #[test]
    fn what_would_do_as_well_but_is_not_needed_is_not_told() {
        let roles = [Role::Contractmanager];
        assert!(ways_of(&roles, &decided, whom_to_call).is_empty());
        let missing = [
            (true, "het mag wel met een weging"),
            (false, "het mag wel bij een zaak"),
        ];
        for (weighing, expected) in missing {
            // For the label it would do as well, and for one of two categories.
            for two in [false, true] {
                let ways = ways_of(&roles, &decided, |scene| {
                    whom_to_call(scene);
                    if two {
                        scene.question.categories.insert(Category::Contract);
                    }
                    match weighing {
                        true => scene.question.weighing = None,
                        false => scene.question.case_ref = None,
                    }
                });
                assert_eq!(ways, [expected]);
            }
        }
    }
}
