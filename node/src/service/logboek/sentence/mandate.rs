// SPDX-License-Identifier: EUPL-1.2
//! Acting for another, in words.

use basisnet_protocol::id::Oin;
use basisnet_protocol::purpose::PurposeId;

use super::Names;
use super::words::short;
use crate::audit::{Hash, MandateDeed};

/// What the own organisation did with a mandate.
pub(super) fn signed(who: &str, mandate: &Hash, deed: MandateDeed) -> String {
    let done = match deed {
        MandateDeed::Give => "gegeven",
        MandateDeed::Accept => "aanvaard",
        MandateDeed::Withdraw => "ingetrokken",
    };
    format!("{who} heeft mandaat {} {done}.", short(&mandate.0))
}

/// What a member handed on.
pub(super) fn received(who: &str, mandate: &Hash, acts: u32) -> String {
    let mandate = short(&mandate.0);
    format!("{who} heeft mandaat {mandate} doorgegeven, met {acts} nieuwe ondertekening(en).")
}

/// What another did in the name of the own organisation.
pub(super) fn used(names: &impl Names, asker: Oin, source: Oin, purpose: &PurposeId) -> String {
    format!(
        "{} heeft namens de eigen organisatie {} om inzage gevraagd onder doel {purpose}.",
        names.member(asker),
        names.member(source)
    )
}

/// That a member asks, perhaps for another.
pub(super) fn asks(
    names: &impl Names,
    peer: Oin,
    member: Option<Oin>,
    purpose: &PurposeId,
) -> String {
    let (peer, behalf) = (names.member(peer), namens(names, member));
    format!("{peer} vraagt{behalf} om inzage onder doel {purpose}.")
}

/// For which member something was asked under a mandate; nothing for who asks for itself.
pub(super) fn namens(names: &impl Names, member: Option<Oin>) -> String {
    member.map_or_else(String::new, |oin| format!(" namens {}", names.member(oin)))
}
