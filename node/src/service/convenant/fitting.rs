// SPDX-License-Identifier: EUPL-1.2
//! Which act makes sense where a version stands.

use super::*;

impl Convenanten {
    /// Whether the own organisation may do this, given what it and others did, here or in the file.
    pub(super) fn check_fits(
        &self,
        content: &ConvenantContent,
        acts: &[Act],
        kind: ActKind,
        now: Timestamp,
    ) -> Result<(), ConvenantError> {
        let me = self.me;
        let hash = content.hash();
        let kept = self.terms(hash)?;
        let kept = kept.iter().flat_map(|version| version.acts().to_vec());
        let alone = Convenant::new(content.clone(), acts.iter().cloned().chain(kept));
        let did = |kind| {
            alone
                .acts()
                .iter()
                .any(|act| act.by() == me && act.kind() == kind)
        };
        let unfitting = |why| Err(ConvenantError::Unfitting(why));
        if did(kind) {
            return unfitting(Unfitting::Done);
        }
        let over = matches!(
            alone.state(now),
            State::Ended(_) | State::Expired | State::Superseded(_)
        );
        match kind {
            ActKind::Accept if over || did(ActKind::Withdraw) => unfitting(Unfitting::Over),
            ActKind::Reject if did(ActKind::Accept) => unfitting(Unfitting::RejectAfterAccept),
            ActKind::Withdraw | ActKind::End if !did(ActKind::Accept) => {
                unfitting(Unfitting::NeverAccepted)
            }
            ActKind::Accept | ActKind::Reject | ActKind::Withdraw | ActKind::End => Ok(()),
        }
    }
}
