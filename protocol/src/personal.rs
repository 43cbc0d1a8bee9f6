// SPDX-License-Identifier: EUPL-1.2
//! Finds in a text what leads to a person: a citizen service number, an e-mail address, a telephone number.
//!
//! A question has a reference to a case and a weighing, and people write in it what they have at hand. What is found is
//! said by its kind and its place; the text itself is never repeated. The mailbox and telephone number of a functional
//! contact lead to a team and may stand anywhere, so they are not found ([`Functional`]).
//!
//! It is found as a reader takes it in: in the digits of any script, and with letters in between that nobody sees.
//!
//! Where it is not clear, it is found: who typed it is then asked to write it otherwise. That is the better mistake.

mod fold;
mod mailbox;
mod message;
mod telephone;

pub use message::in_message;

use std::collections::BTreeSet;
use std::fmt;
use std::ops::Range;

use crate::bsn;
use fold::Folded;

/// What leads to a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Personal {
    /// A BSN.
    CitizenServiceNumber,
    /// An e-mail address.
    Mailbox,
    /// A telephone number.
    Telephone,
}

impl fmt::Display for Personal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::CitizenServiceNumber => "citizen service number",
            Self::Mailbox => "e-mail address",
            Self::Telephone => "telephone number",
        })
    }
}

/// Something that was found, by its place; what it is stays in the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// What it looks like.
    pub kind: Personal,
    /// The bytes of it.
    pub place: Range<usize>,
}

impl Found {
    /// The number of its first character, counted from one, as a person counts.
    #[must_use]
    pub fn position(&self, text: &str) -> usize {
        let before = text
            .char_indices()
            .take_while(|(at, _)| *at < self.place.start);
        before.count() + 1
    }
}

/// The same, as it is told to who wrote it: the field and the number of the character there. Never the text.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{field}` holds what looks like a {kind}, at character {position}")]
pub struct Place {
    /// In which field.
    pub field: String,
    /// At which character, counted from one.
    pub position: usize,
    /// What it looks like.
    pub kind: Personal,
}

/// The mailboxes and telephone numbers of teams, which lead to no person.
#[derive(Clone, Debug, Default)]
pub struct Functional {
    mailboxes: BTreeSet<String>,
    telephones: BTreeSet<String>,
}

impl Functional {
    /// None.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// These, and those of one team more.
    #[must_use]
    pub fn with(mut self, mailbox: &str, telephone: &str) -> Self {
        let (mailbox, telephone) = (Folded::of(mailbox).text, Folded::of(telephone).text);
        let mailboxes = mailbox::find(&mailbox).into_iter();
        let mailboxes = mailboxes.filter_map(|place| mailbox.get(place));
        self.mailboxes.extend(mailboxes.map(mailbox::same));
        let telephones = telephone::find(&telephone).into_iter();
        let telephones = telephones.filter_map(|place| telephone.get(place));
        self.telephones.extend(telephones.map(telephone::same));
        self
    }

    fn has(&self, kind: Personal, text: &str) -> bool {
        match kind {
            Personal::CitizenServiceNumber => false,
            Personal::Mailbox => self.mailboxes.contains(&mailbox::same(text)),
            Personal::Telephone => self.telephones.contains(&telephone::same(text)),
        }
    }
}

/// What leads to a person in this text, in the order of its places.
#[must_use]
pub fn find(text: &str, functional: &Functional) -> Vec<Found> {
    // Most texts are a name or a code. Numbers of persons have digits, and an address its sign or that in brackets.
    let may_hold_any =
        |byte: u8| byte.is_ascii_digit() || b"@([{".contains(&byte) || !byte.is_ascii();
    if !text.bytes().any(may_hold_any) {
        return Vec::new();
    }
    let folded = Folded::of(text);
    let of = |kind, places: Vec<Range<usize>>| {
        places.into_iter().map(move |place| Found { kind, place })
    };
    let mut found: Vec<Found> = of(Personal::Mailbox, mailbox::find(&folded.text))
        .chain(of(Personal::Telephone, telephone::find(&folded.text)))
        .filter(|found| {
            let found_text = folded.text.get(found.place.clone()).unwrap_or_default();
            !functional.has(found.kind, found_text)
        })
        .chain(of(Personal::CitizenServiceNumber, numbers(&folded)))
        .map(|found| Found {
            place: folded.place(&found.place),
            ..found
        })
        .collect();
    found.sort_by_key(|found| (found.place.start, found.kind));
    found
}

/// Whether somebody who reads this text reads what may be a BSN in it.
///
/// [`bsn::occurs_in`] says the same of a text as its bytes are, for what two nodes have to agree on.
#[must_use]
pub fn holds_bsn(text: &str) -> bool {
    !numbers(&Folded::of(text)).is_empty()
}

/// The places of what may be a BSN; low lines between the groups join them, as hyphens do.
fn numbers(folded: &Folded) -> Vec<Range<usize>> {
    bsn::find(&folded.text.replace('_', "-"))
}

/// Whether this letter is there and nobody sees it, or it turns others around: it has no place in a line that somebody
/// else reads and decides on.
#[must_use]
pub fn is_unseen(letter: char) -> bool {
    fold::is_unseen(letter)
}

/// The same, by the field that this text is of.
#[must_use]
pub fn places(field: &str, text: &str, functional: &Functional) -> Vec<Place> {
    let found = find(text, functional).into_iter();
    let place = |found: Found| Place {
        field: field.to_owned(),
        position: found.position(text),
        kind: found.kind,
    };
    found.map(place).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn kinds(text: &str) -> Vec<Personal> {
        let found = find(text, &Functional::new());
        found.into_iter().map(|found| found.kind).collect()
    }

    #[test]
    fn each_is_found_by_its_kind_and_its_place() {
        let text = "één: 111222333, jan@voorbeeld.nl of 06-12345678";
        let found = find(text, &Functional::new());
        let said: Vec<_> = found
            .iter()
            .map(|one| (one.kind, one.position(text)))
            .collect();
        let expected = [
            (Personal::CitizenServiceNumber, 6),
            (Personal::Mailbox, 17),
            (Personal::Telephone, 37),
        ];
        assert_eq!(said, expected);
    }

    #[test]
    fn it_is_found_in_any_digits_and_with_unseen_letters_in_between() {
        use Personal::{CitizenServiceNumber as Bsn, Mailbox, Telephone};
        for (text, kind, place) in [
            ("BSN １１１２２２３３３", Bsn, 5),
            ("BSN ١١١٢٢٢٣٣٣", Bsn, 5),
            ("BSN 𝟭𝟭𝟭222³³³", Bsn, 5),
            ("BSN ①①①②②②③③③", Bsn, 5),
            ("BSN 111\u{ad}222\u{ad}333", Bsn, 5),
            ("BSN 11122\u{200f}2333", Bsn, 5),
            ("BSN \u{202e}111222333\u{202c}", Bsn, 6),
            ("BSN 1\u{336}11222333", Bsn, 5),
            ("BSN 111_222_333", Bsn, 5),
            ("BSN 111·222•333", Bsn, 5),
            ("BSN 111−222−333", Bsn, 5),
            ("tel ０６－１２３４５６７８", Telephone, 5),
            ("tel ＋31 6 1234 5678", Telephone, 5),
            ("tel 06\u{200b}1234\u{2060}5678", Telephone, 5),
            ("mail jan\u{ad}@voorbeeld．nl", Mailbox, 6),
            ("mail ｊａｎ＠ｖｏｏｒｂｅｅｌｄ．ｎｌ", Mailbox, 6),
            ("mail jan(at)voorbeeld.nl", Mailbox, 6),
            ("mail jan [AT] voorbeeld.nl", Mailbox, 6),
        ] {
            let found = find(text, &Functional::new());
            let said: Vec<_> = found
                .iter()
                .map(|one| (one.kind, one.position(text)))
                .collect();
            assert_eq!(said, [(kind, place)], "{text}");
            assert_eq!(holds_bsn(text), kind == Bsn, "{text}");
        }
        let functional = Functional::new().with("toezicht@voorbeeld.nl", "0318 123 456");
        assert_eq!(find("０３１８ 123\u{ad}456", &functional), []);
    }

    #[test]
    fn what_people_write_about_a_case_holds_nothing_of_it() {
        for text in [
            "",
            "Z-2026-001234",
            "zaak 2026/0012345",
            "Z.2027.0001, twee meldingen over de kwaliteit",
            "KVK 12345678, vestiging 000012345679",
            "kvk 09012345",
            "AGB 01234567",
            "00000099000000345000",
            "gemeld op 01-02-2026 12 keer, en op 2026-11-21",
            "van 01-02-2026 - 05-03-2026",
            "01.02.2026 10.30 uur",
            "artikel 6.1 Wmo 2015, 3 x 10 uur",
            "bedrag 12.345.678,90",
            "avg-6.1.e",
            "zie @ de bijlage",
            "een bed (at risk) van 20 m², artikel 5²",
            "zaak_2026_001234",
            "14 0318",
        ] {
            assert_eq!(kinds(text), [], "{text}");
        }
    }

    #[test]
    fn the_contact_of_a_team_may_stand_anywhere_and_another_may_not() {
        let functional = Functional::new().with("Toezicht@voorbeeld.nl", "0318 123 456");
        for text in [
            "bel toezicht@voorbeeld.nl of 0318-123456.",
            "+31 318 123456",
            "TOEZICHT@VOORBEELD.NL",
        ] {
            assert_eq!(find(text, &functional), [], "{text}");
        }
        assert_eq!(find("jan.toezicht@voorbeeld.nl", &functional).len(), 1);
        assert_eq!(find("0318-123457", &functional).len(), 1);
    }

    proptest! {
        #[test]
        fn any_text_can_be_searched(text in ".{0,80}") {
            for found in find(&text, &Functional::new()) {
                prop_assert!(text.get(found.place.clone()).is_some());
                prop_assert!(found.position(&text) <= text.chars().count());
            }
        }

        #[test]
        fn numbers_and_marks_in_any_order_can_be_searched(text in "[0-9 @+()./a\u{a0}-]{0,60}") {
            for found in find(&text, &Functional::new()) {
                prop_assert!(text.get(found.place).is_some());
            }
        }
    }
}
