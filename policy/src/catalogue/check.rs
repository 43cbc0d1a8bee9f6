// SPDX-License-Identifier: EUPL-1.2
//! What does not fit together in a purpose, although each field by itself is in order.

use std::collections::BTreeSet;

use basisnet_protocol::purpose::PurposeId;

use super::{Entry, Exchange, MAX_ANSWER_DAYS};
use crate::position::Told;

/// Whether it is wrong, in which field, and what is told: the fault, what belongs there, and the mend.
type Check = (bool, &'static str, [&'static str; 3]);

/// Every field with which something is wrong.
pub(super) fn what_does_not_fit(entry: &Entry) -> Vec<(&'static str, Told)> {
    let checks = head(entry)
        .into_iter()
        .chain(given(entry))
        .chain(exchange(entry))
        .chain(inside(entry));
    let wrong = checks.filter(|(wrong, ..)| *wrong);
    wrong
        .map(|(_, field, [fault, expected, mend])| (field, Told::new(fault, expected, mend)))
        .collect()
}

fn head(entry: &Entry) -> [Check; 5] {
    let codes: BTreeSet<_> = entry.bases.iter().map(|basis| &basis.code).collect();
    [
        (
            entry.version == 0,
            "versie",
            ["de versie is 0", "een heel getal vanaf 1", "begin bij 1"],
        ),
        (
            entry.name.trim().is_empty(),
            "doel",
            [
                "het doel heeft geen tekst",
                "een zin",
                "schrijf op waarvoor het is",
            ],
        ),
        (
            entry.valid_until <= entry.valid_from,
            "geldig_tot",
            [
                "het doel eindigt voor het begint",
                "een dag na `geldig_vanaf`",
                "kies een latere dag",
            ],
        ),
        (
            entry.roles.is_empty(),
            "rollen",
            [
                "er is geen rol",
                "een lijst van rollen",
                "noem ten minste een rol",
            ],
        ),
        (
            codes.is_empty() || codes.len() != entry.bases.len(),
            "grondslag",
            [
                "er is geen grondslag, of een staat er twee keer",
                "elke grondslag een keer",
                "vul aan of haal een van beide weg",
            ],
        ),
    ]
}

fn given(entry: &Entry) -> [Check; 3] {
    let has = |way| entry.exchange.contains(&way);
    let asked = has(Exchange::Inzage) || has(Exchange::Label);
    let carried: BTreeSet<_> = entry.fields.iter().map(|field| field.category()).collect();
    let needed: BTreeSet<_> = entry.categories.iter().copied().map(Some).collect();
    [
        (
            asked == entry.categories.is_empty(),
            "categorieen",
            [
                "inzage zonder categorieën kan niet, en categorieën zonder inzage ook niet",
                "bij inzage of label een lijst van soorten gegevens, anders niets",
                "noem ten minste een soort gegevens, of haal de lijst weg",
            ],
        ),
        (
            carried != needed,
            "velden",
            [
                "de velden passen niet bij de categorieën",
                "van elke categorie ten minste een veld dat mag reizen, en geen andere",
                "vul de velden aan, of laat `velden` weg om alles te geven wat kan reizen",
            ],
        ),
        (
            has(Exchange::Treffer) && entry.id != PurposeId::matching(),
            "uitwisseling",
            [
                "alleen P08 vergelijkt aanbieders",
                "een lijst zonder `treffer`",
                "haal `treffer` weg",
            ],
        ),
    ]
}

fn exchange(entry: &Entry) -> [Check; 4] {
    let telling = entry.exchange.contains(&Exchange::Telling);
    let exchanges = entry.exchanges();
    let pointer = entry.pointer.as_deref().unwrap_or_default();
    [
        (
            exchanges && !(1..=MAX_ANSWER_DAYS).contains(&entry.retention_days),
            "bewaartermijn_dagen",
            [
                "een antwoord blijft 1 tot 90 dagen",
                "een getal van 1 tot 90",
                "kies een andere termijn",
            ],
        ),
        (
            !exchanges && (entry.retention_days != 0 || entry.min_cell != 0),
            "uitwisseling",
            [
                "dit doel wisselt niets uit, en zegt toch hoe lang of hoe klein",
                "een manier van uitwisselen",
                "haal `bewaartermijn_dagen` en `kleinste_groep` weg",
            ],
        ),
        (
            exchanges != pointer.trim().is_empty(),
            "wegwijzer",
            [
                "een wegwijzer staat er alleen, en altijd, als het doel niets uitwisselt",
                "een zin die zegt welke weg er wel is",
                "vul `wegwijzer` in, of haal hem weg",
            ],
        ),
        (
            telling && entry.min_cell < MIN_CELL,
            "kleinste_groep",
            [
                "een telling toont groepen van ten minste 5",
                "een getal vanaf 5",
                "verhoog `kleinste_groep`",
            ],
        ),
    ]
}

/// The smallest group that any count may show, as in a convenant.
const MIN_CELL: u32 = 5;

fn inside(entry: &Entry) -> [Check; 3] {
    let strange = |own: &super::OwnUse| {
        let roles = own.roles.is_empty() || !own.roles.is_subset(&entry.roles);
        roles || !own.handle.is_subset(&own.view)
    };
    [
        (
            entry.data_classes.is_empty(),
            "gegevens",
            [
                "er staat niet met welke gegevens wordt gewerkt",
                "een lijst van soorten gegevens",
                "noem ten minste een soort",
            ],
        ),
        (
            entry.own.iter().any(strange),
            "eigen",
            [
                "een rol hoort niet bij dit doel, of wordt behandeld wat niet wordt gezien",
                "rollen uit `rollen`, en in `behandelen` alleen velden uit `zien`",
                "pas de rollen of de velden aan",
            ],
        ),
        (
            entry.builds_on.contains(&entry.id),
            "bouwt_op",
            [
                "een doel bouwt niet op zichzelf",
                "codes van andere doelen",
                "haal de eigen code weg",
            ],
        ),
    ]
}

#[cfg(test)]
mod tests {
    use crate::catalogue::form;

    const P03: &str = include_str!("../../catalogue/P03.toml");
    const P06: &str = include_str!("../../catalogue/P06.toml");
    const P17: &str = include_str!("../../catalogue/P17.toml");

    const GROUND: &str = "[[grondslag]]\ncode = \"wmo-6.1\"\nwet = \"Wmo 2015\"\nartikel = \"6.1 en 5.1.5\"\navg = \"6.1.e\"\nstatus = \"geverifieerd\"\n";
    const TWICE: &str = "[[grondslag]]\ncode = \"wmo-6.1\"\nwet = \"Wmo 2015\"\nartikel = \"6.1\"\navg = \"6.1.e\"\nstatus = \"geverifieerd\"\n\n[[eigen]]";

    /// A purpose, what stands in it, what is written instead, and the field with which something is then wrong.
    const CASES: [(&str, &str, &str, &str); 15] = [
        // It has a ground in the law, and each ground once.
        (P03, GROUND, "grondslag = []\n", "grondslag"),
        (P03, "[[eigen]]", TWICE, "grondslag"),
        // Nothing is exchanged, so nothing is kept and no group is small.
        (
            P06,
            "[]\nweg",
            "[]\nbewaartermijn_dagen = 0\nkleinste_groep = 0\nweg",
            "",
        ),
        (
            P06,
            "[]\nweg",
            "[]\nbewaartermijn_dagen = 30\nweg",
            "uitwisseling",
        ),
        (
            P06,
            "[]\nweg",
            "[]\nkleinste_groep = 5\nweg",
            "uitwisseling",
        ),
        // A count is of five or more.
        (P17, "groep = 10", "groep = 6", ""),
        (P17, "groep = 10", "groep = 5", ""),
        (P17, "groep = 10", "groep = 4", "kleinste_groep"),
        (P17, "kleinste_groep = 10", "", "kleinste_groep"),
        // It says with which kinds of data is worked, and does not build on itself.
        (
            P03,
            "gegevens = [\"organisatie\", \"natuurlijk_persoon\", \"client\"]",
            "gegevens = []",
            "gegevens",
        ),
        (P03, "[\"P01\"", "[\"P03\"", "bouwt_op"),
        // Who sees something has a role in it, and handles only what is seen.
        (
            P03,
            "[[eigen]]\nrollen = [\"toezichthouder_kwaliteit\"]",
            "[[eigen]]\nrollen = []",
            "eigen",
        ),
        (
            P03,
            "[[eigen]]\nrollen = [\"toezichthouder_kwaliteit\"]",
            "[[eigen]]\nrollen = [\"financien\"]",
            "eigen",
        ),
        (
            P03,
            "behandelen = [",
            "behandelen = [\n\"contract.wet\",",
            "",
        ),
        (
            P03,
            "behandelen = [",
            "behandelen = [\n\"contract.prijs\",",
            "eigen",
        ),
    ];

    #[test]
    fn what_does_not_fit_together_is_told_at_its_field_and_nothing_else_is() {
        for (purpose, right, wrong, field) in CASES {
            assert!(purpose.contains(right), "{right}");
            let faults = form::read("doel.toml", &purpose.replace(right, wrong));
            let faults = faults.err().unwrap_or_default();
            let told: Vec<_> = faults.iter().map(|fault| fault.field.as_str()).collect();
            let expected: Vec<_> = [field]
                .into_iter()
                .filter(|field| !field.is_empty())
                .collect();
            assert_eq!(told, expected, "{wrong}");
        }
    }
}
