// SPDX-License-Identifier: EUPL-1.2
//! Worlds of members that know what they know: what is counted is what all released data together say, and whoever
//! gave no answer is counted apart.

use std::collections::{BTreeMap, BTreeSet};

use basisnet_policy::Fact;

use super::*;
use crate::audit::Id;
use crate::clock::Clock;
use crate::service::matching::Known;
use crate::service::matching::testing::{Side, known, many, start};

/// The first of the sides counts; these are the others.
const OTHERS: std::ops::Range<usize> = 1..4;
/// Worlds in one network: they share who is silent and nothing else, and are asked about in one sweep.
const SIDE_BY_SIDE: u32 = 20;
/// Aanbieders in each world.
const NUMBERS: u32 = 6;
/// Networks, so that there are a hundred worlds.
const NETWORKS: u64 = 5;

/// Chance that can be had again: xorshift.
struct Chance(u64);

impl Chance {
    fn one_in(&mut self, many: u64) -> bool {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0.is_multiple_of(many)
    }
}

/// What one member knows: half of what there is, of which it is not involved with some, and restricts some.
fn register(chance: &mut Chance) -> Vec<Known> {
    let numbers = (0..NUMBERS * SIDE_BY_SIDE).filter(|_| chance.one_in(2));
    let numbers: Vec<u32> = numbers.collect();
    let mut register: Vec<Known> = numbers.into_iter().map(known).collect();
    for one in &mut register {
        if chance.one_in(5) {
            one.since = None;
        }
        if chance.one_in(5) {
            one.facts.restricted = Fact::Yes;
        }
    }
    register
}

/// What a member releases: what it is involved with and does not restrict.
fn released(register: &[Known]) -> BTreeSet<Id> {
    let takes_part = |one: &&Known| one.since.is_some() && one.facts.restricted == Fact::No;
    register
        .iter()
        .filter(takes_part)
        .map(|one| one.id)
        .collect()
}

/// The plain computation, over everything that everybody released.
fn plainly(
    mine: &[Known],
    answered: &BTreeMap<Oin, BTreeSet<Id>>,
    others: &BTreeSet<Oin>,
) -> BTreeMap<Id, Samenloop> {
    let asked = released(mine);
    let of = |one: &Known| {
        let mut samenloop = Samenloop {
            own: one.since.is_some(),
            ..Samenloop::default()
        };
        for peer in others {
            match answered.get(peer).filter(|_| asked.contains(&one.id)) {
                Some(knows) if knows.contains(&one.id) => samenloop.known.insert(*peer),
                Some(_) => true,
                None => samenloop.unknown.insert(*peer),
            };
        }
        (one.id, samenloop)
    };
    mine.iter().map(of).collect()
}

/// Twenty worlds: everybody has another register, and one in four does not answer in this epoch.
async fn worlds(sides: &[Side], chance: &mut Chance) -> Result<(), String> {
    let mut answered = BTreeMap::new();
    for side in sides {
        *side.around.known.lock().unwrap() = register(chance);
    }
    let me = &sides[0];
    for other in &sides[OTHERS] {
        if chance.one_in(4) {
            continue;
        }
        for group in me.groups_with(other) {
            me.sweeps_in(other, &group).await;
        }
        let register = other.around.known.lock().unwrap().clone();
        answered.insert(other.me, released(&register));
    }
    let mine = me.around.known.lock().unwrap().clone();
    let others = sides[OTHERS].iter().map(|side| side.me).collect();
    for (id, expected) in plainly(&mine, &answered, &others) {
        let counted = me.treffers.of(id).map_err(|error| error.to_string())?;
        if counted.samenloop() != expected {
            return Err(format!(
                "{id}: {:?}, and not {expected:?}",
                counted.samenloop()
            ));
        }
    }
    Ok(())
}

#[tokio::test]
async fn samenloop_is_what_all_released_data_say_in_a_hundred_worlds() {
    for network in 0..NETWORKS {
        let clock = Clock::wound(start());
        // All are in one group, and two of them are in another as well.
        let sides = many(&clock, &[&[0, 1, 2, 3], &[0, 1]]);
        let mut chance = Chance(0x9E37_79B9_7F4A_7C15 ^ (network + 1));
        let outcome = worlds(&sides, &mut chance).await;
        assert_eq!(outcome, Ok(()), "network {network}");
    }
}
