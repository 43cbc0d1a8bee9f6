// SPDX-License-Identifier: EUPL-1.2
//! Somebody who has nothing but `docs/protocol` writes a verifier (`tests/verifier`, in Python). It opens what real
//! nodes say to each other, refuses the same with any bit turned, and reads every form as the node does (EXC-10).

mod forms;
mod told;

use basisnet_node::audit::Log;
use basisnet_node::overlay::{OrgVoucher, Voucher};
use basisnet_node::service::bevraging::Occasion;
use basisnet_protocol::convenant::ConvenantHash;
use basisnet_protocol::id::Oin;
use basisnet_protocol::mandate::MandateContent;
use basisnet_protocol::message::{Head, MandateList};
use basisnet_protocol::octets::Octets;
use basisnet_protocol::purpose::Category;
use basisnet_protocol::time::Timestamp;
use basisnet_protocol::wire::{self};
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
use serde_json::{Value, json};

use told::Told;

const ALL: [usize; 3] = [0, 1, 2];
const LARGEST: usize = 1_048_576;
/// Of longer things a bit is turned at so many places.
const TURNS: usize = 200;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn exc_10_a_verifier_written_from_the_protocol_alone_opens_what_nodes_say_and_nothing_else() {
    let recording = Recording::on();
    let (network, convenant) = a_group(&recording).await;
    let mut shown = Shown::default();
    let mut chance = Chance::seeded();
    papers(&network, convenant, &mut shown, &mut chance);
    card(&network, &mut shown, &mut chance).await;
    mandate(&network, &mut shown, &mut chance).await;
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

/// A mandate as a member hands it on, with what both signed and with what one of them did alone.
async fn mandate(network: &Network, shown: &mut Shown, chance: &mut Chance) {
    network.mandate(1, 0, &["P03"], &["02"]).await;
    let nothing = MandateList {
        v: 1,
        mandates: Vec::new(),
        uses: Vec::new(),
    };
    let shares = network.mandaten(2).lacking(network.member(1).oin, &nothing);
    let mut share = shares.unwrap().remove(0);
    let bytes = wire::encode(&share).unwrap();
    let now = network.clock.now();
    let mut case = by_organisation("mandate", (&network.authority, &[]), now);
    case["data"] = shown.keep(&bytes);
    shown.holds_to_the_bit(&case, chance.turns(bytes.len(), 700));
    let revoked = [&network.member(1).issued];
    let revoked = by_organisation("mandate", (&network.authority, &revoked), now);
    let lists = case["lists"].clone();
    case["lists"] = revoked["lists"].clone();
    shown.falls(case.clone());
    // The acts of one mandate say nothing about another.
    case["lists"] = lists;
    let mut other: MandateContent = wire::decode(&share.content, LARGEST).unwrap();
    other.purposes.insert("P08".parse().unwrap());
    share.content = other.encoded().into();
    case["data"] = shown.keep(&wire::encode(&share).unwrap());
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
