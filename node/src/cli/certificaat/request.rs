// SPDX-License-Identifier: EUPL-1.2
//! `basisnet certificaat aanvragen`: a certificate signing request, with the subject as PKIoverheid wants it.

use std::path::Path;

use rcgen::{
    CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, KeyPair, KeyUsagePurpose,
};
use serde_json::json;

use crate::cli::{Exit, Failure, Output};
use crate::config::Config;
use crate::keys::{Secret, key_to_ask_for};

pub(super) fn run(
    config: &Config,
    out: Output,
    to: &Path,
    names: Vec<String>,
) -> Result<(), Failure> {
    if to.exists() {
        return Err(Failure::refused(format!(
            "`{}` bestaat al; verplaats het bestand, of kies een andere naam met --uit",
            to.display()
        )));
    }
    let (path, key) = key_to_ask_for(&config.org_files())
        .map_err(|error| Failure::new(Exit::Config, error.to_string()))?;
    let request = request(config, &key, names)
        .map_err(|error| Failure::fault(format!("de aanvraag is niet te maken: {error}")))?;
    std::fs::write(to, request).map_err(|cause| Failure::file("het schrijven", to, &cause))?;
    let made = json!({ "aanvraag": to, "sleutel": path });
    out.show(&made, |out, _| {
        out.line(&format!("De aanvraag staat in `{}`.", to.display()));
        out.line(&format!("  organisatie  {}", config.organisatie.naam));
        out.line(&format!("  OIN          {}", config.organisatie.oin));
        out.line(&format!("  sleutel      {}", path.display()));
        out.line("Stuur de aanvraag naar uw uitgever (PKIoverheid). De sleutel blijft hier; geef die aan niemand.");
        out.line("Komt het certificaat, voer het dan in met `basisnet certificaat invoeren BESTAND`.");
    });
    Ok(())
}

fn request(config: &Config, key: &Secret<Vec<u8>>, names: Vec<String>) -> Result<String, String> {
    let text = std::str::from_utf8(key.expose()).map_err(|fault| fault.to_string())?;
    let key = KeyPair::from_pem(text).map_err(|fault| fault.to_string())?;
    let common = names.first().unwrap_or(&config.organisatie.naam).clone();
    let mut params = CertificateParams::new(names).map_err(|fault| fault.to_string())?;
    let mut subject = DistinguishedName::new();
    subject.push(DnType::CountryName, "NL");
    subject.push(DnType::OrganizationName, config.organisatie.naam.as_str());
    subject.push(
        DnType::CustomDnType(vec![2, 5, 4, 5]),
        config.organisatie.oin.as_str(),
    );
    subject.push(DnType::CommonName, common);
    params.distinguished_name = subject;
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
    params
        .serialize_request(&key)
        .and_then(|request| request.pem())
        .map_err(|fault| fault.to_string())
}

#[cfg(test)]
mod tests {
    use x509_parser::certification_request::X509CertificationRequest;
    use x509_parser::prelude::FromDer;

    use super::*;
    use crate::keys::OrgKey;

    #[test]
    fn a_request_names_the_oin_and_is_signed_with_the_key_that_stays_here() {
        let text = Config::voorbeeld();
        let config = Config::parse(&text, Path::new("/x")).unwrap();
        let key = OrgKey::generate_pem().unwrap();
        let key = Secret::new(key.expose().clone().into_bytes());
        let pem = request(&config, &key, vec!["basisnet.voorbeeld.nl".to_owned()]).unwrap();
        let (_, pem) = x509_parser::pem::parse_x509_pem(pem.as_bytes()).unwrap();
        let (_, request) = X509CertificationRequest::from_der(&pem.contents).unwrap();
        let subject = request.certification_request_info.subject.to_string();
        assert!(
            subject.contains("serialNumber=00000099000000345000"),
            "{subject}"
        );
        assert!(subject.contains("C=NL"), "{subject}");
        assert!(subject.contains("O=Gemeente Voorbeeld"), "{subject}");
        assert!(subject.contains("CN=basisnet.voorbeeld.nl"), "{subject}");
    }
}
