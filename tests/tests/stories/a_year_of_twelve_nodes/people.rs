// SPDX-License-Identifier: EUPL-1.2
//! What people do in the year: decide, sign, bring in certificates, keep their registers. They try again tomorrow what does
//! not work today.

use basisnet_node::service::betrokkenheid::{Betrokkenheid, Involvement};
use basisnet_node::service::convenant::{ActKind, ConvenantError};
use basisnet_protocol::time::Date;
use basisnet_tests::agreement::{TERMS, everybody, in_group};
use basisnet_tests::forming::{following, until};
use basisnet_tests::network::start_of_story;
use basisnet_tests::oracle::Version;
use basisnet_tests::pki::Authority;
use basisnet_tests::register::kvk;

use super::*;

/// How many aanbieders there are in the region, and how many a member knows at the start.
const REGION: usize = 20;
const KNOWN: usize = 6;
/// The end of what has no end in this year.
const FAR: &str = "2030-01-01";

/// A day of the story as a convenant has it.
fn date(day: u32) -> Date {
    start_of_story().date().plus_days(day)
}

impl Year {
    pub(super) async fn happens(&mut self, planned: Planned) {
        match planned {
            Planned::First => self.begins().await,
            Planned::Joins(group, member) => {
                let drafter = self.drafter(group).await;
                self.network.introduce_to(drafter, &[member]).await;
                self.seen.introduced += 2;
                self.follow(group, "2026-01-01", None, Some(member)).await;
            }
            Planned::Amended(group, from) => {
                let from = date(self.scaled(from)).to_string();
                self.follow(group, &from, Some(FAR), None).await;
            }
            Planned::Leaves(group, member) => {
                let now = self.network.clock.now();
                let mut in_force = self.agreed.in_force(now);
                let version = in_force.find(|version| version.group == group);
                let hash = version.expect("a group that runs").hash;
                self.decided.push((member, hash, ActKind::Withdraw));
            }
            Planned::OtherAuthority => {
                let second = Authority::called("Stam 2", start_of_story());
                self.network.second = Some(second);
                self.network.publish_trust();
            }
            Planned::GoesUpIn(old, new, from) => {
                self.comes_up(old).await;
                self.comes_up(new).await;
                self.network.introduce_to(old, &[new]).await;
                self.seen.introduced += 2;
                let from = date(self.scaled(from));
                let day = from.to_string();
                self.network.succeed(old, new, &day).await;
                self.agreed.heirs.insert(old, (new, from.start()));
                self.estates.push((old, new));
            }
            Planned::MachineReplaced(number) => {
                // Another machine, with the files of the old one.
                self.comes_up(number).await;
                self.network.stop(number).await;
                self.network.start(number).await;
            }
            Planned::Nothing => {}
        }
    }

    /// Cards, purposes, registers and the first version of every group.
    async fn begins(&mut self) {
        for (first, others) in [(0, &[1, 2, 3, 10][..]), (3, &[5, 6, 7]), (7, &[8, 9])] {
            self.network.introduce_to(first, others).await;
            self.seen.introduced += 2 * others.len();
        }
        self.network.introduce_to(7, &[10]).await;
        self.seen.introduced += 2;
        self.network.put_into_force("P08").await;
        for member in 0..GEMEENTEN.len() {
            let region: Vec<u32> = (0..u32::try_from(REGION).unwrap()).collect();
            for aanbieder in self.chance.shuffled(region).into_iter().take(KNOWN) {
                self.contracts(member, aanbieder).await;
            }
        }
        let ends = date(self.scaled(FIRST_ENDS)).to_string();
        let trial_ends = date(self.scaled(TRIAL_ENDS)).to_string();
        for (group, members, ends) in [
            (NOORD, &[0, 1, 2, 3][..], ends.as_str()),
            (MIDDEN, &[3, 5, 6, 7], FAR),
            (ZUID, &[7, 8, 9, 10], FAR),
            (PROEF, &[0, 10], trial_ends.as_str()),
        ] {
            let terms = until(ends, &in_group(group, TERMS));
            self.drafts(members, (group, 1, "2026-01-01", ends), &terms)
                .await;
        }
    }

    /// The next version of a group, without who withdrew from it.
    async fn follow(
        &mut self,
        group: &'static str,
        from: &str,
        ends: Option<&str>,
        joins: Option<usize>,
    ) {
        let drafter = self.drafter(group).await;
        let previous = self.agreed.newest(group).unwrap().clone();
        let mut members = previous.members.clone();
        members.retain(|member| !self.agreed.left.contains_key(&(group, *member)));
        let now = self.network.clock.now();
        let members = members
            .into_iter()
            .map(|member| self.agreed.heir(member, now));
        let members: BTreeSet<usize> = members.chain(joins).collect();
        let mut ordered = vec![drafter];
        ordered.extend(members.into_iter().filter(|member| *member != drafter));
        let until_then = previous.until.date().to_string();
        let ends = ends.unwrap_or(&until_then);
        let number = previous.number + 1;
        let terms = until(ends, &in_group(group, TERMS));
        let terms = following(previous.hash, number, from, &terms);
        // Each version is a little stricter, so that it is another one.
        let budget = format!("inzage_per_dag = {}", 25 - number);
        let terms = terms.replace("inzage_per_dag = 25", &budget);
        self.drafts(&ordered, (group, number, from, ends), &terms)
            .await;
    }

    /// The first member of a group that is still in it; its node runs.
    async fn drafter(&mut self, group: &'static str) -> usize {
        let mut members = self.agreed.newest(group).unwrap().members.iter().copied();
        let now = self.network.clock.now();
        let stays = |member: &usize| {
            let left = self.agreed.left.contains_key(&(group, *member));
            !left && self.agreed.heir(*member, now) == *member
        };
        let drafter = members.find(stays).unwrap();
        self.comes_up(drafter).await;
        drafter
    }

    async fn comes_up(&mut self, number: usize) {
        if !self.network.is_up(number) {
            self.all_is_well().await;
        }
    }

    async fn drafts(
        &mut self,
        members: &[usize],
        (group, number, from, ends): (&'static str, u32, &str, &str),
        terms: &str,
    ) {
        let hash = self.network.sent_draft(members, terms).await;
        self.seen.drafted += 1;
        let day = |text: &str| text.parse::<Date>().unwrap().start();
        self.agreed.versions.push(Version {
            hash,
            group,
            number,
            members: members.iter().copied().collect(),
            from: day(from),
            until: day(ends),
            accepted: BTreeMap::new(),
        });
        for member in members {
            self.decided.push((*member, hash, ActKind::Accept));
        }
    }

    /// People do what they decided, as far as it can be done today. Says whether anything was done.
    pub(super) async fn people_work(&mut self) -> bool {
        self.network.advance(MINUTE).await;
        let signed = self.sign_what_was_decided().await;
        self.renew_certificates();
        self.first_authority_is_former();
        let taken = self.take_over_what_was_left().await;
        let changed = self.registers_change().await;
        self.network.settle().await;
        signed | taken | changed
    }

    /// Once it stands in the place of another, a member takes over what that one leaves.
    async fn take_over_what_was_left(&mut self) -> bool {
        let before = self.estates.len();
        for (old, new) in std::mem::take(&mut self.estates) {
            let now = self.network.clock.now();
            let both_run = self.network.is_up(old) && self.network.is_up(new);
            if self.agreed.heir(old, now) != new || !both_run {
                self.estates.push((old, new));
                continue;
            }
            let (we, estates) = (everybody(), |number: usize| {
                &self.network.node(number).services().estates
            });
            let file = estates(old).give(&we).await.expect("what is left");
            let taken = estates(new).take_over(&we, &file).await;
            taken.expect("what the old one signed");
            self.registers.goes_over(old, new, now);
            for aanbieder in self.registers.all_of(new) {
                let id = self.network.aanbieder(new, aanbieder).id;
                self.seen.names.insert((new, id), aanbieder);
            }
        }
        self.estates.len() < before
    }

    async fn sign_what_was_decided(&mut self) -> bool {
        let before = self.decided.len();
        for (member, hash, kind) in std::mem::take(&mut self.decided) {
            if !self.network.is_up(member) {
                self.decided.push((member, hash, kind));
                continue;
            }
            let now = self.network.clock.now();
            match self.network.try_act(member, hash, kind).await {
                Ok(_) if kind == ActKind::Accept => self.agreed.accept(member, hash, now),
                Ok(_) => {
                    let group = self.agreed.version(hash).unwrap().group;
                    self.agreed.left.insert((group, member), now);
                }
                // It has not heard of it yet.
                Err(ConvenantError::Unknown) => self.decided.push((member, hash, kind)),
                Err(error) => panic!("day {}: {member} {kind:?}: {error}", self.day),
            }
        }
        self.decided.len() < before
    }

    /// Who sees the end of a certificate coming asks for the next one and brings it in.
    fn renew_certificates(&mut self) {
        let (ahead, lasting) = (self.scaled(20).max(4), self.scaled(120));
        let second = self.network.second.is_some();
        for (number, (until, of_second)) in &mut self.certificates {
            if *until <= self.day + ahead {
                (*until, *of_second) = (self.day + lasting.max(ahead + 8), second);
                self.network.renew(*number, self.day, *until);
            }
        }
    }

    /// Once nobody uses it any more the first authority counts for what was signed before, and for nothing else.
    fn first_authority_is_former(&mut self) {
        let all_moved = self.certificates.values().all(|(_, second)| *second);
        let everywhere =
            !self.outages.any() && self.network.members().iter().all(|of| of.is_running());
        if !self.network.first_is_former && all_moved && everywhere {
            self.seen.moved_for += 1;
            // A few days, so that everybody has the new ones in use.
            if self.seen.moved_for > 4 {
                println!("day {}: the first authority is former", self.day);
                self.network.first_is_former = true;
                self.network.publish_trust();
            }
        }
    }

    /// Every week or so a member gets or ends a contract.
    async fn registers_change(&mut self) -> bool {
        let member = self.chance.one_of(GEMEENTEN.len());
        if !self.day.is_multiple_of(self.scaled(9).max(3)) || !self.network.is_up(member) {
            return false;
        }
        let known: Vec<u32> = self.registers.of(member).collect();
        let all = 0..u32::try_from(REGION).unwrap();
        let new: Vec<u32> = all.filter(|of| !self.registers.ever(member, *of)).collect();
        match self.chance.below(3) {
            0 if known.len() > 3 => {
                let gone = known[self.chance.one_of(known.len())];
                self.contract_ends(member, gone).await;
            }
            _ if !new.is_empty() => {
                let begun = new[self.chance.one_of(new.len())];
                self.contracts(member, begun).await;
            }
            _ => return false,
        }
        true
    }

    async fn contracts(&mut self, member: usize, aanbieder: u32) {
        let id = self.network.know(member, &kvk(aanbieder), "bv").await;
        self.seen.names.insert((member, id), aanbieder);
        let now = self.network.clock.now();
        self.registers.begin(member, aanbieder, now);
    }

    async fn contract_ends(&mut self, member: usize, aanbieder: u32) {
        let about = self.network.aanbieder(member, aanbieder).id;
        let now = self.network.clock.now();
        let betrokkenheden = &self.network.node(member).services().betrokkenheden;
        let yesterday = Date::from_days(now.date().as_days() - 1);
        let runs = |of: &Betrokkenheid| matches!(&of.involvement, Involvement::Contract(contract) if contract.until.is_none());
        for of in betrokkenheden.of(about).unwrap().into_iter().filter(runs) {
            let ended = betrokkenheden.end(&everybody(), of.id, yesterday).await;
            ended.expect("a contract that runs");
        }
        self.registers.end(member, aanbieder, now);
    }
}
