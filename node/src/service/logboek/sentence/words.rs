// SPDX-License-Identifier: EUPL-1.2
//! Small words of a sentence: lists, and as much of a hash as somebody compares.

use basisnet_protocol::purpose::Role;

/// The first digits of a hash: enough to tell documents apart on paper.
pub(super) fn short(hash: &[u8]) -> String {
    hex::encode(hash.get(..6).unwrap_or(hash))
}

pub(super) fn list<'a>(words: impl IntoIterator<Item = &'a String>) -> String {
    let words: Vec<&str> = words.into_iter().map(String::as_str).collect();
    words.join(", ")
}

pub(super) fn role_list<'a>(roles: impl IntoIterator<Item = &'a Role>) -> String {
    let roles: Vec<&str> = roles.into_iter().map(|role| role.as_str()).collect();
    match roles.as_slice() {
        [] => "geen rol".to_owned(),
        [role] => format!("de rol {role}"),
        _ => format!("de rollen {}", roles.join(", ")),
    }
}
