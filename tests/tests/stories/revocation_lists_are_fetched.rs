// SPDX-License-Identifier: EUPL-1.2
//! A node fetches the lists of revoked certificates from where their authorities publish them, and believes them.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::Router;
use axum::http::StatusCode;
use axum::routing::get;
use basisnet_node::service::bevraging::{Occasion, Outcome};
use basisnet_tests::agreement::TERMS;
use basisnet_tests::network::Network;

const HOUR: Duration = Duration::from_secs(3_600);

/// An authority that publishes the list in this file, while it is up.
async fn publish(file: PathBuf, up: Arc<AtomicBool>) -> String {
    let list = move || {
        let (file, up) = (file.clone(), Arc::clone(&up));
        async move {
            match up.load(Ordering::SeqCst) {
                true => std::fs::read(file).map_err(|_| StatusCode::NOT_FOUND),
                false => Err(StatusCode::SERVICE_UNAVAILABLE),
            }
        }
    };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let router = Router::new().route("/lijst.crl", get(list));
    tokio::spawn(async move { axum::serve(listener, router).await });
    format!("http://{address}/lijst.crl")
}

/// What comes of it when the second asks the first.
async fn asked(network: &Network) -> Outcome {
    let bevragingen = &network.node(1).services().bevragingen;
    let progress = bevragingen.run(Occasion::Person).await.unwrap();
    let member = progress.members.into_values().next().unwrap();
    member.outcome.unwrap()
}

#[tokio::test]
async fn a_node_fetches_the_lists_itself_and_refuses_who_is_on_them() {
    let mut network = Network::of(2).await;
    network.introduce().await;
    network.agree(&[0, 1], TERMS).await;
    network.put_into_force("P08").await;
    network.register(0, 0..2).await;
    network.register(1, 1..3).await;

    let published = network.member(1).home.join("bij-de-uitgever.crl");
    std::fs::write(&published, network.lists(&[])).unwrap();
    let up = Arc::new(AtomicBool::new(true));
    let address = publish(published.clone(), Arc::clone(&up)).await;
    network.stop(1).await;
    let path = network.member(1).home.join("basisnet.toml");
    let text = std::fs::read_to_string(&path).unwrap();
    let line = text.lines().find(|line| line.starts_with("crls")).unwrap();
    let text = text.replace(line, &format!("crl_adressen = [\"{address}\"]"));
    std::fs::write(&path, text).unwrap();
    network.start(1).await;
    network.introduce().await;
    assert_ne!(asked(&network).await, Outcome::NoAnswer);

    // The authority is down when it has revoked the first: what was fetched still counts.
    up.store(false, Ordering::SeqCst);
    std::fs::write(&published, network.lists(&[0])).unwrap();
    network.advance(HOUR).await;
    assert_ne!(asked(&network).await, Outcome::NoAnswer);
    up.store(true, Ordering::SeqCst);
    network.advance(HOUR).await;
    // The connection that there was closes a moment after the list was read.
    for _ in 0..5 {
        if asked(&network).await == Outcome::NoAnswer {
            return;
        }
        network.advance(HOUR / 12).await;
    }
    panic!("a revoked member still answers");
}
