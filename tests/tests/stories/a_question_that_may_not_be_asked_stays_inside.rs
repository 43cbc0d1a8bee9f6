// SPDX-License-Identifier: EUPL-1.2
//! The own rules look at a question before it leaves. What may not be asked stays inside: the person hears every
//! reason with its law and what would be needed, the log has it, and the other gemeente never hears of it.

use std::collections::BTreeSet;

use basisnet_node::audit::Event;
use basisnet_node::service::account::Actor;
use basisnet_node::service::inzage::{InzageError, Vraag};
use basisnet_node::service::own::OwnError;
use basisnet_policy::Reason;
use basisnet_protocol::purpose::{Category, Role};
use basisnet_tests::agreement::everybody;
use basisnet_tests::asking::{ASKER, Asking, SOURCE};
use basisnet_tests::network::actor;

/// Asks, and gives the reasons of the refusal. Nothing left, and the log says so.
async fn refused(story: &Asking, actor: &Actor, vraag: &Vraag) -> Vec<Reason> {
    let heard = |story: &Asking| {
        let events = story.network.log_of(SOURCE).into_iter();
        events
            .filter(|event| matches!(event, Event::InzageReceived { .. }))
            .count()
    };
    let before = heard(story);
    let Err(InzageError::Refused(reasons)) = story.asker().ask(actor, vraag).await else {
        panic!("it was asked")
    };
    assert_eq!(heard(story), before);
    let last = story.network.log_of(ASKER).pop().unwrap();
    let Event::InzageWithheld {
        guards, grounds, ..
    } = last
    else {
        panic!("{last:?}")
    };
    let named: BTreeSet<_> = reasons
        .iter()
        .map(|reason| reason.guard.to_string())
        .collect();
    assert_eq!(guards, named);
    assert_ne!(grounds.policy.0, [0; 32]);
    reasons
}

fn names(reasons: &[Reason]) -> Vec<String> {
    reasons
        .iter()
        .map(|reason| reason.guard.to_string())
        .collect()
}

/// DAT-06, AUT-01, EXC-04: each reason by itself.
#[tokio::test]
async fn dat_06_each_thing_that_is_missing_is_named() {
    let story = Asking::begin().await;
    let we = story.toezichthouder();
    let good = story.vraag(&[Category::Contact]);

    let vraag = Vraag {
        weighing: None,
        ..good.clone()
    };
    let reasons = refused(&story, &we, &vraag).await;
    assert_eq!(names(&reasons), ["V70-weging"]);
    let text = reasons.first().unwrap().to_string();
    assert!(
        text.contains("AVG art. 5 lid 1 onder c") && text.contains("Nodig:"),
        "{text}"
    );

    let vraag = Vraag {
        case: None,
        ..good.clone()
    };
    assert_eq!(names(&refused(&story, &we, &vraag).await), ["V71-zaak"]);

    let vraag = story.vraag(&[Category::Contact, Category::Contract]);
    let reasons = refused(&story, &we, &vraag).await;
    assert_eq!(
        names(&reasons),
        ["V30-categorie-convenant", "V31-categorie-doel"]
    );

    let contractmanager = actor(&[Role::Contractmanager]);
    let reasons = refused(&story, &contractmanager, &good).await;
    assert_eq!(
        names(&reasons),
        ["V40-rol-doel", "V41-rol-convenant", "V43-taak"]
    );

    let vraag = Vraag {
        basis: Some("avg-6.1.a".parse().unwrap()),
        ..good.clone()
    };
    let reasons = refused(&story, &we, &vraag).await;
    assert_eq!(
        names(&reasons),
        ["V20-grondslag-doel", "V21-grondslag-convenant"]
    );

    let vraag = story.vraag(&[]);
    assert_eq!(
        names(&refused(&story, &we, &vraag).await),
        ["X01-niets-over"]
    );
}

/// AUT-01: no purpose that is unknown, not agreed on, or not put into force.
#[tokio::test]
async fn aut_01_without_a_purpose_in_force_nothing_is_asked() {
    let story = Asking::begin().await;
    let we = everybody();
    let good = story.vraag(&[Category::Contact]);
    let vraag = Vraag {
        purpose: "P77".parse().unwrap(),
        ..good.clone()
    };
    let reasons = refused(&story, &we, &vraag).await;
    assert!(
        names(&reasons).contains(&"V10-doel-bekend".to_owned()),
        "{reasons:?}"
    );

    let vraag = Vraag {
        purpose: "P04".parse().unwrap(),
        ..good.clone()
    };
    let reasons = names(&refused(&story, &we, &vraag).await);
    assert!(
        reasons.contains(&"V12-doel-convenant".to_owned()),
        "{reasons:?}"
    );
    assert!(
        reasons.contains(&"V13-doel-in-werking".to_owned()),
        "{reasons:?}"
    );

    let doelen = &story.network.node(ASKER).services().doelen;
    doelen
        .withdraw(&we, &good.purpose, None, "de FG vroeg om heroverweging")
        .await
        .unwrap();
    assert_eq!(
        names(&refused(&story, &we, &good).await),
        ["V13-doel-in-werking"]
    );
}

/// EXC-04: a gemeente outside the convenant is not asked.
#[tokio::test]
async fn exc_04_a_gemeente_outside_the_convenant_is_not_asked() {
    let story = Asking::begin().await;
    let we = story.toezichthouder();
    let vraag = Vraag {
        member: "00000099000000988000".to_owned(),
        ..story.vraag(&[Category::Contact])
    };
    let reasons = names(&refused(&story, &we, &vraag).await);
    for expected in [
        "V01-lid",
        "V02-lid-bron",
        "V03-convenant-actief",
        "V16-treffer",
    ] {
        assert!(
            reasons.contains(&expected.to_owned()),
            "{expected}: {reasons:?}"
        );
    }
    let vraag = Vraag {
        member: "Weert".to_owned(),
        ..vraag
    };
    assert!(matches!(
        story.asker().ask(&we, &vraag).await,
        Err(InzageError::UnknownMember)
    ));
}

/// The own users do see why: over a one-person business nothing may be asked.
#[tokio::test]
async fn over_a_one_person_business_nothing_may_be_asked() {
    let story = Asking::begin().await;
    let we = story.toezichthouder();
    let alone = story.network.know(ASKER, "42345679", "eenmanszaak").await;
    let vraag = Vraag {
        aanbieder: alone,
        ..story.vraag(&[Category::Contact])
    };
    let reasons = refused(&story, &we, &vraag).await;
    assert_eq!(names(&reasons), ["V16-treffer", "V50-persoon-convenant"]);
}

/// The day's budget of the convenant.
#[tokio::test]
async fn when_the_budget_of_the_day_is_spent_nothing_more_is_asked() {
    let terms =
        basisnet_tests::agreement::TERMS.replace("inzage_per_dag = 25", "inzage_per_dag = 2");
    let story = Asking::under(&terms).await;
    let we = story.toezichthouder();
    let vraag = story.vraag(&[Category::Contact]);
    for _ in 0..2 {
        story.asker().ask(&we, &vraag).await.unwrap();
    }
    assert_eq!(names(&refused(&story, &we, &vraag).await), ["V80-budget"]);
}

/// A refusal names its reasons, and one of them is that there is no treffer. So who may not know of treffers hears why
/// that is, and the same whether there is one or not.
#[tokio::test]
async fn who_may_not_see_treffers_hears_the_same_about_every_aanbieder() {
    let story = Asking::begin().await;
    let alone = story.network.know(ASKER, "42345679", "bv").await;
    let nobody = basisnet_protocol::octets::Octets([9; 16]);
    for role in [
        Role::Fg,
        Role::Verwerkingsverantwoordelijke,
        Role::Beheerder,
    ] {
        let mut heard = Vec::new();
        for aanbieder in [story.aanbieder, alone, nobody] {
            let vraag = Vraag {
                aanbieder,
                ..story.vraag(&[Category::Contact])
            };
            let refused = story.asker().ask(&actor(&[role]), &vraag).await;
            let Err(InzageError::Own(OwnError::Refused(reasons))) = refused else {
                panic!("{refused:?}")
            };
            heard.push(names(&reasons));
        }
        assert!(heard.iter().all(|one| *one == heard[0]), "{heard:?}");
        assert!(heard[0].contains(&"V40-rol-doel".to_owned()), "{heard:?}");
        assert!(!heard[0].contains(&"V16-treffer".to_owned()), "{heard:?}");
    }
    // Who may see treffers, in another role than the purpose has, hears what is wrong with the role.
    let vraag = story.vraag(&[Category::Contact]);
    let reasons = refused(&story, &actor(&[Role::Contractmanager]), &vraag).await;
    assert_eq!(
        names(&reasons),
        ["V40-rol-doel", "V41-rol-convenant", "V43-taak"]
    );
}
