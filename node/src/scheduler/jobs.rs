// SPDX-License-Identifier: EUPL-1.2
//! Everything a node does because it is time.

use std::sync::Arc;
use std::time::Duration;

use super::{Due, Job, matching, recall, terms};
use crate::inbox::{self, Incidents};
use crate::overlay::OrgGate;
use crate::service::inzage::Inzagen;
use crate::service::{Base, Services, retention};
use crate::trust::fetch::Fetcher;

const MINUTE: Duration = Duration::from_secs(60);

/// The jobs of a node with these services.
#[must_use]
pub fn jobs(
    base: &Base,
    services: &Services,
    gate: &Arc<OrgGate>,
    incidents: &Incidents,
) -> Vec<Job> {
    vec![
        reload_trust(base, gate),
        fetch_lists(base, gate),
        terms::renew_certificate(base, services),
        admit_members(services),
        begin_anew(services),
        correspond(services),
        warn_of_expiry(services),
        forget_messages(base),
        forget_sessions(services),
        forget_periods(base),
        forget_notices(services),
        matching::announce_growth(&services.publications, &services.leden),
        recall::take_back(base, services),
        recall::tell(&services.publications, &base.outbox),
        matching::publish(&services.publications, &base.outbox),
        matching::ask(&services.bevragingen),
        inzage(&services.inzagen),
        count_incidents(incidents),
    ]
}

/// New revocation lists count within minutes of being put in place.
fn reload_trust(base: &Base, gate: &Arc<OrgGate>) -> Job {
    let (base, gate) = (base.clone(), Arc::clone(gate));
    Job::new("reload trust", Due::Every(5 * MINUTE), move || {
        let (base, gate) = (base.clone(), Arc::clone(&gate));
        async move {
            believe_anew(&base, &gate);
            for list in base.trust.current().stale_lists(base.clock.now()) {
                let (issuer, until) = (list.issuer, list.refused_from);
                tracing::warn!(issuer, %until, "revocation list is past its term");
            }
        }
    })
}

/// The lists that the node fetches itself. One that does not come is tried again, and told of as it grows old.
fn fetch_lists(base: &Base, gate: &Arc<OrgGate>) -> Job {
    let (base, gate) = (base.clone(), Arc::clone(gate));
    let fetcher = Fetcher::new(&base.config);
    Job::new(
        "fetch revocation lists",
        Due::Every(60 * MINUTE),
        move || {
            let (base, gate, fetcher) = (base.clone(), Arc::clone(&gate), fetcher.clone());
            async move {
                if base.config.vertrouwen.crl_adressen.is_empty() {
                    return;
                }
                let fetched = tokio::task::spawn_blocking(move || fetcher.fetch()).await;
                for (address, outcome) in fetched.into_iter().flatten() {
                    if let Err(fault) = outcome {
                        tracing::warn!(address = address.as_str(), %fault, "revocation list was not fetched");
                    }
                }
                believe_anew(&base, &gate);
            }
        },
    )
}

fn believe_anew(base: &Base, gate: &OrgGate) {
    match base.trust.reload() {
        Ok(Some(fresh)) => {
            tracing::info!("certificates and revocation lists were read anew");
            gate.trust(fresh);
        }
        Ok(None) => {}
        Err(fault) => tracing::error!(%fault, "certificates could not be read anew"),
    }
}

/// The record of a member that is past its term admits nobody any more.
fn admit_members(services: &Services) -> Job {
    let leden = services.leden.clone();
    Job::new("admit members", Due::Every(60 * MINUTE), move || {
        let leden = leden.clone();
        async move { leden.admit_all() }
    })
}

/// What happened to the convenanten, and where the own node is, is told to the members at once, and to those that were
/// away when they are back.
fn correspond(services: &Services) -> Job {
    let correspondence = services.correspondence.clone();
    let (convenanten, leden) = (services.convenanten.changes(), services.leden.changes());
    let lacking = correspondence.lacking();
    let job = Job::new("correspond", Due::Every(2 * MINUTE), move || {
        let correspondence = correspondence.clone();
        async move {
            if let Err(error) = correspondence.tell_all().await {
                tracing::error!(%error, "the convenanten cannot be read, so nobody was told");
            }
        }
    });
    job.and_on(convenanten)
        .and_on(services.mandaten.changes())
        .and_on(leden)
        .and_on(lacking)
}

/// Convenanten that are about to expire are told of in the log.
fn warn_of_expiry(services: &Services) -> Job {
    let convenanten = services.convenanten.clone();
    Job::new("convenant expiry", Due::Every(360 * MINUTE), move || {
        let convenanten = convenanten.clone();
        async move {
            if let Err(error) = convenanten.warn_of_expiry().await {
                tracing::error!(%error, "whether convenanten are about to expire is not known");
            }
        }
    })
}

/// A few times a day everybody compares, whatever was told before: a list of revocations that was stale is not for ever.
fn begin_anew(services: &Services) -> Job {
    let correspondence = services.correspondence.clone();
    Job::new("begin anew", Due::Every(360 * MINUTE), move || {
        correspondence.begin_anew();
        std::future::ready(())
    })
}

/// What was decided by a person goes out, and what has passed its term is closed.
fn inzage(inzagen: &Inzagen) -> Job {
    let inzagen = inzagen.clone();
    Job::new("inzage", Due::Every(5 * MINUTE), move || {
        let inzagen = inzagen.clone();
        async move { inzagen.due().await }
    })
}

/// What peers did too often to write each time is written as a number.
fn count_incidents(incidents: &Incidents) -> Job {
    let incidents = incidents.clone();
    Job::new("count incidents", Due::Every(10 * MINUTE), move || {
        let incidents = incidents.clone();
        async move { incidents.count_up().await }
    })
}

/// A mark is of no use any more once its message has expired.
fn forget_messages(base: &Base) -> Job {
    let (store, clock) = (base.store.clone(), base.clock.clone());
    Job::new("forget messages", Due::Every(60 * MINUTE), move || {
        let (store, clock) = (store.clone(), clock.clone());
        async move {
            if let Err(error) = inbox::forget_expired(&store, clock.now()).await {
                tracing::error!(%error, "marks of expired messages were not removed");
            }
        }
    })
}

/// Sessions that are over say when somebody worked, and that is nobody's business any more.
fn forget_sessions(services: &Services) -> Job {
    let accounts = services.accounts.clone();
    Job::new("forget sessions", Due::Every(60 * MINUTE), move || {
        let accounts = accounts.clone();
        async move {
            if let Err(error) = accounts.forget_expired_sessions().await {
                tracing::error!(%error, "sessions that are over were not removed");
            }
        }
    })
}

/// A notice lives no longer than anything it can rest on.
fn forget_notices(services: &Services) -> Job {
    let notices = services.notices.clone();
    Job::new("forget notices", Due::Every(60 * MINUTE), move || {
        let notices = notices.clone();
        async move {
            if let Err(error) = notices.forget_past().await {
                tracing::error!(%error, "notices that are past their term were not forgotten");
            }
        }
    })
}

/// What was kept long enough is forgotten.
fn forget_periods(base: &Base) -> Job {
    let store = base.store.clone();
    Job::new("forget periods", Due::DailyAt(180 * MINUTE), move || {
        let store = store.clone();
        async move {
            match retention::forget_expired(&store).await {
                Ok(0) => {}
                Ok(periods) => tracing::info!(periods, "periods were forgotten"),
                Err(error) => tracing::error!(%error, "expired periods were not forgotten"),
            }
        }
    })
}
