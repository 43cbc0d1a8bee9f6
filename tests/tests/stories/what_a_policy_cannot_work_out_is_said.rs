// SPDX-License-Identifier: EUPL-1.2
//! What a policy cannot work out is said, and is no ordinary no: a rule that cannot be evaluated is named with its place
//! and its mend, and a trial says what it could not take again.

use std::time::Duration;

use basisnet_node::audit::Event;
use basisnet_node::service::account::Actor;
use basisnet_node::service::beleid::{Again, Beleid, Bestand, Trial};
use basisnet_node::service::inzage::InzageError;
use basisnet_node::store::Change;
use basisnet_policy::position::Fault;
use basisnet_protocol::purpose::{Category, Role};
use basisnet_tests::asking::{ASKER, Asking};
use basisnet_tests::network::{Network, actor};

/// A sum that never comes out, about supervision alone.
const OVERFLOWS: &str = r#"// eigen beleid
@id("L01-te-groot") @wet("eigen beleid") @uitleg("Deze gemeente vraagt hier niet naar") @nodig("een ander besluit")
forbid (principal, action == Action::"ask", resource == Category::"toezicht")
when { context.now + 9223372036854775807 < 0 };"#;

fn files(text: &str) -> Vec<Bestand> {
    vec![Bestand {
        naam: "eigen.cedar".to_owned(),
        tekst: text.to_owned(),
    }]
}

fn person(name: &str, role: Role) -> Actor {
    Actor::testing_only(name, [role])
}

fn fg() -> Actor {
    person("functionaris", Role::Fg)
}

fn is_told(fault: &Fault) {
    assert_eq!(
        fault.to_string(),
        "eigen.cedar, regel 2, kolom 1, `L01-te-groot`: deze regel kan niet worden uitgerekend, want een getal wordt te \
         groot; daarom is het antwoord nee; hier hoort een berekening die altijd uitkomt; reken met kleinere getallen, of \
         vergelijk zonder te rekenen"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rule_that_cannot_be_evaluated_is_named_by_check_cases_trial_and_explanation() {
    let scene = Asking::begin().await;
    scene.ask(&[Category::Toezicht]).await;
    scene.ask(&[Category::Contact]).await;
    let beleid = &scene.network.node(ASKER).services().beleid;
    let draft = files(OVERFLOWS);

    let checked = beleid.check(&fg(), Some(&draft)).unwrap();
    assert!(
        checked.findings[0]
            .starts_with("niet uit te rekenen: eigen.cedar, regel 2, kolom 1, `L01-te-groot`: "),
        "{:?}",
        checked.findings
    );
    let cases = files(basisnet_policy::cases::EXAMPLE);
    let cases = [Bestand {
        naam: "eigen.toml".to_owned(),
        ..cases[0].clone()
    }];
    let (outcomes, _) = beleid.try_cases(&fg(), &cases, Some(&draft)).unwrap();
    let told = outcomes.iter().filter_map(|one| one.difference.as_deref());
    assert!(
        told.clone()
            .any(|told| told.starts_with("niet uit te rekenen: eigen.cedar, regel 2, ")),
        "{outcomes:?}"
    );
    let explained = beleid.explain_cases(&fg(), &cases, Some(&draft)).unwrap();
    let mut faulty = explained.iter().flat_map(|one| &one.faults);
    is_told(faulty.next().unwrap());

    let trial = beleid.trial(&fg(), &draft, 30).await.unwrap();
    assert_eq!((trial.faulty, trial.different), (1, 1));
    let (fault, times) = trial.faults.first_key_value().unwrap();
    is_told(fault);
    assert_eq!(*times, 1);

    let we = person("directeur", Role::Verwerkingsverantwoordelijke);
    let number = beleid.propose(&we, &draft).await.unwrap().number;
    let second = person("gemeentesecretaris", Role::Verwerkingsverantwoordelijke);
    beleid.confirm(&second, number, None).await.unwrap();
    let (asker, vraag) = (scene.toezichthouder(), scene.vraag(&[Category::Toezicht]));
    let refused = scene.asker().ask(&asker, &vraag).await;
    assert!(matches!(refused, Err(InzageError::Refused(_))));
    beleid
        .restore(&we, "de berekening komt niet uit")
        .await
        .unwrap();
    let explained = explain_last(&scene, beleid);
    is_told(&explained.faults[0]);
    assert_eq!((explained.permitted, explained.again), (false, Again::Same));
}

fn explain_last(scene: &Asking, beleid: &Beleid) -> basisnet_node::service::beleid::Explained {
    let log = scene.network.log_of(ASKER);
    let kept = |event: &Event| matches!(event, Event::InzageWithheld { .. });
    let index = log.iter().rposition(kept).unwrap();
    beleid
        .explain(&fg(), u64::try_from(index).unwrap() + 1)
        .unwrap()
}

/// The quarter of now, as the log names it.
fn quarter(network: &Network) -> String {
    let today = network.clock.now().date().to_string();
    let (year, month) = (&today[..4], today[5..7].parse::<u32>().unwrap());
    format!("log-{year}k{}", month.div_ceil(3))
}

/// In each of three quarters somebody looks, and what was written in the one between is forgotten.
#[tokio::test(flavor = "multi_thread")]
async fn a_trial_goes_on_behind_what_is_forgotten_and_says_what_it_did_not_take_again() {
    let network = Network::of(1).await;
    let node = network.node(0);
    let beleid = &node.services().beleid;
    let id = network.know(0, "12345679", "bv").await;
    let manager = actor(&[Role::Contractmanager]);
    let mut quarters = Vec::new();
    for _ in 0..3 {
        let looked = node.services().aanbieders.show(&manager, id, None).await;
        assert!(looked.is_ok(), "{looked:?}");
        quarters.push(quarter(&network));
        network.clock.advance(Duration::from_secs(92 * 86_400));
    }
    let draft = files(OVERFLOWS);
    let tried = async || -> Trial { beleid.trial(&fg(), &draft, 3_660).await.unwrap() };
    let before = tried().await;
    assert_eq!(
        (before.forgotten, before.unreadable, before.cut),
        (0, 0, false)
    );
    assert!(before.decisions >= 3, "{before:?}");
    let period = quarters[1].clone();
    let event = Event::PeriodForgotten {
        period: period.clone(),
    };
    let forget = Change::new().forget_period(period).audit(event);
    node.base().store.commit(forget).await.unwrap();

    let after = tried().await;
    assert!(after.forgotten > 0, "{after:?}");
    assert!(
        (2..before.decisions).contains(&after.decisions),
        "{after:?}"
    );
    assert_eq!(
        after.oldest, before.oldest,
        "it stopped at what is forgotten"
    );
}
