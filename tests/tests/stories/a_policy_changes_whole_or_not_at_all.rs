// SPDX-License-Identifier: EUPL-1.2
//! Another version of the policy takes its place whole or not at all: when two people do so at one time, when the node is
//! killed in the middle, when whoever asked goes away, while questions are asked, and whatever its files are called.

use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;

use basisnet_node::audit::Event;
use basisnet_node::service::account::Actor;
use basisnet_node::service::beleid::{Again, Beleid, BeleidError, Bestand, Staat};
use basisnet_node::service::inzage::InzageError;
use basisnet_policy::Catalogue;
use basisnet_protocol::purpose::{Category, Role};
use basisnet_tests::asking::{ASKER, Asking};

/// A rule of the gemeente about one category.
fn rule(id: &str, category: &str) -> String {
    format!(
        r#"@id("{id}") @wet("eigen beleid") @uitleg("Deze gemeente vraagt hier niet naar") @nodig("een ander besluit")
forbid (principal, action == Action::"ask", resource == Category::"{category}");"#
    )
}

fn file(name: &str, text: impl Into<String>) -> Bestand {
    Bestand {
        naam: name.to_owned(),
        tekst: text.into(),
    }
}

fn about(category: &str) -> Vec<Bestand> {
    vec![file("eigen.cedar", rule("L01-eigen", category))]
}

fn controller() -> Actor {
    Actor::testing_only("directeur", [Role::Verwerkingsverantwoordelijke])
}

fn second() -> Actor {
    Actor::testing_only("gemeentesecretaris", [Role::Verwerkingsverantwoordelijke])
}

fn beleid(scene: &Asking) -> Beleid {
    scene.network.node(ASKER).services().beleid.clone()
}

/// Which version counts by the books, and whether the rules by which is decided are those.
fn counts(beleid: &Beleid) -> (u32, bool) {
    let counting = beleid.counting(&controller()).unwrap();
    let own = counting.engine.rules().guards();
    let own = own.filter(|guard| guard.id.is_local()).count();
    (
        counting.stand.active,
        own == usize::from(counting.stand.active > 0),
    )
}

async fn is_refused(scene: &Asking, category: Category) -> bool {
    let (we, vraag) = (scene.toezichthouder(), scene.vraag(&[category]));
    match scene.asker().ask(&we, &vraag).await {
        Ok(_) => false,
        Err(InzageError::Refused(_)) => true,
        Err(other) => panic!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_versions_that_are_put_in_place_at_one_time_one_counts() {
    let scene = Asking::begin().await;
    let beleid = beleid(&scene);
    for category in ["toezicht", "contact"] {
        beleid
            .propose(&controller(), &about(category))
            .await
            .unwrap();
    }
    let (we, other) = (second(), second());
    let (one, two) = tokio::join!(
        beleid.confirm(&we, 1, None),
        beleid.confirm(&other, 2, None)
    );
    let (won, lost) = match one {
        Ok(won) => (won, two.unwrap_err()),
        Err(lost) => (two.unwrap(), lost),
    };
    assert!(matches!(lost, BeleidError::Overtaken), "{lost:?}");
    assert_eq!(counts(&beleid), (won.number, true));
    assert_eq!(
        is_refused(&scene, Category::Toezicht).await,
        won.number == 1
    );
    assert_eq!(is_refused(&scene, Category::Contact).await, won.number == 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_that_is_killed_while_a_version_is_put_in_place_has_it_whole_or_not_at_all() {
    let mut scene = Asking::begin().await;
    let mut whole = 0;
    for writes in 0..3 {
        let at_asker = beleid(&scene);
        let proposed = at_asker.propose(&controller(), &about("toezicht")).await;
        let number = proposed.unwrap().number;
        scene.network.kill_after(ASKER, writes);
        let said = at_asker.confirm(&second(), number, None).await;
        scene.network.kill(ASKER).await;
        scene.network.start(ASKER).await;
        let at_asker = beleid(&scene);
        let state = at_asker.show(&second(), number).unwrap().state;
        let active = match state {
            Staat::Active => number,
            Staat::Proposed => 0,
            other => panic!("{other:?}"),
        };
        assert_eq!(counts(&at_asker), (active, true), "{writes}");
        assert!(
            said.is_err() || active == number,
            "it was said that it counts"
        );
        assert_eq!(
            is_refused(&scene, Category::Toezicht).await,
            active == number
        );
        if active == number {
            whole += 1;
            at_asker
                .restore(&controller(), "nog een keer")
                .await
                .unwrap();
        }
        assert_eq!(counts(&at_asker), (0, true));
    }
    assert!(whole > 0, "it was always killed before");
}

/// Polls a call so often and lets go of it.
async fn left_after<T>(polls: u32, call: impl Future<Output = T>) -> Option<T> {
    let (mut call, mut left) = (pin!(call), polls);
    poll_fn(|context| {
        if left == 0 {
            return Poll::Ready(None);
        }
        left -= 1;
        call.as_mut().poll(context).map(Some)
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_written_counts_also_when_who_asked_for_it_goes_away() {
    let scene = Asking::begin().await;
    let beleid = beleid(&scene);
    for polls in 1..4 {
        let proposed = beleid.propose(&controller(), &about("toezicht")).await;
        let number = proposed.unwrap().number;
        let _ = left_after(polls, beleid.confirm(&second(), number, None)).await;
        // Who comes next waits for what is being written.
        let next = beleid
            .propose(&controller(), &about("contact"))
            .await
            .unwrap();
        beleid
            .withdraw(&controller(), next.number, "alleen om te wachten")
            .await
            .unwrap();
        let (active, same) = counts(&beleid);
        assert!(
            same,
            "after {polls}: version {active} counts by the books and other rules decide"
        );
        match active {
            0 => drop(
                beleid
                    .withdraw(&controller(), number, "niet gelukt")
                    .await
                    .unwrap(),
            ),
            _ => drop(left_after(polls, beleid.restore(&controller(), "terug")).await),
        }
        let next = beleid
            .propose(&controller(), &about("contact"))
            .await
            .unwrap();
        beleid
            .withdraw(&controller(), next.number, "alleen om te wachten")
            .await
            .unwrap();
        let (active, same) = counts(&beleid);
        assert!(
            same,
            "after {polls}: version {active} was left and its rules decide"
        );
        if active > 0 {
            beleid.restore(&controller(), "terug").await.unwrap();
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_question_is_decided_by_one_version_also_while_they_change() {
    let scene = Asking::begin().await;
    let beleid = beleid(&scene);
    let changing = async {
        for _ in 0..4 {
            let proposed = beleid.propose(&controller(), &about("toezicht")).await;
            let number = proposed.unwrap().number;
            beleid.confirm(&second(), number, None).await.unwrap();
            beleid.restore(&controller(), "terug").await.unwrap();
        }
    };
    let asking = async {
        for _ in 0..12 {
            is_refused(&scene, Category::Toezicht).await;
        }
    };
    tokio::join!(changing, asking);
    let fg = Actor::testing_only("functionaris", [Role::Fg]);
    let mut explained = 0;
    for (index, event) in scene.network.log_of(ASKER).iter().enumerate() {
        if matches!(
            event,
            Event::InzageAsked { .. } | Event::InzageWithheld { .. }
        ) {
            let number = u64::try_from(index).unwrap() + 1;
            let one = beleid.explain(&fg, number).unwrap();
            assert_eq!(one.again, Again::Same, "{number}");
            let by_rule = one
                .reasons
                .iter()
                .any(|reason| reason.guard.as_str() == "L01-eigen");
            assert_eq!(one.permitted, !by_rule, "{number}");
            explained += 1;
        }
    }
    assert!(explained >= 12, "{explained}");
}

/// The text of a purpose that comes with the program, as a next version of it.
fn next_version(code: &str, begins: &str) -> String {
    let texts = Catalogue::embedded_texts().iter();
    let mut texts = texts.filter(|(file, _)| *file == format!("{code}.toml"));
    let (_, text) = texts.next().unwrap();
    let text = text.replace("versie = 1\n", "versie = 2\n");
    text.replace(
        "geldig_vanaf = \"2026-01-01\"",
        &format!("geldig_vanaf = \"{begins}\""),
    )
}

/// What a file is called changes nothing: that of the program with the same name stays known, and explains what was
/// decided by both.
#[tokio::test(flavor = "multi_thread")]
async fn a_file_with_the_name_of_one_of_the_program_takes_nothing_away() {
    let scene = Asking::begin().await;
    let beleid = beleid(&scene);
    let draft = vec![
        file("01-convenant.cedar", rule("L01-eigen", "toezicht")),
        file("P03.toml", next_version("P03", "2029-03-01")),
    ];
    let found = beleid.difference(&controller(), &draft).unwrap();
    let told: Vec<_> = found.changes.iter().map(ToString::to_string).collect();
    assert!(
        !told.iter().any(|line| line.starts_with("weg:")),
        "{told:?}"
    );
    let number = beleid.propose(&controller(), &draft).await.unwrap().number;
    let fg = Actor::testing_only("functionaris", [Role::Fg]);
    beleid.advise(&fg, number, true, "").await.unwrap();
    beleid.confirm(&second(), number, None).await.unwrap();
    scene.ask(&[Category::Contact]).await;
    beleid.restore(&controller(), "terug").await.unwrap();
    let log = scene.network.log_of(ASKER);
    let asked = log
        .iter()
        .rposition(|event| matches!(event, Event::InzageAsked { .. }));
    let number = u64::try_from(asked.unwrap()).unwrap() + 1;
    let explained = beleid.explain(&fg, number).unwrap();
    assert_eq!(explained.again, Again::Same);
}

/// Of two files with one name a reader would see one, and the other would count unseen and without advice.
#[tokio::test(flavor = "multi_thread")]
async fn two_files_with_one_name_or_a_name_that_hides_something_are_refused() {
    let scene = Asking::begin().await;
    let beleid = beleid(&scene);
    let unseen = next_version("P03", "2029-03-01");
    let drafts = [
        vec![
            file("a.toml", unseen.clone()),
            file("a.toml", next_version("P04", "2029-03-01")),
        ],
        vec![
            file("a.cedar", rule("L01-eigen", "toezicht")),
            file("A.cedar", ""),
        ],
        vec![file("../a.toml", unseen.clone())],
        vec![file("a\u{1b}[2K.toml", unseen.clone())],
        vec![file("a\u{202e}.toml", unseen.clone())],
        vec![file(".a.toml", unseen)],
        vec![file(&"a".repeat(200), "")],
    ];
    for draft in drafts {
        let name = draft.last().unwrap().naam.clone();
        let refused = beleid.propose(&controller(), &draft).await;
        assert!(
            matches!(refused, Err(BeleidError::FileName(_))),
            "{name:?}: {refused:?}"
        );
        let refused = beleid.difference(&controller(), &draft);
        assert!(
            matches!(refused, Err(BeleidError::FileName(_))),
            "{name:?}: {refused:?}"
        );
    }
}
