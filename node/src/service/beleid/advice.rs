// SPDX-License-Identifier: EUPL-1.2
//! What an FG says about a version before it counts: each advice stays, and each adviser has a last word.

use super::steps::{optional, text};
use super::{Beleid, BeleidError, FgAdvies, Versie};
use crate::audit::Event;
use crate::service::account::{Actor, Function};
use crate::store::{Change, Expect, Stored};

/// So many times somebody advises about one version.
const MAX_ADVICE: usize = 20;

impl Beleid {
    /// Records what the FG advises about a version. What was advised before stays beside it.
    ///
    /// # Errors
    /// When the caller is not the FG, the version does not wait, or so much was advised that nobody reads it any more.
    pub async fn advise(
        &self,
        actor: &Actor,
        number: u32,
        positive: bool,
        remark: &str,
    ) -> Result<Versie, BeleidError> {
        actor.require(Function::Advise)?;
        let Stored { version, mut value } = self.proposal(number)?;
        if value.all_advice().count() >= MAX_ADVICE {
            return Err(BeleidError::TooMuchAdvice);
        }
        let advice = FgAdvies {
            step: self.step(actor)?,
            positive,
            remark: optional("toelichting", remark)?,
        };
        value.earlier_advice.extend(value.advice.replace(advice));
        let event = Event::PolicyAdvised {
            version: number,
            positive,
        };
        let change = Change::new()
            .put(Versie::key(number), &value, Expect::Version(version))?
            .audit(event.by(actor.by()));
        self.store.commit(change).await?;
        Ok(value)
    }
}

/// Why the advice is not followed, where there is one that says no. A purpose that is different takes an advice.
pub(super) fn followed(
    version: &Versie,
    against: Option<&str>,
) -> Result<Option<String>, BeleidError> {
    if version.advice.is_none() && !version.purposes.is_empty() {
        return Err(BeleidError::NoAdvice);
    }
    match (version.is_advised_against(), against) {
        (false, _) => Ok(None),
        (true, Some(because)) => Ok(Some(text("wijktAfOmdat", because)?)),
        (true, None) => Err(BeleidError::AgainstAdvice),
    }
}
