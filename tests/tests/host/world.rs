//! What a test's services leave behind, in the order in which it happened, and the few services that many tests need.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use hostkit::{Dep, HostBuilder, Kind, Needs, Param, Report, RunningHost, Scope, Stop};

/// What happened, in order.
#[derive(Debug, Default)]
pub(crate) struct Diary(Mutex<Vec<String>>);

impl Diary {
    pub(crate) fn new() -> Arc<Self> {
        Arc::default()
    }

    fn lines(&self) -> MutexGuard<'_, Vec<String>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn note(&self, line: impl Into<String>) {
        self.lines().push(line.into());
    }

    /// Everything so far.
    pub(crate) fn all(&self) -> Vec<String> {
        self.lines().clone()
    }

    pub(crate) fn count(&self, line: &str) -> usize {
        self.lines().iter().filter(|known| *known == line).count()
    }

    /// Where the first such line stands.
    #[track_caller]
    pub(crate) fn position(&self, line: &str) -> usize {
        let lines = self.lines();
        match lines.iter().position(|known| known == line) {
            Some(position) => position,
            None => panic!("`{line}` is not among {lines:?}"),
        }
    }
}

/// The diary, as a parameter that knows whose notes it takes: `page.note("told")` writes `web told`.
pub(crate) struct Page {
    name: String,
    diary: Dep<Diary>,
}

impl Page {
    pub(crate) fn note(&self, what: &str) {
        self.diary.note(format!("{} {what}", self.name));
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }
}

impl<K: Kind> Param<K> for Page {
    fn needs(needs: &mut Needs<K>) {
        Dep::<Diary>::needs(needs);
    }

    fn get(scope: &Scope<'_, K>) -> Self {
        Page { name: scope.service().to_owned(), diary: Dep::get(scope) }
    }
}

/// Notes when it drops: whether and when a future was let go.
pub(crate) struct Parting(pub(crate) Page);

impl Drop for Parting {
    fn drop(&mut self) {
        self.0.note("dropped");
    }
}

/// A service that does as it is told.
pub(crate) async fn obedient(stop: Stop) {
    stop.requested().await;
}

/// A service that notes when it begins and when it is told to stop.
pub(crate) async fn noted(page: Page, stop: Stop) {
    page.note("began");
    stop.requested().await;
    page.note("told");
}

/// A service that never stops by itself.
pub(crate) async fn stubborn() {
    std::future::pending::<()>().await;
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
    let error = ends(builder.build().unwrap().start()).await.expect_err("the start should have failed");
    error.into_report()
}

/// The report of a host that ends by itself.
pub(crate) async fn lived(builder: HostBuilder) -> Report {
    match ends(builder.build().unwrap().start()).await {
        Ok(host) => ends(host.wait()).await,
        Err(error) => error.into_report(),
    }
}
