// SPDX-License-Identifier: EUPL-1.2
//! The program `basisnet` as a library that tests can start.

pub mod audit;
pub mod clock;
pub mod demo;
pub mod keys;
pub mod overlay;
pub mod store;
