//! A timed service: a function that runs again and again, at a fixed rate.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::offload::on_pool;
use super::options::Common;
use super::{Call, Called, Declaration, OnFailure, OnRunFailure, Policy, Runner, ServiceOptions, Work};
use crate::clock::{self, Instant};
use crate::failure::Failure;
use crate::inject::{Context, Kind, TimedService};
use crate::life::{BoxFuture, Caught, caught};
use crate::outcome::RunResult;
use crate::race::{First, race};

/// A fixed rate: due times lie this far apart, however long a run takes.
///
/// A due time that passes while the run before is still going is skipped. For a fixed *rate* only; write
/// `#[hosted_service]` with [`Stop::sleep`](crate::Stop::sleep) for a pause between runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Every(Duration);

impl Every {
    /// Due times this far apart; at least a millisecond, the resolution of the timer.
    pub const fn new(period: Duration) -> Self {
        Every(period)
    }

    /// Every so many seconds.
    pub const fn secs(seconds: u64) -> Self {
        Every(Duration::from_secs(seconds))
    }

    /// Every so many milliseconds.
    pub const fn millis(millis: u64) -> Self {
        Every(Duration::from_millis(millis))
    }

    /// The distance between due times.
    pub const fn period(self) -> Duration {
        self.0
    }

    /// The due time after `due` that is not yet past, and how many were passed over. Pure: it never drifts.
    fn next(self, due: Instant, now: Instant) -> (Instant, u64) {
        let late = now.saturating_duration_since(due);
        let passed = u64::try_from(late.as_nanos() / self.0.as_nanos().max(1)).unwrap_or(u64::MAX);
        let ahead =
            u32::try_from(passed).ok().and_then(|passed| self.0.checked_mul(passed.saturating_add(1)));
        match ahead.and_then(|ahead| due.checked_add(ahead)) {
            Some(next) => (next, passed),
            None => (clock::later(now, self.0), passed), // further than a multiplication can say: begin anew
        }
    }
}

/// A timed service and its options; the builder's form of `#[timed(…)]`.
///
/// ```
/// use hostkit::{Every, Host, Timed};
///
/// async fn probe() -> hostkit::Result {
///     Ok(())
/// }
///
/// let host = Host::builder()
///     .timed("sweep", Every::secs(10), || async { tracing::info!("sweeping") })
///     .timed("probe", Every::secs(1), Timed::of(probe).max_failures(5))
///     .build();
/// assert!(host.is_ok());
/// ```
pub struct Timed {
    declaration: Declaration,
    timer: Timer,
}

struct Timer {
    call: Box<dyn Call>,
    every: Every,
    first: Duration,
    on_failure: OnRunFailure,
    max_failures: Option<u32>,
}

impl Timed {
    /// The timed service that an `async` closure (or function) with parameters is.
    pub fn of<M>(service: impl super::IntoTimed<M>) -> Self {
        service.into_timed()
    }

    /// The timed service that a blocking closure (or `fn`) with parameters is: it runs on the blocking pool.
    pub fn blocking<A>(service: impl super::handler::BlockingHandler<TimedService, A>) -> Self {
        Timed::new(service.into_work())
    }

    #[doc(hidden)]
    pub fn new(work: Work<TimedService, impl Call>) -> Self {
        let Work { wants, call, .. } = work;
        let timer = Timer {
            call: Box::new(call),
            every: Every::secs(1),
            first: Duration::ZERO,
            on_failure: OnRunFailure::default(),
            max_failures: None,
        };
        Timed { declaration: Declaration::new(TimedService::WORD, wants), timer }
    }

    /// The wait before the first run. Default: none.
    #[must_use]
    pub fn first(mut self, wait: Duration) -> Self {
        self.timer.first = wait;
        self
    }

    /// What happens when a run fails. Default: the schedule goes on.
    #[must_use]
    pub fn on_failure(mut self, on_failure: OnRunFailure) -> Self {
        self.timer.on_failure = on_failure;
        self
    }

    /// So many failures in a row stop the host, with exit code 1. Default: no number does.
    #[must_use]
    pub fn max_failures(mut self, failures: u32) -> Self {
        self.timer.max_failures = Some(failures);
        self
    }

    pub(crate) fn on(self, every: Every) -> Declaration {
        let Timed { mut declaration, mut timer } = self;
        if every.period() < Duration::from_millis(1) {
            declaration.faults.push(format!(
                "`every` is {}: the timer's resolution is one millisecond; use 1ms or more",
                hostkit_grammar::duration::show(every.period())
            ));
        }
        if timer.max_failures == Some(0) {
            declaration.faults.push("`max_failures` is 0: use 1 or more, or leave it out".into());
        }
        timer.every = every;
        declaration.policy.on_failure = OnFailure::Stop; // what the timer lets through is meant to stop the host
        declaration.with(TimedRunner(Arc::new(timer)))
    }
}

impl ServiceOptions for Timed {
    fn common(&mut self) -> Common<'_> {
        self.declaration.common()
    }
}

impl fmt::Debug for Timed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Timed").field("every", &self.timer.every).finish_non_exhaustive()
    }
}

struct TimedRunner(Arc<Timer>);

impl Runner for TimedRunner {
    fn run(&self, context: &Context, _: &Policy) -> BoxFuture<'static, RunResult> {
        context.record.started();
        let (timer, context) = (self.0.clone(), context.clone());
        Box::pin(async move {
            match race(context.shared.ready.cancelled(), context.record.signal().raised()).await {
                First::Left(()) => timer.fire(&context).await?,
                First::Right(()) => {}
            }
            context.record.signal().raised().await;
            Ok(())
        })
    }
}

impl Timer {
    /// Fires until the host closes its timers or this one is told to stop, or until a failure that is meant to stop the host.
    async fn fire(&self, context: &Context) -> RunResult {
        let mut due = clock::after(self.first);
        let mut in_a_row = 0;
        loop {
            let stop = race(context.record.signal().raised(), context.shared.closing.cancelled());
            if let First::Left(_) = race(stop, clock::sleep_until(due)).await {
                return Ok(());
            }
            context.record.run_began();
            match self.run_once(context).await {
                Ok(()) => in_a_row = 0,
                Err(failure) => {
                    in_a_row += 1;
                    self.judge(failure, in_a_row, context)?;
                }
            }
            let (next, skipped) = self.every.next(due, clock::now());
            if skipped > 0 {
                tracing::warn!(target: "hostkit", skipped, "due times passed while the run before was still going");
            }
            due = next;
        }
    }

    async fn run_once(&self, context: &Context) -> RunResult {
        match caught(|| self.call.call(context))? {
            Called::Task(future) => Caught::new(future).await.flatten(),
            Called::Blocking(job) => on_pool(job).await.flatten(),
        }
    }

    /// A failure that the schedule survives is told and kept here; any other is handed on, and stops the host.
    fn judge(&self, failure: Failure, in_a_row: u32, context: &Context) -> RunResult {
        let told = context.record.signal().is_raised() && !failure.is_firm();
        if failure.is_fatal() || self.on_failure == OnRunFailure::Stop || told {
            return Err(failure);
        }
        if self.max_failures.is_some_and(|max| in_a_row >= max) {
            return Err(failure.during(&format!("{in_a_row} failures in a row, the last one")));
        }
        tracing::error!(target: "hostkit", error = %failure, in_a_row, "run failed; the schedule goes on");
        context.record.failed(failure);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_grid_is_kept_however_late_a_run_is() {
        let (every, due) = (Every::secs(10), clock::now());
        let at = |seconds| due + Duration::from_secs(seconds);
        assert_eq!(every.next(due, at(0)), (at(10), 0));
        assert_eq!(every.next(due, at(9)), (at(10), 0));
        assert_eq!(every.next(due, at(10)), (at(20), 1), "the due time that passed is the one skipped");
        assert_eq!(every.next(due, at(35)), (at(40), 3));
    }

    #[tokio::test]
    async fn no_distance_is_too_long_to_catch_up_with() {
        let (every, due) = (Every::millis(1), clock::now());
        let year = Duration::from_secs(60 * 60 * 24 * 365);
        let (next, passed) = every.next(due, due + year);
        assert_eq!((next, passed), (due + year + Duration::from_millis(1), 31_536_000_000));
    }
}
