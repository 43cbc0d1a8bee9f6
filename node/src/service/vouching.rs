// SPDX-License-Identifier: EUPL-1.2
//! What was signed by an organisation and is older than its certificate: on whose word it is believed here, and what this
//! node vouches for to others.
//!
//! A convenant, a mandate and a statement of succession last longer than the certificates under them. What came in while
//! its certificate counted is believed for good; what comes in later needs a testimony
//! (`basisnet_protocol::act::Testimony`). So whoever hands on something old that it verified itself, or signed itself, signs
//! a testimony with it, under the certificate of now.

use basisnet_protocol::act::Testimony;
use basisnet_protocol::id::Oin;
use basisnet_protocol::octets::Octets;
use basisnet_protocol::sign::OrgSigner;
use basisnet_protocol::time::Timestamp;
use basisnet_protocol::trust::TrustStore;
use serde::{Deserialize, Serialize};
use serde_bytes::ByteBuf;

/// Testimonies kept with one thing.
pub(super) const MOST_KEPT: usize = 512;
/// Of testimonies go so many bytes in a message; those of the own organisation come first.
const ROOM: usize = 49_152;

/// Why an act is believed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Ground {
    /// Its certificate counted when it came in.
    #[default]
    Verified,
    /// It was signed here.
    Own,
    /// A member vouched for it. Whoever believes on the word of another vouches for nothing itself.
    Told,
}

impl Ground {
    #[expect(
        clippy::trivially_copy_pass_by_ref,
        reason = "the form in which serde asks"
    )]
    pub(super) const fn is_common(&self) -> bool {
        matches!(self, Self::Verified)
    }

    /// Why it is believed, given the testimony on which it is.
    pub(super) const fn on(testimony: Option<&Testimony>) -> Self {
        match testimony {
            Some(_) => Self::Told,
            None => Self::Verified,
        }
    }

    /// Whether this node vouches for what it believes so. What came here in the name of the own organisation was not seen
    /// to be signed by it.
    pub(super) fn vouches(self, by: Oin, me: Oin) -> bool {
        match self {
            Self::Own => true,
            Self::Verified => by != me,
            Self::Told => false,
        }
    }
}

/// Vouches for these, each with the moment at which it was verified here. Where that cannot be signed now they go out without.
pub(super) fn vouch(
    about: &Octets<32>,
    seen: &[(Octets<32>, Timestamp)],
    now: Timestamp,
    org: &dyn OrgSigner,
) -> Vec<Vec<u8>> {
    let sign = |seen: &[_]| Testimony::sign(about, seen, now, org);
    let made: Result<Vec<_>, _> = seen.chunks(Testimony::MOST).map(sign).collect();
    made.unwrap_or_else(|error| {
        tracing::error!(%error, "old acts go out without a testimony");
        Vec::new()
    })
}

/// What others testified here and what still counts.
pub(super) fn still_holding(
    testimonies: &[ByteBuf],
    trust: &TrustStore,
    now: Timestamp,
) -> Vec<Vec<u8>> {
    let holds = |bytes: &&ByteBuf| Testimony::verify(bytes, trust, now).is_ok();
    let holding = testimonies.iter().filter(holds);
    holding.map(|bytes| bytes.to_vec()).collect()
}

/// As many of them as go in one message.
pub(super) fn fitting(testimonies: Vec<Vec<u8>>) -> impl Iterator<Item = ByteBuf> + Clone {
    let mut room = ROOM;
    let fits = move |one: &Vec<u8>| {
        let fits = one.len() <= room;
        room -= if fits { one.len() } else { 0 };
        fits
    };
    let fitting: Vec<_> = testimonies.into_iter().filter(fits).collect();
    fitting.into_iter().map(ByteBuf::from)
}

/// Keeps what was testified, once each.
pub(super) fn keep(kept: &mut Vec<ByteBuf>, on: Option<Vec<u8>>) {
    let new = on.map(ByteBuf::from).filter(|on| !kept.contains(on));
    if kept.len() < MOST_KEPT {
        kept.extend(new);
    }
}
