// SPDX-License-Identifier: EUPL-1.2
//! The sentences of the TOML parser in Dutch, for who wrote the text.

use super::Told;

/// So much of a text is shown, in characters.
const LONGEST: usize = 60;

/// The parser speaks English; its few sentences have a Dutch one each.
pub(super) fn in_dutch(message: &str, names: &[&str], field: &str, like: Option<&str>) -> Told {
    let name = names.first().copied().unwrap_or_default();
    let choices = names.get(1..).unwrap_or_default();
    if message.starts_with("unknown field") {
        let fault = format!("`{name}` is geen bekend veld");
        return Told::new(fault, one_of(choices), did_you_mean(name, choices));
    }
    if message.starts_with("unknown variant") {
        let fault = format!("`{name}` is geen bekende waarde");
        return Told::new(fault, one_of(choices), did_you_mean(name, choices));
    }
    if let Some(expected) = message.strip_prefix("hier hoort ") {
        let mend = format!("verander de waarde van `{field}`");
        return Told::new("deze waarde kan hier niet", expected, mend);
    }
    let like = like.map(|like| format!("{} zoals `{like}`", kind_of(like)));
    if message.starts_with("missing field") {
        let expected = like.unwrap_or_else(|| "een waarde".to_owned());
        return Told::new(
            format!("het veld `{name}` ontbreekt"),
            expected,
            format!("voeg `{name} = …` toe"),
        );
    }
    let kinds = message.split_once(", expected ");
    let wanted = kinds
        .and_then(|(_, wanted)| kind(wanted))
        .map(str::to_owned);
    let expected = like
        .or(wanted)
        .unwrap_or_else(|| "een waarde zoals in de andere bestanden".to_owned());
    let fault = match kinds.and_then(|(found, _)| found.split_once(": ")) {
        Some((_, found)) => format!("{} kan hier niet", found_kind(found)),
        None => "deze waarde kan hier niet".to_owned(),
    };
    Told::new(fault, expected, format!("verander de waarde van `{field}`"))
}

/// What is said of a text that is no TOML.
pub(super) fn syntax(message: &str) -> Told {
    let message = message.lines().next().unwrap_or_default();
    if message.starts_with("duplicate key") {
        return Told::new(
            "dit veld staat er twee keer",
            "elk veld een keer",
            "laat er een staan",
        );
    }
    if message.contains("recurs") {
        return Told::new(
            "deze waarde gaat te diep",
            "hooguit enkele lijsten of groepen in elkaar",
            "maak er minder lagen van",
        );
    }
    Told::new(
        "dit is niet te lezen",
        "`naam = waarde`, met tekst tussen aanhalingstekens",
        "herstel deze regel",
    )
}

/// What kind of value this is, as it is written.
fn kind_of(written: &str) -> &'static str {
    match written.chars().next() {
        Some('"') => "een tekst",
        Some('[') => "een lijst",
        Some(digit) if digit.is_ascii_digit() || digit == '-' => "een getal",
        _ => "een waarde",
    }
}

/// What a value of the parser is called in Dutch.
fn kind(expected: &str) -> Option<&'static str> {
    let first = expected.split([' ', ',']).next().unwrap_or_default();
    Some(match first {
        "u8" | "u16" | "u32" | "u64" | "usize" => "een heel getal vanaf 0",
        "i64" | "integer" => "een heel getal",
        _ if expected.contains("string") => "een tekst",
        _ if expected.contains("bool") => "true of false",
        _ if expected.contains("sequence") => "een lijst, zoals `[\"…\"]`",
        _ if expected.contains("map") || expected.contains("struct") => "een groep van velden",
        _ => return None,
    })
}

/// What stands there: which kind of value, and the value itself where the parser shows it. A text is shown as it is
/// written, so that `"90"` is not taken for `90`.
fn found_kind(found: &str) -> String {
    let shown = match found.split_once(' ') {
        Some(("string", text)) => Some(format!("de tekst `{}`", short(text))),
        Some(("integer", _)) => found
            .split('`')
            .nth(1)
            .map(|value| format!("het getal `{value}`")),
        _ => found.split('`').nth(1).map(|value| format!("`{value}`")),
    };
    let kind = match found.split(' ').next().unwrap_or_default() {
        "string" => "een tekst",
        "integer" => "een getal",
        "floating" => "een getal met een komma",
        "boolean" => "true of false",
        "sequence" => "een lijst",
        "map" => "een groep van velden",
        _ => "deze waarde",
    };
    shown.unwrap_or_else(|| kind.to_owned())
}

/// As much of a text as a reader needs to find it.
fn short(text: &str) -> String {
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}

fn one_of(choices: &[&str]) -> String {
    match choices {
        [] => "niets".to_owned(),
        [one] => format!("`{one}`"),
        many => format!("een van `{}`", many.join("`, `")),
    }
}

fn did_you_mean(name: &str, choices: &[&str]) -> String {
    let shared = |choice: &&&str| choice.chars().filter(|c| name.contains(*c)).count();
    let nearest = choices
        .iter()
        .filter(|choice| choice.chars().next() == name.chars().next())
        .max_by_key(shared);
    match nearest {
        Some(choice) => format!("bedoelde u `{choice}`?"),
        None => "haal het weg of kies een van deze".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_belongs_somewhere_is_said_in_dutch() {
        let all = [
            ("u8", Some("een heel getal vanaf 0")),
            ("u32, of zo", Some("een heel getal vanaf 0")),
            ("i64", Some("een heel getal")),
            ("integer", Some("een heel getal")),
            ("a string", Some("een tekst")),
            ("a borrowed string", Some("een tekst")),
            ("a boolean", Some("true of false")),
            ("a sequence", Some("een lijst, zoals `[\"…\"]`")),
            ("a map", Some("een groep van velden")),
            ("struct Form", Some("een groep van velden")),
            ("f64", None),
        ];
        for (english, dutch) in all {
            assert_eq!(kind(english), dutch, "{english}");
        }
    }

    #[test]
    fn a_value_is_told_by_how_it_is_written() {
        let all = [
            ("\"P03\"", "een tekst"),
            ("[1]", "een lijst"),
            ("7", "een getal"),
            ("-7", "een getal"),
            ("true", "een waarde"),
            ("", "een waarde"),
        ];
        for (written, told) in all {
            assert_eq!(kind_of(written), told, "{written}");
        }
    }

    #[test]
    fn what_stands_somewhere_is_shown_or_else_said_in_dutch() {
        let all = [
            ("string \"x\"", "de tekst `\"x\"`"),
            ("integer `3`", "het getal `3`"),
            ("boolean `true`", "`true`"),
            ("string", "een tekst"),
            ("integer", "een getal"),
            ("floating point", "een getal met een komma"),
            ("boolean", "true of false"),
            ("sequence", "een lijst"),
            ("map", "een groep van velden"),
            ("unit value", "deze waarde"),
        ];
        for (english, dutch) in all {
            assert_eq!(found_kind(english), dutch, "{english}");
        }
    }
}
