// SPDX-License-Identifier: EUPL-1.2
//! Lists of revoked certificates: what they say of themselves, and who signed them.

use sha2::{Digest, Sha256};
use webpki::{BorrowedCertRevocationList, CertRevocationList, OwnedCertRevocationList};
use x509_parser::certificate::X509Certificate;
use x509_parser::prelude::FromDer;
use x509_parser::revocation_list::CertificateRevocationList;

use crate::octets::Octets;
use crate::time::Timestamp;

/// A list that was read and not yet judged, as its authority publishes it (RFC 5280, section 5).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RevocationList {
    der: Vec<u8>,
    /// The name of who issued it.
    pub issuer: String,
    /// When it was made.
    pub this_update: Timestamp,
    /// When there should be another.
    pub next_update: Timestamp,
}

/// What the certificates at hand say of the signature under a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// One of them has the name of the issuer, and its key signed the list.
    Proven,
    /// One of them has the name of the issuer, and none of those signed it.
    Forged,
    /// None of them is of the issuer.
    Unknown,
}

impl RevocationList {
    /// Reads a list in DER.
    ///
    /// Gives nothing for what is no list, has something behind it, or does not say when the next one comes.
    #[must_use]
    pub fn read(der: &[u8]) -> Option<Self> {
        BorrowedCertRevocationList::from_der(der).ok()?;
        let (rest, parsed) = CertificateRevocationList::from_der(der).ok()?;
        let moment = |time: x509_parser::time::ASN1Time| {
            u64::try_from(time.timestamp())
                .ok()
                .map(Timestamp::from_secs)
        };
        rest.is_empty().then_some(())?;
        Some(Self {
            issuer: parsed.issuer().to_string(),
            this_update: moment(parsed.last_update())?,
            next_update: moment(parsed.next_update()?)?,
            der: der.to_vec(),
        })
    }

    /// Whether one of these certificates (DER) signed it. What they are worth themselves is not looked at.
    #[must_use]
    pub fn origin(&self, certificates: &[Vec<u8>]) -> Origin {
        let Ok((_, parsed)) = CertificateRevocationList::from_der(&self.der) else {
            return Origin::Forged;
        };
        let signers = certificates
            .iter()
            .filter_map(|der| Some(X509Certificate::from_der(der).ok()?.1))
            .filter(|signer| signer.subject().as_raw() == parsed.issuer().as_raw());
        let mut origin = Origin::Unknown;
        for signer in signers {
            if parsed.verify_signature(signer.public_key()).is_ok() {
                return Origin::Proven;
            }
            origin = Origin::Forged;
        }
        origin
    }

    /// The list in DER.
    #[must_use]
    pub fn der(&self) -> &[u8] {
        &self.der
    }
}

/// A list that is in use, with what the library does not tell us about it.
#[derive(Debug)]
pub(super) struct List {
    pub(super) list: CertRevocationList<'static>,
    pub(super) issuer: String,
    pub(super) this_update: Timestamp,
    pub(super) next_update: Timestamp,
    pub(super) hash: Octets<32>,
}

impl List {
    pub(super) fn read(der: &[u8]) -> Option<Self> {
        let said = RevocationList::read(der)?;
        Some(Self {
            list: OwnedCertRevocationList::from_der(der).ok()?.into(),
            issuer: said.issuer,
            this_update: said.this_update,
            next_update: said.next_update,
            hash: Octets(Sha256::digest(der).into()),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Authority, Kind, authority};

    #[test]
    fn a_list_is_proven_by_the_key_of_its_issuer_and_by_no_other_of_that_name() {
        let (one, namesake) = (
            Authority::root("Stam", Kind::P256),
            Authority::root("Stam", Kind::P256),
        );
        let other = Authority::root("Andere stam", Kind::P256);
        let list = RevocationList::read(&one.crl(&[7], 0, 10)).unwrap();
        let der = |authority: &Authority| authority.der.clone();
        assert_eq!(list.origin(&[der(&one)]), Origin::Proven);
        assert_eq!(list.origin(&[der(&namesake), der(&one)]), Origin::Proven);
        assert_eq!(list.origin(&[der(&namesake)]), Origin::Forged);
        assert_eq!(list.origin(&[der(&other)]), Origin::Unknown);
        assert_eq!(list.origin(&[vec![1, 2, 3]]), Origin::Unknown);
        assert_eq!(list.origin(&[]), Origin::Unknown);
    }

    #[test]
    fn a_turned_bit_makes_a_list_unreadable_or_forged() {
        let signer = [authority().der.clone()];
        let good = authority().crl(&[7, 9], 0, 10);
        for place in 0..good.len() {
            let mut turned = good.clone();
            turned[place] ^= 1;
            let origin = RevocationList::read(&turned).map(|list| list.origin(&signer));
            assert_ne!(origin, Some(Origin::Proven), "byte {place}");
        }
        assert!(RevocationList::read(&[&good[..], &[0]].concat()).is_none());
    }
}
