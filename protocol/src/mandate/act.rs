// SPDX-License-Identifier: EUPL-1.2
//! What an organisation does about a mandate: give, accept, withdraw.
//!
//! An act ([`crate::act`]) about the hash of the mandate, with:
//!
//! ```text
//!   content type : "application/basisnet-mandate-<act>+cbor"
//!   label        : "basisnet/mandate-<act>/v1"
//! ```

use super::MandateHash;
use crate::act::{Deed, MAX_BYTES, SignedAct};
use crate::sign::SignedKind;

/// An act on a mandate.
pub type MandateAct = SignedAct<MandateActKind>;

/// The three things that can be done about a mandate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MandateActKind {
    /// The other acts for us.
    Give,
    /// We act for the other.
    Accept,
    /// No longer.
    Withdraw,
}

impl MandateActKind {
    /// All there are.
    pub const ALL: [Self; 3] = [Self::Give, Self::Accept, Self::Withdraw];

    /// The name on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Give => "give",
            Self::Accept => "accept",
            Self::Withdraw => "withdraw",
        }
    }
}

impl Deed for MandateActKind {
    const EVERY: &'static [Self] = &Self::ALL;

    fn signed_kind(self) -> SignedKind {
        let (label, content_type) = match self {
            Self::Give => (
                "basisnet/mandate-give/v1",
                "application/basisnet-mandate-give+cbor",
            ),
            Self::Accept => (
                "basisnet/mandate-accept/v1",
                "application/basisnet-mandate-accept+cbor",
            ),
            Self::Withdraw => (
                "basisnet/mandate-withdraw/v1",
                "application/basisnet-mandate-withdraw+cbor",
            ),
        };
        SignedKind {
            label,
            content_type,
            max_bytes: MAX_BYTES,
        }
    }

    /// A withdrawal only narrows, and who was away while the certificate under it ended must hear of it all the same.
    fn may_come_late(self) -> bool {
        self == Self::Withdraw
    }
}

impl MandateAct {
    /// About which mandate.
    #[must_use]
    pub const fn mandate(&self) -> MandateHash {
        self.about()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::act::{ActError, LEEWAY, Motivation};
    use crate::convenant::{Act, ActKind};
    use crate::mandate::samples::{content, days};
    use crate::testing::{NOW, authority, oin};
    use crate::time::Timestamp;

    fn signed(kind: MandateActKind, at: Timestamp) -> Vec<u8> {
        let decided = Motivation::new(Some("B&W 2026-118"), None).unwrap();
        let signer = authority().organisation(7);
        MandateAct::sign(kind, &content().hash(), at, &decided, &signer).unwrap()
    }

    #[test]
    fn an_act_is_what_was_signed_by_whom_under_which_decision() {
        for kind in MandateActKind::ALL {
            let bytes = signed(kind, NOW);
            let act = MandateAct::verify(&bytes, &authority().trust(), NOW).unwrap();
            assert_eq!((act.kind(), act.by(), act.at()), (kind, oin(7), NOW));
            assert_eq!((act.mandate(), act.bytes()), (content().hash(), &*bytes));
            assert_eq!(act.motivation().decision(), Some("B&W 2026-118"));
            assert_eq!(MandateAct::reread(&bytes).unwrap(), act);
        }
    }

    #[test]
    fn an_act_on_a_convenant_never_passes_for_one_on_a_mandate() {
        let (hash, signer) = (content().hash(), authority().organisation(7));
        let nothing = Motivation::default();
        let accepted = Act::sign(ActKind::Accept, &hash, NOW, &nothing, &signer).unwrap();
        let refused = MandateAct::verify(&accepted, &authority().trust(), NOW);
        assert_eq!(refused, Err(ActError::NotAnAct));
        let mut forged = signed(MandateActKind::Accept, NOW);
        assert!(Act::verify(&forged, &authority().trust(), NOW).is_err());
        let place = forged.windows(6).position(|w| w == b"accept").unwrap();
        forged[place..place + 4].copy_from_slice(b"give");
        assert!(MandateAct::verify(&forged, &authority().trust(), NOW).is_err());
    }

    #[test]
    fn every_bit_of_an_act_counts() {
        let bytes = signed(MandateActKind::Give, NOW);
        for place in 0..bytes.len() {
            let mut turned = bytes.clone();
            turned[place] ^= 1;
            let read = MandateAct::verify(&turned, &authority().trust(), NOW);
            assert!(read.is_err(), "{place}");
        }
    }

    #[test]
    fn an_act_from_the_future_is_refused() {
        let bytes = signed(
            MandateActKind::Give,
            NOW + LEEWAY + Duration::from_millis(1),
        );
        let refused = MandateAct::verify(&bytes, &authority().trust(), NOW);
        assert_eq!(refused, Err(ActError::InTheFuture));
    }

    #[test]
    fn a_withdrawal_is_heard_of_also_when_its_certificate_ended_meanwhile() {
        let years = days(20 * 366);
        let trust = authority().trust();
        let late = |kind| MandateAct::verify(&signed(kind, NOW), &trust, years);
        assert!(late(MandateActKind::Withdraw).is_ok());
        for kind in [MandateActKind::Give, MandateActKind::Accept] {
            let refused = late(kind);
            assert!(matches!(refused, Err(ActError::Signature(_))));
        }
    }
}
