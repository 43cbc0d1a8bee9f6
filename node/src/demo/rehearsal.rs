// SPDX-License-Identifier: EUPL-1.2
//! The invented register of one member of a trial group, so that a region rehearses without real data.
//!
//! Every member makes its own, with the same seed and its own place in the group; what they share follows from those. A
//! fifth of it everybody knows, a fifth is shared with each of two neighbours, the rest nobody else knows. The numbers
//! lie outside what the registers give out, and every name says that it is a trial.

use std::fmt::Write as _;

use super::names;
use super::random::Repeatable;
use super::region::Form;

/// The most members of a trial group.
pub const MOST_MEMBERS: u32 = 40;
/// The most aanbieders in the register of one of them.
pub const MOST_PROVIDERS: u32 = 5_000;

/// Which part of the group somebody makes a register for.
#[derive(Clone, Copy, Debug)]
pub struct Part<'a> {
    /// Agreed on by all.
    pub seed: &'a str,
    /// The own place, from 1.
    pub member: u32,
    /// How many there are.
    pub members: u32,
    /// How many aanbieders each has.
    pub size: u32,
}

impl Part<'_> {
    /// The register, for `basisnet aanbieder invoeren`.
    #[must_use]
    pub fn register(&self) -> String {
        let stems = names::all();
        let mut text = String::from("naam;kvk;agb;rechtsvorm\n");
        for number in self.numbers() {
            let mut random = Repeatable::new(self.seed_of(number));
            let at = random.below(stems.len());
            let stem = stems.get(at).map_or("Zorg", String::as_str);
            let prefix = if random.percent(50) { "00" } else { "99" };
            let form = match random.below(100) {
                0..8 => Form::Eenmanszaak,
                8..16 => Form::Unknown,
                16..60 => Form::Bv,
                _ => Form::Stichting,
            };
            // Writing to a text cannot fail. 613 and a million share no factor, so no two numbers are the same.
            let _ = writeln!(
                text,
                "Proef {stem} {number};{prefix}{:06};;{}",
                number * 613 % 1_000_000,
                form.as_text()
            );
        }
        text
    }

    /// Which aanbieders of all there are the own ones are.
    fn numbers(&self) -> Vec<u32> {
        let (fifth, rest) = (self.size / 5, self.size - 3 * (self.size / 5));
        let (me, others) = (self.member.saturating_sub(1), self.members.max(1));
        let before = (me + others - 1) % others;
        let shared = |with: u32| {
            let begins = fifth + with * fifth;
            begins..begins + fifth
        };
        let own = fifth * (1 + others) + me * rest;
        let mut all: Vec<u32> = (0..fifth).collect();
        all.extend(shared(before));
        all.extend(shared(me).filter(|_| before != me));
        all.extend(own..own + rest);
        all.sort_unstable();
        all.dedup();
        all
    }

    fn seed_of(&self, number: u32) -> u64 {
        let letters = self.seed.bytes().chain(number.to_be_bytes());
        letters.fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
        })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn rows(member: u32, members: u32, size: u32) -> BTreeSet<String> {
        let part = Part {
            seed: "regio",
            member,
            members,
            size,
        };
        let text = part.register();
        text.lines().skip(1).map(ToOwned::to_owned).collect()
    }

    #[test]
    fn what_members_share_is_the_same_at_each_and_the_rest_nobody_else_has() {
        let all: Vec<_> = (1..=4).map(|member| rows(member, 4, 100)).collect();
        for (at, register) in all.iter().enumerate() {
            assert_eq!(register.len(), 100);
            let elsewhere = |row: &&String| {
                let others = all.iter().enumerate().filter(|(other, _)| *other != at);
                others.filter(|(_, other)| other.contains(*row)).count()
            };
            assert_eq!(
                register.iter().filter(|row| elsewhere(row) == 3).count(),
                20
            );
            assert_eq!(
                register.iter().filter(|row| elsewhere(row) == 1).count(),
                40
            );
        }
        assert_eq!(rows(2, 4, 100), all[1]);
    }

    #[test]
    fn no_two_have_one_number_in_the_largest_group_and_none_could_be_real() {
        let mut seen = BTreeSet::new();
        for member in [1, MOST_MEMBERS] {
            for row in rows(member, MOST_MEMBERS, MOST_PROVIDERS) {
                let fields: Vec<&str> = row.split(';').collect();
                let (name, kvk) = (fields[0].to_owned(), fields[1].to_owned());
                assert!(name.starts_with("Proef "), "{name}");
                assert!(
                    kvk.len() == 8 && (kvk.starts_with("00") || kvk.starts_with("99")),
                    "{kvk}"
                );
                seen.insert((name, kvk));
            }
        }
        let numbers: BTreeSet<_> = seen.iter().map(|(_, kvk)| &kvk[2..]).collect();
        assert_eq!(numbers.len(), seen.len());
    }

    #[test]
    fn two_share_all_that_is_not_their_own() {
        let (one, other) = (rows(1, 2, 100), rows(2, 2, 100));
        assert_eq!(one.intersection(&other).count(), 60);
    }
}
