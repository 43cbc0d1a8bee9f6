// SPDX-License-Identifier: EUPL-1.2
//! A line of text that people wrote and others will read: what is shown of it is what it says.

/// Whether this letter hides, turns the letters after it around, or is no letter at all.
#[must_use]
pub fn hides(letter: char) -> bool {
    let unseen = ('\u{200b}'..='\u{200f}').contains(&letter)
        || ('\u{202a}'..='\u{202e}').contains(&letter)
        || ('\u{2028}'..='\u{2029}').contains(&letter)
        || ('\u{2060}'..='\u{206f}').contains(&letter);
    letter.is_control() || unseen || letter == '\u{feff}'
}

/// Whether this is a line of text, of at most so many characters, in which nothing hides.
#[must_use]
pub fn is_plain(text: &str, max_chars: usize) -> bool {
    !text.trim().is_empty() && text.chars().count() <= max_chars && !text.contains(hides)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shown_of_a_line_is_what_it_says() {
        assert!(is_plain("Regio Foodvalley, 's-Graveland é", 40));
        for hidden in [
            "a\u{202e}b",
            "a\u{200b}",
            "a\nb",
            "\u{feff}a",
            " ",
            "",
            "a\u{2028}b",
        ] {
            assert!(!is_plain(hidden, 40), "{hidden:?}");
        }
        assert!(is_plain("éé", 2) && !is_plain("ééé", 2));
    }
}
