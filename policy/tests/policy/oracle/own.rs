// SPDX-License-Identifier: EUPL-1.2
//! Mandates, what records are, and the own people: the second half of the law by hand.

use std::collections::BTreeSet;

use basisnet_policy::{Action, DataClass, Domain, Fact, Obligations, RecordKind};
use basisnet_protocol::message::Law;
use basisnet_protocol::purpose::{PurposeId, Role};

use super::{ALL, ANY, COLLEAGUES, Depth, LEAVES, LOOK, OWN, ROLES, View};

type Tests<'a> = Vec<(&'a [Action], bool, &'a str)>;

impl View<'_> {
    pub(super) fn about_acting_for_another(&self) -> Tests<'_> {
        let Some(other) = self.question.on_behalf_of else {
            let agreed = self.facts.convenant.as_ref().map(|c| &c.content().members);
            let partnership = agreed.is_some_and(|all| {
                all.iter()
                    .any(|one| one.oin == self.question.asker && one.gemeente.is_none())
            });
            let for_itself = !self.entry.is_some_and(|e| e.for_member);
            let towards_others = for_itself && !partnership;
            return vec![
                (ALL, towards_others, "V07-mandaat"),
                (OWN, for_itself, "V07-mandaat"),
            ];
        };
        let own_data = !self.entry.is_some_and(|e| e.for_member) || self.question.source == other;
        let mandate = self.facts.mandate.as_ref();
        let members = self.facts.convenant.as_ref().map(|c| &c.content().members);
        let member = members.is_some_and(|all| all.iter().any(|member| member.oin == other));
        let standing = mandate.is_some_and(|m| {
            (m.holder, m.member) == (self.question.asker, other)
                && (m.valid.from..m.valid.until).contains(&self.now)
        });
        let purpose = mandate.is_some_and(|m| m.purposes.contains(&self.question.purpose));
        let care = mandate
            .zip(self.facts.aanbieder.care_forms.as_ref())
            .is_some_and(|(m, forms)| forms.is_subset(&m.care_forms));
        let about_care = &[
            Action::Discover,
            Action::Inspect,
            Action::View,
            Action::Handle,
            Action::HandOver,
        ];
        vec![
            (ALL, member && own_data, "V06-namens-lid"),
            (ANY, standing, "V07-mandaat"),
            (ANY, purpose, "V08-mandaat-doel"),
            (about_care, care, "V09-mandaat-zorgvorm"),
        ]
    }

    /// Whether data collected for one purpose may serve this one.
    fn may_serve(&self, collected_for: &PurposeId) -> bool {
        let asked = &self.question.purpose;
        let registered = self.facts.further_uses.iter().any(|further| {
            (&further.from, &further.to) == (collected_for, asked)
                && further.since <= self.now
                && further.until.is_none_or(|until| until > self.now)
        });
        collected_for == asked
            || self
                .entry
                .is_some_and(|e| e.builds_on.contains(collected_for))
            || registered
    }

    pub(super) fn about_what_the_records_are(&self, release: &Obligations) -> Tests<'_> {
        let aanbieder = &self.facts.aanbieder;
        let collected = aanbieder.collected_for.as_ref();
        let serves = collected.is_some_and(|all| all.iter().all(|one| self.may_serve(one)));
        let fields = self
            .entry
            .is_some_and(|e| release.fields.is_subset(&e.fields));
        vec![
            (LOOK, fields, "V36-velden"),
            (LEAVES, aanbieder.secret == Fact::No, "V37-beroepsgeheim"),
            (LEAVES, serves, "V38-verder-gebruik"),
            (LEAVES, aanbieder.received == Fact::No, "V64-niet-doorgeven"),
        ]
    }

    pub(super) fn about_the_own_people(&self) -> Tests<'_> {
        let person = self.facts.person.as_ref();
        let role = self.question.role;
        let holds = person
            .zip(role)
            .is_some_and(|(p, role)| p.roles.contains(&role));
        let task = person.is_some_and(|p| p.tasks.contains(&self.question.purpose));
        let crossed = self.entry.zip(role).is_some_and(|(e, role)| {
            matches!(
                (role, e.domain),
                (
                    Role::ToezichthouderKwaliteit,
                    Domain::ToezichtRechtmatigheid
                ) | (
                    Role::ToezichthouderRechtmatigheid,
                    Domain::ToezichtKwaliteit
                )
            )
        });
        vec![
            (COLLEAGUES, holds, "V42-rol-persoon"),
            (COLLEAGUES, task, "V43-taak"),
            (ROLES, !crossed, "V44-toezicht-gescheiden"),
        ]
    }

    pub(super) fn about_what_was_received(&self) -> Tests<'_> {
        const USE: &[Action] = &[Action::Use];
        let given = self.facts.given.as_ref();
        let convenant = given.zip(self.facts.convenant.as_ref());
        let same = convenant.is_some_and(|(given, c)| given.group_id == c.content().group_id);
        let purpose = given.is_some_and(|given| given.purpose == self.question.purpose);
        let source = given.is_some_and(|given| given.source == self.question.source);
        let running = given.is_some_and(|given| given.retain_until > self.now);
        vec![
            (USE, purpose, "V90-zelfde-doel"),
            (USE, same, "V91-zelfde-groep"),
            (USE, source, "V92-zelfde-bron"),
            (USE, running, "V93-gebruikstermijn"),
        ]
    }

    pub(super) fn about_an_own_record(&self, release: &Obligations) -> Tests<'_> {
        let record = &self.facts.record;
        let content = release
            .fields
            .iter()
            .any(|field| field.depth() == Depth::Wat);
        let mask = self.mask();
        let within = !release.fields.is_empty() && release.fields.is_subset(&mask);
        let home = self.entry.is_some_and(|e| record.domain == Some(e.domain));
        let handed = self
            .entry
            .zip(record.handed_over_to.as_ref())
            .is_some_and(|(e, to)| to.contains(&e.domain));
        let rights = self.entry.is_some_and(|e| e.domain == Domain::Rechten);
        let kind = self.question.record;
        let told = matches!(kind, Some(RecordKind::Signaal | RecordKind::Melding));
        let assigned = record.assigned == Fact::Yes;
        let privacy = self.question.role == Some(Role::Privacyfunctionaris)
            && self.question.action == Action::View;
        let lifted = record.secret == Fact::Yes && record.secrecy_weighed == Fact::Yes;
        let kept = record.retained_until.is_some_and(|until| until > self.now);
        let classes = self.entry.zip(record.data_classes.as_ref()).is_some_and(
            |(e, classes): (_, &BTreeSet<DataClass>)| classes.is_subset(&e.data_classes),
        );
        let serves = record
            .collected_for
            .as_ref()
            .is_some_and(|one| self.may_serve(one));
        let open = record.restricted == Fact::No || privacy;
        let free = record.secret == Fact::No || lifted;
        let unshielded = record.shielded == Fact::No || assigned;
        let read = !content || rights || home || handed;
        let heard = !told || !content || assigned || rights;
        vec![
            (OWN, within, "E01-velden"),
            (&[Action::View], read, "E02-domein"),
            (&[Action::Handle], home || handed, "E03-behandelen-domein"),
            (&[Action::View, Action::Handle], heard, "E04-toegewezen"),
            (&[Action::HandOver], home, "E05-overdracht-eigen"),
            (
                &[Action::HandOver],
                self.one_way(),
                "E06-overdracht-richting",
            ),
            (OWN, open, "E07-beperking"),
            (OWN, free, "E08-beroepsgeheim"),
            (OWN, kept, "E09-bewaartermijn"),
            (OWN, !content || classes, "E10-soort-gegevens"),
            (OWN, !content || serves, "E11-verder-gebruik"),
            (OWN, self.not_youth_quality(), "E12-jeugd-kwaliteit"),
            (OWN, unshielded, "E13-afscherming"),
        ]
    }

    fn one_way(&self) -> bool {
        let supervision = [Domain::ToezichtKwaliteit, Domain::ToezichtRechtmatigheid];
        match (self.facts.record.domain, self.question.hand_over_to) {
            (Some(Domain::Contractbeheer), Some(to)) => supervision.contains(&to),
            (Some(Domain::Intake), Some(to)) => {
                supervision.contains(&to) || to == Domain::Contractbeheer
            }
            _ => false,
        }
    }

    fn not_youth_quality(&self) -> bool {
        let supervised = matches!(
            self.question.record,
            Some(
                RecordKind::Signaal
                    | RecordKind::Melding
                    | RecordKind::Onderzoek
                    | RecordKind::Toezicht
            )
        );
        let quality = self.question.role == Some(Role::ToezichthouderKwaliteit);
        let laws = self.facts.record.laws.as_ref();
        !supervised || !quality || laws.is_some_and(|laws| !laws.contains(&Law::Jeugdwet))
    }
}
