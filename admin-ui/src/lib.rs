// SPDX-License-Identifier: EUPL-1.2
//! The pages of BasisNet: view models in, HTML out.
//!
//! A page is a plain struct of values that are ready to be read, with a template of the same name. `page` renders it
//! inside a [`frame::Frame`]: bar, menu, message, foot. This crate knows no service, no store and no clock; it decides
//! nothing, and it escapes everything that it is given.
//!
//! How a page is made: a struct in a file of its own, a template in `templates`, the words in `i18n/nl.ftl` and
//! `i18n/en.ftl`, and an example in `tests/pages/gallery.rs`, by which every check on the HTML also holds for it.
//!
//! Every page works without a script. htmx and a few lines of our own only make waiting more pleasant.

pub mod aanbieder;
pub mod accessibility;
pub mod alarms;
pub mod assets;
pub mod fault;
pub mod form;
pub mod format;
pub mod frame;
pub mod i18n;
pub mod inzage;
pub mod inzage_form;
pub mod log;
pub mod notices;
pub mod requests;
pub mod search;
pub mod sign_in;

pub use frame::Frame;

/// A page could not be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RenderError;

impl std::fmt::Display for RenderError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the page could not be written")
    }
}

impl std::error::Error for RenderError {}

impl From<askama::Error> for RenderError {
    fn from(_: askama::Error) -> Self {
        Self
    }
}
