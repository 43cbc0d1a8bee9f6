// SPDX-License-Identifier: EUPL-1.2
//! Coverage: how much of the register takes part, and why the rest does not; so that silence is never mistaken for
//! "nobody knows it".

use crate::counted::counted;
use std::collections::BTreeMap;

use basisnet_protocol::id::{LegalForm, NaturalPersonBehind};

use super::Aanbieder;

/// Why an aanbieder takes no part in matching, the first reason that applies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NoPart {
    /// Its processing is restricted.
    Restricted,
    /// There is nothing to match it by.
    NoKvk,
    /// Nobody wrote down its legal form, so a natural person may stand behind it.
    LegalFormUnknown,
    /// A natural person stands behind it, or may.
    NaturalPerson,
}

impl NoPart {
    pub(super) fn of(aanbieder: &Aanbieder) -> Option<Self> {
        if aanbieder.restricted {
            return Some(Self::Restricted);
        }
        if aanbieder.kvk.is_none() {
            return Some(Self::NoKvk);
        }
        if aanbieder.legal_form == LegalForm::Unknown {
            return Some(Self::LegalFormUnknown);
        }
        match aanbieder.natural_person_behind() {
            NaturalPersonBehind::No => None,
            NaturalPersonBehind::Yes | NaturalPersonBehind::Unknown => Some(Self::NaturalPerson),
        }
    }

    /// A stable code for programs.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Restricted => "beperkt",
            Self::NoKvk => "geen-kvk-nummer",
            Self::LegalFormUnknown => "rechtsvorm-onbekend",
            Self::NaturalPerson => "natuurlijk-persoon",
        }
    }

    /// The reason in a few words.
    #[must_use]
    pub const fn dutch(self) -> &'static str {
        match self {
            Self::Restricted => "verwerking beperkt",
            Self::NoKvk => "geen KVK-nummer",
            Self::LegalFormUnknown => "rechtsvorm onbekend",
            Self::NaturalPerson => "natuurlijk persoon",
        }
    }

    /// What somebody can do about it.
    #[must_use]
    pub const fn mend(self) -> &'static str {
        match self {
            Self::Restricted => {
                "De FG of de verwerkingsverantwoordelijke heeft de verwerking beperkt (AVG art. 18)."
            }
            Self::NoKvk => "Vul het KVK-nummer aan.",
            Self::LegalFormUnknown => {
                "Zoek de rechtsvorm op in het handelsregister en vul hem aan."
            }
            Self::NaturalPerson => {
                "Over deze aanbieder mag niet gevraagd worden, tenzij het convenant de strengere regel voor \
                 natuurlijke personen bevat."
            }
        }
    }
}

/// How much of the register takes part.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Dekking {
    /// All aanbieders.
    pub total: usize,
    /// Those that take part, where a convenant and the policy agree.
    pub takes_part: usize,
    /// The others, by reason.
    pub no_part: BTreeMap<NoPart, usize>,
}

impl Dekking {
    /// Counts a register.
    #[must_use]
    pub fn of<'a>(register: impl IntoIterator<Item = &'a Aanbieder>) -> Self {
        let mut dekking = Self::default();
        for aanbieder in register {
            dekking.total += 1;
            match aanbieder.no_part() {
                None => dekking.takes_part += 1,
                Some(reason) => *dekking.no_part.entry(reason).or_default() += 1,
            }
        }
        dekking
    }

    /// One sentence: `300 aanbieders: 212 doen mee, 61 rechtsvorm onbekend, 27 natuurlijk persoon`.
    #[must_use]
    pub fn dutch(&self) -> String {
        let total = counted(self.total, "aanbieder", "aanbieders");
        let verb = if self.takes_part == 1 { "doet" } else { "doen" };
        let rest: String = self
            .no_part
            .iter()
            .map(|(reason, count)| format!(", {count} {}", reason.dutch()))
            .collect();
        format!("{total}: {} {verb} mee{rest}", self.takes_part)
    }
}
