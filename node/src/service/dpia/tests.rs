// SPDX-License-Identifier: EUPL-1.2
//! The template and what the node fills in belong together.

use std::collections::BTreeSet;

use basisnet_protocol::id::{KvkNummer, LegalForm};
use basisnet_protocol::octets::Octets;

use super::*;
use crate::service::aanbieder::Aanbieder;
use crate::service::doel;
use crate::service::testing;

fn places() -> BTreeSet<String> {
    let after = model::DPIA.split("{{").skip(1);
    after
        .map(|rest| rest.split("}}").next().unwrap().to_owned())
        .collect()
}

fn aanbieder(number: u8, legal_form: LegalForm) -> Aanbieder {
    let kvk: KvkNummer = format!("680000{number:02}").parse().unwrap();
    Aanbieder {
        id: Octets([number; 16]),
        naam: "Zorg".to_owned(),
        kvk: Some(kvk),
        vestigingen: Vec::new(),
        agb: Vec::new(),
        rsin: None,
        legal_form,
        restricted: false,
        created: testing::START,
    }
}

#[test]
fn the_template_follows_the_four_parts_and_has_a_place_for_every_fact() {
    for part in ["# A. ", "# B. ", "# C. ", "# D. "] {
        assert!(model::DPIA.contains(&format!("\n{part}")), "{part}");
    }
    let expected = [
        "NAAM",
        "DATUM",
        "NODE",
        "DEKKING",
        "NATUURLIJKE_PERSONEN",
        "STROMEN",
        "DOELEN",
        "CONVENANTEN",
        "INSTELLINGEN",
        "VERTROUWEN",
        "ROLLEN",
        "TERMIJNEN",
        "GRONDSLAGEN",
        "REGELS",
        "QUOTA",
        "LOGBOEK",
    ];
    assert_eq!(places(), expected.map(str::to_owned).into());
}

#[test]
fn people_behind_aanbieders_are_counted_and_said_to_be_withheld() {
    let register = [
        aanbieder(1, LegalForm::Bv),
        aanbieder(2, LegalForm::Eenmanszaak),
        aanbieder(3, LegalForm::Unknown),
        aanbieder(4, LegalForm::Unknown),
    ];
    let told = kept::natural_persons(&register, &[]);
    assert!(told.contains("| een mens erachter | 1 |"), "{told}");
    assert!(
        told.contains("| niet bekend, telt als mens | 2 |"),
        "{told}"
    );
    assert!(told.contains("achtergehouden"), "{told}");
    let told = kept::dekking(&register);
    assert!(told.contains("| doet mee | 1 |"), "{told}");
    assert!(told.contains("rechtsvorm onbekend | 2 |"), "{told}");
}

#[test]
fn every_term_of_the_store_is_told_in_words() {
    let told = kept::terms(&[], &[]);
    for term in ["7 jaar", "2 jaar", "31 weken", "tot iemand het weghaalt"] {
        assert!(told.contains(term), "{term} in {told}");
    }
}

#[test]
fn the_terms_of_own_records_are_those_of_the_catalogue() {
    let catalogue = basisnet_policy::Catalogue::embedded().unwrap();
    let standing = |entry: &basisnet_policy::Entry| doel::Standing {
        entry: entry.clone(),
        advice: None,
        decided: None,
        at: Timestamp::from_secs(0),
    };
    let doelen: Vec<_> = catalogue.entries().map(standing).collect();
    let told = kept::terms(&[], &doelen);
    for row in [
        "| P01 | inkoopcontract, na het einde | 10 jaar | Selectielijst 2020, 16.1 en 16.3 |",
        "| P03 | toezicht zonder cliëntgegevens | 5 jaar | Selectielijst 2020, 12.1 |",
        "| P08 | treffer | 90 dagen |",
    ] {
        assert!(told.contains(row), "{row} in {told}");
    }
}

#[test]
fn a_node_that_agreed_on_nothing_says_that_nothing_is_exchanged() {
    assert!(agreed::convenanten(&[]).contains("Er wordt met niemand uitgewisseld"));
    assert!(decided::doelen(&[]).contains("Er wordt niets uitgewisseld"));
}

#[test]
fn the_cost_of_guessing_is_that_of_the_quota() {
    let scene = testing::scene();
    let told = agreed::quota(&scene.config, &[]);
    assert!(
        told.contains("| deze node | 384 | 816 | 9,4 jaar |"),
        "{told}"
    );
}
