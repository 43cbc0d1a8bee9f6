// SPDX-License-Identifier: EUPL-1.2
//! `basisnet certificaat invoeren`: everything about a certificate is looked at before it lies where the node finds it.

use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use basisnet_protocol::time::Timestamp;
use basisnet_protocol::trust::{ChainError, OrgCertificate, TrustStore};
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject as _;
use serde_json::json;

use crate::cli::{Exit, Failure, Output};
use crate::clock::Clock;
use crate::config::Config;
use crate::doctor::chain_fault;
use crate::keys::{Credentials, keep, key_for};
use crate::trust::Trust;

pub(super) fn run(config: &Config, out: Output, file: &Path) -> Result<(), Failure> {
    let bytes = std::fs::read(file).map_err(|cause| Failure::file("het lezen", file, &cause))?;
    let chain = read_chain(&bytes).ok_or_else(|| {
        Failure::refused(format!(
            "in `{}` staat geen certificaat in PEM of DER; vraag de uitgever om het certificaat met de tussenliggende certificaten in PEM",
            file.display()
        ))
    })?;
    let trust =
        Trust::load(config).map_err(|error| Failure::new(Exit::Config, error.to_string()))?;
    let now = Clock::machine().now();
    let certificate = check(config, &chain, &trust.current(), now)?;
    let files = config.org_files();
    let key = key_for(&files, &certificate.public_key).ok_or_else(|| {
        Failure::refused(
            "de sleutel bij dit certificaat is niet op deze computer; voer het in op de computer waar u het aanvroeg, of doe een nieuwe aanvraag met `basisnet certificaat aanvragen`",
        )
    })?;
    let ends = current_end(config, &trust.current(), now);
    let path = keep(&files, key.expose(), &to_pem(&chain))
        .map_err(|error| Failure::fault(error.to_string()))?;
    let made = json!({
        "bestand": path,
        "geldigVan": certificate.not_before,
        "geldigTot": certificate.not_after,
    });
    out.show(&made, |out, _| {
        out.line("Het certificaat is in orde en ingevoerd.");
        out.line(&format!("  organisatie  {} ({})", certificate.name, certificate.oin));
        let (from, until) = (certificate.not_before.date(), certificate.not_after.date());
        out.line(&format!("  geldig       van {from} tot {until}"));
        if certificate.not_before > now {
            out.line(&format!("Het vorige blijft in gebruik tot {from}; daarna gaat de node vanzelf over."));
        } else {
            out.line("Een node die draait, neemt het binnen vijf minuten in gebruik; herstarten hoeft niet.");
        }
        if ends.is_some_and(|ends| ends >= certificate.not_after) {
            out.line("LET OP: het certificaat dat u al had, loopt langer door dan dit.");
        }
    });
    Ok(())
}

/// Everything that can be wrong with a certificate, each with its mend; what it says when nothing is.
fn check(
    config: &Config,
    chain: &[Vec<u8>],
    trust: &TrustStore,
    now: Timestamp,
) -> Result<OrgCertificate, Failure> {
    let refused = |error: &ChainError| {
        let (fault, mend) = chain_fault(error);
        Failure::refused(format!("{fault}; {mend}"))
    };
    let leaf = chain.first().ok_or_else(|| refused(&ChainError::Empty))?;
    let certificate = OrgCertificate::read(leaf).map_err(|error| refused(&error))?;
    if certificate.oin != config.organisatie.oin {
        return Err(Failure::refused(format!(
            "het certificaat is van {} ({}), en deze node is van {}; vraag een certificaat aan met het OIN van uw eigen organisatie",
            certificate.oin, certificate.name, config.organisatie.oin
        )));
    }
    // One that begins later is judged at its beginning; what is on a list now is refused all the same.
    let judged = match certificate.not_before > now {
        false => trust.verify(chain, now),
        true => match trust.verify_past(chain, certificate.not_before) {
            Ok(past) if past.revoked.is_some() => Err(ChainError::Revoked),
            Ok(past) => Ok(past.certificate),
            Err(error) => Err(error),
        },
    };
    judged.map_err(|error| refused(&error))
}

/// When the certificate ends that is in use now.
fn current_end(config: &Config, trust: &TrustStore, now: Timestamp) -> Option<Timestamp> {
    let chosen = Credentials::read(&config.org_files())
        .choose(config.organisatie.oin, trust, now)
        .ok()?;
    Some(chosen.certificate().not_after)
}

/// The certificates in a file, without the anchor that some authorities send along.
fn read_chain(bytes: &[u8]) -> Option<Vec<Vec<u8>>> {
    if bytes.first() == Some(&0x30) {
        return Some(vec![bytes.to_vec()]);
    }
    let found: Vec<Vec<u8>> = CertificateDer::pem_slice_iter(bytes)
        .map(|der| der.map(|der| der.to_vec()))
        .collect::<Result<_, _>>()
        .ok()?;
    let (leaf, rest) = found.split_first()?;
    let rest = rest.iter().filter(|der| !is_self_issued(der)).cloned();
    Some(std::iter::once(leaf.clone()).chain(rest).collect())
}

fn is_self_issued(der: &[u8]) -> bool {
    x509_parser::parse_x509_certificate(der)
        .is_ok_and(|(_, certificate)| certificate.subject() == certificate.issuer())
}

fn to_pem(chain: &[Vec<u8>]) -> String {
    let mut pem = String::new();
    for der in chain {
        pem.push_str("-----BEGIN CERTIFICATE-----\n");
        for line in STANDARD.encode(der).as_bytes().chunks(64) {
            pem.extend(line.iter().map(|byte| char::from(*byte)));
            pem.push('\n');
        }
        pem.push_str("-----END CERTIFICATE-----\n");
    }
    pem
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use basisnet_protocol::trust::DEFAULT_CRL_GRACE;
    use rcgen::{
        BasicConstraints, CertificateParams, CertificateRevocationListParams, CertifiedIssuer,
        DnType, ExtendedKeyUsagePurpose, IsCa, KeyIdMethod, KeyPair, KeyUsagePurpose,
        RevokedCertParams, SerialNumber,
    };
    use time::OffsetDateTime;

    use super::*;

    const NOW: Timestamp = Timestamp::from_secs(1_800_000_000);
    const OWN: &str = "00000099000000345000";

    fn day(days: i64) -> OffsetDateTime {
        OffsetDateTime::from_unix_timestamp(1_800_000_000 + days * 86_400).unwrap()
    }

    fn issuer() -> CertifiedIssuer<'static, KeyPair> {
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
    }

    fn trust(issuer: &CertifiedIssuer<'static, KeyPair>, revoked: &[u64]) -> TrustStore {
        let revoked = revoked.iter().map(|serial| RevokedCertParams {
            serial_number: SerialNumber::from(*serial),
            revocation_time: day(-1),
            reason_code: None,
            invalidity_date: None,
        });
        let list = CertificateRevocationListParams {
            this_update: day(-1),
            next_update: day(6),
            crl_number: SerialNumber::from(1_u64),
            issuing_distribution_point: None,
            revoked_certs: revoked.collect(),
            key_identifier_method: KeyIdMethod::Sha256,
        };
        let list = list.signed_by(issuer).unwrap().der().to_vec();
        TrustStore::new(&[issuer.der().to_vec()], &[list], DEFAULT_CRL_GRACE).unwrap()
    }

    fn certificate(
        issuer: &CertifiedIssuer<'static, KeyPair>,
        change: impl FnOnce(&mut CertificateParams),
    ) -> Vec<Vec<u8>> {
        let mut params = CertificateParams::default();
        params.serial_number = Some(SerialNumber::from(7_u64));
        params
            .distinguished_name
            .push(DnType::CustomDnType(vec![2, 5, 4, 5]), OWN);
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
        (params.not_before, params.not_after) = (day(-1), day(700));
        change(&mut params);
        let key = KeyPair::generate().unwrap();
        vec![params.signed_by(&key, issuer).unwrap().der().to_vec()]
    }

    fn config() -> Config {
        Config::parse(&Config::voorbeeld(), Path::new("/x")).unwrap()
    }

    #[test]
    fn a_certificate_in_order_may_begin_today_or_long_after_the_lists_of_today() {
        let issuer = issuer();
        let trust = trust(&issuer, &[]);
        let today = certificate(&issuer, |_| {});
        assert!(check(&config(), &today, &trust, NOW).is_ok());
        let later = certificate(&issuer, |params| params.not_before = day(60));
        let checked = check(&config(), &later, &trust, NOW).unwrap();
        assert_eq!(checked.not_before, NOW + Duration::from_secs(60 * 86_400));
    }

    #[test]
    fn everything_that_can_be_wrong_with_a_certificate_is_named_with_its_mend() {
        let issuer = issuer();
        let refused = |chain: Vec<Vec<u8>>, revoked: &[u64], word: &str| {
            let failure = check(&config(), &chain, &trust(&issuer, revoked), NOW).unwrap_err();
            assert!(failure.text.contains(word), "{}", failure.text);
            assert!(failure.text.contains("; "), "no mend in: {}", failure.text);
        };
        let with = |change: fn(&mut CertificateParams)| certificate(&issuer, change);
        refused(with(|params| params.not_after = day(-1)), &[], "verlopen");
        refused(with(|_| {}), &[7], "ingetrokken");
        refused(
            with(|params| params.not_before = day(60)),
            &[7],
            "ingetrokken",
        );
        refused(
            with(|params| params.key_usages.clear()),
            &[],
            "niet voor dit gebruik",
        );
        let serial = || DnType::CustomDnType(vec![2, 5, 4, 5]);
        let no_oin = certificate(&issuer, |params| {
            params.distinguished_name.remove(serial());
        });
        refused(no_oin, &[], "geen OIN");
        let other = certificate(&issuer, |params| {
            params.distinguished_name.remove(serial());
            let oin = "00000099000000999000";
            params.distinguished_name.push(serial(), oin);
        });
        refused(other, &[], "00000099000000999000");
        let stranger = self::issuer();
        refused(certificate(&stranger, |_| {}), &[], "stamcertificaten");
    }

    #[test]
    fn a_file_may_hold_the_anchor_too_and_may_be_in_der() {
        let issuer = issuer();
        let leaf = certificate(&issuer, |_| {});
        let with_anchor = to_pem(&leaf) + &issuer.pem();
        assert_eq!(read_chain(with_anchor.as_bytes()), Some(leaf.clone()));
        assert_eq!(read_chain(&leaf[0]), Some(leaf));
        assert_eq!(read_chain(b"geen certificaat"), None);
    }
}
