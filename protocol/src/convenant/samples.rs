// SPDX-License-Identifier: EUPL-1.2
//! Contents and acts for the tests of this folder.

use std::collections::BTreeSet;

use super::{
    Act, ActKind, Budgets, Cadence, ConvenantContent, ConvenantHash, Delta, JoinRule, Member,
    PurposeTerms, Thresholds,
};
use crate::id::Oin;
use crate::matching::Namespace;
use crate::octets::Octets;
use crate::purpose::{PurposeId, Role};
use crate::time::{Period, Timestamp};

/// The first moment of every sample.
pub(crate) const START: Timestamp = Timestamp::from_secs(1_800_000_000);

pub(crate) fn days(days: u64) -> Timestamp {
    Timestamp::from_secs(START.as_secs() + days * 86_400)
}

pub(crate) fn oin(number: usize) -> Oin {
    format!("000000990000{number:04}0000").parse().unwrap()
}

pub(crate) fn member(number: usize) -> Member {
    Member {
        oin: oin(number),
        name: format!("Gemeente {number}"),
        gemeente: Some(format!("{number:04}").parse().unwrap()),
    }
}

/// A sound content for so many members, in force from day 10 until day 375.
pub(crate) fn content(members: usize) -> ConvenantContent {
    ConvenantContent {
        v: 1,
        group_id: "regio-test".into(),
        name: "Regio Test".into(),
        version: 1,
        previous: None,
        nonce: Octets([7; 16]),
        members: (0..members).map(member).collect(),
        purposes: vec![PurposeTerms {
            id: PurposeId::matching(),
            version: 1,
            legal_bases: BTreeSet::from(["avg-6.1.e".parse().unwrap()]),
            categories: BTreeSet::new(),
            roles: BTreeSet::from([Role::ToezichthouderKwaliteit]),
            retention_days: 90,
            automatic: BTreeSet::new(),
        }],
        namespaces: BTreeSet::from([Namespace::Kvk]),
        natural_persons: false,
        cadence: Cadence {
            publication_hours: 24,
            delta: Delta::Direct,
        },
        budgets: Budgets { inzage_per_day: 50 },
        thresholds: Thresholds { min_cell: 5 },
        auditor: None,
        joining: JoinRule::All,
        ends_on_withdrawal: false,
        valid: Period {
            from: days(10),
            until: days(375),
        },
    }
}

pub(crate) fn act(kind: ActKind, by: usize, hash: ConvenantHash, at: Timestamp) -> Act {
    Act::testing_only_unsigned(kind, oin(by), hash, at)
}
