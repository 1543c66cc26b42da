//! What a test's providers and services leave behind, in the order in which it happened.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use hostkit::{HostBuilder, Report, RunningHost, Stop};

/// What happened, in order.
#[derive(Debug, Default)]
pub(crate) struct Diary(Mutex<Vec<String>>);

impl Diary {
    pub(crate) fn new() -> Arc<Self> {
        Arc::default()
    }

    pub(crate) fn note(&self, line: impl Into<String>) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(line.into());
    }

    /// Everything so far.
    pub(crate) fn all(&self) -> Vec<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// A service that does as it is told.
pub(crate) async fn obedient(stop: Stop) {
    stop.requested().await;
}

pub(crate) fn secs(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

pub(crate) fn millis(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

/// Waits in the runtime's time.
pub(crate) async fn pass(duration: Duration) {
    tokio::time::sleep(duration).await;
}

/// The output, or a failed test instead of one that hangs: a day in the runtime's time is for ever.
#[track_caller]
pub(crate) fn ends<F: Future>(future: F) -> impl Future<Output = F::Output> {
    let caller = std::panic::Location::caller();
    async move {
        match tokio::time::timeout(secs(24 * 60 * 60), future).await {
            Ok(output) => output,
            Err(_) => panic!("it hangs: {caller}"),
        }
    }
}

/// A host that has started.
#[track_caller]
pub(crate) fn started(builder: HostBuilder) -> impl Future<Output = RunningHost> {
    ends(async move { builder.build().unwrap().start().await.unwrap() })
}

/// The report of a host that did not come up.
pub(crate) async fn refused(builder: HostBuilder) -> Report {
    ends(builder.build().unwrap().start()).await.expect_err("the start should have failed").into_report()
}

/// The report of a host that ends by itself.
pub(crate) async fn lived(builder: HostBuilder) -> Report {
    match ends(builder.build().unwrap().start()).await {
        Ok(host) => ends(host.wait()).await,
        Err(error) => error.into_report(),
    }
}

/// The only problem of a plan, as it is printed.
#[track_caller]
pub(crate) fn only(host: HostBuilder) -> String {
    let error = host.build().expect_err("the plan should be invalid");
    let [problem] = error.problems() else { panic!("{error}") };
    problem.to_string()
}

/// A value, as a provider returns it.
pub(crate) fn made<T>(value: T) -> hostkit::Result<T> {
    Ok(value)
}
