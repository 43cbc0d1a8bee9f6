// SPDX-License-Identifier: EUPL-1.2
//! The contrast of the palette, in light and in dark, as WCAG 2.2 computes it.

use std::collections::BTreeMap;

const THEME: &str = include_str!("../../assets/css/theme.css");

/// Text on a ground: at least 4.5.
const TEXT: [(&str, &str); 32] = [
    ("bar-text", "bar"),
    ("bar-quiet", "bar"),
    ("bar", "bar-text"),
    ("text", "ground"),
    ("text", "surface"),
    ("text", "surface-raised"),
    ("text-quiet", "ground"),
    ("text-quiet", "surface"),
    ("text-quiet", "surface-raised"),
    ("action", "ground"),
    ("action", "surface"),
    ("action", "surface-raised"),
    ("action-hover", "ground"),
    ("action-hover", "surface"),
    ("action-hover", "surface-raised"),
    ("button-text", "button"),
    ("button-text", "button-hover"),
    ("danger-text", "danger"),
    ("danger-text", "danger-hover"),
    ("good-text", "good-ground"),
    ("good-text", "surface"),
    ("good-text", "ground"),
    ("warn-text", "warn-ground"),
    ("warn-text", "surface"),
    ("warn-text", "ground"),
    ("bad-text", "bad-ground"),
    ("bad-text", "surface"),
    ("bad-text", "ground"),
    ("info-text", "info-ground"),
    ("info-text", "surface"),
    ("info-text", "ground"),
    ("text", "info-ground"),
];

/// The edge of something that can be used or that has a meaning: at least 3.
const EDGES: [(&str, &str); 11] = [
    ("line-strong", "surface"),
    ("line-strong", "ground"),
    ("focus", "surface"),
    ("focus", "ground"),
    ("focus", "surface-raised"),
    ("bad-line", "surface"),
    ("bad-line", "ground"),
    ("button", "surface"),
    ("action", "surface-raised"),
    ("good-line", "ground"),
    ("warn-line", "ground"),
];

fn palettes() -> [BTreeMap<String, [f64; 3]>; 2] {
    let dark = THEME.find("@media (prefers-color-scheme: dark)").unwrap();
    let light = colours(&THEME[..dark]);
    let mut both = light.clone();
    both.extend(colours(&THEME[dark..]));
    [light, both]
}

fn colours(css: &str) -> BTreeMap<String, [f64; 3]> {
    let declared = css
        .split(';')
        .filter_map(|line| line.rsplit_once("--bn-")?.1.split_once(": #"));
    declared
        .map(|(name, hex)| (name.to_owned(), rgb(hex)))
        .collect()
}

fn rgb(hex: &str) -> [f64; 3] {
    [0, 2, 4].map(|at| f64::from(u8::from_str_radix(&hex[at..at + 2], 16).unwrap()) / 255.0)
}

fn luminance(colour: [f64; 3]) -> f64 {
    let [r, g, b] = colour.map(|c| {
        if c <= 0.040_45 {
            c / 12.92
        } else {
            ((c + 0.055) / 1.055).powf(2.4)
        }
    });
    0.2126 * r + 0.7152 * g + 0.0722 * b
}

fn ratio(one: [f64; 3], other: [f64; 3]) -> f64 {
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

#[test]
fn black_on_white_is_twenty_one_to_one() {
    assert!((ratio(rgb("000000"), rgb("ffffff")) - 21.0).abs() < 0.01);
}

#[test]
fn light_and_dark_name_the_same_colours() {
    let [light, dark] = palettes();
    assert_eq!(
        light.keys().collect::<Vec<_>>(),
        dark.keys().collect::<Vec<_>>()
    );
    assert!(light.len() > 30);
}

#[test]
fn every_text_can_be_read_on_its_ground() {
    for palette in palettes() {
        for (text, ground) in TEXT {
            let found = ratio(palette[text], palette[ground]);
            assert!(found >= 4.5, "{text} on {ground}: {found:.2}");
        }
    }
}

#[test]
fn every_edge_that_means_something_can_be_seen() {
    for palette in palettes() {
        for (edge, ground) in EDGES {
            let found = ratio(palette[edge], palette[ground]);
            assert!(found >= 3.0, "{edge} on {ground}: {found:.2}");
        }
    }
}
