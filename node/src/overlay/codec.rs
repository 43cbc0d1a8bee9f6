// SPDX-License-Identifier: EUPL-1.2
//! One message per substream, from its first byte to its end; too much of it is never read.

use std::io;

use futures::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use libp2p::StreamProtocol;
use libp2p::request_response::Codec;

/// Carries bytes and does not look at them.
#[derive(Clone, Copy, Debug)]
pub(super) struct Frames {
    /// The most that is read of a request.
    pub(super) request: usize,
    /// The most that is read of an answer.
    pub(super) answer: usize,
}

impl Codec for Frames {
    type Protocol = StreamProtocol;
    type Request = Vec<u8>;
    type Response = Vec<u8>;

    async fn read_request<T>(&mut self, _: &StreamProtocol, io: &mut T) -> io::Result<Vec<u8>>
    where
        T: AsyncRead + Unpin + Send,
    {
        read_all(io, self.request).await
    }

    async fn read_response<T>(&mut self, _: &StreamProtocol, io: &mut T) -> io::Result<Vec<u8>>
    where
        T: AsyncRead + Unpin + Send,
    {
        read_all(io, self.answer).await
    }

    async fn write_request<T>(
        &mut self,
        _: &StreamProtocol,
        io: &mut T,
        request: Vec<u8>,
    ) -> io::Result<()>
    where
        T: AsyncWrite + Unpin + Send,
    {
        io.write_all(&request).await
    }

    async fn write_response<T>(
        &mut self,
        _: &StreamProtocol,
        io: &mut T,
        answer: Vec<u8>,
    ) -> io::Result<()>
    where
        T: AsyncWrite + Unpin + Send,
    {
        io.write_all(&answer).await
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
}
