// SPDX-License-Identifier: EUPL-1.2
//! Text and form of the model convenanten say the same, and the catalogue allows it.

use std::collections::BTreeSet;

use basisnet_policy::{Catalogue, Controller};
use basisnet_protocol::convenant::{ConvenantContent, Delta, JoinRule, PurposeTerms};
use basisnet_protocol::matching::Namespace;
use basisnet_protocol::octets::Octets;

use super::*;
use crate::service::convenant::testing_only_read as read;

fn content(region: Region) -> ConvenantContent {
    read(region.draft(), Octets([1; 16])).unwrap()
}

fn listed<T: ToString>(items: impl IntoIterator<Item = T>) -> String {
    let items: Vec<_> = items.into_iter().map(|item| item.to_string()).collect();
    if items.is_empty() {
        "niets".to_owned()
    } else {
        items.join(", ")
    }
}

/// Part B of an annex, as the form has it.
fn numbers(content: &ConvenantContent) -> String {
    let rows: String = matching(content)
        .into_iter()
        .chain(group(content))
        .map(|(about, agreed)| format!("| {about} | {agreed} |\n"))
        .collect();
    format!("| onderwerp | afspraak |\n|---|---|\n{rows}\n")
}

/// What was agreed about asking.
fn matching(content: &ConvenantContent) -> [(&'static str, String); 6] {
    let namespace = |namespace: &Namespace| match namespace {
        Namespace::Kvk => "KVK-nummer",
        Namespace::Agb => "AGB-code",
        Namespace::Vst => "vestigingsnummer",
    };
    let persons = match content.natural_persons {
        true => "doen mee",
        false => "doen niet mee",
    };
    let delta = match content.cadence.delta {
        Delta::Direct => "gaat meteen als iemand erop wacht",
        Delta::Scheduled => "gaat op een vast moment",
    };
    let (hours, most) = (
        content.cadence.publication_hours,
        content.budgets.inzage_per_day,
    );
    [
        (
            "vergeleken nummers",
            listed(content.namespaces.iter().map(namespace)),
        ),
        (
            "aanbieders met een mens erachter (artikel 6)",
            persons.to_owned(),
        ),
        ("publicatie", format!("om de {hours} uur")),
        ("bevraging van de dag", delta.to_owned()),
        (
            "vragen om inzage",
            format!("hoogstens {most} per deelnemer per dag"),
        ),
        (
            "kleinste groep in een overzicht",
            content.thresholds.min_cell.to_string(),
        ),
    ]
}

/// What was agreed about the group.
fn group(content: &ConvenantContent) -> [(&'static str, String); 4] {
    let joining = match content.joining {
        JoinRule::All => "alle deelnemers",
        JoinRule::Majority => "meer dan de helft van de deelnemers",
    };
    let withdrawal = match content.ends_on_withdrawal {
        true => "eindigt het convenant voor allen",
        false => "gaat het convenant door voor de anderen",
    };
    let auditor = content.auditor.map(|oin| oin.to_string());
    let (from, until) = (content.valid.from.date(), content.valid.until.date());
    [
        ("besluit van de groep", joining.to_owned()),
        ("als een deelnemer opzegt", withdrawal.to_owned()),
        ("controleur", auditor.unwrap_or_else(|| "geen".to_owned())),
        ("van kracht", format!("vanaf {from} tot {until}")),
    ]
}

/// Part C of an annex, as the form has it.
fn purposes(content: &ConvenantContent) -> String {
    let row = |terms: &PurposeTerms| {
        format!(
            "| {} | {} | {} | {} | {} | {} | {} dagen |\n",
            terms.id,
            terms.version,
            listed(&terms.legal_bases),
            listed(&terms.categories),
            listed(&terms.automatic),
            listed(&terms.roles),
            terms.retention_days,
        )
    };
    let rows: String = content.purposes.iter().map(row).collect();
    format!(
        "| doel | versie | grondslagen | te vragen | vanzelf | rollen | bewaren |\n|---|---|---|---|---|---|---|\n{rows}\n"
    )
}

#[test]
fn exc_07_every_model_convenant_can_be_drafted() {
    for region in Region::ALL {
        let content = content(region);
        assert_eq!(content.check(), [], "{region:?}");
        assert_eq!(content.version, 1);
        assert!(content.members.iter().all(|member| member.oin.is_test()));
    }
}

#[test]
fn exc_07_text_and_form_of_a_model_agree_on_purposes_terms_limits_and_cadence() {
    for region in Region::ALL {
        let content = content(region);
        for part in [numbers(&content), purposes(&content)] {
            assert!(
                region.annex().contains(&part),
                "{region:?} should say:\n{part}"
            );
        }
        let named: BTreeSet<_> = content
            .purposes
            .iter()
            .flat_map(|terms| terms.legal_bases.iter())
            .collect();
        for basis in named {
            let explained = format!("- `{basis}`: ");
            assert!(region.annex().contains(&explained), "{region:?}: {basis}");
        }
    }
}

#[test]
fn a_model_asks_for_no_more_than_the_catalogue_allows() {
    let catalogue = Catalogue::embedded().unwrap();
    for region in Region::ALL {
        for terms in content(region).purposes {
            let entry = catalogue.entry(&terms.id, terms.version).unwrap();
            let about = format!("{region:?}, {}", terms.id);
            for basis in &terms.legal_bases {
                assert!(entry.basis(basis).is_some(), "{about}: {basis}");
            }
            assert!(terms.categories.is_subset(&entry.categories), "{about}");
            assert!(terms.roles.is_subset(&entry.roles), "{about}");
            assert!(terms.retention_days <= entry.retention_days, "{about}");
        }
    }
}

#[test]
fn every_purpose_of_a_model_is_in_the_decision_of_its_own_controller() {
    let catalogue = Catalogue::embedded().unwrap();
    let decides = |line: &str| {
        let found = ALL
            .iter()
            .find_map(|model| model.text.lines().find(|text| text.contains(line)));
        found.unwrap().to_owned()
    };
    let college = decides("Het college beslist over");
    let toezichthouder = decides("De toezichthouder beslist over P");
    for region in Region::ALL {
        for terms in content(region).purposes {
            let entry = catalogue.entry(&terms.id, terms.version).unwrap();
            let (own, other) = match entry.controller {
                Controller::College => (&college, &toezichthouder),
                Controller::Toezichthouder => (&toezichthouder, &college),
            };
            let own = own.split(". ").next().unwrap();
            let other = other.split(". ").next().unwrap();
            assert!(own.contains(terms.id.as_str()), "{}", terms.id);
            assert!(!other.contains(terms.id.as_str()), "{}", terms.id);
        }
    }
}

#[test]
fn every_text_has_a_name_of_its_own_and_can_be_found() {
    let names: BTreeSet<_> = ALL.iter().map(|model| model.name).collect();
    let files: BTreeSet<_> = ALL.iter().map(|model| model.file).collect();
    assert_eq!((names.len(), files.len()), (ALL.len(), ALL.len()));
    for model in &ALL {
        assert_eq!(find(model.name), Some(model));
        assert!(model.text.len() > 500, "{}", model.name);
    }
    assert_eq!(find("iets"), None);
}

#[test]
fn the_list_of_documents_names_every_text() {
    let list = find("lees-mij").unwrap().text;
    for model in ALL.iter().filter(|model| model.name != "lees-mij") {
        assert!(
            list.contains(&format!("`{}`", model.name)),
            "{}",
            model.name
        );
    }
}
