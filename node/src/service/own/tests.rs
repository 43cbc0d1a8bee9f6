// SPDX-License-Identifier: EUPL-1.2
//! One look, one entry in the log, and nothing without it.

use basisnet_protocol::purpose::Role;

use super::*;
use crate::audit::{EntryContents, Log, Noted};
use crate::service::aanbieder::{AanbiederError, Draft, Search};
use crate::service::import::ImportOptions;
use crate::service::testing::{Scene, scene};

fn inkoop() -> Actor {
    Actor::testing_only("inkoop", [Role::Contractmanager])
}

fn log(scene: &Scene) -> Vec<Noted> {
    let page = Log::new(scene.store.clone()).page(0, 500).unwrap();
    let noted = page.into_iter().filter_map(|entry| match entry.contents {
        EntryContents::Noted { noted, .. } => Some(*noted),
        EntryContents::Forgotten | EntryContents::Unreadable => None,
    });
    noted.collect()
}

async fn with_aanbieders(scene: &Scene, count: u32) {
    let mut csv = String::from("naam;kvk;rechtsvorm\n");
    for number in 0..count {
        let form = if number % 3 == 0 { "eenmanszaak" } else { "bv" };
        csv.push_str(&format!("Zorg {number};{:08};{form}\n", 1_000_000 + number));
    }
    let register = scene.register();
    let options = ImportOptions::default();
    register
        .import(&inkoop(), csv.as_bytes(), options)
        .await
        .unwrap();
}

#[tokio::test]
async fn a_list_is_one_entry_in_the_log_and_so_is_a_refusal() {
    let scene = scene();
    with_aanbieders(&scene, 60).await;
    let before = log(&scene).len();
    let all = Search::default();
    let seen = scene
        .register()
        .search(&inkoop(), &all, 500, None)
        .await
        .unwrap();
    assert_eq!(seen.len(), 60);
    let fg = Actor::testing_only("fg", [Role::Fg]);
    let refused = scene.register().search(&fg, &all, 500, None).await;
    assert!(matches!(
        refused,
        Err(AanbiederError::Own(OwnError::Refused(_)))
    ));
    let log = log(&scene);
    let [looked, refused] = &log[before..] else {
        panic!("{log:?}")
    };
    assert!(matches!(
        &looked.event,
        Event::OwnShown {
            of: 60,
            records: 60,
            withheld: 0,
            ..
        }
    ));
    assert!(
        matches!(&refused.event, Event::OwnRefused { guards, .. } if guards.contains("V40-rol-doel"))
    );
    assert_eq!(refused.by, fg.by());
}

#[tokio::test]
async fn what_is_restricted_is_read_by_the_privacy_officer_alone() {
    let scene = scene();
    with_aanbieders(&scene, 2).await;
    let register = scene.register();
    let id = register.all().unwrap()[0].id;
    let controller = Actor::testing_only("college", [Role::Verwerkingsverantwoordelijke]);
    register.restrict(&controller, id, true).await.unwrap();
    let found = register
        .search(&inkoop(), &Search::default(), 10, None)
        .await;
    assert_eq!(found.unwrap().len(), 1);
    let one = register.show(&inkoop(), id, None).await;
    let Err(AanbiederError::Own(OwnError::Refused(reasons))) = one else {
        panic!("{one:?}")
    };
    assert_eq!(reasons[0].guard.to_string(), "E07-beperking");
    let privacy = Actor::testing_only("privacy", [Role::Privacyfunctionaris]);
    assert!(
        register
            .show(&privacy, id, None)
            .await
            .unwrap()
            .naam
            .is_some()
    );
}

#[tokio::test]
async fn a_look_is_for_one_purpose_and_that_decides_how_much_it_shows() {
    let scene = scene();
    with_aanbieders(&scene, 1).await;
    let register = scene.register();
    let id = register.all().unwrap()[0].id;
    let (p01, p08): (PurposeId, PurposeId) = ("P01".parse().unwrap(), "P08".parse().unwrap());
    let whole = register.show(&inkoop(), id, None).await.unwrap();
    assert_eq!(whole.purpose, Some(p01));
    assert!(whole.vorm.is_some());
    let less = register.show(&inkoop(), id, Some(&p08)).await.unwrap();
    assert!(less.naam.is_some() && less.nummers.is_some() && less.vorm.is_none());
    let p03 = "P03".parse().unwrap();
    let other = register.show(&inkoop(), id, Some(&p03)).await;
    let Err(AanbiederError::Own(OwnError::Refused(reasons))) = other else {
        panic!("{other:?}")
    };
    assert!(
        reasons
            .iter()
            .any(|reason| reason.guard.as_str() == "V40-rol-doel")
    );
    let nothing = "P99".parse().unwrap();
    let other = register.show(&inkoop(), id, Some(&nothing)).await;
    let Err(AanbiederError::Own(OwnError::Refused(reasons))) = other else {
        panic!("{other:?}")
    };
    assert!(
        reasons
            .iter()
            .any(|reason| reason.guard.as_str() == "V10-doel-bekend")
    );
}

#[tokio::test]
async fn who_has_no_purpose_does_not_write() {
    let scene = scene();
    let draft = Draft {
        naam: "Zorg".to_owned(),
        kvk: "00000011".to_owned(),
        ..Draft::default()
    };
    for role in [Role::Beheerder, Role::Fg, Role::Financien, Role::Beleid] {
        let actor = Actor::testing_only("niemand", [role]);
        let added = scene.register().add(&actor, &draft).await;
        assert!(
            matches!(added, Err(AanbiederError::Own(OwnError::Refused(_)))),
            "{role}"
        );
    }
    for role in [Role::Contractmanager, Role::ToezichthouderKwaliteit] {
        let scene = self::scene();
        let actor = Actor::testing_only("iemand", [role]);
        scene.register().add(&actor, &draft).await.unwrap();
        let Some(Event::AanbiederAdded { grounds, .. }) =
            log(&scene).pop().map(|noted| noted.event)
        else {
            panic!("no entry")
        };
        assert!(grounds.unwrap().decided.is_some(), "{role}");
    }
}

#[tokio::test]
async fn who_has_the_role_and_not_the_task_sees_nothing_and_hears_why() {
    let scene = scene();
    with_aanbieders(&scene, 1).await;
    let register = scene.register();
    let id = register.all().unwrap()[0].id;
    let p01: PurposeId = "P01".parse().unwrap();
    let without = inkoop().testing_only_with([]);
    let refused = register.show(&without, id, None).await;
    let Err(AanbiederError::Own(OwnError::Refused(reasons))) = refused else {
        panic!("{refused:?}")
    };
    assert_eq!(reasons[0].guard.as_str(), "V43-taak");
    assert!(!scene.own().ever_sees(&without, RecordKind::Aanbieder));
    let with = inkoop().testing_only_with([p01.clone()]);
    assert_eq!(
        register.show(&with, id, None).await.unwrap().purpose,
        Some(p01)
    );
}
