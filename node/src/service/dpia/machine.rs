// SPDX-License-Identifier: EUPL-1.2
//! What the node is: its name, its settings, whom it trusts and by which rules it decides.

use basisnet_policy::Engine;
use basisnet_protocol::time::Timestamp;

use super::page::{code, pairs, plain, table};
use crate::config::Config;
use crate::service::Base;

/// The node itself.
pub(super) fn node(base: &Base, now: Timestamp) -> String {
    let organisation = &base.config.organisatie;
    let gemeente = organisation.gemeentecode.map_or_else(
        || "geen (samenwerkingsverband, of niet ingevuld)".to_owned(),
        |code| code.to_string(),
    );
    pairs([
        ("organisatie", plain(&organisation.naam)),
        ("OIN", organisation.oin.to_string()),
        ("gemeentecode", gemeente),
        ("netwerk", plain(base.config.overlay.netwerk.as_str())),
        (
            "versie van het programma",
            env!("CARGO_PKG_VERSION").to_owned(),
        ),
        ("moment van deze feiten", now.to_string()),
    ])
}

/// The settings that matter to people whom data are about.
pub(super) fn settings(config: &Config) -> String {
    let minutes = |count: u32| format!("{count} minuten");
    let local = |local: bool| if local { "ja" } else { "nee" }.to_owned();
    pairs([
        (
            "verwacht aantal aanbieders dit jaar",
            config.bevragen.verwacht_aanbieders.to_string(),
        ),
        (
            "eigen grens: vragen om inzage per dag",
            config.grenzen.inzage_per_dag.to_string(),
        ),
        ("aanmelding vervalt na", minutes(config.api.sessie_minuten)),
        (
            "aanmelding vervalt zonder handeling na",
            minutes(config.api.stilte_minuten),
        ),
        (
            "account geblokkeerd na mislukte pogingen",
            config.grenzen.aanmeldpogingen.to_string(),
        ),
        (
            "pagina's en API alleen vanaf de server zelf bereikbaar",
            local(config.api.luister.ip().is_loopback()),
        ),
        ("opslagmotor", code(config.opslag.motor.name())),
    ])
}

/// Under which certificates those of others must fall, and whether revocation can be known.
pub(super) fn trust(base: &Base, now: Timestamp) -> String {
    let rows = base.trust.anchors().into_iter().map(|anchor| {
        let fingerprint = code(&anchor.fingerprint.to_string());
        [plain(&anchor.file), fingerprint]
    });
    let anchors = table(
        ["stamcertificaat", "vingerafdruk (SHA-256)"],
        rows,
        "Er is geen stamcertificaat.",
    );
    let current = base.trust.current();
    let lists = current.list_hashes().len();
    let stale = current.stale_lists(now);
    let state = if stale.is_empty() {
        "zij zijn geen van alle over hun datum".to_owned()
    } else {
        format!(
            "daarvan zijn er {} over hun datum; na {} dagen respijt worden certificaten van die uitgever geweigerd",
            stale.len(),
            base.config.vertrouwen.crl_respijt_dagen
        )
    };
    format!("{anchors}\n\nLijsten met ingetrokken certificaten: {lists}; {state}.")
}

/// The rules by which is decided, each with its article.
pub(super) fn rules(engine: &Engine) -> String {
    let rows = engine.rules().guards().map(|guard| {
        let (law, says) = (plain(&guard.law), plain(&guard.explanation));
        [code(guard.id.as_str()), says, law]
    });
    let guards = table(
        ["toets", "weigert als", "artikel"],
        rows,
        "Er zijn geen toetsen.",
    );
    let hashes = pairs([
        (
            "kenmerk van de regels",
            code(&engine.rules().hash().to_string()),
        ),
        (
            "kenmerk van de catalogus",
            code(&engine.catalogue().hash().to_string()),
        ),
    ]);
    format!("{hashes}\n\n{guards}")
}
