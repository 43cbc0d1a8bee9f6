// SPDX-License-Identifier: EUPL-1.2
//! Encryption, and directly after it the proof for whom a peer speaks, before there is a connection.
//!
//! The channel is ordinary libp2p TLS, which proves the key of the peer. Then the dialer shows its attestation; the
//! listener shows its own only to who passed the gate. Whoever has none reaches nothing but this: one encrypted read
//! of at most 8 KiB. No protocol, no multiplexer and no behaviour exists for him, so none can be forgotten.

use std::sync::Arc;

use futures::future::BoxFuture;
use futures::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, FutureExt};
use libp2p::core::upgrade::{InboundConnectionUpgrade, OutboundConnectionUpgrade, UpgradeInfo};
use libp2p::{PeerId, tls};
use tokio::sync::watch;

use super::gate::{Gate, Refused};
use super::limits;
use super::notice::Notices;

/// The versions of this upgrade that are spoken here, the newest first. The caller proposes them in this order, and the
/// first that the other knows is used.
pub(super) const NAMES: &[&str] = &["/basisnet/tls-org/1"];
pub(super) const TLS: &str = "/tls/1.0.0";

/// TLS, then attestations both ways.
#[derive(Clone)]
pub(super) struct OrgUpgrade {
    pub(super) tls: tls::Config,
    pub(super) mine: watch::Receiver<Arc<[u8]>>,
    pub(super) gate: Arc<dyn Gate>,
    pub(super) notices: Notices,
}

/// Why there is no connection.
#[derive(Debug, thiserror::Error)]
pub(super) enum UpgradeError {
    #[error("encryption failed: {0}")]
    Tls(#[from] tls::UpgradeError),
    #[error("peer was refused: {0}")]
    Refused(#[from] Refused),
    #[error("attestation was not delivered: {0}")]
    Cut(std::io::Error),
}

impl UpgradeInfo for OrgUpgrade {
    type Info = &'static str;
    type InfoIter = std::iter::Copied<std::slice::Iter<'static, &'static str>>;

    fn protocol_info(&self) -> Self::InfoIter {
        NAMES.iter().copied()
    }
}

impl<C> InboundConnectionUpgrade<C> for OrgUpgrade
where
    C: AsyncRead + AsyncWrite + Send + Unpin + 'static,
{
    type Output = <tls::Config as InboundConnectionUpgrade<C>>::Output;
    type Error = UpgradeError;
    type Future = BoxFuture<'static, Result<Self::Output, Self::Error>>;

    fn upgrade_inbound(self, socket: C, _: Self::Info) -> Self::Future {
        async move {
            let (peer, mut channel) = self.tls.clone().upgrade_inbound(socket, TLS).await?;
            self.admit(&mut channel, peer).await?;
            self.show(&mut channel).await?;
            Ok((peer, channel))
        }
        .boxed()
    }
}

impl<C> OutboundConnectionUpgrade<C> for OrgUpgrade
where
    C: AsyncRead + AsyncWrite + Send + Unpin + 'static,
{
    type Output = <tls::Config as OutboundConnectionUpgrade<C>>::Output;
    type Error = UpgradeError;
    type Future = BoxFuture<'static, Result<Self::Output, Self::Error>>;

    fn upgrade_outbound(self, socket: C, _: Self::Info) -> Self::Future {
        async move {
            let (peer, mut channel) = self.tls.clone().upgrade_outbound(socket, TLS).await?;
            self.show(&mut channel).await?;
            self.admit(&mut channel, peer).await?;
            Ok((peer, channel))
        }
        .boxed()
    }
}

impl OrgUpgrade {
    async fn show(&self, channel: &mut (impl AsyncWrite + Unpin)) -> Result<(), UpgradeError> {
        let mine = Arc::clone(&self.mine.borrow());
        write_attestation(channel, &mine)
            .await
            .map_err(UpgradeError::Cut)
    }

    async fn admit(
        &self,
        channel: &mut (impl AsyncRead + Unpin),
        peer: PeerId,
    ) -> Result<(), UpgradeError> {
        let shown = tokio::time::timeout(limits::ATTEST, read_attestation(channel)).await;
        let admitted = match shown.unwrap_or(Err(Refused::NoAttestation)) {
            Ok(bytes) => self.gate.admit(&bytes, &peer).map(drop),
            Err(refused) => Err(refused),
        };
        admitted.map_err(|refused| {
            self.notices.refused(peer, &refused);
            refused.into()
        })
    }
}

pub(super) async fn write_attestation(
    channel: &mut (impl AsyncWrite + Unpin),
    mine: &[u8],
) -> std::io::Result<()> {
    let length = u16::try_from(mine.len()).unwrap_or(u16::MAX);
    let mut frame = Vec::with_capacity(mine.len() + 2);
    frame.extend_from_slice(&length.to_be_bytes());
    frame.extend_from_slice(mine);
    channel.write_all(&frame).await?;
    channel.flush().await
}

pub(super) async fn read_attestation(
    channel: &mut (impl AsyncRead + Unpin),
) -> Result<Vec<u8>, Refused> {
    let mut length = [0; 2];
    let absent = |_| Refused::NoAttestation;
    channel.read_exact(&mut length).await.map_err(absent)?;
    let length = usize::from(u16::from_be_bytes(length));
    if length == 0 {
        return Err(Refused::NoAttestation);
    }
    if length > limits::ATTESTATION {
        return Err(Refused::TooLarge);
    }
    let mut bytes = vec![0; length];
    channel.read_exact(&mut bytes).await.map_err(absent)?;
    Ok(bytes)
}
