// SPDX-License-Identifier: EUPL-1.2
//! The rest of a situation: for whom somebody acts, who it is, what was received, and an own record.

use std::collections::BTreeSet;

use basisnet_protocol::message::Law;
use basisnet_protocol::purpose::{PurposeId, Role};
use basisnet_protocol::time::Period;
use serde::Deserialize;

use super::form::{GROUP, Gemeente, JaNee, Moment, fact};
use crate::record::Domain;
use crate::request::{DataClass, FurtherUse, Given, Mandate, PersonFacts, RecordFacts};

/// For whom the asker acts.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Mandaat {
    van: Gemeente,
    aan: Gemeente,
    doelen: BTreeSet<PurposeId>,
    zorgvormen: BTreeSet<String>,
    vanaf: Moment,
    tot: Moment,
}

impl From<Mandaat> for Mandate {
    fn from(form: Mandaat) -> Self {
        Self {
            holder: form.aan.oin,
            member: form.van.oin,
            purposes: form.doelen,
            care_forms: form.zorgvormen,
            valid: Period {
                from: form.vanaf.0,
                until: form.tot.0,
            },
        }
    }
}

/// The person who asks.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Persoon {
    rollen: BTreeSet<Role>,
    taken: BTreeSet<PurposeId>,
}

impl From<Persoon> for PersonFacts {
    fn from(form: Persoon) -> Self {
        Self {
            roles: form.rollen,
            tasks: form.taken,
        }
    }
}

/// A registered outcome about further use.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct VerderGebruik {
    van: PurposeId,
    voor: PurposeId,
    sinds: Moment,
    tot: Option<Moment>,
}

impl From<VerderGebruik> for FurtherUse {
    fn from(form: VerderGebruik) -> Self {
        Self {
            from: form.van,
            to: form.voor,
            since: form.sinds.0,
            until: form.tot.map(|until| until.0),
        }
    }
}

/// An answer that was received.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Antwoord {
    doel: PurposeId,
    bron: Gemeente,
    groep: Kenmerk,
    tot: Moment,
}

/// Which sharing group: that of the convenant in the case, or another.
#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "snake_case")]
enum Kenmerk {
    Deze,
    Andere,
}

impl From<Antwoord> for Given {
    fn from(form: Antwoord) -> Self {
        Self {
            purpose: form.doel,
            group_id: match form.groep {
                Kenmerk::Deze => GROUP,
                Kenmerk::Andere => "een-andere-groep",
            }
            .to_owned(),
            source: form.bron.oin,
            retain_until: form.tot.0,
        }
    }
}

/// An own record.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Stuk {
    domein: Option<Domain>,
    overgedragen_aan: Option<BTreeSet<Domain>>,
    verzameld_voor: Option<PurposeId>,
    wetten: Option<BTreeSet<Law>>,
    soort_gegevens: Option<BTreeSet<DataClass>>,
    toegewezen: Option<JaNee>,
    afgeschermd: Option<JaNee>,
    beperkt: Option<JaNee>,
    geheim: Option<JaNee>,
    geheim_gewogen: Option<JaNee>,
    bewaren_tot: Option<Moment>,
}

impl From<Stuk> for RecordFacts {
    fn from(form: Stuk) -> Self {
        Self {
            domain: form.domein,
            handed_over_to: form.overgedragen_aan,
            collected_for: form.verzameld_voor,
            laws: form.wetten,
            data_classes: form.soort_gegevens,
            assigned: fact(form.toegewezen),
            shielded: fact(form.afgeschermd),
            restricted: fact(form.beperkt),
            secret: fact(form.geheim),
            secrecy_weighed: fact(form.geheim_gewogen),
            retained_until: form.bewaren_tot.map(|until| until.0),
        }
    }
}
