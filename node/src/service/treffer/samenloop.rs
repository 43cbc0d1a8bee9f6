// SPDX-License-Identifier: EUPL-1.2
//! How many organisations are involved with one aanbieder, counted from the treffers on hand.
//!
//! Nothing is asked for it. A member that gave no answer in this epoch is counted apart: it may be involved, and is
//! never taken for a no. A member is one, in however many sharing groups it was found.

use std::collections::BTreeSet;

use basisnet_protocol::id::Oin;

use super::view::{Standing, Treffers, WithMember};

/// How many organisations are involved with one aanbieder.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Samenloop {
    /// Whether the own organisation is.
    pub own: bool,
    /// The members that are.
    pub known: BTreeSet<Oin>,
    /// The members of which that is not known: they gave no answer in this epoch, or were not asked.
    pub unknown: BTreeSet<Oin>,
}

impl Samenloop {
    /// How many are involved, the own organisation included. Those of which it is not known are not in it.
    #[must_use]
    pub fn count(&self) -> usize {
        self.known.len().saturating_add(usize::from(self.own))
    }
}

impl Treffers {
    /// The members that know the aanbieder, once for each sharing group.
    pub fn known(&self) -> impl Iterator<Item = &WithMember> {
        let known = |with: &&WithMember| matches!(with.standing, Standing::Known(_));
        self.members.iter().filter(known)
    }

    /// How many organisations are involved.
    #[must_use]
    pub fn samenloop(&self) -> Samenloop {
        let known: BTreeSet<Oin> = self.known().map(|with| with.peer).collect();
        let no_answer = |with: &&WithMember| match with.standing {
            Standing::NotAskedYet | Standing::NoAnswer | Standing::Withheld => true,
            Standing::Known(_) | Standing::NotKnown => false,
        };
        let unknown = self.members.iter().filter(no_answer);
        let unknown = unknown
            .map(|with| with.peer)
            .filter(|peer| !known.contains(peer));
        Samenloop {
            own: self.involved,
            unknown: unknown.collect(),
            known,
        }
    }
}

#[cfg(test)]
mod tests;
