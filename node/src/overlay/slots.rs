// SPDX-License-Identifier: EUPL-1.2
//! Who may be negotiated with: some room for strangers, and room for members that no stranger and no other member
//! can take.
//!
//! Before there is an attestation an address is all that is known of a caller. An address counts as a member's when
//! a directory record names it, or when a node of the member has come from there.

use std::collections::{HashMap, VecDeque};
use std::net::{IpAddr, Ipv6Addr};

use basisnet_protocol::id::Oin;
use libp2p::swarm::ConnectionId;
use tokio::time::Instant;

use super::limits;
use super::places::Pace;

/// To whom an address belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Home {
    /// One member uses it.
    Of(Oin),
    /// Several members use it, or say so.
    Shared,
}

impl Home {
    /// With one more member at this address.
    #[must_use]
    pub fn with(self, oin: Oin) -> Self {
        if self == Self::Of(oin) {
            self
        } else {
            Self::Shared
        }
    }
}

/// The connections that are being negotiated, and what is known of their addresses.
#[derive(Debug, Default)]
pub(super) struct Slots {
    pending: HashMap<ConnectionId, (IpAddr, Option<Home>)>,
    homes: VecDeque<(IpAddr, Oin)>,
    knocks: HashMap<IpAddr, Pace>,
}

impl Slots {
    /// Gives a caller a slot, if one is free for an address like this.
    pub(super) fn take(
        &mut self,
        connection: ConnectionId,
        from: IpAddr,
        named: Option<Home>,
        now: Instant,
    ) -> bool {
        let home = self.whose(from, named);
        let from = neighbourhood(from);
        let free = self.has_room(from, home) && self.keeps_the_pace(from, home, now);
        if free {
            self.pending.insert(connection, (from, home));
        }
        free
    }

    /// The negotiation is over, one way or the other.
    pub(super) fn free(&mut self, connection: ConnectionId) {
        self.pending.remove(&connection);
    }

    /// From now on the address counts as this member's.
    pub(super) fn remember(&mut self, address: IpAddr, oin: Oin) {
        if self.homes.contains(&(address, oin)) {
            return;
        }
        let of_member = self.homes.iter().filter(|(_, owner)| *owner == oin).count();
        if of_member >= limits::HOMES_PER_MEMBER
            && let Some(oldest) = self.homes.iter().position(|(_, owner)| *owner == oin)
        {
            self.homes.remove(oldest);
        }
        if self.homes.len() >= limits::HOMES {
            self.homes.pop_front();
        }
        self.homes.push_back((address, oin));
    }

    fn whose(&self, address: IpAddr, named: Option<Home>) -> Option<Home> {
        let remembered = self.homes.iter().filter(|(home, _)| *home == address);
        remembered.fold(named, |home, (_, oin)| {
            Some(home.map_or(Home::Of(*oin), |home| home.with(*oin)))
        })
    }

    fn has_room(&self, from: IpAddr, home: Option<Home>) -> bool {
        let of_this = self.pending.values().filter(|(ip, _)| *ip == from).count();
        let alike = self.pending.values().filter(|(_, of)| *of == home).count();
        self.pending.len() < limits::PENDING
            && match home {
                None => of_this < limits::PENDING_PER_STRANGER && alike < limits::PENDING_STRANGERS,
                Some(Home::Of(_)) => alike < limits::PENDING_PER_MEMBER,
                Some(Home::Shared) => of_this < limits::PENDING_PER_SHARED,
            }
    }

    fn keeps_the_pace(&mut self, from: IpAddr, home: Option<Home>, now: Instant) -> bool {
        if self.knocks.len() >= limits::KNOCKERS && !self.knocks.contains_key(&from) {
            self.knocks.retain(|_, pace| !pace.is_idle(now));
            if self.knocks.len() >= limits::KNOCKERS {
                return home.is_some();
            }
        }
        let pace = self.knocks.entry(from);
        pace.or_insert_with(|| Pace::new(limits::KNOCK_PACE, now))
            .admits(now)
    }
}

/// What counts as one address: who has one of IPv6 has all that share its first half.
fn neighbourhood(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(v6) => {
            let prefix = u128::from(v6) & !u128::from(u64::MAX);
            IpAddr::V6(Ipv6Addr::from(prefix))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Comes from an address so often, and tells how often it got a slot.
    fn knock(slots: &mut Slots, from: &str, named: Option<Home>, times: usize) -> usize {
        let from: IpAddr = from.parse().unwrap();
        let now = Instant::now();
        let first = slots.pending.len() * 1_000;
        let knocks = (first..first + times).map(ConnectionId::new_unchecked);
        knocks
            .filter(|id| slots.take(*id, from, named, now))
            .count()
    }

    fn oin(last: u8) -> Oin {
        format!("0000009900000000{last}000").parse().unwrap()
    }

    #[test]
    fn strangers_and_one_member_together_leave_room_for_another_member() {
        let mut slots = Slots::default();
        for last in 1..=100 {
            knock(&mut slots, &format!("192.0.2.{last}"), None, 100);
        }
        assert_eq!(slots.pending.len(), limits::PENDING_STRANGERS);
        for last in 1..=100 {
            let home = Some(Home::Of(oin(1)));
            knock(&mut slots, &format!("198.51.100.{last}"), home, 100);
        }
        let taken = limits::PENDING_STRANGERS + limits::PENDING_PER_MEMBER;
        assert_eq!(slots.pending.len(), taken);
        let other = Some(Home::Of(oin(2)));
        assert_eq!(knock(&mut slots, "203.0.113.1", other, 10), 10);
    }

    #[test]
    fn naming_the_address_of_another_does_not_take_its_room() {
        let mut slots = Slots::default();
        let mine = Some(Home::Of(oin(1)));
        let room = knock(&mut slots, "192.0.2.1", mine, 100);
        assert_eq!(room, limits::PENDING_PER_MEMBER);
        let also_named_by_me = Some(Home::Of(oin(1)).with(oin(2)));
        assert_eq!(knock(&mut slots, "192.0.2.2", also_named_by_me, 10), 10);
    }

    #[test]
    fn who_begins_again_and_again_is_slowed_down() {
        let mut slots = Slots::default();
        let (from, now) = ("192.0.2.1".parse().unwrap(), Instant::now());
        let mut begun = 0;
        for number in 0..10_000 {
            let id = ConnectionId::new_unchecked(number);
            begun += usize::from(slots.take(id, from, None, now));
            slots.free(id);
        }
        assert_eq!(begun, limits::KNOCK_PACE.at_once as usize);
    }

    #[test]
    fn addresses_that_one_subscriber_has_count_as_one() {
        let mut slots = Slots::default();
        let mut taken = 0;
        for last in 1..=20 {
            taken += knock(&mut slots, &format!("2001:db8::{last}"), None, 1);
        }
        assert_eq!(taken, limits::PENDING_PER_STRANGER);
    }

    #[test]
    fn where_a_member_came_from_counts_as_its_own_and_it_cannot_push_out_the_others() {
        let mut slots = Slots::default();
        let home: IpAddr = "192.0.2.200".parse().unwrap();
        slots.remember(home, oin(1));
        for last in 0..=255_u8 {
            slots.remember(IpAddr::from([198, 51, 100, last]), oin(2));
        }
        assert_eq!(slots.whose(home, None), Some(Home::Of(oin(1))));
        assert_eq!(slots.homes.len(), 1 + limits::HOMES_PER_MEMBER);
        slots.remember(home, oin(2));
        assert_eq!(slots.whose(home, None), Some(Home::Shared));
    }
}
