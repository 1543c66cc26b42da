//! Durations, and waits in the runtime's time.

use std::panic::Location;
use std::time::Duration;

/// So many seconds.
pub fn secs(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// So many milliseconds.
pub fn millis(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

/// Waits in the runtime's time.
pub async fn pass(duration: Duration) {
    tokio::time::sleep(duration).await;
}

/// The output, or a failed test instead of one that hangs: a day in the runtime's time is for ever.
///
/// # Panics
/// If it hangs.
#[track_caller]
pub fn ends<F: Future>(future: F) -> impl Future<Output = F::Output> {
    ends_within(secs(24 * 60 * 60), future)
}

/// The same where a day is not for ever.
///
/// # Panics
/// If it takes longer.
#[track_caller]
pub fn ends_within<F: Future>(limit: Duration, future: F) -> impl Future<Output = F::Output> {
    let caller = Location::caller();
    async move {
        match tokio::time::timeout(limit, future).await {
            Ok(output) => output,
            Err(_) => panic!("it hangs: {caller}"),
        }
    }
}
