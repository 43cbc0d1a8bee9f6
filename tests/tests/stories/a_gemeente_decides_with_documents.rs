// SPDX-License-Identifier: EUPL-1.2
//! What a gemeente needs on paper before it takes part: a convenant to adopt, and a DPIA with its own facts.

use basisnet_node::audit::Event;
use basisnet_node::service::account::NewAccount;
use basisnet_node::service::dpia::DpiaError;
use basisnet_node::service::model::Region;
use basisnet_protocol::convenant::{ConvenantHash, State};
use basisnet_protocol::purpose::Role;
use basisnet_tests::agreement::TERMS;
use basisnet_tests::network::{Network, actor};

/// The terms of a model, without the members that stand in it as an example.
fn terms_of(region: Region) -> String {
    let mut terms: toml::Table = region.draft().parse().unwrap();
    terms.remove("leden").unwrap();
    toml::to_string(&terms).unwrap()
}

/// EXC-07: a group takes the model of its kind, fills in who takes part, and signs it.
#[tokio::test]
async fn exc_07_a_group_adopts_the_model_of_its_kind_and_signs_it() {
    let network = Network::of(2).await;
    for region in Region::ALL {
        let hash = network.agree(&[0, 1], &terms_of(region)).await;
        for number in [0, 1] {
            let convenanten = &network.node(number).services().convenanten;
            assert_eq!(convenanten.one(hash).unwrap().state, State::Active);
        }
    }
}

/// What is true of the first node in the story below.
fn facts(network: &Network, hash: ConvenantHash) -> Vec<String> {
    let engine = &network.node(0).base().engine;
    vec![
        "**Gemeente Veenendaal**, ".to_owned(),
        network.member(0).oin.to_string(),
        network.member(1).oin.to_string(),
        hash.to_string(),
        engine.catalogue().hash().to_string(),
        engine.rules().hash().to_string(),
        "| doet mee | 1 |".to_owned(),
        "| doet niet mee: natuurlijk persoon | 1 |".to_owned(),
        "| een mens erachter | 1 |".to_owned(),
        "| P03 | 1 | `wmo-6.1` | `toezicht`, `contact` | `contact` | `toezichthouder_kwaliteit` | 90 dagen |".to_owned(),
        "P08 (versie 1)".to_owned(),
        "gevolgd | college van burgemeester en wethouders | dpia-2027-1 |".to_owned(),
        "| `fg` | 1 |".to_owned(),
        "| `contractmanager` | 0 |".to_owned(),
        "anker.pem".to_owned(),
        "alles klopt".to_owned(),
        "`inzage-request`".to_owned(),
        "`own_proof`".to_owned(),
        "31 weken".to_owned(),
    ]
}

/// The DPIA says what was agreed and decided here, how much takes part and who may look, with no name of a person.
#[tokio::test]
async fn the_dpia_holds_the_facts_of_the_node_and_the_log_says_who_had_it_made() {
    let network = Network::of(2).await;
    network.know(0, "68000016", "bv").await;
    network.know(0, "68000024", "eenmanszaak").await;
    network.introduce().await;
    let hash = network.agree(&[0, 1], TERMS).await;
    network.put_into_force("P08").await;
    let node = network.node(0);
    let beheerder = actor(&[Role::Beheerder]);
    for (name, role) in [
        ("t.visser", Role::ToezichthouderKwaliteit),
        ("f.groot", Role::Fg),
    ] {
        let new = NewAccount {
            name: name.to_owned(),
            roles: [role].into(),
            password: None,
        };
        node.services()
            .accounts
            .create(&beheerder, new)
            .await
            .unwrap();
    }
    let fg = actor(&[Role::Fg]);
    node.services().logboek.verify(&fg).await.unwrap();
    let made = node.services().dpia.make(&fg).await.unwrap();
    for fact in facts(&network, hash) {
        assert!(
            made.text.contains(&fact),
            "`{fact}` is not in:\n{}",
            made.text
        );
    }
    for absent in ["{{", "t.visser", "f.groot", "proefpersoon", "68000016"] {
        assert!(!made.text.contains(absent), "`{absent}` is in the DPIA");
    }
    let events = network.log_of(0);
    assert_eq!(
        events.last(),
        Some(&Event::DpiaMade {
            document: made.hash
        })
    );
    let page = node.services().logboek.page(&fg, None, 1).await.unwrap();
    assert!(page.lines.iter().any(|line| line.sentence.contains("DPIA")));
}

/// A toezichthouder or contractmanager has no business with the accounts and decisions of all.
#[tokio::test]
async fn who_neither_advises_nor_decides_nor_runs_the_node_gets_no_dpia() {
    let network = Network::of(1).await;
    let services = network.node(0).services();
    for role in Role::ALL {
        let made = services.dpia.make(&actor(&[role])).await;
        let may = [
            Role::Fg,
            Role::Verwerkingsverantwoordelijke,
            Role::Beheerder,
        ]
        .contains(&role);
        assert_eq!(made.is_ok(), may, "{role}");
        assert!(may || matches!(made, Err(DpiaError::NotAllowed(_))));
    }
    let signer = actor(&[Role::Verwerkingsverantwoordelijke]);
    let text = services.dpia.make(&signer).await.unwrap().text;
    assert!(text.contains("Er wordt met niemand uitgewisseld"));
}
