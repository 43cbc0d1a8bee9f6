// SPDX-License-Identifier: EUPL-1.2
//! Letters to a newcomer: one idea each, at most a hundred lines, read from top to bottom.
//!
//! Start with `one_match.rs`, then `one_decision.rs`, `verify_log.rs` and `two_nodes.rs`. Each says at its top how to run
//! it and what it prints; the tests hold it to that. In `regio` lie the configurations, the convenant and the data
//! of the demonstration.
