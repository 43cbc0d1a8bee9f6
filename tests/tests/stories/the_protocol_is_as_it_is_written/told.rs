// SPDX-License-Identifier: EUPL-1.2
//! What nodes said to each other, put before the verifier.

use basisnet_protocol::cose::Sign1;
use basisnet_protocol::message::{EvalRequest, EvalResponse, Index, Manifest};
use basisnet_protocol::time::Timestamp;
use basisnet_protocol::wire::{self, Item};
use basisnet_tests::chance::Chance;
use basisnet_tests::network::Network;
use basisnet_tests::recording::Recording;
use basisnet_tests::verifier::Shown;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

use super::{LARGEST, turns_within};

/// One envelope that went over the wire.
struct Said {
    envelope: Vec<u8>,
    kind: String,
    sender: String,
    recipient: String,
    message: Vec<u8>,
    now: Timestamp,
}

impl Said {
    fn read(envelope: Vec<u8>) -> Self {
        let signed = Sign1::parse(&envelope, LARGEST).unwrap();
        let Item::Array(parts) = Item::parse(signed.payload, LARGEST).unwrap() else {
            panic!("an envelope without parts");
        };
        let text = |part: usize| parts[part].text().unwrap().to_owned();
        Self {
            kind: basisnet_protocol::envelope::peek_kind(&envelope).unwrap(),
            sender: text(0),
            recipient: text(1),
            message: parts[5].bytes().unwrap().to_vec(),
            now: Timestamp::from_millis(parts[3].unsigned().unwrap()),
            envelope,
        }
    }
}

/// All of them, and the node of each organisation.
pub(super) struct Told {
    said: Vec<Said>,
    peers: BTreeMap<String, String>,
}

impl Told {
    pub(super) fn of_all(network: &Network, recording: &Recording) -> Self {
        let peer = |member: &basisnet_tests::network::Member| {
            let peer = hex::encode(&member.node().base().peer_id);
            (member.oin.to_string(), peer)
        };
        Self {
            said: recording.envelopes().into_iter().map(Said::read).collect(),
            peers: network.members().iter().map(peer).collect(),
        }
    }

    fn of<'a>(&'a self, kind: &'a str) -> impl Iterator<Item = &'a Said> {
        self.said.iter().filter(move |said| said.kind == kind)
    }

    /// Every envelope opens, once, for whom it is for; and one of each kind not with a bit turned.
    pub(super) fn envelopes(&self, shown: &mut Shown, chance: &mut Chance) {
        let mut kinds = BTreeSet::new();
        for said in &self.said {
            let data = shown.keep(&said.envelope);
            let case = json!({
                "what": "envelope", "data": data, "now": said.now.as_millis(), "sender": said.sender,
                "recipient": said.recipient, "peer_id": self.peers[&said.sender],
            });
            if kinds.insert(said.kind.clone()) {
                let turns = chance.turns(said.envelope.len(), 400);
                shown.holds_to_the_bit(&case, turns);
                self.changed(&case, said, shown);
            } else {
                shown.holds(case.clone());
            }
            shown.falls(case);
        }
        for kind in [
            "convenant-list",
            "convenant-share",
            "convenant-taken",
            "directory-list",
            "directory-records",
            "eval-request",
            "eval-response",
            "index",
            "index-request",
            "inzage-decision",
            "inzage-received",
            "inzage-request",
            "manifest",
            "manifest-request",
        ] {
            assert!(kinds.contains(kind), "{kind} was not said");
        }
    }

    /// The same envelope, with something else known about it.
    fn changed(&self, case: &Value, said: &Said, shown: &mut Shown) {
        let hour = 3_600_000;
        for (field, value) in [
            ("now", json!(said.now.as_millis() + hour)),
            ("now", json!(said.now.as_millis() - 120_001)),
            ("sender", json!(said.recipient)),
            ("recipient", json!(said.sender)),
            ("peer_id", json!(self.peers[&said.recipient])),
        ] {
            let mut changed = case.clone();
            changed[field] = value;
            shown.falls(changed);
        }
    }

    /// Manifests prove that their key is there, indexes follow each other, and batches were evaluated by one key.
    pub(super) fn matching(&self, shown: &mut Shown, chance: &mut Chance) {
        let mut manifests = BTreeMap::new();
        for said in self.of("manifest") {
            let data = shown.keep(&said.message);
            let pair = (said.sender.clone(), said.recipient.clone());
            let case = json!({
                "what": "manifest", "data": data, "server": said.sender, "client": said.recipient,
                "now": said.now.as_millis(),
            });
            let manifest: Manifest = wire::decode(&said.message, LARGEST).unwrap();
            let bound = [
                manifest.group_id.as_bytes(),
                manifest.key_generation.as_bytes(),
                manifest.pk.as_bytes(),
                manifest.pop.as_bytes(),
            ];
            // One is enough: each takes the verifier as long as two hundred envelopes, for it does not hurry.
            let turns = if manifests.is_empty() {
                turns_within(&said.message, &bound, chance)
            } else {
                Vec::new()
            };
            shown.holds_to_the_bit(&case, turns);
            let mut other_way = case;
            other_way["client"] = json!(said.sender);
            shown.falls(other_way);
            manifests.insert(pair, data);
        }
        self.indexes(&manifests, shown, chance);
        self.batches(&manifests, shown, chance);
    }

    fn indexes(
        &self,
        manifests: &BTreeMap<(String, String), Value>,
        shown: &mut Shown,
        chance: &mut Chance,
    ) {
        let mut held: BTreeMap<_, (Vec<u8>, Value)> = BTreeMap::new();
        let mut followed = 0;
        for said in self.of("index") {
            let pair = (said.sender.clone(), said.recipient.clone());
            let last = held.get(&pair);
            if last.is_some_and(|(bytes, _)| *bytes == said.message) {
                continue;
            }
            let data = shown.keep(&said.message);
            let mut case = json!({
                "what": "index", "data": data, "server": said.sender, "client": said.recipient,
                "manifest": manifests[&pair],
            });
            if let Some((_, previous)) = last {
                case["previous"] = previous.clone();
                followed += 1;
            }
            let index: Index = wire::decode(&said.message, LARGEST).unwrap();
            let bound = [
                index.ctx.as_bytes(),
                index.merkle_root.as_bytes(),
                index.entries.as_slice(),
            ];
            let is_new = held.is_empty() || (followed == 1 && case.get("previous").is_some());
            let turns = if is_new {
                turns_within(&said.message, &bound, chance)
            } else {
                Vec::new()
            };
            shown.holds_to_the_bit(&case, turns);
            held.insert(pair, (said.message.clone(), data));
        }
        assert!(followed > 0, "no index followed another");
    }

    fn batches(
        &self,
        manifests: &BTreeMap<(String, String), Value>,
        shown: &mut Shown,
        chance: &mut Chance,
    ) {
        let mut asked = BTreeMap::new();
        for said in self.of("eval-request") {
            let request: EvalRequest = wire::decode(&said.message, LARGEST).unwrap();
            asked.insert((request.sweep_id, request.batch_no), said);
        }
        let mut turned = false;
        for said in self.of("eval-response") {
            let response: EvalResponse = wire::decode(&said.message, LARGEST).unwrap();
            let request = asked[&(response.sweep_id, response.batch_no)];
            let data = shown.keep(&said.message);
            let case = json!({
                "what": "evaluation", "data": data, "asked": shown.keep(&request.message),
                "manifest": manifests[&(said.sender.clone(), said.recipient.clone())],
            });
            // Each takes the verifier half a second.
            if !turned {
                let bound = [response.elements.as_slice(), response.proof.as_bytes()];
                let mut turns = turns_within(&said.message, &bound, chance);
                turns.truncate(3);
                shown.holds_to_the_bit(&case, turns);
            }
            turned = true;
        }
        assert!(turned, "nothing was evaluated");
    }
}
