// SPDX-License-Identifier: EUPL-1.2
//! What was agreed with others, and how far the limits of matching reach.

use basisnet_protocol::convenant::{
    ConvenantContent, Delta, JoinRule, Member, PurposeTerms, State,
};
use basisnet_protocol::matching::{Bucket, Buckets, Namespace, quota};

use super::page::{codes, or_dash, pairs, plain, table};
use crate::config::Config;
use crate::counted;
use crate::service::convenant::Standing;
use crate::service::leden::Lid;

/// So many aanbieders of care there may be in public registers: an assumption, to show what guessing costs.
const GUESSES: f64 = 100_000.0;
const EPOCHS_A_YEAR: f64 = 365.25 / 28.0;

/// Every convenant that the node knows, with members, purposes and numbers.
pub(super) fn convenanten(all: &[Standing]) -> String {
    if all.is_empty() {
        return "Deze node kent nog geen convenant. Er wordt met niemand uitgewisseld.".to_owned();
    }
    let parts: Vec<_> = all.iter().map(convenant).collect();
    parts.join("\n\n")
}

fn convenant(standing: &Standing) -> String {
    let content = standing.convenant.content();
    let heading = format!("### {}, versie {}", plain(&content.name), content.version);
    let facts = numbers(standing);
    let members = table(
        ["lid", "OIN", "gemeentecode"],
        content.members.iter().map(member),
        "",
    );
    let purposes = table(
        [
            "doel",
            "versie",
            "grondslagen",
            "te vragen",
            "vanzelf gegeven",
            "rollen",
            "bewaren",
        ],
        content.purposes.iter().map(purpose),
        "",
    );
    format!("{heading}\n\n{facts}\n\n{members}\n\n{purposes}")
}

/// What was agreed in words and numbers, apart from who and what for.
fn numbers(standing: &Standing) -> String {
    let content = standing.convenant.content();
    let hash = standing.convenant.hash();
    pairs([
        ("kenmerk", format!("`{hash}`")),
        ("toestand", state(&standing.state).to_owned()),
        (
            "van kracht",
            format!(
                "{} tot {}",
                content.valid.from.date(),
                content.valid.until.date()
            ),
        ),
        (
            "aanbieders met een mens erachter",
            persons(content).to_owned(),
        ),
        (
            "vergeleken nummers",
            or_dash(content.namespaces.iter().map(namespace)),
        ),
        (
            "publicatie",
            format!("om de {} uur", content.cadence.publication_hours),
        ),
        (
            "bevraging van de dag",
            delta(content.cadence.delta).to_owned(),
        ),
        (
            "vragen om inzage per lid per dag",
            content.budgets.inzage_per_day.to_string(),
        ),
        (
            "kleinste groep in een overzicht",
            content.thresholds.min_cell.to_string(),
        ),
        ("besluit van de groep", joining(content.joining).to_owned()),
        (
            "controleur",
            content
                .auditor
                .map_or_else(|| "geen".to_owned(), |oin| oin.to_string()),
        ),
    ])
}

fn member(member: &Member) -> [String; 3] {
    let code = member.gemeente.map(|code| code.to_string());
    [plain(&member.name), member.oin.to_string(), or_dash(code)]
}

fn purpose(terms: &PurposeTerms) -> [String; 7] {
    [
        terms.id.to_string(),
        terms.version.to_string(),
        codes(&terms.legal_bases),
        codes(&terms.categories),
        codes(&terms.automatic),
        codes(&terms.roles),
        counted::days(terms.retention_days),
    ]
}

/// Where a version stands, in a few words.
const fn state(state: &State) -> &'static str {
    match state {
        State::Draft(_) => "nog niet door iedereen getekend",
        State::Accepted => "door iedereen getekend, nog niet ingegaan",
        State::Active => "van kracht",
        State::Rejected(_) => "verworpen",
        State::Ended(_) => "beëindigd",
        State::Expired => "verlopen",
        State::Superseded(_) => "opgevolgd door een volgende versie",
    }
}

const fn persons(content: &ConvenantContent) -> &'static str {
    if content.natural_persons {
        "doen mee"
    } else {
        "doen niet mee"
    }
}

fn namespace(namespace: &Namespace) -> String {
    match namespace {
        Namespace::Kvk => "KVK-nummer",
        Namespace::Agb => "AGB-code",
        Namespace::Vst => "vestigingsnummer",
    }
    .to_owned()
}

const fn delta(delta: Delta) -> &'static str {
    match delta {
        Delta::Direct => "gaat meteen als iemand erop wacht; de bron ziet dan dat er iets speelt",
        Delta::Scheduled => "gaat op een vast moment, ook als er niets nieuws is",
    }
}

const fn joining(rule: JoinRule) -> &'static str {
    match rule {
        JoinRule::All => "alle leden",
        JoinRule::Majority => "meer dan de helft van de leden",
    }
}

/// What each member may ask here in a period, and how long it would take to guess a list with that.
pub(super) fn quota(config: &Config, leden: &[Lid]) -> String {
    let own = Buckets::declared(
        usize::try_from(config.bevragen.verwacht_aanbieders).unwrap_or(usize::MAX),
    );
    let own = own
        .into_iter()
        .map(|buckets| row("deze node", buckets.query));
    let others = leden.iter().filter(|lid| !lid.own);
    let others = others.map(|lid| row(&plain(&lid.record.name), lid.record.buckets.query));
    let rows = table(
        [
            "wie vraagt",
            "maat",
            "vragen per 28 dagen",
            "om 100.000 nummers te raden",
        ],
        own.chain(others),
        "Van geen lid is de maat bekend.",
    );
    format!(
        "Hoe lang raden duurt, als een lid al zijn vragen daarvoor zou gebruiken; 100.000 is een aanname over hoeveel aanbieders \
         in openbare registers staan:\n\n{rows}"
    )
}

fn row(who: &str, bucket: Bucket) -> [String; 4] {
    let most = quota::per_context(bucket);
    let years = GUESSES / f64::from(most) / EPOCHS_A_YEAR;
    [
        who.to_owned(),
        bucket.size().to_string(),
        most.to_string(),
        format!("{} jaar", format!("{years:.1}").replace('.', ",")),
    ]
}
