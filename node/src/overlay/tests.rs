// SPDX-License-Identifier: EUPL-1.2
//! Starting, asking and being asked, between two nodes and with strangers.

use std::net::IpAddr;

use super::*;

/// Admits who says the password.
struct Password;

impl Gate for Password {
    fn admit(&self, attestation: &[u8], peer: &PeerId) -> Result<Peer, Refused> {
        if attestation == b"sesam" {
            self.peer(peer).ok_or(Refused::Malformed)
        } else {
            Err(Refused::Malformed)
        }
    }

    fn still_valid(&self, _: &PeerId) -> Result<(), Refused> {
        Ok(())
    }

    fn peer(&self, peer: &PeerId) -> Option<Peer> {
        Some(Peer {
            oin: "00000099000000001000".parse().ok()?,
            peer_id: *peer,
            key: key_of(peer)?,
        })
    }

    fn home(&self, _: IpAddr) -> Option<Home> {
        None
    }
}

struct Says(&'static [u8]);

impl Voucher for Says {
    fn vouch(&self, _: &PeerId, now: Timestamp) -> Result<Vouched, CannotVouch> {
        Ok(Vouched {
            attestation: self.0.to_vec(),
            expires: now + Duration::from_secs(60),
        })
    }
}

async fn start(says: &'static [u8]) -> (Overlay, mpsc::Receiver<Inbound>) {
    start_speaking(says, behaviour::EXCHANGE).await
}

async fn start_speaking(
    says: &'static [u8],
    speaks: &'static [StreamProtocol],
) -> (Overlay, mpsc::Receiver<Inbound>) {
    let (inbound, questions) = mpsc::channel(8);
    let (notices, _) = mpsc::channel(8);
    let beginning = Beginning {
        listen: "127.0.0.1:0".parse().unwrap(),
        gate: Arc::new(Password),
        voucher: Arc::new(Says(says)),
        clock: Clock::machine(),
        inbound,
        notices,
    };
    let key = NodeKey::generate().unwrap();
    let started = Overlay::start_speaking(&key, beginning, speaks).await;
    (started.unwrap(), questions)
}

async fn ask(from: &Overlay, to: &Overlay, bytes: Vec<u8>) -> Result<Vec<u8>, RequestError> {
    let there = Multiaddr::from(to.address().ip()).with(Protocol::Tcp(to.address().port()));
    from.request(to.me(), &[there], bytes, Duration::from_secs(10))
        .await
}

fn echo(mut questions: mpsc::Receiver<Inbound>) {
    tokio::spawn(async move {
        while let Some(question) = questions.recv().await {
            let _ = question.reply.send(question.bytes);
        }
    });
}

#[tokio::test]
async fn a_question_gets_its_answer_both_ways_over_one_connection() {
    let (left, to_left) = start(b"sesam").await;
    let (right, to_right) = start(b"sesam").await;
    echo(to_left);
    echo(to_right);
    assert_eq!(ask(&left, &right, vec![1]).await.unwrap(), [1]);
    assert_eq!(ask(&right, &left, vec![2]).await.unwrap(), [2]);
    assert_eq!((left.connected(), right.connected()), (1, 1));
    let large = vec![7; limits::MESSAGE];
    assert_eq!(ask(&left, &right, large.clone()).await.unwrap(), large);
    left.shutdown().await;
    let too_late = ask(&left, &right, vec![3]).await;
    assert_eq!(too_late, Err(RequestError::Stopped));
    right.shutdown().await;
}

#[tokio::test]
async fn who_is_refused_by_either_side_exchanges_nothing() {
    let (member, mut to_member) = start(b"sesam").await;
    let (stranger, mut to_stranger) = start(b"laat me erin").await;
    let refused = ask(&stranger, &member, vec![1]).await;
    assert_eq!(refused, Err(RequestError::Unreachable));
    let refused = ask(&member, &stranger, vec![1]).await;
    assert_eq!(refused, Err(RequestError::Unreachable));
    assert!(to_member.try_recv().is_err() && to_stranger.try_recv().is_err());
}

/// A node was away, and somebody asked; then it is back, while that first call still waits for nothing.
#[tokio::test]
async fn a_question_does_not_fail_with_an_earlier_call_that_it_had_to_wait_for() {
    let (left, _) = start(b"sesam").await;
    let (right, to_right) = start(b"sesam").await;
    echo(to_right);
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = nobody.local_addr().unwrap().port();
    let there = Multiaddr::from(right.address().ip()).with(Protocol::Tcp(port));
    let nowhere = [there];
    let in_vain = left.request(right.me(), &nowhere, vec![1], limits::CONNECT);
    let (in_vain, asked) = tokio::join!(in_vain, ask(&left, &right, vec![2]));
    assert!(in_vain.is_err());
    assert_eq!(asked.unwrap(), [2]);
}

const OLD: &[StreamProtocol] = behaviour::EXCHANGE;
const NEW: &[StreamProtocol] = &[
    StreamProtocol::new("/basisnet/2"),
    StreamProtocol::new("/basisnet/1"),
];
const NEWEST: &[StreamProtocol] = &[StreamProtocol::new("/basisnet/3")];

#[tokio::test]
async fn a_node_talks_with_one_that_speaks_only_the_version_before() {
    let (new, to_new) = start_speaking(b"sesam", NEW).await;
    let (old, to_old) = start_speaking(b"sesam", OLD).await;
    echo(to_new);
    echo(to_old);
    assert_eq!(ask(&new, &old, vec![1]).await.unwrap(), [1]);
    assert_eq!(ask(&old, &new, vec![2]).await.unwrap(), [2]);
    let (other, to_other) = start_speaking(b"sesam", NEW).await;
    echo(to_other);
    assert_eq!(ask(&new, &other, vec![3]).await.unwrap(), [3]);
}

#[tokio::test]
async fn nodes_that_share_no_version_are_told_so() {
    let (newest, to_newest) = start_speaking(b"sesam", NEWEST).await;
    echo(to_newest);
    for speaks in [OLD, NEW] {
        let (other, to_other) = start_speaking(b"sesam", speaks).await;
        echo(to_other);
        let asked = ask(&other, &newest, vec![1]).await;
        assert_eq!(asked, Err(RequestError::OtherVersion));
        let asked = ask(&newest, &other, vec![1]).await;
        assert_eq!(asked, Err(RequestError::OtherVersion));
    }
}

/// A member behind a firewall that lets nobody in: it is asked over the line that it opened itself.
#[tokio::test]
async fn a_node_that_can_only_dial_out_is_asked_over_its_own_line() {
    let (inside, to_inside) = start(b"sesam").await;
    let (outside, to_outside) = start(b"sesam").await;
    echo(to_inside);
    echo(to_outside);
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = closed.local_addr().unwrap().port();
    drop(closed);
    let nowhere = [Multiaddr::from(inside.address().ip()).with(Protocol::Tcp(port))];
    let asked = async |bytes| {
        let soon = Duration::from_secs(10);
        outside.request(inside.me(), &nowhere, bytes, soon).await
    };
    assert_eq!(asked(vec![1]).await, Err(RequestError::Unreachable));
    assert_eq!(ask(&inside, &outside, vec![2]).await.unwrap(), [2]);
    assert_eq!(asked(vec![3]).await.unwrap(), [3]);
}

#[tokio::test]
async fn a_peer_tells_what_time_it_is_there() {
    let (left, _) = start(b"sesam").await;
    let (right, _) = start(b"sesam").await;
    let there = Multiaddr::from(right.address().ip()).with(Protocol::Tcp(right.address().port()));
    let before = Clock::machine().now();
    let (time, took) = left.time_at(right.me(), &[there]).await.unwrap();
    assert!(time >= before && time <= Clock::machine().now());
    assert!(took < Duration::from_secs(10));
}

#[tokio::test]
async fn a_message_that_is_too_large_is_not_sent() {
    let (left, _) = start(b"sesam").await;
    let fault = ask(&left, &left, vec![0; limits::MESSAGE + 1]).await;
    assert_eq!(fault, Err(RequestError::TooLarge));
}

#[tokio::test]
async fn a_question_that_nobody_answers_ends_for_the_asker() {
    let (left, _) = start(b"sesam").await;
    let (right, mut to_right) = start(b"sesam").await;
    tokio::spawn(async move {
        let question = to_right.recv().await.unwrap();
        drop(question.reply);
    });
    let fault = ask(&left, &right, vec![1]).await;
    assert_eq!(fault, Err(RequestError::Closed));
}

#[test]
fn a_node_does_not_start_where_session_keys_go_to_disk() {
    assert!(refuse_key_log(None).is_ok());
    let fault = refuse_key_log(Some(OsStr::new("/tmp/keys"))).unwrap_err();
    assert!(fault.to_string().contains("SSLKEYLOGFILE"));
}

#[test]
fn a_port_that_is_taken_is_seen() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap();
    let fault = refuse_taken_port(address).unwrap_err();
    assert!(fault.to_string().contains(&address.to_string()));
}
