//! Waits for a future on a thread that is no executor's. It needs no runtime, so a blocked runtime can't hold it.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::Thread;
use std::time::Duration;

use crate::clock;

struct Unpark {
    thread: Thread,
    /// Since the future was polled last.
    woken: AtomicBool,
}

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.woken.store(true, Ordering::Release);
        self.thread.unpark();
    }
}

/// A future that this thread waits for.
pub(crate) struct Awaited<F> {
    future: Pin<Box<F>>,
    unpark: Arc<Unpark>,
    waker: Waker,
}

/// The future's output, or nothing when `limit` passed first.
pub(crate) fn wait<F: Future>(future: F, limit: Option<Duration>) -> Option<F::Output> {
    Awaited::new(future).wait(limit)
}

impl<F: Future> Awaited<F> {
    pub(crate) fn new(future: F) -> Self {
        let unpark = Arc::new(Unpark { thread: std::thread::current(), woken: AtomicBool::new(true) });
        Awaited { future: Box::pin(future), waker: Waker::from(unpark.clone()), unpark }
    }

    /// Its output, once; or nothing when `limit` passed first. It is polled when it was woken, and not else.
    pub(crate) fn wait(&mut self, limit: Option<Duration>) -> Option<F::Output> {
        let begun = clock::real_now();
        loop {
            if self.unpark.woken.swap(false, Ordering::Acquire)
                && let Poll::Ready(output) = self.future.as_mut().poll(&mut Context::from_waker(&self.waker))
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
