// SPDX-License-Identifier: EUPL-1.2
//! From what the services know to what a page shows: days, moments and words.

use basisnet_admin_ui::format::{Day, Moment};
use basisnet_admin_ui::i18n::Text;
use basisnet_protocol::octets::Octets;
use basisnet_protocol::time::{Date, Timestamp};

use super::fault::WebFault;

pub(super) fn day(date: Date) -> Day {
    let (year, month, day) = date.to_calendar();
    Day { year, month, day }
}

pub(super) const fn moment(at: Timestamp) -> Moment {
    Moment(at.as_millis())
}

/// The id in a path; what cannot be one is not found.
pub(super) fn id<const N: usize>(text: &str) -> Result<Octets<N>, WebFault> {
    text.parse().map_err(|_| WebFault::not_found())
}

/// The word for a code as it is written on the wire.
pub(super) fn word(text: Text, list: &str, code: &impl serde::Serialize) -> String {
    text.term(list, &self::code(code))
}

/// A code as it is written on the wire.
pub(super) fn code(code: &impl serde::Serialize) -> String {
    match serde_json::to_value(code) {
        Ok(serde_json::Value::String(code)) => code,
        Ok(_) | Err(_) => String::new(),
    }
}

/// The code of the wire that a form brought back.
pub(super) fn from_code<T: serde::de::DeserializeOwned>(code: &str) -> Option<T> {
    serde_json::from_value(serde_json::Value::String(code.to_owned())).ok()
}
