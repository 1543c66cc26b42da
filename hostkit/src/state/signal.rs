//! "Stop!": one for each service, raised once by the host.
//!
//! Most services only wait for it, and room for that is all it takes; a token is made for those who ask for one.

use std::pin::pin;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

#[derive(Debug, Default)]
pub(crate) struct Signal {
    raised: AtomicBool,
    waiters: Notify,
    token: OnceLock<CancellationToken>,
}

impl Signal {
    pub(crate) fn raise(&self) {
        self.raised.store(true, Ordering::SeqCst);
        self.waiters.notify_waiters();
        if let Some(token) = self.token.get() {
            token.cancel();
        }
    }

    pub(crate) fn is_raised(&self) -> bool {
        self.raised.load(Ordering::SeqCst)
    }

    pub(crate) async fn raised(&self) {
        let notified = pin!(self.waiters.notified()); // from here on no notice is missed
        if !self.is_raised() {
            notified.await;
        }
    }

    /// A token that follows the signal and can't raise it.
    pub(crate) fn child(&self) -> CancellationToken {
        let token = self.token.get_or_init(CancellationToken::new);
        if self.is_raised() {
            token.cancel(); // it may have been raised before there was a token
        }
        token.child_token()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn everyone_hears_it_before_and_after() {
        let signal = Signal::default();
        let (early, waiting) = (signal.child(), signal.raised());
        assert!(!early.is_cancelled() && !signal.is_raised());
        let (mut waiting, mut cx) = (pin!(waiting), std::task::Context::from_waker(std::task::Waker::noop()));
        assert!(waiting.as_mut().poll(&mut cx).is_pending());
        signal.raise();
        waiting.await;
        signal.raised().await;
        assert!(early.is_cancelled() && signal.child().is_cancelled());
    }

    #[tokio::test]
    async fn a_child_raises_nothing() {
        let signal = Signal::default();
        signal.child().cancel();
        assert!(!signal.is_raised() && !signal.child().is_cancelled());
    }
}
