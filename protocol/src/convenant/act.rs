// SPDX-License-Identifier: EUPL-1.2
//! What a member does about a version: accept, reject, withdraw, end.
//!
//! An act ([`crate::act`]) about the hash of the content, with:
//!
//! ```text
//!   content type : "application/basisnet-convenant-<act>+cbor"
//!   label        : "basisnet/convenant-<act>/v1"
//! ```

use super::ConvenantHash;
use crate::act::{Deed, MAX_BYTES, SignedAct};
use crate::sign::SignedKind;

/// An act on a version.
pub type Act = SignedAct<ActKind>;

/// The four things a member can do about a version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ActKind {
    /// I take part.
    Accept,
    /// I do not take part.
    Reject,
    /// I take part no longer.
    Withdraw,
    /// It is to end for all.
    End,
}

impl ActKind {
    /// All there are.
    pub const ALL: [Self; 4] = [Self::Accept, Self::Reject, Self::Withdraw, Self::End];

    /// The name on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Accept => "accept",
            Self::Reject => "reject",
            Self::Withdraw => "withdraw",
            Self::End => "end",
        }
    }
}

impl Deed for ActKind {
    const EVERY: &'static [Self] = &Self::ALL;

    fn signed_kind(self) -> SignedKind {
        let (label, content_type) = match self {
            Self::Accept => (
                "basisnet/convenant-accept/v1",
                "application/basisnet-convenant-accept+cbor",
            ),
            Self::Reject => (
                "basisnet/convenant-reject/v1",
                "application/basisnet-convenant-reject+cbor",
            ),
            Self::Withdraw => (
                "basisnet/convenant-withdraw/v1",
                "application/basisnet-convenant-withdraw+cbor",
            ),
            Self::End => (
                "basisnet/convenant-end/v1",
                "application/basisnet-convenant-end+cbor",
            ),
        };
        SignedKind {
            label,
            content_type,
            max_bytes: MAX_BYTES,
        }
    }

    fn refuses(self) -> bool {
        self == Self::Reject
    }
}

impl Act {
    /// About which version.
    #[must_use]
    pub const fn convenant(&self) -> ConvenantHash {
        self.about()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::act::{ActError, LEEWAY, Motivation};
    use crate::convenant::{ConvenantFile, FileError, samples};
    use crate::octets::Octets;
    use crate::sign::OrgSignatureError;
    use crate::testing::{Authority, Kind, NOW, authority, oin};

    const HASH: ConvenantHash = Octets([3; 32]);

    fn signed(kind: ActKind) -> Vec<u8> {
        Act::sign(
            kind,
            &HASH,
            NOW,
            &Motivation::default(),
            &authority().organisation(7),
        )
        .unwrap()
    }

    #[test]
    fn an_act_is_what_was_signed_by_whom() {
        for kind in ActKind::ALL {
            let bytes = signed(kind);
            let act = Act::verify(&bytes, &authority().trust(), NOW).unwrap();
            assert_eq!((act.kind(), act.by(), act.at()), (kind, oin(7), NOW));
            assert_eq!((act.convenant(), act.bytes()), (HASH, bytes.as_slice()));
        }
    }

    #[test]
    fn the_decision_and_the_reason_are_signed_along() {
        let motivation = Motivation::new(Some("2026-118"), Some("te ruim")).unwrap();
        let signer = authority().organisation(7);
        let bytes = Act::sign(ActKind::Reject, &HASH, NOW, &motivation, &signer).unwrap();
        let act = Act::verify(&bytes, &authority().trust(), NOW).unwrap();
        assert_eq!(act.motivation(), &motivation);
        assert_eq!(Act::reread(&bytes).unwrap().motivation(), &motivation);
        let mut other = bytes;
        let place = other
            .windows(4)
            .position(|window| window == b"ruim")
            .unwrap();
        other[place] = b'd';
        assert!(Act::verify(&other, &authority().trust(), NOW).is_err());
    }

    #[test]
    fn an_act_never_passes_for_another_act() {
        let rejected = signed(ActKind::Reject);
        let forged = String::from_utf8_lossy(&rejected).contains("convenant-reject");
        assert!(forged);
        let place = rejected.windows(6).position(|w| w == b"reject").unwrap();
        let mut forged = rejected;
        forged[place..place + 6].copy_from_slice(b"accept");
        let refused = Act::verify(&forged, &authority().trust(), NOW).unwrap_err();
        assert_eq!(refused, ActError::Signature(OrgSignatureError::Signature));
    }

    #[test]
    fn an_act_from_the_future_is_refused() {
        let later = NOW + LEEWAY + Duration::from_millis(1);
        let bytes = Act::sign(
            ActKind::Accept,
            &HASH,
            later,
            &Motivation::default(),
            &authority().organisation(7),
        )
        .unwrap();
        let trust = authority().trust();
        assert_eq!(Act::verify(&bytes, &trust, NOW), Err(ActError::InTheFuture));
        assert!(Act::verify(&bytes, &trust, later).is_ok());
    }

    #[test]
    fn an_act_is_not_dated_before_its_certificate() {
        let young = authority().organisation_with(7, Kind::P256, |params| {
            params.not_before = crate::testing::at(-1);
        });
        let two_days = Duration::from_secs(2 * 86_400);
        let bytes = Act::sign(
            ActKind::Accept,
            &HASH,
            NOW - two_days,
            &Motivation::default(),
            &young,
        )
        .unwrap();
        let refused = Act::verify(&bytes, &authority().trust(), NOW);
        assert_eq!(refused, Err(ActError::BeforeItsCertificate));
    }

    #[test]
    fn an_act_that_was_kept_outlives_its_certificate() {
        let bytes = signed(ActKind::Accept);
        let years_later = NOW + Duration::from_secs(1_000 * 86_400);
        let refused = Act::verify(&bytes, &authority().trust(), years_later).unwrap_err();
        assert!(matches!(
            refused,
            ActError::Signature(OrgSignatureError::Chain(_))
        ));
        assert_eq!(Act::reread(&bytes).unwrap().by(), oin(7));
    }

    #[test]
    fn a_change_of_one_bit_is_refused_even_when_reread() {
        let bytes = signed(ActKind::Accept);
        let place = bytes.len() - 70;
        let mut changed = bytes;
        changed[place] ^= 1;
        assert!(Act::reread(&changed).is_err());
    }

    #[test]
    fn a_file_is_believed_only_with_acts_of_members_about_this_version() {
        let content = samples::content(3);
        let hash = content.hash();
        let trust = authority().trust();
        let act = |hash, by| {
            Act::sign(
                ActKind::Accept,
                hash,
                NOW,
                &Motivation::default(),
                &authority().organisation(by),
            )
            .unwrap()
        };
        let file = |acts: &[Vec<u8>]| {
            let mut file = ConvenantFile::new(content.clone());
            acts.iter().for_each(|act| file.add(act.clone()));
            ConvenantFile::decode(&file.encode())
                .unwrap()
                .verify(&trust, NOW)
        };
        assert_eq!(file(&[act(&hash, 0), act(&hash, 1)]).unwrap().len(), 2);
        assert_eq!(
            file(&[act(&hash, 0), act(&HASH, 1)]),
            Err(FileError::OtherVersion)
        );
        assert_eq!(file(&[act(&hash, 9)]), Err(FileError::NotAMember(oin(9))));
        let stranger = Authority::root("Other CA", Kind::P256).organisation(1);
        let stranger = Act::sign(
            ActKind::Accept,
            &hash,
            NOW,
            &Motivation::default(),
            &stranger,
        )
        .unwrap();
        assert!(matches!(file(&[stranger]), Err(FileError::Act(_))));
    }
}
