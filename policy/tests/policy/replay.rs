// SPDX-License-Identifier: EUPL-1.2
//! A decision is kept whole and taken again, with the same bytes.

use std::sync::{Arc, LazyLock};

use basisnet_policy::{
    Catalogue, ConvenantFacts, Decision, Engine, ReplayError, Rules, StoredInputs,
};
use basisnet_protocol::octets::Octets;
use proptest::prelude::*;

use crate::dice;
use crate::scene::{Scene, engine};

static ENGINE: LazyLock<Engine> = LazyLock::new(engine);

/// The same scene, with the convenant under its real hash, as in a node.
fn real(mut scene: Scene) -> Scene {
    scene.facts.convenant = scene.facts.convenant.map(|known| {
        let content = Arc::new(known.content().clone());
        let hash = content.hash();
        ConvenantFacts::new(content, hash, known.active())
    });
    scene
}

fn stored(scene: &Scene) -> StoredInputs {
    StoredInputs::new(
        &scene.question,
        &scene.facts,
        scene.proposal.as_ref(),
        scene.now,
    )
}

fn again(engine: &Engine, scene: &Scene, stored: &StoredInputs) -> Result<Decision, ReplayError> {
    let content = scene
        .facts
        .convenant
        .as_ref()
        .map(|known| known.content().clone().into());
    engine.replay(stored, |_| content)
}

fn bytes(decision: &Decision) -> String {
    format!("{decision:?}")
}

proptest! {
    #![proptest_config(ProptestConfig { cases: dice::at_most(200), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_decision_comes_out_the_same_from_what_is_kept(scene in dice::scene()) {
        let scene = real(scene);
        let kept = stored(&scene).encode().unwrap();
        let read = StoredInputs::decode(&kept).unwrap();
        prop_assert_eq!(&read, &stored(&scene));
        let replayed = again(&ENGINE, &scene, &read).unwrap();
        let first = scene.decide(&ENGINE);
        prop_assert_eq!(bytes(&first), bytes(&replayed));
        prop_assert_eq!(first.grounds().inputs_hash, replayed.grounds().inputs_hash);
        prop_assert_eq!(&first.grounds().inputs, &kept);
        prop_assert_eq!(first.grounds().answer.encode().unwrap(), replayed.grounds().answer.encode().unwrap());
    }

    #[test]
    fn what_is_kept_is_read_strictly(scene in dice::scene(), at in any::<prop::sample::Index>(), bit in 0..8_u8) {
        let mut kept = stored(&real(scene)).encode().unwrap();
        let at = at.index(kept.len());
        let before = kept.clone();
        kept[at] ^= 1 << bit;
        // What still reads, is something else, and would not be taken for the first.
        if let Ok(read) = StoredInputs::decode(&kept) {
            prop_assert_eq!(read.encode().unwrap(), kept.clone());
        }
        prop_assert_ne!(before, kept);
    }
}

fn with_convenant() -> Scene {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    loop {
        let tree = dice::scene().new_tree(&mut runner).unwrap();
        let scene = real(proptest::strategy::ValueTree::current(&tree));
        if scene.facts.convenant.is_some() {
            return scene;
        }
    }
}

#[test]
fn without_the_convenant_or_with_another_nothing_is_decided_again() {
    let scene = with_convenant();
    let kept = stored(&scene);
    let hash = kept.convenant().unwrap();
    assert_eq!(
        ENGINE.replay(&kept, |_| None).unwrap_err(),
        ReplayError::NoConvenant(hash)
    );
    let mut other = scene.facts.convenant.as_ref().unwrap().content().clone();
    other.nonce = Octets([7; 16]);
    assert_eq!(
        ENGINE.replay(&kept, |_| Some(Arc::new(other))).unwrap_err(),
        ReplayError::OtherConvenant(hash)
    );
}

#[test]
fn an_old_decision_explains_itself_with_the_old_text() {
    let old = Catalogue::embedded_texts()
        .iter()
        .map(|(name, text)| (*name, text.replace("signaal blijft", "signaal bleef toen")))
        .collect::<Vec<_>>();
    let old: Vec<_> = old
        .iter()
        .map(|(name, text)| (*name, text.as_str()))
        .collect();
    let old = Engine::new(
        Rules::embedded().unwrap(),
        Catalogue::from_texts(&old).unwrap(),
    )
    .unwrap();
    let new = Engine::new(Rules::embedded().unwrap(), Catalogue::embedded().unwrap()).unwrap();
    let mut scene = real(with_convenant());
    scene.question.purpose = "P07".parse().unwrap();
    scene.question.purpose_version = 1;
    scene.question.action = basisnet_policy::Action::Ask;
    scene.question.categories = [basisnet_protocol::purpose::Category::Contact].into();
    scene.proposal = None;
    let remedy = |engine: &Engine| {
        let Decision::Refuse(refusal) = again(engine, &scene, &stored(&scene)).unwrap() else {
            panic!("a signaal left")
        };
        assert_eq!(refusal.grounds().catalogue_hash, engine.catalogue().hash());
        let reasons = engine.explain(&refusal);
        let pointer = reasons
            .iter()
            .find(|reason| reason.guard.as_str() == "V18-wisselt-uit");
        pointer.unwrap().remedy.clone()
    };
    assert!(remedy(&old).starts_with("een signaal bleef toen bij de eigen gemeente"));
    assert!(remedy(&new).starts_with("een signaal blijft bij de eigen gemeente"));
}
