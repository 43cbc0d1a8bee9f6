// SPDX-License-Identifier: EUPL-1.2
//! Who gets in, and who does not.

use super::*;
use crate::service::testing::{Scene, scene};

fn secret(text: &str) -> Secret<String> {
    Secret::new(text.to_owned())
}

const GOOD: &str = "vier losse woorden hier";

fn accounts(scene: &Scene) -> Accounts {
    let rules = AccountRules::from_config(&scene.config);
    Accounts::new(scene.store.clone(), scene.clock.clone(), rules)
}

async fn with_beheerder(scene: &Scene) -> (Accounts, Actor) {
    let accounts = accounts(scene);
    accounts.first("beheer", secret(GOOD)).await.unwrap();
    let actor = accounts
        .sign_in("beheer", secret(GOOD))
        .await
        .unwrap()
        .actor;
    (accounts, actor)
}

fn new(name: &str, roles: &[Role]) -> NewAccount {
    NewAccount {
        name: name.to_owned(),
        roles: roles.iter().copied().collect(),
        password: Some(secret(GOOD)),
    }
}

#[tokio::test]
async fn who_knows_name_and_password_gets_in_and_a_token_is_somebody() {
    let scene = scene();
    let (accounts, _) = with_beheerder(&scene).await;
    let signed_in = accounts.sign_in(" BEHEER ", secret(GOOD)).await.unwrap();
    let actor = accounts.actor(signed_in.token.expose()).unwrap().unwrap();
    assert_eq!(actor, signed_in.actor);
    assert!(actor.has(Role::Beheerder));
    accounts.sign_out(signed_in.token.expose()).await.unwrap();
    assert_eq!(accounts.actor(signed_in.token.expose()).unwrap(), None);
}

#[tokio::test]
async fn a_wrong_name_and_a_wrong_password_cannot_be_told_apart() {
    let scene = scene();
    let (accounts, _) = with_beheerder(&scene).await;
    let name = accounts.sign_in("niemand", secret(GOOD)).await.unwrap_err();
    let password = accounts
        .sign_in("beheer", secret("een ander wachtwoord"))
        .await
        .unwrap_err();
    assert!(
        matches!(name, AccountError::NotSignedIn) && matches!(password, AccountError::NotSignedIn)
    );
    assert_eq!(name.dutch(), password.dutch());
}

#[tokio::test]
async fn three_wrong_passwords_lock_the_account_for_a_quarter_of_an_hour() {
    let scene = scene();
    let (accounts, _) = with_beheerder(&scene).await;
    for _ in 0..3 {
        assert!(
            accounts
                .sign_in("beheer", secret("een ander wachtwoord"))
                .await
                .is_err()
        );
    }
    assert!(accounts.sign_in("beheer", secret(GOOD)).await.is_err());
    scene.clock.advance(LOCKED);
    assert!(accounts.sign_in("beheer", secret(GOOD)).await.is_ok());
}

#[tokio::test]
async fn a_session_ends_when_nothing_happens_and_in_any_case_at_the_end_of_the_day() {
    let scene = scene();
    let (accounts, _) = with_beheerder(&scene).await;
    let minutes = |minutes: u64| Duration::from_secs(minutes * 60);
    let quiet = accounts.sign_in("beheer", secret(GOOD)).await.unwrap();
    scene.clock.advance(minutes(30));
    assert_eq!(accounts.actor(quiet.token.expose()).unwrap(), None);
    let busy = accounts.sign_in("beheer", secret(GOOD)).await.unwrap();
    for _ in 0..23 {
        scene.clock.advance(minutes(20));
        assert!(accounts.actor(busy.token.expose()).unwrap().is_some());
    }
    scene.clock.advance(minutes(20));
    assert_eq!(accounts.actor(busy.token.expose()).unwrap(), None);
    assert!(accounts.forget_expired_sessions().await.unwrap() >= 1);
}

#[tokio::test]
async fn the_last_beheerder_stays() {
    let scene = scene();
    let (accounts, actor) = with_beheerder(&scene).await;
    let fg = BTreeSet::from([Role::Fg]);
    let demoted = accounts.set_roles(&actor, actor.account(), fg).await;
    assert!(matches!(demoted, Err(AccountError::LastBeheerder)));
    assert!(matches!(
        accounts.close(&actor, actor.account()).await,
        Err(AccountError::LastBeheerder)
    ));
    accounts
        .create(&actor, new("tweede", &[Role::Beheerder]))
        .await
        .unwrap();
    assert!(
        accounts
            .close(&actor, actor.account())
            .await
            .unwrap()
            .closed
    );
}

#[tokio::test]
async fn a_closed_account_and_a_new_password_end_the_sessions_at_once() {
    let scene = scene();
    let (accounts, actor) = with_beheerder(&scene).await;
    let (account, _) = accounts
        .create(&actor, new("toezicht", &[Role::ToezichthouderKwaliteit]))
        .await
        .unwrap();
    let first = accounts.sign_in("toezicht", secret(GOOD)).await.unwrap();
    accounts
        .set_password(&actor, account.id, None, secret("heel andere woorden"))
        .await
        .unwrap();
    assert_eq!(accounts.actor(first.token.expose()).unwrap(), None);
    let second = accounts
        .sign_in("toezicht", secret("heel andere woorden"))
        .await
        .unwrap();
    accounts.close(&actor, account.id).await.unwrap();
    assert_eq!(accounts.actor(second.token.expose()).unwrap(), None);
    assert!(
        accounts
            .sign_in("toezicht", secret("heel andere woorden"))
            .await
            .is_err()
    );
}

#[tokio::test]
async fn a_client_shows_its_key_and_an_old_key_is_nobody() {
    let scene = scene();
    let (accounts, actor) = with_beheerder(&scene).await;
    let client = NewAccount {
        password: None,
        ..new("zaaksysteem", &[Role::Contractmanager])
    };
    let (account, key) = accounts.create(&actor, client).await.unwrap();
    let key = key.unwrap();
    let shown = accounts.actor(key.expose()).unwrap().unwrap();
    assert_eq!((shown.name(), shown.kind()), ("zaaksysteem", Kind::Client));
    let renewed = accounts.renew_key(&actor, account.id).await.unwrap();
    assert_eq!(accounts.actor(key.expose()).unwrap(), None);
    assert!(accounts.actor(renewed.expose()).unwrap().is_some());
    for nonsense in ["", "k", "s", "x123", "kéé", &"k0".repeat(40)] {
        assert_eq!(accounts.actor(nonsense).unwrap(), None);
    }
}

#[tokio::test]
async fn only_a_beheerder_makes_accounts_and_nobody_combines_what_must_stay_apart() {
    let scene = scene();
    let (accounts, actor) = with_beheerder(&scene).await;
    let outsider = Actor::testing_only("iemand", [Role::Contractmanager]);
    let denied = accounts.create(&outsider, new("x1", &[Role::Fg])).await;
    assert!(matches!(denied, Err(AccountError::NotAllowed(_))));
    for roles in [
        &[][..],
        &[Role::Beheerder, Role::Contractmanager],
        &[Role::Fg, Role::Verwerkingsverantwoordelijke],
    ] {
        let refused = accounts.create(&actor, new("x2", roles)).await;
        assert!(matches!(refused, Err(AccountError::Roles)), "{roles:?}");
    }
    accounts
        .create(&actor, new("jansen", &[Role::Fg]))
        .await
        .unwrap();
    let twice = accounts.create(&actor, new("Jansen", &[Role::Fg])).await;
    assert!(matches!(twice, Err(AccountError::Taken)));
}

#[tokio::test]
async fn a_password_that_is_easy_to_guess_is_refused() {
    let scene = scene();
    let accounts = accounts(&scene);
    for (password, expected) in [
        ("kort", PasswordError::Short),
        ("aaaaaaaaaaaaaaa", PasswordError::Easy),
        ("mijn beheer wachtwoord", PasswordError::Easy),
    ] {
        match accounts.first("beheer", secret(password)).await {
            Err(AccountError::Password(error)) => assert_eq!(error, expected),
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test]
async fn the_first_account_is_made_once() {
    let scene = scene();
    let (accounts, _) = with_beheerder(&scene).await;
    assert!(matches!(
        accounts.first("nog-een", secret(GOOD)).await,
        Err(AccountError::NotFirst)
    ));
}

#[tokio::test]
async fn passwords_that_are_tried_at_once_count_as_those_tried_one_by_one() {
    let scene = scene();
    let (accounts, _) = with_beheerder(&scene).await;
    let wrong = || accounts.sign_in("beheer", secret("een ander wachtwoord"));
    // All four read the account before the first of them is judged.
    let (.., right) = tokio::join!(
        wrong(),
        wrong(),
        wrong(),
        accounts.sign_in("beheer", secret(GOOD))
    );
    assert!(matches!(right, Err(AccountError::NotSignedIn)), "{right:?}");
}

#[tokio::test]
async fn who_goes_on_guessing_does_not_keep_the_owner_out_for_ever() {
    let scene = scene();
    let (accounts, _) = with_beheerder(&scene).await;
    for _ in 0..5 {
        let wrong = accounts.sign_in("beheer", secret("een ander wachtwoord"));
        assert!(wrong.await.is_err());
        scene.clock.advance(LOCKED / 4);
    }
    // Locked at the third; the fourth and the fifth came while it was.
    scene.clock.advance(LOCKED / 4);
    assert!(accounts.sign_in("beheer", secret(GOOD)).await.is_ok());
}

#[tokio::test]
async fn who_changes_the_own_password_shows_the_one_it_has() {
    let scene = scene();
    let (accounts, actor) = with_beheerder(&scene).await;
    let other = || secret("heel andere woorden");
    for current in [None, Some(secret("niet dit wachtwoord"))] {
        let refused = accounts.set_password(&actor, actor.account(), current, other());
        assert!(matches!(refused.await, Err(AccountError::Current)));
    }
    let changed = accounts.set_password(&actor, actor.account(), Some(secret(GOOD)), other());
    changed.await.unwrap();
    assert!(accounts.sign_in("beheer", other()).await.is_ok());
}

#[tokio::test]
async fn a_session_that_was_left_open_is_no_place_to_guess_the_password() {
    let scene = scene();
    let (accounts, actor) = with_beheerder(&scene).await;
    let change = |current| {
        let current = Some(secret(current));
        accounts.set_password(
            &actor,
            actor.account(),
            current,
            secret("heel andere woorden"),
        )
    };
    for _ in 0..3 {
        assert!(change("niet dit wachtwoord").await.is_err());
    }
    assert!(matches!(change(GOOD).await, Err(AccountError::Current)));
    assert!(accounts.sign_in("beheer", secret(GOOD)).await.is_err());
}

#[tokio::test]
async fn of_two_that_change_the_own_password_at_once_one_does() {
    let scene = scene();
    let (accounts, actor) = with_beheerder(&scene).await;
    let change = |new| {
        let current = Some(secret(GOOD));
        accounts.set_password(&actor, actor.account(), current, secret(new))
    };
    let (one, other) = tokio::join!(
        change("heel andere woorden"),
        change("en weer andere woorden")
    );
    assert!(one.is_ok() && matches!(other, Err(AccountError::Current)));
    assert!(
        accounts
            .sign_in("beheer", secret("heel andere woorden"))
            .await
            .is_ok()
    );
}

#[tokio::test]
async fn a_client_does_not_become_a_person_and_a_person_no_client() {
    let scene = scene();
    let (accounts, actor) = with_beheerder(&scene).await;
    let client = NewAccount {
        password: None,
        ..new("zaaksysteem", &[Role::Contractmanager])
    };
    let (account, key) = accounts.create(&actor, client).await.unwrap();
    let itself = accounts.actor(key.unwrap().expose()).unwrap().unwrap();
    for caller in [&itself, &actor] {
        let refused = accounts.set_password(caller, account.id, Some(secret(GOOD)), secret(GOOD));
        assert!(matches!(refused.await, Err(AccountError::Client)));
    }
    let refused = accounts.renew_key(&actor, actor.account()).await;
    assert!(matches!(refused, Err(AccountError::Person)));
}

#[tokio::test]
async fn two_new_passwords_at_once_end_the_sessions_of_both() {
    let scene = scene();
    let (accounts, actor) = with_beheerder(&scene).await;
    let made = accounts.create(&actor, new("toezicht", &[Role::ToezichthouderKwaliteit]));
    let (account, _) = made.await.unwrap();
    let give = |password| accounts.set_password(&actor, account.id, None, secret(password));
    let (one, other) = tokio::join!(give("heel andere woorden"), give("en weer andere woorden"));
    assert!(one.is_ok() && other.is_ok());
    let after = accounts.find(&actor, "toezicht").unwrap();
    assert_eq!(after.generation, 2);
}
