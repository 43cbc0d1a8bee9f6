// SPDX-License-Identifier: EUPL-1.2
//! The program `basisnet` as a library that tests can start.

pub mod api;
pub mod audit;
pub mod cli;
pub mod clock;
pub mod config;
pub mod demo;
pub mod inbox;
pub mod keys;
pub mod outbox;
pub mod overlay;
pub mod scheduler;
pub mod service;
pub mod store;
pub mod telemetry;
pub mod web;
