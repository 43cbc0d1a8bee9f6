// SPDX-License-Identifier: EUPL-1.2
//! Decisions a second, from question to permit: facts to context, validation, every guard, obligations, hashes; the
//! same evaluation with nothing around it, which validates each question where the engine validates each form once; a whole register decided for one recipient; decisions of long ago taken
//! again.

use std::collections::BTreeSet;
use std::hint::black_box;
use std::sync::Arc;
use std::time::Duration;

use basisnet_policy::adl::Answer;
use basisnet_policy::{
    AanbiederFacts, Action, Catalogue, ConvenantFacts, Engine, Fact, Facts, FgAdvice, Followed,
    InForce, Question, Rules, StoredInputs,
};
use basisnet_protocol::convenant::ConvenantContent;
use basisnet_protocol::id::Oin;
use basisnet_protocol::message::{Proportionality, Subsidiarity, Weighing};
use basisnet_protocol::octets::Octets;
use basisnet_protocol::purpose::{Category, LegalBasis, PurposeId, Role};
use basisnet_protocol::time::{Period, Timestamp};

use crate::report::{Report, median, percentile, timed};

const ROUNDS: usize = 20_000;
/// So many aanbieders are decided on for one recipient.
const REGISTER: u32 = 5_000;
const REPLAYS: usize = 100_000;
const DAY: Duration = Duration::from_secs(86_400);

pub(crate) fn measure(report: &mut Report) {
    let engine = engine();
    let now = moment("2026-11-21T09:00:00Z");
    one_question(report, &engine, now);
    register(report, &engine, now);
    replay(report, &engine, now);
}

/// A question for inzage that is granted, asked over and over; in turn with the evaluator alone.
fn one_question(report: &mut Report, engine: &Engine, now: Timestamp) {
    let (question, facts) = (question(), facts(&inspection(), now));
    let bare = engine.testing_only_bare(&question, &facts, now);
    assert!(
        engine.decide(&question, &facts, now).into_result().is_ok() && bare.is_allowed(),
        "the question that is measured is granted"
    );
    let (mut each, mut alone) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        each.push(timed(|| black_box(engine.decide(&question, &facts, now))).0);
        alone.push(timed(|| black_box(bare.is_allowed())).0);
    }
    report.rate(
        "decisions on two categories, end to end",
        ROUNDS,
        each.iter().sum(),
    );
    report.time("one decision, p50", median(&each));
    report.time("one decision, p99", percentile(&each, 99));
    report.time(
        "context, validation and evaluation alone, p50",
        median(&alone),
    );
    let ratio = median(&each).as_secs_f64() / median(&alone).as_secs_f64();
    report.at_most("a decision against the evaluator alone", ratio, 1.2, "x");
}

/// Which aanbieders go into the index for one recipient, and that index. Aanbieders about whom the same facts are known
/// get one decision between them, so it is measured with terms that all end on another day, and with fewer ends.
fn register(report: &mut Report, engine: &Engine, now: Timestamp) {
    let permitted = |term: fn(u32) -> u32| {
        let mut selection = engine
            .select(discovery(), facts(&PurposeId::matching(), now), now)
            .expect("something may be exchanged");
        for number in 0..REGISTER {
            let known = AanbiederFacts::harmless(now + DAY * term(number));
            selection.consider(number, known);
        }
        selection.permitted().count()
    };
    let (took, ()) = timed(|| {
        assert_eq!(permitted(|number| 400 + number), 5_000, "all take part");
        drop(black_box(crate::matching::built(REGISTER)));
    });
    report.time(
        "an index of 5,000 for one recipient, decided and built",
        took,
    );
    for (what, term) in [
        (
            "5,000 aanbieders decided for one recipient, all facts differ",
            (|n| 400 + n) as fn(u32) -> u32,
        ),
        (
            "the same, with ends of terms on 2,555 days: one decision per set of facts",
            |n| 400 + n % 2_555,
        ),
        ("the same, with ends of terms on seven days", |n| {
            400 + 365 * (n % 7)
        }),
    ] {
        let (took, count) = timed(|| permitted(term));
        assert_eq!(count, 5_000, "all take part");
        report.rate(what, count, took);
    }
}

/// Decisions as they are kept in the log, taken again: each gives the same answer, byte for byte.
fn replay(report: &mut Report, engine: &Engine, now: Timestamp) {
    let content = Arc::new(convenant(&inspection()));
    let mut facts = facts(&inspection(), now);
    let kept: Vec<(Vec<u8>, Vec<u8>)> = (0..100)
        .map(|used| {
            facts.used_today = Some(used);
            let decision = engine.decide(&question(), &facts, now);
            let inputs = StoredInputs::new(&question(), &facts, None, now);
            (
                bytes(inputs.encode()),
                bytes(Answer::of(&decision).encode()),
            )
        })
        .collect();
    let (took, same) = timed(|| {
        let again = kept
            .iter()
            .cycle()
            .take(REPLAYS)
            .filter(|(inputs, answer)| {
                let inputs = StoredInputs::decode(inputs).expect("inputs that were kept");
                let decision = engine.replay(&inputs, |_| Some(Arc::clone(&content)));
                let decision = decision.expect("the convenant of then");
                bytes(Answer::of(&decision).encode()) == *answer
            });
        again.count()
    });
    assert_eq!(same, REPLAYS, "every decision comes out the same");
    report.rate("100,000 decisions of the log taken again", same, took);
}

fn bytes<E: std::fmt::Debug>(encoded: Result<Vec<u8>, E>) -> Vec<u8> {
    encoded.expect("what can be kept")
}

fn discovery() -> Question {
    Question {
        action: Action::Discover,
        purpose: PurposeId::matching(),
        legal_basis: basis(&PurposeId::matching()),
        role: None,
        categories: BTreeSet::new(),
        weighing: None,
        case_ref: None,
        ..question()
    }
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
        purpose: inspection(),
        purpose_version: 1,
        legal_basis: basis(&inspection()),
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

fn facts(purpose: &PurposeId, now: Timestamp) -> Facts {
    let content = Arc::new(convenant(purpose));
    let hash = content.hash();
    Facts {
        convenant: Some(ConvenantFacts::new(content, hash, Fact::Yes)),
        pair_open: Fact::Yes,
        suspended: Fact::No,
        in_force: Some(InForce {
            purpose: purpose.clone(),
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
fn convenant(purpose: &PurposeId) -> ConvenantContent {
    let valid = Period {
        from: moment("2026-01-01T00:00:00Z"),
        until: moment("2028-01-01T00:00:00Z"),
    };
    let mut content =
        ConvenantContent::testing_only_sample((1..=15).map(member), basis(purpose), valid);
    for terms in &mut content.purposes {
        terms.id = purpose.clone();
        terms.categories = BTreeSet::from([Category::Toezicht, Category::Contact]);
    }
    content
}

fn inspection() -> PurposeId {
    "P03".parse().expect("a purpose")
}

fn basis(purpose: &PurposeId) -> LegalBasis {
    let code = match *purpose == PurposeId::matching() {
        true => "avg-6.1.e",
        false => "wmo-6.1",
    };
    code.parse().expect("a legal basis")
}

fn member(number: u32) -> Oin {
    format!("00000099{number:09}000")
        .parse()
        .expect("a test OIN")
}

fn moment(text: &str) -> Timestamp {
    text.parse().expect("a moment")
}
