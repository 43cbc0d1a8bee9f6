// SPDX-License-Identifier: EUPL-1.2
//! Reading what a command answered, without falling over what is absent.

use serde_json::Value;

/// Parts of an answer, by JSON pointer; what is absent is null, empty text or an empty list.
pub(super) trait Answer {
    /// The part there.
    fn part(&self, path: &str) -> &Value;
    /// The text there.
    fn text(&self, path: &str) -> &str;
    /// The list there.
    fn list(&self, path: &str) -> &[Value];
}

impl Answer for Value {
    fn part(&self, path: &str) -> &Value {
        self.pointer(path).unwrap_or(&Self::Null)
    }

    fn text(&self, path: &str) -> &str {
        self.part(path).as_str().unwrap_or_default()
    }

    fn list(&self, path: &str) -> &[Value] {
        self.part(path).as_array().map_or(&[], Vec::as_slice)
    }
}
