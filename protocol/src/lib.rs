// SPDX-License-Identifier: EUPL-1.2
//! What BasisNet nodes say to each other, without a socket, a file or a clock.
//!
//! Two gemeenten want to know of each other that they know the same aanbieder, and nothing more. This crate holds every
//! byte that passes between them for it, in the order in which they get to know each other:
//!
//! 1. **Who is there?** Organisations are named by OIN ([`id`]). A node proves for whom it speaks with an [`attestation`]:
//!    the organisation's certificate, under an anchor that we [`trust`], vouches for the node's key. Where the nodes are
//!    and whom to call there, a member says in its [`directory`] record.
//! 2. **What did we agree on?** A [`convenant`]: members, [`purpose`]s, categories, terms, limits, signed by all. What is not
//!    in a convenant in force is not said. Who takes the place of whom says a [`succession`].
//! 3. **How is it said?** As one of the closed list of [`message`]s, in the one encoding that [`wire`] knows, in an
//!    [`envelope`] that the node signs for one recipient and a short time. All signed objects have one form ([`cose`]) and
//!    a label of their own, so that no signature passes for another.
//! 4. **Who knows this aanbieder too?** [`matching`]: the asker sends blinded numbers, the source evaluates them without
//!    seeing them, and only where both have the same number does the asker recognise an entry in the source's index.
//!    The blinding hides what is asked; proofs and commitments ([`merkle`]) keep both sides honest.
//! 5. **What did you do?** Every node keeps a log that can only grow, and shows its signed head ([`checkpoint`]) to the
//!    others.
//!
//! Time ([`time`]), randomness and keys ([`sign`]) are handed in. All functions are pure, all input is hostile until it is
//! verified, and whatever is unclear is refused. Client data has no field to travel in, and [`bsn`] finds it where
//! somebody types it all the same.
//!
//! ```
//! use basisnet_protocol::id::{LegalForm, Oin};
//!
//! let oin: Oin = "00000099000000345000".parse()?;
//! assert!(oin.is_test());
//! assert!(LegalForm::Eenmanszaak.natural_person_behind().is_possible());
//! # Ok::<(), basisnet_protocol::id::NotAnOin>(())
//! ```

pub mod act;
pub mod attestation;
pub mod bsn;
pub mod checkpoint;
pub mod convenant;
pub mod cose;
pub mod directory;
pub mod envelope;
pub mod id;
pub mod line;
pub mod mandate;
pub mod matching;
pub mod merkle;
pub mod message;
pub mod octets;
pub mod personal;
pub mod purpose;
pub mod sign;
pub mod succession;
pub mod time;
pub mod trust;
pub mod wire;

#[cfg(test)]
mod testing;
