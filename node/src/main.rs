// SPDX-License-Identifier: EUPL-1.2
//! The program.

fn main() {}
