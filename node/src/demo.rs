// SPDX-License-Identifier: EUPL-1.2
//! `basisnet demo`: one question, five gemeenten, on one machine.

mod names;
mod place;
pub mod random;
pub mod region;
