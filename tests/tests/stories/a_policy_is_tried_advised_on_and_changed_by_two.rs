// SPDX-License-Identifier: EUPL-1.2
//! A gemeente changes its policy: it tries a draft on what was decided before, the FG advises, two people put it in
//! its place without a restart, and a decision of before is still explained by the rules it was taken by.

use basisnet_node::audit::Event;
use basisnet_node::keys::Secret;
use basisnet_node::service::account::{Accounts, Actor, NewAccount, NotAllowed, NotTwo};
use basisnet_node::service::beleid::{Again, Beleid, BeleidError, Bestand, Staat};
use basisnet_node::service::doel::{Decision, DoelError};
use basisnet_node::service::inzage::InzageError;
use basisnet_policy::Catalogue;
use basisnet_protocol::purpose::{Category, Role};
use basisnet_tests::asking::{ASKER, Asking, SOURCE};
use basisnet_tests::network::Network;

/// No question about supervision leaves this gemeente.
const RULE: &str = r#"@id("L01-geen-toezicht") @wet("eigen beleid van de gemeente")
@uitleg("Deze gemeente vraagt niet naar toezicht elders") @nodig("een ander besluit van het college")
forbid (principal, action == Action::"ask", resource == Category::"toezicht");"#;

fn files(name: &str, text: &str) -> Vec<Bestand> {
    vec![Bestand {
        naam: name.to_owned(),
        tekst: text.to_owned(),
    }]
}

fn person(name: &str, role: Role) -> Actor {
    Actor::testing_only(name, [role])
}

fn controller() -> Actor {
    person("directeur", Role::Verwerkingsverantwoordelijke)
}

fn second() -> Actor {
    person("gemeentesecretaris", Role::Verwerkingsverantwoordelijke)
}

fn fg() -> Actor {
    person("functionaris", Role::Fg)
}

fn beleid(scene: &Asking, number: usize) -> &Beleid {
    &scene.network.node(number).services().beleid
}

/// The number in the log of the last entry of this kind.
fn number_of(scene: &Asking, number: usize, is: impl Fn(&Event) -> bool) -> u64 {
    let log = scene.network.log_of(number);
    let index = log.iter().rposition(is).unwrap();
    u64::try_from(index).unwrap() + 1
}

async fn refused(scene: &Asking, category: Category) -> Vec<String> {
    let (we, vraag) = (scene.toezichthouder(), scene.vraag(&[category]));
    match scene.asker().ask(&we, &vraag).await {
        Err(InzageError::Refused(reasons)) => reasons
            .iter()
            .map(|reason| reason.guard.to_string())
            .collect(),
        other => panic!("not refused: {other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_is_tried_on_what_was_decided_and_counts_once_a_second_person_says_so() {
    let scene = Asking::begin().await;
    scene.ask(&[Category::Toezicht]).await;
    scene.ask(&[Category::Contact]).await;
    let draft = files("eigen.cedar", RULE);
    let at_asker = beleid(&scene, ASKER);

    let trial = at_asker.trial(&fg(), &draft, 30).await.unwrap();
    assert!(trial.decisions >= 2 && trial.different == 1, "{trial:?}");
    let shift = &trial.shifts[0];
    assert!(shift.before.permitted && !shift.after.permitted && shift.is_less());
    assert_eq!(shift.new_guards()[0].as_str(), "L01-geen-toezicht");
    let peer = scene.network.member(SOURCE).oin;
    let key = (peer, "P03".parse().unwrap(), Some(Category::Toezicht));
    assert_eq!(trial.counts[&key], 1);
    let named = format!("Gemeente {}", scene.network.member(SOURCE).name);
    assert_eq!(trial.names.get(&peer), Some(&named));
    assert!(!trial.cut);

    let proposed = at_asker.propose(&controller(), &draft).await.unwrap();
    assert_eq!(proposed.changes.len(), 1);
    scene.ask(&[Category::Toezicht]).await;
    let alone = at_asker.confirm(&controller(), proposed.number, None).await;
    assert!(matches!(alone, Err(BeleidError::NotTwo(NotTwo::Same))));
    at_asker
        .confirm(&second(), proposed.number, None)
        .await
        .unwrap();
    assert_eq!(
        refused(&scene, Category::Toezicht).await,
        ["L01-geen-toezicht"]
    );
    scene.ask(&[Category::Contact]).await;

    at_asker
        .restore(&controller(), "de regel was te ruim")
        .await
        .unwrap();
    scene.ask(&[Category::Toezicht]).await;
    let twice = at_asker.restore(&controller(), "nog een keer").await;
    assert!(matches!(twice, Err(BeleidError::NothingBefore)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_version_that_counts_is_still_there_after_a_restart() {
    let mut scene = Asking::begin().await;
    let (we, draft) = (controller(), files("eigen.cedar", RULE));
    let proposed = beleid(&scene, ASKER).propose(&we, &draft).await;
    let number = proposed.unwrap().number;
    beleid(&scene, ASKER)
        .confirm(&second(), number, None)
        .await
        .unwrap();
    scene.network.stop(ASKER).await;
    scene.network.start(ASKER).await;
    assert_eq!(
        refused(&scene, Category::Toezicht).await,
        ["L01-geen-toezicht"]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_old_decision_explains_itself_with_the_rules_of_then_and_comes_out_the_same() {
    let scene = Asking::begin().await;
    let at_asker = beleid(&scene, ASKER);
    scene.ask(&[Category::Toezicht]).await;
    let asked = number_of(&scene, ASKER, |event| {
        matches!(event, Event::InzageAsked { .. })
    });
    let proposed = at_asker
        .propose(&controller(), &files("eigen.cedar", RULE))
        .await
        .unwrap();
    at_asker
        .confirm(&second(), proposed.number, None)
        .await
        .unwrap();
    refused(&scene, Category::Toezicht).await;
    let kept = number_of(&scene, ASKER, |event| {
        matches!(event, Event::InzageWithheld { .. })
    });
    at_asker.restore(&controller(), "te ruim").await.unwrap();

    let first = at_asker.explain(&fg(), asked).unwrap();
    assert!(first.permitted && first.reasons.is_empty());
    assert_eq!(first.again, Again::Same);
    let second = at_asker.explain(&fg(), kept).unwrap();
    assert_eq!((second.permitted, second.again), (false, Again::Same));
    assert_eq!(
        second.reasons[0].explanation,
        "Deze gemeente vraagt niet naar toezicht elders"
    );
    assert_ne!(first.record.policies.regels, second.record.policies.regels);
    let adl = serde_json::to_value(&second.record).unwrap();
    assert_eq!(adl["event_name"], "adl.access_evaluation");
    assert_eq!(
        (&adl["status"], &adl["response"]["decision"]),
        (&"Unset".into(), &false.into())
    );
    assert!(adl["request"]["context"]["traceparent"].is_string());

    // At the source the same question is a decision of its own, refusals included.
    let received = |event: &Event| {
        matches!(
            event,
            Event::InzageDeferred { .. } | Event::InzageDecided { .. }
        )
    };
    let there = number_of(&scene, SOURCE, received);
    assert_eq!(
        beleid(&scene, SOURCE).explain(&fg(), there).unwrap().again,
        Again::Same
    );
    let published = |event: &Event| matches!(event, Event::IndexPublished { .. });
    let index = number_of(&scene, SOURCE, published);
    assert_eq!(
        beleid(&scene, SOURCE).explain(&fg(), index).unwrap().again,
        Again::Same
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_purpose_changes_only_after_the_advice_of_the_fg_and_a_fault_refuses_the_whole_draft() {
    let scene = Asking::begin().await;
    let at_asker = beleid(&scene, ASKER);
    let draft = next_version();
    let proposed = at_asker.propose(&controller(), &draft).await.unwrap();
    assert_eq!(proposed.purposes, ["P03".parse().unwrap()].into());
    let early = at_asker.confirm(&second(), proposed.number, None).await;
    assert!(matches!(early, Err(BeleidError::NoAdvice)));
    let wrong_role = at_asker
        .advise(&controller(), proposed.number, true, "")
        .await;
    assert!(matches!(wrong_role, Err(BeleidError::NotAllowed(_))));
    at_asker
        .advise(&fg(), proposed.number, false, "nog geen DPIA")
        .await
        .unwrap();
    let against = at_asker.confirm(&second(), proposed.number, None).await;
    assert!(matches!(against, Err(BeleidError::AgainstAdvice)));
    let because = Some("de DPIA is er nu wel");
    at_asker
        .confirm(&second(), proposed.number, because)
        .await
        .unwrap();

    let broken = files(
        "eigen.cedar",
        &RULE.replace("Category::\"toezicht\"", "Category::\"verdenking\""),
    );
    let Err(BeleidError::Draft(error)) = at_asker.propose(&controller(), &broken).await else {
        panic!("a draft with a fault was taken")
    };
    assert!(
        error.faults()[0].starts_with("eigen.cedar, regel 3, kolom "),
        "{error}"
    );
    let now = at_asker.counting(&fg()).unwrap();
    assert_eq!(
        (now.stand.active, now.stand.last),
        (proposed.number, proposed.number)
    );
}

/// The next version of a purpose, from a day that is years away.
fn next_version() -> Vec<Bestand> {
    let embedded = Catalogue::embedded().unwrap();
    let text = embedded.texts()["P03.toml"].replace("versie = 1", "versie = 2");
    let text = text.replace(
        "geldig_vanaf = \"2026-01-01\"",
        "geldig_vanaf = \"2031-01-01\"",
    );
    let text = text.replace("geldig_tot = \"2031-01-01\"", "geldig_tot = \"2036-01-01\"");
    files("P03-2.toml", &text)
}

/// Two FGs: what one said stays beside what the other says, and neither of them is the one who decides.
#[tokio::test(flavor = "multi_thread")]
async fn an_advice_is_never_written_over_and_who_gave_one_does_not_put_the_version_in_its_place() {
    let scene = Asking::begin().await;
    let at_asker = beleid(&scene, ASKER);
    let both = Actor::testing_only("waarnemer", [Role::Fg, Role::Verwerkingsverantwoordelijke]);
    let number = at_asker.propose(&controller(), &next_version()).await;
    let number = number.unwrap().number;
    at_asker
        .advise(&both, number, false, "nog geen DPIA")
        .await
        .unwrap();
    let version = at_asker
        .advise(&fg(), number, true, "past bij de DPIA")
        .await
        .unwrap();
    let said: Vec<_> = version
        .all_advice()
        .map(|one| (one.step.name.as_str(), one.positive))
        .collect();
    assert_eq!(said, [("waarnemer", false), ("functionaris", true)]);
    let adviser = at_asker.confirm(&both, number, Some("toch")).await;
    assert!(matches!(adviser, Err(BeleidError::NotTwo(NotTwo::Same))));
    // A no of another is not taken away by a yes.
    let silent = at_asker.confirm(&second(), number, None).await;
    assert!(matches!(silent, Err(BeleidError::AgainstAdvice)));
    at_asker.advise(&both, number, true, "").await.unwrap();
    let adviser = at_asker.confirm(&both, number, None).await;
    assert!(matches!(adviser, Err(BeleidError::NotTwo(NotTwo::Same))));
    for _ in 3..20 {
        at_asker.advise(&fg(), number, true, "").await.unwrap();
    }
    let more = at_asker.advise(&fg(), number, true, "").await;
    assert!(matches!(more, Err(BeleidError::TooMuchAdvice)));
    let confirmed = at_asker.confirm(&second(), number, None).await.unwrap();
    assert_eq!(confirmed.all_advice().count(), 20);
    assert_eq!(confirmed.against_advice, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn so_many_proposals_wait_and_versions_are_read_a_page_at_a_time() {
    let network = Network::of(1).await;
    let beleid = &network.node(0).services().beleid;
    let (we, draft) = (controller(), files("eigen.cedar", RULE));
    for number in 1..=20 {
        assert_eq!(beleid.propose(&we, &draft).await.unwrap().number, number);
    }
    let full = beleid.propose(&we, &draft).await;
    assert!(matches!(full, Err(BeleidError::TooManyWaiting)));
    // What is taken away or put in its place does not wait any more.
    beleid.withdraw(&we, 7, "dubbel").await.unwrap();
    assert_eq!(beleid.propose(&we, &draft).await.unwrap().number, 21);
    let full = beleid.propose(&we, &draft).await;
    assert!(matches!(full, Err(BeleidError::TooManyWaiting)));
    beleid.confirm(&second(), 3, None).await.unwrap();
    let other = files("eigen.cedar", &RULE.replace("L01", "L02"));
    assert_eq!(beleid.propose(&we, &other).await.unwrap().number, 22);

    let read = |before, count| {
        let versions = beleid.versions(&fg(), before, count).unwrap();
        versions.iter().map(|one| one.number).collect::<Vec<_>>()
    };
    assert_eq!(read(None, 3), [22, 21, 20]);
    assert_eq!(read(Some(20), 2), [19, 18]);
    assert_eq!(read(Some(3), 100), [2, 1]);
    assert_eq!(read(Some(900), 1), [22]);
    for count in [0, 101] {
        let wrong = beleid.versions(&fg(), None, count);
        assert!(matches!(wrong, Err(BeleidError::Count)));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_of_cases_is_put_to_the_policy_and_to_a_draft() {
    let scene = Asking::begin().await;
    let cases = files("voorbeeld.toml", basisnet_policy::cases::EXAMPLE);
    let at_asker = beleid(&scene, ASKER);
    let (outcomes, uncovered) = at_asker.try_cases(&fg(), &cases, None).unwrap();
    assert!(
        outcomes.iter().all(|outcome| outcome.is_good()),
        "{outcomes:?}"
    );
    assert!(!uncovered.is_empty());
    let draft = files("eigen.cedar", RULE);
    let (outcomes, _) = at_asker.try_cases(&fg(), &cases, Some(&draft)).unwrap();
    assert!(outcomes.iter().any(|outcome| !outcome.is_good()));
    let nobody = Actor::testing_only("contract", [Role::Contractmanager]);
    assert!(matches!(
        at_asker.try_cases(&nobody, &cases, None),
        Err(BeleidError::NotAllowed(_))
    ));
}

fn secret() -> Secret<String> {
    Secret::new("vier losse woorden hier".to_owned())
}

/// A person or, without a password, a program with this account.
async fn made(accounts: &Accounts, by: &Actor, name: &str, role: Role, person: bool) -> Actor {
    let new = NewAccount {
        name: name.to_owned(),
        roles: [role].into(),
        password: person.then(secret),
    };
    let (_, key) = accounts.create(by, new).await.unwrap();
    match key {
        Some(key) => accounts.actor(key.expose()).unwrap().unwrap(),
        None => accounts.sign_in(name, secret()).await.unwrap().actor,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_hands_in_an_account_does_not_make_two_people_with_it() {
    let network = Network::of(1).await;
    let services = network.node(0).services();
    let (accounts, beleid) = (&services.accounts, &services.beleid);
    accounts.first("beheer", secret()).await.unwrap();
    let beheer = accounts.sign_in("beheer", secret()).await.unwrap().actor;
    let controller = Role::Verwerkingsverantwoordelijke;
    let one = made(accounts, &beheer, "directeur", controller, true).await;
    let two = made(accounts, &beheer, "secretaris", controller, true).await;
    let other = made(accounts, &beheer, "beheer-2", Role::Beheerder, true).await;
    let through = made(accounts, &other, "wethouder", controller, true).await;
    let program = made(accounts, &beheer, "programma", controller, false).await;
    let draft = files("eigen.cedar", RULE);

    let by_maker = beleid.propose(&beheer, &draft).await.unwrap().number;
    for actor in [&one, &two, &through] {
        let confirmed = beleid.confirm(actor, by_maker, None).await;
        assert!(
            matches!(confirmed, Err(BeleidError::NotTwo(NotTwo::Made))),
            "{confirmed:?}"
        );
    }
    let by_program = beleid.confirm(&program, by_maker, None).await;
    assert!(
        matches!(
            by_program,
            Err(BeleidError::NotAllowed(NotAllowed::Program))
        ),
        "{by_program:?}"
    );

    // Another gave the password, and the owner chose a new one since: whoever gave it could have done that too.
    let number = beleid.propose(&other, &draft).await.unwrap().number;
    let next = || Secret::new("vijf heel andere losse woorden".to_owned());
    accounts
        .set_password(&other, two.account(), None, secret())
        .await
        .unwrap();
    accounts
        .set_password(&two, two.account(), Some(secret()), next())
        .await
        .unwrap();
    let given = beleid.confirm(&two, number, None).await;
    assert!(matches!(given, Err(BeleidError::NotTwo(NotTwo::Made))));

    let number = beleid.propose(&one, &draft).await.unwrap().number;
    let confirmed = beleid.confirm(&two, number, None).await.unwrap();
    let by = confirmed.confirmed.unwrap().made_by;
    assert_eq!(by.as_deref(), Some("beheer"));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_advised_does_not_decide_with_another_role() {
    let network = Network::of(1).await;
    let doelen = &network.node(0).services().doelen;
    let purpose = "P03".parse().unwrap();
    doelen
        .advise(&fg(), &purpose, None, true, "")
        .await
        .unwrap();
    let same = person("functionaris", Role::Verwerkingsverantwoordelijke);
    let decision = Decision {
        mandate: "college".to_owned(),
        dpia: "dpia-1".to_owned(),
        against_advice: None,
    };
    let decided = doelen.put_into_force(&same, &purpose, None, decision).await;
    assert!(matches!(decided, Err(DoelError::NotTwo(NotTwo::Same))));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proposal_that_was_withdrawn_is_put_in_place_by_nobody_and_stays_in_the_list() {
    let network = Network::of(1).await;
    let beleid = &network.node(0).services().beleid;
    let draft = files("eigen.cedar", RULE);
    let number = beleid.propose(&controller(), &draft).await.unwrap().number;
    let silent = beleid.withdraw(&controller(), number, " ").await;
    assert!(matches!(silent, Err(BeleidError::Text("reden"))));
    let advisor = beleid.withdraw(&fg(), number, "mag niet").await;
    assert!(matches!(advisor, Err(BeleidError::NotAllowed(_))));
    let because = "de verkeerde map";
    let withdrawn = beleid.withdraw(&controller(), number, because).await;
    assert_eq!(withdrawn.unwrap().state, Staat::Withdrawn);
    let late = beleid.confirm(&second(), number, None).await;
    assert!(matches!(late, Err(BeleidError::NotProposed)));
    let twice = beleid.withdraw(&controller(), number, because).await;
    assert!(matches!(twice, Err(BeleidError::NotProposed)));
    let kept = beleid.versions(&fg(), None, 1).unwrap().remove(0);
    assert_eq!(kept.withdrawn.unwrap().1, because);
    let log = network.log_of(0);
    assert!(log.contains(&Event::PolicyWithdrawn { version: number }));
    assert_eq!(beleid.counting(&fg()).unwrap().stand.active, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_comes_third_to_look_over_a_policy_is_told_to_come_back() {
    let network = Network::of(1).await;
    let beleid = &network.node(0).services().beleid;
    let draft = files("eigen.cedar", RULE);
    let taken = beleid.testing_only_occupied();
    let refused = [
        beleid.check(&fg(), None).err(),
        beleid.difference(&fg(), &draft).err(),
        beleid.try_cases(&fg(), &[], None).err(),
        beleid.explain_cases(&fg(), &[], None).err(),
        beleid.trial(&fg(), &draft, 30).await.err(),
    ];
    for error in refused {
        assert!(matches!(error, Some(BeleidError::Busy)), "{error:?}");
    }
    drop(taken);
    assert!(beleid.difference(&fg(), &draft).is_ok());
    for days in [0, 3_661] {
        let far = beleid.trial(&fg(), &draft, days).await;
        assert!(matches!(far, Err(BeleidError::Days)), "{days}");
    }
}
