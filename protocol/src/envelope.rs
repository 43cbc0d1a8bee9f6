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
