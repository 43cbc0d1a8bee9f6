// SPDX-License-Identifier: EUPL-1.2
//! The words that the argument parser says in English, in Dutch.

use basisnet_protocol::time::NotADate;
use clap::error::{ContextKind, ContextValue, ErrorKind};

use super::{Exit, Failure};

/// The parser's own words, longest first where one contains another.
const WORDS: [(&str, &str); 11] = [
    ("Print help (see more with '--help')", "Toon deze hulp"),
    ("Print help (see a summary with '-h')", "Toon deze hulp"),
    ("Print help", "Toon deze hulp"),
    ("Usage:", "Gebruik:"),
    ("Commands:", "Opdrachten:"),
    ("Arguments:", "Gegevens:"),
    ("Options:", "Opties:"),
    ("[OPTIONS]", "[OPTIES]"),
    ("<COMMAND>", "<OPDRACHT>"),
    ("[COMMAND]", "[OPDRACHT]"),
    ("Possible values:", "Mogelijk:"),
];

/// A rendered help text, in Dutch.
pub(super) fn help(text: &str) -> String {
    let text = WORDS
        .iter()
        .fold(text.to_owned(), |text, (english, dutch)| {
            text.replace(english, dutch)
        });
    text.replace("[default: ", "[standaard: ")
        .replace("[possible values: ", "[mogelijk: ")
        .replace("[aliases: ", "[ook: ")
}

/// Why a command line was not understood, in Dutch.
pub(super) fn failure(error: &clap::Error) -> Failure {
    if error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand {
        return Failure::new(Exit::Usage, help(error.render().to_string().trim_end()));
    }
    let about = |kind| error.get(kind).map(shown).unwrap_or_default();
    let argument = about(ContextKind::InvalidArg);
    let value = about(ContextKind::InvalidValue);
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "the enum is non-exhaustive; the last arm is what a new kind gets"
    )]
    let text = match error.kind() {
        ErrorKind::InvalidSubcommand => {
            format!(
                "`{}` is geen opdracht",
                about(ContextKind::InvalidSubcommand)
            )
        }
        ErrorKind::UnknownArgument => format!("`{argument}` is hier niet bekend"),
        ErrorKind::MissingRequiredArgument => {
            format!("er ontbreekt iets: {}", choices(&argument))
        }
        ErrorKind::MissingSubcommand => {
            let known = about(ContextKind::ValidSubcommand);
            format!("er ontbreekt een opdracht; kies uit {known}")
        }
        ErrorKind::InvalidValue if value.is_empty() => {
            format!("achter `{argument}` hoort een waarde")
        }
        ErrorKind::InvalidValue => format!("`{value}` kan niet bij `{argument}`"),
        ErrorKind::ValueValidation => {
            format!("`{value}` kan niet bij `{argument}`{}", reason(error))
        }
        ErrorKind::ArgumentConflict => {
            format!(
                "`{argument}` gaat niet samen met {}",
                about(ContextKind::PriorArg)
            )
        }
        ErrorKind::TooManyValues => format!("`{value}` is een waarde te veel bij `{argument}`"),
        ErrorKind::TooFewValues | ErrorKind::WrongNumberOfValues | ErrorKind::NoEquals => {
            format!("bij `{argument}` klopt het aantal waarden niet")
        }
        _ => "de opdracht is niet te begrijpen".to_owned(),
    };
    Failure::new(
        Exit::Usage,
        format!("{text}{}", help_hint(&suggestion(error))),
    )
}

/// What is needed, with options of which one is enough put into words: `<--kvk <NUMMER>|--id <ID>>` is for parsers.
fn choices(needed: &str) -> String {
    let words = needed.split(", ").map(|one| {
        match one
            .strip_prefix('<')
            .and_then(|rest| rest.strip_suffix('>'))
        {
            Some(inside) if inside.contains('|') => inside.replace('|', " of "),
            _ => one.to_owned(),
        }
    });
    words.collect::<Vec<_>>().join(", ")
}

/// After a question no semicolon.
fn help_hint(suggestion: &str) -> String {
    let between = if suggestion.ends_with('?') { " " } else { "; " };
    format!("{suggestion}{between}`--help` toont wat kan")
}

/// What our own parser of a value said; that of a number comes with the language, and says it in English.
fn reason(error: &clap::Error) -> String {
    let Some(source) = std::error::Error::source(error) else {
        return String::new();
    };
    let text = source.to_string();
    if let Some((_, range)) = text.split_once(" is not in ")
        && let Some((least, most)) = range.split_once("..=")
    {
        return format!(": kies een getal van {least} tot en met {most}");
    }
    if source.is::<NotADate>() {
        return ": schrijf een dag als 2026-11-21".to_owned();
    }
    let of_a_number = [
        "invalid digit",
        "cannot parse integer",
        "number too",
        " is not in ",
    ];
    if of_a_number.iter().any(|words| text.contains(words)) {
        return ": hier hoort een heel getal dat past".to_owned();
    }
    format!(": {text}")
}

fn suggestion(error: &clap::Error) -> String {
    let kinds = [
        ContextKind::SuggestedSubcommand,
        ContextKind::SuggestedArg,
        ContextKind::SuggestedValue,
    ];
    if let Some(suggested) = kinds.into_iter().find_map(|kind| error.get(kind)) {
        return format!("; bedoelde u `{}`?", shown(suggested));
    }
    error
        .get(ContextKind::ValidValue)
        .map(|valid| format!("; kies uit {}", shown(valid)))
        .unwrap_or_default()
}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "the enum is non-exhaustive; the last arm writes a new kind as it is"
)]
fn shown(value: &ContextValue) -> String {
    match value {
        ContextValue::String(text) => text.clone(),
        ContextValue::Strings(texts) => texts.join(", "),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_of_which_one_is_enough_are_put_into_words() {
        let needed = "--aan <LID>, <--kvk <NUMMER>|--id <ID>>";
        assert_eq!(choices(needed), "--aan <LID>, --kvk <NUMMER> of --id <ID>");
    }

    #[test]
    fn a_number_outside_its_limits_is_answered_with_the_limits() {
        let days = clap::Arg::new("dagen")
            .long("dagen")
            .value_parser(clap::value_parser!(u32).range(1..=3660));
        let command = clap::Command::new("proef").arg(days);
        for (typed, why) in [
            ("9999", "kies een getal van 1 tot en met 3660"),
            ("0", "kies een getal van 1 tot en met 3660"),
            ("99999999999", "kies een getal van 1 tot en met 3660"),
            ("veel", "hier hoort een heel getal dat past"),
        ] {
            let tried = command
                .clone()
                .try_get_matches_from(["proef", "--dagen", typed]);
            let told = reason(&tried.unwrap_err());
            assert!(told.contains(why), "{typed}: {told}");
        }
    }

    #[test]
    fn a_question_is_not_followed_by_a_semicolon() {
        assert_eq!(
            help_hint("; bedoelde u `x`?"),
            "; bedoelde u `x`? `--help` toont wat kan"
        );
        assert_eq!(help_hint(""), "; `--help` toont wat kan");
    }
}
