// SPDX-License-Identifier: EUPL-1.2
//! The words that the argument parser says in English, in Dutch.

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
        ErrorKind::MissingRequiredArgument => format!("er ontbreekt iets: {argument}"),
        ErrorKind::MissingSubcommand => "er ontbreekt een opdracht".to_owned(),
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
        format!("{text}{}{}", suggestion(error), "; `--help` toont wat kan"),
    )
}

/// What our own parser of a value said.
fn reason(error: &clap::Error) -> String {
    std::error::Error::source(error)
        .map(|source| format!(": {source}"))
        .unwrap_or_default()
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
