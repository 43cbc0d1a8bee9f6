// SPDX-License-Identifier: EUPL-1.2
//! Finds telephone numbers as people in the Netherlands write them.
//!
//! Ten digits that begin with one zero (`06-12345678`, `0318 123 456`, `(020) 123 45 67`), the numbers of information
//! lines (`0800-1234`), and whatever begins with `+` or `00` and a country (`+31 (0)6 1234 5678`). The number may be
//! written in groups. A date is no part of a number, and neither is a run of digits of any other length: a case, a KVK
//! number or an OIN is no telephone number.

use std::ops::Range;

use crate::time::Date;

/// Groups of digits belong together when no more than this stands between them.
const MAX_SEPARATORS: usize = 3;
/// Digits of a number within the country, with its zero.
const NATIONAL: usize = 10;
/// Digits of a number of another country, with that of the country.
const INTERNATIONAL: std::ops::RangeInclusive<usize> = 8..=15;

/// The places of telephone numbers in a text, in order and apart from each other.
pub(super) fn find(text: &str) -> Vec<Range<usize>> {
    let groups = groups(text);
    let mut found: Vec<Range<usize>> = Vec::new();
    let mut rest = groups.as_slice();
    while let [first, after @ ..] = rest {
        let followers = number(rest);
        let Some(last) = followers.and_then(|count| rest.get(count)) else {
            rest = after;
            continue;
        };
        let plus = usize::from(first.plus);
        found.push(first.start - plus..last.end);
        rest = followers
            .and_then(|count| after.get(count..))
            .unwrap_or_default();
    }
    found
}

/// The form in which two ways to write one number are the same.
pub(super) fn same(number: &str) -> String {
    let without = number.replace("(0)", "");
    let digits: String = without.chars().filter(char::is_ascii_digit).collect();
    let abroad = without.contains('+').then_some(digits.as_str());
    match abroad.or(digits.strip_prefix("00")) {
        Some(number) => match number.strip_prefix("31") {
            Some(national) => format!("0{national}"),
            None => format!("00{number}"),
        },
        None => digits,
    }
}

/// A run of digits.
struct Group {
    start: usize,
    end: usize,
    digits: String,
    /// Follows the run before closely enough to be read as one number.
    joined: bool,
    /// A plus stands before it.
    plus: bool,
    /// It is `(0)`, which is not dialled from abroad.
    trunk: bool,
    /// It is part of a date.
    date: bool,
}

fn groups(text: &str) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    // How many separators since the last digit; nothing when something else came between.
    let mut gap = None;
    let mut before = None;
    for (place, character) in text.char_indices() {
        if character.is_ascii_digit() {
            match groups.last_mut() {
                Some(group) if gap == Some(0) => {
                    group.end = place + 1;
                    group.digits.push(character);
                }
                _ => groups.push(Group {
                    start: place,
                    end: place + 1,
                    digits: character.to_string(),
                    joined: gap.is_some_and(|gap| gap <= MAX_SEPARATORS),
                    plus: before == Some('+'),
                    trunk: false,
                    date: false,
                }),
            }
            gap = Some(0);
        } else if is_separator(character) {
            gap = gap.map(|gap| gap + 1);
        } else {
            gap = None;
        }
        before = Some(character);
    }
    for group in &mut groups {
        let around = text.get(group.start.saturating_sub(1)..group.end + 1);
        group.trunk = around == Some("(0)");
    }
    mark_dates(text, &mut groups);
    groups
}

fn is_separator(character: char) -> bool {
    character.is_whitespace()
        || matches!(
            character,
            '.' | '-' | '/' | '(' | ')' | '\u{2010}'..='\u{2015}'
        )
}

/// Three groups with one and the same mark between them that make a day: `01-02-2026`, `2026.2.1`.
fn mark_dates(text: &str, groups: &mut [Group]) {
    let mut at = 0;
    while let Some([one, two, three]) = groups.get_mut(at..at + 3) {
        let mark = text.get(one.end..two.start);
        let same = mark == text.get(two.end..three.start);
        let is_mark = same && matches!(mark, Some("-" | "." | "/"));
        if is_mark && is_day(&one.digits, &two.digits, &three.digits) {
            (one.date, two.date, three.date) = (true, true, true);
            at += 3;
        } else {
            at += 1;
        }
    }
}

fn is_day(one: &str, two: &str, three: &str) -> bool {
    let (year, day) = if one.len() == 4 {
        (one, three)
    } else {
        (three, one)
    };
    let is_year = year.len() == 4 && (year.starts_with("19") || year.starts_with("20"));
    is_year
        && format!("{year}-{two:0>2}-{day:0>2}")
            .parse::<Date>()
            .is_ok()
}

/// How many groups follow the first of them in a telephone number that begins with it; none when no number does.
fn number(groups: &[Group]) -> Option<usize> {
    let first = groups.first().filter(|first| !first.date)?;
    let abroad = first.plus || (first.digits.starts_with("00") && !first.joined);
    let mut digits = String::new();
    let mut longest = None;
    for (count, group) in groups.iter().enumerate() {
        if count > 0 && (!group.joined || group.plus || group.date) {
            break;
        }
        if abroad && count > 0 && group.trunk {
            continue;
        }
        digits.push_str(&group.digits);
        if abroad && is_abroad(first, &digits) {
            longest = Some(count);
        }
        if !abroad && is_national(&digits, group) {
            return Some(count);
        }
        if digits.len() > *INTERNATIONAL.end() + 2 {
            break;
        }
    }
    longest
}

fn is_abroad(first: &Group, digits: &str) -> bool {
    let number = if first.plus {
        digits
    } else {
        digits.strip_prefix("00").unwrap_or_default()
    };
    // From here it is exactly this long; and without a plus it takes more to be a number at all.
    let shortest = if first.plus {
        *INTERNATIONAL.start()
    } else {
        NATIONAL
    };
    let fits = match number.strip_prefix("31") {
        Some(national) => national.len() == NATIONAL - 1,
        None => (shortest..=*INTERNATIONAL.end()).contains(&number.len()),
    };
    fits && !number.starts_with('0')
}

fn is_national(digits: &str, last: &Group) -> bool {
    let line = ["0800", "0900", "0906", "0909"];
    let is_line = digits.len() == 8
        && last.digits.len() == 4
        && line.iter().any(|prefix| digits.starts_with(prefix));
    let is_number =
        digits.len() == NATIONAL && digits.starts_with('0') && !digits.starts_with("00");
    is_number || is_line
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_number_is_found_in_running_text() {
        for (text, found) in [
            ("0612345678", "0612345678"),
            ("bel 06-12345678.", "06-12345678"),
            ("tel:06 12 34 56 78;", "06 12 34 56 78"),
            ("0 6 1 2 3 4 5 6 7 8", "0 6 1 2 3 4 5 6 7 8"),
            ("0318.123.456", "0318.123.456"),
            ("(020) 123 45 67", "020) 123 45 67"),
            ("06/12345678", "06/12345678"),
            ("0800-1234", "0800-1234"),
            ("+31612345678", "+31612345678"),
            ("x+31 (0)6 1234 5678x", "+31 (0)6 1234 5678"),
            ("+31 (0) 318 - 12 34 56", "+31 (0) 318 - 12 34 56"),
            ("0031 6 12345678", "0031 6 12345678"),
            ("0031(0)612345678", "0031(0)612345678"),
            ("+32 470 12 34 56", "+32 470 12 34 56"),
            ("004915112345678", "004915112345678"),
            ("06\u{a0}12\u{2013}34 56 78", "06\u{a0}12\u{2013}34 56 78"),
            ("zaak 12 0612345678", "0612345678"),
            ("01-02-2026 06-12345678", "06-12345678"),
        ] {
            let places = find(text);
            assert_eq!(places.len(), 1, "{text}");
            assert_eq!(&text[places[0].clone()], found);
        }
    }

    #[test]
    fn two_numbers_are_two_places() {
        assert_eq!(find("06-12345678/06-87654321").len(), 2);
        assert_eq!(find("+31612345678 +31687654321").len(), 2);
    }

    #[test]
    fn other_numbers_pass() {
        for text in [
            "061234567",
            "06123456789",
            "12345678",
            "1234567890",
            "0012345",
            "2026-001234",
            "2026-0000123456",
            "01-02-2026",
            "1/2/2026 10",
            "2026.11.21 06.30",
            "31-12-2026 31-01-2027",
            "00000099000000345000",
            "000012345679",
            "+1234567",
            "3+4",
            "06 een 12345678",
            "06    12345678",
        ] {
            assert_eq!(find(text), [], "{text}");
        }
    }

    #[test]
    fn one_number_has_one_form() {
        for text in [
            "0612345678",
            "06-12 34 56 78",
            "+31 (0)6 12345678",
            "0031612345678",
        ] {
            assert_eq!(same(text), "0612345678", "{text}");
        }
        assert_eq!(same("+32 470 12 34 56"), same("0032470123456"));
        assert_ne!(same("0612345678"), same("0612345679"));
    }

    proptest! {
        #[test]
        fn a_number_between_words_is_always_found(
            before in "([a-z ]{0,10}[a-z:;(])?",
            start in prop::sample::select(vec!["0", "+31", "0031", "+31 (0)", "+31(0) "]),
            rest in "[1-9][0-9]{8}",
            cut in 1_usize..8,
            separator in prop::sample::select(vec!["", ".", " ", "-", " - ", "/", ")"]),
            after in "([a-z:;)][a-z ]{0,10})?",
        ) {
            let number = format!("{start}{}{separator}{}", &rest[..cut], &rest[cut..]);
            let text = format!("{before}{number}{after}");
            prop_assert_eq!(find(&text), vec![before.len()..before.len() + number.len()]);
        }

        #[test]
        fn a_day_is_never_a_number(day in 1_u32..29, month in 1_u32..13, year in 1990_u32..2050,
            mark in prop::sample::select(vec!["-", ".", "/"]), hour in 0_u32..24) {
            let text = format!("{day:02}{mark}{month:02}{mark}{year} {hour:02}");
            prop_assert_eq!(find(&text), vec![]);
            let text = format!("{year}{mark}{month:02}{mark}{day:02} {hour:02}");
            prop_assert_eq!(find(&text), vec![]);
        }
    }
}
