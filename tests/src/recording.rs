// SPDX-License-Identifier: EUPL-1.2
//! Listens in on what nodes say to each other, in clear: what an eavesdropper would have if there were no TLS.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use basisnet_node::outbox::Carrier;
use basisnet_node::overlay::RequestError;
use futures::future::BoxFuture;
use libp2p::{Multiaddr, PeerId};

/// Everything that was said, as envelopes, in the order in which it was heard.
#[derive(Clone, Debug, Default)]
pub struct Recording(Option<Arc<Mutex<Vec<Vec<u8>>>>>);

impl Recording {
    /// One that listens.
    #[must_use]
    pub fn on() -> Self {
        Self(Some(Arc::default()))
    }

    /// One that does not.
    #[must_use]
    pub const fn off() -> Self {
        Self(None)
    }

    /// What was said.
    #[must_use]
    pub fn envelopes(&self) -> Vec<Vec<u8>> {
        let said = self
            .0
            .as_ref()
            .map(|said| said.lock().expect("nobody panicked").clone());
        said.unwrap_or_default()
    }

    /// Puts the recording around the way to the peers.
    pub(crate) fn around(&self, carrier: Arc<dyn Carrier>) -> Arc<dyn Carrier> {
        match &self.0 {
            Some(said) => Arc::new(Listening {
                carrier,
                said: Arc::clone(said),
            }),
            None => carrier,
        }
    }
}

struct Listening {
    carrier: Arc<dyn Carrier>,
    said: Arc<Mutex<Vec<Vec<u8>>>>,
}

impl Carrier for Listening {
    fn carry<'a>(
        &'a self,
        peer: PeerId,
        addresses: &'a [Multiaddr],
        bytes: Vec<u8>,
        timeout: Duration,
    ) -> BoxFuture<'a, Result<Vec<u8>, RequestError>> {
        Box::pin(async move {
            self.said
                .lock()
                .expect("nobody panicked")
                .push(bytes.clone());
            let answer = self.carrier.carry(peer, addresses, bytes, timeout).await?;
            self.said
                .lock()
                .expect("nobody panicked")
                .push(answer.clone());
            Ok(answer)
        })
    }
}
