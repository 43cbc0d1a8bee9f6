// SPDX-License-Identifier: EUPL-1.2
//! The catalogue that comes with the program: what each purpose may give, and where to go for what it does not.

use std::collections::BTreeSet;

use basisnet_policy::{
    Catalogue, Controller, DataClass, Depth, Entry, Exchange, Field, RecordKind, Rules, Standing,
    Term,
};
use basisnet_protocol::purpose::{Category, Role};

fn catalogue() -> Catalogue {
    Catalogue::embedded().unwrap()
}

fn purpose(catalogue: &Catalogue, code: &str) -> Entry {
    catalogue.newest(&code.parse().unwrap()).unwrap().clone()
}

fn codes(catalogue: &Catalogue, which: impl Fn(&Entry) -> bool) -> Vec<String> {
    let found = catalogue.entries().filter(|entry| which(entry));
    found.map(|entry| entry.id.to_string()).collect()
}

#[test]
fn which_purposes_exchange_and_how() {
    let all = catalogue();
    let by = |way| codes(&all, |entry| entry.exchange.contains(&way));
    assert_eq!(by(Exchange::Treffer), ["P08"]);
    assert_eq!(by(Exchange::Inzage), ["P01", "P03", "P04", "P05", "P20"]);
    assert_eq!(by(Exchange::Label), ["P12"]);
    assert_eq!(by(Exchange::Telling), ["P02", "P15", "P16", "P17"]);
    let none = codes(&all, |entry| !entry.exchanges());
    assert_eq!(
        none,
        [
            "P06", "P07", "P09", "P10", "P11", "P13", "P14", "P18", "P19", "P21", "P22", "P23",
            "P24"
        ]
    );
}

#[test]
fn who_may_not_exchange_hears_where_to_go() {
    let all = catalogue();
    for entry in all.entries() {
        assert_eq!(entry.pointer.is_none(), entry.exchanges(), "{}", entry.id);
    }
    for (code, word) in [
        ("P06", "Inspectie"),
        ("P10", "waarschuwingsregister"),
        ("P11", "Informatieknooppunt zorgfraude"),
        ("P18", "P17"),
    ] {
        let pointer = purpose(&all, code).pointer.unwrap();
        assert!(pointer.contains(word), "{code}: {pointer}");
    }
}

#[test]
fn the_supervisor_is_controller_where_the_law_says_so() {
    let of_supervisor = codes(&catalogue(), |entry| {
        entry.controller == Controller::Toezichthouder
    });
    assert_eq!(of_supervisor, ["P03", "P04", "P06"]);
}

#[test]
fn aut_01_every_purpose_has_a_ground_in_the_law_and_a_term_for_what_is_kept() {
    for entry in catalogue().entries() {
        assert!(!entry.bases.is_empty(), "{}", entry.id);
        assert!(!entry.own_terms.is_empty(), "{}", entry.id);
        assert!(entry.bases.iter().all(|basis| basis.avg != "6.1.a"));
    }
    let convenant = purpose(&catalogue(), "P24").own_terms;
    assert_eq!(convenant[0].term, Term::Permanent);
    assert_eq!(
        purpose(&catalogue(), "P07").own_terms[0].term,
        Term::Years(1)
    );
}

#[test]
fn dat_02_what_goes_to_another_gemeente_is_dat_and_never_about_clients_or_offences() {
    for entry in catalogue().entries() {
        for field in &entry.fields {
            assert_eq!(field.depth(), Depth::Dat, "{} {field}", entry.id);
            assert!(entry.categories.contains(&field.category().unwrap()));
        }
        let telling = entry.exchange.contains(&Exchange::Telling);
        assert!(!telling || entry.min_cell >= 10, "{}", entry.id);
    }
}

#[test]
fn every_purpose_the_law_did_not_settle_says_so() {
    let settled = codes(&catalogue(), |entry| entry.standing == Standing::Verified);
    assert_eq!(settled, ["P02", "P06", "P21", "P22", "P24"]);
}

#[test]
fn dat_03_a_contract_shows_more_to_who_manages_it_than_to_who_supervises_quality() {
    let all = catalogue();
    let seen = |code: &str, role| purpose(&all, code).own_fields(role, RecordKind::Contract, false);
    let manager = seen("P01", Role::Contractmanager);
    let supervisor = seen("P03", Role::ToezichthouderKwaliteit);
    assert!(supervisor.is_subset(&manager) && supervisor != manager);
    assert!(manager.contains(&Field::ContractPrijs));
    assert_eq!(supervisor, Field::of_category(Category::Contract));
    let file =
        |code: &str, role| purpose(&all, code).own_fields(role, RecordKind::Onderzoek, false);
    let dat = BTreeSet::from([Field::OnderzoekStand, Field::OnderzoekHalfjaar]);
    assert_eq!(file("P01", Role::Contractmanager), dat);
    assert!(file("P03", Role::Contractmanager).is_empty());
}

#[test]
fn aut_04_every_role_that_works_with_aanbieders_has_a_purpose() {
    let all = catalogue();
    let mut roles: BTreeSet<Role> = all
        .entries()
        .flat_map(|entry| entry.roles.clone())
        .collect();
    assert!(roles.contains(&Role::Fg) && roles.contains(&Role::Auditor));
    roles.extend([Role::Verwerkingsverantwoordelijke]);
    assert_eq!(roles, BTreeSet::from(Role::ALL));
}

#[test]
fn nobody_sees_who_reported_except_who_handles_signalen() {
    for entry in catalogue().entries() {
        for own in &entry.own {
            if own.view.contains(&Field::SignaalMelder) {
                assert!(
                    !own.roles.contains(&Role::Privacyfunctionaris),
                    "{}",
                    entry.id
                );
                assert!(
                    entry.data_classes.contains(&DataClass::NatuurlijkPersoon),
                    "{}",
                    entry.id
                );
            }
        }
    }
}

#[test]
fn the_rules_know_every_field_record_task_and_role_of_the_program() {
    // A word that the rules do not know makes a question undecidable; so each is put to them once.
    let engine = basisnet_policy::Engine::new(Rules::embedded().unwrap(), catalogue()).unwrap();
    for kind in RecordKind::ALL {
        for role in Role::ALL {
            let mut question = basisnet_policy::Question::own(
                basisnet_policy::Action::View,
                "00000099000000010000".parse().unwrap(),
                ("P03".parse().unwrap(), 1),
                "wmo-6.1".parse().unwrap(),
                role,
                kind,
            );
            question.fields = Some(Field::of(kind).collect());
            for domain in basisnet_policy::Domain::ALL {
                question.hand_over_to = Some(domain);
                let facts = basisnet_policy::Facts::default();
                let now = basisnet_protocol::time::Timestamp::from_secs(1_795_000_000);
                let whole = basisnet_policy::Obligations {
                    categories: BTreeSet::new(),
                    fields: Field::of(kind).collect(),
                    retain_until: now,
                    min_cell: 0,
                };
                let decision = engine.decide_release(&question, &facts, &whole, now);
                let refusal = decision.into_result().unwrap_err();
                assert!(!refusal.is_faulty(), "{kind} {role} {domain:?}");
            }
        }
    }
}
