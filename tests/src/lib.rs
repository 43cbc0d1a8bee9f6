// SPDX-License-Identifier: EUPL-1.2
//! To be described by what is in it.
