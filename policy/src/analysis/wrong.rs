// SPDX-License-Identifier: EUPL-1.2
//! What can be wrong with a question: each thing by itself, so that two can be put together.

use std::collections::BTreeSet;
use std::sync::Arc;

use basisnet_protocol::convenant::ConvenantContent;
use basisnet_protocol::message::Law;
use basisnet_protocol::purpose::{Category, PurposeId, Role};

use super::probe::{FAR_OFF, LONG_AGO};
use crate::cases::{self, Scene};
use crate::convenant::ConvenantFacts;
use crate::obligations::Obligations;
use crate::record::Domain;
use crate::request::{DataClass, Fact};

/// Makes one thing wrong.
pub(super) type Wrong = fn(&mut Scene);

/// Everything that is made wrong, one by one.
pub(super) const WRONGS: [Wrong; 64] = [
    |s| s.facts.convenant = None,
    |s| s.facts.convenant = s.facts.convenant.take().map(|c| state(&c, Fact::Unknown)),
    |s| s.facts.convenant = s.facts.convenant.take().map(|c| state(&c, Fact::No)),
    |s| agreed(s, |content| content.members.clear()),
    |s| agreed(s, |content| content.members.truncate(1)),
    |s| agreed(s, |content| content.purposes.clear()),
    |s| agreed(s, |content| content.budgets.inzage_per_day = 0),
    |s| agreed(s, |content| content.thresholds.min_cell = 2_000),
    |s| {
        agreed(s, |content| {
            content
                .purposes
                .iter_mut()
                .for_each(|t| t.legal_bases.clear())
        })
    },
    |s| {
        agreed(s, |content| {
            content
                .purposes
                .iter_mut()
                .for_each(|t| t.categories.clear())
        })
    },
    |s| {
        agreed(s, |content| {
            content.purposes.iter_mut().for_each(|t| t.roles.clear())
        })
    },
    |s| {
        agreed(s, |content| {
            content.purposes.iter_mut().for_each(|t| t.version = 0)
        })
    },
    |s| s.facts.pair_open = Fact::No,
    |s| s.facts.pair_open = Fact::Unknown,
    |s| s.facts.suspended = Fact::Yes,
    |s| s.facts.suspended = Fact::Unknown,
    |s| s.facts.in_force = None,
    |s| {
        s.facts
            .in_force
            .iter_mut()
            .for_each(|decided| decided.until = Some(LONG_AGO.start()))
    },
    |s| s.facts.mandate = None,
    |s| {
        s.facts
            .mandate
            .iter_mut()
            .for_each(|mandate| mandate.purposes.clear())
    },
    |s| {
        s.facts
            .mandate
            .iter_mut()
            .for_each(|mandate| mandate.valid.until = LONG_AGO.start())
    },
    |s| s.facts.person = None,
    |s| {
        s.facts
            .person
            .iter_mut()
            .for_each(|person| person.roles.clear())
    },
    |s| {
        s.facts
            .person
            .iter_mut()
            .for_each(|person| person.tasks.clear())
    },
    |s| s.facts.used_today = None,
    |s| s.facts.used_today = Some(u32::MAX),
    |s| s.facts.cell = None,
    |s| s.facts.cell = Some(1),
    |s| s.facts.given = None,
    |s| {
        s.facts
            .given
            .iter_mut()
            .for_each(|given| given.purpose = PurposeId::matching())
    },
    |s| {
        s.facts
            .given
            .iter_mut()
            .for_each(|given| given.retain_until = LONG_AGO.start())
    },
    |s| {
        s.facts
            .given
            .iter_mut()
            .for_each(|given| given.group_id = "anders".to_owned())
    },
    |s| {
        s.facts
            .given
            .iter_mut()
            .for_each(|given| given.source = s.question.asker)
    },
    |s| agreed(s, |content| content.natural_persons = false),
    |s| s.facts.aanbieder.natural_person = Fact::Yes,
    |s| s.facts.aanbieder.natural_person = Fact::Unknown,
    |s| s.facts.aanbieder.restricted = Fact::Yes,
    |s| s.facts.aanbieder.data_classes = None,
    |s| s.facts.aanbieder.data_classes = Some(BTreeSet::from([DataClass::Strafrechtelijk])),
    |s| s.facts.aanbieder.retained_until = None,
    |s| s.facts.aanbieder.retained_until = Some(LONG_AGO.start()),
    |s| s.facts.aanbieder.hearing_over = Fact::No,
    |s| s.facts.aanbieder.treffer = Fact::No,
    |s| s.facts.aanbieder.secret = Fact::Yes,
    |s| s.facts.aanbieder.received = Fact::Yes,
    |s| s.facts.aanbieder.collected_for = Some(BTreeSet::from([PurposeId::matching()])),
    |s| s.facts.aanbieder.care_forms = Some(BTreeSet::from(["99".to_owned()])),
    own_domain,
    |s| s.facts.record.assigned = Fact::No,
    |s| s.facts.record.shielded = Fact::Yes,
    |s| s.facts.record.restricted = Fact::Yes,
    |s| s.facts.record.secret = Fact::Yes,
    |s| s.facts.record.secrecy_weighed = Fact::No,
    |s| s.facts.record.data_classes = Some(BTreeSet::from(DataClass::ALL)),
    |s| s.facts.record.retained_until = Some(LONG_AGO.start()),
    own_law,
    other_purpose,
    |s| s.question.role = Some(Role::Beheerder),
    |s| s.question.role = s.question.role.map(across),
    |s| s.question.on_behalf_of = cases::oin("W"),
    |s| s.question.weighing = None,
    |s| s.question.case_ref = None,
    |s| s.now = FAR_OFF.start(),
    too_much,
];

fn state(convenant: &ConvenantFacts, active: Fact) -> ConvenantFacts {
    let content = Arc::new(convenant.content().clone());
    ConvenantFacts::new(content, convenant.hash(), active)
}

fn agreed(scene: &mut Scene, change: impl FnOnce(&mut ConvenantContent)) {
    if let Some(convenant) = &scene.facts.convenant {
        let mut content = convenant.content().clone();
        change(&mut content);
        let changed = ConvenantFacts::new(Arc::new(content), convenant.hash(), convenant.active());
        scene.facts.convenant = Some(changed);
    }
}

/// The other side of supervision.
fn across(role: Role) -> Role {
    match role == Role::ToezichthouderKwaliteit {
        true => Role::ToezichthouderRechtmatigheid,
        false => Role::ToezichthouderKwaliteit,
    }
}

fn own_domain(scene: &mut Scene) {
    scene.facts.record.domain = Some(Domain::Beleid);
    scene.facts.record.collected_for = "P13".parse().ok();
}

fn own_law(scene: &mut Scene) {
    scene.facts.record.laws = Some(BTreeSet::from([Law::Jeugdwet]));
}

fn other_purpose(scene: &mut Scene) {
    if let (Ok(purpose), Ok(basis)) = ("P77".parse(), "onbekend".parse()) {
        scene.question.purpose = purpose;
        scene.question.legal_basis = basis;
    }
}

/// A person proposes to give more, longer and about fewer than anything allows.
fn too_much(scene: &mut Scene) {
    scene.proposal = Some(Obligations {
        min_cell: 0,
        ..Obligations::of_categories(BTreeSet::from(Category::ALL), FAR_OFF.start())
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_supervises_is_put_on_the_other_side() {
        let sides = [
            Role::ToezichthouderKwaliteit,
            Role::ToezichthouderRechtmatigheid,
        ];
        assert_eq!(sides.map(across), [sides[1], sides[0]]);
    }
}
