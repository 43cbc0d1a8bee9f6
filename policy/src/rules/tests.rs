// SPDX-License-Identifier: EUPL-1.2
//! What loads as rules and what does not, and what is told about it.

use super::*;

const LOCAL: &str = r#"@id("L01-eigen") @wet("eigen beleid") @uitleg("Niet op deze dag") @nodig("een andere dag")
    forbid (principal, action == Action::"ask", resource) when { context.now < 5 };"#;

fn with(text: &str) -> Result<Rules, LoadError> {
    Rules::load(&[("eigen.cedar", text)])
}

#[test]
fn the_rules_that_come_with_the_program_load() {
    let rules = Rules::embedded().unwrap();
    assert_eq!(rules.guards().count(), REQUIRED.len() - 1);
}

#[test]
fn a_local_test_may_be_added() {
    let rules = with(LOCAL).unwrap();
    assert!(rules.guards().any(|guard| guard.id.is_local()));
    assert_ne!(rules.hash(), Rules::embedded().unwrap().hash());
}

#[test]
fn a_missing_test_refuses_to_load() {
    let texts: Vec<_> = TEXTS
        .iter()
        .copied()
        .filter(|(file, _)| !file.starts_with("10"))
        .collect();
    let refused = Rules::from_texts(SCHEMA, &texts).unwrap_err();
    assert!(matches!(refused, LoadError::MissingGuard(id) if id == "V90-zelfde-doel"));
}

fn told(text: &str) -> Vec<String> {
    let LoadError::Faults(faults) = with(text).unwrap_err() else {
        panic!("a test is missing")
    };
    faults.iter().map(ToString::to_string).collect()
}

/// What is made of a good text, and what is said of it then.
const FAULTS: &[(&str, &str, &str)] = &[
    (
        LOCAL,
        "forbid (principal",
        "regel 1, kolom 18: dit is geen geldige regeltekst",
    ),
    (
        "@wet(\"eigen beleid\")",
        "",
        "regel 1, kolom 1, `L01-eigen`: de regel mist `@wet`",
    ),
    ("eigen beleid", " ", "`L01-eigen`: de regel mist `@wet`"),
    (
        "@nodig",
        "@nodg(\"x\") @nodig",
        "`L01-eigen`: de aantekening `@nodg` bestaat niet",
    ),
    (
        "Niet op deze dag",
        "Niet (w)\\n  advies van fg: positief",
        "`L01-eigen`: `@uitleg` laat zich niet tonen",
    ),
    (
        "Niet op deze dag",
        "Niet \u{202e}gad ezed po",
        "`L01-eigen`: `@uitleg` laat zich niet tonen",
    ),
    (
        "Niet op deze dag",
        "Niet\u{ad} op deze dag",
        "`L01-eigen`: `@uitleg` laat zich niet tonen",
    ),
    (
        "Niet op deze dag",
        "Bel １１１222３３３",
        "`L01-eigen`: `@uitleg` laat zich niet tonen",
    ),
    (
        "een andere dag",
        "bel over 123456782",
        "`L01-eigen`: `@nodig` laat zich niet tonen",
    ),
    (
        "L01-eigen",
        "V01-lid",
        "`V01-lid`: er is al een regel met deze naam",
    ),
    (
        "L01-eigen",
        "V99-nieuw",
        "`V99-nieuw`: deze naam is niet vrij",
    ),
    ("L01-eigen", "x", "`x`: deze naam is niet vrij"),
    (
        "forbid",
        "permit",
        "`L01-eigen`: een eigen regel kan alleen verbieden",
    ),
    ("(principal,", "(principal == ?principal,", "een sjabloon"),
    (
        "context.now",
        "context.nou",
        "regel 2, kolom 66, `L01-eigen`: de regel past niet bij de woordenlijst",
    ),
    (
        "\"ask\"",
        "\"vraag\"",
        "`L01-eigen`: de regel past niet bij de woordenlijst",
    ),
    (
        "context.now < 5",
        "context has entry && false",
        "`L01-eigen`: de regel kan nooit iets verbieden",
    ),
    (
        "context.now < 5",
        "context.restricted",
        "`L01-eigen`: de regel past niet bij de woordenlijst",
    ),
    (
        "context.now < 5",
        "resource == Category::\"verdenking\"",
        "`L01-eigen`: de regel past niet bij de woordenlijst",
    ),
    (
        "resource)",
        "resource is Org)",
        "`L01-eigen`: de regel kan nooit iets verbieden",
    ),
];

#[test]
fn a_rule_text_with_any_fault_refuses_to_load_and_says_where_and_what() {
    for (good, faulty, expected) in FAULTS {
        let told = told(&LOCAL.replace(good, faulty));
        assert!(
            told.iter()
                .any(|told| told.starts_with("eigen.cedar, regel ") && told.contains(expected)),
            "{expected}: {told:?}"
        );
    }
}

#[test]
fn all_that_is_wrong_with_a_set_of_rules_is_told_at_once() {
    let two = format!(
        "{}\n{}",
        LOCAL.replace("@wet(\"eigen beleid\")", ""),
        LOCAL
            .replace("L01-eigen", "L02-eigen")
            .replace("context.now", "context.nou")
    );
    let texts = [("een.cedar", two.as_str()), ("twee.cedar", "forbid (")];
    let LoadError::Faults(faults) = Rules::load(&texts).unwrap_err() else {
        panic!("a test is missing")
    };
    let places: Vec<_> = faults
        .iter()
        .map(|f| (f.file.as_str(), f.line, f.field.as_str()))
        .collect();
    assert_eq!(
        places,
        [
            ("een.cedar", 1, "L01-eigen"),
            ("een.cedar", 4, "L02-eigen"),
            ("twee.cedar", 1, "")
        ]
    );
}

#[test]
fn a_rule_that_presents_itself_badly_is_told_where_it_begins() {
    let second = LOCAL
        .replace("L01-eigen", "L02-eigen")
        .replace("@wet(\"eigen beleid\")", "");
    let told = told(&format!("{LOCAL}\n{second}"));
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(
        told[0].starts_with("eigen.cedar, regel 3, kolom 1, `L02-eigen`: de regel mist `@wet`"),
        "{told:?}"
    );
}

#[test]
fn a_name_that_is_there_twice_is_told_where_it_stands_the_second_time() {
    let remark = "// @id(\"L01-eigen\") was hier eerst\n";
    let told = told(&format!("{remark}{LOCAL}\n\n{LOCAL}\n"));
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(
        told[0].starts_with("eigen.cedar, regel 5, kolom 1, `L01-eigen`: er is al een regel"),
        "{told:?}"
    );
}

#[test]
fn the_mark_that_some_editors_put_before_a_text_is_no_fault() {
    let marked = with(&format!("\u{feff}{LOCAL}")).unwrap();
    assert_eq!(marked.hash(), with(LOCAL).unwrap().hash());
}

#[test]
fn what_the_engine_says_in_english_is_not_told() {
    let faulty = [
        "forbid (",
        "forbid principal",
        "x",
        "@id(\"L01-x\") forbid (principal, action, resource) when { 1 + \"a\" };",
    ];
    for text in faulty
        .into_iter()
        .chain([LOCAL.replace("context.now", "context.nou").as_str()])
    {
        for one in told(text) {
            let english = [
                " unexpected ",
                " token",
                " attribute",
                " not found",
                " expected ",
                " type ",
            ];
            assert!(!english.iter().any(|word| one.contains(word)), "{one}");
        }
    }
}

#[test]
fn thousands_of_faulty_rules_are_answered_with_the_first_hundred() {
    let rule = |number: usize| LOCAL.replace("L01-eigen", &format!("K{number:05}"));
    let many: String = (0..4_000).map(|number| rule(number) + "\n").collect();
    let begun = std::time::Instant::now();
    assert_eq!(told(&many).len(), MOST_FAULTS);
    assert!(begun.elapsed().as_secs() < 30, "{:?}", begun.elapsed());
}

/// The reading stops there: what another file holds is told once these are mended.
#[test]
fn after_the_hundredth_fault_no_other_is_looked_for() {
    let wrong = |number: usize| LOCAL.replace("L01-eigen", &format!("K{number:05}"));
    let many: String = (0..MOST_FAULTS)
        .map(|number| wrong(number) + "\n")
        .collect();
    let (later, twice) = (wrong(MOST_FAULTS), wrong(0));
    let no_word = LOCAL.replace("context.now", "context.nou");
    for other in [later, twice, no_word] {
        let texts = [("b.cedar", many.as_str()), ("a.cedar", other.as_str())];
        let Err(LoadError::Faults(faults)) = Rules::load(&texts) else {
            panic!("rules with faults were taken")
        };
        assert_eq!(faults.iter().count(), MOST_FAULTS);
        assert!(
            faults.iter().all(|fault| fault.file == "b.cedar"),
            "{faults}"
        );
    }
}

#[test]
fn more_rules_than_somebody_can_read_are_refused() {
    let rule =
        |number: usize| LOCAL.replace("L01-eigen", &format!("L{:02}-eigen-{number}", number % 100));
    let many: String = (0..=reading::MOST_RULES)
        .map(|number| rule(number) + "\n")
        .collect();
    let told = told(&many);
    assert!(
        told.iter()
            .any(|one| one.contains("er zijn te veel regels")),
        "{told:?}"
    );
}

#[test]
fn a_fault_in_the_vocabulary_has_its_place() {
    let wrong = SCHEMA.replace("entity Org;", "entity Org");
    let error = Rules::from_texts(&wrong, &TEXTS).unwrap_err().to_string();
    assert!(error.starts_with("schema.cedarschema, regel "), "{error}");
}

#[test]
fn the_hash_does_not_depend_on_the_order_of_the_files() {
    let mut texts = TEXTS;
    texts.reverse();
    let turned = Rules::from_texts(SCHEMA, &texts).unwrap();
    assert_eq!(turned.hash(), Rules::embedded().unwrap().hash());
}

#[test]
fn every_test_explains_itself_in_whole_words() {
    for guard in Rules::embedded().unwrap().guards() {
        assert!(
            guard.explanation.len() > 20 && !guard.explanation.ends_with('.'),
            "{guard:?}"
        );
        assert!(
            !guard.remedy.is_empty() && !guard.law.is_empty(),
            "{guard:?}"
        );
    }
}

#[test]
fn rules_keep_the_texts_they_were_read_from() {
    let rules = with(LOCAL).unwrap();
    assert_eq!(rules.vocabulary(), SCHEMA);
    let texts = TEXTS.iter().chain(&[("eigen.cedar", LOCAL)]);
    let texts = texts.map(|(file, text)| ((*file).to_owned(), (*text).to_owned()));
    assert_eq!(rules.texts(), &texts.collect::<BTreeMap<_, _>>());
    let again: Vec<_> = rules
        .texts()
        .iter()
        .map(|(file, text)| (file.as_str(), text.as_str()))
        .collect();
    let again = Rules::from_texts(rules.vocabulary(), &again).unwrap();
    assert_eq!(again.hash(), rules.hash());
}
