// SPDX-License-Identifier: EUPL-1.2
//! Finds citizen service numbers (BSN) where they do not belong.
//!
//! A BSN in a name, a remark or a reference would be client data, and client data never crosses nodes. So what people
//! type and import is searched for nine digits that pass the eleven-test, also when they are written in groups:
//! `123456782`, `1234.56.782`, `123 456 782`, `123-456-782`. One in eleven other numbers of nine digits passes the test
//! too; then the person who typed it is asked to write it otherwise. That is the better mistake.

use std::ops::Range;

const DIGITS: usize = 9;

/// Groups of digits belong together when no more than this stands between them.
const MAX_SEPARATORS: usize = 3;

/// Whether nine digits pass the eleven-test: weights 9 to 2 and -1, sum divisible by 11, not all zero.
#[must_use]
pub fn passes_eleven_test(digits: &[u8; DIGITS]) -> bool {
    let weights = [9, 8, 7, 6, 5, 4, 3, 2, -1_i32];
    let sum: i32 = digits
        .iter()
        .zip(weights)
        .map(|(digit, weight)| i32::from(digit.saturating_sub(b'0')) * weight)
        .sum();
    sum % 11 == 0 && digits.iter().any(|digit| *digit != b'0')
}

/// Where in a text something stands that may be a BSN: ranges of bytes, in order and apart from each other.
#[must_use]
pub fn find(text: &str) -> Vec<Range<usize>> {
    let groups = groups(text);
    let mut found: Vec<Range<usize>> = Vec::new();
    for (index, first) in groups.iter().enumerate() {
        let overlaps = found.last().is_some_and(|last| first.start < last.end);
        if overlaps {
            continue;
        }
        let following = groups.iter().skip(index);
        if let Some(place) = nine_digits(text, following) {
            found.push(place);
        }
    }
    found
}

/// Whether a text holds something that may be a BSN.
#[must_use]
pub fn occurs_in(text: &str) -> bool {
    !find(text).is_empty()
}

/// A run of digits, and whether it follows the run before closely enough to be read as one number.
struct Group {
    start: usize,
    end: usize,
    joined: bool,
}

fn groups(text: &str) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    // How many separators since the last digit; nothing when something else came between.
    let mut gap = None;
    for (place, character) in text.char_indices() {
        if character.is_ascii_digit() {
            match groups.last_mut() {
                Some(group) if gap == Some(0) => group.end = place + 1,
                _ => groups.push(Group {
                    start: place,
                    end: place + 1,
                    joined: gap.is_some_and(|gap| gap <= MAX_SEPARATORS),
                }),
            }
            gap = Some(0);
        } else if is_separator(character) {
            gap = gap.map(|gap| gap + 1);
        } else {
            gap = None;
        }
    }
    groups
}

fn is_separator(character: char) -> bool {
    character.is_whitespace() || matches!(character, '.' | '-' | '\u{2010}'..='\u{2015}')
}

/// The place of nine digits that pass the test, made of whole groups from the first on.
fn nine_digits<'a>(text: &str, groups: impl Iterator<Item = &'a Group>) -> Option<Range<usize>> {
    let mut digits = Vec::with_capacity(DIGITS);
    let mut start = None;
    for group in groups {
        if start.is_some() && !group.joined {
            return None;
        }
        let start = *start.get_or_insert(group.start);
        digits.extend_from_slice(text.get(group.start..group.end)?.as_bytes());
        if digits.len() >= DIGITS {
            let nine = <&[u8; DIGITS]>::try_from(digits.as_slice()).ok()?;
            return passes_eleven_test(nine).then_some(start..group.end);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const REAL: [&str; 4] = ["123456782", "111222333", "999990342", "999999011"];
    const OTHER: [&str; 5] = [
        "123456789",
        "123456783",
        "000000000",
        "111111111",
        "999012345",
    ];

    #[test]
    fn the_eleven_test_tells_numbers_apart() {
        for number in REAL {
            assert!(
                passes_eleven_test(number.as_bytes().try_into().unwrap()),
                "{number}"
            );
        }
        for number in OTHER {
            assert!(
                !passes_eleven_test(number.as_bytes().try_into().unwrap()),
                "{number}"
            );
        }
    }

    #[test]
    fn a_bsn_is_found_in_running_text() {
        for (text, found) in [
            ("123456782", "123456782"),
            ("cliënt 1234.56.782 belde", "1234.56.782"),
            ("BSN:123 456 782.", "123 456 782"),
            ("BSN123456782x", "123456782"),
            ("123-456-782", "123-456-782"),
            ("123 - 456 - 782", "123 - 456 - 782"),
            ("1 2 3 4 5 6 7 8 2", "1 2 3 4 5 6 7 8 2"),
            ("12\u{a0}34\u{2013}56 782", "12\u{a0}34\u{2013}56 782"),
            ("tel 06-12345678, 111222333", "111222333"),
            ("06-12345678 111222333", "111222333"),
        ] {
            let places = find(text);
            assert_eq!(places.len(), 1, "{text}");
            assert_eq!(&text[places[0].clone()], found);
        }
    }

    #[test]
    fn several_are_found_each_at_its_place() {
        let text = "123456782 en 111.222.333; niet 123456789";
        let found: Vec<_> = find(text).into_iter().map(|place| &text[place]).collect();
        assert_eq!(found, ["123456782", "111.222.333"]);
    }

    #[test]
    fn other_numbers_pass() {
        for text in [
            "",
            "geen nummers",
            "12345678",
            "1234567820",
            "0123456782",
            "000012345678",
            "00000099000000001000",
            "12345 een 6782",
            "12345/6782",
            "123456789",
            "000000000",
            "123     456782",
            "2026-11-21",
        ] {
            assert!(!occurs_in(text), "{text}");
        }
    }

    proptest! {
        #[test]
        fn a_bsn_between_words_is_always_found(
            before in "[a-z é]{0,10}[a-z:;(]",
            number in prop::sample::select(REAL.as_slice()),
            cut in 1_usize..8,
            separator in prop::sample::select(vec!["", ".", " ", "-", " - "]),
            after in "[a-z:;)][a-z é]{0,10}",
        ) {
            let text = format!("{before}{}{separator}{}{after}", &number[..cut], &number[cut..]);
            let expected = before.len()..before.len() + number.len() + separator.len();
            prop_assert_eq!(find(&text), vec![expected]);
        }

        #[test]
        fn any_text_can_be_searched(text in ".{0,60}") {
            for place in find(&text) {
                prop_assert!(text.get(place).is_some());
            }
        }
    }
}
