// SPDX-License-Identifier: EUPL-1.2
//! Decisions a second, from question to permit: facts to context, validation, every guard, obligations, hashes.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use basisnet_policy::{
    AanbiederFacts, Action, Catalogue, ConvenantFacts, Engine, Fact, Facts, FgAdvice, Followed,
    InForce, Question, Rules,
};
use basisnet_protocol::convenant::ConvenantContent;
use basisnet_protocol::id::Oin;
use basisnet_protocol::message::{Proportionality, Subsidiarity, Weighing};
use basisnet_protocol::octets::Octets;
use basisnet_protocol::purpose::{Category, LegalBasis, PurposeId, Role};
use basisnet_protocol::time::{Period, Timestamp};

use crate::report::{Report, median, percentile, timed};

const ROUNDS: usize = 20_000;

/// A question for inzage that is granted, asked over and over.
pub(crate) fn measure(report: &mut Report) {
    let engine = engine();
    let now = moment("2026-11-21T09:00:00Z");
    let (question, facts) = (question(), facts(now));
    assert!(
        engine.decide(&question, &facts, now).into_result().is_ok(),
        "the question that is measured is granted"
    );
    let each: Vec<Duration> = (0..ROUNDS)
        .map(|_| timed(|| std::hint::black_box(engine.decide(&question, &facts, now))).0)
        .collect();
    report.rate(
        "decisions on two categories, end to end",
        ROUNDS,
        each.iter().sum(),
    );
    report.time("one decision, p50", median(&each));
    report.time("one decision, p99", percentile(&each, 99));
}

fn engine() -> Engine {
    let rules = Rules::embedded().expect("the embedded rules load");
    let catalogue = Catalogue::embedded().expect("the embedded catalogue loads");
    Engine::new(rules, catalogue).expect("the engine starts")
}

fn question() -> Question {
    Question {
        action: Action::Inspect,
        asker: member(1),
        source: member(2),
        purpose: purpose(),
        purpose_version: 1,
        legal_basis: "wmo-6.1".parse().expect("a legal basis"),
        role: Some(Role::ToezichthouderKwaliteit),
        categories: BTreeSet::from([Category::Toezicht, Category::Contact]),
        weighing: Some(Weighing {
            proportionality: Proportionality::OngoingOnderzoek,
            subsidiarity: Subsidiarity::NotPublic,
        }),
        case_ref: Some(Octets([7; 32])),
        on_behalf_of: None,
        record: None,
        fields: None,
        hand_over_to: None,
    }
}

fn facts(now: Timestamp) -> Facts {
    Facts {
        convenant: Some(ConvenantFacts::new(
            Arc::new(convenant()),
            Octets([1; 32]),
            Fact::Yes,
        )),
        pair_open: Fact::Yes,
        suspended: Fact::No,
        in_force: Some(InForce {
            purpose: purpose(),
            version: 1,
            who: "college".to_owned(),
            mandate: "college".to_owned(),
            since: moment("2026-06-01T00:00:00Z"),
            advice: FgAdvice {
                who: "fg".to_owned(),
                given: moment("2026-05-01T00:00:00Z").date(),
                followed: Followed::Yes,
            },
            dpia_ref: "DPIA-1".to_owned(),
            until: None,
        }),
        used_today: Some(3),
        aanbieder: AanbiederFacts::harmless(now + Duration::from_secs(365 * 86_400)),
        ..Facts::default()
    }
}

/// A group of fifteen, with one purpose.
fn convenant() -> ConvenantContent {
    let valid = Period {
        from: moment("2026-01-01T00:00:00Z"),
        until: moment("2028-01-01T00:00:00Z"),
    };
    let basis: LegalBasis = "wmo-6.1".parse().expect("a legal basis");
    let mut content = ConvenantContent::testing_only_sample((1..=15).map(member), basis, valid);
    for terms in &mut content.purposes {
        terms.id = purpose();
        terms.categories = BTreeSet::from([Category::Toezicht, Category::Contact]);
    }
    content
}

fn purpose() -> PurposeId {
    "P03".parse().expect("a purpose")
}

fn member(number: u32) -> Oin {
    format!("00000099{number:09}000")
        .parse()
        .expect("a test OIN")
}

fn moment(text: &str) -> Timestamp {
    text.parse().expect("a moment")
}
