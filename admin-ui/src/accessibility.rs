// SPDX-License-Identifier: EUPL-1.2
//! The statement on accessibility: what was tested, what was not, and no claim of conformity.

use crate::frame::page;

/// The statement on accessibility.
#[derive(Clone, Debug, Default)]
pub struct Accessibility {
    /// Where a reader can report a barrier.
    pub mailbox: Option<String>,
}

page!(Accessibility, AccessibilityPage, "accessibility.html");
