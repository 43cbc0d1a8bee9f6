// SPDX-License-Identifier: EUPL-1.2
//! Which organisations we believe: certificates under a configured anchor, not revoked.
//!
//! The anchors are PKIoverheid in production and a test authority in a demonstration. A chain is accepted when
//! every certificate in it is valid now, allows its use, and its issuer says in a revocation list (CRL) that it is
//! not revoked. A list that is missing is a no. A list past its term is tolerated for a grace, because a list that
//! cannot be fetched for a weekend must not stop a country; then its issuer's certificates are refused.

mod certificate;
mod list;

use std::time::Duration;

pub use certificate::OrgCertificate;
use list::List;
pub use list::{Origin, RevocationList};
use rustls_pki_types::{CertificateDer, SignatureVerificationAlgorithm, TrustAnchor, UnixTime};
use webpki::{
    CertRevocationList, EndEntityCert, ExpirationPolicy, KeyUsage, RevocationCheckDepth,
    RevocationOptionsBuilder, UnknownStatusPolicy, anchor_from_trusted_cert, ring as algorithms,
};
use x509_parser::certificate::X509Certificate;
use x509_parser::prelude::FromDer;

use crate::octets::Octets;
use crate::time::Timestamp;

/// How long a revocation list past its term is tolerated, unless configured otherwise.
pub const DEFAULT_CRL_GRACE: Duration = Duration::from_secs(7 * 86_400);

/// Signatures that may occur inside a certificate chain. PKIoverheid still signs with RSA PKCS#1 v1.5.
static CHAIN_ALGORITHMS: &[&dyn SignatureVerificationAlgorithm] = &[
    algorithms::ECDSA_P256_SHA256,
    algorithms::ECDSA_P256_SHA384,
    algorithms::ECDSA_P384_SHA256,
    algorithms::ECDSA_P384_SHA384,
    algorithms::RSA_PKCS1_2048_8192_SHA256,
    algorithms::RSA_PKCS1_2048_8192_SHA384,
    algorithms::RSA_PKCS1_2048_8192_SHA512,
    algorithms::RSA_PSS_2048_8192_SHA256_LEGACY_KEY,
    algorithms::RSA_PSS_2048_8192_SHA384_LEGACY_KEY,
    algorithms::RSA_PSS_2048_8192_SHA512_LEGACY_KEY,
];

/// The anchors and revocation lists that a node was configured with.
#[derive(Debug)]
pub struct TrustStore {
    anchors: Vec<TrustAnchor<'static>>,
    /// Those that were trusted once, for what was signed then.
    former: Vec<TrustAnchor<'static>>,
    lists: Vec<List>,
    grace: Duration,
}

/// A revocation list past its term.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StaleList {
    /// Who should have issued a new one.
    pub issuer: String,
    /// Since when.
    pub since: Timestamp,
    /// From when its issuer's certificates are refused.
    pub refused_from: Timestamp,
}

impl TrustStore {
    /// Reads anchors (certificates in DER) and revocation lists (DER).
    ///
    /// # Errors
    ///
    /// When one of them cannot be read, or there is no anchor at all.
    pub fn new(
        anchors: &[Vec<u8>],
        lists: &[Vec<u8>],
        crl_grace: Duration,
    ) -> Result<Self, TrustError> {
        if anchors.is_empty() {
            return Err(TrustError::NoAnchor);
        }
        let anchors = read_anchors(anchors)?;
        let mut lists = lists
            .iter()
            .map(|der| List::read(der).ok_or(TrustError::List))
            .collect::<Result<Vec<_>, _>>()?;
        // Of two lists of one issuer the first found counts: the newest comes first.
        lists.sort_by_key(|list| std::cmp::Reverse(list.this_update));
        Ok(Self {
            anchors,
            former: Vec::new(),
            lists,
            grace: crl_grace,
        })
    }

    /// And these anchors (certificates in DER) for what was signed when they were trusted, and for nothing else.
    ///
    /// # Errors
    ///
    /// When one of them cannot be read.
    pub fn with_former(mut self, former: &[Vec<u8>]) -> Result<Self, TrustError> {
        self.former = read_anchors(former)?;
        Ok(self)
    }

    /// Whether this chain (DER, leaf first) belongs to an organisation that we believe at `now`.
    ///
    /// # Errors
    ///
    /// Names the reason for which it is refused.
    pub fn verify<D: AsRef<[u8]>>(
        &self,
        chain: &[D],
        now: Timestamp,
    ) -> Result<OrgCertificate, ChainError> {
        let (leaf, rest) = parts(chain)?;
        self.verify_path(&leaf, &rest, now)?;
        OrgCertificate::read(&leaf)
    }

    /// Whether this chain counted at a moment in the past, as far as can be told today: every certificate in its term
    /// then, under an anchor of now or of before. A list of its issuer is looked at when there is one; an authority that
    /// stopped publishes none any more. What is on a list counted until it was put there.
    ///
    /// # Errors
    ///
    /// Names the reason for which it did not count then.
    pub fn verify_past<D: AsRef<[u8]>>(
        &self,
        chain: &[D],
        then: Timestamp,
    ) -> Result<PastChain, ChainError> {
        let (leaf, rest) = parts(chain)?;
        let lists: Vec<_> = self.lists.iter().map(|list| &list.list).collect();
        let revoked = match self.path_then(&leaf, &rest, then, &lists) {
            Ok(()) => None,
            Err(webpki::Error::CertRevoked) => {
                self.path_then(&leaf, &rest, then, &[])
                    .map_err(|error| ChainError::from_webpki(&error, ChainError::NoList))?;
                let revoked = chain.iter().filter_map(|der| self.revoked_at(der.as_ref()));
                Some(revoked.min().ok_or(ChainError::Revoked)?)
            }
            Err(error) => return Err(ChainError::from_webpki(&error, ChainError::NoList)),
        };
        Ok(PastChain {
            certificate: OrgCertificate::read(&leaf)?,
            revoked,
        })
    }

    fn path_then(
        &self,
        leaf: &CertificateDer<'_>,
        rest: &[CertificateDer<'_>],
        then: Timestamp,
        lists: &[&CertRevocationList<'static>],
    ) -> Result<(), webpki::Error> {
        let revocation = RevocationOptionsBuilder::new(lists).ok().map(|options| {
            options
                .with_depth(RevocationCheckDepth::Chain)
                .with_status_policy(UnknownStatusPolicy::Allow)
                .with_expiration_policy(ExpirationPolicy::Ignore)
                .build()
        });
        let anchors: Vec<_> = self.anchors.iter().chain(&self.former).cloned().collect();
        EndEntityCert::try_from(leaf)?
            .verify_for_usage(
                CHAIN_ALGORITHMS,
                &anchors,
                rest,
                UnixTime::since_unix_epoch(Duration::from_secs(then.as_secs())),
                KeyUsage::client_auth(),
                revocation,
                None,
            )
            .map(drop)
    }

    /// When the issuer of this certificate took it back, by the lists at hand.
    fn revoked_at(&self, der: &[u8]) -> Option<Timestamp> {
        let (_, certificate) = X509Certificate::from_der(der).ok()?;
        let issuer = certificate.issuer().to_string();
        let serial = certificate.tbs_certificate.serial.to_bytes_be();
        let lists = self.lists.iter().filter(|list| list.issuer == issuer);
        let found = lists.filter_map(|list| list.list.find_serial(&serial).ok().flatten());
        let moments = found.flat_map(|found| {
            let moments = [Some(found.revocation_date), found.invalidity_date];
            moments.into_iter().flatten()
        });
        moments
            .map(|moment| Timestamp::from_secs(moment.as_secs()))
            .min()
    }

    fn verify_path(
        &self,
        leaf: &CertificateDer<'_>,
        rest: &[CertificateDer<'_>],
        now: Timestamp,
    ) -> Result<(), ChainError> {
        let usable: Vec<_> = self
            .lists
            .iter()
            .filter(|list| now < list.next_update + self.grace)
            .map(|list| &list.list)
            .collect();
        let unknown = if usable.len() < self.lists.len() {
            ChainError::StaleList
        } else {
            ChainError::NoList
        };
        let revocation = RevocationOptionsBuilder::new(&usable)
            .map_err(|_| unknown)?
            .with_depth(RevocationCheckDepth::Chain)
            .with_status_policy(UnknownStatusPolicy::Deny)
            // The term of a list is judged above, with its grace.
            .with_expiration_policy(ExpirationPolicy::Ignore)
            .build();
        EndEntityCert::try_from(leaf)
            .map_err(|_| ChainError::Malformed)?
            .verify_for_usage(
                CHAIN_ALGORITHMS,
                &self.anchors,
                rest,
                UnixTime::since_unix_epoch(Duration::from_secs(now.as_secs())),
                KeyUsage::client_auth(),
                Some(revocation),
                None,
            )
            .map(drop)
            .map_err(|error| ChainError::from_webpki(&error, unknown))
    }

    /// Revocation lists past their term: to be warned about from the first day. A list that a newer one of the same
    /// issuer replaced is not among them.
    #[must_use]
    pub fn stale_lists(&self, now: Timestamp) -> Vec<StaleList> {
        let mut seen = std::collections::BTreeSet::new();
        self.lists
            .iter()
            .filter(|list| seen.insert(&list.issuer) && list.next_update <= now)
            .map(|list| StaleList {
                issuer: list.issuer.clone(),
                since: list.next_update,
                refused_from: list.next_update + self.grace,
            })
            .collect()
    }

    /// Until when the newest revocation list of each issuer is in its term, the first that ends first.
    #[must_use]
    pub fn list_terms(&self) -> Vec<(String, Timestamp)> {
        let mut seen = std::collections::BTreeSet::new();
        let newest = self.lists.iter().filter(|list| seen.insert(&list.issuer));
        let mut terms: Vec<_> = newest
            .map(|list| (list.issuer.clone(), list.next_update))
            .collect();
        terms.sort_by_key(|(_, until)| *until);
        terms
    }

    /// SHA-256 of each revocation list in use, so that evidence can say against what it was verified.
    #[must_use]
    pub fn list_hashes(&self) -> Vec<Octets<32>> {
        self.lists.iter().map(|list| list.hash).collect()
    }
}

/// A chain that counted at a moment in the past.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PastChain {
    /// The certificate of the organisation.
    pub certificate: OrgCertificate,
    /// From when one in the chain was revoked, if any was.
    pub revoked: Option<Timestamp>,
}

impl PastChain {
    /// From when it counted no longer: the end of the certificate, or its revocation if that came first.
    #[must_use]
    pub fn ended(&self) -> Timestamp {
        let ended = self.certificate.not_after;
        self.revoked.map_or(ended, |revoked| revoked.min(ended))
    }
}

fn read_anchors(anchors: &[Vec<u8>]) -> Result<Vec<TrustAnchor<'static>>, TrustError> {
    let read = |der: &Vec<u8>| {
        let der = CertificateDer::from(der.as_slice());
        anchor_from_trusted_cert(&der)
            .map(|anchor| anchor.to_owned())
            .map_err(|_| TrustError::Anchor)
    };
    anchors.iter().map(read).collect()
}

/// Why anchors or revocation lists cannot be used. A fault in the configuration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TrustError {
    /// Nothing to trust.
    #[error("no trust anchor was configured")]
    NoAnchor,
    /// One of the anchors is not a certificate.
    #[error("a trust anchor is not a certificate in DER")]
    Anchor,
    /// One of the lists cannot be read.
    #[error("a revocation list is not a CRL in DER with a next update")]
    List,
}

/// Why a certificate chain is not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ChainError {
    /// There is no certificate.
    #[error("no certificate")]
    Empty,
    /// Not a certificate that can be read.
    #[error("certificate cannot be read")]
    Malformed,
    /// No path leads to a configured anchor.
    #[error("certificate was not issued under a configured trust anchor")]
    UnknownIssuer,
    /// Valid from a later moment.
    #[error("certificate is not valid yet")]
    NotYetValid,
    /// Its term has ended.
    #[error("certificate has expired")]
    Expired,
    /// Its issuer took it back.
    #[error("certificate was revoked")]
    Revoked,
    /// There is no revocation list of its issuer.
    #[error("no revocation list of the issuer is at hand")]
    NoList,
    /// The revocation list of its issuer is past its term and the grace.
    #[error("the revocation list of the issuer is too old")]
    StaleList,
    /// Not meant for this use: not a client certificate, or without digital signature among its key usages.
    #[error("certificate does not allow this use")]
    Usage,
    /// A key or signature algorithm that we do not accept.
    #[error("certificate has a key or signature of a kind that is not accepted")]
    Algorithm,
    /// The subject has no serialNumber with an OIN.
    #[error("certificate names no OIN")]
    NoOin,
    /// Anything else that makes the path invalid, such as a constraint.
    #[error("certificate chain is not valid")]
    Invalid,
}

impl ChainError {
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "a foreign list of some fifty errors that may grow; what has no name of its own here is `Invalid`"
    )]
    fn from_webpki(error: &webpki::Error, unknown: Self) -> Self {
        use webpki::Error as E;
        match error {
            E::CertRevoked => Self::Revoked,
            E::CertExpired { .. } => Self::Expired,
            E::CertNotValidYet { .. } => Self::NotYetValid,
            E::UnknownIssuer | E::InvalidSignatureForPublicKey => Self::UnknownIssuer,
            E::UnknownRevocationStatus => unknown,
            E::RequiredEkuNotFoundContext(_) | E::CaUsedAsEndEntity => Self::Usage,
            E::UnsupportedSignatureAlgorithmContext(_)
            | E::UnsupportedSignatureAlgorithmForPublicKeyContext(_) => Self::Algorithm,
            E::BadDer | E::BadDerTime | E::TrailingData(_) => Self::Malformed,
            _ => Self::Invalid,
        }
    }
}

/// The certificate of the organisation, and those on the way to an anchor.
fn parts<D: AsRef<[u8]>>(
    chain: &[D],
) -> Result<(CertificateDer<'_>, Vec<CertificateDer<'_>>), ChainError> {
    let (leaf, rest) = chain.split_first().ok_or(ChainError::Empty)?;
    let rest = rest.iter().map(|der| CertificateDer::from(der.as_ref()));
    Ok((CertificateDer::from(leaf.as_ref()), rest.collect()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{
        Authority, DAY, Kind, NOW, Organisation, at, authority, oin, serial_number,
    };

    fn later(days: u64) -> Timestamp {
        NOW + Duration::from_secs(days * DAY)
    }

    fn refusal(organisation: &Organisation) -> ChainError {
        let trust = authority().trust();
        trust.verify(&organisation.chain, NOW).unwrap_err()
    }

    #[test]
    fn a_certificate_tells_who_its_holder_is() {
        let organisation = authority().organisation(7);
        let certificate = authority()
            .trust()
            .verify(&organisation.chain, NOW)
            .unwrap();
        assert_eq!(certificate.oin, oin(7));
        assert_eq!(certificate.name, "Gemeente 7");
        assert_eq!(certificate.algorithm, crate::sign::OrgAlgorithm::Es256);
        assert_eq!(certificate.not_after, later(100));
    }

    #[test]
    fn chains_of_rsa_with_an_intermediate_are_accepted() {
        let root = Authority::root("RSA root", Kind::RSA_ROOT);
        let middle = root.intermediate("RSA issuing", Kind::RSA_INTERMEDIATE, 1);
        let organisation = middle
            .organisation_with(7, Kind::RSA_LEAF, |_| {})
            .behind(&[&middle]);
        let lists = [root.crl(&[], -1, 6), middle.crl(&[], -1, 6)];
        let anchors = [root.der.clone()];
        let trust = TrustStore::new(&anchors, &lists, DEFAULT_CRL_GRACE).unwrap();
        let certificate = trust.verify(&organisation.chain, NOW).unwrap();
        assert_eq!(certificate.algorithm, crate::sign::OrgAlgorithm::Ps256);

        let alone = &organisation.chain[..1];
        assert_eq!(trust.verify(alone, NOW), Err(ChainError::UnknownIssuer));
        let no_list = TrustStore::new(&anchors, &lists[1..], DEFAULT_CRL_GRACE).unwrap();
        assert_eq!(
            no_list.verify(&organisation.chain, NOW),
            Err(ChainError::NoList)
        );
        let revoked = [root.crl(&[1], -1, 6), middle.crl(&[], -1, 6)];
        let revoked = TrustStore::new(&anchors, &revoked, DEFAULT_CRL_GRACE).unwrap();
        assert_eq!(
            revoked.verify(&organisation.chain, NOW),
            Err(ChainError::Revoked)
        );
    }

    #[test]
    fn a_certificate_of_another_authority_is_refused() {
        let other = Authority::root("Other CA", Kind::P256);
        assert_eq!(refusal(&other.organisation(7)), ChainError::UnknownIssuer);
        let namesake = Authority::root("Test CA", Kind::P256);
        assert_eq!(
            refusal(&namesake.organisation(7)),
            ChainError::UnknownIssuer
        );
    }

    #[test]
    fn a_certificate_counts_within_its_term_only() {
        let early = authority().organisation_with(7, Kind::P256, |p| p.not_before = at(1));
        assert_eq!(refusal(&early), ChainError::NotYetValid);
        let late = authority().organisation_with(7, Kind::P256, |p| p.not_after = at(-1));
        assert_eq!(refusal(&late), ChainError::Expired);
    }

    #[test]
    fn a_certificate_for_another_use_is_refused() {
        let no_usage = authority().organisation_with(7, Kind::P256, |p| p.key_usages.clear());
        assert_eq!(refusal(&no_usage), ChainError::Usage);
        let agreement = authority().organisation_with(7, Kind::P256, |p| {
            p.key_usages = vec![rcgen::KeyUsagePurpose::KeyAgreement];
        });
        assert_eq!(refusal(&agreement), ChainError::Usage);
        let server = authority().organisation_with(7, Kind::P256, |p| {
            p.extended_key_usages = vec![rcgen::ExtendedKeyUsagePurpose::ServerAuth];
        });
        assert_eq!(refusal(&server), ChainError::Usage);
        let ca = authority().organisation_with(7, Kind::P256, |p| {
            p.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
        });
        assert_eq!(refusal(&ca), ChainError::Usage);
    }

    #[test]
    fn a_certificate_without_one_clear_oin_is_refused() {
        let none = authority().organisation_with(7, Kind::P256, |p| {
            p.distinguished_name.remove(serial_number());
        });
        assert_eq!(refusal(&none), ChainError::NoOin);
        let other = authority().organisation_with(7, Kind::P256, |p| {
            p.distinguished_name.remove(serial_number());
            p.distinguished_name.push(serial_number(), "12345678");
        });
        assert_eq!(refusal(&other), ChainError::NoOin);
    }

    #[test]
    fn garbage_is_refused() {
        let trust = authority().trust();
        assert_eq!(trust.verify(&[] as &[&[u8]], NOW), Err(ChainError::Empty));
        assert_eq!(trust.verify(&[b"garbage"], NOW), Err(ChainError::Malformed));
        assert_eq!(
            TrustStore::new(&[], &[], DEFAULT_CRL_GRACE).unwrap_err(),
            TrustError::NoAnchor
        );
        let garbage = || [b"garbage".to_vec()];
        assert_eq!(
            TrustStore::new(&garbage(), &[], DEFAULT_CRL_GRACE).unwrap_err(),
            TrustError::Anchor
        );
        let anchors = [authority().der.clone()];
        assert_eq!(
            TrustStore::new(&anchors, &garbage(), DEFAULT_CRL_GRACE).unwrap_err(),
            TrustError::List
        );
    }

    fn trust_with(lists: &[Vec<u8>]) -> TrustStore {
        TrustStore::new(&[authority().der.clone()], lists, DEFAULT_CRL_GRACE).unwrap()
    }

    #[test]
    fn a_revoked_certificate_is_refused() {
        let (one, other) = (authority().organisation(7), authority().organisation(8));
        let trust = trust_with(&[authority().crl(&[7], -1, 6)]);
        assert_eq!(trust.verify(&one.chain, NOW), Err(ChainError::Revoked));
        assert!(trust.verify(&other.chain, NOW).is_ok());
    }

    #[test]
    fn without_a_list_of_the_issuer_nobody_is_believed() {
        let organisation = authority().organisation(7);
        assert_eq!(
            trust_with(&[]).verify(&organisation.chain, NOW),
            Err(ChainError::NoList)
        );
        let other = Authority::root("Other CA", Kind::P256).crl(&[], -1, 6);
        assert_eq!(
            trust_with(&[other]).verify(&organisation.chain, NOW),
            Err(ChainError::NoList)
        );
    }

    #[test]
    fn a_stale_list_is_tolerated_for_its_grace_and_warned_about_from_the_first_day() {
        let organisation = authority().organisation(7);
        let trust = trust_with(&[authority().crl(&[], -1, 6)]);
        assert_eq!(trust.stale_lists(later(5)), []);
        let stale = trust.stale_lists(later(6));
        assert_eq!(
            (stale.len(), stale[0].since, stale[0].refused_from),
            (1, later(6), later(13))
        );
        assert!(trust.verify(&organisation.chain, later(12)).is_ok());
        assert_eq!(
            trust.verify(&organisation.chain, later(13)),
            Err(ChainError::StaleList)
        );
    }

    #[test]
    fn the_newest_list_of_an_issuer_counts() {
        let organisation = authority().organisation(7);
        let (old, new) = (authority().crl(&[], -5, 2), authority().crl(&[7], -1, 6));
        for lists in [[old.clone(), new.clone()], [new.clone(), old.clone()]] {
            let trust = trust_with(&lists);
            assert_eq!(
                trust.verify(&organisation.chain, NOW),
                Err(ChainError::Revoked)
            );
            assert_eq!(trust.stale_lists(later(3)), []);
        }
    }
}
