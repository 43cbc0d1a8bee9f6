// SPDX-License-Identifier: EUPL-1.2
//! Registers for stories: invented aanbieders, each with a contract.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::ops::Range;

use basisnet_node::service::aanbieder::Aanbieder;
use basisnet_node::service::betrokkenheid::{Contract, Involvement};
use basisnet_node::service::import::ImportOptions;
use basisnet_protocol::message::{ContractRole, Law, Variant};
use basisnet_protocol::purpose::Role;

use crate::agreement::TERMS;
use crate::network::{Network, actor};

/// The KVK number of the aanbieder with this number in all stories.
#[must_use]
pub fn kvk(number: u32) -> String {
    format!("{:08}", 31_415_926 + number * 7_919)
}

impl Network {
    /// Members with these registers in one convenant under which they match.
    pub async fn with_registers(registers: &[Range<u32>]) -> Self {
        let network = Self::of(registers.len()).await;
        network.introduce().await;
        let all: Vec<usize> = (0..registers.len()).collect();
        network.agree(&all, TERMS).await;
        network.put_into_force("P08").await;
        for (member, register) in registers.iter().enumerate() {
            network.register(member, register.clone()).await;
        }
        network
    }

    /// A member has these aanbieders in its register, each with a contract since a year.
    pub async fn register(&self, member: usize, numbers: Range<u32>) {
        let writer = actor(&[Role::Contractmanager]);
        let services = self.node(member).services();
        let mut csv = String::from("naam;kvk;rechtsvorm\n");
        for number in numbers {
            writeln!(csv, "Zorg {number};{};bv", kvk(number)).expect("a text grows");
        }
        let import = services
            .aanbieders
            .import(&writer, csv.as_bytes(), ImportOptions::default());
        import.await.expect("rows without faults");
        let today = self.clock.now().date();
        for aanbieder in services.aanbieders.all().expect("a register") {
            let contract = Contract {
                law: Law::Wmo,
                care_forms: BTreeSet::from(["02".to_owned()]),
                variant: Variant::Inspanningsgericht,
                role: ContractRole::Main,
                from: basisnet_protocol::time::Date::from_days(today.as_days() - 365),
                until: None,
            };
            let involvement = Involvement::Contract(contract);
            services
                .betrokkenheden
                .add(&writer, aanbieder.id, involvement)
                .await
                .expect("a contract");
        }
    }

    /// The aanbieder with this number in the register of a member.
    #[must_use]
    pub fn aanbieder(&self, member: usize, number: u32) -> Aanbieder {
        let found = self
            .node(member)
            .services()
            .aanbieders
            .by_kvk(kvk(number).parse().expect("a number"));
        found.expect("a register").expect("an aanbieder")
    }
}
