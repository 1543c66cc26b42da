//! User code in, its output or its panic out.

use std::any::Any;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::{Context, Poll};

use super::panic_location;
use crate::outcome::failure::Failure;

pub(crate) type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// What the closure returns, or its panic as a failure. What a panic left half-done is dropped, never looked at again.
pub(crate) fn catch_panic<T>(code: impl FnOnce() -> T) -> Result<T, Failure> {
    catch_unwind(AssertUnwindSafe(code)).map_err(|payload| {
        let failure = Failure::panicked(payload.as_ref(), panic_location::take_panic_location().as_deref());
        forget(payload);
        failure
    })
}

/// A panic's payload may panic when it is dropped; what that throws is let go.
fn forget(payload: Box<dyn Any + Send>) {
    if let Err(again) = catch_unwind(AssertUnwindSafe(|| drop(payload))) {
        std::mem::forget(again);
    }
}

/// A user's future that can't panic, neither when polled nor when dropped.
pub(crate) struct CatchUnwind<'a, T>(Option<BoxFuture<'a, T>>);

impl<'a, T> CatchUnwind<'a, T> {
    pub(crate) fn new(future: BoxFuture<'a, T>) -> Self {
        CatchUnwind(Some(future))
    }

    /// Drops the future early; a panic of its drop is the failure.
    pub(crate) fn dispose(&mut self) -> Result<(), Failure> {
        self.0.take().map_or(Ok(()), |future| catch_panic(|| drop(future)))
    }
}

impl<T> Future for CatchUnwind<'_, T> {
    type Output = Result<T, Failure>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.get_mut();
        let Some(future) = this.0.as_mut() else { return Poll::Pending };
        match catch_panic(|| future.as_mut().poll(cx)) {
            Ok(Poll::Pending) => Poll::Pending,
            Ok(Poll::Ready(output)) => Poll::Ready(this.dispose().map(|()| output)),
            Err(failure) => {
                let _ = this.dispose(); // the first panic is the one to tell
                Poll::Ready(Err(failure))
            }
        }
    }
}

impl<T> Drop for CatchUnwind<'_, T> {
    fn drop(&mut self) {
        let _ = self.dispose();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::task::Waker;

    struct Bomb;
    impl Drop for Bomb {
        fn drop(&mut self) {
            panic!("boom");
        }
    }

    fn poll<T>(future: &mut CatchUnwind<'_, T>) -> Poll<Result<T, Failure>> {
        Pin::new(future).poll(&mut Context::from_waker(Waker::noop()))
    }

    #[test]
    fn a_panic_is_a_failure() {
        let mut future = CatchUnwind::<()>::new(Box::pin(async { panic!("boom") }));
        assert!(matches!(poll(&mut future), Poll::Ready(Err(failure)) if &*failure == "panicked: boom"));
    }

    #[test]
    fn a_panic_in_a_drop_is_a_failure() {
        let bomb = Bomb;
        let mut future = CatchUnwind::new(Box::pin(std::future::poll_fn(move |_| {
            let _kept = &bomb;
            Poll::Ready(())
        })));
        assert!(matches!(poll(&mut future), Poll::Ready(Err(failure)) if failure.is_panic()));
    }

    #[test]
    fn a_payload_that_panics_when_dropped_harms_nobody() {
        let failure = catch_panic(|| std::panic::panic_any(Bomb));
        assert!(failure.is_err_and(|failure| failure.is_panic()));
    }
}
