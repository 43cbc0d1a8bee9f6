// SPDX-License-Identifier: EUPL-1.2
//! EXC-04: exchange is tied to a named group, with its members, purposes and data, that all of them signed.

use basisnet_node::service::convenant::{ActKind, ConvenantError, NoPlace, Unfitting};
use basisnet_protocol::convenant::{ConvenantFile, FileError, State};
use basisnet_protocol::purpose::Role;
use basisnet_tests::agreement::{TERMS, decided};
use basisnet_tests::network::{Network, actor, days};

#[tokio::test]
async fn nobody_exchanges_before_all_have_signed() {
    let network = Network::of(3).await;
    let responsible = actor(&[Role::Verwerkingsverantwoordelijke]);
    let members = network.members();
    let services = |number: usize| &network.node(number).services().convenanten;
    let drafted = services(0)
        .draft(&responsible, &network.draft(&[0, 1, 2], TERMS))
        .await
        .unwrap();
    let mut file = drafted.file;
    for number in 0..2 {
        let signed = services(number)
            .sign(&responsible, &file, &decided(ActKind::Accept))
            .await
            .unwrap();
        file = signed.file;
        assert!(matches!(signed.state, State::Draft(_)));
    }
    let now = network.clock.now();
    assert!(services(1).members(now).unwrap().is_empty());

    let signed = services(2)
        .sign(&responsible, &file, &decided(ActKind::Accept))
        .await
        .unwrap();
    assert_eq!(signed.state, State::Active);
    // The others do not know that yet, until they bring the file in.
    assert!(services(0).members(now).unwrap().is_empty());
    let imported = services(0)
        .import(&responsible, &signed.file)
        .await
        .unwrap();
    assert_eq!((imported.state, imported.added), (State::Active, 2));
    let between = services(0).active_between(members[0].oin, members[2].oin, now);
    assert_eq!(between.unwrap()[0].hash(), drafted.hash);
}

#[tokio::test]
async fn a_convenant_survives_a_restart_and_ends_with_its_term() {
    let mut network = Network::of(2).await;
    let hash = network.agree(&[0, 1], TERMS).await;
    network.stop(0).await;
    network.start(0).await;
    let now = network.clock.now();
    let convenanten = &network.node(0).services().convenanten;
    assert_eq!(convenanten.members(now).unwrap().len(), 1);
    assert!(convenanten.terms(hash).unwrap().is_some());
    let end = now + days(4 * 366);
    assert!(convenanten.members(end).unwrap().is_empty());
}

#[tokio::test]
async fn a_withdrawal_stops_the_own_pairs_and_no_other() {
    let network = Network::of(3).await;
    let hash = network.agree(&[0, 1, 2], TERMS).await;
    let responsible = actor(&[Role::Verwerkingsverantwoordelijke]);
    let leaving = &network.node(1).services().convenanten;
    let file = leaving.file(hash).unwrap();
    let left = leaving
        .sign(&responsible, &file, &decided(ActKind::Withdraw))
        .await
        .unwrap();
    assert_eq!(left.state, State::Active);
    let now = network.clock.now();
    assert!(leaving.members(now).unwrap().is_empty());
    let staying = &network.node(0).services().convenanten;
    staying.import(&responsible, &left.file).await.unwrap();
    let expected = [network.member(2).oin].into();
    assert_eq!(staying.members(now).unwrap(), expected);
}

#[tokio::test]
async fn a_forged_file_changes_nothing() {
    let network = Network::of(3).await;
    let responsible = actor(&[Role::Verwerkingsverantwoordelijke]);
    let signer = &network.node(0).services().convenanten;
    let drafted = signer
        .draft(&responsible, &network.draft(&[0, 1], TERMS))
        .await
        .unwrap();
    let signed = signer
        .sign(&responsible, &drafted.file, &decided(ActKind::Accept))
        .await
        .unwrap();
    let receiver = &network.node(1).services().convenanten;

    let mut changed = signed.file.clone();
    let place = changed.len() / 4;
    changed[place] ^= 1;
    assert!(receiver.import(&responsible, &changed).await.is_err());

    // The signature of another agreement.
    let other = network
        .draft(&[0, 1], TERMS)
        .replace("demo/toezicht", "demo/anders");
    let other = signer.draft(&responsible, &other).await.unwrap();
    let mut mixed = ConvenantFile::decode(&other.file).unwrap();
    for act in ConvenantFile::decode(&signed.file).unwrap().acts() {
        mixed.add(act.to_vec());
    }
    let refused = receiver.import(&responsible, &mixed.encode()).await;
    assert!(matches!(
        refused,
        Err(ConvenantError::File(FileError::OtherVersion))
    ));
    assert!(receiver.all().unwrap().is_empty());

    // A gemeente that is not in it.
    let outsider = &network.node(2).services().convenanten;
    let refused = outsider.import(&responsible, &signed.file).await;
    assert!(matches!(refused, Err(ConvenantError::NotAMember)));
}

#[tokio::test]
async fn a_signature_by_a_revoked_certificate_is_refused() {
    let network = Network::of(2).await;
    let responsible = actor(&[Role::Verwerkingsverantwoordelijke]);
    let signer = &network.node(0).services().convenanten;
    let drafted = signer
        .draft(&responsible, &network.draft(&[0, 1], TERMS))
        .await
        .unwrap();
    let signed = signer
        .sign(&responsible, &drafted.file, &decided(ActKind::Accept))
        .await
        .unwrap();
    network.revoke(&[0]);
    let receiver = &network.node(1).services().convenanten;
    let refused = receiver.import(&responsible, &signed.file).await;
    assert!(matches!(
        refused,
        Err(ConvenantError::File(FileError::Act(_)))
    ));
}

#[tokio::test]
async fn only_who_is_responsible_binds_the_organisation_and_only_once() {
    let network = Network::of(2).await;
    let hash = network.agree(&[0, 1], TERMS).await;
    let convenanten = &network.node(0).services().convenanten;
    let file = convenanten.file(hash).unwrap();
    for role in Role::ALL {
        let signed = convenanten
            .sign(&actor(&[role]), &file, &decided(ActKind::End))
            .await;
        if role != Role::Verwerkingsverantwoordelijke {
            assert!(
                matches!(signed, Err(ConvenantError::NotAllowed(_))),
                "{role}"
            );
        }
    }
    let responsible = actor(&[Role::Verwerkingsverantwoordelijke]);
    let again = convenanten
        .sign(&responsible, &file, &decided(ActKind::Accept))
        .await;
    assert!(matches!(
        again,
        Err(ConvenantError::Unfitting(Unfitting::Done))
    ));
    let rejected = convenanten
        .sign(&responsible, &file, &decided(ActKind::Reject))
        .await;
    assert!(matches!(
        rejected,
        Err(ConvenantError::Unfitting(Unfitting::RejectAfterAccept))
    ));
}

#[tokio::test]
async fn a_next_version_takes_over_and_an_unlinked_one_is_refused() {
    let network = Network::of(2).await;
    let first = network.agree(&[0, 1], TERMS).await;
    let next = TERMS
        .replace(
            "versie = 1\nvan",
            &format!("versie = 2\nvorige = \"{first}\"\nvan"),
        )
        .replace("van = \"2026-01-01\"", "van = \"2027-04-01\"")
        .replace("inzage_per_dag = 25", "inzage_per_dag = 10");
    let second = network.agree(&[0, 1], &next).await;
    let convenanten = &network.node(1).services().convenanten;
    let active = |after: u32| {
        convenanten
            .active(network.clock.now() + days(after))
            .unwrap()
    };
    assert_eq!(active(30)[0].hash(), first);
    assert_eq!((active(31).len(), active(31)[0].hash()), (1, second));

    let unknown = next.replace(&first.to_string(), &"ab".repeat(32));
    let responsible = actor(&[Role::Verwerkingsverantwoordelijke]);
    let refused = convenanten
        .draft(&responsible, &network.draft(&[0, 1], &unknown))
        .await;
    assert!(matches!(
        refused,
        Err(ConvenantError::NoPlace(NoPlace::PreviousUnknown))
    ));
}
