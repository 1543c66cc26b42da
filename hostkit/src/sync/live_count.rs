//! How many there are, and a wait until there is none. Stands in for `tokio_util`'s `TaskTracker`, whose feature would bring
//! `futures-util` and its macros into every build.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::sync::Notify;

/// A count of what is held; clones count together.
#[derive(Clone, Default)]
pub(crate) struct LiveCount(Arc<Counter>);

#[derive(Default)]
struct Counter {
    held: AtomicUsize,
    /// Woken when the count has come down to nothing.
    none_left: Notify,
}

impl fmt::Debug for LiveCount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Count({})", self.len())
    }
}

/// Counted until it is dropped.
pub(crate) struct LiveGuard(LiveCount);

impl LiveCount {
    pub(crate) fn one(&self) -> LiveGuard {
        self.0.held.fetch_add(1, Ordering::AcqRel);
        LiveGuard(self.clone())
    }

    pub(crate) fn len(&self) -> usize {
        self.0.held.load(Ordering::Acquire)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Waits until it has seen that there is none.
    pub(crate) async fn wait_until_zero(&self) {
        loop {
            let none_left = self.0.none_left.notified(); // before the look, so that no wake-up falls between the two
            if self.is_empty() {
                return;
            }
            none_left.await;
        }
    }
}

impl Drop for LiveGuard {
    fn drop(&mut self) {
        let LiveCount(inner) = &self.0;
        if inner.held.fetch_sub(1, Ordering::AcqRel) == 1 {
            inner.none_left.notify_waiters();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::future::Future;
    use std::pin::pin;
    use std::sync::atomic::AtomicBool;
    use std::task::{Context, Wake, Waker};
    use std::time::Duration;

    use super::*;

    #[derive(Default)]
    struct Woken(AtomicBool);

    impl Wake for Woken {
        fn wake(self: Arc<Self>) {
            self.0.store(true, Ordering::SeqCst);
        }
    }

    #[test]
    fn it_is_over_when_the_last_one_is_dropped_and_not_before() {
        let count = LiveCount::default();
        let woken = Arc::new(Woken::default());
        let waker = Waker::from(woken.clone());
        let mut cx = Context::from_waker(&waker);
        let (first, second) = (count.one(), count.clone().one());
        let (mut one, mut other) = (pin!(count.wait_until_zero()), pin!(count.wait_until_zero()));
        assert!(one.as_mut().poll(&mut cx).is_pending());
        assert!(other.as_mut().poll(&mut cx).is_pending());
        drop(first);
        assert!(!woken.0.load(Ordering::SeqCst), "one is left");
        assert_eq!(count.len(), 1);
        assert!(one.as_mut().poll(&mut cx).is_pending());
        drop(second);
        assert!(woken.0.load(Ordering::SeqCst));
        assert!(one.as_mut().poll(&mut cx).is_ready());
        assert!(other.as_mut().poll(&mut cx).is_ready(), "who was not looked at meanwhile is told, too");
        assert!(pin!(count.wait_until_zero()).poll(&mut cx).is_ready(), "nobody has to have waited");
    }

    #[test]
    fn who_comes_before_the_waiter_looks_again_is_waited_for() {
        let count = LiveCount::default();
        let mut cx = Context::from_waker(Waker::noop());
        let first = count.one();
        let mut wait_until_zero = pin!(count.wait_until_zero());
        assert!(wait_until_zero.as_mut().poll(&mut cx).is_pending());
        drop(first);
        let second = count.one();
        assert!(wait_until_zero.as_mut().poll(&mut cx).is_pending());
        drop(second);
        assert!(wait_until_zero.as_mut().poll(&mut cx).is_ready());
    }

    /// The last drop on another thread, at every point of the wait: a wake-up that was lost would hang it.
    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn no_wake_up_is_lost_between_threads() {
        for round in 0..20_000_u32 {
            let count = LiveCount::default();
            let one = count.one();
            let dropper = tokio::spawn(async move {
                (0..round % 64).for_each(|_| std::hint::spin_loop());
                drop(one);
            });
            let waited = tokio::time::timeout(Duration::from_secs(20), count.wait_until_zero()).await;
            assert!(waited.is_ok(), "round {round}");
            dropper.await.unwrap();
        }
    }
}
