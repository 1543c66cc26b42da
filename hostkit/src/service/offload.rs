//! Blocking work off the executor: on a thread of its own when it lasts, on the blocking pool when it is short.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::sync::oneshot;
use tokio_util::sync::DropGuard;
use tracing::Span;

use super::pool_wait::PoolWait;
use crate::inject::{Context, RunStop, Values};
use crate::outcome::failure::Failure;
#[cfg(feature = "queue")]
use crate::outcome::result::RunResult;
use crate::state::Actor;
#[cfg(feature = "queue")]
use crate::state::Guarded;
use crate::sync::catch_panic;
use crate::sync::live_count::{LiveCount, LiveGuard};
use crate::sync::lock::lock_unpoisoned;
use crate::sync::select2::{Either, select2};
use crate::time::clock::{self, Instant};

/// One run of a service that may be restarted, and has threads. They may outlast it: then they are told to stop, and the next run
/// waits for them.
pub(super) struct RunThreads {
    pub(super) context: Context,
    stop: DropGuard,
}

/// Among the run's own values, so that whoever starts a thread finds it.
struct ThreadCount(LiveCount);

impl RunThreads {
    pub(super) fn begin(context: &Context, threads: &LiveCount) -> Self {
        let stop = context.record.signal().child_token();
        let mut own = Values::default();
        own.insert(ThreadCount(threads.clone()));
        own.insert(RunStop(stop.clone()));
        RunThreads {
            context: Context { own: Some(Arc::new(own)), ..context.clone() },
            stop: stop.drop_guard(),
        }
    }

    /// It ended by itself: whoever still has its stop signal goes on until the service is told to stop.
    pub(super) fn ended(self) {
        self.stop.disarm();
    }
}

/// Counted among the threads of the run, if that counts them.
fn thread_of_run(context: &Context) -> Option<LiveGuard> {
    Some(context.own.as_ref()?.get::<ThreadCount>()?.0.one())
}

/// Runs it on a thread of its own, named after the service. Dropping the future leaves the thread behind.
pub(super) async fn on_thread<T: Send + 'static>(
    context: &Context,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Failure> {
    let name = context.record.name();
    let (done, outcome) = oneshot::channel();
    let (span, runtime, of_run) = (Span::current(), Handle::current(), thread_of_run(context));
    // Boxed, so that the standard library's spawning is compiled once and not for each kind of work.
    let thread: Box<dyn FnOnce() + Send> = Box::new(move || {
        let _of_run = of_run;
        let _runtime = runtime.enter();
        let _span = span.enter();
        let _ = done.send(catch_panic(work));
    });
    std::thread::Builder::new()
        .name(name.to_owned())
        .spawn(thread)
        .map_err(|error| Failure::said(format!("no thread to run on: {error}")))?;
    #[cfg(feature = "testing")]
    let outcome = alone::beside(context, outcome);
    outcome.await.unwrap_or_else(|_| Err(Failure::said("its thread vanished")))
}

/// A thread keeps real time. A paused clock does not see it, and leaps over every deadline as soon as the executor has nothing to do;
/// so under test, for as long as the host waits for the thread, it stands still at first, and then goes along with real time.
#[cfg(feature = "testing")]
mod alone {
    use std::convert::Infallible;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::time::Duration;

    use super::breathe;
    use crate::inject::Context;
    use crate::state::{ServiceRecord, State};
    use crate::time::clock;

    use crate::sync::select2::{Either, select2};

    /// Most threads do as they are told at once: no test is to see that this took time.
    const AT_ONCE: Duration = Duration::from_millis(500);

    pub(super) async fn beside<F: Future>(context: &Context, thread: F) -> F::Output {
        if !context.shared.under_test {
            return thread.await;
        }
        let _alone = Alone::new(&context.record);
        match select2(thread, held(&context.record)).await {
            Either::Left(output) => output,
            Either::Right(never) => match never {},
        }
    }

    async fn held(record: &Arc<ServiceRecord>) -> Infallible {
        in_real_time(record, |record| record.state() == State::Starting).await;
        record.signal().cancelled().await;
        in_real_time(record, |_| true).await;
        std::future::pending().await
    }

    /// The clock stands still in the hands of one piece of work on the pool, from its first moment to its last.
    async fn in_real_time(record: &Arc<ServiceRecord>, while_it: fn(&ServiceRecord) -> bool) {
        let (begun, dropped) = (clock::real_now(), Dropped::default());
        let (record_there, dropped_there) = (record.clone(), dropped.0.clone());
        let still = move || {
            while while_it(&record_there)
                && !dropped_there.load(Ordering::Acquire)
                && clock::real_now() - begun < AT_ONCE
            {
                std::thread::sleep(Duration::from_micros(100));
            }
        };
        let _ = tokio::task::spawn_blocking(still).await;
        while while_it(record) {
            breathe(Duration::from_millis(1)).await;
            clock::sleep(Duration::from_millis(1)).await;
        }
    }

    /// Whoever waited has no need to any more.
    #[derive(Default)]
    struct Dropped(Arc<AtomicBool>);

    impl Drop for Dropped {
        fn drop(&mut self) {
            self.0.store(true, Ordering::Release);
        }
    }

    /// A service with a thread of its own, while that runs.
    struct Alone<'a>(&'a ServiceRecord);

    impl<'a> Alone<'a> {
        fn new(record: &'a ServiceRecord) -> Self {
            record.alone(true);
            Alone(record)
        }
    }

    impl Drop for Alone<'_> {
        fn drop(&mut self) {
            self.0.alone(false);
        }
    }
}

/// A piece of work that is on its way to the pool, or runs there.
struct Offloaded {
    taken_up: AtomicBool,
    _counted: LiveGuard,
}

/// Work that has no thread of the pool by then is told of.
const NO_THREAD: Duration = Duration::from_secs(1);

/// Runs it on the blocking pool.
pub(super) async fn on_pool<T: Send + 'static>(
    context: &Context,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Failure> {
    on_pool_of(context, None, work).await
}

/// Runs it on the blocking pool, and nobody waits for it; or here, outside a runtime.
pub(super) fn on_pool_unawaited(work: impl FnOnce() + Send + 'static) {
    match Handle::try_current() {
        Ok(_) => drop(tokio::task::spawn_blocking(work)),
        Err(_) => work(),
    }
}

/// Runs it on the blocking pool, and counts how long it waits for a thread there: no limit that it has is to count that.
pub(super) async fn on_pool_counted<T: Send + 'static>(
    context: &Context,
    wait: &PoolWait,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Failure> {
    on_pool_of(context, Some(wait), work).await
}

async fn on_pool_of<T: Send + 'static>(
    context: &Context,
    wait: Option<&PoolWait>,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Failure> {
    let offloaded = Offloaded { taken_up: AtomicBool::new(false), _counted: context.shared.offloaded.one() };
    let (span, counted) = (Span::current(), Arc::new(offloaded));
    let (there, waits, of_run) = (counted.clone(), wait.cloned(), thread_of_run(context));
    let actor = Actor::of(&context.record);
    let work = move || {
        let _of_run = of_run;
        let (_span, counted) = (span.enter(), there);
        counted.taken_up.store(true, Ordering::Release);
        if let Some(waits) = waits {
            waits.end();
        }
        actor.run(|| catch_panic(work))
    };
    let here = counted; // it is over when who waits for it has heard so, or has gone and it has ended
    if let Some(wait) = wait {
        wait.begin();
    }
    let begun = clock::now();
    let mut ended = tokio::task::spawn_blocking(work);
    let outcome = match select2(&mut ended, clock::sleep(NO_THREAD)).await {
        Either::Left(outcome) => outcome,
        Either::Right(()) => {
            if !here.taken_up.load(Ordering::Acquire) {
                tell_no_thread(context, begun);
            }
            ended.await
        }
    };
    match outcome {
        Ok(outcome) => outcome,
        Err(_) => Err(Failure::said("the runtime shut down before it could run")),
    }
}

/// Once a minute for a host, with how many waited so long.
fn tell_no_thread(context: &Context, since: Instant) {
    let Some(waited) = lock_unpoisoned(&context.shared.no_thread).add(1, clock::now()) else { return };
    tracing::warn!(
        target: "hostkit",
        service = context.record.name(),
        waited,
        "no thread of the blocking pool is free for `{}` for {:.1?}: the pool is full, and work waits there (no `timeout` counts that). \
         The `workers` of queues and whatever else is a `fn` are together more than the pool has threads: have fewer `workers`, raise \
         `max_blocking_threads` of the runtime, or make long work a hosted service `fn`, which has a thread of its own",
        context.record.name(),
        clock::now().saturating_duration_since(since)
    );
}

/// Workers of one service, a task each; dropping it aborts them.
#[cfg(feature = "queue")]
pub(super) struct WorkerTasks(tokio::task::JoinSet<(usize, RunResult)>);

#[cfg(feature = "queue")]
impl WorkerTasks {
    pub(super) fn new() -> Self {
        WorkerTasks(tokio::task::JoinSet::new())
    }

    pub(super) fn spawn(&mut self, number: usize, worker: Guarded) {
        self.0.spawn(async move { (number, worker.await) });
    }

    /// The next worker to end, and how; nothing where none is left.
    pub(super) async fn next(&mut self) -> Option<(usize, RunResult)> {
        match self.0.join_next().await? {
            Ok(ended) => Some(ended),
            Err(_) => Some((usize::MAX, Err(Failure::said("a worker was aborted: the runtime shuts down")))),
        }
    }
}

/// Gives other threads a moment of real time. While it lasts, a paused clock stands still.
#[cfg(feature = "testing")]
pub(crate) async fn breathe(moment: std::time::Duration) {
    let wait = move || if moment.is_zero() { std::thread::yield_now() } else { std::thread::sleep(moment) };
    let _ = tokio::task::spawn_blocking(wait).await;
}
