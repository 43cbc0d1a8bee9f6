// SPDX-License-Identifier: EUPL-1.2
//! What is kept of an aanbieder.

use basisnet_protocol::id::{
    AgbCode, KvkNummer, LegalForm, NaturalPersonBehind, Rsin, Vestigingsnummer,
};
use basisnet_protocol::octets::Octets;
use basisnet_protocol::time::Timestamp;
use serde::{Deserialize, Serialize};

use super::dekking::NoPart;
use crate::store::{IndexTerm, Record, RetentionClass};

/// The id of an aanbieder in this node; random, and never told to a peer.
pub type AanbiederId = Octets<16>;

/// A care provider as the own gemeente knows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Aanbieder {
    /// The id in this node.
    pub id: AanbiederId,
    /// What people call it; never leaves the node.
    pub naam: String,
    /// In the trade register; by this number aanbieders are matched.
    pub kvk: Option<KvkNummer>,
    /// Its establishments in the trade register.
    pub vestigingen: Vec<Vestigingsnummer>,
    /// In the AGB register.
    pub agb: Vec<AgbCode>,
    /// As a legal person.
    pub rsin: Option<Rsin>,
    /// Its legal form, which decides whether a natural person stands behind it.
    pub legal_form: LegalForm,
    /// Whether the processing is restricted (AVG art. 18).
    pub restricted: bool,
    /// When it was added.
    pub created: Timestamp,
}

impl Aanbieder {
    /// Whether a natural person stands behind it; not known counts as yes.
    #[must_use]
    pub const fn natural_person_behind(&self) -> NaturalPersonBehind {
        self.legal_form.natural_person_behind()
    }

    /// Why it takes no part in matching, as far as that lies with the aanbieder itself. The convenant and the
    /// policy have their say after this.
    #[must_use]
    pub fn no_part(&self) -> Option<NoPart> {
        NoPart::of(self)
    }

    /// Whether it says the same as another, its id and history apart.
    #[must_use]
    pub fn says_the_same(&self, other: &Self) -> bool {
        (&self.naam, self.kvk, self.rsin, self.legal_form)
            == (&other.naam, other.kvk, other.rsin, other.legal_form)
            && self.vestigingen == other.vestigingen
            && self.agb == other.agb
    }
}

impl Record for Aanbieder {
    const COLLECTION: &'static str = "aanbieder";
    const RETENTION: RetentionClass = RetentionClass::Standing;

    fn index_terms(&self) -> Vec<IndexTerm> {
        let kvk = self
            .kvk
            .iter()
            .map(|kvk| IndexTerm::new("kvk", kvk.as_str()));
        let agb = self
            .agb
            .iter()
            .map(|agb| IndexTerm::new("agb", agb.as_str()));
        kvk.chain(agb).collect()
    }
}
