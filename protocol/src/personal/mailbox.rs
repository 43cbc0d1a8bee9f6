// SPDX-License-Identifier: EUPL-1.2
//! Finds e-mail addresses: something, an at sign, and a name with a dot in it.

use std::ops::Range;

/// The places of e-mail addresses in a text, in order and apart from each other.
pub(super) fn find(text: &str) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    for (at, mark) in signs(text) {
        let (Some(before), Some(after)) = (text.get(..at), text.get(at..)) else {
            continue;
        };
        let (Some(start), Some(end)) = (local_part(before), domain(after.get(mark..))) else {
            continue;
        };
        let end = at + mark + end;
        match found.last_mut() {
            // Two at signs in a row of names: one place.
            Some(last) if last.end > start => last.end = end,
            _ => found.push(start..end),
        }
    }
    found
}

/// The form in which two ways to write one address are the same.
pub(super) fn same(address: &str) -> String {
    let kept = address.chars().filter(|c| !c.is_whitespace());
    let mut address = kept.collect::<String>().to_lowercase();
    for sign in WRITTEN {
        address = address.replace(sign, "@");
    }
    address
}

/// How people write the sign where they would rather not be found by a machine.
const WRITTEN: [&str; 3] = ["(at)", "[at]", "{at}"];

/// Where the at signs stand, and how long each is.
fn signs(text: &str) -> Vec<(usize, usize)> {
    let lower = text.to_ascii_lowercase();
    let written = WRITTEN.iter().flat_map(|sign| lower.match_indices(sign));
    let all = text.match_indices('@').chain(written);
    let mut all: Vec<_> = all.map(|(at, sign)| (at, sign.len())).collect();
    all.sort_unstable();
    all
}

fn is_local(character: char) -> bool {
    character.is_alphanumeric() || "._%+-'!#$&*/=?^`{|}~".contains(character)
}

/// Where the part before the at sign begins; a space may stand between them.
fn local_part(before: &str) -> Option<usize> {
    let name = before.strip_suffix(' ').unwrap_or(before);
    let length: usize = name
        .chars()
        .rev()
        .take_while(|c| is_local(*c))
        .map(char::len_utf8)
        .sum();
    (length > 0).then_some(name.len() - length)
}

/// How long the part after the at sign is: labels with dots between them, the last of two letters or more.
fn domain(after: Option<&str>) -> Option<usize> {
    let after = after?;
    let name = after.strip_prefix(' ').unwrap_or(after);
    let space = after.len() - name.len();
    let in_domain = |c: &char| c.is_alphanumeric() || matches!(c, '-' | '.');
    let length: usize = name.chars().take_while(in_domain).map(char::len_utf8).sum();
    let whole = name.get(..length)?.trim_end_matches(['.', '-']);
    let (host, top) = whole.rsplit_once('.')?;
    let is_top = top.chars().count() >= 2 && top.chars().any(char::is_alphabetic);
    let is_host = host.chars().any(char::is_alphanumeric);
    (is_top && is_host).then_some(space + whole.len())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn an_address_is_found_in_running_text() {
        for (text, found) in [
            ("jan@voorbeeld.nl", "jan@voorbeeld.nl"),
            (
                "mail:Jan.de-Vries+wmo@zorg.voorbeeld.nl.",
                "Jan.de-Vries+wmo@zorg.voorbeeld.nl",
            ),
            ("<rené@voorbeeld.nl>", "rené@voorbeeld.nl"),
            ("jan @ voorbeeld.nl", "jan @ voorbeeld.nl"),
            ("(o'neill@voorbeeld.co.uk)", "o'neill@voorbeeld.co.uk"),
            ("jan(at)voorbeeld.nl", "jan(at)voorbeeld.nl"),
            ("jan [At] voorbeeld.nl", "jan [At] voorbeeld.nl"),
            ("x@xn--80ak6aa92e.xn--p1ai", "x@xn--80ak6aa92e.xn--p1ai"),
        ] {
            let places = find(text);
            assert_eq!(places.len(), 1, "{text}");
            assert_eq!(&text[places[0].clone()], found);
        }
    }

    #[test]
    fn two_addresses_are_two_places() {
        assert_eq!(find("a@voorbeeld.nl;b@voorbeeld.nl").len(), 2);
    }

    #[test]
    fn an_at_sign_alone_is_no_address() {
        for text in [
            "@",
            "a@",
            "@b.nl",
            "a@b",
            "3 @ 2.50",
            "a@.nl",
            "a@b.",
            "a  @ b.nl",
        ] {
            assert_eq!(find(text), [], "{text}");
        }
    }

    proptest! {
        #[test]
        fn an_address_between_words_is_always_found(
            before in "[a-z ]{0,10}[ :;(<,]",
            address in "[a-zA-Z0-9][a-zA-Z0-9._-]{0,9}@[a-z0-9]{1,9}(\\.[a-z0-9]{1,9}){0,2}\\.[a-z]{2,6}",
            after in "([ ;)>,][a-z ]{0,10})?",
        ) {
            let text = format!("{before}{address}{after}");
            prop_assert_eq!(find(&text), vec![before.len()..before.len() + address.len()]);
        }
    }
}
