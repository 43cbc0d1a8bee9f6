// SPDX-License-Identifier: EUPL-1.2
//! Reads a password: from standard input, from the environment, or typed without being shown.

use std::io::{BufRead as _, IsTerminal as _};

use zeroize::Zeroize as _;

use super::{Exit, Failure};
use crate::keys::Secret;

/// The environment variable; for scripts, since it shows in no list of processes.
pub(super) const VARIABLE: &str = "BASISNET_WACHTWOORD";

/// Asks for a password; a new one twice.
pub(super) fn read(prompt: &str, from_stdin: bool, new: bool) -> Result<Secret<String>, Failure> {
    if from_stdin {
        return first_line();
    }
    if let Ok(password) = std::env::var(VARIABLE) {
        return Ok(Secret::new(password));
    }
    if !std::io::stdin().is_terminal() {
        return Err(Failure::new(
            Exit::Usage,
            format!(
                "er is geen wachtwoord; zet het in {VARIABLE}, of geef het door met --wachtwoord-stdin"
            ),
        ));
    }
    let typed = typed(prompt)?;
    if new {
        let again = self::typed("Nog een keer")?;
        if again.expose() != typed.expose() {
            return Err(Failure::new(
                Exit::Usage,
                "de twee wachtwoorden zijn niet gelijk; begin opnieuw",
            ));
        }
    }
    Ok(typed)
}

fn typed(prompt: &str) -> Result<Secret<String>, Failure> {
    rpassword::prompt_password(format!("{prompt}: "))
        .map(Secret::new)
        .map_err(|cause| Failure::fault(format!("het wachtwoord is niet te lezen: {cause}")))
}

fn first_line() -> Result<Secret<String>, Failure> {
    let mut line = String::new();
    std::io::stdin()
        .lock()
        .read_line(&mut line)
        .map_err(|cause| Failure::fault(format!("het wachtwoord is niet te lezen: {cause}")))?;
    let password = line.trim_end_matches(['\r', '\n']).to_owned();
    line.zeroize();
    Ok(Secret::new(password))
}
