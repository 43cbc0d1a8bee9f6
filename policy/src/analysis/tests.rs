// SPDX-License-Identifier: EUPL-1.2
//! What the analysis finds in the rules of the program, and in rules that a gemeente might add.

use std::sync::LazyLock;

use super::*;
use crate::{Catalogue, Rules};

/// What is found in the rules of the program with these beside them, one a line.
fn analysed(rules: &[&str]) -> Vec<String> {
    let about = r#"@wet("beleid") @uitleg("nee") @nodig("ja")"#;
    let text = rules.iter().enumerate();
    let text =
        text.map(|(number, rule)| format!("@id(\"L0{}-eigen\") {about} {rule}\n", number + 1));
    let text: String = text.collect();
    let rules = Rules::load(&[("eigen.cedar", &text)]).unwrap();
    let engine = Engine::new(rules, Catalogue::embedded().unwrap()).unwrap();
    let now = "2026-11-22T10:00:00Z".parse().unwrap();
    let found = analyse(&engine, now);
    found.iter().map(ToString::to_string).collect()
}

/// One rule of each kind that is no good: against the catalogue, without effect, and beside another.
static FAULTY: LazyLock<Vec<String>> = LazyLock::new(|| {
    analysed(&[
        r#"forbid (principal, action == Action::"inspect", resource == Category::"toezicht");"#,
        r#"forbid (principal, action == Action::"ask", resource) when { context.now < 5 };"#,
        r#"forbid (principal, action == Action::"ask", resource) unless { context.asked.weighed };"#,
    ])
});

fn about<'a>(found: &'a [String], start: &str) -> Vec<&'a String> {
    found
        .iter()
        .filter(|line| line.starts_with(start))
        .collect()
}

#[test]
fn in_the_rules_of_the_program_none_is_dead_shadowed_or_contradicts_the_catalogue() {
    let found = analysed(&[]);
    assert_eq!(found.len(), 1, "{found:#?}");
    assert!(found[0].starts_with("onderzocht: 64 regels, "), "{found:?}");
}

/// Where the purpose says for which categories there is inzage.
fn line_of(file: &str, start: &str) -> usize {
    let texts = Catalogue::embedded_texts();
    let (_, text) = texts.iter().find(|(name, _)| *name == file).unwrap();
    text.lines()
        .position(|line| line.starts_with(start))
        .unwrap()
        + 1
}

#[test]
fn a_rule_that_forbids_what_the_catalogue_names_is_a_contradiction() {
    let found = &*FAULTY;
    let told = about(found, "tegenspraak: ");
    let expected = format!(
        "tegenspraak: P03.toml, regel {}, kolom 15, `categorieen`: een vraag beantwoorden, doel P03 versie 1, toezichthouder_kwaliteit, toezicht: ook als alles in orde is zegt L01-eigen nee (vastgesteld door alle waarden van de catalogus langs te gaan); hier hoort alleen wat de regels kunnen toelaten; haal het hier weg, of verander `L01-eigen` (eigen.cedar, regel 1)",
        line_of("P03.toml", "categorieen")
    );
    assert!(told.contains(&&expected), "{expected}\n{told:#?}");
    assert!(
        told.iter()
            .all(|line| line.contains("toezicht") && line.contains("L01-eigen"))
    );
}

#[test]
fn a_rule_that_forbids_own_work_or_a_treffer_is_told_where_the_catalogue_names_it() {
    let found = analysed(&[
        "forbid (principal, action in [Action::\"discover\", Action::\"aggregate\", Action::\"view\"], resource);",
    ]);
    let told = about(&found, "tegenspraak: ");
    for (file, field, what) in [
        (
            "P08.toml",
            "uitwisseling",
            "aanbieders vergelijken, doel P08 versie 1: ",
        ),
        (
            "P17.toml",
            "uitwisseling",
            "een aantal tonen, doel P17 versie 1, beleid: ",
        ),
        (
            "P03.toml",
            "eigen",
            "een eigen dossier bekijken, doel P03 versie 1, toezichthouder_kwaliteit, onderzoek: ",
        ),
    ] {
        let start = match field {
            "eigen" => "[[eigen]]",
            field => field,
        };
        let place = format!(
            "tegenspraak: {file}, regel {}, kolom ",
            line_of(file, start)
        );
        let named = told
            .iter()
            .any(|line| line.starts_with(&place) && line.contains(&format!("`{field}`: {what}")));
        assert!(named, "{place} `{field}`: {what}\n{told:#?}");
    }
}

#[test]
fn a_rule_that_never_says_no_is_told() {
    let found = &*FAULTY;
    let told = about(
        found,
        "nooit nee: eigen.cedar, regel 2, kolom 1, `L02-eigen`: deze regel zei",
    );
    assert_eq!(told.len(), 1, "{found:?}");
    assert!(told[0].ends_with(
        "; hier hoort een regel die bij ten minste een vraag nee zegt; haal de regel weg of verruim de voorwaarde"
    ));
}

#[test]
fn a_rule_that_says_nothing_of_its_own_is_told_with_the_one_that_says_it() {
    let found = &*FAULTY;
    let told = about(
        found,
        "overbodig?: eigen.cedar, regel 3, kolom 1, `L03-eigen`: steeds als",
    );
    assert_eq!(told.len(), 1, "{found:?}");
    assert!(told[0].contains("zei ook V70-weging nee"), "{told:?}");
    assert!(
        told[0].ends_with(
            "; hier hoort een regel die zelf iets tegenhoudt; haal de regel weg, of vergelijk haar met `V70-weging` (08-weging.cedar, regel 3)"
        ),
        "{told:?}"
    );
}

/// It fails only where somebody asks, and another forbids what the catalogue names: each is told, neither for the other.
#[test]
fn a_rule_that_cannot_be_evaluated_is_told_as_such_with_its_place_and_how_often() {
    let found = analysed(&[
        r#"forbid (principal, action == Action::"ask", resource) when { context.now + 9223372036854775807 < 0 };"#,
        r#"forbid (principal, action == Action::"inspect", resource == Category::"toezicht");"#,
    ]);
    let start = "niet uit te rekenen: eigen.cedar, regel 1, kolom 1, `L01-eigen`: deze regel kan niet worden uitgerekend, want een getal wordt te groot; daarom is het antwoord nee (bij ";
    let told = found[0]
        .strip_prefix(start)
        .unwrap_or_else(|| panic!("{found:#?}"));
    let (times, rest) = told.split_once(" van de ").unwrap();
    let (questions, rest) = rest.split_once(' ').unwrap();
    let number = |text: &str| text.parse::<usize>().unwrap();
    assert!((2..number(questions)).contains(&number(times)), "{told}");
    assert_eq!(
        rest,
        "vragen); hier hoort een berekening die altijd uitkomt; reken met kleinere getallen, of vergelijk zonder te rekenen"
    );
    assert!(!about(&found, "tegenspraak: ").is_empty());
    let other = found.iter().skip(1);
    assert!(
        other.clone().all(|line| !line.contains("L01-eigen")),
        "{found:#?}"
    );
}

#[test]
fn of_many_rules_in_one_finding_the_first_ten_are_named() {
    let rule =
        r#"forbid (principal, action == Action::"inspect", resource == Category::"toezicht");"#;
    let found = analysed(&[rule; 9]);
    let told = about(&found, "tegenspraak: ")[0];
    assert!(
        told.contains("zegt L01-eigen, L02-eigen") && !told.contains(" en nog "),
        "{told}"
    );
    let eleven: Vec<GuardId> = (10..21)
        .map(|number| format!("L{number}-eigen").parse().unwrap())
        .collect();
    let told = told::listed(&eleven.iter().collect());
    assert!(
        told.starts_with("L10-eigen, L11-eigen") && told.ends_with("L19-eigen en nog 1"),
        "{told}"
    );
}

#[test]
fn what_others_never_say_alone_counts_the_times_it_was_said() {
    // More of them than a word has bits.
    let names: Vec<GuardId> = (0..70)
        .map(|number| format!("V{number:02}-toets").parse().unwrap())
        .collect();
    let mut seen = Seen::among(names.iter().cloned());
    let mut said = |numbers: &[usize]| {
        let guards = numbers.iter().map(|number| names[*number].clone());
        let refused = Refused {
            guards: guards.collect(),
            ..Refused::default()
        };
        seen.add(&refused);
    };
    said(&[1, 5, 68]);
    said(&[1, 5, 63, 64, 68]);
    said(&[5, 64]);
    let fired: Vec<_> = [1, 5, 63, 64, 68, 69]
        .map(|number| seen.fired[number])
        .into();
    assert_eq!(fired, [2, 3, 1, 2, 2, 0]);
    let with = |number: usize| seen.with(number).into_iter().cloned().collect::<Vec<_>>();
    let named = |numbers: &[usize]| {
        numbers
            .iter()
            .map(|number| names[*number].clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(with(1), named(&[5, 68]));
    assert_eq!(with(5), []);
    assert_eq!(with(63), named(&[1, 5, 64, 68]));
    assert_eq!(with(64), named(&[5]));
    assert_eq!(with(69), []);
}

#[test]
fn about_each_category_and_kind_each_thing_is_made_wrong_and_once_a_handling_each_near_two() {
    const WRONGS: usize = 64;
    const NEAR: usize = 10;
    let engine = Engine::new(Rules::embedded().unwrap(), Catalogue::embedded().unwrap()).unwrap();
    let mut subjects: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
    let mut counted = BTreeMap::<_, usize>::new();
    for probe in probe::all(&engine, "2026-11-22T10:00:00Z".parse().unwrap()) {
        let question = &probe.scene.question;
        if probe.is_sound() {
            let about = (question.categories.clone(), question.record);
            subjects.entry(question.action).or_default().insert(about);
        }
        *counted.entry((question.action, probe.wrong())).or_default() += 1;
    }
    let pairs: usize = (0..WRONGS)
        .map(|number| NEAR.min(WRONGS - 1 - number))
        .sum();
    for action in crate::Action::ALL {
        assert_eq!(
            counted[&(action, 1)],
            subjects[&action].len() * WRONGS,
            "{action:?}"
        );
        assert_eq!(counted[&(action, 2)], pairs, "{action:?}");
    }
    let many = |action| subjects[&action].len();
    assert_eq!(many(crate::Action::Discover), 1);
    assert_eq!(many(crate::Action::Inspect), 4);
    // Sound is every combination of the catalogue: a treffer for one purpose, a count in each role of its purposes.
    assert_eq!(counted[&(crate::Action::Discover, 0)], 1);
    let telling = engine.catalogue().entries();
    let telling = telling.filter(|entry| entry.exchange.contains(&crate::Exchange::Telling));
    let roles: usize = telling.map(|entry| entry.roles.len()).sum();
    assert_eq!(counted[&(crate::Action::Aggregate, 0)], roles);
    // Handed over is what contractbeheer may handle, and by no other task.
    let managing = engine.catalogue().entries();
    let managing = managing.filter(|entry| entry.domain == crate::Domain::Contractbeheer);
    let own = managing.flat_map(|entry| &entry.own);
    let handed_over = own.map(|own| {
        let kinds: BTreeSet<_> = own.handle.iter().map(|field| field.kind()).collect();
        own.roles.len() * kinds.len()
    });
    assert_eq!(
        counted[&(crate::Action::HandOver, 0)],
        handed_over.sum::<usize>()
    );
}

#[test]
fn each_thing_that_is_made_wrong_makes_another_question_of_one_in_which_all_is_in_order() {
    let engine = Engine::new(Rules::embedded().unwrap(), Catalogue::embedded().unwrap()).unwrap();
    let probes = probe::all(&engine, "2026-11-22T10:00:00Z".parse().unwrap());
    let sound: Vec<_> = probes.iter().filter(|probe| probe.is_sound()).collect();
    // What is known was collected for the purpose itself: a rule about that has something to judge.
    assert!(sound.iter().all(|probe| {
        let purpose = probe.scene.question.purpose.clone();
        probe.scene.facts.aanbieder.collected_for == Some(BTreeSet::from([purpose]))
    }));
    for (number, wrong) in wrong::WRONGS.iter().enumerate() {
        let changed = sound.iter().any(|probe| {
            let mut scene = probe.scene.clone();
            wrong(&mut scene);
            let same = scene.question == probe.scene.question
                && scene.facts == probe.scene.facts
                && scene.proposal == probe.scene.proposal
                && scene.now == probe.scene.now;
            !same
        });
        assert!(changed, "the thing with number {number}");
    }
    // The last is a proposal: about smaller groups, more and longer than anything allows.
    let mut scene = sound[0].scene.clone();
    wrong::WRONGS[wrong::WRONGS.len() - 1](&mut scene);
    let proposal = scene.proposal.unwrap();
    assert_eq!(proposal.min_cell, 0);
    let all = BTreeSet::from(basisnet_protocol::purpose::Category::ALL);
    assert_eq!(proposal.categories, all);
    assert!(Some(proposal.retain_until) > scene.facts.aanbieder.retained_until);
}
