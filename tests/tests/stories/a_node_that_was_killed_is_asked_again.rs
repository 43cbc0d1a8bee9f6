// SPDX-License-Identifier: EUPL-1.2
//! A node is killed and comes back. The first question after its return is answered, whatever its member had open to
//! it before.

use basisnet_node::service::bevraging::Occasion;
use basisnet_node::service::inzage::AskedState;
use basisnet_tests::agreement::everybody;

use super::nodes_survive_being_killed::{Killable, question, two_that_agreed};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_first_question_after_its_return_is_answered() {
    let mut network = two_that_agreed("redb").await;
    network.start(0).await;
    let mut source = Killable::start(&network, 1);
    source.until("ready");
    let we = everybody();
    let services = network.node(0).services();
    services.bevragingen.run(Occasion::Person).await.unwrap();
    let treffers = services.treffers.all().unwrap();
    let (aanbieder, members) = treffers.first_key_value().unwrap();
    let question = question(*aanbieder, members.first().unwrap().to_string());
    for round in 0..5 {
        let asked = services.inzagen.ask(&we, &question).await.unwrap();
        assert!(
            matches!(asked.state, AskedState::Released { .. }),
            "{round}: {asked:?}"
        );
        source.kill();
        // In every other round somebody asks while it is away, and hears that there is no answer.
        if round % 2 == 0 {
            let asked = services.inzagen.ask(&we, &question).await.unwrap();
            assert!(
                matches!(asked.state, AskedState::NoAnswer),
                "{round}: {asked:?}"
            );
        }
        source = Killable::start(&network, 1);
        source.until("ready");
    }
    source.kill();
}
