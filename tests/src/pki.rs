// SPDX-License-Identifier: EUPL-1.2
//! A certificate authority for tests: it issues, revokes, and keeps its lists fresh or lets them grow old.

use std::sync::Arc;
use std::time::Duration;

use basisnet_node::keys::OrgKey;
use basisnet_protocol::time::Timestamp;
use basisnet_protocol::trust::TrustStore;
use rcgen::{
    BasicConstraints, CertificateParams, CertificateRevocationList,
    CertificateRevocationListParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa,
    KeyIdMethod, KeyPair, KeyUsagePurpose, RevokedCertParams, SerialNumber,
};
use time::OffsetDateTime;

const RSA_ROOT: &str = include_str!("../keys/rsa-stam.pem");
const RSA_INTERMEDIATE: &str = include_str!("../keys/rsa-tussen.pem");
/// A key for an organisation whose authority works with RSA.
pub const RSA_LEAF: &str = include_str!("../keys/rsa-blad.pem");

const DAY: Duration = Duration::from_secs(86_400);

/// An authority with a root, and perhaps an intermediate that does the issuing.
#[derive(Debug)]
pub struct Authority {
    root: CertifiedIssuer<'static, KeyPair>,
    intermediate: Option<CertifiedIssuer<'static, KeyPair>>,
    start: Timestamp,
}

/// What an organisation gets from an authority.
#[derive(Clone, Debug)]
pub struct Issued {
    /// The private key, PKCS#8 in PEM.
    pub key: String,
    /// The certificate and what lies between it and the root, in PEM.
    pub chain: String,
    /// The number by which it can be revoked.
    pub serial: Vec<u8>,
}

impl Issued {
    /// As the program uses it.
    #[must_use]
    pub fn org_key(&self) -> OrgKey {
        OrgKey::from_pem(self.key.as_bytes(), self.chain.as_bytes())
            .expect("the authority makes pairs that belong together")
    }
}

impl Authority {
    /// Issues straight from the root, on P-256, from `start` on.
    #[must_use]
    pub fn new(start: Timestamp) -> Self {
        Self::called("Stam", start)
    }

    /// The same, under a name of its own: by that name lists of revocations are told apart.
    #[must_use]
    pub fn called(name: &str, start: Timestamp) -> Self {
        let key = KeyPair::generate().expect("randomness");
        Self {
            root: CertifiedIssuer::self_signed(authority(name, start), key).expect("root"),
            intermediate: None,
            start,
        }
    }

    /// Issues from an intermediate, with RSA throughout, as PKIoverheid does.
    #[must_use]
    pub fn rsa(start: Timestamp) -> Self {
        let root = KeyPair::from_pem(RSA_ROOT).expect("test key");
        let root = CertifiedIssuer::self_signed(authority("Stam RSA", start), root).expect("root");
        let key = KeyPair::from_pem(RSA_INTERMEDIATE).expect("test key");
        let params = authority("Tussen RSA", start);
        let intermediate = CertifiedIssuer::signed_by(params, key, &root).expect("intermediate");
        Self {
            root,
            intermediate: Some(intermediate),
            start,
        }
    }

    /// A certificate for this OIN with a new key, valid for three years.
    #[must_use]
    pub fn issue(&self, oin: &str, name: &str) -> Issued {
        self.issue_with(oin, name, KeyPair::generate().expect("randomness"), |_| ())
    }

    /// The same, for a given key, after `adjust` has had a hand in it.
    #[must_use]
    pub fn issue_with(
        &self,
        oin: &str,
        name: &str,
        key: KeyPair,
        adjust: impl FnOnce(&mut CertificateParams),
    ) -> Issued {
        let mut params = params(name, self.start, 3 * 365);
        let serial_number = DnType::CustomDnType(vec![2, 5, 4, 5]);
        params.distinguished_name.push(serial_number, oin);
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
        adjust(&mut params);
        let issuer = self.intermediate.as_ref().unwrap_or(&self.root);
        let leaf = params.signed_by(&key, issuer).expect("certificate");
        let serial = params.serial_number.as_ref().map(SerialNumber::to_bytes);
        let between = self.intermediate.as_ref().map(CertifiedIssuer::pem);
        Issued {
            key: key.serialize_pem(),
            chain: leaf.pem() + &between.unwrap_or_default(),
            serial: serial.unwrap_or_default(),
        }
    }

    /// The root, in PEM.
    #[must_use]
    pub fn anchor_pem(&self) -> String {
        self.root.pem()
    }

    /// The root, in DER.
    #[must_use]
    pub fn anchor(&self) -> Vec<u8> {
        self.root.der().to_vec()
    }

    /// The revocation lists of every issuer, fresh for a week from `now`, with these numbers on that of the leaves.
    #[must_use]
    pub fn lists(&self, now: Timestamp, revoked: &[&Issued]) -> Vec<Vec<u8>> {
        let lists = self.made_lists(now, revoked).into_iter();
        lists.map(|list| list.der().to_vec()).collect()
    }

    fn made_lists(&self, now: Timestamp, revoked: &[&Issued]) -> Vec<CertificateRevocationList> {
        let revoked = revoked.iter().map(|issued| RevokedCertParams {
            serial_number: SerialNumber::from_slice(&issued.serial),
            revocation_time: moment(now),
            reason_code: None,
            invalidity_date: None,
        });
        let revoked = revoked.collect();
        match &self.intermediate {
            None => vec![list(&self.root, now, revoked)],
            Some(intermediate) => vec![
                list(&self.root, now, Vec::new()),
                list(intermediate, now, revoked),
            ],
        }
    }

    /// The same lists, in PEM one after the other.
    #[must_use]
    pub fn lists_pem(&self, now: Timestamp, revoked: &[&Issued]) -> String {
        let lists = self.made_lists(now, revoked).into_iter();
        lists.map(|list| list.pem().expect("PEM")).collect()
    }

    /// Trust in this authority, with fresh lists on which these are revoked.
    #[must_use]
    pub fn trust(&self, now: Timestamp, revoked: &[&Issued]) -> Arc<TrustStore> {
        let lists = self.lists(now, revoked);
        let trust = TrustStore::new(&[self.anchor()], &lists, 7 * DAY);
        Arc::new(trust.expect("anchors and lists of our own making"))
    }
}

fn list(
    issuer: &CertifiedIssuer<'static, KeyPair>,
    now: Timestamp,
    revoked_certs: Vec<RevokedCertParams>,
) -> CertificateRevocationList {
    let params = CertificateRevocationListParams {
        this_update: moment(now),
        next_update: moment(now + 7 * DAY),
        crl_number: SerialNumber::from(now.as_millis()),
        issuing_distribution_point: None,
        revoked_certs,
        key_identifier_method: KeyIdMethod::Sha256,
    };
    params.signed_by(issuer).expect("list")
}

fn authority(name: &str, start: Timestamp) -> CertificateParams {
    let mut params = params(name, start, 10 * 365);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params
}

fn params(name: &str, start: Timestamp, days: u32) -> CertificateParams {
    let mut serial = [0; 16];
    // Node keys are as random as we need here.
    let random = basisnet_node::keys::NodeKey::generate().expect("randomness");
    serial.copy_from_slice(&random.public()[..16]);
    serial[0] &= 0x7f;
    serial[0] |= 1;
    let mut params = CertificateParams::default();
    params.serial_number = Some(SerialNumber::from_slice(&serial));
    params.not_before = moment(start - DAY);
    params.not_after = moment(start + days * DAY);
    params.distinguished_name.push(DnType::CommonName, name);
    params
        .distinguished_name
        .push(DnType::OrganizationName, name);
    params.use_authority_key_identifier_extension = true;
    params
}

/// A moment as certificates have it.
pub(crate) fn moment(at: Timestamp) -> OffsetDateTime {
    let seconds = i64::try_from(at.as_secs()).expect("before the year 292277026596");
    OffsetDateTime::from_unix_timestamp(seconds).expect("within the calendar")
}
