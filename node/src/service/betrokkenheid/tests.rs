// SPDX-License-Identifier: EUPL-1.2
//! The same record, seen from different roles.

use basisnet_protocol::message::{Law, ToezichtState};
use basisnet_protocol::purpose::Role;

use super::*;
use crate::service::aanbieder::Draft;
use crate::service::testing::{Scene, scene};

async fn aanbieder(scene: &Scene) -> AanbiederId {
    let draft = Draft {
        naam: "Zorg".to_owned(),
        kvk: "00000011".to_owned(),
        rechtsvorm: "bv".to_owned(),
        ..Draft::default()
    };
    let inkoop = Actor::testing_only("inkoop", [Role::Contractmanager]);
    scene.register().add(&inkoop, &draft).await.unwrap().id
}

fn betrokkenheden(scene: &Scene) -> Betrokkenheden {
    Betrokkenheden::new(scene.store.clone(), scene.clock.clone(), scene.own())
}

fn refused(result: Result<Seen, BetrokkenheidError>) -> Vec<String> {
    let Err(BetrokkenheidError::Own(OwnError::Refused(reasons))) = result else {
        panic!("{result:?}")
    };
    let guards = reasons.iter().map(|reason| reason.guard.to_string());
    guards.collect()
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
    let all = betrokkenheden(&scene);
    let supervisor = Actor::testing_only("kwaliteit", [Role::ToezichthouderKwaliteit]);
    all.add(&supervisor, id, quality()).await.unwrap();
    let seen = all.show(&supervisor, id, None).await.unwrap();
    let [one] = seen.as_slice() else {
        panic!("{seen:?}")
    };
    assert!(
        matches!(&one.what, What::Toezicht { file: Some(file), .. } if file.task == Task::Quality)
    );
    for role in [Role::Contractmanager, Role::ToezichthouderRechtmatigheid] {
        let other = Actor::testing_only("ander", [role]);
        let seen = all.show(&other, id, None).await.unwrap();
        let [one] = seen.as_slice() else {
            panic!("{seen:?}")
        };
        let What::Toezicht {
            state,
            half_year,
            file,
        } = &one.what
        else {
            panic!("{one:?}")
        };
        let half_year = half_year.unwrap();
        assert_eq!(*state, Some(ToezichtState::Open));
        assert_eq!((half_year.year, half_year.half, file), (2026, 1, &None));
    }
    for role in [Role::Beheerder, Role::Fg, Role::Auditor] {
        let nobody = Actor::testing_only("niemand", [role]);
        let refused = all.show(&nobody, id, None).await;
        assert!(matches!(
            refused,
            Err(BetrokkenheidError::Own(OwnError::Refused(_)))
        ));
    }
}

#[tokio::test]
async fn supervision_is_written_down_by_who_supervises() {
    let scene = scene();
    let id = aanbieder(&scene).await;
    let all = betrokkenheden(&scene);
    let inkoop = Actor::testing_only("inkoop", [Role::Contractmanager]);
    assert!(refused(all.add(&inkoop, id, quality()).await).contains(&"E01-velden".to_owned()));
    let lawful = Actor::testing_only("recht", [Role::ToezichthouderRechtmatigheid]);
    assert_eq!(
        refused(all.add(&lawful, id, quality()).await),
        ["E03-behandelen-domein"]
    );
    let beheer = Actor::testing_only("beheer", [Role::Beheerder]);
    assert!(refused(all.add(&beheer, id, quality()).await).contains(&"V40-rol-doel".to_owned()));
}

#[tokio::test]
async fn the_quality_of_youth_care_is_supervised_by_others() {
    let scene = scene();
    let id = aanbieder(&scene).await;
    let supervisor = Actor::testing_only("kwaliteit", [Role::ToezichthouderKwaliteit]);
    let youth = Involvement::Toezicht(Toezicht {
        task: Task::Quality,
        law: Law::Jeugdwet,
        opened: day("2026-03-01"),
        closed: None,
    });
    let added = betrokkenheden(&scene).add(&supervisor, id, youth).await;
    assert_eq!(refused(added), ["E12-jeugd-kwaliteit"]);
}

#[tokio::test]
async fn an_involvement_ends_once_and_not_before_it_began() {
    let scene = scene();
    let id = aanbieder(&scene).await;
    let all = betrokkenheden(&scene);
    let supervisor = Actor::testing_only("kwaliteit", [Role::ToezichthouderKwaliteit]);
    let one = all.add(&supervisor, id, quality()).await.unwrap();
    let early = all.end(&supervisor, one.id, day("2026-01-01")).await;
    assert!(matches!(early, Err(BetrokkenheidError::Backwards)));
    all.end(&supervisor, one.id, day("2026-06-01"))
        .await
        .unwrap();
    let ended = &all.of(id).unwrap()[0].involvement;
    assert!(!ended.is_running(day("2026-07-01")));
    assert_eq!(ended.kept_until(), day("2026-06-01").plus_days(5 * 365));
    let again = all.end(&supervisor, one.id, day("2026-08-01")).await;
    assert!(matches!(again, Err(BetrokkenheidError::Ended)));
}
