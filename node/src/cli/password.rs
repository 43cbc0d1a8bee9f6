// SPDX-License-Identifier: EUPL-1.2
//! Reads a password: from standard input, from the environment, or typed without being shown.

use std::io::{BufRead as _, IsTerminal as _};

use zeroize::Zeroize as _;

use super::{Exit, Failure};
use crate::keys::Secret;

/// The environment variable; for scripts, since it shows in no list of processes.
pub(super) const VARIABLE: &str = "BASISNET_WACHTWOORD";

/// The same for the password that somebody has, where a new one is asked as well.
const VARIABLE_CURRENT: &str = "BASISNET_HUIDIG_WACHTWOORD";

/// Asks for a password; a new one twice.
pub(super) fn read(prompt: &str, from_stdin: bool, new: bool) -> Result<Secret<String>, Failure> {
    if let Some(given) = given(VARIABLE, from_stdin)? {
        return Ok(given);
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

/// Asks for the password that somebody has, before [`read`] asks for a new one. On standard input it is the first line.
pub(super) fn read_current(from_stdin: bool) -> Result<Secret<String>, Failure> {
    match given(VARIABLE_CURRENT, from_stdin)? {
        Some(given) => Ok(given),
        None => typed("Huidig wachtwoord"),
    }
}

/// The password that a script hands over; nothing, when there is a person to ask.
fn given(variable: &str, from_stdin: bool) -> Result<Option<Secret<String>>, Failure> {
    if from_stdin {
        return next_line().map(Some);
    }
    if let Ok(password) = std::env::var(variable) {
        return Ok(Some(Secret::new(password)));
    }
    if std::io::stdin().is_terminal() {
        return Ok(None);
    }
    Err(Failure::new(
        Exit::Usage,
        format!(
            "er is geen wachtwoord; zet het in {variable}, of geef het door met --wachtwoord-stdin"
        ),
    ))
}

fn typed(prompt: &str) -> Result<Secret<String>, Failure> {
    rpassword::prompt_password(format!("{prompt}: "))
        .map(Secret::new)
        .map_err(|cause| Failure::fault(format!("het wachtwoord is niet te lezen: {cause}")))
}

fn next_line() -> Result<Secret<String>, Failure> {
    let mut line = String::new();
    std::io::stdin()
        .lock()
        .read_line(&mut line)
        .map_err(|cause| Failure::fault(format!("het wachtwoord is niet te lezen: {cause}")))?;
    let password = line.trim_end_matches(['\r', '\n']).to_owned();
    line.zeroize();
    Ok(Secret::new(password))
}
