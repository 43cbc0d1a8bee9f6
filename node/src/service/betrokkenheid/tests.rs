// SPDX-License-Identifier: EUPL-1.2
//! The same record, seen from different roles.

use basisnet_protocol::message::Law;

use super::*;
use crate::service::aanbieder::{Aanbieders, Draft};
use crate::service::testing::{Scene, scene};

async fn aanbieder(scene: &Scene) -> AanbiederId {
    let register = Aanbieders::new(scene.store.clone(), scene.clock.clone(), &scene.config);
    let draft = Draft {
        naam: "Zorg".to_owned(),
        kvk: "00000011".to_owned(),
        ..Draft::default()
    };
    let inkoop = Actor::testing_only("inkoop", [Role::Contractmanager]);
    register.add(&inkoop, &draft).await.unwrap().id
}

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

fn quality() -> Involvement {
    Involvement::Toezicht(Toezicht {
        task: Task::Quality,
        law: Law::Wmo,
        opened: day("2026-03-01"),
        closed: None,
    })
}

#[tokio::test]
async fn a_change_of_role_changes_what_the_same_record_shows() {
    let scene = scene();
    let id = aanbieder(&scene).await;
    let all = Betrokkenheden::new(scene.store.clone(), scene.clock.clone());
    let supervisor = Actor::testing_only("kwaliteit", [Role::ToezichthouderKwaliteit]);
    all.add(&supervisor, id, quality()).await.unwrap();
    assert!(matches!(
        all.show(&supervisor, id).unwrap().as_slice(),
        [Shown::Full(_)]
    ));
    for role in [
        Role::Contractmanager,
        Role::ToezichthouderRechtmatigheid,
        Role::Fg,
    ] {
        let other = Actor::testing_only("ander", [role]);
        match all.show(&other, id).unwrap().as_slice() {
            [
                Shown::Dat {
                    state, half_year, ..
                },
            ] => {
                assert_eq!(
                    (*state, half_year.year, half_year.half),
                    (ToezichtState::Open, 2026, 1)
                );
            }
            shown => panic!("{shown:?}"),
        }
    }
    let beheerder = Actor::testing_only("beheer", [Role::Beheerder]);
    assert!(matches!(
        all.show(&beheerder, id),
        Err(BetrokkenheidError::NotAllowed(_))
    ));
}

#[tokio::test]
async fn supervision_is_written_down_by_who_supervises() {
    let scene = scene();
    let id = aanbieder(&scene).await;
    let all = Betrokkenheden::new(scene.store.clone(), scene.clock.clone());
    for role in [
        Role::Contractmanager,
        Role::ToezichthouderRechtmatigheid,
        Role::Beheerder,
    ] {
        let other = Actor::testing_only("ander", [role]);
        assert!(matches!(
            all.add(&other, id, quality()).await,
            Err(BetrokkenheidError::NotAllowed(_))
        ));
    }
}

#[tokio::test]
async fn an_involvement_ends_once_and_not_before_it_began() {
    let scene = scene();
    let id = aanbieder(&scene).await;
    let all = Betrokkenheden::new(scene.store.clone(), scene.clock.clone());
    let supervisor = Actor::testing_only("kwaliteit", [Role::ToezichthouderKwaliteit]);
    let one = all.add(&supervisor, id, quality()).await.unwrap();
    let early = all.end(&supervisor, one.id, day("2026-01-01")).await;
    assert!(matches!(early, Err(BetrokkenheidError::Backwards)));
    let ended = all
        .end(&supervisor, one.id, day("2026-06-01"))
        .await
        .unwrap();
    assert!(!ended.involvement.is_running(day("2026-07-01")));
    assert_eq!(
        ended.involvement.kept_until(),
        day("2026-06-01").plus_days(5 * 365)
    );
    let again = all.end(&supervisor, one.id, day("2026-08-01")).await;
    assert!(matches!(again, Err(BetrokkenheidError::Ended)));
}
