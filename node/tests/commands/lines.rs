// SPDX-License-Identifier: EUPL-1.2
//! `basisnet controleer netwerk`: the own address, and the line to each member.

use std::fs;
use std::io::Write as _;
use std::net::TcpListener;

use crate::desk::{Desk, OIN, sign_in};

const OTHER: &str = "00000099000000307000";

/// The place where a node listens for others, taken from its configuration.
fn place(desk: &Desk) -> String {
    let text = fs::read_to_string(desk.path("basisnet.toml")).unwrap();
    let place = text
        .split("[overlay]\nluister = ")
        .nth(1)
        .and_then(|after| after.split('"').nth(1))
        .unwrap();
    let (host, port) = place.rsplit_once(':').unwrap();
    format!("/ip4/{host}/tcp/{port}")
}

/// Says in the configuration that others reach the node there.
fn reached_at(desk: &Desk, address: &str) {
    let path = desk.path("basisnet.toml");
    let text = fs::read_to_string(&path).unwrap();
    let kept = text
        .lines()
        .filter(|line| !line.starts_with("adressen"))
        .map(|line| match line {
            "[overlay]" => format!("[overlay]\nadressen = [\"{address}\"]\n"),
            line => format!("{line}\n"),
        });
    fs::write(&path, kept.collect::<String>()).unwrap();
}

/// Trusts the authority of another too.
fn trust(desk: &Desk, other: &Desk) {
    fs::copy(other.path("anker.pem"), desk.path("ander.pem")).unwrap();
    fs::copy(other.path("lijst.crl"), desk.path("ander.crl")).unwrap();
    let path = desk.path("basisnet.toml");
    let text = fs::read_to_string(&path).unwrap();
    let text = text
        .replace("[\"anker.pem\"]", "[\"anker.pem\", \"ander.pem\"]")
        .replace("[\"lijst.crl\"]", "[\"lijst.crl\", \"ander.crl\"]");
    fs::write(&path, text).unwrap();
}

#[test]
fn the_own_address_is_tried_and_what_answers_there_is_named() {
    let desk = Desk::with_node();
    desk.run(&["controleer", "netwerk"]).must(
        0,
        &["luistert alleen voor deze computer", "docs/netwerk.md"],
    );
    reached_at(&desk, &place(&desk));
    desk.run(&["controleer", "netwerk"])
        .must(0, &["is te zien als zij draait"]);
    let node = desk.start();
    desk.run(&["controleer", "netwerk"])
        .must(0, &["antwoordt een node"]);
    drop(node);
}

#[test]
fn something_else_at_the_own_address_is_a_fault_with_its_mend() {
    let desk = Desk::with_node();
    let else_where = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = else_where.local_addr().unwrap().port();
    reached_at(&desk, &format!("/ip4/127.0.0.1/tcp/{port}"));
    std::thread::spawn(move || {
        for stream in else_where.incoming().flatten() {
            let _ = (&stream).write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n");
        }
    });
    let _node = desk.start();
    desk.run(&["controleer", "netwerk"]).must(
        1,
        &[
            "FOUT",
            "antwoordt iets anders dan een node",
            "TLS-passthrough",
        ],
    );
}

#[test]
fn the_line_to_a_member_is_in_order_or_it_is_said_where_it_stops() {
    let (one, other) = (Desk::with_node_of(OIN), Desk::with_node_of(OTHER));
    trust(&one, &other);
    trust(&other, &one);
    for desk in [&one, &other] {
        reached_at(desk, &place(desk));
    }
    let (_first, second) = (one.start(), other.start());
    for (desk, from) in [(&one, &other), (&other, &one)] {
        sign_in(from, "beheer");
        from.run(&["leden", "uitgeven"]).must(0, &["wij.lid"]);
        fs::copy(from.path("wij.lid"), desk.path("ander.lid")).unwrap();
        sign_in(desk, "beheer");
        desk.run(&["leden", "invoeren", "ander.lid"]).must(0, &[]);
    }
    // All the way to the agreement, which there is not yet.
    one.run(&["controleer", "netwerk"])
        .must(0, &["let op", "er is geen convenant van kracht"]);
    assert_eq!(second.stop(), 0);
    one.run(&["controleer", "netwerk"]).must(1, &["FOUT"]);
}
