//! When what ran, by the runtime's clock; and the few lines that many tests begin with.

use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use hostkit::report::{RunOutcome, ServiceHandle};
use hostkit::testing::{TestHost, TestHostBuilder};
pub(crate) use hostkit_tests::{ends, millis, pass, secs};
use tokio::time::Instant;

/// What happened, and when, in milliseconds from the first use.
#[derive(Debug)]
pub(crate) struct Log(Instant, Mutex<Vec<(u64, String)>>);

impl Log {
    pub(crate) fn new() -> Arc<Self> {
        Arc::new(Log(Instant::now(), Mutex::default()))
    }

    pub(crate) fn note(&self, what: impl Into<String>) {
        let at = u64::try_from(self.0.elapsed().as_millis()).unwrap();
        self.1.lock().unwrap().push((at, what.into()));
    }

    pub(crate) fn all(&self) -> Vec<(u64, String)> {
        self.1.lock().unwrap().clone()
    }

    pub(crate) fn words(&self) -> Vec<String> {
        self.all().into_iter().map(|(_, what)| what).collect()
    }

    pub(crate) fn millis(&self) -> Vec<u64> {
        self.all().into_iter().map(|(at, _)| at).collect()
    }

    pub(crate) fn secs(&self) -> Vec<u64> {
        self.millis().into_iter().map(|at| at / 1000).collect()
    }

    /// When that happened, in seconds.
    pub(crate) fn when(&self, what: &str) -> Vec<u64> {
        self.all().into_iter().filter(|(_, word)| word == what).map(|(at, _)| at / 1000).collect()
    }
}

/// A host with a log, yet to be filled.
pub(crate) fn logged() -> (TestHostBuilder, Arc<Log>) {
    let log = Log::new();
    (TestHost::empty().provide(log.clone()), log)
}

/// The clock leaps, as it does when the machine slept or every thread was blocked; then what is due runs.
pub(crate) async fn leap(host: &TestHost, duration: Duration) {
    tokio::time::advance(duration).await;
    host.advance(Duration::ZERO).await;
}

pub(crate) fn outcomes(service: &ServiceHandle) -> Vec<RunOutcome> {
    service.timer().unwrap().last_runs().into_iter().map(|run| run.outcome).collect()
}

pub(crate) fn unix(seconds: u64) -> SystemTime {
    SystemTime::UNIX_EPOCH + secs(seconds)
}
