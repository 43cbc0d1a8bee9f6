// SPDX-License-Identifier: EUPL-1.2
//! What a folder of cases says, and how its faults are told.

use super::*;
use crate::catalogue::Catalogue;

fn engine() -> Engine {
    Engine::new(Rules::embedded().unwrap(), Catalogue::embedded().unwrap()).unwrap()
}

fn faults(text: &str) -> Vec<String> {
    let faults = Cases::read(&[("eigen.toml", text)]).unwrap_err();
    faults.iter().map(ToString::to_string).collect()
}

#[test]
fn the_example_comes_out_as_written() {
    let cases = Cases::read(&[("voorbeeld.toml", EXAMPLE)]).unwrap();
    let outcomes = cases.run(&engine());
    assert_eq!(outcomes.len(), 3);
    for outcome in outcomes {
        assert!(outcome.is_good(), "{outcome}");
    }
    assert_eq!(cases.scenes().count(), 4);
}

#[test]
fn a_case_that_comes_out_otherwise_says_how() {
    let text = EXAMPLE
        .replace("niet.vraag.weging = \"nee\"", "niet.vraag.weging = \"ja\"")
        .replace("antwoord = \"nee\"", "antwoord = \"ja\"");
    let cases = Cases::read(&[("eigen.toml", &text)]).unwrap();
    let told: Vec<_> = cases
        .run(&engine())
        .iter()
        .map(ToString::to_string)
        .collect();
    assert!(
        told[0].starts_with("goed  eigen.toml, regel 5: uitgangspunt vragen"),
        "{told:?}"
    );
    assert!(
        told[1].contains("verwacht: nee, om V70-weging; het antwoord is: ja, voor toezicht"),
        "{told:?}"
    );
    assert!(
        told[2].contains(
            "verwacht: ja, om V70-weging, V71-zaak; het antwoord is: nee, om V70-weging, V71-zaak"
        ),
        "{told:?}"
    );
}

#[test]
fn a_case_about_a_test_that_does_not_exist_is_told() {
    let text = EXAMPLE.replace("toets = \"V70-weging\"", "toets = \"V70-wegen\"");
    let cases = Cases::read(&[("eigen.toml", &text)]).unwrap();
    let outcomes = cases.run(&engine());
    assert_eq!(
        outcomes[1].difference.as_deref(),
        Some("de toets `V70-wegen` bestaat niet")
    );
    assert!(cases.uncovered(engine().rules()).len() > 30);
}

/// Where the answer is as written too: a rule that cannot be evaluated says no to everything.
#[test]
fn no_case_is_good_for_which_a_rule_cannot_be_evaluated() {
    let rule = |action: &str| {
        format!(
            r#"@id("L01-te-groot") @wet("beleid") @uitleg("nee") @nodig("ja")
            forbid (principal, action == Action::"{action}", resource) when {{ context.now + 9223372036854775807 < 0 }};"#
        )
    };
    let outcomes = |action: &str, text: &str| {
        let rules = Rules::load(&[("eigen.cedar", &rule(action))]).unwrap();
        let engine = Engine::new(rules, Catalogue::embedded().unwrap()).unwrap();
        Cases::read(&[("eigen.toml", text)]).unwrap().run(&engine)
    };
    let as_written = EXAMPLE.replace(
        "toetsen = [\"V40-rol-doel\", \"V41-rol-convenant\", \"V42-rol-persoon\"]",
        "toetsen = [\"L01-te-groot\", \"V40-rol-doel\", \"V41-rol-convenant\", \"V42-rol-persoon\"]",
    );
    for outcome in outcomes("ask", &as_written) {
        let told = outcome.difference.unwrap();
        let expected = "niet uit te rekenen: eigen.cedar, regel 1, kolom 1, `L01-te-groot`: deze regel kan niet";
        assert!(told.starts_with(expected), "{}: {told}", outcome.name);
    }
    assert!(outcomes("use", EXAMPLE).iter().all(Outcome::is_good));
}

#[test]
fn every_fault_in_a_case_has_its_line_field_and_mend() {
    let line = |wanted: &str| EXAMPLE.lines().position(|line| line == wanted).unwrap() + 1;
    let text = EXAMPLE
        .replace("niet.vraag.weging = \"nee\"", "niet.vraag.wegin = \"nee\"")
        .replace(
            "anders.vraag.zaak = \"onbekend\"",
            "anders.vraag.zaak = \"misschien\"",
        )
        .replace("sinds = \"2026-06-01T00:00:00Z\"", "sinds = \"juni\"");
    let faults = faults(&text);
    let has = |expected: String| {
        assert!(
            faults.iter().any(|fault| fault.starts_with(&expected)),
            "{expected}\n{faults:#?}"
        );
    };
    has(format!(
        "eigen.toml, regel {}, kolom 12, `geval[1].niet.vraag.wegin`: `wegin` is geen bekend veld",
        line("niet.vraag.weging = \"nee\"")
    ));
    has(format!(
        "eigen.toml, regel {}, kolom 21, `besluit[1].anders.vraag.zaak`: `misschien` is geen bekende waarde; hier hoort een van `ja`, `nee`",
        line("anders.vraag.zaak = \"onbekend\"")
    ));
    has(format!(
        "eigen.toml, regel {}, kolom 9, `uitgangspunt[1].feiten.besluit.sinds`: deze waarde kan hier niet; hier hoort een moment",
        line("sinds = \"2026-06-01T00:00:00Z\"")
    ));
}

#[test]
fn a_fact_that_is_taken_away_and_may_not_be_absent_is_told_at_the_case() {
    let text = EXAMPLE.replace(
        "anders.vraag.zaak = \"onbekend\"",
        "anders.nu = \"onbekend\"",
    );
    let line = EXAMPLE
        .lines()
        .position(|line| line == "[[besluit]]")
        .unwrap()
        + 1;
    let expected = format!(
        "eigen.toml, regel {line}, kolom 1, `besluit[1].anders.nu`: het veld `nu` ontbreekt"
    );
    assert!(
        faults(&text)[0].starts_with(&expected),
        "{:?}",
        faults(&text)
    );
}

#[test]
fn what_is_wrong_in_a_starting_point_is_told_there_and_not_at_each_case() {
    let (base, rest) = EXAMPLE.split_at(EXAMPLE.find("[[geval]]").unwrap());
    let case = &rest[rest.find("[[besluit]]").unwrap()..];
    // A value by itself, and one in a list.
    for (right, wrong, field) in [
        ("rol = \"toe", "rol = \"", "vraag.rol"),
        (
            "soort_gegevens = [\"organisatie\"]",
            "soort_gegevens = [\"org\"]",
            "feiten.soort_gegevens[1]",
        ),
    ] {
        let base = base.replace(right, wrong);
        let own = case.replace("weging = \"onbekend\"", "weging = \"misschien\"");
        let texts = [
            ("a.toml", base.as_str()),
            ("b.toml", case),
            ("c.toml", &own),
        ];
        let faults = Cases::read(&texts).unwrap_err();
        let told: Vec<_> = faults
            .iter()
            .map(|fault| (fault.file.as_str(), fault.field.as_str()))
            .collect();
        let there = format!("uitgangspunt[1].feiten.{field}");
        // What the case itself says wrong is still told.
        assert_eq!(
            told,
            [
                ("a.toml", there.as_str()),
                ("c.toml", "besluit[1].anders.vraag.weging")
            ]
        );
    }
}

#[test]
fn a_case_without_any_starting_point_is_told_what_is_missing() {
    let case = &EXAMPLE[EXAMPLE.find("[[geval]]").unwrap()..];
    let told = faults(case);
    assert!(
        told[0].contains("het uitgangspunt `vragen` bestaat niet; hier hoort de naam van een `[[uitgangspunt]]`, en er staat er in deze map geen"),
        "{told:?}"
    );
    // Where it could stand in a file that cannot be read, only that is told.
    let texts = [("a.toml", "naam = = 1"), ("b.toml", case)];
    let told = Cases::read(&texts).unwrap_err();
    assert!(told.iter().all(|fault| fault.file == "a.toml"), "{told}");
}

#[test]
fn thousands_of_faulty_cases_are_answered_with_the_first_hundred() {
    let (base, rest) = EXAMPLE.split_at(EXAMPLE.find("[[geval]]").unwrap());
    let case = &rest[..rest.find("# Een besluit").unwrap()];
    let wrong = case.replace("\"nee\"", "\"neen\"");
    let begun = std::time::Instant::now();
    let told = faults(&format!("{base}{}", wrong.repeat(1_500)));
    assert_eq!(told.len(), crate::position::MOST_FAULTS);
    let told = faults(&format!("{base}{}", case.repeat(15_000)));
    assert_eq!(told.len(), 1);
    assert!(
        told[0].contains("er zijn te veel gevallen; hier hoort hooguit 2000"),
        "{told:?}"
    );
    let good = format!("{base}{}", case.repeat(1_500));
    assert_eq!(
        Cases::read(&[("eigen.toml", &good)])
            .unwrap()
            .pairs()
            .count(),
        1_500
    );
    assert!(begun.elapsed().as_secs() < 120, "{:?}", begun.elapsed());
}

/// What is wrong beyond that is told once this is mended; as many cases as may be are not too many.
#[test]
fn after_too_many_faults_or_cases_no_other_file_is_looked_at() {
    let (base, rest) = EXAMPLE.split_at(EXAMPLE.find("[[geval]]").unwrap());
    let case = &rest[..rest.find("# Een besluit").unwrap()];
    let wrong = case.replace("\"nee\"", "\"neen\"");
    let is_looked_at = |text: String, other: &str| {
        let told = Cases::read(&[("b.toml", &text), ("a.toml", other)]).unwrap_err();
        let too_many = told.to_string().contains("er zijn te veel gevallen");
        (too_many, told.iter().any(|fault| fault.file == "a.toml"))
    };
    let faults = wrong.repeat(crate::position::MOST_FAULTS);
    let looked_at = is_looked_at(format!("{base}{faults}"), &wrong);
    assert_eq!(looked_at, (false, false));
    // The situation to start from counts too.
    let cases = case.repeat(reading::MOST_CASES - 1);
    let looked_at = is_looked_at(format!("{base}{cases}"), "naam = = 1");
    assert_eq!(looked_at, (false, true));
    let looked_at = is_looked_at(format!("{base}{cases}{case}"), "naam = = 1");
    assert_eq!(looked_at, (true, false));
}

#[test]
fn an_unknown_or_double_starting_point_is_told() {
    let text = EXAMPLE.replacen("uitgangspunt = \"vragen\"", "uitgangspunt = \"vraag\"", 1);
    assert!(
        faults(&text)[0]
            .contains("het uitgangspunt `vraag` bestaat niet; hier hoort een van `vragen`")
    );
    let twice = Cases::read(&[("a.toml", EXAMPLE), ("b.toml", EXAMPLE)]).unwrap_err();
    assert!(
        twice
            .to_string()
            .contains("er zijn twee uitgangspunten met de naam `vragen`")
    );
    let (base, _) = EXAMPLE.split_at(EXAMPLE.find("[[geval]]").unwrap());
    let second = base.lines().count()
        + base
            .lines()
            .position(|line| line.starts_with("naam"))
            .unwrap()
        + 1;
    let expected =
        format!("eigen.toml, regel {second}, kolom 8, `uitgangspunt[2].naam`: er zijn twee");
    let told = faults(&base.repeat(2));
    assert!(told[0].starts_with(&expected), "{expected} {told:?}");
}

#[test]
fn a_group_that_is_there_twice_is_told_where_it_stands_the_second_time() {
    let group = "[uitgangspunt.feiten.besluit]\ndoel = \"P03\"\n";
    let text = EXAMPLE.replace(
        "[uitgangspunt.feiten.persoon]",
        &format!("{group}[uitgangspunt.feiten.persoon]"),
    );
    let line = text
        .lines()
        .enumerate()
        .filter(|(_, line)| *line == "[uitgangspunt.feiten.besluit]")
        .nth(1)
        .unwrap()
        .0
        + 1;
    let told = faults(&text);
    assert!(
        told[0].starts_with(&format!("eigen.toml, regel {line}, kolom ")),
        "{told:?}"
    );
}

#[test]
fn faults_of_all_files_come_together() {
    let wrong = EXAMPLE.replace("antwoord = \"nee\"", "antwoord = \"neen\"");
    let twice = Cases::read(&[("a.toml", &wrong), ("b.toml", "[[geval]]\n")]).unwrap_err();
    let files: BTreeSet<_> = twice.iter().map(|fault| fault.file.as_str()).collect();
    assert_eq!(files, BTreeSet::from(["a.toml", "b.toml"]));
}

/// How the three cases of the example come out after a change of their text.
fn outcomes(right: &str, wrong: &str) -> Vec<Outcome> {
    assert!(EXAMPLE.contains(right), "{right}");
    let text = EXAMPLE.replace(right, wrong);
    let cases = Cases::read(&[("eigen.toml", &text)]).unwrap();
    cases.run(&engine())
}

#[test]
fn a_starting_point_that_is_not_all_in_order_is_told() {
    // Refused, and allowed in part: neither is "all in order".
    let refused = outcomes("treffer = \"ja\"", "treffer = \"nee\"");
    assert!(!refused[0].is_good());
    let difference = refused[0].difference.as_deref();
    assert_eq!(
        difference,
        Some("verwacht: ja; het antwoord is: nee, om V16-treffer")
    );
    let text = EXAMPLE
        .replace("\"vragen\"", "\"beantwoorden\"")
        .replace("gegevens = [\"toezicht\"]", "gegevens = [\"toezicht\", \"label\"]")
        .replace(
            "vragen_vandaag = 0",
            "vragen_vandaag = 0\nbewaren_tot = \"2030-01-01T00:00:00Z\"\ngeheim = \"nee\"\nontvangen = \"nee\"\nverzameld_voor = [\"P03\"]",
        );
    let cases = Cases::read(&[("eigen.toml", &text)]).unwrap();
    let outcomes = cases.run(&engine());
    let expected = "het antwoord is: ja, voor toezicht, om V31-categorie-doel, V33-label-gehoord";
    for number in [0, 1] {
        let told = outcomes[number].to_string();
        assert!(told.starts_with("FOUT  eigen.toml, regel "), "{told}");
        assert!(told.contains(expected), "{told}");
    }
}

#[test]
fn a_case_that_fails_on_another_test_too_is_told() {
    let outcomes = outcomes(
        "niet.vraag.weging = \"nee\"",
        "niet.vraag.weging = \"nee\"\nniet.vraag.zaak = \"nee\"",
    );
    assert_eq!(
        outcomes[1].difference.as_deref(),
        Some("verwacht: nee, om V70-weging; het antwoord is: nee, om V70-weging, V71-zaak")
    );
}
