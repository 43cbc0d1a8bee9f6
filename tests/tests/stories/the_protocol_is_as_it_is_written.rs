// SPDX-License-Identifier: EUPL-1.2
//! Somebody who has nothing but `docs/protocol` writes a verifier (`tests/verifier`, in Python). It opens what real
//! nodes say to each other, refuses the same with any bit turned, and reads every form as the node does (EXC-10).

use std::any::type_name;
use std::collections::{BTreeMap, BTreeSet};

use basisnet_node::audit::Log;
use basisnet_node::overlay::{OrgVoucher, Voucher};
use basisnet_node::service::bevraging::Occasion;
use basisnet_protocol::convenant::{ConvenantContent, ConvenantHash};
use basisnet_protocol::cose::Sign1;
use basisnet_protocol::directory::DirectoryRecord;
use basisnet_protocol::id::Oin;
use basisnet_protocol::mandate::MandateContent;
use basisnet_protocol::message::{
    ConvenantList, ConvenantShare, ConvenantTaken, DirectoryList, DirectoryRecords, EvalRequest,
    EvalResponse, Head, Index, IndexRequest, InzageDecision, InzageReceived, InzageRequest,
    MandateList, MandateShare, Manifest, ManifestRequest, Message, Readiness, ReadinessRequest,
    Recall, RecallReceipt, Refusal, SuccessionHeld, SuccessionShare,
};
use basisnet_protocol::octets::Octets;
use basisnet_protocol::purpose::Category;
use basisnet_protocol::time::Timestamp;
use basisnet_protocol::wire::{self, Item};
use basisnet_tests::agreement::{TERMS, everybody};
use basisnet_tests::asking::{ASKER, Asking, SOURCE};
use basisnet_tests::chance::Chance;
use basisnet_tests::door::NETWORK;
use basisnet_tests::network::{Network, days, start_of_story};
use basisnet_tests::pki::{Authority, Issued, RSA_LEAF};
use basisnet_tests::recording::Recording;
use basisnet_tests::verifier::Shown;
use libp2p::PeerId;
use rcgen::KeyPair;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use recorder::Recorder;

const ALL: [usize; 3] = [0, 1, 2];
const LARGEST: usize = 1_048_576;
/// Of longer things a bit is turned at so many places.
const TURNS: usize = 200;
/// So many bits of every byte of a form.
const TIMES: usize = 4;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn exc_10_a_verifier_written_from_the_protocol_alone_opens_what_nodes_say_and_nothing_else() {
    let recording = Recording::on();
    let (network, convenant) = a_group(&recording).await;
    let mut shown = Shown::default();
    let mut chance = Chance::seeded();
    papers(&network, convenant, &mut shown, &mut chance);
    card(&network, &mut shown, &mut chance).await;
    succession(&network, &mut shown, &mut chance).await;

    let before = head(&network, 0);
    let story = questions(network).await;
    let told = Told::of_all(&story.network, &recording);
    told.envelopes(&mut shown, &mut chance);
    told.matching(&mut shown, &mut chance);
    heads(&story.network, before, &mut shown, &mut chance);
    let (accepted, refused) = shown.count();
    assert!(accepted > 80 && refused > 6_000, "{accepted}, {refused}");
    shown.judge();
}

#[test]
fn the_verifier_repeats_the_vectors_and_judges_certificates_as_the_node_does() {
    let mut shown = Shown::default();
    let vectors = include_bytes!("../../vectors/matching-v1.json");
    let vectors = shown.keep(vectors);
    shown.holds(json!({ "what": "matching", "data": vectors }));
    let wire: Value = serde_json::from_str(include_str!("../../vectors/wire.json")).unwrap();
    for (form, holds) in [("canonical", true), ("refused", false)] {
        for vector in wire[form].as_array().unwrap() {
            let case = json!({ "what": "value", "data": vector["hex"] });
            if holds {
                shown.holds(case);
            } else {
                shown.falls(case);
            }
        }
    }
    for authority in [
        Authority::new(start_of_story()),
        Authority::rsa(start_of_story()),
    ] {
        attested(&authority, &mut shown);
    }
    shown.judge();
}

/// Members form a group over the network, know one aanbieder, and find that out.
async fn a_group(recording: &Recording) -> (Network, ConvenantHash) {
    let mut network = Network::of(ALL.len()).await;
    for number in ALL {
        network.stop(number).await;
        network.start_recorded(number, recording).await;
    }
    network.introduce_to(0, &ALL[1..]).await;
    let drafted = network.sent_draft(&ALL, TERMS).await;
    network.settle().await;
    network.all_accept(&ALL, drafted).await;
    (network, drafted)
}

/// Two of them find an aanbieder that they share, and one asks the other about it, once answered at once and once by
/// a person.
async fn questions(network: Network) -> Asking {
    let we = everybody();
    network.put_into_force("P08").await;
    network.put_into_force("P03").await;
    let aanbieder = network.know(ASKER, "12345679", "bv").await;
    let at_source = network.know(SOURCE, "12345679", "bv").await;
    let bevragingen = |number: usize| &network.node(number).services().bevragingen;
    for number in ALL {
        bevragingen(number).run(Occasion::Person).await.unwrap();
    }
    // The next index follows the first.
    network.know(SOURCE, "22345679", "stichting").await;
    network.advance(days(1)).await;
    let leden = network.node(ASKER).services().leden.all().unwrap();
    assert_eq!(leden.len(), ALL.len());
    let story = Asking {
        network,
        aanbieder,
        at_source,
    };
    let betrokkenheden = &story.network.node(SOURCE).services().betrokkenheden;
    let toezicht = basisnet_tests::asking::open_toezicht();
    betrokkenheden.add(&we, at_source, toezicht).await.unwrap();
    story.ask(&[Category::Contact]).await;
    story.ask(&[Category::Contact, Category::Toezicht]).await;
    story.grant().await;
    story.network.settle().await;
    story
}

/// What every case about a signature by an organisation has in common.
fn by_organisation(
    what: &str,
    (authority, revoked): (&Authority, &[&Issued]),
    now: Timestamp,
) -> Value {
    let lists: Vec<_> = authority.lists(now, revoked);
    let lists: Vec<_> = lists.iter().map(hex::encode).collect();
    let anchors = [hex::encode(authority.anchor())];
    json!({ "what": what, "anchors": anchors, "lists": lists, "now": now.as_millis() })
}

/// The convenant with the acts of all, and the attestation of each.
fn papers(network: &Network, convenant: ConvenantHash, shown: &mut Shown, chance: &mut Chance) {
    let now = network.clock.now();
    let file = network.node(1).services().convenanten.file(convenant);
    let file = file.unwrap();
    let mut case = by_organisation("convenant", (&network.authority, &[]), now);
    case["data"] = shown.keep(&file);
    shown.holds_to_the_bit(&case, chance.turns(file.len(), 1_000));
    let revoked = [&network.member(2).issued];
    let revoked = by_organisation("convenant", (&network.authority, &revoked), now);
    case["lists"] = revoked["lists"].clone();
    shown.falls(case);
    for member in network.members() {
        let peer = member.node().base().peer_id.clone();
        let attestation = attestation(&member.issued, member.oin, &peer, now);
        let mut case = by_organisation("attestation", (&network.authority, &[]), now);
        case["data"] = shown.keep(&attestation);
        case["network"] = json!(NETWORK);
        case["peer_id"] = json!(hex::encode(&peer));
        shown.holds_to_the_bit(&case, chance.turns(attestation.len(), 500));
    }
}

fn attestation(issued: &Issued, oin: Oin, peer: &[u8], now: Timestamp) -> Vec<u8> {
    let voucher = OrgVoucher {
        oin,
        network: NETWORK.to_owned(),
        org: basisnet_node::keys::CurrentOrg::new(issued.org_key()),
    };
    let peer = PeerId::from_bytes(peer).unwrap();
    voucher.vouch(&peer, now).unwrap().attestation
}

/// An attestation under this authority holds, and everything else that is said of it falls.
fn attested(authority: &Authority, shown: &mut Shown) {
    let (now, oin) = (start_of_story(), "00000099000000345000");
    let key = KeyPair::from_pem(RSA_LEAF).unwrap();
    let issued = authority.issue_with(oin, "Veenendaal", key, |_| ());
    let key = [7; 32];
    let peer = basisnet_protocol::attestation::peer_id_of(&key);
    let attestation = attestation(&issued, oin.parse().unwrap(), &peer, now);
    let mut case = by_organisation("attestation", (authority, &[]), now);
    case["data"] = shown.keep(&attestation);
    case["network"] = json!(NETWORK);
    case["peer_id"] = json!(hex::encode(&peer));
    case["last_signed"] = json!(now.as_millis());
    shown.holds(case.clone());

    let day = 86_400_000;
    let stranger = Authority::new(now);
    let changes = [
        ("now", json!(now.as_millis() + 7 * day)),
        ("now", json!(now.as_millis() - day / 2)),
        ("network", json!("een-ander")),
        (
            "peer_id",
            json!(hex::encode([&peer[..6], &[8; 32]].concat())),
        ),
        ("last_signed", json!(now.as_millis() + 1)),
        ("anchors", json!([hex::encode(stranger.anchor())])),
        ("anchors", json!([])),
        ("lists", json!([])),
        (
            "lists",
            by_organisation("", (authority, &[&issued]), now)["lists"].clone(),
        ),
        (
            "lists",
            by_organisation("", (&stranger, &[]), now)["lists"].clone(),
        ),
        (
            "lists",
            by_organisation("", (authority, &[]), now - 2 * days(7))["lists"].clone(),
        ),
    ];
    for (field, value) in changes {
        let mut changed = case.clone();
        changed[field] = value;
        shown.falls(changed);
    }
}

/// The card that a member gives out.
async fn card(network: &Network, shown: &mut Shown, chance: &mut Chance) {
    let leden = &network.node(0).services().leden;
    let issued = leden.issue(&everybody()).await.unwrap();
    let now = network.clock.now();
    let mut case = by_organisation("card", (&network.authority, &[]), now);
    case["data"] = shown.keep(&issued);
    shown.holds_to_the_bit(&case, chance.turns(issued.len(), 700));
    case["last_seq"] = json!(u64::MAX);
    shown.falls(case);
}

/// What the old and the new organisation signed, and what one of them signed alone.
async fn succession(network: &Network, shown: &mut Shown, chance: &mut Chance) {
    let half = network.declared(0, 1, "2028-01-01").await;
    let convenanten = &network.node(1).services().convenanten;
    let we = everybody();
    let both = convenanten.countersign_succession(&we, &half, "B&W 2027-121");
    let both = both.await.unwrap().file;
    let now = network.clock.now();
    let mut case = by_organisation("succession", (&network.authority, &[]), now);
    case["data"] = shown.keep(&both);
    shown.holds_to_the_bit(&case, chance.turns(both.len(), 700));
    case["data"] = shown.keep(&half);
    shown.falls(case);
}

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
struct Told {
    said: Vec<Said>,
    peers: BTreeMap<String, String>,
}

impl Told {
    fn of_all(network: &Network, recording: &Recording) -> Self {
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
    fn envelopes(&self, shown: &mut Shown, chance: &mut Chance) {
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
    fn matching(&self, shown: &mut Shown, chance: &mut Chance) {
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

/// The signed head of the log of a member, and its size.
fn head(network: &Network, number: usize) -> (String, u64) {
    let log = Log::new(network.node(number).base().store.clone());
    let note = log.checkpoint().unwrap().unwrap();
    let size = note.lines().nth(1).unwrap().parse().unwrap();
    (note, size)
}

/// What a member would say of its log now follows what it would have said before.
fn heads(network: &Network, before: (String, u64), shown: &mut Shown, chance: &mut Chance) {
    let (note, size) = head(network, 0);
    assert!(size > before.1, "the log grew");
    let log = Log::new(network.node(0).base().store.clone());
    let proof = log.prove_consistency(before.1, size).unwrap();
    let said = |checkpoint: String, consistency: Vec<_>| {
        let head = Head {
            v: 1,
            checkpoint,
            consistency,
        };
        wire::encode(&head).unwrap()
    };
    let previous = said(before.0, Vec::new());
    let proof: Vec<_> = proof.into_iter().map(Octets).collect();
    let parts: Vec<_> = proof.iter().map(|hash| hash.as_bytes().to_vec()).collect();
    let bytes = said(note.clone(), proof);
    let peer = hex::encode(&network.node(0).base().peer_id);
    let case = json!({
        "what": "head", "data": shown.keep(&bytes), "peer_id": peer, "previous": shown.keep(&previous),
    });
    let bound: Vec<_> = [note.as_bytes()]
        .into_iter()
        .chain(parts.iter().map(Vec::as_slice))
        .collect();
    shown.holds_to_the_bit(&case, turns_within(&bytes, &bound, chance));
    let mut another = case;
    another["peer_id"] = json!(hex::encode(&network.node(1).base().peer_id));
    shown.falls(another);
}

/// A bit in every byte, or in so many, of the places where these parts stand in a message.
fn turns_within(message: &[u8], parts: &[&[u8]], chance: &mut Chance) -> Vec<[usize; 2]> {
    let of = |part: &&[u8]| {
        let at = message.windows(part.len()).position(|part_| part_ == *part);
        let at = at.expect("a part of the message");
        let turns = chance.turns(part.len(), TURNS).into_iter();
        turns.map(move |[place, bit]| [at + place, bit])
    };
    parts.iter().flat_map(of).collect()
}

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

#[path = "../../../protocol/tests/dictionary/samples.rs"]
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
