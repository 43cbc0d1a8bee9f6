// SPDX-License-Identifier: EUPL-1.2
//! Where a reader may be sent: to a page of this node and nowhere else.

use axum::response::Redirect;

/// The path, when it is one of ours; else the start. A form cannot send somebody to another site.
pub(super) fn own(path: &str) -> &str {
    let plain = |c: char| c.is_ascii_alphanumeric() || "/-_?=".contains(c);
    if path.starts_with('/')
        && !path.starts_with("//")
        && path.len() <= 200
        && path.chars().all(plain)
    {
        path
    } else {
        "/"
    }
}

/// To a page of ours, by GET.
pub(super) fn to(path: &str) -> Redirect {
    Redirect::to(own(path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_sent_to_another_site() {
        assert_eq!(own("/inzage/0a0b"), "/inzage/0a0b");
        for path in [
            "https://elders.example",
            "//elders.example",
            "/\\elders",
            "javascript:x",
            "",
            "/a\r\nb",
            "/%2f",
        ] {
            assert_eq!(own(path), "/", "{path}");
        }
    }
}
