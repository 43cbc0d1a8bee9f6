// SPDX-License-Identifier: EUPL-1.2
//! Slips of the pen in TOML that a person wrote, the configuration or the terms of a convenant: on which line, and
//! what was meant.

/// The text without the mark that some editors put before it.
pub(crate) fn without_mark(text: &str) -> &str {
    text.strip_prefix('\u{feff}').unwrap_or(text)
}

/// On which line the text stops being TOML, and what stands there. The parser says why in English, and that a
/// quotation mark or bracket is missing in nearly every case.
pub(crate) fn not_toml(text: &str, error: &toml::de::Error) -> (usize, String) {
    let line = line_of(text, error.span().map_or(0, |span| span.start));
    let written = text.lines().nth(line - 1).unwrap_or_default().trim();
    let shown: String = written.chars().take(60).collect();
    let twice = error.message().contains("duplicate");
    let told = match (shown.as_str(), twice) {
        ("", _) => "hier houdt het bestand op voordat alles is afgesloten; zet er het aanhalingsteken of haakje bij \
                    dat ontbreekt"
            .to_owned(),
        (shown, true) => format!("`{shown}` staat er al; haal een van beide weg"),
        (shown, false) => format!(
            "`{shown}` is geen geldige TOML; schrijf het als sleutel = \"waarde\" of [onderdeel], en kijk of er geen \
             aanhalingsteken of haakje ontbreekt"
        ),
    };
    (line, told)
}

/// The line of this byte, from 1.
pub(super) fn line_of(text: &str, offset: usize) -> usize {
    text.bytes()
        .take(offset)
        .filter(|byte| *byte == b'\n')
        .count()
        + 1
}

/// `; bedoelde u …?` when something known looks like it.
pub(crate) fn did_you_mean(word: &str, known: &[&str], quote: char) -> String {
    known
        .iter()
        .map(|candidate| (strsim::damerau_levenshtein(word, candidate), candidate))
        .filter(|(distance, candidate)| *distance <= 1 + candidate.len() / 4)
        .min()
        .map_or_else(
            || format!("; bekend zijn {}", known.join(", ")),
            |(_, candidate)| format!("; bedoelde u {quote}{candidate}{quote}?"),
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> (usize, String) {
        not_toml(text, &text.parse::<toml::Table>().unwrap_err())
    }

    #[test]
    fn a_slip_is_shown_with_its_line_and_no_word_of_english() {
        let (line, text) = told("een = 1\ntwee = \"half\ndrie = 3\n");
        assert_eq!(line, 2);
        assert!(
            text.starts_with("`twee = \"half` is geen geldige TOML"),
            "{text}"
        );
        let (line, text) = told("een = 1\neen = 2\n");
        assert_eq!(
            (line, text.as_str()),
            (2, "`een = 2` staat er al; haal een van beide weg")
        );
        let (line, text) = told("lijst = [\n1,\n");
        assert!(
            text.contains("afgesloten") || text.contains("haakje"),
            "{line} {text}"
        );
    }
}
