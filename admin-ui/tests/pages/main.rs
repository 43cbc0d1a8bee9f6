// SPDX-License-Identifier: EUPL-1.2
//! What must hold for the HTML of every page, in every state and in both languages.

#![expect(clippy::unwrap_used, reason = "a test may stop at once")]

mod contrast;
mod gallery;

use std::collections::BTreeSet;

use basisnet_admin_ui::i18n::Language;
use gallery::Gallery;
use scraper::{ElementRef, Html, Selector};

fn all(language: Language) -> Vec<(String, String)> {
    Gallery { language, mark: "" }.pages()
}

fn both() -> Vec<(String, String)> {
    [all(Language::Dutch), all(Language::English)].concat()
}

fn select<'a>(page: &'a Html, what: &str) -> Vec<ElementRef<'a>> {
    let selector = Selector::parse(what).unwrap();
    page.select(&selector).collect()
}

fn text(element: ElementRef<'_>) -> String {
    element.text().collect::<String>().trim().to_owned()
}

#[test]
fn every_page_has_one_main_heading_and_one_main_part() {
    for (name, html) in both() {
        let page = Html::parse_document(&html);
        assert_eq!(select(&page, "h1").len(), 1, "{name}");
        assert!(!text(select(&page, "h1")[0]).is_empty(), "{name}");
        assert_eq!(select(&page, "main#inhoud").len(), 1, "{name}");
        assert_eq!(select(&page, "a[href='#inhoud']").len(), 1, "{name}");
    }
}

#[test]
fn headings_never_skip_a_level() {
    for (name, html) in both() {
        let page = Html::parse_document(&html);
        let mut last = 0;
        for heading in select(&page, "main h1, main h2, main h3, main h4") {
            let level: u8 = heading.value().name()[1..].parse().unwrap();
            // The summary of faults and a message stand above the content, by their own heading.
            assert!(level <= last + 1 || last == 0, "{name}: {}", text(heading));
            last = level;
        }
    }
}

#[test]
fn every_page_says_its_language_and_its_title_in_one_pattern() {
    for language in [Language::Dutch, Language::English] {
        for (name, html) in all(language) {
            let page = Html::parse_document(&html);
            assert_eq!(
                select(&page, "html")[0].value().attr("lang"),
                Some(language.code()),
                "{name}"
            );
            let title = text(select(&page, "title")[0]);
            let (own, shared) = title.rsplit_once(" – ").unwrap();
            assert_eq!(shared, "BasisNet Veenendaal", "{name}");
            assert!(!own.is_empty(), "{name}");
            let faulty = !select(&page, "[aria-invalid], .bn-field--invalid").is_empty();
            let said = own.starts_with("Fout: ") || own.starts_with("Error: ");
            assert!(!faulty || said, "{name}: {title}");
        }
    }
}

#[test]
fn every_key_has_a_text() {
    for (name, html) in both() {
        let page = Html::parse_document(&html);
        let words: String = page.root_element().text().collect();
        assert!(
            !words.contains("[fout-") && !words.contains("[veld-"),
            "{name}"
        );
        assert!(
            !words
                .split_whitespace()
                .any(|w| w.starts_with('[') && w.ends_with(']')),
            "{name}"
        );
    }
}

#[test]
fn every_id_is_there_once_and_every_reference_arrives() {
    for (name, html) in both() {
        let page = Html::parse_document(&html);
        let mut ids = BTreeSet::new();
        for element in select(&page, "[id]") {
            let id = element.value().attr("id").unwrap();
            assert!(ids.insert(id), "{name}: {id} twice");
        }
        for attribute in ["aria-describedby", "aria-labelledby", "for"] {
            for element in select(&page, &format!("[{attribute}]")) {
                for id in element.value().attr(attribute).unwrap().split_whitespace() {
                    assert!(ids.contains(id), "{name}: {attribute} names {id}");
                }
            }
        }
        for link in select(&page, "a[href^='#']") {
            let target = &link.value().attr("href").unwrap()[1..];
            assert!(ids.contains(target), "{name}: link to {target}");
        }
    }
}

#[test]
fn every_field_has_a_label_and_every_group_a_legend() {
    for (name, html) in both() {
        let page = Html::parse_document(&html);
        let labels: BTreeSet<&str> = select(&page, "label")
            .iter()
            .filter_map(|l| l.value().attr("for"))
            .collect();
        for field in select(&page, "input:not([type=hidden]), select, textarea") {
            let id = field.value().attr("id").unwrap();
            assert!(labels.contains(id), "{name}: {id}");
        }
        for group in select(&page, "fieldset") {
            let legend = group.select(&Selector::parse("legend").unwrap()).count();
            assert_eq!(legend, 1, "{name}");
        }
    }
}

#[test]
fn a_fault_is_linked_from_the_summary_and_named_at_its_field() {
    for (name, html) in both() {
        let page = Html::parse_document(&html);
        let fields = select(&page, ".bn-field--invalid").len();
        let links = select(&page, "[role=alert] a[href^='#veld-']").len();
        assert_eq!(fields, links, "{name}");
        assert_eq!(fields, select(&page, ".bn-error[id]").len(), "{name}");
    }
}

#[test]
fn nothing_needs_an_inline_style_or_script() {
    for (name, html) in both() {
        let page = Html::parse_document(&html);
        assert!(select(&page, "[style], style").is_empty(), "{name}");
        assert!(select(&page, "script:not([src])").is_empty(), "{name}");
        for element in select(&page, "*") {
            let handler = element
                .value()
                .attrs()
                .find(|(key, _)| key.starts_with("on") || *key == "hx-on");
            assert!(handler.is_none(), "{name}: {handler:?}");
        }
        for element in select(&page, "[src], link[href]") {
            let address = element
                .value()
                .attr("src")
                .or(element.value().attr("href"))
                .unwrap();
            assert!(address.starts_with("/statisch/"), "{name}: {address}");
        }
    }
}

#[test]
fn every_form_that_changes_something_carries_the_token_of_the_session() {
    for (name, html) in both() {
        let page = Html::parse_document(&html);
        for form in select(&page, "form") {
            assert_eq!(form.value().attr("method"), Some("post"), "{name}");
            let token = form
                .select(&Selector::parse("input[name=csrf]").unwrap())
                .count();
            assert_eq!(token, 1, "{name}");
        }
    }
}

#[test]
fn every_table_has_a_name_and_says_what_its_heads_are_for() {
    for (name, html) in both() {
        let page = Html::parse_document(&html);
        for region in select(&page, "[role=region]") {
            let value = region.value();
            assert!(
                value
                    .attr("aria-label")
                    .or(value.attr("aria-labelledby"))
                    .is_some(),
                "{name}"
            );
            assert_eq!(value.attr("tabindex"), Some("0"), "{name}");
        }
        assert_eq!(
            select(&page, "table").len(),
            select(&page, "[role=region] > table").len(),
            "{name}"
        );
        assert!(select(&page, "th:not([scope])").is_empty(), "{name}");
        for row in select(&page, "tbody tr") {
            assert_eq!(
                row.select(&Selector::parse("th[scope=row]").unwrap())
                    .count(),
                1,
                "{name}"
            );
        }
    }
}

#[test]
fn a_question_for_another_says_in_whose_name_it_was_put_at_both_sides() {
    for (language, label) in [
        (Language::Dutch, "Namens"),
        (Language::English, "On behalf of"),
    ] {
        let said = format!("<dt>{label}</dt><dd>Renswoude</dd>");
        let pages: Vec<_> = all(language)
            .into_iter()
            .filter(|(name, _)| name == "verzoek" || name.starts_with("inzage-beantwoord"))
            .collect();
        assert!(pages.len() >= 2, "{}", pages.len());
        for (name, html) in pages {
            assert!(html.contains(&said), "{name}");
        }
    }
}

#[test]
fn what_people_and_other_nodes_wrote_comes_back_as_text() {
    let mark =
        "<script>alert(1)</script><img src=x onerror=alert(1)>\"' onfocus=alert(1) x=\"{{7*7}}";
    let plain = all(Language::Dutch);
    let hostile = Gallery {
        language: Language::Dutch,
        mark,
    };
    for ((name, before), (_, after)) in plain.iter().zip(hostile.pages()) {
        let shape = |html: &str| -> Vec<(String, Vec<String>)> {
            let page = Html::parse_document(html);
            select(&page, "*")
                .iter()
                .map(|e| {
                    (
                        e.value().name().to_owned(),
                        e.value().attrs().map(|(key, _)| key.to_owned()).collect(),
                    )
                })
                .collect()
        };
        assert_eq!(shape(before), shape(&after), "{name}");
    }
}

#[test]
fn every_kind_of_nothing_has_a_text_of_its_own() {
    let pages = all(Language::Dutch);
    let nothing: BTreeSet<String> = pages
        .iter()
        .flat_map(|(_, html)| {
            let page = Html::parse_document(html);
            select(&page, ".bn-empty p:first-child")
                .into_iter()
                .map(text)
                .collect::<Vec<_>>()
        })
        .collect();
    assert_eq!(nothing.len(), 7, "{nothing:?}");
}

#[test]
fn the_statement_on_accessibility_claims_nothing_that_was_not_tested() {
    let (_, html) = all(Language::Dutch)
        .into_iter()
        .find(|(name, _)| name == "toegankelijkheid")
        .unwrap();
    let page = Html::parse_document(&html);
    let words: String = page.root_element().text().collect();
    assert!(words.contains("Daarom zeggen wij niet dat BasisNet aan de eisen voldoet"));
}
