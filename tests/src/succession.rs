// SPDX-License-Identifier: EUPL-1.2
//! One member takes the place of another, as the people of both do it.

use basisnet_node::service::convenant::Whose;

use crate::agreement::everybody;
use crate::network::Network;

impl Network {
    /// The old declares, the new signs, and the old brings in what both signed; from then on the nodes tell the others.
    /// Both run and are known to each other; `from` is a day, such as `2027-04-01`.
    pub async fn succeed(&self, old: usize, new: usize, from: &str) {
        let file = self.declared(old, new, from).await;
        let we = everybody();
        let convenanten = |number: usize| &self.node(number).services().convenanten;
        let signed = convenanten(new).countersign_succession(&we, &file, "B&W 2027-121");
        let signed = signed.await.expect("a statement that both signed");
        let held = convenanten(old).import_succession(&we, &signed.file).await;
        assert!(held.expect("a statement that both signed").complete);
    }

    /// The half that the old signs, as a file.
    pub async fn declared(&self, old: usize, new: usize, from: &str) -> Vec<u8> {
        let day: basisnet_protocol::time::Date = from.parse().expect("a day");
        let whose = Whose::OwnBy(self.member(new).oin);
        let (we, convenanten) = (everybody(), &self.node(old).services().convenanten);
        let declared = convenanten.declare_succession(&we, whose, day.start(), "B&W 2027-120");
        declared.await.expect("a half").file
    }
}
