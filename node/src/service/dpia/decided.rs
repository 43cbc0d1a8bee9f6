// SPDX-License-Identifier: EUPL-1.2
//! What was advised and decided about purposes, and on which law they rest.

use std::collections::BTreeSet;

use basisnet_policy::{Controller, Followed, Standing as Sureness};
use basisnet_protocol::convenant::State;
use basisnet_protocol::purpose::PurposeId;

use super::page::{code, codes, or_dash, plain, table};
use crate::service::convenant::Standing as Agreed;
use crate::service::doel::{Decided, Standing};

/// Every purpose of the catalogue: whether it is in force here, and what the FG advised.
pub(super) fn doelen(all: &[Standing]) -> String {
    let list = table(
        [
            "doel",
            "versie",
            "waarvoor",
            "wie beslist",
            "in de catalogus",
            "in deze node",
        ],
        all.iter().map(purpose),
        "De catalogus is leeg.",
    );
    let decided = all.iter().filter_map(decision);
    let decisions = table(
        ["doel", "sinds", "advies FG", "mandaat", "DPIA", "tot"],
        decided,
        "Er is nog geen enkel doel in werking gesteld. Er wordt niets uitgewisseld.",
    );
    format!("{list}\n\nDe besluiten die in deze node zijn vastgelegd:\n\n{decisions}")
}

fn purpose(standing: &Standing) -> [String; 6] {
    let entry = &standing.entry;
    let ahead = standing.ahead().map(|ahead| ahead.in_force.since.date());
    let state = match (standing.in_force(), &standing.decided, &standing.advice) {
        (Some(_), _, _) => "in werking",
        (None, Some(_), _) => "ingetrokken",
        (None, None, Some(_)) => "advies gegeven, geen besluit",
        (None, None, None) => "niet in werking",
    };
    [
        entry.id.to_string(),
        entry.version.to_string(),
        plain(&entry.name),
        match entry.controller {
            Controller::College => "college",
            Controller::Toezichthouder => "toezichthouder",
        }
        .to_owned(),
        sureness(entry.standing).to_owned(),
        ahead.map_or_else(|| state.to_owned(), |day| format!("in werking vanaf {day}")),
    ]
}

/// Who decided is in the log and not here: the document goes round.
fn decision(standing: &Standing) -> Option<[String; 6]> {
    let Decided { in_force, .. } = standing.decided.as_ref()?;
    let given = in_force.advice.given;
    let advice = match &in_force.advice.followed {
        Followed::Yes => format!("{given}, gevolgd"),
        Followed::No { because } => format!("{given}, niet gevolgd: {}", plain(because)),
    };
    Some([
        format!("{} (versie {})", in_force.purpose, in_force.version),
        in_force.since.date().to_string(),
        advice,
        plain(&in_force.mandate),
        plain(&in_force.dpia_ref),
        or_dash(in_force.until.map(|until| until.date().to_string())),
    ])
}

/// On which law the purposes rest that are in force or agreed on, and how sure that is.
pub(super) fn bases(all: &[Standing], agreed: &[Agreed]) -> String {
    let named = |id: &PurposeId, version: u32| {
        let live = agreed
            .iter()
            .filter(|one| matches!(one.state, State::Active | State::Accepted | State::Draft(_)));
        let terms = live.filter_map(move |one| one.convenant.content().terms_of(id));
        let terms = terms.filter(move |terms| terms.version == version);
        terms
            .flat_map(|terms| terms.legal_bases.iter().cloned())
            .collect::<BTreeSet<_>>()
    };
    let rows = all.iter().flat_map(|standing| {
        let entry = &standing.entry;
        let agreed = named(&entry.id, entry.version);
        let decided = standing.in_force().or_else(|| standing.ahead());
        let matters = decided.is_some() || !agreed.is_empty();
        let bases = entry.bases.iter().filter(move |_| matters);
        bases.map(move |basis| {
            let used = if agreed.contains(&basis.code) {
                "ja"
            } else {
                "nee"
            };
            [
                entry.id.to_string(),
                code(basis.code.as_str()),
                format!("{} art. {}", plain(&basis.law), plain(&basis.article)),
                plain(&basis.avg),
                sureness(basis.standing).to_owned(),
                used.to_owned(),
            ]
        })
    });
    let bases = table(
        [
            "doel",
            "grondslag",
            "wet",
            "AVG art.",
            "in de catalogus",
            "in een convenant",
        ],
        rows,
        "Er is geen doel in werking en geen convenant, dus er is nog geen grondslag in gebruik.",
    );
    let categories = all.iter().filter(|standing| standing.in_force().is_some());
    let categories = categories.map(|standing| {
        let entry = &standing.entry;
        let needs = codes(&entry.categories);
        [entry.id.to_string(), needs, codes(&entry.roles)]
    });
    let categories = table(
        ["doel in werking", "mag hoogstens vragen", "rollen"],
        categories,
        "Er is geen doel in werking.",
    );
    format!("{bases}\n\n{categories}")
}

const fn sureness(standing: Sureness) -> &'static str {
    match standing {
        Sureness::Verified => "geverifieerd",
        Sureness::ToBeConfirmed => "te bevestigen",
    }
}
