// SPDX-License-Identifier: EUPL-1.2
//! Work that is done to the end, also when who began it does not wait for it.
//!
//! As long as somebody waits the work is done where it is waited for. When nobody waits any more, because a browser
//! closed or a call was given up, the rest of it becomes a task of its own.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures::future::BoxFuture;
use tokio::runtime::Handle;

/// Some work and what comes of it.
pub(super) struct Unbroken<T: Send + 'static> {
    work: Option<BoxFuture<'static, T>>,
    runtime: Handle,
}

impl<T: Send + 'static> fmt::Debug for Unbroken<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Unbroken")
    }
}

impl<T: Send + 'static> Unbroken<T> {
    /// Work for this runtime, in which it is called. It begins when it is waited for.
    pub(super) fn new(work: impl Future<Output = T> + Send + 'static) -> Self {
        Self {
            work: Some(Box::pin(work)),
            runtime: Handle::current(),
        }
    }
}

impl<T: Send + 'static> Future for Unbroken<T> {
    type Output = T;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<T> {
        // Taken out while it works: what panics is not begun again.
        let Some(mut work) = self.work.take() else {
            return Poll::Pending; // it gave its outcome, and has no other
        };
        let outcome = work.as_mut().poll(context);
        if outcome.is_pending() {
            self.work = Some(work);
        }
        outcome
    }
}

impl<T: Send + 'static> Drop for Unbroken<T> {
    fn drop(&mut self) {
        if let Some(rest) = self.work.take() {
            drop(self.runtime.spawn(rest));
        }
    }
}

#[cfg(test)]
mod tests {
    use futures::FutureExt;
    use tokio::sync::oneshot;

    use super::*;

    #[tokio::test]
    async fn what_nobody_waits_for_any_more_is_done_to_the_end() {
        let (go_on, waiting) = oneshot::channel::<()>();
        let (done, is_done) = oneshot::channel();
        let mut work = Unbroken::new(async move {
            waiting.await.unwrap();
            done.send("to the end").unwrap();
        });
        assert!((&mut work).now_or_never().is_none(), "it has begun");
        drop(work);
        go_on.send(()).unwrap();
        assert_eq!(is_done.await.unwrap(), "to the end");
    }

    #[tokio::test]
    async fn who_waits_gets_what_comes_of_it() {
        assert_eq!(Unbroken::new(async { 7 }).await, 7);
    }
}
