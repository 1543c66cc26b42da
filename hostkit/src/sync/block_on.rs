//! Waits for a future on a thread that is no executor's. It needs no runtime, so a blocked runtime can't hold it.

use std::future::Future;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::Thread;
use std::time::Duration;

use crate::time::clock;

struct UnparkThread {
    thread: Thread,
    /// Since the future was polled last.
    woken: AtomicBool,
}

impl Wake for UnparkThread {
    fn wake(self: Arc<Self>) {
        self.woken.store(true, Ordering::Release);
        self.thread.unpark();
    }
}

/// This thread, as it waits for one future.
pub(crate) struct ParkedThread {
    unpark: Arc<UnparkThread>,
    waker: Waker,
}

/// The future's output, or nothing when `limit` passed first.
pub(crate) fn wait<F: Future>(future: F, limit: Option<Duration>) -> Option<F::Output> {
    ParkedThread::new().wait(pin!(future), limit)
}

impl ParkedThread {
    pub(crate) fn new() -> Self {
        let unpark = Arc::new(UnparkThread { thread: std::thread::current(), woken: AtomicBool::new(true) });
        ParkedThread { waker: Waker::from(unpark.clone()), unpark }
    }

    /// The future's output, once; or nothing when `limit` passed first. It is polled when it was woken, and not else: it has to be
    /// the same one each time.
    pub(crate) fn wait<F: Future>(
        &self,
        mut future: Pin<&mut F>,
        limit: Option<Duration>,
    ) -> Option<F::Output> {
        let begun = clock::real_now();
        loop {
            if self.unpark.woken.swap(false, Ordering::Acquire)
                && let Poll::Ready(output) = future.as_mut().poll(&mut Context::from_waker(&self.waker))
            {
                return Some(output);
            }
            match limit {
                None => std::thread::park(),
                Some(limit) => match limit.checked_sub(clock::real_now() - begun) {
                    Some(left) if !left.is_zero() => std::thread::park_timeout(left),
                    _ => return None,
                },
            }
        }
    }
}
