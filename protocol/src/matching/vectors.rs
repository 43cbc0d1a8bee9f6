// SPDX-License-Identifier: EUPL-1.2
//! The vectors of RFC 9497 and our own, through both implementations.

use curve25519_dalek::scalar::Scalar;
use rand_core::{CryptoRng, RngCore};
use serde_json::Value;

use super::oracle::Msm;
use super::*;
use crate::octets::Octets;

const RFC_9497: &str = include_str!("../../../tests/vectors/rfc9497-ristretto255-voprf.json");
const BASISNET: &str = include_str!("../../../tests/vectors/matching-v1.json");

/// Given bytes as randomness; more than 64 are zeros.
struct Fixed(Vec<u8>);

impl RngCore for Fixed {
    fn next_u32(&mut self) -> u32 {
        rand_core::impls::next_u32_via_fill(self)
    }
    fn next_u64(&mut self) -> u64 {
        rand_core::impls::next_u64_via_fill(self)
    }
    fn fill_bytes(&mut self, destination: &mut [u8]) {
        for (i, byte) in destination.iter_mut().enumerate() {
            *byte = self.0.get(i).copied().unwrap_or_default();
        }
    }
    fn try_fill_bytes(&mut self, destination: &mut [u8]) -> Result<(), rand_core::Error> {
        self.fill_bytes(destination);
        Ok(())
    }
}

impl CryptoRng for Fixed {}

fn bytes(value: &Value) -> Vec<u8> {
    hex::decode(value.as_str().unwrap()).unwrap()
}

fn octets<const N: usize>(value: &Value) -> Octets<N> {
    Octets::from_slice(&bytes(value)).unwrap()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

fn number(value: &Value) -> u32 {
    u32::try_from(value.as_u64().unwrap()).unwrap()
}

fn list(value: &Value) -> &Vec<Value> {
    value.as_array().unwrap()
}

fn factor(scalar: &Value) -> BlindFactor {
    let mut wide = [0; 64];
    wide[..32].copy_from_slice(&bytes(scalar));
    BlindFactor::from_bytes(wide)
}

fn rfc_9497_holds<O: PmOprf>() {
    let vectors: Value = serde_json::from_str(RFC_9497).unwrap();
    let seed = octets::<32>(&vectors["seed"]);
    let key = O::derive_key(&seed.0, &bytes(&vectors["key_info"])).unwrap();
    let public_key = O::public_key(&key);
    assert_eq!(public_key, octets(&vectors["public_key"]));
    assert_eq!(list(&vectors["cases"]).len(), 3);
    for case in list(&vectors["cases"]) {
        let (mut inputs, mut blindings, mut sent) = (Vec::new(), Vec::new(), Vec::new());
        let (mut evaluated, mut outputs) = (Vec::new(), Vec::new());
        for element in list(&case["elements"]) {
            let input = bytes(&element["input"]);
            let (blinding, blinded) = O::blind(&input, &factor(&element["blind"])).unwrap();
            assert_eq!(blinded, octets(&element["blinded"]));
            let direct = O::evaluate(&key, &input).unwrap();
            assert_eq!(direct.as_bytes().to_vec(), bytes(&element["output"]));
            inputs.push(input);
            blindings.push(blinding);
            sent.push(blinded);
            evaluated.push(octets(&element["evaluated"]));
            outputs.push(bytes(&element["output"]));
        }
        let answer = O::eval_batch(&key, &sent, &mut Fixed(bytes(&case["proof_nonce"]))).unwrap();
        assert_eq!(answer.elements, evaluated);
        assert_eq!(answer.proof, octets(&case["proof"]));
        let values = O::finalize_batch(&inputs, &blindings, &answer, &public_key).unwrap();
        let values: Vec<_> = values
            .iter()
            .map(|value| value.as_bytes().to_vec())
            .collect();
        assert_eq!(values, outputs);
    }
}

#[test]
fn all_vectors_of_rfc_9497_for_ristretto255_hold() {
    rfc_9497_holds::<Ristretto>();
}

#[test]
fn all_vectors_of_rfc_9497_hold_for_the_oracle() {
    rfc_9497_holds::<Msm>();
}

/// Our copy of the values against the file they come from, where `BASISNET_RFC9497_VECTORS` names it.
#[test]
fn our_copy_of_the_rfc_9497_vectors_is_the_published_one() {
    let Some(path) = std::env::var_os("BASISNET_RFC9497_VECTORS") else {
        eprintln!("skipped: BASISNET_RFC9497_VECTORS does not name allVectors.json");
        return;
    };
    let published: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    let suite = list(&published)
        .iter()
        .find(|suite| suite["identifier"] == "ristretto255-SHA512" && suite["mode"] == 1)
        .unwrap();
    let ours: Value = serde_json::from_str(RFC_9497).unwrap();
    for (theirs, name) in [
        ("seed", "seed"),
        ("keyInfo", "key_info"),
        ("skSm", "secret_key"),
        ("pkSm", "public_key"),
    ] {
        assert_eq!(suite[theirs], ours[name]);
    }
    assert_eq!(list(&suite["vectors"]).len(), list(&ours["cases"]).len());
    for (theirs, case) in list(&suite["vectors"]).iter().zip(list(&ours["cases"])) {
        assert_eq!(theirs["Proof"]["proof"], case["proof"]);
        assert_eq!(theirs["Proof"]["r"], case["proof_nonce"]);
        for (their_name, name) in [
            ("Input", "input"),
            ("Blind", "blind"),
            ("BlindedElement", "blinded"),
            ("EvaluationElement", "evaluated"),
            ("Output", "output"),
        ] {
            let joined: Vec<_> = list(&case["elements"])
                .iter()
                .map(|element| text(&element[name]))
                .collect();
            assert_eq!(text(&theirs[their_name]), joined.join(","));
        }
    }
}

fn basisnet() -> (Value, Context) {
    let vectors: Value = serde_json::from_str(BASISNET).unwrap();
    let context = Context {
        group_id: text(&vectors["group_id"]),
        convenant_version: number(&vectors["convenant_version"]),
        purpose_id: text(&vectors["purpose_id"]).parse().unwrap(),
        purpose_version: number(&vectors["purpose_version"]),
        epoch: Epoch::from_number(number(&vectors["epoch"])),
        server: text(&vectors["server"]).parse().unwrap(),
        client: text(&vectors["client"]).parse().unwrap(),
        key_generation: octets(&vectors["key_generation"]),
    };
    (vectors, context)
}

fn input_of(vector: &Value) -> PrivateInput {
    let kind = match vector["kind"].as_str().unwrap() {
        "kvk" => Namespace::Kvk,
        "agb" => Namespace::Agb,
        _ => Namespace::Vst,
    };
    PrivateInput::parse(kind, vector["number"].as_str().unwrap()).unwrap()
}

#[test]
fn our_vectors_of_context_and_key_hold() {
    let (vectors, context) = basisnet();
    assert_eq!(context.to_bytes().unwrap(), bytes(&vectors["ctx_bytes"]));
    let ctx = context.hash().unwrap();
    assert_eq!(ctx, octets(&vectors["ctx"]));
    let key = possession::derive_key(&octets::<32>(&vectors["epoch_seed"]).0, &ctx).unwrap();
    assert_eq!(
        key.scalar().to_bytes().to_vec(),
        bytes(&vectors["secret_key"])
    );
    assert_eq!(Ristretto::public_key(&key), octets(&vectors["public_key"]));
}

#[test]
fn our_vectors_of_index_entries_hold() {
    let (vectors, context) = basisnet();
    let ctx = context.hash().unwrap();
    let key = possession::derive_key(&octets::<32>(&vectors["epoch_seed"]).0, &ctx).unwrap();
    let label = Label::from_bytes(octets::<16>(&vectors["label"]).0).unwrap();
    let bucket = Bucket::try_from(128).unwrap();
    for entry in list(&vectors["entries"]) {
        let input = input_of(entry);
        assert_eq!(input.as_bytes(), text(&entry["input"]).as_bytes());
        let value = Ristretto::evaluate(&key, input.as_bytes()).unwrap();
        assert_eq!(value.as_bytes().to_vec(), bytes(&entry["value"]));
        for vector in list(&entry["index"]) {
            let seq = number(&vector["seq"]);
            assert_eq!(tag_of(&ctx, seq, &value), octets(&vector["tag"]));
            let mut builder = IndexBuilder::new(ctx, seq, bucket);
            builder.add(&value, &label).unwrap();
            let built = builder.build(&mut rand_core::OsRng);
            let expected = [bytes(&vector["tag"]), bytes(&vector["sealed"])].concat();
            assert!(
                built
                    .entries
                    .chunks(ENTRY_BYTES)
                    .any(|entry| entry == expected)
            );
            let open =
                OpenIndex::check(ctx, seq, bucket, &built.entries, &built.merkle_root).unwrap();
            assert_eq!(open.look_up(&value), Ok(Some(label)));
        }
    }
}

#[test]
fn our_vectors_of_blinds_hold() {
    let (vectors, _) = basisnet();
    let seed = SweepSeed::from_bytes(octets::<32>(&vectors["sweep_seed"]).0);
    for vector in list(&vectors["blinds"]) {
        let slot = number(&vector["slot"]);
        let factor = seed.blind(slot);
        let scalar = Scalar::from_bytes_mod_order_wide(factor.as_bytes());
        assert_eq!(scalar.to_bytes().to_vec(), bytes(&vector["blind"]));
        let input = input_of(vector);
        let (_, element) = Ristretto::blind(input.as_bytes(), &factor).unwrap();
        assert_eq!(element, octets(&vector["blinded"]));
        assert!(opens(&element, &seed, slot, &input));
        let wrong = PrivateInput::parse(Namespace::Kvk, "12345679").unwrap();
        assert!(
            !opens(&element, &seed, slot, &wrong),
            "a wrong identifier opens nothing"
        );
        assert!(
            !opens(&element, &seed, slot + 1, &input),
            "another slot opens nothing"
        );
    }
}
