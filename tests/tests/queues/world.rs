//! Jobs, what they leave behind, and the few lines that many tests begin with.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde::{Deserialize, Serialize};

/// A job that is not `Clone`.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Mail(pub(crate) String);

pub(crate) fn mail(to: &str) -> Mail {
    Mail(to.to_owned())
}

/// What happened, in order.
#[derive(Debug, Default)]
pub(crate) struct Diary(Mutex<Vec<String>>);

impl Diary {
    pub(crate) fn new() -> Arc<Self> {
        Arc::default()
    }

    pub(crate) fn note(&self, line: impl Into<String>) {
        self.0.lock().unwrap().push(line.into());
    }

    /// Everything so far.
    pub(crate) fn all(&self) -> Vec<String> {
        self.0.lock().unwrap().clone()
    }
}

pub(crate) fn secs(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

pub(crate) async fn pass(duration: Duration) {
    tokio::time::sleep(duration).await;
}

/// The output, or a failed test instead of one that hangs: a year of the runtime's time is for ever.
#[track_caller]
pub(crate) fn ends<F: Future>(future: F) -> impl Future<Output = F::Output> {
    let caller = std::panic::Location::caller();
    async move {
        match tokio::time::timeout(secs(365 * 24 * 60 * 60), future).await {
            Ok(output) => output,
            Err(_) => panic!("it hangs: {caller}"),
        }
    }
}
