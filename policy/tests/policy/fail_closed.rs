// SPDX-License-Identifier: EUPL-1.2
//! Unclear means no: rules that go wrong, selections, and what may be released.

use std::collections::BTreeSet;

use basisnet_policy::{
    AanbiederFacts, Action, Catalogue, ConvenantFacts, Decision, Engine, Fact, Facts, GuardId,
    Obligations, Released, Rules, Verdict,
};
use basisnet_protocol::message::{Recall, RecallKind};
use basisnet_protocol::octets::Octets;
use basisnet_protocol::purpose::{Category, Role};
use basisnet_protocol::time::Timestamp;

use crate::scene::{Scene, cases, catalogue, engine, texts};

fn base(name: &str) -> Scene {
    let cases = cases();
    let base = cases.bases().find(|base| base.name == name);
    base.unwrap().scene.clone()
}

#[test]
fn a_rule_that_cannot_be_evaluated_closes_the_door() {
    let overflows = r#"@id("L01-te-groot") @wet("beleid") @uitleg("nee") @nodig("ja")
        forbid (principal, action, resource) when { context.now + 9223372036854775807 < 0 };"#;
    let rules = Rules::load(&[("eigen.cedar", overflows)]).unwrap();
    let engine = Engine::new(rules, catalogue()).unwrap();
    let Decision::Refuse(refusal) = base("vragen").decide(&engine) else {
        panic!("a rule that errors was skipped")
    };
    assert!(refusal.is_faulty());
    assert_eq!(
        refusal.guards(),
        &BTreeSet::from(["L01-te-groot".parse().unwrap()])
    );
    assert_eq!(engine.explain(&refusal).len(), 1);
}

/// Whether a question fits the vocabulary is asked once of each form of it.
#[test]
fn a_word_that_the_vocabulary_does_not_have_closes_the_door_also_after_a_question_that_fits() {
    let embedded = Rules::embedded().unwrap();
    let vocabulary = embedded.vocabulary().replace(",\n    \"auditor\"\n", "\n");
    assert_ne!(vocabulary, embedded.vocabulary());
    let rules: Vec<(&str, &str)> = (embedded.texts().iter())
        .map(|(name, text)| (&**name, &**text))
        .collect();
    let rules = Rules::from_texts(&vocabulary, &rules).unwrap();
    // No purpose of these names the role that the vocabulary lacks.
    let purposes = texts(&[env!("CARGO_MANIFEST_DIR"), "catalogue"].iter().collect());
    let purposes: Vec<(&str, &str)> = (purposes.iter())
        .filter(|(_, text)| !text.contains("\"auditor\""))
        .map(|(name, text)| (&**name, &**text))
        .collect();
    let engine = Engine::new(rules, Catalogue::from_texts(&purposes).unwrap()).unwrap();
    let fits = base("vragen");
    assert!(matches!(fits.decide(&engine), Decision::Permit(_)));
    let mut other = fits.clone();
    other
        .facts
        .person
        .as_mut()
        .unwrap()
        .roles
        .insert(Role::Auditor);
    for scene in [&other, &fits, &other] {
        let answer = scene.decide(&engine);
        match scene.facts == fits.facts {
            true => assert!(matches!(answer, Decision::Permit(_))),
            false => {
                let Decision::Refuse(refusal) = answer else {
                    panic!("a word that nobody knows was let through")
                };
                assert_eq!(refusal.guards(), &BTreeSet::from([GuardId::undecidable()]));
            }
        }
    }
}

/// The decision says that there was one; whoever mends it is told which, where and how, also years later.
#[test]
fn a_rule_that_cannot_be_evaluated_is_told_with_its_place_and_its_mend() {
    let about = r#"@wet("beleid") @uitleg("nee") @nodig("ja")"#;
    let own = format!(
        "// eigen\n  @id(\"L02-weg\") {about}\nforbid (principal, action, resource) when {{ CatalogueEntry::\"P99-1\".version == 1 }};\n\
         @id(\"L01-te-groot\") {about}\nforbid (principal, action, resource == Category::\"contact\") when {{ context.now * context.now * context.now < 0 }};\n"
    );
    let rules = Rules::load(&[("eigen.cedar", &own)]).unwrap();
    let engine = Engine::new(rules, catalogue()).unwrap();
    let mut scene = base("vragen");
    let content = scene.facts.convenant.as_ref().unwrap().content().clone();
    let hash = content.hash();
    scene.facts.convenant = Some(ConvenantFacts::new(content.into(), hash, Fact::Yes));
    let told = |scene: &Scene| {
        let (question, facts) = (&scene.question, &scene.facts);
        let faults = engine.faults(question, facts, scene.proposal.as_ref(), scene.now);
        let stored =
            basisnet_policy::StoredInputs::new(question, facts, scene.proposal.as_ref(), scene.now);
        let content = facts.convenant.as_ref().map(ConvenantFacts::content);
        let replayed = engine.replayed_faults(&stored, |_| content.map(|one| one.clone().into()));
        assert_eq!(replayed.unwrap(), faults);
        let places = faults
            .into_iter()
            .map(|one| (one.field, one.line, one.column, one.fault));
        places.collect::<Vec<_>>()
    };
    let absent = (
        "L02-weg".to_owned(),
        2,
        3,
        "deze regel kan niet worden uitgerekend, want zij vraagt naar iets wat er niet is; daarom is het antwoord nee".to_owned(),
    );
    let large = (
        "L01-te-groot".to_owned(),
        4,
        1,
        "deze regel kan niet worden uitgerekend, want een getal wordt te groot; daarom is het antwoord nee".to_owned(),
    );
    scene.question.categories = BTreeSet::from([Category::Toezicht]);
    assert_eq!(told(&scene), std::slice::from_ref(&absent));
    // Of all categories that are asked for, and of those that a person proposes.
    scene.question.categories.insert(Category::Contact);
    assert_eq!(told(&scene), [large, absent.clone()]);
    scene.proposal = Some(Obligations::of_categories(
        BTreeSet::from([Category::Toezicht]),
        scene.now,
    ));
    assert_eq!(told(&scene), [absent]);
    let nothing = self::engine().faults(&scene.question, &scene.facts, None, scene.now);
    assert_eq!(nothing, []);
}

#[test]
fn without_the_permit_every_answer_is_no() {
    let permit: GuardId = "P01-toestaan".parse().unwrap();
    let rules = Rules::embedded()
        .unwrap()
        .testing_only_without(&permit)
        .unwrap();
    let engine = Engine::new(rules, catalogue()).unwrap();
    let Decision::Refuse(refusal) = base("vragen").decide(&engine) else {
        panic!("allowed without a permit")
    };
    assert_eq!(refusal.guards(), &BTreeSet::from([GuardId::undecidable()]));
    assert_eq!(engine.explain(&refusal).len(), 1);
}

#[test]
fn nothing_known_means_no_for_every_action() {
    let engine = engine();
    for action in Action::ALL {
        let mut scene = base("vragen");
        scene.question.action = action;
        let decision = engine.decide(&scene.question, &Facts::default(), scene.now);
        assert!(matches!(decision, Decision::Refuse(_)), "{action:?}");
    }
}

#[test]
fn a_question_for_nothing_gets_nothing() {
    let mut scene = base("beantwoorden");
    scene.question.categories.clear();
    let Decision::Refuse(refusal) = scene.decide(&engine()) else {
        panic!("something for nothing")
    };
    assert_eq!(refusal.guards(), &BTreeSet::from([GuardId::nothing_left()]));
}

#[test]
fn a_moment_that_cannot_be_counted_with_is_refused() {
    let mut scene = base("beantwoorden");
    scene.now = Timestamp::from_millis(u64::MAX);
    assert!(matches!(scene.decide(&engine()), Decision::Refuse(_)));
}

#[test]
fn a_person_may_give_less_and_never_more() {
    let (scene, engine) = (base("beantwoorden"), engine());
    let Decision::Permit(most) = scene.decide(&engine) else {
        panic!("refused")
    };
    let most = most.obligations().clone();
    let tomorrow = scene.now + std::time::Duration::from_secs(86_400);
    let less = Obligations {
        min_cell: most.min_cell,
        ..Obligations::of_categories(BTreeSet::from([Category::Contact]), tomorrow)
    };
    let given = engine.decide_release(&scene.question, &scene.facts, &less, scene.now);
    assert_eq!(given.into_result().unwrap().obligations(), &less);
    let longer = Obligations {
        retain_until: most.retain_until + std::time::Duration::from_millis(1),
        ..less
    };
    assert!(
        engine
            .decide_release(&scene.question, &scene.facts, &longer, scene.now)
            .into_result()
            .is_err()
    );
}

#[test]
fn a_selection_judges_each_aanbieder_as_a_question_of_its_own_would() {
    let (scene, engine) = (base("treffen"), engine());
    let plain = scene.facts.aanbieder.clone();
    let candidates = [
        plain.clone(),
        AanbiederFacts {
            natural_person: Fact::Unknown,
            ..plain.clone()
        },
        AanbiederFacts {
            restricted: Fact::Yes,
            ..plain.clone()
        },
        plain,
    ];
    let mut selection = engine
        .select(scene.question.clone(), scene.facts.clone(), scene.now)
        .unwrap();
    for (key, candidate) in candidates.into_iter().enumerate() {
        let verdict = selection.consider(key, candidate.clone());
        let facts = Facts {
            aanbieder: candidate,
            ..scene.facts.clone()
        };
        let alone = engine
            .decide(&scene.question, &facts, scene.now)
            .into_result();
        assert_eq!(verdict.is_permitted(), alone.is_ok());
        if let (Verdict::Withheld(guards), Err(refusal)) = (&verdict, &alone) {
            assert_eq!(guards.as_ref(), refusal.guards());
        }
    }
    let texts: Vec<_> = selection
        .verdicts()
        .iter()
        .map(|(_, verdict)| verdict.canonical())
        .collect();
    assert_eq!(texts[1], "refuse V50-persoon-convenant");
    assert_eq!(texts[0], "permit");
    assert_eq!(selection.permitted().collect::<Vec<_>>(), [&0, &3]);
    assert_eq!(
        selection.release(|permitted| permitted).into_value(),
        [0, 3]
    );
}

/// One for whom the first question is refused takes part by another, if that is about matching and may be put at all.
#[test]
fn a_selection_for_another_question_too_adds_whom_that_permits_and_nobody_else() {
    let (scene, engine) = (base("treffen"), engine());
    let person = AanbiederFacts {
        natural_person: Fact::Yes,
        ..scene.facts.aanbieder.clone()
    };
    let among_persons = |facts: &Facts| {
        let convenant = facts.convenant.as_ref().unwrap();
        let mut content = convenant.content().clone();
        content.natural_persons = true;
        let active = ConvenantFacts::new(content.into(), convenant.hash(), Fact::Yes);
        Facts {
            convenant: Some(active),
            ..facts.clone()
        }
    };
    let takes_part =
        |question: &basisnet_policy::Question, facts: Facts, aanbieder: &AanbiederFacts| {
            let first = engine.select(scene.question.clone(), scene.facts.clone(), scene.now);
            let mut selection = first.unwrap().or(question.clone(), facts);
            selection.consider((), aanbieder.clone()).is_permitted()
        };
    let agreed = among_persons(&scene.facts);
    assert!(takes_part(&scene.question, agreed.clone(), &person));
    assert!(!takes_part(&scene.question, scene.facts.clone(), &person));
    let asking = base("vragen");
    let found = AanbiederFacts {
        natural_person: Fact::Yes,
        ..asking.facts.aanbieder.clone()
    };
    let other = among_persons(&asking.facts);
    let alone = Facts {
        aanbieder: found.clone(),
        ..other.clone()
    };
    let permitted = engine.decide(&asking.question, &alone, asking.now);
    assert!(matches!(permitted, Decision::Permit(_)));
    assert!(
        !takes_part(&asking.question, other, &found),
        "a selection is for matching only"
    );
}

#[test]
fn a_selection_is_for_members_when_its_first_question_is_put_for_one() {
    let (mut scene, engine) = (base("treffen"), engine());
    let own = engine.select::<u32>(scene.question.clone(), scene.facts.clone(), scene.now);
    assert!(!own.unwrap().is_for_members());
    let convenant = scene.facts.convenant.as_ref().unwrap();
    let mut content = convenant.content().clone();
    let asker = content
        .members
        .iter()
        .find(|one| one.oin == scene.question.asker);
    let mut member = asker.unwrap().clone();
    member.oin = basisnet_policy::cases::oin("W").unwrap();
    member.gemeente = "0003".parse().ok();
    scene.question.on_behalf_of = Some(member.oin);
    scene.facts.mandate = Some(basisnet_policy::Mandate {
        holder: scene.question.asker,
        member: member.oin,
        purposes: BTreeSet::from([scene.question.purpose.clone()]),
        care_forms: BTreeSet::new(),
        valid: basisnet_protocol::time::Period {
            from: Timestamp::from_millis(0),
            until: Timestamp::from_millis(u64::MAX),
        },
    });
    content.members.push(member);
    scene.facts.convenant = Some(ConvenantFacts::new(
        content.into(),
        convenant.hash(),
        Fact::Yes,
    ));
    let for_member = engine.select::<u32>(scene.question, scene.facts, scene.now);
    assert!(for_member.unwrap().is_for_members());
}

#[test]
fn a_peer_with_whom_nothing_may_be_exchanged_gets_no_selection_at_all() {
    let (mut scene, engine) = (base("treffen"), engine());
    scene.facts.suspended = Fact::Unknown;
    let refusal = engine
        .select::<u32>(scene.question, scene.facts, scene.now)
        .unwrap_err();
    assert_eq!(
        refusal.guards(),
        &BTreeSet::from(["V04-niet-geschorst".parse().unwrap()])
    );
}

#[test]
fn a_selection_is_for_matching_only() {
    let scene = base("vragen");
    assert!(
        engine()
            .select::<u32>(scene.question, scene.facts, scene.now)
            .is_err()
    );
}

#[test]
fn what_was_given_can_always_be_taken_back() {
    let recall = Recall {
        v: 1,
        ctx: Octets([0; 32]),
        handles: Vec::new(),
        kind: RecallKind::Withdrawn,
    };
    let released = Released::take_back(recall.clone());
    assert!(released.grounds().is_none());
    assert_eq!(released.into_value(), recall);
}

#[test]
fn exc_09_a_release_says_on_what_it_rests() {
    let (scene, engine) = (base("beantwoorden"), engine());
    let Decision::Permit(permit) = scene.decide(&engine) else {
        panic!("refused")
    };
    let released = permit.release(|obligations| obligations.categories.len());
    let grounds = released.grounds().unwrap();
    assert_eq!(grounds.source, scene.question.source);
    assert_eq!(grounds.purpose, scene.question.purpose);
    assert_eq!(grounds.convenant_hash, Some(Octets([1; 32])));
    assert_eq!(grounds.policy_hash, engine.rules().hash());
    assert_eq!(grounds.catalogue_hash, engine.catalogue().hash());
    assert_eq!(*released.value(), 2);
}

fn obligations(scene: &Scene) -> Obligations {
    match scene.decide(&engine()) {
        Decision::Permit(permit) => permit.obligations().clone(),
        Decision::Refuse(refusal) => panic!("refused by {:?}", refusal.guards()),
    }
}

#[test]
fn an_answer_is_used_until_what_it_was_given_for_and_the_own_term_plays_no_part() {
    let mut scene = base("gebruiken");
    let given = scene.facts.given.as_ref().unwrap().retain_until;
    for own in [
        None,
        Some(scene.now),
        Some(Timestamp::from_millis(u64::MAX)),
    ] {
        scene.facts.aanbieder.retained_until = own;
        assert_eq!(obligations(&scene).retain_until, given, "{own:?}");
    }
}

#[test]
fn a_partnership_sees_its_own_records_whether_or_not_a_convenant_is_known() {
    let mut scene = base("zien");
    let agreed = base("vragen").facts.convenant.unwrap();
    let mut content = agreed.content().clone();
    for member in &mut content.members {
        member.gemeente = None;
    }
    scene.facts.convenant = None;
    let without = obligations(&scene);
    scene.facts.convenant = Some(ConvenantFacts::new(
        content.into(),
        agreed.hash(),
        Fact::Yes,
    ));
    assert_eq!(without, obligations(&scene));
}
