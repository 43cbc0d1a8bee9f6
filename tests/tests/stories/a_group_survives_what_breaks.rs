// SPDX-License-Identifier: EUPL-1.2
//! A group of 3, 5 or 8 is drafted, accepted, joined, changed, left by one, and ended, and a member gets another
//! certificate, while in the middle of every step members are cut off after some messages, lose an answer, stop and come
//! back, or are killed between a write and whoever waits for it. Nothing is ever half in force, and once the network is
//! whole all members are where they would have been. `BASISNET_SEED` plays one seed again, and
//! `BASISNET_SEEDS` says how many are played.

use std::collections::BTreeSet;
use std::time::Duration;

use basisnet_node::service::convenant::{ActKind, ConvenantError, Unfitting};
use basisnet_protocol::convenant::{ConvenantHash, State};
use basisnet_tests::agreement::{TERMS, everybody};
use basisnet_tests::chance::Chance;
use basisnet_tests::forming::following;
use basisnet_tests::network::{Network, days, start_of_story};

/// A group, what breaks around it, and what its members did.
struct Trial {
    network: Network,
    chance: Chance,
    size: usize,
    accepted: BTreeSet<(usize, ConvenantHash)>,
    withdrawn: BTreeSet<usize>,
}

impl Trial {
    async fn new(size: usize, seed: u64) -> Self {
        let network = Network::of(size).await;
        network.introduce().await;
        network.settle().await;
        Self {
            network,
            chance: Chance::new(seed),
            size,
            accepted: BTreeSet::new(),
            withdrawn: BTreeSet::new(),
        }
    }

    /// Something breaks, in the middle of what comes now.
    async fn something_breaks(&mut self) {
        let number = self.chance.one_of(self.size);
        match self.chance.below(8) {
            0 => self.network.cut(number, self.chance.one_of(self.size)),
            1 => self.network.cut_from(number, self.chance.one_of(self.size)),
            2 | 3 => {
                let messages = self.chance.one_of(12);
                self.network.cut_after(number, messages);
            }
            _ if !self.network.is_up(number) => self.start(number).await,
            4 => self.network.stop(number).await,
            5 => self.network.kill(number).await,
            _ => {
                let writes = self.chance.one_of(6);
                self.network
                    .kill_after(number, u32::try_from(writes).unwrap());
            }
        }
    }

    /// Whether this one died in what it did just now; then it runs again.
    async fn died(&mut self, number: usize) -> bool {
        let died = self.network.bury_the_dead().await.contains(&number);
        if died {
            self.start(number).await;
        }
        died
    }

    async fn all_is_well(&mut self) {
        self.network.mend();
        self.network.spare_everybody();
        self.network.bury_the_dead().await;
        for number in 0..self.size {
            self.comes_up(number).await;
        }
        // What nobody could be told is told again within minutes; for who moved the others are asked in turn.
        for _ in 0..self.size {
            self.network.advance(Duration::from_secs(150)).await;
        }
    }

    async fn comes_up(&mut self, number: usize) {
        self.network.bury_the_dead().await;
        if !self.network.is_up(number) {
            self.start(number).await;
        }
    }

    /// Starts a node. It has another port then, so its card is another one too.
    async fn start(&mut self, number: usize) {
        self.network.start(number).await;
        let leden = &self.network.node(number).services().leden;
        leden.issue(&everybody()).await.unwrap();
    }

    /// A member does something, as soon as it can.
    async fn act(&mut self, number: usize, hash: ConvenantHash, kind: ActKind) {
        self.something_breaks().await;
        self.comes_up(number).await;
        let mut done = self.network.try_act(number, hash, kind).await;
        if done.is_err() && self.died(number).await {
            done = self.network.try_act(number, hash, kind).await;
            if let Err(ConvenantError::Unfitting(Unfitting::Done)) = done {
                // It had been written, and whoever signed did not hear of it.
                self.did(number, hash, kind).await;
                return;
            }
        }
        if matches!(done, Err(ConvenantError::Unknown)) {
            // It has not heard of the version yet.
            self.all_is_well().await;
            self.check();
            done = self.network.try_act(number, hash, kind).await;
        }
        if let Err(error) = done {
            panic!("{number} {kind:?}: {error}");
        }
        self.did(number, hash, kind).await;
    }

    async fn did(&mut self, number: usize, hash: ConvenantHash, kind: ActKind) {
        match kind {
            ActKind::Accept => drop(self.accepted.insert((number, hash))),
            ActKind::Withdraw => drop(self.withdrawn.insert(number)),
            ActKind::Reject | ActKind::End => {}
        }
        if self.chance.below(2) == 0 {
            self.network.settle().await;
        }
        self.check();
    }

    async fn all_act(&mut self, numbers: Vec<usize>, hash: ConvenantHash, kind: ActKind) {
        for number in self.chance.shuffled(numbers) {
            self.act(number, hash, kind).await;
        }
    }

    /// One of the first members drafts for these, and sends. Who dies before it hears that it was sent drafts anew.
    async fn draft(&mut self, mut members: Vec<usize>, terms: &str) -> ConvenantHash {
        self.something_breaks().await;
        let drafter = self.chance.one_of(self.size - 1);
        self.comes_up(drafter).await;
        members.swap(0, drafter);
        loop {
            match self.network.try_sent_draft(&members, terms).await {
                Ok(hash) => return hash,
                Err(error) => assert!(self.died(drafter).await, "{drafter}: {error}"),
            }
        }
    }

    /// A member brings in another certificate, and uses it before long.
    async fn renew(&mut self, number: usize) {
        let certificate = |trial: &Self| {
            let org = trial.network.node(number).base().org.current();
            org.certificate().fingerprint
        };
        self.something_breaks().await;
        self.comes_up(number).await;
        let before = certificate(self);
        let today = self.network.clock.now().since(start_of_story()).as_secs() / 86_400;
        let today = u32::try_from(today).unwrap();
        self.network.renew(number, today, today + 400);
        self.network.advance(Duration::from_secs(600)).await;
        self.all_is_well().await;
        assert_ne!(certificate(self), before);
        self.check();
    }

    /// Nothing is in force anywhere that not everybody accepted, and nobody exchanges with who is known to have left.
    fn check(&self) {
        let now = self.network.clock.now();
        let up = || (0..self.size).filter(|number| self.network.is_up(*number));
        for number in up() {
            let convenanten = &self.network.node(number).services().convenanten;
            let active = convenanten.active(now).unwrap();
            assert!(active.len() <= 1, "two at one moment");
            for version in active {
                for member in &version.content().members {
                    let mut members = self.network.members().iter();
                    let member = members.position(|of| of.oin == member.oin).unwrap();
                    let accepted = self.accepted.contains(&(member, version.hash()));
                    assert!(accepted, "{member} never accepted what runs at {number}");
                }
            }
            if self.withdrawn.contains(&number) {
                assert!(convenanten.members(now).unwrap().is_empty());
            }
        }
    }

    /// Every member stands where every other stands with this version.
    fn assert_all_stand_at(&self, all: &[usize], hash: ConvenantHash, expected: &State) {
        self.network.assert_all_hold_the_same(all, hash);
        for number in all {
            assert_eq!(self.network.state(*number, hash).as_ref(), Some(expected));
        }
    }

    async fn life_of_a_group(&mut self) {
        let all: Vec<usize> = (0..self.size).collect();
        let founders = all[..self.size - 1].to_vec();
        let first = self.draft(founders.clone(), TERMS).await;
        self.all_act(founders.clone(), first, ActKind::Accept).await;
        self.all_is_well().await;
        self.check();
        self.assert_all_stand_at(&founders, first, &State::Active);

        let renewing = self.chance.one_of(self.size);
        self.renew(renewing).await;

        // The last one joins, at once when all have accepted it.
        let joined = following(first, 2, "2026-01-01", TERMS);
        let joined = self.draft(all.clone(), &joined).await;
        self.all_act(all.clone(), joined, ActKind::Accept).await;
        self.all_is_well().await;
        self.check();
        self.assert_all_stand_at(&all, joined, &State::Active);

        let begin = (self.network.clock.now() + days(40)).date().to_string();
        let next = following(joined, 3, &begin, TERMS);
        let next = self.draft(all.clone(), &next).await;
        self.all_act(all.clone(), next, ActKind::Accept).await;
        self.all_is_well().await;
        self.assert_all_stand_at(&all, next, &State::Accepted);
        self.network.advance(days(41)).await;
        self.check();
        self.assert_all_stand_at(&all, next, &State::Active);

        let leaving = self.chance.one_of(self.size);
        self.act(leaving, next, ActKind::Withdraw).await;
        self.all_is_well().await;
        self.check();
        self.assert_all_stand_at(&all, next, &State::Active);
        let now = self.network.clock.now();
        for number in &all {
            let convenanten = &self.network.node(*number).services().convenanten;
            let others = convenanten.members(now).unwrap().len();
            let left = if *number == leaving { 0 } else { self.size - 2 };
            assert_eq!(others, left, "{number}");
        }

        let staying = all.iter().copied().filter(|number| *number != leaving);
        self.all_act(staying.collect(), next, ActKind::End).await;
        self.all_is_well().await;
        for number in all {
            let state = self.network.state(number, next);
            assert!(
                matches!(state, Some(State::Ended(_))),
                "{number}: {state:?}"
            );
        }
    }
}

async fn lives(size: usize, seeds: u64) {
    let given = |name: &str| std::env::var(name).ok().map(|text| text.parse().unwrap());
    let seeds = match given("BASISNET_SEED") {
        Some(seed) => vec![seed],
        None => (1..=given("BASISNET_SEEDS").unwrap_or(seeds)).collect(),
    };
    for seed in seeds {
        println!("BASISNET_SEED={seed}");
        Trial::new(size, seed).await.life_of_a_group().await;
    }
}

#[tokio::test]
async fn a_group_of_three_ends_where_it_would_have_ended() {
    lives(3, 4).await;
}

#[tokio::test]
async fn a_group_of_five_ends_where_it_would_have_ended() {
    lives(5, 2).await;
}

#[tokio::test]
async fn a_group_of_eight_ends_where_it_would_have_ended() {
    lives(8, 1).await;
}
