// SPDX-License-Identifier: EUPL-1.2
//! Where a member is to be found and whom to call there: a record that the member signs and the others hold.
//!
//! ```text
//! COSE_Sign1 (see `cose`) by the key of the organisation, with its chain, at most 64 kB
//!   content type : "application/basisnet-directory-record+cbor"
//!   label        : "basisnet/directory-record/v1"
//!   payload      : the encoded [`DirectoryRecord`]
//! ```
//!
//! Of two records of one organisation the one with the higher number counts; a lower one is never accepted again.

use std::collections::BTreeSet;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_bytes::ByteBuf;

use crate::attestation::node_key_of;
use crate::bsn;
use crate::id::{GemeenteCode, Oin};
use crate::line;
use crate::matching::Buckets;
use crate::octets::Octets;
use crate::purpose::PurposeId;
use crate::sign::{
    OrgSignatureError, OrgSigned, OrgSigner, SignError, SignedKind, reread_organisation,
    sign_for_organisation, verify_organisation,
};
use crate::time::Timestamp;
use crate::trust::TrustStore;
use crate::wire::{self, DecodeError, EncodeError};

/// The largest record that is read, signature and chain included.
pub const MAX_BYTES: usize = 65_536;

/// The longest term of a record.
pub const MAX_VALIDITY: Duration = Duration::from_secs(366 * 86_400);

const LEEWAY: Duration = Duration::from_secs(120);
const MAX_NODES: usize = 8;
const MAX_ADDRESSES: usize = 8;
const MAX_CONTACTS: usize = 64;
const MAX_TEXT: usize = 200;

const KIND: SignedKind = SignedKind {
    label: "basisnet/directory-record/v1",
    content_type: "application/basisnet-directory-record+cbor",
    max_bytes: MAX_BYTES,
};

/// What an organisation says about itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DirectoryRecord {
    /// Version of the form; 1.
    pub v: u8,
    /// Who says it.
    pub oin: Oin,
    /// Its name.
    pub name: String,
    /// For a gemeente its code.
    pub gemeente: Option<GemeenteCode>,
    /// Its nodes.
    pub nodes: Vec<NodeAddress>,
    /// Whom to call.
    pub contacts: Vec<Contact>,
    /// The sizes to which it fills its sweeps and indexes this calendar year.
    pub buckets: Buckets,
    /// When it was made.
    pub issued: Timestamp,
    /// Until when it may be relied on.
    pub expires: Timestamp,
    /// Rises with every record of this organisation.
    pub seq: u64,
}

/// One node and how to reach it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NodeAddress {
    /// The bytes of its PeerId.
    pub peer_id: ByteBuf,
    /// Multiaddresses as text, such as `/dns4/basisnet.example.nl/tcp/443`.
    pub addresses: Vec<String>,
}

/// A functional contact for one purpose, or for all others: a team, never a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Contact {
    /// For which purpose; none for every purpose that has no contact of its own.
    pub purpose: Option<PurposeId>,
    /// Functional team name.
    pub team: String,
    /// Functional mailbox.
    pub mailbox: String,
    /// Functional telephone number.
    pub telephone: String,
}

/// A record that was verified, with its bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedRecord {
    /// What it says.
    pub record: DirectoryRecord,
    /// The signed bytes.
    pub bytes: Vec<u8>,
    /// SHA-256 of the certificate behind it.
    pub fingerprint: Octets<32>,
}

impl DirectoryRecord {
    /// Whom to call for this purpose: its own contact, else the general one.
    #[must_use]
    pub fn contact_for(&self, purpose: &PurposeId) -> Option<&Contact> {
        let of = |wanted: Option<&PurposeId>| {
            self.contacts
                .iter()
                .find(move |contact| contact.purpose.as_ref() == wanted)
        };
        of(Some(purpose)).or_else(|| of(None))
    }

    /// Signs this record with the key of the organisation.
    ///
    /// # Errors
    ///
    /// When nobody should accept it, or the key cannot sign now.
    pub fn sign(&self, signer: &dyn OrgSigner) -> Result<Vec<u8>, PublishError> {
        self.check()?;
        Ok(sign_for_organisation(&KIND, &wire::encode(self)?, signer)?)
    }

    /// Verifies a signed record: signature, chain, that the organisation speaks about itself, and the time.
    ///
    /// # Errors
    ///
    /// Names the first check that fails.
    pub fn verify(
        bytes: &[u8],
        trust: &TrustStore,
        now: Timestamp,
    ) -> Result<SignedRecord, RecordError> {
        let signed = verify_organisation(&KIND, bytes, trust, now)?;
        let signed = Self::read(&signed, bytes)?;
        if signed.record.issued > now + LEEWAY {
            return Err(RecordError::NotYetValid);
        }
        if signed.record.expires <= now {
            return Err(RecordError::Expired);
        }
        Ok(signed)
    }

    /// Reads a record again that was verified when it came in and kept since. The caller vouches for the place where
    /// it was kept, and looks at the age.
    ///
    /// # Errors
    ///
    /// When the bytes are not what was verified.
    pub fn reread(bytes: &[u8]) -> Result<SignedRecord, RecordError> {
        Self::read(&reread_organisation(&KIND, bytes)?, bytes)
    }

    fn read(signed: &OrgSigned<'_>, bytes: &[u8]) -> Result<SignedRecord, RecordError> {
        let record: Self = wire::decode(signed.payload, MAX_BYTES)?;
        record.check()?;
        if record.oin != signed.certificate.oin {
            return Err(RecordError::OtherOrganisation);
        }
        Ok(SignedRecord {
            record,
            bytes: bytes.to_vec(),
            fingerprint: signed.certificate.fingerprint,
        })
    }

    fn check(&self) -> Result<(), RecordFault> {
        if self.v != 1 {
            return Err(RecordFault::FormVersion(self.v));
        }
        if self.expires <= self.issued || self.expires.since(self.issued) > MAX_VALIDITY {
            return Err(RecordFault::Term);
        }
        check_text("name", &self.name)?;
        self.check_nodes()?;
        self.check_contacts()
    }

    fn check_nodes(&self) -> Result<(), RecordFault> {
        let mut seen = BTreeSet::new();
        let nodes_fit = (1..=MAX_NODES).contains(&self.nodes.len());
        let each_fits = self.nodes.iter().all(|node| {
            (1..=MAX_ADDRESSES).contains(&node.addresses.len())
                && node_key_of(&node.peer_id).is_some()
                && seen.insert(&node.peer_id)
        });
        if !nodes_fit || !each_fits {
            return Err(RecordFault::Nodes);
        }
        self.nodes
            .iter()
            .flat_map(|node| &node.addresses)
            .try_for_each(|address| {
                check_text("address", address)?;
                address
                    .starts_with('/')
                    .then_some(())
                    .ok_or(RecordFault::Nodes)
            })
    }

    fn check_contacts(&self) -> Result<(), RecordFault> {
        let mut seen = BTreeSet::new();
        if self.contacts.len() > MAX_CONTACTS
            || !self
                .contacts
                .iter()
                .all(|contact| seen.insert(&contact.purpose))
        {
            return Err(RecordFault::Contacts);
        }
        for contact in &self.contacts {
            check_text("team", &contact.team)?;
            check_text("mailbox", &contact.mailbox)?;
            check_text("telephone", &contact.telephone)?;
        }
        Ok(())
    }
}

fn check_text(field: &'static str, text: &str) -> Result<(), RecordFault> {
    let fits = line::is_plain(text, MAX_TEXT);
    // A telephone number is digits by nature, so there the test would say nothing.
    if !fits || (field != "telephone" && field != "address" && bsn::occurs_in(text)) {
        return Err(RecordFault::Text(field));
    }
    Ok(())
}

/// What is wrong with the contents of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RecordFault {
    /// The form is of another version than this program knows.
    #[error("form version `{0}` is not known")]
    FormVersion(u8),
    /// It ends before it starts, or more than a year later.
    #[error("a record is valid for at most a year")]
    Term,
    /// No nodes, too many, one twice, or with addresses that are none.
    #[error("a record names 1 to 8 nodes, each once, with 1 to 8 addresses")]
    Nodes,
    /// Too many contacts, or two for one purpose.
    #[error("a record names at most one contact per purpose")]
    Contacts,
    /// A text is empty, too long, not plain, or holds what may be a BSN.
    #[error("`{0}` is empty, too long, not plain text or holds what may be a BSN")]
    Text(&'static str),
}

/// Why the own record was not signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PublishError {
    /// Nobody would accept it.
    #[error(transparent)]
    Fault(#[from] RecordFault),
    /// It has no encoding.
    #[error(transparent)]
    Encode(#[from] EncodeError),
    /// The key cannot sign now.
    #[error(transparent)]
    Sign(#[from] SignError),
}

/// Why the record of a member is not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RecordError {
    /// Its form, its certificate or its signature.
    #[error(transparent)]
    Signature(#[from] OrgSignatureError),
    /// Well signed, but not the fields of a record.
    #[error("not the fields of a directory record")]
    Payload(#[from] DecodeError),
    /// Something in it that nobody should accept.
    #[error(transparent)]
    Fault(#[from] RecordFault),
    /// An organisation speaks about another.
    #[error("the record was signed by another organisation")]
    OtherOrganisation,
    /// Issued in the future: one of the two clocks is wrong.
    #[error("the record was issued in the future")]
    NotYetValid,
    /// Its term has ended.
    #[error("the record has expired")]
    Expired,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::attestation::peer_id_of;
    use crate::testing::{NOW, authority, oin};

    fn contact(purpose: Option<&str>) -> Contact {
        Contact {
            purpose: purpose.map(|id| id.parse().unwrap()),
            team: "Team Toezicht".into(),
            mailbox: "toezicht@example.nl".into(),
            telephone: "0318 123 456".into(),
        }
    }

    fn record() -> DirectoryRecord {
        DirectoryRecord {
            v: 1,
            buckets: Buckets::declared(300).unwrap(),
            oin: oin(7),
            name: "Gemeente 7".into(),
            gemeente: Some("0345".parse().unwrap()),
            nodes: vec![NodeAddress {
                peer_id: peer_id_of(&[1; 32]).into(),
                addresses: vec!["/dns4/basisnet.example.nl/tcp/443".into()],
            }],
            contacts: vec![contact(None), contact(Some("P01"))],
            issued: NOW,
            expires: NOW + MAX_VALIDITY,
            seq: 1,
        }
    }

    fn verified(
        record: &DirectoryRecord,
        signer: u64,
        now: Timestamp,
    ) -> Result<SignedRecord, RecordError> {
        let bytes = record.sign(&authority().organisation(signer)).unwrap();
        DirectoryRecord::verify(&bytes, &authority().trust(), now)
    }

    #[test]
    fn a_record_reads_back_as_it_was_signed() {
        let signed = verified(&record(), 7, NOW).unwrap();
        assert_eq!(signed.record, record());
        assert_eq!(DirectoryRecord::reread(&signed.bytes).unwrap(), signed);
    }

    #[test]
    fn an_organisation_speaks_about_itself_only() {
        assert_eq!(
            verified(&record(), 8, NOW),
            Err(RecordError::OtherOrganisation)
        );
    }

    #[test]
    fn a_record_counts_within_its_term() {
        let mut short = record();
        short.expires = NOW + Duration::from_secs(60);
        assert_eq!(
            verified(&short, 7, NOW + Duration::from_secs(60)),
            Err(RecordError::Expired)
        );
        let mut early = record();
        early.issued = NOW + Duration::from_secs(121);
        assert_eq!(verified(&early, 7, NOW), Err(RecordError::NotYetValid));
    }

    #[test]
    fn what_nobody_should_accept_is_not_signed() {
        let fault = |spoil: fn(&mut DirectoryRecord)| {
            let mut record = record();
            spoil(&mut record);
            record.check().unwrap_err()
        };
        assert_eq!(fault(|r| r.v = 2), RecordFault::FormVersion(2));
        assert_eq!(fault(|r| r.expires = r.issued), RecordFault::Term);
        assert_eq!(
            fault(|r| r.expires = r.issued + MAX_VALIDITY + Duration::from_secs(1)),
            RecordFault::Term
        );
        assert_eq!(fault(|r| r.nodes.clear()), RecordFault::Nodes);
        assert_eq!(
            fault(|r| r.nodes.push(r.nodes[0].clone())),
            RecordFault::Nodes
        );
        assert_eq!(
            fault(|r| r.nodes[0].peer_id = vec![1; 38].into()),
            RecordFault::Nodes
        );
        assert_eq!(
            fault(|r| r.nodes[0].addresses[0] = "http://x".into()),
            RecordFault::Nodes
        );
        assert_eq!(
            fault(|r| r.contacts.push(r.contacts[0].clone())),
            RecordFault::Contacts
        );
        assert_eq!(
            fault(|r| r.contacts[0].team = "123456782".into()),
            RecordFault::Text("team")
        );
        assert_eq!(fault(|r| r.name = String::new()), RecordFault::Text("name"));
    }

    #[test]
    fn the_contact_of_a_purpose_goes_before_the_general_one() {
        let mut record = record();
        record.contacts[0].team = "Algemeen".into();
        assert_eq!(
            record.contact_for(&"P01".parse().unwrap()).unwrap().team,
            "Team Toezicht"
        );
        assert_eq!(
            record.contact_for(&"P08".parse().unwrap()).unwrap().team,
            "Algemeen"
        );
    }

    #[test]
    fn a_changed_record_is_refused() {
        let bytes = record().sign(&authority().organisation(7)).unwrap();
        let place = bytes.windows(7).position(|w| w == b"example").unwrap();
        let mut forged = bytes;
        forged[place] = b'x';
        assert!(DirectoryRecord::verify(&forged, &authority().trust(), NOW).is_err());
    }
}
