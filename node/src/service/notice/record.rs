// SPDX-License-Identifier: EUPL-1.2
//! What is kept of a notice, of who read it, and of who follows what.

use std::time::Duration;

use basisnet_protocol::id::Oin;
use basisnet_protocol::octets::Octets;
use basisnet_protocol::time::Timestamp;
use serde::{Deserialize, Serialize};

use crate::audit::Id;
use crate::service::account::AccountId;
use crate::store::{IndexTerm, Key, Record, RetentionClass};

/// The id of a notice in this node.
pub type NoticeId = Octets<16>;

/// How long a notice is shown: no treffer is held longer, an epoch of four weeks and a week.
pub(super) const TERM: Duration = Duration::from_secs(35 * 86_400);

/// Something that the node points out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Notice {
    /// The id in this node.
    pub id: NoticeId,
    /// Since when.
    pub at: Timestamp,
    /// About which aanbieder.
    pub aanbieder: Id,
    /// For whom; none for everybody who sees treffers on this aanbieder.
    pub to: Option<AccountId>,
    /// Why.
    pub cause: Cause,
}

/// Why there is a notice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Cause {
    /// A member knows an aanbieder that somebody follows.
    NewTreffer {
        /// The member.
        peer: Oin,
        /// The sharing group.
        group_id: String,
    },
    /// Enough organisations are involved with it.
    Samenloop {},
}

impl Notice {
    /// The index by which the notices about one aanbieder are found.
    pub(super) const BY_AANBIEDER: &'static str = "aanbieder";

    pub(super) fn is_for(&self, account: AccountId) -> bool {
        self.to.is_none_or(|to| to == account)
    }
}

impl Record for Notice {
    const COLLECTION: &'static str = "notice";
    const RETENTION: RetentionClass = RetentionClass::Epoch;

    fn index_terms(&self) -> Vec<IndexTerm> {
        vec![IndexTerm::new(
            Self::BY_AANBIEDER,
            self.aanbieder.as_bytes(),
        )]
    }
}

/// That somebody marked a notice as read.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Read {}

impl Read {
    pub(super) fn key(account: AccountId, notice: NoticeId) -> Key {
        Key::joined(&[account.as_ref(), notice.as_ref()])
    }

    pub(super) fn notice(key: &Key) -> Option<NoticeId> {
        key.as_bytes().get(16..).and_then(Octets::from_slice)
    }
}

impl Record for Read {
    const COLLECTION: &'static str = "notice-read";
    const RETENTION: RetentionClass = RetentionClass::Epoch;
}

/// That somebody follows an aanbieder.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Follow {
    pub(super) account: AccountId,
    pub(super) aanbieder: Id,
    pub(super) since: Timestamp,
}

impl Follow {
    /// The index by which is found what somebody follows.
    pub(super) const BY_ACCOUNT: &'static str = "account";
    /// The index by which is found who follows an aanbieder.
    pub(super) const BY_AANBIEDER: &'static str = "aanbieder";

    pub(super) fn key(&self) -> Key {
        Self::key_of(self.account, self.aanbieder)
    }

    pub(super) fn key_of(account: AccountId, aanbieder: Id) -> Key {
        Key::joined(&[account.as_ref(), aanbieder.as_ref()])
    }
}

impl Record for Follow {
    const COLLECTION: &'static str = "follow";
    const RETENTION: RetentionClass = RetentionClass::Standing;

    fn index_terms(&self) -> Vec<IndexTerm> {
        vec![
            IndexTerm::new(Self::BY_ACCOUNT, self.account.as_bytes()),
            IndexTerm::new(Self::BY_AANBIEDER, self.aanbieder.as_bytes()),
        ]
    }
}
