// SPDX-License-Identifier: EUPL-1.2
//! Whether a content can be signed at all: everything that is wrong with it, each fault by name.

use std::collections::BTreeSet;

use super::{ConvenantContent, MAX_CONTENT_BYTES, PurposeTerms};
use crate::bsn;
use crate::id::Oin;
use crate::line;
use crate::purpose::{Category, PurposeId};

/// The longest name of a group or a member, in characters.
const MAX_NAME: usize = 200;
const MAX_MEMBERS: usize = 400;
const MAX_TERM_DAYS: u64 = 10 * 366;
const MAX_RETENTION_DAYS: u32 = 3_650;
const MIN_CELL: u32 = 5;

/// Something in a content for which nobody should sign.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ContentFault {
    /// The form is of another version than this program knows.
    #[error("form version `{0}` is not known")]
    FormVersion(u8),
    /// The group id has a wrong length or other characters.
    #[error("group id is not 1 to 100 letters, digits and `.`, `_`, `/` or `-`")]
    GroupId,
    /// A name is empty, too long, or has characters that hide or turn others.
    #[error("name `{0}` is empty, too long or not plain text")]
    Name(String),
    /// A name has something in it that may be a BSN.
    #[error("a name holds what may be a BSN")]
    BsnInName,
    /// Versions count from 1.
    #[error("version is 0")]
    VersionZero,
    /// A first version follows none; every other names the one it follows.
    #[error("version `{0}` and the version it follows do not agree")]
    Previous(u32),
    /// Fewer than two members, or more than anyone can oversee.
    #[error("`{0}` members; a convenant has 2 to 400")]
    MemberCount(usize),
    /// The same organisation twice.
    #[error("member `{0}` is named twice")]
    DoubleMember(Oin),
    /// The same gemeente twice.
    #[error("two members have the gemeentecode of `{0}`")]
    DoubleGemeente(Oin),
    /// Test numbers beside real ones: a rehearsal is never mixed with the work itself.
    #[error("member `{0}` has a test number and another has not, or the other way round")]
    TrialMixed(Oin),
    /// No purpose at all.
    #[error("no purpose")]
    NoPurpose,
    /// Without matching nobody learns whom to ask.
    #[error("purpose P08 is missing, under which matching runs")]
    NoMatching,
    /// The same purpose twice.
    #[error("purpose `{0}` is named twice")]
    DoublePurpose(PurposeId),
    /// Versions of purposes count from 1.
    #[error("purpose `{0}` has version 0")]
    PurposeVersionZero(PurposeId),
    /// A purpose without a legal basis.
    #[error("purpose `{0}` has no legal basis")]
    NoLegalBasis(PurposeId),
    /// A purpose under which nobody may ask.
    #[error("purpose `{0}` has no role")]
    NoRole(PurposeId),
    /// No term, or one beyond ten years.
    #[error("purpose `{0}` keeps answers for 0 or more than 3650 days")]
    Retention(PurposeId),
    /// Answered at once, but not to be asked for.
    #[error("purpose `{0}` answers `{1}` at once, but does not list it")]
    AutomaticOutside(PurposeId, Category),
    /// Nothing is matched.
    #[error("no kind of identifier to match")]
    NoNamespace,
    /// Publishing never, or less than weekly.
    #[error("an index is published every 1 to 168 hours, not every `{0}`")]
    Cadence(u16),
    /// Nobody may ask, or without limit.
    #[error("questions a day are limited to 1 to 10000, not `{0}`")]
    Budget(u32),
    /// Groups so small that they point at someone.
    #[error("an aggregate shows groups of 5 or more, not of `{0}`")]
    MinCell(u32),
    /// Who audits is not among those who are audited.
    #[error("the auditor is a member")]
    AuditorIsMember,
    /// Ends before it starts.
    #[error("ends before it starts")]
    Term,
    /// In force for more than ten years.
    #[error("in force for more than ten years")]
    TooLong,
    /// More bytes than are read.
    #[error("content is too large")]
    TooLarge,
}

impl ConvenantContent {
    /// Everything for which nobody should sign this; nothing when it is sound.
    #[must_use]
    pub fn check(&self) -> Vec<ContentFault> {
        let mut faults = Vec::new();
        self.check_head(&mut faults);
        self.check_members(&mut faults);
        self.check_purposes(&mut faults);
        self.check_numbers(&mut faults);
        if self.encoded().len() > MAX_CONTENT_BYTES {
            faults.push(ContentFault::TooLarge);
        }
        faults
    }

    fn check_head(&self, faults: &mut Vec<ContentFault>) {
        if self.v != 1 {
            faults.push(ContentFault::FormVersion(self.v));
        }
        let plain = |c: u8| c.is_ascii_alphanumeric() || b"./_-".contains(&c);
        if !(1..=100).contains(&self.group_id.len()) || !self.group_id.bytes().all(plain) {
            faults.push(ContentFault::GroupId);
        }
        check_name(&self.name, faults);
        if self.version == 0 {
            faults.push(ContentFault::VersionZero);
        } else if (self.version == 1) != self.previous.is_none() {
            faults.push(ContentFault::Previous(self.version));
        }
        if self.valid.from >= self.valid.until {
            faults.push(ContentFault::Term);
        } else if self.valid.until.since(self.valid.from).as_secs() > MAX_TERM_DAYS * 86_400 {
            faults.push(ContentFault::TooLong);
        }
    }

    fn check_members(&self, faults: &mut Vec<ContentFault>) {
        if !(2..=MAX_MEMBERS).contains(&self.members.len()) {
            faults.push(ContentFault::MemberCount(self.members.len()));
        }
        let (mut oins, mut codes) = (BTreeSet::new(), BTreeSet::new());
        for member in &self.members {
            check_name(&member.name, faults);
            if !oins.insert(member.oin) {
                faults.push(ContentFault::DoubleMember(member.oin));
            }
            if member.gemeente.is_some_and(|code| !codes.insert(code)) {
                faults.push(ContentFault::DoubleGemeente(member.oin));
            }
        }
        let trial = self.is_trial();
        let named = self
            .members
            .iter()
            .map(|member| member.oin)
            .chain(self.auditor);
        if let Some(other) = named.into_iter().find(|oin| oin.is_test() != trial) {
            faults.push(ContentFault::TrialMixed(other));
        }
        if self.auditor.is_some_and(|auditor| oins.contains(&auditor)) {
            faults.push(ContentFault::AuditorIsMember);
        }
    }

    fn check_purposes(&self, faults: &mut Vec<ContentFault>) {
        if self.purposes.is_empty() {
            faults.push(ContentFault::NoPurpose);
        } else if self.terms_of(&PurposeId::matching()).is_none() {
            faults.push(ContentFault::NoMatching);
        }
        let mut ids = BTreeSet::new();
        for terms in &self.purposes {
            if !ids.insert(&terms.id) {
                faults.push(ContentFault::DoublePurpose(terms.id.clone()));
            }
            check_terms(terms, faults);
        }
    }

    fn check_numbers(&self, faults: &mut Vec<ContentFault>) {
        if self.namespaces.is_empty() {
            faults.push(ContentFault::NoNamespace);
        }
        if !(1..=168).contains(&self.cadence.publication_hours) {
            faults.push(ContentFault::Cadence(self.cadence.publication_hours));
        }
        if !(1..=10_000).contains(&self.budgets.inzage_per_day) {
            faults.push(ContentFault::Budget(self.budgets.inzage_per_day));
        }
        if self.thresholds.min_cell < MIN_CELL {
            faults.push(ContentFault::MinCell(self.thresholds.min_cell));
        }
    }
}

fn check_terms(terms: &PurposeTerms, faults: &mut Vec<ContentFault>) {
    let id = || terms.id.clone();
    if terms.version == 0 {
        faults.push(ContentFault::PurposeVersionZero(id()));
    }
    if terms.legal_bases.is_empty() {
        faults.push(ContentFault::NoLegalBasis(id()));
    }
    if terms.roles.is_empty() {
        faults.push(ContentFault::NoRole(id()));
    }
    if !(1..=MAX_RETENTION_DAYS).contains(&terms.retention_days) {
        faults.push(ContentFault::Retention(id()));
    }
    for category in terms.automatic.difference(&terms.categories) {
        faults.push(ContentFault::AutomaticOutside(id(), *category));
    }
}

fn check_name(name: &str, faults: &mut Vec<ContentFault>) {
    if !line::is_plain(name, MAX_NAME) {
        faults.push(ContentFault::Name(name.chars().take(40).collect()));
    }
    if bsn::occurs_in(name) {
        faults.push(ContentFault::BsnInName);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::convenant::samples::{content, oin};
    use crate::time::Timestamp;

    fn fault(spoil: impl FnOnce(&mut ConvenantContent)) -> Vec<ContentFault> {
        let mut content = content(3);
        spoil(&mut content);
        content.check()
    }

    #[test]
    fn a_sound_content_has_no_faults() {
        assert_eq!(content(3).check(), []);
        assert_eq!(content(2).check(), []);
    }

    #[test]
    fn every_fault_of_the_agreement_is_named_and_nothing_else() {
        assert_eq!(fault(|c| c.v = 2), [ContentFault::FormVersion(2)]);
        for id in ["", "regio food", "é", &"x".repeat(101)] {
            assert_eq!(fault(|c| c.group_id = id.into()), [ContentFault::GroupId]);
        }
        assert_eq!(
            fault(|c| c.name = " ".into()),
            [ContentFault::Name(" ".into())]
        );
        assert_eq!(
            fault(|c| c.name = "a\nb".into()),
            [ContentFault::Name("a\nb".into())]
        );
        assert_eq!(
            fault(|c| c.name = "x 123456782".into()),
            [ContentFault::BsnInName]
        );
        assert_eq!(fault(|c| c.version = 0), [ContentFault::VersionZero]);
        assert_eq!(fault(|c| c.version = 2), [ContentFault::Previous(2)]);
        assert_eq!(
            fault(|c| c.previous = Some([1; 32].into())),
            [ContentFault::Previous(1)]
        );
        assert_eq!(
            fault(|c| c.members.truncate(1)),
            [ContentFault::MemberCount(1)]
        );
        assert_eq!(
            fault(|c| c.auditor = Some(oin(2))),
            [ContentFault::AuditorIsMember]
        );
        assert_eq!(
            fault(|c| c.valid.until = c.valid.from),
            [ContentFault::Term]
        );
        assert_eq!(
            fault(|c| c.valid.until = Timestamp::from_secs(u32::MAX.into())),
            [ContentFault::TooLong]
        );
    }

    #[test]
    fn every_fault_of_its_terms_is_named_and_nothing_else() {
        let p08 = PurposeId::matching;
        assert_eq!(fault(|c| c.purposes.clear()), [ContentFault::NoPurpose]);
        assert_eq!(
            fault(|c| c.purposes[0].id = "P01".parse().unwrap()),
            [ContentFault::NoMatching]
        );
        assert_eq!(
            fault(|c| c.purposes[0].version = 0),
            [ContentFault::PurposeVersionZero(p08())]
        );
        assert_eq!(
            fault(|c| c.purposes[0].legal_bases.clear()),
            [ContentFault::NoLegalBasis(p08())]
        );
        assert_eq!(
            fault(|c| c.purposes[0].roles.clear()),
            [ContentFault::NoRole(p08())]
        );
        for days in [0, 3_651] {
            assert_eq!(
                fault(|c| c.purposes[0].retention_days = days),
                [ContentFault::Retention(p08())]
            );
        }
        assert_eq!(
            fault(|c| c.purposes[0].automatic = [Category::Label].into()),
            [ContentFault::AutomaticOutside(p08(), Category::Label)]
        );
        assert_eq!(fault(|c| c.namespaces.clear()), [ContentFault::NoNamespace]);
        assert_eq!(
            fault(|c| c.cadence.publication_hours = 0),
            [ContentFault::Cadence(0)]
        );
        assert_eq!(
            fault(|c| c.cadence.publication_hours = 169),
            [ContentFault::Cadence(169)]
        );
        assert_eq!(
            fault(|c| c.budgets.inzage_per_day = 0),
            [ContentFault::Budget(0)]
        );
        assert_eq!(
            fault(|c| c.thresholds.min_cell = 4),
            [ContentFault::MinCell(4)]
        );
    }

    #[test]
    fn a_rehearsal_is_not_mixed_with_the_work_itself() {
        let real = |number: u32| {
            format!("000000010000000{number}0000")
                .parse::<Oin>()
                .unwrap()
        };
        assert!(content(3).is_trial());
        assert_eq!(
            fault(|c| c.members[2].oin = real(1)),
            [ContentFault::TrialMixed(real(1))]
        );
        assert_eq!(
            fault(|c| c.members[0].oin = real(1)),
            [ContentFault::TrialMixed(oin(1))]
        );
        assert_eq!(
            fault(|c| c.auditor = Some(real(1))),
            [ContentFault::TrialMixed(real(1))]
        );
        let all_real = |c: &mut ConvenantContent| {
            for (number, member) in (0..).zip(&mut c.members) {
                member.oin = real(number);
            }
            assert!(!c.is_trial());
        };
        assert_eq!(fault(all_real), []);
    }

    #[test]
    fn doubles_are_found() {
        assert_eq!(
            fault(|c| c.members[2].oin = c.members[0].oin),
            [ContentFault::DoubleMember(oin(0))]
        );
        assert_eq!(
            fault(|c| c.members[2].gemeente = c.members[0].gemeente),
            [ContentFault::DoubleGemeente(oin(2))]
        );
        let double = fault(|c| c.purposes.push(c.purposes[0].clone()));
        assert_eq!(double, [ContentFault::DoublePurpose(PurposeId::matching())]);
    }

    #[test]
    fn several_faults_are_told_at_once() {
        let faults = fault(|c| {
            c.version = 0;
            c.namespaces.clear();
            c.members.clear();
        });
        assert_eq!(faults.len(), 3);
    }
}
