//! The runs of a timer that are under way: one that the timer's own task polls, or, with `overlap = "allow"`, each on a task of its own,
//! so that they run in parallel. And those that wait.

use std::collections::{HashMap, VecDeque};
use std::future::Future;
use std::mem::take;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context as Cx, Poll};

use tokio::task::JoinSet;
use tracing::Span;

use super::attempts::{Attempts, RunEnd};
use super::run::{PendingRun, Run};
use crate::inject::Context;
use crate::schedule::{DueTimes, TakenDueTimes};
use crate::service::Triggered;
use crate::state::{Guard, ServiceRecord};
use crate::sync::live_count::LiveGuard;
use crate::time::tick_info::Cause;

#[derive(Default)]
pub(super) struct InFlight {
    /// In a box: most runs end at their first poll and never come here.
    own: Option<Box<(Run, Attempts)>>,
    spawned: Option<Box<Spawned>>,
}

/// Runs on tasks of their own, by their numbers. A task whose run was taken away has been aborted.
#[derive(Default)]
struct Spawned {
    runs: HashMap<u64, Run>,
    tasks: JoinSet<(u64, RunEnd)>,
}

impl InFlight {
    /// Whether no run is under way.
    pub(super) fn is_empty(&self) -> bool {
        self.own.is_none() && self.spawned.as_ref().is_none_or(|spawned| spawned.runs.is_empty())
    }

    /// Whether, besides, no task of an aborted run is left.
    pub(super) fn is_done(&self) -> bool {
        self.own.is_none() && self.spawned.is_none()
    }

    /// Takes in the only run, for the timer's task to poll.
    pub(super) fn insert(&mut self, run: Run, work: Attempts) {
        self.own = Some(Box::new((run, work)));
    }

    /// Takes in a run beside others.
    pub(super) fn spawn(&mut self, run: Run, work: Attempts, context: &Context) {
        let spawned = self.spawned.get_or_insert_default();
        let number = run.due.number;
        let mut task = RunTask {
            guard: context.guard(),
            record: context.record.clone(),
            span: run.span.clone(),
            work: Some(work),
            _live: context.shared.timer_runs.one(),
        };
        spawned.tasks.spawn(async move { (number, (&mut task).await) });
        spawned.runs.insert(number, run);
    }

    /// Polls what the timer's task polls. Returns a run that has ended, or whose time is over.
    pub(super) fn poll(&mut self, cx: &mut Cx<'_>) -> Option<(Run, RunEnd)> {
        if let Some(own) = &mut self.own {
            let (run, work) = &mut **own;
            let ran = {
                let _entered = run.span.as_deref().map(Span::enter);
                work.poll(cx)
            };
            if let Poll::Ready(ran) = ran {
                return self.own.take().map(|own| (own.0, ran));
            }
        }
        let spawned = self.spawned.as_mut()?;
        while let Poll::Ready(ended) = spawned.tasks.poll_join_next(cx) {
            match ended {
                None => {
                    self.spawned = None;
                    return None;
                }
                Some(Ok((number, ran))) => {
                    if let Some(run) = spawned.runs.remove(&number) {
                        return Some((run, ran));
                    }
                }
                Some(Err(_)) => {} // it was aborted
            }
        }
        None
    }

    /// Takes all runs away, to be cancelled. Those with tasks of their own are aborted, and log themselves if that panics.
    pub(super) fn take(&mut self) -> Vec<(Run, Option<Attempts>)> {
        let own = self.own.take().map(|own| (own.0, Some(own.1)));
        let spawned = self.spawned.as_mut().map(|spawned| {
            spawned.tasks.abort_all();
            take(&mut spawned.runs)
        });
        own.into_iter().chain(spawned.into_iter().flatten().map(|(_, run)| (run, None))).collect()
    }
}

/// A run on a task of its own. User code is polled and dropped under the service's guard and in the run's span.
struct RunTask {
    guard: Guard,
    record: Arc<ServiceRecord>,
    span: Option<Box<Span>>,
    /// Nothing once it has ended.
    work: Option<Attempts>,
    _live: LiveGuard,
}

impl Future for &mut RunTask {
    type Output = RunEnd;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Cx<'_>) -> Poll<RunEnd> {
        let RunTask { guard, span, work, .. } = &mut **self;
        let Some(polled) = work else { return Poll::Pending };
        let ran = guard.within(|| {
            let _entered = span.as_deref().map(Span::enter);
            polled.poll(cx)
        });
        if ran.is_ready() {
            *work = None;
        }
        ran
    }
}

impl Drop for RunTask {
    /// By an abort, else the work is gone already.
    fn drop(&mut self) {
        let RunTask { guard, record, span, work, .. } = self;
        let Some(work) = work.take() else { return };
        guard.within(|| {
            let _entered = span.as_deref().map(Span::enter);
            work.cancel(record);
        });
    }
}

/// Runs that wait for the run before them to end.
#[derive(Default)]
pub(super) struct Backlog(VecDeque<WaitingRuns>);

enum WaitingRuns {
    One(PendingRun),
    /// Due times to catch up with, and the cause of the last of them. However many they are, they take no room.
    Each(TakenDueTimes, Cause),
}

impl Backlog {
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn push(&mut self, run: PendingRun) {
        self.0.push_back(WaitingRuns::One(run));
    }

    /// Each of these due times is to run, one after the other.
    pub(super) fn push_each(&mut self, taken: TakenDueTimes, last: Cause) {
        self.0.push_back(WaitingRuns::Each(taken, last));
    }

    /// The run that comes next.
    pub(super) fn pop(&mut self, due_times: &dyn DueTimes) -> Option<PendingRun> {
        match self.0.pop_front()? {
            WaitingRuns::One(run) => Some(run),
            WaitingRuns::Each(taken, last) => match due_times.without(taken, 1) {
                None => Some(PendingRun::scheduled(taken.first, 0, last)),
                Some(rest) => {
                    self.0.push_front(WaitingRuns::Each(rest, last));
                    Some(PendingRun::scheduled(taken.first, 0, Cause::CatchUp))
                }
            },
        }
    }

    /// Drops due times that are being caught up with; they are counted as missed already.
    pub(super) fn drop_missed(&mut self) {
        self.0.retain(|waiting| matches!(waiting, WaitingRuns::One(_)));
    }

    /// Drops the single runs of this kind, and answers those who asked for them. Returns how many were due times.
    pub(super) fn cancel(&mut self, which: impl Fn(&PendingRun) -> bool) -> u64 {
        let mut due_times = 0;
        for waiting in take(&mut self.0) {
            match waiting {
                WaitingRuns::One(run) if which(&run) => match run.reply {
                    Some(reply) => reply.send(Triggered::Cancelled),
                    None => due_times += 1,
                },
                kept => self.0.push_back(kept),
            }
        }
        due_times
    }

    pub(super) fn clear(&mut self) {
        self.0.clear();
    }
}
