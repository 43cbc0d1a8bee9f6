// SPDX-License-Identifier: EUPL-1.2
//! Every form of the protocol, read by the verifier and by the node.

use basisnet_protocol::convenant::ConvenantContent;
use basisnet_protocol::directory::DirectoryRecord;
use basisnet_protocol::mandate::MandateContent;
use basisnet_protocol::message::{
    ConvenantList, ConvenantShare, ConvenantTaken, DirectoryList, DirectoryRecords, EvalRequest,
    EvalResponse, Head, Index, IndexRequest, InzageDecision, InzageReceived, InzageRequest,
    MandateList, MandateShare, Manifest, ManifestRequest, Message, Readiness, ReadinessRequest,
    Recall, RecallReceipt, Refusal, SuccessionHeld, SuccessionShare,
};
use basisnet_protocol::wire::{self};
use basisnet_tests::chance::Chance;
use basisnet_tests::verifier::Shown;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::json;
use std::any::type_name;
use std::collections::{BTreeMap, BTreeSet};

use recorder::Recorder;

use super::LARGEST;

/// So many bits of every byte of a form.
const TIMES: usize = 4;

/// Property: with one bit turned, in every byte, the verifier reads a form exactly when the node does.
#[test]
fn the_verifier_and_the_node_read_the_same_forms() {
    let mut recorder = Recorder::default();
    samples::everything(&mut recorder);
    let (mut shown, mut chance) = (Shown::default(), Chance::seeded());
    for (form, bytes) in &recorder.written {
        let (name, reads) = reader(form);
        let data = shown.keep(bytes);
        let turns = (0..TIMES).flat_map(|_| chance.turns(bytes.len(), bytes.len()));
        for [place, bit] in turns.collect::<Vec<_>>() {
            let mut turned = bytes.clone();
            turned[place] ^= 1 << bit;
            let case = json!({ "what": "form", "of": name, "data": data, "turn": [place, bit] });
            if reads(&turned) {
                shown.holds(case);
            } else {
                shown.falls(case);
            }
        }
        shown.holds(json!({ "what": "form", "of": name, "data": data }));
    }
    let (read, refused) = shown.count();
    assert!(read > 3_000 && refused > 5_000, "{read}, {refused}");
    shown.judge();
}

type Reads = fn(&[u8]) -> bool;

fn reads<T: DeserializeOwned + Serialize>(bytes: &[u8]) -> bool {
    wire::decode::<T>(bytes, LARGEST).is_ok()
}

/// How the verifier names a form, and how the node reads it.
fn reader(form: &str) -> (&'static str, Reads) {
    fn of<M: Message>() -> (&'static str, (&'static str, Reads)) {
        (type_name::<M>(), (M::KIND, reads::<M>))
    }
    let all = [
        of::<ManifestRequest>(),
        of::<Manifest>(),
        of::<EvalRequest>(),
        of::<EvalResponse>(),
        of::<IndexRequest>(),
        of::<Index>(),
        of::<InzageRequest>(),
        of::<InzageReceived>(),
        of::<InzageDecision>(),
        of::<Head>(),
        of::<Refusal>(),
        of::<Recall>(),
        of::<RecallReceipt>(),
        of::<ConvenantList>(),
        of::<ConvenantShare>(),
        of::<ConvenantTaken>(),
        of::<DirectoryList>(),
        of::<DirectoryRecords>(),
        of::<SuccessionShare>(),
        of::<SuccessionHeld>(),
        of::<MandateList>(),
        of::<MandateShare>(),
        of::<ReadinessRequest>(),
        of::<Readiness>(),
        (
            type_name::<ConvenantContent>(),
            ("convenant", reads::<ConvenantContent>),
        ),
        (
            type_name::<MandateContent>(),
            ("mandate", reads::<MandateContent>),
        ),
        (
            type_name::<DirectoryRecord>(),
            ("card", reads::<DirectoryRecord>),
        ),
    ];
    let found = all.into_iter().find(|(name, _)| *name == form);
    found.expect("a form of the protocol").1
}

#[path = "../../../../protocol/tests/dictionary/samples.rs"]
#[expect(
    dead_code,
    reason = "the samples of the data dictionary, of which the forms are used here"
)]
mod samples;

type Names = BTreeMap<String, BTreeSet<String>>;

fn kind<M: Message>() -> String {
    M::KIND.to_owned()
}

/// Takes the place of what notes the names in the samples: here their encodings are noted.
mod recorder {
    use std::any::type_name;
    use std::collections::BTreeSet;

    use basisnet_protocol::wire;
    use serde::Serialize;

    /// The name of the type and the encoding of every sample.
    #[derive(Debug, Default)]
    pub(crate) struct Recorder {
        pub(crate) written: Vec<(&'static str, Vec<u8>)>,
    }

    impl Recorder {
        pub(crate) fn note<T: Serialize>(&mut self, value: &T) {
            let encoded = wire::encode(value).unwrap();
            self.written.push((type_name::<T>(), encoded));
        }
    }

    pub(crate) fn variants_of<T>() -> (String, BTreeSet<String>) {
        (type_name::<T>().to_owned(), BTreeSet::new())
    }
}
