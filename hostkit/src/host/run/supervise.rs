//! One service's whole life: run it, judge how the run went, run it again or let it end.

use std::sync::Arc;
use std::time::Duration;

use tokio::task::AbortHandle;

use super::core::Core;
use super::decide::{NextStep, RestartHistory};
use super::start::LAST_WORDS;
use crate::host::view::request::StopCause;
use crate::host::view::start_failure::StartProblem;
use crate::inject::Context;
use crate::outcome::failure::Failure;
use crate::outcome::result::{Ending, RunResult};
use crate::state::{Guard, Guarded, ServiceRecord, State};
use crate::sync::live_count::LiveGuard;
use crate::sync::select2::{Either, select2};
use crate::time::clock;

use hostkit_grammar::duration::show;

/// A thread that a restart waits for is told of again after each further period of this.
const STILL_THERE: Duration = Duration::from_secs(10);

/// Starts a service on a task of its own.
pub(crate) fn spawn(core: &Arc<Core>, index: usize) -> AbortHandle {
    let live = core.live.one();
    core.runtime.spawn(supervise(EndGuard { core: Some(core.clone()), index, _live: live })).abort_handle()
}

/// A service that has not ended; dropped unended, it was aborted. It lets go of the host before it says so: whoever hears of the
/// last end may be the last to hold the host.
struct EndGuard {
    core: Option<Arc<Core>>,
    index: usize,
    _live: LiveGuard,
}

impl EndGuard {
    fn ends(mut self, ending: Ending) {
        if let Some(record) = self.let_go() {
            record.ended(ending);
        }
    }

    fn let_go(&mut self) -> Option<Arc<ServiceRecord>> {
        self.core.take().map(|core| core.services[self.index].record.clone())
    }
}

impl Drop for EndGuard {
    fn drop(&mut self) {
        let Some(record) = self.let_go() else { return };
        if std::thread::panicking() && !record.has_ended() {
            record.failed(Failure::said("its supervisor panicked: this is a bug in hostkit"));
            record.blame();
            record.ended(Ending::Failed);
        }
        record.ended(Ending::Aborted);
    }
}

/// The usual life is one run; whatever else there is to do is boxed, so that an idle service stays small.
async fn supervise(life: EndGuard) {
    let Some(core) = &life.core else { return };
    let outcome = first_run(core, life.index).await;
    let record = &core.services[life.index].record;
    let ending = if outcome.is_ok() && record.signal().is_cancelled() {
        Ending::Stopped
    } else {
        Box::pin(judge(core, life.index, outcome)).await
    };
    let ending = match ending {
        Ending::Stopped if record.is_blamed() => Ending::Failed, // it failed to start, and was stopped for that
        ending => ending,
    };
    life.ends(ending);
}

/// No `async fn`, so that what is only needed to begin is not kept while it runs.
fn first_run(core: &Core, index: usize) -> Guarded {
    let context = core.context(index);
    run(core, index, &context, context.guard())
}

fn run(core: &Core, index: usize, context: &Context, guard: Guard) -> Guarded {
    guard.run(|| core.runners[index].run(context, &core.services[index].policy))
}

/// Judges outcome after outcome, until one is the end.
async fn judge(core: &Arc<Core>, index: usize, mut outcome: RunResult) -> Ending {
    let service = &core.services[index];
    let (record, signal, policy) = (&service.record, service.record.signal(), &service.policy);
    let context = core.context(index);
    let guard = context.guard();
    let mut history = RestartHistory::default();
    let mut begun = record.level().begun().unwrap_or(core.begun);
    loop {
        let by_stop = outcome.as_ref().is_err_and(|failure| failure.is_by_stop_of(core.shared.id));
        let by_stop = by_stop && core.stop.is_raised();
        let told = signal.is_cancelled() || by_stop;
        if !record.was_started() && !told {
            return not_started(core, index, outcome);
        }
        let now = clock::now();
        let next = history.next(policy, &outcome, told, now.duration_since(begun), now);
        guard.span().in_scope(|| tell(&next, &outcome, told, &history, policy));
        if let Err(failure) = &outcome {
            if told && !failure.is_firm() {
                record.keep(failure.clone())
            } else {
                record.failed(failure.clone())
            }
        }
        let delay = match next {
            NextStep::Restart(delay) => delay,
            NextStep::End(ending) => {
                if told && ending == Ending::Failed {
                    record.blame();
                }
                return ending;
            }
            NextStep::StopHost(ending) => {
                let name = record.name().to_owned();
                if ending == Ending::Failed {
                    record.blame();
                    core.stop.raise(StopCause::Failed(name));
                } else {
                    core.stop.raise(StopCause::Finished(name));
                }
                return ending;
            }
        };
        record.restarting();
        select2(signal.cancelled(), clock::sleep(delay)).await;
        threads_ended(core, index, &guard).await;
        if signal.is_cancelled() {
            return Ending::Stopped;
        }
        record.starting_again();
        begun = clock::now();
        outcome = match select2(run(core, index, &context, guard.clone()), unready(core, index)).await {
            Either::Left(outcome) => outcome,
            Either::Right(failure) => Err(failure),
        };
    }
}

/// A thread can't be cancelled: the next run waits until those of the runs before have ended, so that no two run at once. They were
/// told to stop. On a stop they have the service's own time.
async fn threads_ended(core: &Core, index: usize, guard: &Guard) {
    let Some(threads) = core.runners[index].threads() else { return };
    while !threads.is_empty() {
        guard.span().in_scope(|| {
            tracing::warn!(
                target: "hostkit",
                "the restart waits: the thread of the previous run has not ended (its stop was requested: return when `stop` says so)"
            );
        });
        select2(threads.wait_until_zero(), clock::sleep(STILL_THERE)).await;
    }
}

/// A service that ended before it had started: the start of the host has failed, whatever the policy.
fn not_started(core: &Core, index: usize, outcome: RunResult) -> Ending {
    let record = &core.services[index].record;
    if outcome.is_ok() && core.stop.is_raised() {
        return Ending::Stopped; // it heard of the stop, or asked for it itself, before it was told
    }
    let failure = outcome.err().unwrap_or_else(|| Failure::said("ended without calling `ready.notify()`"));
    core.start_failed(
        record.name(),
        Some(core.services[index].origin),
        StartProblem::failed_to_start(&failure),
    );
    record.failed(failure);
    record.blame();
    Ending::Failed
}

/// Ends when a restarted service can't become ready any more, or not in time. (The first start is watched by `start`.)
async fn unready(core: &Core, index: usize) -> Failure {
    let service = &core.services[index];
    let (record, limit) = (&service.record, service.policy.start_timeout);
    let deadline = clock::after(limit);
    loop {
        let news = record.level().news();
        if record.is_unready() {
            core.until(clock::after(LAST_WORDS)).await;
            return Failure::said("dropped its `Ready` without calling `notify()`");
        }
        if record.state() != State::Starting {
            return std::future::pending().await;
        }
        if clock::now() >= deadline {
            return Failure::said(format!("did not become ready within {}", show(limit)));
        }
        select2(news, core.until(deadline)).await;
    }
}

/// The log line of three in the morning: what happened, and what happens next.
fn tell(
    next: &NextStep,
    outcome: &RunResult,
    told: bool,
    history: &RestartHistory,
    policy: &crate::service::Policy,
) {
    let Err(failure) = outcome else {
        match next {
            NextStep::End(ending) => tracing::info!(target: "hostkit", "{ending}"),
            NextStep::StopHost(_) => tracing::info!(target: "hostkit", "finished: the host stops"),
            NextStep::Restart(delay) => {
                tracing::info!(target: "hostkit", "finished: runs again in {delay:.1?}")
            }
        }
        return;
    };
    let (used, max, within) = (history.used(), policy.max_restarts, show(policy.within));
    match next {
        NextStep::Restart(delay) => {
            tracing::warn!(target: "hostkit", error = %failure, "failed: restart {used} of {max} within {within}, in {delay:.1?}");
        }
        NextStep::StopHost(_) if used > 0 && !failure.is_fatal() => {
            tracing::error!(target: "hostkit", error = %failure, "failed again after {used} restarts within {within}: the host stops");
        }
        NextStep::StopHost(_) => {
            tracing::error!(target: "hostkit", error = %failure, "failed: the host stops")
        }
        NextStep::End(_) if told && !failure.is_firm() => {
            tracing::warn!(target: "hostkit", error = %failure, "ended with an error after it was asked to stop");
        }
        NextStep::End(_) if told => {
            tracing::error!(target: "hostkit", error = %failure, "failed while stopping")
        }
        NextStep::End(_) => {
            tracing::error!(target: "hostkit", error = %failure, "failed: the host goes on without it")
        }
    }
}
#[cfg(test)]
mod tests {
    use super::*;
    use crate::host::plan::planned::Service;
    use crate::state::ServiceRecord;

    /// What an idle service costs, beside its own future and its name. A task's memory comes in steps of 128 bytes.
    #[test]
    fn an_idle_service_is_small() {
        fn size_of_output<F>(_: impl FnOnce(EndGuard) -> F) -> usize {
            size_of::<F>()
        }
        assert!(size_of_output(supervise) <= 184, "{}", size_of_output(supervise));
        assert!(size_of::<Service>() <= 168, "{}", size_of::<Service>());
        assert!(size_of::<ServiceRecord>() <= 216, "{}", size_of::<ServiceRecord>());
    }
}
