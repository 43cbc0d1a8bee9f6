// SPDX-License-Identifier: EUPL-1.2
//! A person decides; the same thing again is counted, not told again.

use basisnet_protocol::purpose::Role;

use super::*;
use crate::audit::Incident;
use crate::service::testing::{Scene, scene};

const BUDGET: Cause = Cause::Protocol {
    incident: Incident::OverBudget,
};

fn peer(number: u32) -> Oin {
    format!("00000099{number:09}000").parse().unwrap()
}

fn decides() -> Actor {
    Actor::testing_only("directeur", [Role::Verwerkingsverantwoordelijke])
}

async fn raised(scene: &Scene, peer: Oin, cause: Cause) {
    let (store, now) = (&scene.store, scene.clock.now());
    let change = raise(store, Change::new(), now, peer, cause).unwrap();
    store.commit(change).await.unwrap();
}

#[tokio::test]
async fn the_same_thing_again_is_counted_in_one_alarm_until_somebody_decides() {
    let scene = scene();
    let alarms = Alarms::new(scene.store.clone(), scene.clock.clone());
    for _ in 0..3 {
        raised(&scene, peer(1), BUDGET).await;
    }
    raised(&scene, peer(2), BUDGET).await;
    let all = alarms.list(&decides()).unwrap();
    let times = |all: &[Alarm], of: Oin| -> Vec<u32> {
        let of_peer = all.iter().filter(|alarm| alarm.peer == of);
        of_peer.map(|alarm| alarm.times).collect()
    };
    assert_eq!(
        (times(&all, peer(1)), times(&all, peer(2))),
        (vec![3], vec![1])
    );
    assert_eq!(alarms.count_open(&decides()).unwrap(), 2);

    let first = all.iter().find(|alarm| alarm.peer == peer(1)).unwrap().id;
    let we = decides();
    let decided = alarms.decide(&we, first, Outcome::Discussed, " gebeld, het was een test ");
    let decided = decided.await.unwrap();
    assert_eq!(decided.decisions[0].reason, "gebeld, het was een test");
    raised(&scene, peer(1), BUDGET).await;
    let all = alarms.list(&decides()).unwrap();
    assert_eq!(times(&all, peer(1)), [1, 3], "a new one, first");
}

#[tokio::test]
async fn who_is_suspended_stays_so_until_somebody_decides_otherwise() {
    let scene = scene();
    let alarms = Alarms::new(scene.store.clone(), scene.clock.clone());
    raised(&scene, peer(1), BUDGET).await;
    raised(
        &scene,
        peer(1),
        Cause::ManyTreffers {
            found: 40,
            asked: 50,
        },
    )
    .await;
    let ids: Vec<AlarmId> = alarms
        .list(&decides())
        .unwrap()
        .iter()
        .map(|alarm| alarm.id)
        .collect();
    let is_suspended = || suspended(&scene.store, peer(1)).unwrap();
    assert_eq!(is_suspended(), Fact::No);
    for id in &ids {
        let suspend = alarms
            .decide(&decides(), *id, Outcome::Suspend, "eerst uitzoeken")
            .await;
        suspend.unwrap();
    }
    assert_eq!(is_suspended(), Fact::Yes);
    let on = alarms
        .decide(&decides(), ids[0], Outcome::GoOn, "het klopte")
        .await;
    on.unwrap();
    assert_eq!(is_suspended(), Fact::Yes, "there is another reason");
    let on = alarms
        .decide(&decides(), ids[1], Outcome::GoOn, "dit ook")
        .await;
    assert_eq!(on.unwrap().decisions.len(), 2, "all decisions are kept");
    assert_eq!(is_suspended(), Fact::No);
    assert_eq!(suspended(&scene.store, peer(2)).unwrap(), Fact::No);
}

#[tokio::test]
async fn nobody_decides_without_the_role_or_without_a_reason() {
    let scene = scene();
    let alarms = Alarms::new(scene.store.clone(), scene.clock.clone());
    raised(&scene, peer(1), BUDGET).await;
    let id = alarms.list(&decides()).unwrap()[0].id;
    for reason in ["", "  ", "de burger met nummer 123456782"] {
        let refused = alarms.decide(&decides(), id, Outcome::GoOn, reason).await;
        assert!(matches!(refused, Err(AlarmError::Reason)), "{reason}");
    }
    let fg = Actor::testing_only("fg", [Role::Fg]);
    assert_eq!(alarms.list(&fg).unwrap().len(), 1);
    let refused = alarms.decide(&fg, id, Outcome::GoOn, "mag").await;
    assert!(matches!(refused, Err(AlarmError::NotAllowed(_))));
    let inkoop = Actor::testing_only("inkoop", [Role::Contractmanager]);
    assert!(matches!(
        alarms.list(&inkoop),
        Err(AlarmError::NotAllowed(_))
    ));
    assert_eq!(alarms.count_open(&inkoop).unwrap(), 0);
}

#[tokio::test]
async fn somebody_may_allow_one_more_context_in_an_epoch() {
    let scene = scene();
    let alarms = Alarms::new(scene.store.clone(), scene.clock.clone());
    let (epoch, other) = (Epoch::from_number(37), Epoch::from_number(38));
    raised(&scene, peer(1), Cause::ManyContexts { epoch: 37 }).await;
    let allowed = |epoch| contexts_allowed(&scene.store, peer(1), epoch).unwrap();
    assert_eq!(allowed(epoch), 0);
    let id = alarms.list(&decides()).unwrap()[0].id;
    let on = alarms
        .decide(&decides(), id, Outcome::GoOn, "hersteld na brand")
        .await;
    on.unwrap();
    assert_eq!((allowed(epoch), allowed(other)), (1, 0));
}
