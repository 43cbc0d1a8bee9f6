// SPDX-License-Identifier: EUPL-1.2
//! What a message travels in: signed by the sending node, for one recipient, for a short time.
//!
//! ```text
//! COSE_Sign1 (see `cose`)
//!   headers : algorithm EdDSA (-8); content type "application/basisnet-<kind>+cbor"
//!   label   : "basisnet <kind> v1"
//!   payload : [ sender OIN, text; recipient OIN, text; message id, 16 bytes;
//!               issued, milliseconds; expires, milliseconds; the encoded message, bytes ]
//! ```
//!
//! The signature is verified before the payload is looked into. That an envelope is opened only once is the work of
//! the node, which keeps the id of every message until it has expired; so a lifetime is bounded.

use std::time::Duration;

use sha2::{Digest, Sha256};

use crate::cose::{self, CoseError, Headers, Sign1};
use crate::id::Oin;
use crate::message::Message;
use crate::octets::Octets;
use crate::sign::{EDDSA, NodeSigner, verify_node};
use crate::time::Timestamp;
use crate::wire::{self, DecodeError, EncodeError, Item};

/// The longest an envelope may be valid, and so the longest that the id of a message is kept.
pub const MAX_LIFETIME: Duration = Duration::from_secs(3_600);

/// How long an envelope is valid when there is no reason for another term.
pub const LIFETIME: Duration = Duration::from_secs(300);

/// How far the clock of the sender may run ahead of ours. The end of a term knows no leeway.
pub const LEEWAY: Duration = Duration::from_secs(120);

/// What an envelope takes beside its message, at most.
pub const OVERHEAD: usize = 512;

/// The largest envelope there is: that of an index.
pub const MAX_BYTES: usize = 720_896 + OVERHEAD;

/// Who says it to whom, and when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header {
    /// The organisation that says it.
    pub sender: Oin,
    /// The organisation it is said to.
    pub recipient: Oin,
    /// 16 random bytes: the name of this message, never used again.
    pub message_id: Octets<16>,
    /// When it was sealed.
    pub issued: Timestamp,
    /// From when it is waste paper.
    pub expires: Timestamp,
}

/// An envelope that was opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opened<M> {
    /// Who said it to whom, and when.
    pub header: Header,
    /// What was said.
    pub message: M,
    /// SHA-256 of the encoded message; an answer names it as `req_hash`.
    pub hash: Octets<32>,
}

/// SHA-256 of the encoded message, as the opener will compute it.
///
/// # Errors
///
/// When the message has no encoding.
pub fn message_hash<M: Message>(message: &M) -> Result<Octets<32>, EncodeError> {
    Ok(hash(&wire::encode(message)?))
}

fn hash(body: &[u8]) -> Octets<32> {
    Octets(Sha256::digest(body).into())
}

fn label(kind: &str) -> String {
    format!("basisnet {kind} v1")
}

fn content_type(kind: &str) -> String {
    format!("application/basisnet-{kind}+cbor")
}

/// Signs a message for its recipient.
///
/// Dangerous, because what is sealed can leave: the caller has to know that it was decided and recorded. Only the
/// outbox calls this.
///
/// # Errors
///
/// When the message has no encoding or is larger than its kind may be.
pub fn dangerous_seal<M: Message>(
    message: &M,
    header: Header,
    signer: &dyn NodeSigner,
) -> Result<Vec<u8>, SealError> {
    let body = wire::encode(message)?;
    if body.len() > M::MAX_BYTES {
        return Err(SealError::TooLarge {
            limit: M::MAX_BYTES,
        });
    }
    let payload = Item::Array(vec![
        Item::Text(header.sender.as_str()),
        Item::Text(header.recipient.as_str()),
        Item::Bytes(header.message_id.as_bytes()),
        Item::Unsigned(header.issued.as_millis()),
        Item::Unsigned(header.expires.as_millis()),
        Item::Bytes(&body),
    ])
    .encode();
    let protected = Headers {
        algorithm: EDDSA,
        content_type: &content_type(M::KIND),
        chain: Vec::new(),
    }
    .encode();
    let signature = signer.sign(&cose::to_be_signed(&protected, &label(M::KIND), &payload));
    Ok(cose::assemble(&protected, &payload, &signature))
}

/// Which kind of message an envelope says it holds; not verified, only for choosing how to open it.
///
/// # Errors
///
/// When it is too large or not an envelope.
pub fn peek_kind(bytes: &[u8]) -> Result<String, CoseError> {
    let object = Sign1::parse(bytes, MAX_BYTES)?;
    object
        .headers
        .content_type
        .strip_prefix("application/basisnet-")
        .and_then(|rest| rest.strip_suffix("+cbor"))
        .map(str::to_owned)
        .ok_or(CoseError::Headers)
}

/// Opens an envelope that a known node of `expected_sender` sent to us.
///
/// In this order: size, form, kind, signature, then the header, then the message.
///
/// # Errors
///
/// Names the first check that fails. Nothing of the message is known then.
pub fn open<M: Message>(
    bytes: &[u8],
    sender_key: &[u8; 32],
    me: Oin,
    expected_sender: Oin,
    now: Timestamp,
) -> Result<Opened<M>, OpenError> {
    let object = Sign1::parse(bytes, M::MAX_BYTES.saturating_add(OVERHEAD))?;
    if object.headers.content_type != content_type(M::KIND)
        || object.headers.algorithm != EDDSA
        || !object.headers.chain.is_empty()
    {
        return Err(OpenError::OtherKind);
    }
    let signed = object.to_be_signed(&label(M::KIND));
    if !verify_node(sender_key, &signed, object.signature) {
        return Err(OpenError::WrongSignature(expected_sender));
    }
    let (header, body) = read(object.payload).ok_or(OpenError::Header)?;
    if header.sender != expected_sender {
        return Err(OpenError::OtherSender(header.sender));
    }
    if header.recipient != me {
        return Err(OpenError::OtherRecipient(header.recipient));
    }
    check_time(&header, now)?;
    Ok(Opened {
        header,
        message: wire::decode(body, M::MAX_BYTES)?,
        hash: hash(body),
    })
}

fn check_time(header: &Header, now: Timestamp) -> Result<(), OpenError> {
    if header.expires.since(header.issued) > MAX_LIFETIME {
        return Err(OpenError::TooLong);
    }
    if header.issued > now + LEEWAY {
        return Err(OpenError::NotYet);
    }
    if header.expires <= now {
        return Err(OpenError::Expired);
    }
    Ok(())
}

fn read(payload: &[u8]) -> Option<(Header, &[u8])> {
    let Item::Array(parts) = Item::parse(payload, payload.len()).ok()? else {
        return None;
    };
    let [sender, recipient, message_id, issued, expires, body] = parts.as_slice() else {
        return None;
    };
    let header = Header {
        sender: sender.text()?.parse().ok()?,
        recipient: recipient.text()?.parse().ok()?,
        message_id: Octets::from_slice(message_id.bytes()?)?,
        issued: Timestamp::from_millis(issued.unsigned()?),
        expires: Timestamp::from_millis(expires.unsigned()?),
    };
    Some((header, body.bytes()?))
}

/// Why a message was not sealed. A fault of our own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// It has no encoding.
    #[error("message cannot be encoded")]
    Encode(#[from] EncodeError),
    /// No receiver would read it.
    #[error("message is larger than `{limit}` bytes")]
    TooLarge {
        /// The limit of its kind.
        limit: usize,
    },
}

/// Why an envelope from another node stayed closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    /// Not a well-formed envelope; most often a node running another version.
    #[error("malformed envelope")]
    Malformed(#[from] CoseError),
    /// It holds another kind of message than was expected here.
    #[error("envelope holds another kind of message")]
    OtherKind,
    /// Someone else signed this, or it was changed on the way. Never retry; it belongs in the audit log.
    #[error("signature does not belong to the node of `{0}`")]
    WrongSignature(Oin),
    /// Well signed, but not the header of an envelope.
    #[error("malformed header")]
    Header,
    /// The node speaks for another organisation than the one it names.
    #[error("envelope names `{0}` as its sender")]
    OtherSender(Oin),
    /// It was meant for someone else.
    #[error("envelope is addressed to `{0}`")]
    OtherRecipient(Oin),
    /// Sealed in the future: one of the two clocks is wrong.
    #[error("envelope was issued in the future")]
    NotYet,
    /// Its time is over.
    #[error("envelope has expired")]
    Expired,
    /// Valid for longer than any may be.
    #[error("envelope is valid for too long")]
    TooLong,
    /// The message inside is not what its kind says.
    #[error("malformed message")]
    Message(#[from] DecodeError),
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "sealing is what is tested here")]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::message::{EvalRequest, Head, IndexRequest, ManifestRequest};
    use crate::purpose::PurposeId;
    use crate::testing::{NOW, Node, oin};

    fn header() -> Header {
        Header {
            sender: oin(1),
            recipient: oin(2),
            message_id: Octets([5; 16]),
            issued: NOW,
            expires: NOW + LIFETIME,
        }
    }

    fn message() -> IndexRequest {
        IndexRequest {
            v: 1,
            ctx: Octets([9; 32]),
            have_seq: 3,
        }
    }

    fn sealed(change: impl FnOnce(&mut Header)) -> Vec<u8> {
        let mut header = header();
        change(&mut header);
        dangerous_seal(&message(), header, &Node::new(1)).unwrap()
    }

    fn opened(bytes: &[u8], now: Timestamp) -> Result<Opened<IndexRequest>, OpenError> {
        open(bytes, &Node::new(1).public_key(), oin(2), oin(1), now)
    }

    #[test]
    fn what_was_sealed_is_opened() {
        let opened = opened(&sealed(|_| {}), NOW).unwrap();
        assert_eq!((opened.header, opened.message), (header(), message()));
        assert_eq!(opened.hash, message_hash(&message()).unwrap());
        assert_eq!(peek_kind(&sealed(|_| {})).unwrap(), "index-request");
    }

    #[test]
    fn only_the_recipient_opens_it() {
        let bytes = sealed(|header| header.recipient = oin(3));
        assert_eq!(opened(&bytes, NOW), Err(OpenError::OtherRecipient(oin(3))));
    }

    #[test]
    fn a_node_speaks_for_its_own_organisation_only() {
        let bytes = sealed(|header| header.sender = oin(3));
        assert_eq!(opened(&bytes, NOW), Err(OpenError::OtherSender(oin(3))));
    }

    #[test]
    fn the_signature_of_another_node_does_not_count() {
        let bytes = dangerous_seal(&message(), header(), &Node::new(2)).unwrap();
        assert_eq!(opened(&bytes, NOW), Err(OpenError::WrongSignature(oin(1))));
    }

    #[test]
    fn it_is_opened_within_its_time_with_leeway_at_the_start_only() {
        let issued = |ahead| {
            sealed(|header| {
                header.issued = NOW + Duration::from_secs(ahead);
                header.expires = header.issued + LIFETIME;
            })
        };
        assert!(opened(&issued(120), NOW).is_ok());
        assert_eq!(opened(&issued(121), NOW), Err(OpenError::NotYet));
        let bytes = sealed(|_| {});
        assert!(opened(&bytes, NOW + Duration::from_millis(299_999)).is_ok());
        assert_eq!(opened(&bytes, NOW + LIFETIME), Err(OpenError::Expired));
        let bytes = sealed(|header| header.expires = NOW + MAX_LIFETIME + Duration::from_millis(1));
        assert_eq!(opened(&bytes, NOW), Err(OpenError::TooLong));
        let bytes = sealed(|header| header.expires = NOW.sub_one());
        assert_eq!(opened(&bytes, NOW), Err(OpenError::Expired));
    }

    impl Timestamp {
        fn sub_one(self) -> Self {
            Self::from_millis(self.as_millis() - 1)
        }
    }

    #[test]
    fn an_envelope_of_one_kind_never_passes_for_another() {
        let key = Node::new(1).public_key();
        let refused = open::<Head>(&sealed(|_| {}), &key, oin(2), oin(1), NOW);
        assert_eq!(refused, Err(OpenError::OtherKind));
        // Even with the content type of another kind, the label in the signature tells.
        let honest = sealed(|_| {});
        let object = Sign1::parse(&honest, MAX_BYTES).unwrap();
        let content_type = content_type(Head::KIND);
        let protected = Headers {
            algorithm: EDDSA,
            content_type: &content_type,
            chain: vec![],
        }
        .encode();
        let signature = Node::new(1).sign(&cose::to_be_signed(
            &protected,
            &label("index-request"),
            object.payload,
        ));
        let bytes = cose::assemble(&protected, object.payload, &signature);
        let refused = open::<Head>(&bytes, &key, oin(2), oin(1), NOW);
        assert_eq!(refused, Err(OpenError::WrongSignature(oin(1))));
    }

    #[test]
    fn a_message_above_the_limit_of_its_kind_is_neither_sealed_nor_read() {
        let large = ManifestRequest {
            v: 1,
            group_id: "x".repeat(1_024),
            purpose_id: PurposeId::matching(),
            epoch: 1,
        };
        let limit = ManifestRequest::MAX_BYTES;
        assert_eq!(
            dangerous_seal(&large, header(), &Node::new(1)),
            Err(SealError::TooLarge { limit })
        );
        let bytes = vec![0xd2; IndexRequest::MAX_BYTES + OVERHEAD + 1];
        assert!(matches!(opened(&bytes, NOW), Err(OpenError::Malformed(_))));
    }

    #[test]
    fn the_overhead_is_enough_for_the_longest_header() {
        let bytes = sealed(|header| header.expires = Timestamp::from_millis(u64::MAX));
        let body = wire::encode(&message()).unwrap();
        assert!(
            bytes.len() - body.len() + 20 < OVERHEAD,
            "{}",
            bytes.len() - body.len()
        );
    }

    #[test]
    fn a_message_that_is_not_its_kind_stays_closed() {
        let honest = sealed(|_| {});
        let object = Sign1::parse(&honest, MAX_BYTES).unwrap();
        let Item::Array(mut parts) = Item::parse(object.payload, MAX_BYTES).unwrap() else {
            panic!()
        };
        parts[5] = Item::Bytes(&[0xa0]);
        let payload = Item::Array(parts).encode();
        let content_type = content_type("index-request");
        let protected = Headers {
            algorithm: EDDSA,
            content_type: &content_type,
            chain: vec![],
        }
        .encode();
        let signature = Node::new(1).sign(&cose::to_be_signed(
            &protected,
            &label("index-request"),
            &payload,
        ));
        let bytes = cose::assemble(&protected, &payload, &signature);
        assert_eq!(
            opened(&bytes, NOW),
            Err(OpenError::Message(DecodeError::Shape))
        );
    }

    proptest! {
        #[test]
        fn open_after_seal_is_the_same_message(
            ctx in any::<[u8; 32]>(), id in any::<[u8; 16]>(), batch_no in any::<u16>(),
            elements in prop::collection::vec(any::<u8>(), 0..2_000), from in 1_u64..9_999, to in 1_u64..9_999, key in any::<u8>()
        ) {
            let message = EvalRequest {
                v: 1, ctx: Octets(ctx), sweep_id: Octets(id), batch_no, batch_count: batch_no,
                elements: elements.into(), set_commit_hash: Octets(ctx), seed_commit: Octets(ctx),
            };
            let header = Header { sender: oin(from), recipient: oin(to), message_id: Octets(id), ..header() };
            let node = Node::new(key);
            let bytes = dangerous_seal(&message, header, &node).unwrap();
            let opened = open::<EvalRequest>(&bytes, &node.public_key(), oin(to), oin(from), NOW).unwrap();
            prop_assert_eq!(opened.header, header);
            prop_assert_eq!(opened.message, message);
        }
    }

    #[test]
    fn every_bit_that_is_turned_closes_it() {
        let bytes = sealed(|_| {});
        for bit in 0..bytes.len() * 8 {
            let mut changed = bytes.clone();
            changed[bit / 8] ^= 1 << (bit % 8);
            assert!(opened(&changed, NOW).is_err(), "bit {bit}");
        }
    }
}
