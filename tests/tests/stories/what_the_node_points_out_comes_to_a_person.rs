// SPDX-License-Identifier: EUPL-1.2
//! What the node finds by itself it tells a person, and goes no further: samenloop and new treffers to who may see them,
//! alarms about a member to who decides on them.

use basisnet_node::audit::Event;
use basisnet_node::service::alarm::{AlarmError, Cause, Outcome};
use basisnet_node::service::bevraging::{self, Occasion};
use basisnet_node::service::notice::{SeenNotice, Told};
use basisnet_protocol::purpose::Role;
use basisnet_tests::agreement::everybody;
use basisnet_tests::network::{Network, actor};

async fn sweep(network: &Network, member: usize) -> bevraging::Progress {
    let bevragingen = &network.node(member).services().bevragingen;
    bevragingen.run(Occasion::Person).await.unwrap()
}

async fn told(network: &Network, unread_only: bool) -> Vec<SeenNotice> {
    let we = actor(&[Role::ToezichthouderKwaliteit]);
    let notices = &network.node(0).services().notices;
    notices.list(&we, unread_only, 100).await.unwrap()
}

#[tokio::test]
async fn samenloop_and_new_treffers_are_told_once_with_the_silent_apart() {
    let mut network = Network::with_registers(&[0..4, 2..6, 3..7, 0..8]).await;
    let we = actor(&[Role::ToezichthouderKwaliteit]);
    let (followed, other) = (network.aanbieder(0, 2).id, network.aanbieder(0, 3).id);
    let notices = network.node(0).services().notices.clone();
    notices.follow(&we, followed).await.unwrap();
    network.stop(3).await;
    sweep(&network, 0).await;

    // Number 3 is known in three gemeenten; of the fourth that is not known.
    let all = told(&network, true).await;
    assert_eq!(all.len(), 2, "{all:?}");
    let about = |id| all.iter().find(|notice| notice.aanbieder == id).unwrap();
    let oin = |member: usize| network.member(member).oin;
    assert_eq!(about(followed).told, Told::NewTreffer { peer: oin(1) });
    let Told::Samenloop { now, from } = &about(other).told else {
        panic!("{:?}", about(other))
    };
    assert_eq!((now.count(), *from, now.own), (3, 3, true));
    assert_eq!(now.known, [oin(1), oin(2)].into());
    assert_eq!(now.unknown, [oin(3)].into(), "never a no");

    // A colleague who follows nothing is told of samenloop only; who has nothing to do with it sees nothing.
    let colleague = basisnet_node::service::account::Actor::testing_only(
        "collega",
        [Role::ToezichthouderKwaliteit],
    );
    let of_colleague = notices.list(&colleague, false, 100).await.unwrap();
    assert_eq!(of_colleague.len(), 1);
    let beheer = actor(&[Role::Beheerder]);
    assert!(notices.list(&beheer, false, 100).await.is_err());
    let not_mine = notices.mark_read(&colleague, about(followed).id).await;
    assert!(not_mine.is_err());

    // What was read is read for who read it.
    assert_eq!(notices.count_unread(&we).unwrap(), 2);
    notices.mark_read(&we, about(other).id).await.unwrap();
    assert_eq!(notices.count_unread(&we).unwrap(), 1);
    assert_eq!(notices.count_unread(&colleague).unwrap(), 1);
    assert_eq!(told(&network, true).await.len(), 1);
    assert_eq!(told(&network, false).await.len(), 2);
    let noticed = |event: &Event| matches!(event, Event::SamenloopNoticed { .. });
    let events = network.log_of(0).into_iter();
    assert_eq!(events.filter(noticed).count(), 1);

    // It survives a restart, and goes when a source takes back what it rests on.
    network.stop(0).await;
    network.start(0).await;
    assert_eq!(told(&network, false).await.len(), 2);
    network.introduce_running().await;
    let taken = network.aanbieder(1, 3).id;
    let registers = &network.node(1).services().aanbieders;
    registers.restrict(&everybody(), taken, true).await.unwrap();
    network.settle().await;
    let left = told(&network, false).await;
    assert_eq!(left.len(), 1);
    assert_eq!(left[0].aanbieder, followed);
    let notices = &network.node(0).services().notices;
    notices.unfollow(&we, followed).await.unwrap();
    assert!(notices.followed(&we).unwrap().is_empty());
}

#[tokio::test]
async fn about_a_member_that_knows_nearly_all_a_person_decides() {
    let network = Network::with_registers(&[0..30, 0..30]).await;
    sweep(&network, 0).await;
    let controller = actor(&[Role::Verwerkingsverantwoordelijke]);
    let alarms = &network.node(0).services().alarms;
    let [alarm] = alarms.list(&controller).unwrap().try_into().unwrap();
    assert_eq!(alarm.peer, network.member(1).oin);
    let all = Cause::ManyTreffers {
        found: 30,
        asked: 30,
    };
    assert_eq!(alarm.cause, all);
    let outcome = |progress: bevraging::Progress| {
        let member = progress.members.into_values().next().unwrap();
        member.outcome.unwrap()
    };
    // Nothing happens by itself.
    network.clock.advance(basisnet_tests::network::days(1));
    network.settle().await;
    assert!(!matches!(
        outcome(sweep(&network, 0).await),
        bevraging::Outcome::NotAllowed(_)
    ));

    let fg = actor(&[Role::Fg]);
    let by_fg = alarms
        .decide(&fg, alarm.id, Outcome::Suspend, "te veel")
        .await;
    assert!(matches!(by_fg, Err(AlarmError::NotAllowed(_))));
    let suspended = alarms.decide(&controller, alarm.id, Outcome::Suspend, "eerst bellen");
    suspended.await.unwrap();
    network.clock.advance(basisnet_tests::network::days(1));
    network.settle().await;
    // Neither asks the other, and the other gets the no that everybody gets.
    let we_ask = outcome(sweep(&network, 0).await);
    assert!(
        matches!(we_ask, bevraging::Outcome::NotAllowed(_)),
        "{we_ask:?}"
    );
    let it_asks = outcome(sweep(&network, 1).await);
    assert_eq!(it_asks, bevraging::Outcome::Refused);

    let on = alarms.decide(&controller, alarm.id, Outcome::GoOn, "het zijn buren");
    on.await.unwrap();
    let we_ask = outcome(sweep(&network, 0).await);
    assert!(
        !matches!(we_ask, bevraging::Outcome::NotAllowed(_)),
        "{we_ask:?}"
    );
    let decided = |event: &&Event| matches!(event, Event::AlarmDecided { .. });
    assert_eq!(network.log_of(0).iter().filter(decided).count(), 2);
}
