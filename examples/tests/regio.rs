// SPDX-License-Identifier: EUPL-1.2
//! What lies in `regio` is what the demonstration makes. `UPDATE=1 cargo test -p basisnet-examples` writes it anew.

#![cfg(test)]

use std::net::SocketAddr;
use std::path::Path;

use basisnet_node::demo::place::Place;
use basisnet_node::demo::region::Region;
use basisnet_node::demo::{API_PORT, OVERLAY_PORT, files};

#[test]
fn the_files_of_the_region_are_those_of_the_demonstration() {
    let region = Region::invent();
    holds("convenant.toml", &files::convenant());
    for (number, place) in (0..).zip(Place::ALL) {
        let address = |port: u16| SocketAddr::from(([127, 0, 0, 1], port + number));
        let config = files::configuration(place, address(OVERLAY_PORT), address(API_PORT));
        holds(&format!("{}/basisnet.toml", place.slug()), &config);
        holds(
            &format!("{}/aanbieders.csv", place.slug()),
            &files::register(&region, place),
        );
    }
}

fn holds(name: &str, text: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("regio")
        .join(name);
    if std::env::var_os("UPDATE").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, text).unwrap();
    }
    let found = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        found == text,
        "{} is not what the demonstration makes",
        path.display()
    );
}
