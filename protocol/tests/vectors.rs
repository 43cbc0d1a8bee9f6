// SPDX-License-Identifier: EUPL-1.2
//! The bytes in `tests/vectors`: what another implementation must make and accept. Old ones are never changed.

#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "test code: what is sealed here goes nowhere, and what cannot be unwrapped is a failed test"
)]

use std::time::Duration;

use basisnet_protocol::attestation::{self, Claims};
use basisnet_protocol::convenant::{ConvenantContent, MAX_CONTENT_BYTES};
use basisnet_protocol::envelope::{self, Header};
use basisnet_protocol::id::Oin;
use basisnet_protocol::message::IndexRequest;
use basisnet_protocol::octets::Octets;
use basisnet_protocol::sign::{NodeSigner, OrgAlgorithm, OrgSigner, SignError};
use basisnet_protocol::time::Timestamp;
use basisnet_protocol::trust::TrustStore;
use basisnet_protocol::wire::{self, Item};
use ring::signature::{Ed25519KeyPair, KeyPair as _};
use serde::Deserialize;

const DAY: Duration = Duration::from_secs(86_400);

fn bytes(hex: &str) -> Vec<u8> {
    hex::decode(hex).unwrap()
}

#[derive(Deserialize)]
struct WireVectors {
    canonical: Vec<WireVector>,
    refused: Vec<WireVector>,
}

#[derive(Deserialize)]
struct WireVector {
    hex: String,
    what: String,
}

#[test]
fn what_is_canonical_is_read_and_written_the_same() {
    let vectors: WireVectors =
        serde_json::from_str(include_str!("../../tests/vectors/wire.json")).unwrap();
    for vector in vectors.canonical {
        let bytes = bytes(&vector.hex);
        let item = Item::parse(&bytes, 1_000).unwrap_or_else(|e| panic!("{}: {e}", vector.what));
        assert_eq!(item.encode(), bytes, "{}", vector.what);
    }
    for vector in vectors.refused {
        assert!(
            Item::parse(&bytes(&vector.hex), 1_000).is_err(),
            "{}",
            vector.what
        );
    }
}

#[derive(Deserialize)]
struct EnvelopeVector {
    seed: String,
    public_key: String,
    sender: Oin,
    recipient: Oin,
    message_id: String,
    issued: u64,
    expires: u64,
    message: String,
    message_hash: String,
    envelope: String,
}

struct Node(Ed25519KeyPair);

impl NodeSigner for Node {
    fn public_key(&self) -> [u8; 32] {
        self.0.public_key().as_ref().try_into().unwrap()
    }

    fn sign(&self, bytes: &[u8]) -> [u8; 64] {
        self.0.sign(bytes).as_ref().try_into().unwrap()
    }
}

#[test]
fn an_envelope_is_sealed_to_these_bytes_and_opened_from_them() {
    let vector: EnvelopeVector =
        serde_json::from_str(include_str!("../../tests/vectors/envelope.json")).unwrap();
    let node = Node(Ed25519KeyPair::from_seed_unchecked(&bytes(&vector.seed)).unwrap());
    assert_eq!(node.public_key().to_vec(), bytes(&vector.public_key));
    let header = Header {
        sender: vector.sender,
        recipient: vector.recipient,
        message_id: vector.message_id.parse().unwrap(),
        issued: Timestamp::from_millis(vector.issued),
        expires: Timestamp::from_millis(vector.expires),
    };
    let message: IndexRequest = wire::decode(&bytes(&vector.message), 1_000).unwrap();
    let sealed = envelope::dangerous_seal(&message, header, &node).unwrap();
    assert_eq!(hex::encode(&sealed), vector.envelope);
    let opened = envelope::open::<IndexRequest>(
        &sealed,
        &node.public_key(),
        vector.recipient,
        vector.sender,
        header.issued,
    )
    .unwrap();
    assert_eq!((opened.header, opened.message), (header, message));
    assert_eq!(opened.hash.to_string(), vector.message_hash);
}

#[derive(Deserialize)]
struct ConvenantVector {
    content: String,
    hash: String,
    group_id: String,
    members: usize,
}

#[test]
fn a_convenant_is_named_by_the_hash_of_these_bytes() {
    let vector: ConvenantVector =
        serde_json::from_str(include_str!("../../tests/vectors/convenant.json")).unwrap();
    let encoded = bytes(&vector.content);
    let content: ConvenantContent = wire::decode(&encoded, MAX_CONTENT_BYTES).unwrap();
    assert_eq!(content.check(), []);
    assert_eq!(content.encoded(), encoded);
    assert_eq!(content.hash().to_string(), vector.hash);
    assert_eq!(
        (content.group_id.as_str(), content.members.len()),
        (vector.group_id.as_str(), vector.members)
    );
}

#[derive(Deserialize)]
struct AttestationVector {
    anchor: String,
    revocation_list: String,
    attestation: String,
    peer_id: String,
    network: String,
    oin: Oin,
    now: u64,
    expires: u64,
}

#[test]
fn an_attestation_of_these_bytes_is_accepted_within_its_time() {
    let vector: AttestationVector =
        serde_json::from_str(include_str!("../../tests/vectors/attestation.json")).unwrap();
    let lists = [bytes(&vector.revocation_list)];
    let trust = TrustStore::new(&[bytes(&vector.anchor)], &lists, DAY).unwrap();
    let now = Timestamp::from_secs(vector.now);
    let verify = |now| {
        attestation::verify(
            &bytes(&vector.attestation),
            &bytes(&vector.peer_id),
            &vector.network,
            &trust,
            now,
        )
    };
    let attested = verify(now).unwrap();
    assert_eq!(attested.oin, vector.oin);
    assert_eq!(attested.expires, Timestamp::from_secs(vector.expires));
    assert!(verify(attested.expires).is_err());
}

/// Signs as an organisation, to make a new vector.
struct Organisation {
    chain: Vec<Vec<u8>>,
    key: ring::signature::EcdsaKeyPair,
}

impl OrgSigner for Organisation {
    fn algorithm(&self) -> OrgAlgorithm {
        OrgAlgorithm::Es256
    }

    fn chain(&self) -> &[Vec<u8>] {
        &self.chain
    }

    fn sign(&self, bytes: &[u8]) -> Result<Vec<u8>, SignError> {
        let random = ring::rand::SystemRandom::new();
        let signature = self.key.sign(&random, bytes).map_err(|_| SignError)?;
        Ok(signature.as_ref().to_vec())
    }
}

/// Anchor, revocation list and an organisation under it.
fn new_authority(oin: &str) -> (Vec<u8>, Vec<u8>, Organisation) {
    use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, KeyPair, KeyUsagePurpose};
    let now = time::OffsetDateTime::from_unix_timestamp(1_800_000_000).unwrap();
    let params = |days: i64| {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.distinguished_name.remove(DnType::CommonName);
        params.not_before = now - time::Duration::days(days);
        params.not_after = now + time::Duration::days(days);
        params
    };
    let (ca_key, mut ca) = (KeyPair::generate().unwrap(), params(3_000));
    ca.distinguished_name.push(DnType::CommonName, "Vector CA");
    ca.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    ca.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    let anchor = ca.self_signed(&ca_key).unwrap().der().to_vec();
    let issuer = rcgen::Issuer::new(ca, ca_key);
    let list = rcgen::CertificateRevocationListParams {
        this_update: now,
        next_update: now + time::Duration::days(7),
        crl_number: rcgen::SerialNumber::from(1_u64),
        issuing_distribution_point: None,
        revoked_certs: Vec::new(),
        key_identifier_method: rcgen::KeyIdMethod::Sha256,
    };
    let list = list.signed_by(&issuer).unwrap().der().to_vec();
    let (key, mut leaf) = (KeyPair::generate().unwrap(), params(365));
    let name = &mut leaf.distinguished_name;
    name.push(DnType::OrganizationName, "Gemeente Vector");
    name.push(DnType::CustomDnType(vec![2, 5, 4, 5]), oin);
    leaf.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    let certificate = leaf.signed_by(&key, &issuer).unwrap();
    let signing = &ring::signature::ECDSA_P256_SHA256_FIXED_SIGNING;
    let random = ring::rand::SystemRandom::new();
    let key = ring::signature::EcdsaKeyPair::from_pkcs8(signing, key.serialized_der(), &random);
    let organisation = Organisation {
        chain: vec![certificate.der().to_vec()],
        key: key.unwrap(),
    };
    (anchor, list, organisation)
}

/// ES256 is not deterministic, so this gives other bytes every time: for a new vector, not to replace one.
#[test]
#[ignore = "prints a new attestation vector"]
fn print_an_attestation_vector() {
    let oin = "00000099000000001000";
    let (anchor, list, organisation) = new_authority(oin);
    let node = Node(Ed25519KeyPair::from_seed_unchecked(&[7; 32]).unwrap());
    let start = Timestamp::from_secs(1_800_000_000);
    let claims = Claims {
        oin: oin.parse().unwrap(),
        peer_id: attestation::peer_id_of(&node.public_key()),
        not_before: start,
        expires: start + attestation::MAX_VALIDITY,
        network: "vector".to_owned(),
        signed_at: start,
    };
    let vector = serde_json::json!({
        "anchor": hex::encode(anchor),
        "revocation_list": hex::encode(list),
        "attestation": hex::encode(attestation::issue(&claims, &organisation).unwrap()),
        "peer_id": hex::encode(&claims.peer_id),
        "network": claims.network,
        "oin": oin,
        "now": start.as_secs(),
        "expires": claims.expires.as_secs(),
    });
    println!("{}", serde_json::to_string_pretty(&vector).unwrap());
}

/// The envelope and the convenant are deterministic: this prints what the vectors hold.
#[test]
#[ignore = "prints the deterministic vectors"]
fn print_the_deterministic_vectors() {
    let node = Node(Ed25519KeyPair::from_seed_unchecked(&[9; 32]).unwrap());
    let message = IndexRequest {
        v: 1,
        ctx: Octets([0x11; 32]),
        have_seq: 258,
    };
    let header = Header {
        sender: "00000099000000001000".parse().unwrap(),
        recipient: "00000099000000002000".parse().unwrap(),
        message_id: Octets([0x22; 16]),
        issued: Timestamp::from_secs(1_800_000_000),
        expires: Timestamp::from_secs(1_800_000_300),
    };
    let vector = serde_json::json!({
        "seed": hex::encode([9; 32]),
        "public_key": hex::encode(node.public_key()),
        "sender": header.sender,
        "recipient": header.recipient,
        "message_id": header.message_id.to_string(),
        "issued": header.issued.as_millis(),
        "expires": header.expires.as_millis(),
        "kind": "index-request",
        "message": hex::encode(wire::encode(&message).unwrap()),
        "message_hash": envelope::message_hash(&message).unwrap().to_string(),
        "envelope": hex::encode(envelope::dangerous_seal(&message, header, &node).unwrap()),
    });
    println!("{}", serde_json::to_string_pretty(&vector).unwrap());
    let content = sample_content();
    let vector = serde_json::json!({
        "group_id": content.group_id,
        "members": content.members.len(),
        "content": hex::encode(content.encoded()),
        "hash": content.hash().to_string(),
    });
    println!("{}", serde_json::to_string_pretty(&vector).unwrap());
}

fn sample_content() -> ConvenantContent {
    use basisnet_protocol::convenant::{
        Budgets, Cadence, Delta, JoinRule, Member, PurposeTerms, Thresholds,
    };
    use basisnet_protocol::matching::Namespace;
    use basisnet_protocol::purpose::{Category, PurposeId, Role};
    use basisnet_protocol::time::Period;
    let member = |oin: &str, name: &str, code: Option<&str>| Member {
        oin: oin.parse().unwrap(),
        name: name.to_owned(),
        gemeente: code.map(|code| code.parse().unwrap()),
    };
    let terms = |id: PurposeId, basis: &str, categories: &[Category]| PurposeTerms {
        id,
        version: 1,
        legal_bases: [basis.parse().unwrap()].into(),
        categories: categories.iter().copied().collect(),
        roles: [Role::ToezichthouderKwaliteit, Role::Contractmanager].into(),
        retention_days: 90,
        automatic: [Category::Contact]
            .into_iter()
            .filter(|one| categories.contains(one))
            .collect(),
    };
    ConvenantContent {
        v: 1,
        group_id: "regio-test".to_owned(),
        name: "Coöperatie van gemeenten".to_owned(),
        version: 1,
        previous: None,
        nonce: Octets([0x33; 16]),
        members: vec![
            member("00000099000000001000", "Gemeente Een", Some("0345")),
            member("00000099000000002000", "Gemeente Twee", Some("0307")),
            member("00000099000000003000", "Samenwerkingsverband Drie", None),
        ],
        purposes: vec![
            terms(PurposeId::matching(), "avg-6.1.e", &[]),
            terms(
                "P01".parse().unwrap(),
                "wmo-6.1",
                &[Category::Contract, Category::Toezicht, Category::Contact],
            ),
        ],
        namespaces: [Namespace::Kvk, Namespace::Agb].into(),
        natural_persons: false,
        cadence: Cadence {
            publication_hours: 24,
            delta: Delta::Direct,
        },
        budgets: Budgets { inzage_per_day: 50 },
        thresholds: Thresholds { min_cell: 5 },
        auditor: Some("00000099000000009000".parse().unwrap()),
        joining: JoinRule::Majority,
        ends_on_withdrawal: false,
        valid: Period {
            from: Timestamp::from_secs(1_800_000_000),
            until: Timestamp::from_secs(1_800_000_000) + DAY * 730,
        },
    }
}
