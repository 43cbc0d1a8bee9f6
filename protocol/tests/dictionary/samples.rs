// SPDX-License-Identifier: EUPL-1.2
//! One full sample of everything that two organisations hand each other. Full means: no option is empty and no list
//! either, so that everything inside is seen; a test looks for what was left out.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use basisnet_protocol::attestation::Claims;
use basisnet_protocol::convenant::{
    Budgets, Cadence, ConvenantContent, ConvenantFile, Delta, JoinRule, Member, PurposeTerms,
    Thresholds,
};
use basisnet_protocol::cose::Headers;
use basisnet_protocol::directory::{Contact, DirectoryRecord, NodeAddress};
use basisnet_protocol::envelope::Header;
use basisnet_protocol::id::{GemeenteCode, Oin};
use basisnet_protocol::mandate::MandateContent;
use basisnet_protocol::matching::{Buckets, Freshness, Involvement, Label, Namespace};
use basisnet_protocol::message::{
    Answer, ContactAnswer, ContractAnswer, ContractRole, ConvenantList, ConvenantShare,
    ConvenantTaken, Decision, DirectoryList, DirectoryRecords, EvalRequest, EvalResponse, HalfYear,
    Head, HeldMandate, HeldRecord, HeldVersion, Index, IndexRequest, InzageDecision,
    InzageReceived, InzageRequest, LabelAnswer, LabelLetter, Law, MandateList, MandateShare,
    MandateUse, Manifest, ManifestRequest, OnBehalf, Proportionality, PurposeReadiness, Readiness,
    ReadinessRequest, Recall, RecallKind, RecallReceipt, Refusal, RefusalReason, Subsidiarity,
    SuccessionHeld, SuccessionPair, SuccessionShare, Taken, ToezichtAnswer, ToezichtState, Variant,
    Weighing, WireObligations,
};
use basisnet_protocol::octets::Octets;
use basisnet_protocol::purpose::{Category, LegalBasis, PurposeId, Role};
use basisnet_protocol::time::{Date, Period, Timestamp};
use serde_bytes::ByteBuf;

use super::recorder::{Recorder, variants_of};
use super::{Names, kind};

const HASH: Octets<32> = Octets([7; 32]);
const WHEN: Timestamp = Timestamp::from_secs(1_800_000_000);

fn oin() -> Oin {
    "00000099000000345000".parse().unwrap()
}

fn gemeente() -> Option<GemeenteCode> {
    Some("0345".parse().unwrap())
}

fn basis() -> LegalBasis {
    "avg-6.1.e".parse().unwrap()
}

fn day() -> Date {
    Date::from_days(20_000)
}

/// Notes every structure that crosses.
pub(crate) fn everything(recorder: &mut Recorder) {
    matching(recorder);
    recorder.note(&request());
    recorder.note(&InzageReceived {
        v: 1,
        request_id: Octets([1; 16]),
        decide_by: WHEN,
    });
    recorder.note(&decision(Decision::Released {
        answer: answer(),
        obligations: WireObligations {
            retain_until: WHEN,
            no_onward_sharing: true,
            purpose_id: PurposeId::matching(),
            convenant_hash: HASH,
            source_oin: oin(),
        },
    }));
    recorder.note(&decision(Decision::Refused(
        RefusalReason::NotProportionate,
    )));
    recorder.note(&head());
    recorder.note(&Refusal {
        v: 1,
        req_hash: HASH,
    });
    recorder.note(&Recall {
        v: 1,
        ctx: HASH,
        handles: vec![Octets([1; 8])],
        kind: RecallKind::Withdrawn,
    });
    recorder.note(&RecallReceipt {
        v: 1,
        req_hash: HASH,
    });
    recorder.note(&content());
    recorder.note(&record());
    agreements(recorder);
}

fn agreements(recorder: &mut Recorder) {
    recorder.note(&ConvenantList {
        v: 1,
        versions: vec![HeldVersion {
            hash: HASH,
            acts: vec![Octets([1; 8])],
        }],
    });
    recorder.note(&ConvenantShare {
        v: 1,
        content: ByteBuf::from(vec![1]),
        acts: vec![ByteBuf::from(vec![1])],
    });
    recorder.note(&ConvenantTaken {
        v: 1,
        req_hash: HASH,
        outcome: Taken::Kept,
    });
    recorder.note(&MandateList {
        v: 1,
        mandates: vec![HeldMandate {
            hash: HASH,
            acts: vec![Octets([1; 8])],
        }],
        uses: vec![MandateUse {
            mandate: HASH,
            question: HASH,
            asker: oin(),
            source: oin(),
            purpose_id: PurposeId::matching(),
            at: WHEN,
        }],
    });
    recorder.note(&MandateShare {
        v: 1,
        content: ByteBuf::from(vec![1]),
        acts: vec![ByteBuf::from(vec![1])],
    });
    recorder.note(&mandate());
    members(recorder);
}

fn members(recorder: &mut Recorder) {
    recorder.note(&DirectoryList {
        v: 1,
        records: vec![HeldRecord { oin: oin(), seq: 1 }],
    });
    recorder.note(&DirectoryRecords {
        v: 1,
        records: vec![ByteBuf::from(vec![1])],
        wanted: vec![oin()],
    });
    recorder.note(&SuccessionShare {
        v: 1,
        statements: vec![SuccessionPair {
            old: ByteBuf::from(vec![1]),
            new: ByteBuf::from(vec![1]),
        }],
        testimonies: vec![ByteBuf::from(vec![1])],
    });
    recorder.note(&SuccessionHeld {
        v: 1,
        req_hash: HASH,
        held: vec![HASH],
    });
    recorder.note(&ReadinessRequest {
        v: 1,
        group_id: "regio-proef".to_owned(),
    });
    recorder.note(&Readiness {
        v: 1,
        req_hash: HASH,
        certificate_until: Timestamp::from_millis(1),
        accepted: true,
        purposes: vec![PurposeReadiness {
            purpose_id: PurposeId::matching(),
            dpia: true,
            advice: true,
            in_force: false,
        }],
        swept: false,
    });
}

/// The messages by their name on the wire, with the name of their form.
pub(crate) fn kinds() -> BTreeMap<String, String> {
    let named = [
        (kind::<ManifestRequest>(), "ManifestRequest"),
        (kind::<Manifest>(), "Manifest"),
        (kind::<EvalRequest>(), "EvalRequest"),
        (kind::<EvalResponse>(), "EvalResponse"),
        (kind::<IndexRequest>(), "IndexRequest"),
        (kind::<Index>(), "Index"),
        (kind::<InzageRequest>(), "InzageRequest"),
        (kind::<InzageReceived>(), "InzageReceived"),
        (kind::<InzageDecision>(), "InzageDecision"),
        (kind::<Head>(), "Head"),
        (kind::<Refusal>(), "Refusal"),
        (kind::<Recall>(), "Recall"),
        (kind::<RecallReceipt>(), "RecallReceipt"),
        (kind::<ConvenantList>(), "ConvenantList"),
        (kind::<ConvenantShare>(), "ConvenantShare"),
        (kind::<ConvenantTaken>(), "ConvenantTaken"),
        (kind::<DirectoryList>(), "DirectoryList"),
        (kind::<DirectoryRecords>(), "DirectoryRecords"),
        (kind::<SuccessionShare>(), "SuccessionShare"),
        (kind::<SuccessionHeld>(), "SuccessionHeld"),
        (kind::<MandateList>(), "MandateList"),
        (kind::<MandateShare>(), "MandateShare"),
        (kind::<ReadinessRequest>(), "ReadinessRequest"),
        (kind::<Readiness>(), "Readiness"),
    ];
    named
        .into_iter()
        .map(|(kind, form)| (kind, form.to_owned()))
        .collect()
}

/// The closed lists with all their values.
pub(crate) fn lists() -> Names {
    [
        variants_of::<Category>(),
        variants_of::<Role>(),
        variants_of::<Proportionality>(),
        variants_of::<Subsidiarity>(),
        variants_of::<Decision>(),
        variants_of::<RefusalReason>(),
        variants_of::<Law>(),
        variants_of::<Taken>(),
        variants_of::<Variant>(),
        variants_of::<ContractRole>(),
        variants_of::<ToezichtState>(),
        variants_of::<LabelLetter>(),
        variants_of::<RecallKind>(),
        variants_of::<Namespace>(),
        variants_of::<Delta>(),
        variants_of::<JoinRule>(),
    ]
    .into()
}

/// What is not written by serde, as it prints itself.
pub(crate) fn printed() -> [String; 4] {
    let header = Header {
        sender: oin(),
        recipient: oin(),
        message_id: Octets([1; 16]),
        issued: WHEN,
        expires: WHEN,
    };
    let claims = Claims {
        oin: oin(),
        peer_id: vec![1],
        not_before: WHEN,
        expires: WHEN,
        network: "proef".to_owned(),
        signed_at: WHEN,
    };
    let label = Label {
        involvement: Involvement::Betrokken,
        freshness: Freshness(1),
        handle: Octets([1; 8]),
    };
    let headers = Headers {
        algorithm: -8,
        content_type: "application/basisnet-head+cbor",
        chain: Vec::new(),
    };
    [
        format!("{header:#?}"),
        format!("{claims:#?}"),
        format!("{label:#?}"),
        format!("{headers:#?}"),
    ]
}

/// A convenant as it goes round.
pub(crate) fn file() -> Vec<u8> {
    ConvenantFile::new(content()).encode()
}

fn matching(recorder: &mut Recorder) {
    recorder.note(&ManifestRequest {
        v: 1,
        group_id: "regio".to_owned(),
        purpose_id: PurposeId::matching(),
        epoch: 1,
    });
    recorder.note(&Manifest {
        v: 1,
        group_id: "regio".to_owned(),
        convenant_version: 1,
        convenant_hash: HASH,
        purpose_id: PurposeId::matching(),
        purpose_version: 1,
        epoch: 1,
        key_generation: Octets([1; 16]),
        pk: HASH,
        pop: Octets([1; 64]),
        index_bucket: 128,
        query_bucket_of_client: 128,
        quota: 560,
        cadence_hours: 24,
        label_schema: 1,
        policy_hash: HASH,
        valid_from: WHEN,
        valid_to: WHEN,
        prev_manifest_hash: Some(HASH),
    });
    recorder.note(&EvalRequest {
        v: 1,
        ctx: HASH,
        sweep_id: Octets([1; 16]),
        batch_no: 0,
        batch_count: 1,
        elements: ByteBuf::from(vec![7; 32]),
        set_commit_hash: HASH,
        seed_commit: HASH,
    });
    recorder.note(&EvalResponse {
        v: 1,
        ctx: HASH,
        sweep_id: Octets([1; 16]),
        batch_no: 0,
        req_hash: HASH,
        elements: ByteBuf::from(vec![7; 32]),
        proof: Octets([1; 64]),
        quota_left: 559,
    });
    recorder.note(&IndexRequest {
        v: 1,
        ctx: HASH,
        have_seq: 0,
    });
    recorder.note(&Index {
        v: 1,
        ctx: HASH,
        seq: 1,
        entries: ByteBuf::from(vec![7; 40]),
        merkle_root: HASH,
        prev_index_hash: Some(HASH),
    });
}

fn mandate() -> MandateContent {
    let valid = Period {
        from: WHEN,
        until: Timestamp::from_secs(WHEN.as_secs() + 86_400),
    };
    let other = "00000099000000002000".parse().unwrap();
    MandateContent::testing_only_sample(oin(), other, valid)
}

fn head() -> Head {
    Head {
        v: 1,
        checkpoint: "log".to_owned(),
        consistency: vec![HASH],
    }
}

fn request() -> InzageRequest {
    InzageRequest {
        v: 1,
        ctx: HASH,
        convenant_hash: HASH,
        handle: Octets([1; 8]),
        seq: 1,
        tag: Octets([1; 8]),
        own_proof: HASH,
        purpose_id: PurposeId::matching(),
        purpose_version: 1,
        legal_basis: basis(),
        requester_role: Role::ToezichthouderKwaliteit,
        requester: Octets([1; 16]),
        case_ref: HASH,
        weighing: Weighing {
            proportionality: Proportionality::Samenloop,
            subsidiarity: Subsidiarity::NotPublic,
        },
        categories: [Category::Contact].into(),
        traceparent: "00".to_owned(),
        head: Some(head()),
        on_behalf: Some(OnBehalf {
            member: oin(),
            mandate: HASH,
        }),
    }
}

fn decision(decision: Decision) -> InzageDecision {
    InzageDecision {
        v: 1,
        request_id: Octets([1; 16]),
        req_hash: HASH,
        decision,
        policy_hash: HASH,
        head: Some(head()),
    }
}

fn answer() -> Answer {
    Answer {
        contract: Some(vec![ContractAnswer {
            law: Law::Wmo,
            care_forms: ["02".to_owned()].into(),
            variant: Variant::Taakgericht,
            role: ContractRole::Main,
            from: day(),
            until: Some(day()),
        }]),
        toezicht: Some(ToezichtAnswer {
            state: ToezichtState::Open,
            half_year: HalfYear::of(day()),
        }),
        label: Some(LabelAnswer {
            letter: LabelLetter::A,
            date: day(),
            framework_version: 1,
        }),
        contact: Some(ContactAnswer {
            team: "Toezicht".to_owned(),
            mailbox: "toezicht@gemeente.example".to_owned(),
            telephone: "14 0318".to_owned(),
        }),
    }
}

fn content() -> ConvenantContent {
    ConvenantContent {
        v: 1,
        group_id: "regio".to_owned(),
        name: "Regio".to_owned(),
        version: 2,
        previous: Some(HASH),
        nonce: Octets([1; 16]),
        members: vec![Member {
            oin: oin(),
            name: "Gemeente".to_owned(),
            gemeente: gemeente(),
        }],
        purposes: vec![PurposeTerms {
            id: PurposeId::matching(),
            version: 1,
            legal_bases: BTreeSet::from([basis()]),
            categories: [Category::Contact].into(),
            roles: [Role::Contractmanager].into(),
            retention_days: 90,
            automatic: [Category::Contact].into(),
        }],
        namespaces: [Namespace::Kvk].into(),
        natural_persons: false,
        cadence: Cadence {
            publication_hours: 24,
            delta: Delta::Direct,
        },
        budgets: Budgets { inzage_per_day: 25 },
        thresholds: Thresholds { min_cell: 5 },
        auditor: Some(oin()),
        joining: JoinRule::All,
        ends_on_withdrawal: false,
        valid: Period {
            from: WHEN,
            until: WHEN,
        },
    }
}

fn record() -> DirectoryRecord {
    DirectoryRecord {
        v: 1,
        oin: oin(),
        name: "Gemeente".to_owned(),
        gemeente: gemeente(),
        nodes: vec![NodeAddress {
            peer_id: ByteBuf::from(vec![1]),
            addresses: vec!["/ip4/127.0.0.1/tcp/7400".to_owned()],
        }],
        contacts: vec![Contact {
            purpose: Some(PurposeId::matching()),
            team: "Toezicht".to_owned(),
            mailbox: "toezicht@gemeente.example".to_owned(),
            telephone: "14 0318".to_owned(),
        }],
        buckets: Buckets::declared(300).unwrap(),
        issued: WHEN,
        expires: WHEN,
        seq: 1,
    }
}
