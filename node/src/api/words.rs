// SPDX-License-Identifier: EUPL-1.2
//! Words of the door that more than one resource uses, so that one thing reads the same wherever it is sent.

use basisnet_protocol::message::{ContractRole, LabelLetter, Law, Variant};

/// Under which law.
pub(super) const fn law(law: Law) -> &'static str {
    match law {
        Law::Wmo => "wmo",
        Law::Jeugdwet => "jeugdwet",
    }
}

/// How performance is paid.
pub(super) const fn variant(variant: Variant) -> &'static str {
    match variant {
        Variant::Inspanningsgericht => "inspanningsgericht",
        Variant::Outputgericht => "outputgericht",
        Variant::Taakgericht => "taakgericht",
    }
}

/// In which place somebody delivers.
pub(super) const fn role(role: ContractRole) -> &'static str {
    match role {
        ContractRole::Main => "hoofdaannemer",
        ContractRole::Sub => "onderaannemer",
    }
}

/// The letter of a label.
pub(super) const fn letter(letter: LabelLetter) -> &'static str {
    match letter {
        LabelLetter::A => "A",
        LabelLetter::B => "B",
        LabelLetter::C => "C",
        LabelLetter::D => "D",
        LabelLetter::F => "F",
    }
}
