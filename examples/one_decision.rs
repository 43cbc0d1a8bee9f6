// SPDX-License-Identifier: EUPL-1.2
//! One decision: may another gemeente discover that we are involved with this aanbieder?
//!
//! The same question three times: a foundation, a one-person business, and a foundation of which nobody looked up
//! whether it is one. Run it with `cargo run -p basisnet-examples --bin one-decision`. It prints:
//!
//! ```text
//! a foundation: yes, until 2026-02-04
//! a one-person business: no
//!   V50-persoon-convenant (AVG art. 4 lid 1 en art. 5 lid 1 onder a)
//! nobody looked: no
//!   V50-persoon-convenant (AVG art. 4 lid 1 en art. 5 lid 1 onder a)
//! ```

#![expect(clippy::print_stdout, reason = "an example prints what it promises")]

use std::collections::BTreeSet;
use std::sync::Arc;

use basisnet_examples::{convenant, in_force};
use basisnet_policy::*;
use basisnet_protocol::octets::Octets;
use basisnet_protocol::purpose::PurposeId;
use basisnet_protocol::time::Timestamp;

fn main() -> anyhow::Result<()> {
    let engine = Engine::new(Rules::embedded()?, Catalogue::embedded()?)?;
    let now: Timestamp = "2026-02-03T09:00:00Z".parse()?;
    let end: Timestamp = "2026-02-04T00:00:00Z".parse()?;

    // Who asks whom, for what. Knowing that another gemeente is involved is purpose P08.
    let question = Question {
        action: Action::Discover,
        asker: "00000099000003450000".parse()?,
        source: "00000099000003070000".parse()?,
        purpose: PurposeId::matching(),
        purpose_version: 1,
        legal_basis: "avg-6.1.e".parse()?,
        role: None,
        categories: BTreeSet::new(),
        weighing: None,
        case_ref: None,
        on_behalf_of: None,
        record: None,
        fields: None,
        hand_over_to: None,
    };

    // What the node knows: the convenant that both signed, and that the own controller put the purpose into force.
    let members = [question.asker, question.source];
    let content = Arc::new(convenant(members, question.legal_basis.clone(), now));
    let facts = |natural_person: Fact| Facts {
        convenant: Some(ConvenantFacts::new(
            Arc::clone(&content),
            Octets([1; 32]),
            Fact::Yes,
        )),
        pair_open: Fact::Yes,
        suspended: Fact::No,
        in_force: Some(in_force(now)),
        aanbieder: AanbiederFacts {
            natural_person,
            ..AanbiederFacts::harmless(end)
        },
        ..Facts::default()
    };

    let cases = [
        ("a foundation", Fact::No),
        ("a one-person business", Fact::Yes),
        ("nobody looked", Fact::Unknown),
    ];
    for (aanbieder, natural_person) in cases {
        match engine.decide(&question, &facts(natural_person), now) {
            Decision::Permit(permit) => {
                println!(
                    "{aanbieder}: yes, until {}",
                    permit.obligations().retain_until.date()
                );
            }
            Decision::Refuse(refusal) => {
                println!("{aanbieder}: no");
                for reason in engine.explain(&refusal) {
                    println!("  {} ({})", reason.guard, reason.law);
                }
            }
        }
    }
    Ok(())
}
