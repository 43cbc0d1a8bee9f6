// SPDX-License-Identifier: EUPL-1.2
//! The one form of everything that is signed: COSE_Sign1 (RFC 9052, section 4.2), and only as much of it as we use.
//!
//! ```text
//! object    = 0xd2 (tag 18), then the array [protected, {}, payload, signature]
//! protected = byte string with the map { 1: algorithm, 3: content type, ? 33: certificate chain }
//! signed    = the array ["Signature1", protected, label, payload]
//! ```
//!
//! All parts are deterministic CBOR (see [`crate::wire`]). The unprotected map is always empty, the payload is always
//! present. The chain (RFC 9360, leaf first) is one byte string for one certificate and an array for more. The label
//! is the external data: a text per kind of object, so that a signature for one can never pass for another.

use crate::wire::{DecodeError, Item};

/// Tag 18, the mark of a COSE_Sign1.
const SIGN1: u8 = 0xd2;
const ALGORITHM: i64 = 1;
const CONTENT_TYPE: i64 = 3;
const X5CHAIN: i64 = 33;

/// More certificates than this are no path to any anchor we know.
pub const MAX_CHAIN: usize = 6;

/// What the signer says about its signature, itself signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Headers<'a> {
    /// The algorithm, by its number in the COSE register.
    pub algorithm: i64,
    /// What the payload is, as a media type.
    pub content_type: &'a str,
    /// Certificates in DER, leaf first; empty where the key is known otherwise.
    pub chain: Vec<&'a [u8]>,
}

impl Headers<'_> {
    /// The bytes that are signed as `protected`.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut pairs = vec![
            (Item::int(ALGORITHM), Item::int(self.algorithm)),
            (Item::int(CONTENT_TYPE), Item::Text(self.content_type)),
        ];
        match self.chain.as_slice() {
            [] => {}
            [leaf] => pairs.push((Item::int(X5CHAIN), Item::Bytes(leaf))),
            chain => {
                let chain = chain.iter().map(|der| Item::Bytes(der)).collect();
                pairs.push((Item::int(X5CHAIN), Item::Array(chain)));
            }
        }
        Item::Map(pairs).encode()
    }

    fn read<'a>(protected: &'a [u8]) -> Result<Headers<'a>, CoseError> {
        let map = Item::parse(protected, protected.len())?;
        let chain = match map.field(X5CHAIN) {
            None => Vec::new(),
            Some(chain) => read_chain(chain).ok_or(CoseError::Headers)?,
        };
        let expected = if chain.is_empty() { 2 } else { 3 };
        let headers = Headers {
            algorithm: algorithm(map.field(ALGORITHM)).ok_or(CoseError::Headers)?,
            content_type: map
                .field(CONTENT_TYPE)
                .and_then(Item::text)
                .ok_or(CoseError::Headers)?,
            chain,
        };
        // A header that we do not know may change the meaning of one that we do.
        if map.len() == expected {
            Ok(headers)
        } else {
            Err(CoseError::Headers)
        }
    }
}

fn algorithm(item: Option<&Item<'_>>) -> Option<i64> {
    match item? {
        Item::Negative(number) => i64::try_from(*number).ok()?.checked_neg()?.checked_sub(1),
        Item::Unsigned(number) => i64::try_from(*number).ok(),
        Item::Bytes(_)
        | Item::Text(_)
        | Item::Array(_)
        | Item::Map(_)
        | Item::Bool(_)
        | Item::Null => None,
    }
}

fn read_chain<'a>(item: &Item<'a>) -> Option<Vec<&'a [u8]>> {
    match item {
        Item::Bytes(leaf) => Some(vec![leaf]),
        Item::Array(chain) if (2..=MAX_CHAIN).contains(&chain.len()) => {
            chain.iter().map(Item::bytes).collect()
        }
        Item::Array(_)
        | Item::Unsigned(_)
        | Item::Negative(_)
        | Item::Text(_)
        | Item::Map(_)
        | Item::Bool(_)
        | Item::Null => None,
    }
}

/// A signed object, taken apart and not yet believed.
#[derive(Clone, Debug)]
pub struct Sign1<'a> {
    /// The headers as they were signed.
    protected: &'a [u8],
    /// What they say.
    pub headers: Headers<'a>,
    /// What was signed; not to be looked into before [`Sign1::to_be_signed`] was verified.
    pub payload: &'a [u8],
    /// The signature.
    pub signature: &'a [u8],
}

impl<'a> Sign1<'a> {
    /// Takes an object of at most `max_bytes` apart.
    ///
    /// # Errors
    ///
    /// When it is too large, not deterministic CBOR, or not a COSE_Sign1 in the form described above.
    pub fn parse(bytes: &'a [u8], max_bytes: usize) -> Result<Self, CoseError> {
        if bytes.len() > max_bytes {
            return Err(DecodeError::TooLarge { limit: max_bytes }.into());
        }
        let (mark, body) = bytes.split_first().ok_or(DecodeError::Truncated)?;
        if *mark != SIGN1 {
            return Err(CoseError::NotSign1);
        }
        let Item::Array(parts) = Item::parse(body, max_bytes)? else {
            return Err(CoseError::NotSign1);
        };
        let [
            Item::Bytes(protected),
            Item::Map(unprotected),
            Item::Bytes(payload),
            Item::Bytes(signature),
        ] = parts.as_slice()
        else {
            return Err(CoseError::NotSign1);
        };
        if !unprotected.is_empty() {
            return Err(CoseError::Headers);
        }
        Ok(Self {
            protected,
            headers: Headers::read(protected)?,
            payload,
            signature,
        })
    }

    /// The bytes over which the signature was made, for this label.
    #[must_use]
    pub fn to_be_signed(&self, label: &str) -> Vec<u8> {
        to_be_signed(self.protected, label, self.payload)
    }
}

/// The bytes to sign: the structure `Signature1` of RFC 9052, section 4.4.
#[must_use]
pub fn to_be_signed(protected: &[u8], label: &str, payload: &[u8]) -> Vec<u8> {
    Item::Array(vec![
        Item::Text("Signature1"),
        Item::Bytes(protected),
        Item::Bytes(label.as_bytes()),
        Item::Bytes(payload),
    ])
    .encode()
}

/// Puts a signed object together.
#[must_use]
pub fn assemble(protected: &[u8], payload: &[u8], signature: &[u8]) -> Vec<u8> {
    let body = Item::Array(vec![
        Item::Bytes(protected),
        Item::Map(Vec::new()),
        Item::Bytes(payload),
        Item::Bytes(signature),
    ])
    .encode();
    [&[SIGN1], body.as_slice()].concat()
}

/// Why bytes are not a signed object of our form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CoseError {
    /// Too large, or not the one encoding of anything.
    #[error(transparent)]
    Cbor(#[from] DecodeError),
    /// Deterministic CBOR, but not a COSE_Sign1.
    #[error("not a signed object")]
    NotSign1,
    /// A header is missing, unknown or of the wrong kind.
    #[error("headers of the signed object are missing, unknown or wrong")]
    Headers,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn object(headers: &Headers<'_>) -> Vec<u8> {
        assemble(&headers.encode(), b"payload", b"signature")
    }

    #[test]
    fn an_object_comes_apart_as_it_was_put_together() {
        for chain in [
            vec![],
            vec![b"leaf".as_slice()],
            vec![b"leaf".as_slice(), b"ca"],
        ] {
            let headers = Headers {
                algorithm: -7,
                content_type: "application/x",
                chain,
            };
            let bytes = object(&headers);
            let parts = Sign1::parse(&bytes, 200).unwrap();
            assert_eq!(parts.headers, headers);
            assert_eq!(
                (parts.payload, parts.signature),
                (b"payload".as_slice(), b"signature".as_slice())
            );
        }
    }

    #[test]
    fn the_signed_bytes_are_those_of_rfc_9052() {
        let bytes = to_be_signed(&[0xa0], "label", b"p");
        assert_eq!(
            hex::encode(bytes),
            "846a5369676e61747572653141a0456c6162656c4170"
        );
    }

    #[test]
    fn other_forms_of_signed_objects_are_refused() {
        let refused = |hex: &str| Sign1::parse(&hex::decode(hex).unwrap(), 200).unwrap_err();
        assert_eq!(refused("8443a10126a04100f6"), CoseError::NotSign1, "no tag");
        assert_eq!(
            refused("d28443a10126a0f64100"),
            CoseError::NotSign1,
            "detached payload"
        );
        assert_eq!(
            refused("d28343a10126a04100"),
            CoseError::NotSign1,
            "three parts"
        );
        assert_eq!(
            refused("d28443a10126a041004100"),
            CoseError::Headers,
            "no content type"
        );
        assert_eq!(
            refused(
                "d28446a101260361 78a104410041004100"
                    .replace(' ', "")
                    .as_str()
            ),
            CoseError::Headers,
            "unprotected header"
        );
        assert_eq!(
            refused("d28449a30126036178044100a041004100"),
            CoseError::Headers,
            "unknown header"
        );
        assert_eq!(refused("d2"), CoseError::Cbor(DecodeError::Truncated));
        assert!(Sign1::parse(&hex::decode("d28446a10126036178a041004100").unwrap(), 200).is_err());
        assert!(Sign1::parse(&hex::decode("d28446a20126036178a041004100").unwrap(), 200).is_ok());
    }

    #[test]
    fn an_object_above_its_limit_is_refused_unread() {
        let headers = Headers {
            algorithm: -8,
            content_type: "application/x",
            chain: vec![],
        };
        let bytes = object(&headers);
        assert_eq!(
            Sign1::parse(&bytes, bytes.len() - 1).unwrap_err(),
            CoseError::Cbor(DecodeError::TooLarge {
                limit: bytes.len() - 1
            })
        );
    }
}
