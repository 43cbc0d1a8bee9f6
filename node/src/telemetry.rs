// SPDX-License-Identifier: EUPL-1.2
//! What the people who run a node can watch: the technical log, and counters in the format of Prometheus.
//!
//! Neither holds anything about an aanbieder or a person. A counter is described where it is defined, and that
//! description is what `/metrics` prints.

use std::fmt::Write as _;
use std::sync::atomic::{AtomicU64, Ordering};

use tracing_subscriber::EnvFilter;

use crate::config::{LogForm, Logging};

/// A number that only rises.
#[derive(Debug, Default)]
pub struct Counter(AtomicU64);

impl Counter {
    /// One more.
    pub fn one(&self) {
        self.add(1);
    }

    /// So many more.
    pub fn add(&self, more: u64) {
        self.0.fetch_add(more, Ordering::Relaxed);
    }

    /// How many until now.
    #[must_use]
    pub fn value(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// A number that rises and falls.
#[derive(Debug, Default)]
pub struct Gauge(AtomicU64);

impl Gauge {
    /// It is this much now.
    pub fn set(&self, value: u64) {
        self.0.store(value, Ordering::Relaxed);
    }

    /// How much it is.
    #[must_use]
    pub fn value(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// Defines the metrics; the doc comment of a field is its help text.
macro_rules! metrics {
    ($($(#[doc = $doc:literal])+ $name:ident: $kind:ident,)+) => {
        /// Everything that is counted in one node.
        #[derive(Debug, Default)]
        pub struct Metrics {
            $($(#[doc = $doc])+ pub $name: $kind,)+
        }

        impl Metrics {
            /// All of it in the text format of Prometheus.
            #[must_use]
            pub fn to_prometheus(&self) -> String {
                let mut text = String::new();
                $(metrics!(@print $kind, text, stringify!($name), concat!($($doc),+), self.$name.value());)+
                text
            }
        }
    };
    (@print Counter, $text:ident, $name:expr, $help:expr, $value:expr) => {
        let _ = writeln!(
            $text,
            "# HELP basisnet_{0}_total{1}\n# TYPE basisnet_{0}_total counter\nbasisnet_{0}_total {2}",
            $name, $help, $value
        );
    };
    (@print Gauge, $text:ident, $name:expr, $help:expr, $value:expr) => {
        let _ = writeln!(
            $text,
            "# HELP basisnet_{0}{1}\n# TYPE basisnet_{0} gauge\nbasisnet_{0} {2}",
            $name, $help, $value
        );
    };
}

metrics! {
    /// Calls of the API, pages not included.
    api_requests: Counter,
    /// Calls of the API that ended in a fault of the node (status 500 and up).
    api_faults: Counter,
    /// Calls of the API that were refused for want of a session or a role.
    api_refusals: Counter,
    /// Times that somebody signed in.
    sign_ins: Counter,
    /// Times that somebody tried to sign in and did not get in.
    sign_in_failures: Counter,
    /// Connections of peers that passed the attestation.
    peers_admitted: Counter,
    /// Connections of peers that were refused or cut off.
    peers_refused: Counter,
    /// Peers connected now.
    peers_connected: Gauge,
    /// Envelopes of peers that were opened and answered.
    envelopes_accepted: Counter,
    /// Envelopes of peers that were refused: malformed, replayed, expired, wrongly signed or addressed.
    envelopes_refused: Counter,
    /// Identifiers evaluated for peers.
    evaluations: Counter,
    /// Batches of a sweep that were answered by peers.
    batches_answered: Counter,
    /// Indexes published to peers.
    indexes_published: Counter,
    /// When the certificate of the organisation ends, in seconds since 1970.
    certificate_ends_seconds: Gauge,
    /// When the attestation of this node ends, in seconds since 1970; it is renewed by itself, days before.
    attestation_ends_seconds: Gauge,
    /// When the first of the revocation lists in use is past its term, in seconds since 1970.
    revocation_list_ends_seconds: Gauge,
    /// Questions for inzage that left this node.
    inzage_asked: Counter,
    /// Questions for inzage of peers that got an answer.
    inzage_granted: Counter,
    /// Questions for inzage of peers that were refused.
    inzage_refused: Counter,
}

/// Starts the technical log on standard error. A second call changes nothing.
pub fn start_logging(config: &Logging) {
    let filter = EnvFilter::try_from_env("BASISNET_LOG").unwrap_or_else(|_| {
        // Libraries whisper unless somebody listens for them.
        EnvFilter::new(format!("warn,basisnet_node={}", config.niveau.as_str()))
    });
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::IsTerminal::is_terminal(&std::io::stderr()));
    let started = match config.vorm {
        LogForm::Text => builder.try_init(),
        LogForm::Json => builder.json().flatten_event(true).try_init(),
    };
    // Who started a subscriber before us, such as a test, keeps it.
    drop(started);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_counter_is_printed_with_its_description() {
        let metrics = Metrics::default();
        metrics.sign_ins.one();
        metrics.peers_connected.set(3);
        let text = metrics.to_prometheus();
        assert!(text.contains("# HELP basisnet_sign_ins_total Times that somebody signed in.\n"));
        assert!(text.contains("\nbasisnet_sign_ins_total 1\n"));
        assert!(
            text.contains("# TYPE basisnet_peers_connected gauge\nbasisnet_peers_connected 3\n")
        );
    }
}
