// SPDX-License-Identifier: EUPL-1.2
//! How the policy reads on a terminal.

use crate::api::beleid::{
    BeleidView, BesluitView, ControleView, ProefTelling, ProefView, StapView, ToetsRegel,
    ToetsView, UitlegView, VersieView,
};
use crate::cli::Output;
use crate::counted::counted;

pub(super) fn show(out: Output, now: &BeleidView) {
    let which = match now.versie {
        0 => "het beleid van het programma".to_owned(),
        number => format!("versie {number}"),
    };
    out.line(&format!("Nu geldt {which}."));
    out.line(&format!(
        "Regels {}, catalogus {}.",
        now.regels, now.catalogus
    ));
    for file in &now.bestanden {
        out.line(&format!("  eigen bestand: {}", file.naam));
    }
    let rows: Vec<_> = now
        .toetsen
        .iter()
        .map(|one| {
            vec![
                one.toets.clone(),
                one.uitleg.clone(),
                one.wet.clone(),
                one.nodig.clone(),
            ]
        })
        .collect();
    out.table(&["toets", "zegt nee als", "wet", "nodig"], &rows);
}

pub(super) fn version(out: Output, one: &VersieView) {
    out.line(&format!(
        "Versie {}: {}, voorgesteld door {} op {}",
        one.nummer,
        one.staat,
        who(&one.voorgesteld),
        one.voorgesteld.wanneer
    ));
    for line in &one.verschil {
        out.line(&format!("  {line}"));
    }
    for advice in one.eerdere_adviezen.iter().chain(&one.advies) {
        let kind = if advice.positief {
            "positief"
        } else {
            "negatief"
        };
        out.line(&format!(
            "  advies van {}: {kind} {}",
            advice.wie, advice.toelichting
        ));
    }
    if let Some(confirmed) = &one.ingezet {
        out.line(&format!(
            "  ingezet door {} op {}",
            who(confirmed),
            confirmed.wanneer
        ));
    }
    if let Some(because) = &one.wijkt_af_omdat {
        out.line(&format!("  wijkt af van het advies omdat: {because}"));
    }
    if let (Some(step), Some(because)) = (&one.ingetrokken, &one.ingetrokken_omdat) {
        out.line(&format!(
            "  ingetrokken door {} op {} omdat: {because}",
            who(step),
            step.wanneer
        ));
    }
    if let (Some(step), Some(because)) = (&one.teruggezet, &one.teruggezet_omdat) {
        out.line(&format!(
            "  teruggezet door {} op {} omdat: {because}",
            who(step),
            step.wanneer
        ));
    }
}

/// Who took a step, and who made that account: a reader judges whether two steps are of two people.
fn who(step: &StapView) -> String {
    match &step.account_gemaakt_door {
        Some(maker) => format!("{} (account gemaakt door {maker})", step.wie),
        None => step.wie.clone(),
    }
}

pub(super) fn checked(out: Output, found: &ControleView) {
    out.line(&format!(
        "Geladen: {}, {} en {}.",
        counted(found.toetsen, "regel", "regels"),
        counted(found.doelen, "doel", "doelen"),
        counted(found.convenanten, "convenant", "convenanten"),
    ));
    found.bevindingen.iter().for_each(|line| out.line(line));
}

pub(super) fn tested(out: Output, tried: &ToetsView, all: bool) {
    let shown = tried
        .gevallen
        .iter()
        .filter(|line| all || !line.starts_with("goed"));
    shown.for_each(|line| out.line(line));
    if !tried.zonder_geval.is_empty() {
        out.line(&format!(
            "Zonder geval in deze map: {}.",
            tried.zonder_geval.join(", ")
        ));
    }
    out.line(&format!(
        "{} goed, {} fout.",
        counted(tried.goed, "geval", "gevallen"),
        tried.fout
    ));
}

pub(super) fn explain(out: Output, one: &BesluitView, record: bool) {
    let stands_for = match one.aantal {
        None | Some(0) => String::new(),
        Some(many) => format!(", voor {}", counted(many, "gegeven", "gegevens")),
    };
    out.line(&format!(
        "Beslissing {} van {}: {}{stands_for}.",
        one.nummer, one.tijd, one.antwoord
    ));
    one.vraag
        .iter()
        .for_each(|line| out.line(&format!("  {line}")));
    one.gegeven
        .iter()
        .for_each(|line| out.line(&format!("  {line}")));
    reasons(out, &one.redenen, &one.regels_met_fout, &one.kan_wel);
    out.line(match one.opnieuw.as_str() {
        "hetzelfde" => "Opnieuw genomen met de regels van toen: hetzelfde antwoord.",
        "anders" => "Opnieuw genomen met de regels van toen: een ANDER antwoord. Laat het logboek controleren.",
        _ => "Opnieuw nemen kan niet: de regels of het convenant van toen zijn hier niet.",
    });
    if record {
        out.line(&serde_json::to_string_pretty(&one.adl).unwrap_or_default());
    }
    for other in &one.andere {
        out.line("");
        explain(out, other, record);
    }
}

pub(super) fn question(out: Output, one: &UitlegView) {
    out.line(&format!("{}: {}.", one.naam, one.antwoord));
    one.vraag
        .iter()
        .for_each(|line| out.line(&format!("  {line}")));
    reasons(out, &one.redenen, &one.regels_met_fout, &one.kan_wel);
}

fn reasons(out: Output, all: &[ToetsRegel], faults: &[String], ways: &[String]) {
    for fault in faults {
        out.line(&format!("Niet uit te rekenen: {fault}."));
    }
    for one in all {
        out.line(&format!(
            "Nee om {}: {} ({}).",
            one.toets, one.uitleg, one.wet
        ));
        out.line(&format!("  Nodig: {}.", one.nodig));
    }
    for way in ways {
        out.line(&format!("  Anders gevraagd: {way}."));
    }
}

pub(super) fn trial(out: Output, trial: &ProefView) {
    let differently = match trial.anders {
        1 => "1 komt anders uit".to_owned(),
        several => format!("{several} komen anders uit"),
    };
    let taken = counted(trial.beslissingen, "beslissing", "beslissingen");
    let term = match trial.dagen {
        1 => "de afgelopen dag".to_owned(),
        several => format!("de afgelopen {several} dagen"),
    };
    out.line(&format!(
        "{taken} van {term} opnieuw genomen: {differently}."
    ));
    incomplete(out, trial);
    if trial.niet_uit_te_rekenen > 0 {
        out.line(&format!(
            "LET OP: bij {} is een regel niet uit te rekenen met dit concept. Het antwoord is dan nee:",
            counted(trial.niet_uit_te_rekenen, "beslissing", "beslissingen"),
        ));
        let faults = trial.regels_met_fout.iter();
        faults.for_each(|fault| out.line(&format!("  {fault}")));
    }
    counts(out, trial);
    let shown = u64::try_from(trial.voorbeelden.len()).unwrap_or(u64::MAX);
    if shown < trial.anders {
        out.line(&format!("De nieuwste {shown}, een voor een:"));
    }
    for one in &trial.voorbeelden {
        let guards = one.toetsen.join(", ");
        out.line(&format!(
            "regel {}: {} {}: was {}, wordt {} {}",
            one.nummer,
            one.naam.as_ref().unwrap_or(&one.lid),
            one.doel,
            one.was,
            one.wordt,
            guards
        ));
    }
}

/// What was not taken again, and why.
fn incomplete(out: Output, trial: &ProefView) {
    if trial.afgekapt {
        out.line("Er zijn er meer in die dagen; dit zijn de nieuwste. Kies minder dagen om ze alle te zien.");
    }
    match trial.onmogelijk {
        0 => {}
        1 => out.line("1 daarvan kon niet opnieuw: waarop zij rustte, zoals het convenant van toen, is hier niet meer."),
        several => out.line(&format!(
            "{several} daarvan konden niet opnieuw: waarop zij rustten, zoals het convenant van toen, is hier niet meer."
        )),
    }
    let lines = |count: u64, one: &str, several: &str| match count {
        1 => format!("1 regel van het logboek {one}"),
        count => format!("{count} regels van het logboek {several}"),
    };
    if trial.gewist > 0 {
        let lines = lines(trial.gewist, "is al gewist", "zijn al gewist");
        out.line(&format!(
            "Dit is niet alles: {lines}, want de bewaartermijn is voorbij. Beslissingen van die dagen die daarin stonden, zijn niet opnieuw genomen."
        ));
    }
    if trial.onleesbaar > 0 {
        let lines = lines(trial.onleesbaar, "is niet te lezen", "zijn niet te lezen");
        out.line(&format!(
            "Dit is niet alles: {lines}. Laat het logboek nakijken met `basisnet logboek controleer`."
        ));
    }
    if let Some(oldest) = trial.oudste.as_ref().filter(|_| !trial.volledig) {
        out.line(&format!(
            "De oudste beslissing die opnieuw is genomen, is van {oldest}."
        ));
    }
}

/// Per member, purpose and category; and why that is more than there are decisions, where it is.
fn counts(out: Output, trial: &ProefView) {
    let row = |one: &ProefTelling| {
        let about = one
            .gegevens
            .clone()
            .unwrap_or_else(|| "het geheel".to_owned());
        vec![
            one.naam.clone().unwrap_or_else(|| one.lid.clone()),
            one.doel.clone(),
            about,
            one.aantal.to_string(),
        ]
    };
    let rows: Vec<_> = trial.per.iter().map(row).collect();
    if !rows.is_empty() {
        out.table(&["lid", "doel", "gegevens", "beslissingen"], &rows);
    }
    let counted: u64 = trial.per.iter().map(|one| one.aantal).sum();
    if counted > trial.anders {
        out.line(&format!(
            "Opgeteld is dat {counted}, meer dan {}: een beslissing over meer soorten gegevens telt bij elke soort mee.",
            trial.anders
        ));
    }
}
