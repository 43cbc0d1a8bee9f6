// SPDX-License-Identifier: EUPL-1.2
//! The closed list of what a node can say to another, a file per conversation.
//!
//! Every message is deterministic CBOR (see [`crate::wire`]) inside one signed envelope (see [`crate::envelope`]),
//! which adds sender, recipient, message id, issued and expires. Each kind has its own label, so that a signature
//! made for one can never pass for another. There is no field for client data, and answers have no free text.

mod convenant;
mod directory;
mod eval;
mod head;
mod index;
mod inzage;
mod mandate;
mod manifest;
mod readiness;
mod recall;
mod refusal;
mod succession;

pub use convenant::{ConvenantList, ConvenantShare, ConvenantTaken, HeldVersion, Taken};
pub use directory::{DirectoryList, DirectoryRecords, HeldRecord};
pub use eval::{EvalRequest, EvalResponse};
pub use head::Head;
pub use index::{Index, IndexRequest};
pub use inzage::{
    Answer, ContactAnswer, ContractAnswer, ContractRole, Decision, HalfYear, InzageDecision,
    InzageReceived, InzageRequest, LabelAnswer, LabelLetter, Law, Proportionality, RefusalReason,
    Subsidiarity, ToezichtAnswer, ToezichtState, Variant, Weighing, WireObligations,
};
pub use mandate::{HeldMandate, MandateList, MandateShare, MandateUse, OnBehalf};
pub use manifest::{Manifest, ManifestRequest};
pub use readiness::{PurposeReadiness, Readiness, ReadinessRequest};
pub use recall::{Recall, RecallKind, RecallReceipt};
pub use refusal::Refusal;
pub use succession::{SuccessionHeld, SuccessionPair, SuccessionShare};

use serde::Serialize;
use serde::de::DeserializeOwned;

/// A message of the closed list.
pub trait Message: Serialize + DeserializeOwned {
    /// The name of the kind on the wire, such as `eval-request`; with it the label of the signature is
    /// `basisnet eval-request v1`.
    const KIND: &'static str;
    /// The largest encoding in bytes that a receiver reads.
    const MAX_BYTES: usize;
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_bytes::ByteBuf;

    use super::*;
    use crate::convenant::MAX_CONTENT_BYTES;
    use crate::id::Oin;
    use crate::octets::Octets;
    use crate::purpose::PurposeId;
    use crate::time::Timestamp;
    use crate::{envelope, wire};

    const HASH: Octets<32> = Octets([0xff; 32]);

    fn size<M: Message>(message: &M) -> usize {
        let bytes = wire::encode(message).unwrap();
        let again: M = wire::decode(&bytes, M::MAX_BYTES).unwrap();
        assert_eq!(wire::encode(&again).unwrap(), bytes);
        bytes.len()
    }

    fn kinds() -> Vec<(&'static str, usize)> {
        fn of<M: Message>() -> (&'static str, usize) {
            (M::KIND, M::MAX_BYTES)
        }
        vec![
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
        ]
    }

    #[test]
    fn every_kind_has_a_name_of_its_own_and_fits_an_envelope() {
        let names: BTreeSet<_> = kinds().into_iter().map(|(name, _)| name).collect();
        assert_eq!(names.len(), kinds().len());
        for (name, most) in kinds() {
            assert!(most + envelope::OVERHEAD <= envelope::MAX_BYTES, "{name}");
            assert!(name.bytes().all(|c| c.is_ascii_lowercase() || c == b'-'));
        }
    }

    #[test]
    fn the_largest_batch_and_the_largest_index_fit() {
        let request = EvalRequest {
            v: 1,
            ctx: HASH,
            sweep_id: Octets([1; 16]),
            batch_no: u16::MAX,
            batch_count: u16::MAX,
            elements: ByteBuf::from(vec![7; 1_024 * 32]),
            set_commit_hash: HASH,
            seed_commit: HASH,
        };
        assert!(size(&request) <= EvalRequest::MAX_BYTES);
        let response = EvalResponse {
            v: 1,
            ctx: HASH,
            sweep_id: Octets([1; 16]),
            batch_no: u16::MAX,
            req_hash: HASH,
            elements: ByteBuf::from(vec![7; 1_024 * 32]),
            proof: Octets([1; 64]),
            quota_left: u32::MAX,
        };
        assert!(size(&response) <= EvalResponse::MAX_BYTES);
        let index = Index {
            v: 1,
            ctx: HASH,
            seq: u32::MAX,
            entries: ByteBuf::from(vec![7; 16_384 * 40]),
            merkle_root: HASH,
            prev_index_hash: Some(HASH),
        };
        assert!(size(&index) <= Index::MAX_BYTES);
    }

    #[test]
    fn how_far_a_member_is_fits_for_every_purpose_there_can_be() {
        let of = |number: usize| PurposeReadiness {
            purpose_id: format!("P{number:02}").parse().unwrap(),
            dpia: true,
            advice: true,
            in_force: true,
        };
        let told = Readiness {
            v: 1,
            req_hash: HASH,
            certificate_until: Timestamp::from_millis(u64::MAX),
            accepted: true,
            purposes: (0..Readiness::MOST_PURPOSES).map(of).collect(),
            swept: true,
        };
        assert!(size(&told) <= Readiness::MAX_BYTES);
    }

    #[test]
    fn the_largest_recall_and_its_receipt_fit() {
        let recall = Recall {
            v: 1,
            ctx: HASH,
            handles: vec![Octets([7; 8]); 16_384],
            kind: RecallKind::Restricted,
        };
        assert!(size(&recall) <= Recall::MAX_BYTES);
        let receipt = RecallReceipt {
            v: 1,
            req_hash: HASH,
        };
        assert!(size(&receipt) <= RecallReceipt::MAX_BYTES);
    }

    #[test]
    fn the_largest_version_with_its_acts_and_a_long_list_fit() {
        let act = vec![7; 16_384];
        let acts = ConvenantShare::MAX_ACT_BYTES / act.len();
        let share = ConvenantShare {
            v: 1,
            content: ByteBuf::from(vec![7; MAX_CONTENT_BYTES]),
            acts: vec![ByteBuf::from(act); acts],
        };
        assert!(size(&share) <= ConvenantShare::MAX_BYTES);
        let version = HeldVersion {
            hash: HASH,
            acts: vec![Octets([0xff; 8]); 160],
        };
        let list = ConvenantList {
            v: 1,
            versions: vec![version; 150],
        };
        assert!(size(&list) <= ConvenantList::MAX_BYTES);
        let taken = ConvenantTaken {
            v: 1,
            req_hash: HASH,
            outcome: Taken::PreviousUnknown,
        };
        assert!(size(&taken) <= ConvenantTaken::MAX_BYTES);
    }

    #[test]
    fn the_largest_mandate_with_its_acts_and_a_long_list_fit() {
        let share = MandateShare {
            v: 1,
            content: ByteBuf::from(vec![7; crate::mandate::MAX_MANDATE_BYTES]),
            acts: vec![ByteBuf::from(vec![7; 16_384]); 12],
        };
        assert!(size(&share) <= MandateShare::MAX_BYTES);
        let mandate = HeldMandate {
            hash: HASH,
            acts: vec![Octets([0xff; 8]); 12],
        };
        let oin: Oin = "00000099000000001000".parse().unwrap();
        let used = MandateUse {
            mandate: HASH,
            question: HASH,
            asker: oin,
            source: oin,
            purpose_id: PurposeId::matching(),
            at: Timestamp::from_millis(u64::MAX),
        };
        let list = MandateList {
            v: 1,
            mandates: vec![mandate; 1_000],
            uses: vec![used; 600],
        };
        assert!(size(&list) <= MandateList::MAX_BYTES);
    }

    #[test]
    fn the_records_of_a_whole_region_and_their_list_fit() {
        let oin: Oin = "00000099000000001000".parse().unwrap();
        let list = DirectoryList {
            v: 1,
            records: vec![HeldRecord { oin, seq: u64::MAX }; 1_000],
        };
        assert!(size(&list) <= DirectoryList::MAX_BYTES);
        let records = DirectoryRecords {
            v: 1,
            records: vec![ByteBuf::from(vec![7; 65_536]); 10],
            wanted: vec![oin; 1_000],
        };
        assert!(size(&records) <= DirectoryRecords::MAX_BYTES);
    }

    #[test]
    fn as_many_statements_as_go_in_one_message_and_the_answer_fit() {
        let half = || ByteBuf::from(vec![7; 16_384]);
        let pair = || SuccessionPair {
            old: half(),
            new: half(),
        };
        let share = SuccessionShare {
            v: 1,
            statements: std::iter::repeat_with(pair)
                .take(SuccessionShare::MOST)
                .collect(),
            testimonies: Vec::new(),
        };
        let one = SuccessionShare {
            v: 1,
            statements: vec![pair()],
            testimonies: vec![half(); 3],
        };
        assert!(size(&one) <= SuccessionShare::MAX_BYTES);
        assert!(size(&share) <= SuccessionShare::MAX_BYTES);
        let held = SuccessionHeld {
            v: 1,
            req_hash: HASH,
            held: vec![HASH; SuccessionShare::MOST],
        };
        assert!(size(&held) <= SuccessionHeld::MAX_BYTES);
    }

    #[test]
    fn the_longest_manifest_and_its_request_fit() {
        let (group_id, purpose_id) = ("x".repeat(100), PurposeId::matching());
        let request = ManifestRequest {
            v: 1,
            group_id: group_id.clone(),
            purpose_id: purpose_id.clone(),
            epoch: u32::MAX,
        };
        assert!(size(&request) <= ManifestRequest::MAX_BYTES);
        let manifest = Manifest {
            v: 1,
            group_id,
            convenant_version: u32::MAX,
            convenant_hash: HASH,
            purpose_id,
            purpose_version: u32::MAX,
            epoch: u32::MAX,
            key_generation: Octets([1; 16]),
            pk: HASH,
            pop: Octets([1; 64]),
            index_bucket: u32::MAX,
            query_bucket_of_client: u32::MAX,
            quota: u32::MAX,
            cadence_hours: u16::MAX,
            label_schema: 1,
            policy_hash: HASH,
            valid_from: Timestamp::from_millis(u64::MAX),
            valid_to: Timestamp::from_millis(u64::MAX),
            prev_manifest_hash: Some(HASH),
        };
        assert!(size(&manifest) <= Manifest::MAX_BYTES);
    }

    #[test]
    fn all_refusals_have_one_size_and_differ_in_the_request_only() {
        let refusal = |hash| {
            wire::encode(&Refusal {
                v: 1,
                req_hash: hash,
            })
            .unwrap()
        };
        let (one, other) = (refusal(HASH), refusal(Octets([0; 32])));
        assert_eq!(one.len(), other.len());
        let differing = one.iter().zip(&other).filter(|(one, other)| one != other);
        assert_eq!(differing.count(), 32);
    }

    #[test]
    fn a_message_with_a_field_too_many_is_refused() {
        // { "v": 1, "bsn": "", "req_hash": 32 bytes }
        let bytes = hex::decode(
            format!("a361760163627 36e60687265715f686173685820{HASH}").replace(' ', ""),
        );
        let refused = wire::decode::<Refusal>(&bytes.unwrap(), Refusal::MAX_BYTES);
        assert_eq!(refused, Err(wire::DecodeError::Shape));
    }
}
