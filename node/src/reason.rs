// SPDX-License-Identifier: EUPL-1.2
//! What the operating system says when a file, a port or a disk does not want to, in Dutch.

use std::io::{Error, ErrorKind};

/// The usual things.
const KNOWN: [(ErrorKind, &str); 14] = [
    (ErrorKind::NotFound, "het bestand of de map bestaat niet"),
    (ErrorKind::PermissionDenied, "u hebt daar geen rechten voor"),
    (ErrorKind::AlreadyExists, "het bestaat al"),
    (
        ErrorKind::AddrInUse,
        "de poort is al in gebruik door een ander programma",
    ),
    (
        ErrorKind::AddrNotAvailable,
        "dat adres is niet van deze computer",
    ),
    (ErrorKind::StorageFull, "de schijf is vol"),
    (ErrorKind::QuotaExceeded, "uw ruimte op de schijf is op"),
    (
        ErrorKind::FileTooLarge,
        "een bestand mag hier niet zo groot worden",
    ),
    (
        ErrorKind::ReadOnlyFilesystem,
        "de schijf is alleen te lezen",
    ),
    (ErrorKind::IsADirectory, "het is een map"),
    (ErrorKind::NotADirectory, "een deel van het pad is geen map"),
    (
        ErrorKind::InvalidData,
        "het is geen tekst in UTF-8; bewaar het opnieuw als UTF-8",
    ),
    (ErrorKind::BrokenPipe, "de andere kant hield ermee op"),
    (ErrorKind::TimedOut, "het duurde te lang"),
];

/// Why, for the person who runs the node; what is not one of the usual things is told as the system tells it.
pub(crate) fn io_reason(cause: &Error) -> String {
    let known = KNOWN.iter().find(|(kind, _)| *kind == cause.kind());
    known.map_or_else(|| cause.to_string(), |(_, text)| (*text).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_system_says_is_told_in_dutch() {
        let missing = std::fs::read("/er/is/hier/niets").unwrap_err();
        assert_eq!(io_reason(&missing), "het bestand of de map bestaat niet");
        assert_eq!(
            io_reason(&std::fs::read("/").unwrap_err()),
            "het is een map"
        );
    }
}
