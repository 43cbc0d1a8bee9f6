// SPDX-License-Identifier: EUPL-1.2
//! Contents and acts for the tests of this folder.

use super::{Act, ActKind, ConvenantContent, ConvenantHash, Member};
use crate::id::Oin;
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
    let valid = Period {
        from: days(10),
        until: days(375),
    };
    let basis = "avg-6.1.e".parse().unwrap();
    ConvenantContent {
        members: (0..members).map(member).collect(),
        ..ConvenantContent::testing_only_sample([], basis, valid)
    }
}

pub(crate) fn act(kind: ActKind, by: usize, hash: ConvenantHash, at: Timestamp) -> Act {
    Act::testing_only_unsigned(kind, oin(by), hash, at)
}
