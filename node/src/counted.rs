// SPDX-License-Identifier: EUPL-1.2
//! A number with what it counts, in Dutch: `1 convenant`, `2 convenanten`. Said at one place, so that nobody reads
//! `1 convenanten`.

use std::fmt::Display;

/// A number with the word for one or for more.
pub(crate) fn counted<N>(count: N, one: &str, more: &str) -> String
where
    N: Display + PartialEq + From<u8>,
{
    let word = if count == N::from(1) { one } else { more };
    format!("{count} {word}")
}

/// So many days.
pub(crate) fn days<N>(count: N) -> String
where
    N: Display + PartialEq + From<u8>,
{
    counted(count, "dag", "dagen")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_is_one_and_none_is_as_many() {
        assert_eq!(counted(0_u32, "regel", "regels"), "0 regels");
        assert_eq!(counted(1_usize, "regel", "regels"), "1 regel");
        assert_eq!(days(1_u64), "1 dag");
        assert_eq!(days(30_u32), "30 dagen");
    }
}
