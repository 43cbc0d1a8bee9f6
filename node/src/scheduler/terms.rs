// SPDX-License-Identifier: EUPL-1.2
//! What ends by itself: the certificate of the organisation, the attestation, revocation lists. A new certificate that was
//! put in place is taken into use, and who runs the node hears in time what is about to end.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use basisnet_protocol::time::Timestamp;
use tokio::sync::watch;

use super::{Due, Job};
use crate::audit::Event;
use crate::keys::{self, Credentials, step_of};
use crate::service::leden::Leden;
use crate::service::{Base, Services};
use crate::store::Change;

const MINUTE: Duration = Duration::from_secs(60);
/// An attestation is renewed days before its end; when so little is left something keeps going wrong.
const ATTESTATION_LATE: Duration = Duration::from_secs(36 * 3_600);

/// A certificate that was put in place counts within minutes, without a restart: attestations and the own record are made
/// under it. One that is over goes with its key.
pub(super) fn renew_certificate(base: &Base, services: &Services) -> Job {
    let (base, leden) = (base.clone(), services.leden.clone());
    Job::new("renew certificate", Due::Every(5 * MINUTE), move || {
        let (base, leden) = (base.clone(), leden.clone());
        async move {
            take_into_use(&base).await;
            renew_own_record(&leden).await;
            let forgotten = keys::forget_expired(&base.config.org_files(), base.clock.now());
            if forgotten > 0 {
                tracing::info!(
                    forgotten,
                    "certificates that are over were removed with their keys"
                );
            }
        }
    })
}

async fn take_into_use(base: &Base) {
    let (oin, now) = (base.config.organisatie.oin, base.clock.now());
    let credentials = Credentials::read(&base.config.org_files());
    let org = match credentials.choose(oin, &base.trust.current(), now) {
        Ok(org) => org,
        Err(fault) => {
            tracing::error!(%fault, "the certificate could not be read anew; the one in use stays");
            return;
        }
    };
    let certificate = org.certificate();
    let same = certificate.fingerprint == base.org.current().certificate().fingerprint;
    if same || certificate.oin != oin {
        return;
    }
    let (fingerprint, until) = (certificate.fingerprint, certificate.not_after);
    let event = Event::CertificateInUse { fingerprint, until };
    if let Err(error) = base.store.commit(Change::new().audit(event)).await {
        tracing::error!(%error, "the new certificate cannot be written in the log and is not used yet");
        return;
    }
    tracing::info!(%until, "another certificate of the organisation is in use");
    base.org.replace(org);
}

async fn renew_own_record(leden: &Leden) {
    match leden.renew_own().await {
        Ok(None) => {}
        Ok(Some(seq)) => tracing::info!(seq, "the own record was signed anew"),
        Err(error) => tracing::error!(%error, "the own record was not signed anew"),
    }
}

/// Counts down, and warns at each of the [`keys::STEPS`].
#[must_use]
pub fn watch_terms(base: &Base, attested: watch::Receiver<Timestamp>) -> Job {
    let base = base.clone();
    let told = Arc::new(Mutex::new(None));
    Job::new("watch terms", Due::Every(60 * MINUTE), move || {
        let now = base.clock.now();
        let ends = base.org.current().certificate().not_after;
        base.metrics.certificate_ends_seconds.set(ends.as_secs());
        let mut told = told.lock().unwrap_or_else(PoisonError::into_inner);
        let step = step_of(ends.since(now));
        if let Some(days) = step
            && *told != step
        {
            tracing::warn!(%ends, days, "the certificate of the organisation ends within these days");
        }
        *told = step;
        let attested = *attested.borrow();
        base.metrics
            .attestation_ends_seconds
            .set(attested.as_secs());
        if attested <= now + ATTESTATION_LATE {
            tracing::warn!(ends = %attested, "the attestation is not renewed");
        }
        if let Some((_, until)) = base.trust.current().list_terms().first() {
            base.metrics
                .revocation_list_ends_seconds
                .set(until.as_secs());
        }
        std::future::ready(())
    })
}
