// SPDX-License-Identifier: EUPL-1.2
//! What stands behind an act: the decision of who is competent to it, and the reason. It is signed along, so it goes to
//! all members and stays.

use super::Deed;
use crate::personal::{self, Functional};
use crate::{bsn, line};

/// The longest number of a decision, in characters.
const MAX_DECISION: usize = 100;
/// The longest reason, in characters.
const MAX_REASON: usize = 500;

/// The decision behind an act, and the reason for it, each on one line; neither leads to a person.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Motivation {
    decision: Option<String>,
    reason: Option<String>,
}

impl Motivation {
    /// The number of the decision and the reason as somebody writes them, as far as they are given.
    ///
    /// # Errors
    ///
    /// When one of them is too long, not plain text, or holds what looks like a BSN, a mailbox or a telephone number.
    pub fn new(decision: Option<&str>, reason: Option<&str>) -> Result<Self, MotivationFault> {
        let private = |text: Option<&str>| {
            text.is_some_and(|text| !personal::find(text, &Functional::new()).is_empty())
        };
        if private(decision) {
            return Err(MotivationFault::Decision);
        }
        if private(reason) {
            return Err(MotivationFault::Reason);
        }
        Self::read(decision.map(str::trim), reason.map(str::trim))
    }

    /// The same as another signed them. What a mailbox looks like is for who writes; every reader would draw that line
    /// elsewhere.
    pub(crate) fn read(
        decision: Option<&str>,
        reason: Option<&str>,
    ) -> Result<Self, MotivationFault> {
        let sound = |text: Option<&str>, max| {
            text.is_none_or(|text| line::is_plain(text, max) && !bsn::occurs_in(text))
        };
        if !sound(decision, MAX_DECISION) {
            return Err(MotivationFault::Decision);
        }
        if !sound(reason, MAX_REASON) {
            return Err(MotivationFault::Reason);
        }
        Ok(Self {
            decision: decision.map(str::to_owned),
            reason: reason.map(str::to_owned),
        })
    }

    /// Whether it is enough for an act: who binds its organisation names the decision, who refuses says why.
    ///
    /// # Errors
    ///
    /// Says what is missing.
    pub fn check_for(&self, deed: impl Deed) -> Result<(), MotivationFault> {
        match deed.refuses() {
            true if self.reason.is_none() => Err(MotivationFault::NoReason),
            false if self.decision.is_none() => Err(MotivationFault::NoDecision),
            true | false => Ok(()),
        }
    }

    /// The number of the decision.
    #[must_use]
    pub fn decision(&self) -> Option<&str> {
        self.decision.as_deref()
    }

    /// The reason.
    #[must_use]
    pub fn reason(&self) -> Option<&str> {
        self.reason.as_deref()
    }
}

/// What is wrong with what stands behind an act.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MotivationFault {
    /// The number of the decision.
    #[error("the decision is not one line of at most 100 characters that leads to nobody")]
    Decision,
    /// The reason.
    #[error("the reason is not one line of at most 500 characters that leads to nobody")]
    Reason,
    /// There is no decision.
    #[error("the number of the decision is missing")]
    NoDecision,
    /// There is no reason.
    #[error("the reason is missing")]
    NoReason,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::convenant::ActKind;

    #[test]
    fn who_binds_names_the_decision_and_who_refuses_says_why() {
        let decided = Motivation::new(Some(" B&W 2026-118 "), None).unwrap();
        assert_eq!(decided.decision(), Some("B&W 2026-118"));
        let reasoned = Motivation::new(None, Some("te ruim")).unwrap();
        for kind in [ActKind::Accept, ActKind::Withdraw, ActKind::End] {
            assert_eq!(decided.check_for(kind), Ok(()));
            assert_eq!(reasoned.check_for(kind), Err(MotivationFault::NoDecision));
        }
        assert_eq!(reasoned.check_for(ActKind::Reject), Ok(()));
        let refused = decided.check_for(ActKind::Reject);
        assert_eq!(refused, Err(MotivationFault::NoReason));
    }

    #[test]
    fn what_stands_behind_an_act_leads_to_nobody_and_hides_nothing() {
        for decision in ["", "a\nb", "bel 06-12345678", &"x".repeat(101)] {
            let refused = Motivation::new(Some(decision), None);
            assert_eq!(refused, Err(MotivationFault::Decision), "{decision:?}");
        }
        for reason in ["a\u{202e}b", "mail iemand@voorbeeld.nl", &"x".repeat(501)] {
            let refused = Motivation::new(None, Some(reason));
            assert_eq!(refused, Err(MotivationFault::Reason), "{reason:?}");
        }
    }
}
