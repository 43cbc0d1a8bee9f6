// SPDX-License-Identifier: EUPL-1.2
//! A convenant that is about to expire: after its last moment nothing goes under it, so people are told in time.

use std::time::Duration;

use super::*;
use crate::audit::By;

const DAY: Duration = Duration::from_secs(86_400);

/// So many days before the end people are told.
const WARNED_AT: [u16; 3] = [90, 30, 7];

impl Convenanten {
    /// Days that are left, once there are 90 or fewer and nothing that was accepted follows.
    #[must_use]
    pub fn ends_soon(&self, standing: &Standing) -> Option<u16> {
        let until = standing.convenant.content().valid.until;
        let ending = standing.state == State::Active && !standing.is_followed;
        let left = until.since(self.clock.now()).as_secs() / DAY.as_secs();
        let left = u16::try_from(left).ok()?;
        (ending && left <= WARNED_AT[0]).then_some(left)
    }

    /// Writes in the log, once for each of the three moments, which convenanten are about to expire.
    ///
    /// # Errors
    /// When the store does not read or write.
    pub async fn warn_of_expiry(&self) -> Result<(), ConvenantError> {
        for standing in self.all()? {
            let Some(left) = self.ends_soon(&standing) else {
                continue;
            };
            let passed = WARNED_AT.into_iter().filter(|days| left <= *days).min();
            let _writing = self.writing.lock().await;
            let content = standing.convenant.content();
            let (mut record, expect) = self.record(content)?;
            if passed.is_none() || record.warned <= passed && record.warned.is_some() {
                continue;
            }
            record.warned = passed;
            let event = Event::ConvenantEndsSoon {
                convenant: content.hash(),
                days: left,
            };
            tracing::warn!(
                group = content.group_id,
                days = left,
                "convenant is about to expire"
            );
            let change = Change::new()
                .put(content.hash(), &record, expect)?
                .audit(event.by(By::Node));
            self.store.commit(change).await?;
            self.remember(&record)?;
        }
        Ok(())
    }
}
