// SPDX-License-Identifier: EUPL-1.2
//! What the own organisation does about a version: accept, reject, withdraw or end it, by a decision and with a reason.

use basisnet_protocol::convenant::Motivation;

use super::*;
use crate::audit::ConvenantAct;

/// What the own organisation does about a version, and what stands behind it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deed {
    /// What it does.
    pub kind: ActKind,
    /// The decision and the reason; they are signed along.
    pub motivation: Motivation,
}

impl Convenanten {
    /// Signs an act on the version in a file, with the key of the organisation, and keeps version and acts.
    ///
    /// # Errors
    /// When the caller may not, anything in the file does not hold, or the act does not fit.
    pub async fn sign(
        &self,
        actor: &Actor,
        file: &[u8],
        deed: &Deed,
    ) -> Result<Outcome, ConvenantError> {
        actor.require(Function::SignConvenanten)?;
        let writing = self.writing.lock().await;
        self.do_deed(actor, &writing, file, deed).await
    }

    /// The same for a version that is held here, under its hash. Who withdraws leaves the group: first what it accepted of
    /// the versions that follow, so that no pair comes back when one of those begins.
    ///
    /// # Errors
    /// When there is no such version, and as [`Convenanten::sign`].
    pub async fn act(
        &self,
        actor: &Actor,
        hash: ConvenantHash,
        deed: &Deed,
    ) -> Result<Outcome, ConvenantError> {
        actor.require(Function::SignConvenanten)?;
        let writing = self.writing.lock().await;
        if deed.kind == ActKind::Withdraw {
            let holdings = self.holdings()?;
            for version in holdings.leaving(hash, self.clock.now()) {
                let file = self.file(version.hash())?;
                self.do_deed(actor, &writing, &file, deed).await?;
            }
        }
        let file = self.file(hash)?;
        self.do_deed(actor, &writing, &file, deed).await
    }

    async fn do_deed(
        &self,
        actor: &Actor,
        writing: &Writing<'_>,
        file: &[u8],
        deed: &Deed,
    ) -> Result<Outcome, ConvenantError> {
        let file = ConvenantFile::decode(file)?;
        let content = file.content();
        let binds = deed.kind == ActKind::Accept;
        let party = match binds {
            true => content.is_member(self.me),
            false => self.holdings()?.has_place(content, self.me),
        };
        if !party {
            return Err(ConvenantError::NotAMember);
        }
        let mut heard = self.verified(&file)?;
        let now = self.clock.now();
        self.holdings()?
            .may_act(content, &heard.acts, deed.kind, now)
            .map_err(ConvenantError::Unfitting)?;
        deed.motivation.check_for(deed.kind)?;
        let beyond = self.beyond(content);
        if deed.kind == ActKind::Accept && !beyond.is_empty() {
            return Err(ConvenantError::Beyond(beyond));
        }
        let hash = content.hash();
        let bytes = Act::sign(
            deed.kind,
            &hash,
            now,
            &deed.motivation,
            &*self.org.current(),
        )?;
        let act = Act::verify(&bytes, &self.trust.current(), now)
            .map_err(ConvenantError::OwnSignature)?;
        heard.signed(act);
        let event = Event::ConvenantSigned {
            convenant: hash,
            act: audited(deed.kind),
        };
        self.keep(actor, writing, content, heard, event).await
    }
}

const fn audited(kind: ActKind) -> ConvenantAct {
    match kind {
        ActKind::Accept => ConvenantAct::Accept,
        ActKind::Reject => ConvenantAct::Reject,
        ActKind::Withdraw => ConvenantAct::Withdraw,
        ActKind::End => ConvenantAct::End,
    }
}
