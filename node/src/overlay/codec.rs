// SPDX-License-Identifier: EUPL-1.2
//! One message per substream, from its first byte to its end; too much of it is never read, and nothing of it before
//! it is the turn of the organisation that sends it.

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use futures::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use libp2p::StreamProtocol;
use libp2p::request_response::Codec;
use tokio::sync::OwnedSemaphorePermit;

use super::places::Share;

/// A message of another, or our answer to it, with the place it takes until it has left the node again.
#[derive(Debug)]
pub(super) struct Carried {
    pub(super) bytes: Arc<Vec<u8>>,
    place: Option<OwnedSemaphorePermit>,
    /// Set when the first byte of a request of ours may have left.
    begun: Option<Arc<AtomicBool>>,
}

impl Carried {
    /// Bytes that take no place.
    pub(super) fn new(bytes: Vec<u8>) -> Self {
        Self::held(bytes, None)
    }

    /// Bytes that keep a place for as long as they are here.
    pub(super) fn held(bytes: Vec<u8>, place: Option<OwnedSemaphorePermit>) -> Self {
        Self {
            bytes: Arc::new(bytes),
            place,
            begun: None,
        }
    }

    /// A request of our own; `begun` tells whether any of it may have left.
    pub(super) fn ours(bytes: Arc<Vec<u8>>, begun: &Arc<AtomicBool>) -> Self {
        Self {
            bytes,
            place: None,
            begun: Some(Arc::clone(begun)),
        }
    }

    pub(super) fn into_bytes(self) -> Vec<u8> {
        self.into_parts().0
    }

    pub(super) fn into_parts(self) -> (Vec<u8>, Option<OwnedSemaphorePermit>) {
        (Arc::unwrap_or_clone(self.bytes), self.place)
    }
}

/// Whose messages are read.
#[derive(Debug)]
enum Turn {
    /// Anybody's, at once: for messages that are small by themselves.
    None,
    /// Not yet known; who copies this takes the share that lies ready.
    Ready(Ready),
    /// Those of an organisation, in its turn.
    Of(Arc<Share>),
}

/// Where the share of an organisation lies ready for a connection that is about to start.
#[derive(Clone, Debug, Default)]
pub(super) struct Ready(Arc<Mutex<Option<Arc<Share>>>>);

impl Ready {
    pub(super) fn lay(&self, share: Arc<Share>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(share);
    }

    fn take(&self) -> Option<Arc<Share>> {
        let mut ready = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        ready.take()
    }
}

/// Carries bytes and does not look at them.
#[derive(Debug)]
pub(super) struct Frames {
    /// The most that is read of a request.
    request: usize,
    /// The most that is read of an answer.
    answer: usize,
    turn: Turn,
}

impl Frames {
    /// For messages so small that nobody needs to wait.
    pub(super) const fn small(request: usize, answer: usize) -> Self {
        Self {
            request,
            answer,
            turn: Turn::None,
        }
    }

    /// For messages of which each organisation has its share.
    pub(super) const fn shared(most: usize, ready: Ready) -> Self {
        Self {
            request: most,
            answer: most,
            turn: Turn::Ready(ready),
        }
    }
}

/// libp2p copies the codec once for every connection, at the moment that the connection starts, and knows no other
/// way to give a connection something of its own.
impl Clone for Frames {
    fn clone(&self) -> Self {
        let turn = match &self.turn {
            Turn::None => Turn::None,
            Turn::Of(share) => Turn::Of(Arc::clone(share)),
            Turn::Ready(ready) => match ready.take() {
                Some(share) => Turn::Of(share),
                None => Turn::Ready(ready.clone()),
            },
        };
        Self {
            turn,
            request: self.request,
            answer: self.answer,
        }
    }
}

impl Codec for Frames {
    type Protocol = StreamProtocol;
    type Request = Carried;
    type Response = Carried;

    async fn read_request<T>(&mut self, _: &StreamProtocol, io: &mut T) -> io::Result<Carried>
    where
        T: AsyncRead + Unpin + Send,
    {
        let place = match &self.turn {
            Turn::None => None,
            Turn::Of(share) => share.turn().await,
            // INVARIANT (no share, no message): who belongs to no organisation says nothing here.
            Turn::Ready(_) => return Err(io::ErrorKind::PermissionDenied.into()),
        };
        let bytes = read_all(io, self.request).await?;
        Ok(Carried::held(bytes, place))
    }

    async fn read_response<T>(&mut self, _: &StreamProtocol, io: &mut T) -> io::Result<Carried>
    where
        T: AsyncRead + Unpin + Send,
    {
        read_all(io, self.answer).await.map(Carried::new)
    }

    async fn write_request<T>(
        &mut self,
        _: &StreamProtocol,
        io: &mut T,
        request: Carried,
    ) -> io::Result<()>
    where
        T: AsyncWrite + Unpin + Send,
    {
        if let Some(begun) = &request.begun {
            begun.store(true, Ordering::Release);
        }
        io.write_all(&request.bytes).await
    }

    async fn write_response<T>(
        &mut self,
        _: &StreamProtocol,
        io: &mut T,
        answer: Carried,
    ) -> io::Result<()>
    where
        T: AsyncWrite + Unpin + Send,
    {
        io.write_all(&answer.bytes).await?;
        // The place is free again only now that nothing of this exchange is kept here.
        drop(answer.place);
        Ok(())
    }
}

async fn read_all<T>(io: &mut T, most: usize) -> io::Result<Vec<u8>>
where
    T: AsyncRead + Unpin + Send,
{
    let mut bytes = Vec::new();
    let one_more = u64::try_from(most).unwrap_or(u64::MAX).saturating_add(1);
    io.take(one_more).read_to_end(&mut bytes).await?;
    if bytes.is_empty() {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    if bytes.len() > most {
        return Err(io::Error::new(
            io::ErrorKind::InvalidData,
            "message is too large",
        ));
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use futures::FutureExt;

    use super::super::limits;
    use super::super::places::Shares;
    use super::*;

    #[tokio::test]
    async fn a_message_of_the_largest_size_is_read_and_one_byte_more_is_not() {
        let bytes = vec![1; 65];
        assert_eq!(
            read_all(&mut bytes[..64].as_ref(), 64).await.unwrap().len(),
            64
        );
        let fault = read_all(&mut bytes.as_slice(), 64).await.unwrap_err();
        assert_eq!(fault.kind(), io::ErrorKind::InvalidData);
    }

    #[tokio::test]
    async fn nothing_is_not_a_message() {
        let fault = read_all(&mut [].as_slice(), 64).await.unwrap_err();
        assert_eq!(fault.kind(), io::ErrorKind::UnexpectedEof);
    }

    #[tokio::test]
    async fn a_connection_for_which_no_share_lies_ready_carries_nothing() {
        let frames = Frames::shared(64, Ready::default());
        let protocol = StreamProtocol::new("/proef");
        let read = frames
            .clone()
            .read_request(&protocol, &mut [1_u8].as_slice())
            .await;
        assert_eq!(read.unwrap_err().kind(), io::ErrorKind::PermissionDenied);
    }

    #[tokio::test]
    async fn nothing_is_read_before_it_is_the_turn_of_who_sends_it() {
        let share = Shares::new().of("00000099000000001000".parse().unwrap());
        let mut turns = Vec::new();
        for _ in 0..limits::EXCHANGES_PER_MEMBER {
            turns.push(share.turn().await.unwrap());
        }
        let ready = Ready::default();
        ready.lay(share);
        let mut frames = Frames::shared(64, ready).clone();
        let protocol = StreamProtocol::new("/proef");
        let mut io: &[u8] = &[1, 2, 3];
        let read = frames.read_request(&protocol, &mut io);
        assert!(read.now_or_never().is_none());
        assert_eq!(io.len(), 3);
        turns.pop();
        let read = frames.read_request(&protocol, &mut io).await.unwrap();
        assert_eq!(read.into_bytes(), [1, 2, 3]);
    }
}
