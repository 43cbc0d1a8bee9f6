// SPDX-License-Identifier: EUPL-1.2
//! What BasisNet nodes say to each other, without a socket, a file or a clock.

pub mod attestation;
pub mod bsn;
pub mod checkpoint;
pub mod convenant;
pub mod cose;
pub mod directory;
pub mod envelope;
pub mod id;
pub mod matching;
pub mod merkle;
pub mod message;
pub mod octets;
pub mod purpose;
pub mod sign;
pub mod time;
pub mod trust;
pub mod wire;

#[cfg(test)]
mod testing;
