// SPDX-License-Identifier: EUPL-1.2
//! A text as a reader takes it in, to look through: digits of every script are the ten we count with, wide letters are
//! plain ones, and what nobody sees is left out.
//!
//! `12345６782` and `123456` with a soft hyphen before `782` read as one number, so they are one here. It knows where
//! everything stood, because what is found is told by its place in the text as somebody wrote it.

use std::ops::Range;

/// The zero of every row of ten digits that Unicode knows, apart from ours.
const ZEROS: [u32; 75] = [
    0x0660, 0x06F0, 0x07C0, 0x0966, 0x09E6, 0x0A66, 0x0AE6, 0x0B66, 0x0BE6, 0x0C66, 0x0CE6, 0x0D66,
    0x0DE6, 0x0E50, 0x0ED0, 0x0F20, 0x1040, 0x1090, 0x17E0, 0x1810, 0x1946, 0x19D0, 0x1A80, 0x1A90,
    0x1B50, 0x1BB0, 0x1C40, 0x1C50, 0xA620, 0xA8D0, 0xA900, 0xA9D0, 0xA9F0, 0xAA50, 0xABF0,
    0x104A0, 0x10D30, 0x10D40, 0x11066, 0x110F0, 0x11136, 0x111D0, 0x112F0, 0x11450, 0x114D0,
    0x11650, 0x116C0, 0x116D0, 0x116DA, 0x11730, 0x118E0, 0x11950, 0x11BF0, 0x11C50, 0x11D50,
    0x11DA0, 0x11F50, 0x16130, 0x16A60, 0x16AC0, 0x16B50, 0x16D70, 0x1CCF0, 0x1D7CE, 0x1D7D8,
    0x1D7E2, 0x1D7EC, 0x1D7F6, 0x1E140, 0x1E2F0, 0x1E4F0, 0x1E5F1, 0x1E950, 0x1FBF0, 0x2080,
];

/// The one of every row of nine that is drawn otherwise: in circles, between brackets, with a stop.
const ONES: [u32; 7] = [0x2460, 0x2474, 0x2488, 0x24F5, 0x2776, 0x2780, 0x278A];

/// What is drawn on top of another letter.
const MARKS: [(u32, u32); 2] = [(0x0300, 0x036F), (0x20D0, 0x20F0)];

/// What nobody sees.
const UNSEEN: [(u32, u32); 15] = [
    (0x00AD, 0x00AD),
    (0x061C, 0x061C),
    (0x115F, 0x1160),
    (0x17B4, 0x17B5),
    (0x180B, 0x180F),
    (0x200B, 0x200F),
    (0x202A, 0x202E),
    (0x2060, 0x206F),
    (0x3164, 0x3164),
    (0xFE00, 0xFE0F),
    (0xFEFF, 0xFEFF),
    (0xFFA0, 0xFFA0),
    (0xFFF0, 0xFFFB),
    (0x1D173, 0x1D17A),
    (0xE0000, 0xE0FFF),
];

/// A text to look through, and where each of its letters stood.
pub(super) struct Folded {
    pub(super) text: String,
    /// Of each letter: where it begins here, and its place there.
    letters: Vec<(usize, Range<usize>)>,
}

impl Folded {
    pub(super) fn of(text: &str) -> Self {
        let mut folded = Self {
            text: String::with_capacity(text.len()),
            letters: Vec::new(),
        };
        // Most texts are what they are, and then every place is its own.
        if text.is_ascii() {
            folded.text.push_str(text);
            return folded;
        }
        for (at, letter) in text.char_indices() {
            if let Some(read) = read(letter) {
                let place = at..at + letter.len_utf8();
                folded.letters.push((folded.text.len(), place));
                folded.text.push(read);
            }
        }
        folded
    }

    /// Where this stood in the text as it was written.
    pub(super) fn place(&self, found: &Range<usize>) -> Range<usize> {
        let until = |end: usize| self.letters.partition_point(|(begin, _)| *begin < end);
        let (first, after) = (until(found.start), until(found.end));
        let place = |index: usize| self.letters.get(index).map(|(_, place)| place);
        match (place(first), after.checked_sub(1).and_then(place)) {
            (Some(first), Some(last)) => first.start..last.end,
            _ => found.clone(),
        }
    }
}

/// As which letter this is read; none when nobody sees it.
fn read(letter: char) -> Option<char> {
    if letter.is_ascii() {
        return Some(letter);
    }
    if is_unseen(letter) || within(letter, &MARKS) {
        return None;
    }
    let code = u32::from(letter);
    Some(
        digit(code)
            .and_then(|digit| char::from_digit(digit, 10))
            .or_else(|| plain(code))
            .unwrap_or(letter),
    )
}

/// Whether nobody sees this letter.
pub(super) fn is_unseen(letter: char) -> bool {
    within(letter, &UNSEEN)
}

fn within(letter: char, rows: &[(u32, u32)]) -> bool {
    let code = u32::from(letter);
    rows.iter().any(|(from, to)| (*from..=*to).contains(&code))
}

/// The digit that this is, however it is drawn.
fn digit(code: u32) -> Option<u32> {
    let in_row = |first: u32, most: u32| code.checked_sub(first).filter(|number| *number < most);
    match code {
        0x24EA | 0x24FF | 0x2070 => Some(0),
        0x00B9 => Some(1),
        0x00B2 | 0x00B3 => Some(code - 0x00B0),
        0x2074..=0x2079 => Some(code - 0x2070),
        _ => ZEROS.iter().find_map(|zero| in_row(*zero, 10)).or_else(|| {
            ONES.iter()
                .find_map(|one| in_row(*one, 9))
                .map(|number| number + 1)
        }),
    }
}

/// The plain form of a wide letter, and of what looks like a mark in a number or an address.
fn plain(code: u32) -> Option<char> {
    match code {
        0xFF01..=0xFF5E => char::from_u32(code - 0xFEE0),
        0xFE6B => Some('@'),
        0xFE62 => Some('+'),
        0x2212 | 0xFE63 => Some('-'),
        0x00B7 | 0x2022 | 0x2024 | 0x2027 | 0x3002 | 0x30FB | 0xFF61 => Some('.'),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn every_row_of_digits_reads_as_ours() {
        for zero in ZEROS {
            let row: String = (zero..zero + 10).filter_map(char::from_u32).collect();
            assert_eq!(Folded::of(&row).text, "0123456789", "{zero:x}");
            let numeric = |letter: char| letter.is_numeric();
            assert!(row.chars().all(numeric), "{zero:x}: {row}");
        }
        for one in ONES {
            let row: String = (one..one + 9).filter_map(char::from_u32).collect();
            assert_eq!(Folded::of(&row).text, "123456789", "{one:x}");
        }
        assert_eq!(Folded::of("⁰¹²³⁴⁵⁶⁷⁸⁹⓪⓿").text, "012345678900");
        assert_eq!(Folded::of("ａｚ．＠﹫・−").text, "az.@@.-");
    }

    #[test]
    fn what_nobody_sees_is_left_out_and_the_rest_keeps_its_place() {
        let text = "é1\u{ad}2\u{200f}３\u{336}x";
        let folded = Folded::of(text);
        assert_eq!(folded.text, "é123x");
        let found = folded.text.find("123").unwrap();
        let place = folded.place(&(found..found + 3));
        assert_eq!(&text[place], "1\u{ad}2\u{200f}３");
        assert_eq!(folded.place(&(0..0)), 0..0);
        assert_eq!(Folded::of("plain").place(&(1..3)), 1..3);
    }

    proptest! {
        #[test]
        fn every_place_is_one_of_the_text(text in ".{0,40}") {
            let folded = Folded::of(&text);
            let ends = folded.text.char_indices().map(|(at, letter)| at..at + letter.len_utf8());
            for place in ends {
                prop_assert!(text.get(folded.place(&place)).is_some());
            }
        }
    }
}
