// SPDX-License-Identifier: EUPL-1.2
//! The life of a node: it starts, it refuses to start when that is wiser, it stops, and it comes back as the same.

use basisnet_node::{Node, StartError};
use basisnet_tests::network::{Network, days};

#[tokio::test]
async fn a_node_comes_back_as_the_same_node() {
    let mut network = Network::of(1).await;
    let name = network.node(0).overlay().me();
    network.stop(0).await;
    network.start(0).await;
    assert_eq!(network.node(0).overlay().me(), name);
    network.stop(0).await;
}

#[tokio::test]
async fn a_month_passes_and_the_node_is_still_there() {
    let network = Network::of(2).await;
    network.advance(days(30)).await;
    assert!(network.node(0).services().accounts.is_reachable().is_ok());
}

#[tokio::test]
async fn two_nodes_on_one_store_do_not_both_start() {
    let network = Network::of(1).await;
    let config = network.member(0).config();
    let second = Node::start(config, network.clock.clone()).await;
    assert!(matches!(second, Err(StartError::Store(_))));
}

#[tokio::test]
async fn a_port_in_use_is_named() {
    let mut network = Network::of(1).await;
    network.stop(0).await;
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let mut config = network.member(0).config();
    config.overlay.luister = taken.local_addr().unwrap();
    let fault = Node::start(config.clone(), network.clock.clone()).await;
    let fault = fault.unwrap_err().to_string();
    assert!(fault.contains(&taken.local_addr().unwrap().to_string()));
    // Nothing was left half open: with another port it starts.
    drop(taken);
    let node = Node::start(config, network.clock.clone()).await.unwrap();
    node.stop().await;
}

#[tokio::test]
async fn the_certificate_of_another_organisation_is_refused() {
    let mut network = Network::of(1).await;
    network.stop(0).await;
    let mut config = network.member(0).config();
    config.organisatie.oin = "00000099000000001000".parse().unwrap();
    let fault = Node::start(config, network.clock.clone())
        .await
        .unwrap_err();
    assert!(matches!(fault, StartError::OtherOrganisation { .. }));
}

#[tokio::test]
async fn a_key_that_others_can_read_is_refused() {
    use std::os::unix::fs::PermissionsExt;
    let mut network = Network::of(1).await;
    network.stop(0).await;
    let config = network.member(0).config();
    let open = std::fs::Permissions::from_mode(0o644);
    std::fs::set_permissions(config.node_key_file(), open).unwrap();
    let fault = Node::start(config, network.clock.clone())
        .await
        .unwrap_err();
    assert!(fault.to_string().contains("chmod 600"));
}
