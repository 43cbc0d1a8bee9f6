// SPDX-License-Identifier: EUPL-1.2
//! The program `basisnet` as a library that tests can start.
//!
//! [`Node::start`] is the only place where the parts are wired together, from the inside out: keys and trust, the
//! store, the overlay, the services, and then the four doors (peers, time, systems, people). [`Node::stop`] closes
//! them in the other order, so that nothing is promised that is not kept.

pub mod api;
pub mod audit;
pub mod cli;
pub mod clock;
pub mod config;
mod counted;
pub mod delivery;
pub mod demo;
pub mod doctor;
pub mod inbox;
pub mod keys;
pub mod outbox;
pub mod overlay;
mod reason;
pub mod rekey;
pub mod scheduler;
pub mod service;
pub mod store;
pub mod telemetry;
pub mod trust;
pub mod web;

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use axum::Router;
use basisnet_protocol::octets::Octets;
use libp2p::Multiaddr;
use libp2p::multiaddr::Protocol;
use sha2::{Digest, Sha256};
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;

use api::ApiState;
use api::auth::SignInLimit;
use api::server::{ApiServer, ListenError, Stopper};
use api::tls::ApiCertificateError;
use audit::Event;
use clock::Clock;
use config::Config;
use inbox::{Inbox, Incidents, Refusals};
use keys::{Credentials, CurrentOrg, KeyFileError, NodeKey, OrgKey};
use outbox::{Carrier, Outbox};
use overlay::{Beginning, Inbound, KnownPeers, Notice, OrgGate, OrgVoucher, Overlay};
use scheduler::Scheduler;
use service::{Base, Services};
use store::{Change, CommitError, OpenError, Store, StoreKeys};
use telemetry::Metrics;
use trust::fetch::Fetcher;
use trust::{Trust, TrustFault};
use web::WebState;

/// Messages of peers that may wait before the inbox takes them.
const WAITING: usize = 256;

/// A node that runs.
#[derive(Debug)]
pub struct Node {
    base: Base,
    services: Services,
    gate: Arc<OrgGate>,
    overlay: Overlay,
    scheduler: Scheduler,
    api: SocketAddr,
    ready: Arc<AtomicBool>,
    stop_api: Stopper,
    tasks: Vec<JoinHandle<()>>,
}

/// Why a node does not start. The text is for the person who runs it.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// A key file.
    #[error(transparent)]
    Key(#[from] KeyFileError),
    /// Somebody began to replace the node key.
    #[error(
        "het vervangen van de sleutel van de node is niet afgemaakt; voer `basisnet certificaat nieuwe-sleutel` nog eens uit, dan wordt het afgemaakt"
    )]
    KeyHalfReplaced,
    /// The certificate is somebody else's.
    #[error(
        "het certificaat is van `{certificate}`, maar in de configuratie staat `{config}`; neem het OIN over uit het certificaat of zet het juiste certificaat neer"
    )]
    OtherOrganisation {
        /// The OIN in the certificate.
        certificate: basisnet_protocol::id::Oin,
        /// The OIN in the configuration.
        config: basisnet_protocol::id::Oin,
    },
    /// The trusted certificates.
    #[error(transparent)]
    Trust(#[from] TrustFault),
    /// The rules or the catalogue of purposes.
    #[error("het beleid dat gold kan niet worden geladen: {0}")]
    Policy(#[from] service::beleid::VersionError),
    /// The store does not open.
    #[error(transparent)]
    Store(#[from] OpenError),
    /// The log takes no entry.
    #[error(
        "het logboek kan niet worden geschreven: {0}; controleer de schijf met `basisnet controleer`"
    )]
    Log(#[from] CommitError),
    /// What came from others before a backup.
    #[error("wat anderen zeiden voor de back-up gaat niet weg: {0}; controleer de schijf")]
    Backup(#[from] service::treffer::TrefferFault),
    /// The door to peers.
    #[error(transparent)]
    Overlay(#[from] overlay::StartError),
    /// The door for systems and people.
    #[error(transparent)]
    Api(#[from] ListenError),
    /// Its certificate.
    #[error(transparent)]
    ApiCertificate(#[from] ApiCertificateError),
}

impl Node {
    /// Starts a node, and returns when it is ready for peers and people.
    ///
    /// # Errors
    /// Names what is wrong and what helps; then nothing runs.
    pub async fn start(config: Config, clock: Clock) -> Result<Self, StartError> {
        Self::testing_only_start_through(config, clock, |carrier| carrier, Refusals::OnATick).await
    }

    /// Starts a node whose messages to peers go through something that a test puts around the overlay, as they are
    /// before they are encrypted. Refusals leave as the test wants.
    ///
    /// # Errors
    /// As [`Node::start`].
    #[doc(hidden)]
    pub async fn testing_only_start_through(
        config: Config,
        clock: Clock,
        around: impl FnOnce(Arc<dyn Carrier>) -> Arc<dyn Carrier>,
        refusals: Refusals,
    ) -> Result<Self, StartError> {
        let server = ApiServer::bind(config.api.luister)?;
        let own = Own::open(&config, &clock).await?;
        // Only now: a store of another node is refused before anything is made anew beside it.
        let tls = api::tls::load(&config, clock.now())?;
        let (base, peers) = lay_base(config, clock, own, around).await?;
        let services = Services::new(&base);
        let restored = services.let_go_of_before_a_backup(&base).await?;
        let incidents = Incidents::new(base.store.clone(), base.clock.clone());
        let inbox = Inbox::new(
            &base.outbox,
            &base.store,
            &base.clock,
            inbox::routes(&base, &services),
            incidents.clone(),
            base.metrics.clone(),
        )
        .telling({
            let publications = services.publications.clone();
            move |peer| publications.heard(peer)
        })
        .hearing_nothing_of_before(restored)
        .testing_only_refusing(refusals);
        let (known, metrics) = (base.known.clone(), base.metrics.clone());
        let mut jobs = scheduler::jobs(&base, &services, &peers.gate, &incidents);
        jobs.push(scheduler::watch_terms(
            &base,
            peers.overlay.attested_until(),
        ));
        let notices = inbox::write_notices(peers.notices, known, incidents, metrics);
        let ready = Arc::new(AtomicBool::new(false));
        let router = doors(&base, &services, &ready);
        let (api, stop_api) = (server.address(), server.stopper());
        let serve = async move {
            if let Err(error) = server.serve(router, tls).await {
                tracing::error!(%error, "the API broke off");
            }
        };
        let node = Self {
            scheduler: Scheduler::start(&base.clock, jobs),
            tasks: vec![
                tokio::spawn(inbox.run(peers.questions)),
                tokio::spawn(notices),
                tokio::spawn(serve),
                tokio::spawn(count_connections(
                    peers.overlay.connections(),
                    base.metrics.clone(),
                )),
            ],
            base,
            services,
            gate: peers.gate,
            overlay: peers.overlay,
            ready,
            api,
            stop_api,
        };
        node.ready.store(true, Ordering::Relaxed);
        tracing::info!(peers = %node.overlay.address(), %api, "node is ready");
        Ok(node)
    }

    /// Stops: no new work, what is in hand is finished, and the store is closed last.
    pub async fn stop(self) {
        self.ready.store(false, Ordering::Relaxed);
        self.stop_api.stop();
        self.scheduler.stop().await;
        self.overlay.shutdown().await;
        for task in self.tasks {
            if let Err(error) = task.await {
                tracing::error!(%error, "a part of the node broke off");
            }
        }
        let stopped = Change::new().audit(Event::NodeStopped {});
        if let Err(error) = self.base.store.commit(stopped).await {
            tracing::error!(%error, "the stop could not be written in the log");
        }
        self.base.store.close().await;
    }

    /// Ends where it stands, as a process that is killed: nothing is finished and nothing more is written. What the disk
    /// holds is to be copied before, because the engine tidies its files when it is let go of.
    #[doc(hidden)]
    pub async fn testing_only_kill(self) {
        self.base.store.testing_only_lose_power_after(0);
        for task in &self.tasks {
            task.abort();
        }
        self.scheduler.stop().await;
        self.overlay.shutdown().await;
        self.base.store.close().await;
    }

    /// The services.
    #[must_use]
    pub const fn services(&self) -> &Services {
        &self.services
    }

    /// What the services share.
    #[must_use]
    pub const fn base(&self) -> &Base {
        &self.base
    }

    /// The connection with other nodes.
    #[must_use]
    pub const fn overlay(&self) -> &Overlay {
        &self.overlay
    }

    /// Who may have a connection.
    #[must_use]
    pub const fn gate(&self) -> &Arc<OrgGate> {
        &self.gate
    }

    /// Where the API and the pages are.
    #[must_use]
    pub const fn api_address(&self) -> SocketAddr {
        self.api
    }

    /// Reads certificates and revocation lists again; they count at once, for connections that run as well.
    ///
    /// # Errors
    /// When a file cannot be used; then what was believed before still counts.
    pub fn reload_trust(&self) -> Result<(), TrustFault> {
        if let Some(fresh) = self.base.trust.reload()? {
            self.gate.trust(fresh);
        }
        Ok(())
    }

    /// Returns once the store takes nothing any more. A node that cannot record does nothing, so it is stopped.
    pub async fn until_broken(&self) {
        self.base.store.until_broken().await;
    }

    /// Returns when everything that is due by now has been done.
    pub async fn settle(&self) {
        self.scheduler.settle().await;
    }

    /// Whether everything that is due by now has been done.
    #[must_use]
    pub fn is_settled(&self) -> bool {
        self.scheduler.is_settled()
    }
}

/// The door to peers, open but with nobody behind it yet.
struct Peers {
    overlay: Overlay,
    gate: Arc<OrgGate>,
    questions: mpsc::Receiver<Inbound>,
    notices: mpsc::Receiver<Notice>,
}

/// What lies on the machine for this node and no other.
struct Own {
    key: Arc<NodeKey>,
    trust: Trust,
    org: CurrentOrg,
    store: Store,
}

impl Own {
    async fn open(config: &Config, clock: &Clock) -> Result<Self, StartError> {
        if config.next_node_key_file().exists() {
            return Err(StartError::KeyHalfReplaced);
        }
        let key = Arc::new(NodeKey::load(&config.node_key_file())?);
        fetch_first_lists(config).await;
        let trust = Trust::load(config)?;
        let org = CurrentOrg::new(load_org(config, &trust, clock)?);
        let store = open_store(config, &key, clock).await?;
        Ok(Self {
            key,
            trust,
            org,
            store,
        })
    }
}

/// A node that fetches its revocation lists cannot begin without; later ones come by themselves.
async fn fetch_first_lists(config: &Config) {
    let fetcher = Fetcher::new(config);
    let fetched = tokio::task::spawn_blocking(move || fetcher.fetch_absent()).await;
    for (address, outcome) in fetched.into_iter().flatten() {
        if let Err(fault) = outcome {
            tracing::error!(address = address.as_str(), %fault, "revocation list was not fetched");
        }
    }
}

/// Everything below the services.
async fn lay_base(
    config: Config,
    clock: Clock,
    own: Own,
    around: impl FnOnce(Arc<dyn Carrier>) -> Arc<dyn Carrier>,
) -> Result<(Base, Peers), StartError> {
    let Own {
        key,
        trust,
        org,
        store,
    } = own;
    let engine = service::beleid::at_start(&store).await?;
    record_start(&store, &config).await?;
    let known = KnownPeers::default();
    let peers = open_overlay(&config, &key, &org, &trust, &known, &clock).await?;
    let carrier = around(Arc::new(peers.overlay.clone()));
    let me = config.organisatie.oin;
    let base = Base {
        engine,
        outbox: Outbox::new(me, key, carrier, known.clone(), clock.clone())
            .with_functional(config.functional()),
        overlay: peers.overlay.clone(),
        peer_id: peers.overlay.me().to_bytes(),
        addresses: reachable_at(&config, peers.overlay.address()),
        config: Arc::new(config),
        store,
        clock,
        known,
        org,
        trust,
        metrics: Arc::default(),
    };
    Ok((base, peers))
}

async fn open_overlay(
    config: &Config,
    key: &NodeKey,
    org: &CurrentOrg,
    trust: &Trust,
    known: &KnownPeers,
    clock: &Clock,
) -> Result<Peers, StartError> {
    let network = config.overlay.netwerk.as_str().to_owned();
    let gate = OrgGate::new(
        network.clone(),
        known.clone(),
        trust.current(),
        clock.clone(),
    );
    let gate = Arc::new(gate);
    let (inbound, questions) = mpsc::channel(WAITING);
    let (tell, notices) = mpsc::channel(WAITING);
    let voucher = OrgVoucher {
        oin: config.organisatie.oin,
        network,
        org: org.clone(),
    };
    let beginning = Beginning {
        listen: config.overlay.luister,
        gate: gate.clone(),
        voucher: Arc::new(voucher),
        clock: clock.clone(),
        inbound,
        notices: tell,
    };
    Ok(Peers {
        overlay: Overlay::start(key, beginning).await?,
        gate,
        questions,
        notices,
    })
}

fn load_org(config: &Config, trust: &Trust, clock: &Clock) -> Result<OrgKey, StartError> {
    let org = Credentials::read(&config.org_files()).choose(
        config.organisatie.oin,
        &trust.current(),
        clock.now(),
    )?;
    let (certificate, config) = (org.certificate().oin, config.organisatie.oin);
    if certificate == config {
        Ok(org)
    } else {
        Err(StartError::OtherOrganisation {
            certificate,
            config,
        })
    }
}

async fn open_store(
    config: &Config,
    key: &Arc<NodeKey>,
    clock: &Clock,
) -> Result<Store, StartError> {
    let folder = config.store_key_folder();
    let settings = config.store_config();
    // A new key opens nothing that is there, and would stand in the place of the one that does.
    let secrets = match Store::is_there(&settings) {
        true => StoreKeys::load(&folder, &config.log_origin(), key.clone()),
        false => StoreKeys::load_or_create(&folder, &config.log_origin(), key.clone()),
    }?;
    let clock = clock.clone();
    let opened = tokio::task::spawn_blocking(move || Store::open(&settings, secrets, clock)).await;
    match opened {
        Ok(opened) => Ok(opened?),
        Err(broken) => std::panic::resume_unwind(broken.into_panic()),
    }
}

async fn record_start(store: &Store, config: &Config) -> Result<(), CommitError> {
    let started = Event::NodeStarted {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        config: Octets(Sha256::digest(format!("{config:?}")).into()),
    };
    store.commit(Change::new().audit(started)).await.map(drop)
}

fn reachable_at(config: &Config, listening: SocketAddr) -> Vec<String> {
    if config.overlay.adressen.is_empty() {
        let address = Multiaddr::from(listening.ip()).with(Protocol::Tcp(listening.port()));
        vec![address.to_string()]
    } else {
        config.overlay.adressen.clone()
    }
}

/// Keeps the counters of connections, until the overlay has stopped.
async fn count_connections(mut connections: watch::Receiver<usize>, metrics: Arc<Metrics>) {
    let mut before = 0;
    while connections.changed().await.is_ok() {
        let now = u64::try_from(*connections.borrow_and_update()).unwrap_or(u64::MAX);
        metrics.peers_admitted.add(now.saturating_sub(before));
        metrics.peers_connected.set(now);
        before = now;
    }
}

/// The API, with the pages beside it.
fn doors(base: &Base, services: &Services, ready: &Arc<AtomicBool>) -> Router {
    let max_import = u64::from(base.config.grenzen.csv_mib).saturating_mul(1_048_576);
    let attempts = SignInLimit::default();
    let api = ApiState {
        services: services.clone(),
        metrics: base.metrics.clone(),
        ready: ready.clone(),
        sign_in_limit: attempts.clone(),
        max_import: usize::try_from(max_import).unwrap_or(usize::MAX),
    };
    let (services, clock) = (services.clone(), base.clock.clone());
    let pages = WebState::new(&base.config, services, clock, attempts);
    api::router(api).merge(web::router(pages))
}
