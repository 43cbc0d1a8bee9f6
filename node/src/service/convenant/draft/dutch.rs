// SPDX-License-Identifier: EUPL-1.2
//! What the protocol finds wrong with a content, for the person who wrote the draft.

use crate::counted;
use basisnet_policy::{Beyond, Excess};
use basisnet_protocol::convenant::ContentFault;

use super::DraftFault;

pub(super) fn fault(fault: &ContentFault) -> DraftFault {
    let (field, text) = told(fault);
    DraftFault::new(field, text)
}

/// What goes beyond the catalogue: the field, and what is wrong there.
pub(super) fn beyond(beyond: &Beyond) -> DraftFault {
    let purpose = &beyond.purpose;
    let (key, text) = match &beyond.excess {
        Excess::Unknown(version) => (
            "versie",
            format!(
                "de catalogus kent {purpose} niet in versie {version}; `basisnet doel toon {purpose}` noemt de versies"
            ),
        ),
        Excess::OutOfTerm => (
            "versie",
            format!(
                "deze versie van {purpose} geldt niet in de looptijd van dit convenant; kies een andere versie"
            ),
        ),
        Excess::NothingExchanged => (
            "doel",
            format!("voor {purpose} wordt niets uitgewisseld; haal dit doel weg"),
        ),
        Excess::LegalBasis(basis) => (
            "grondslagen",
            format!("{purpose} rust niet op {basis}; haal die grondslag weg"),
        ),
        Excess::Category(category) => (
            "categorieen",
            format!("{purpose} heeft {category} niet nodig; haal dat weg"),
        ),
        Excess::Role(role) => (
            "rollen",
            format!("voor {purpose} werkt niemand als {role}; haal die rol weg"),
        ),
        Excess::Retention(days) => (
            "bewaardagen",
            format!(
                "een antwoord voor {purpose} mag hoogstens {} bewaard worden",
                counted::days(*days)
            ),
        ),
    };
    DraftFault::new(format!("doelen[{}].{key}", beyond.place + 1), text)
}

fn told(fault: &ContentFault) -> (&'static str, String) {
    use ContentFault as F;
    match fault {
        F::FormVersion(_) | F::TooLarge => (
            "bestand",
            "dit is te groot of van een andere versie; verdeel de groep of werk BasisNet bij"
                .to_owned(),
        ),
        F::GroupId => (
            "groep",
            "gebruik 1 tot 100 letters, cijfers en de tekens . _ / -".to_owned(),
        ),
        F::Name(name) => (
            "naam",
            format!("`{name}` is leeg, te lang of geen gewone tekst; gebruik 1 tot 200 tekens"),
        ),
        F::BsnInName => (
            "naam",
            "in een naam staat wat een BSN kan zijn; haal het getal weg".to_owned(),
        ),
        F::VersionZero => ("versie", "versies tellen vanaf 1".to_owned()),
        F::Previous(1) => (
            "vorige",
            "versie 1 volgt op niets; laat `vorige` weg".to_owned(),
        ),
        F::Previous(version) => (
            "vorige",
            format!(
                "versie {version} volgt op een andere; zet bij `vorige` het kenmerk van die versie"
            ),
        ),
        F::MemberCount(_)
        | F::DoubleMember(_)
        | F::DoubleGemeente(_)
        | F::TrialMixed(_)
        | F::AuditorIsMember => about_members(fault),
        F::NoPurpose
        | F::NoMatching
        | F::DoublePurpose(_)
        | F::PurposeVersionZero(_)
        | F::NoLegalBasis(_)
        | F::NoRole(_)
        | F::Retention(_)
        | F::AutomaticOutside(..) => ("doelen", about_purposes(fault)),
        F::NoNamespace | F::Cadence(_) | F::Budget(_) | F::MinCell(_) | F::Term | F::TooLong => {
            let (field, text) = about_numbers(fault);
            (field, text.to_owned())
        }
    }
}

fn about_numbers(fault: &ContentFault) -> (&'static str, &'static str) {
    let table = [
        (
            matches!(fault, ContentFault::NoNamespace),
            "nummers",
            "noem ten minste \"kvk\"",
        ),
        (
            matches!(fault, ContentFault::Cadence(_)),
            "ritme.publicatie_uren",
            "kies 1 tot 168 uur; 24 is gewoon",
        ),
        (
            matches!(fault, ContentFault::Budget(_)),
            "grenzen.inzage_per_dag",
            "kies 1 tot 10000 vragen per dag",
        ),
        (
            matches!(fault, ContentFault::MinCell(_)),
            "kleinste_groep",
            "kies 5 of meer; een kleinere groep wijst naar iemand",
        ),
        (
            matches!(fault, ContentFault::Term),
            "tot",
            "dit ligt niet na `van`; kies een later moment",
        ),
    ];
    table
        .into_iter()
        .find_map(|(is, field, text)| is.then_some((field, text)))
        .unwrap_or((
            "tot",
            "dit is meer dan tien jaar na `van`; kies een kortere tijd",
        ))
}

fn about_members(fault: &ContentFault) -> (&'static str, String) {
    if let ContentFault::MemberCount(count) = fault {
        return (
            "leden",
            format!("dit zijn {count} leden; een convenant heeft er 2 tot 400"),
        );
    }
    if let ContentFault::DoubleMember(oin) = fault {
        return (
            "leden",
            format!("{oin} staat er twee keer in; haal er een weg"),
        );
    }
    if let ContentFault::TrialMixed(oin) = fault {
        let text = format!(
            "testnummers (00000099…) en echte OIN's gaan niet samen; {oin} is van de andere soort dan het eerste lid"
        );
        return ("leden", text);
    }
    if let ContentFault::DoubleGemeente(oin) = fault {
        let text =
            format!("de gemeentecode van {oin} staat ook bij een ander; herstel een van beide");
        return ("leden", text);
    }
    (
        "controleur",
        "dit is een van de leden; kies een organisatie die zelf niet meedoet".to_owned(),
    )
}

fn about_purposes(fault: &ContentFault) -> String {
    use ContentFault as F;
    let about = |id: &dyn std::fmt::Display, text: &str| format!("doel {id}: {text}");
    if let F::DoublePurpose(id) = fault {
        return about(id, "staat er twee keer in; voeg ze samen");
    }
    if let F::PurposeVersionZero(id) = fault {
        return about(id, "versies tellen vanaf 1");
    }
    if let F::NoLegalBasis(id) = fault {
        return about(id, "noem ten minste een grondslag");
    }
    if let F::NoRole(id) = fault {
        return about(id, "noem ten minste een rol die mag vragen");
    }
    if let F::Retention(id) = fault {
        return about(id, "kies 1 tot 3650 bewaardagen");
    }
    if let F::AutomaticOutside(id, category) = fault {
        let text = format!(
            "`{category}` staat bij `automatisch` en niet bij `categorieen`; zet het erbij of haal het weg"
        );
        return about(id, &text);
    }
    "noem ten minste doel P08, waaronder nummers worden vergeleken".to_owned()
}
