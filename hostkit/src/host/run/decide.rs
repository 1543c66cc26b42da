//! The supervisor's mind: (policy, history, outcome) in, what to do next out. Pure; the doing is `supervise`'s.

use std::collections::VecDeque;
use std::time::Duration;

use crate::outcome::result::{Ending, RunResult};
use crate::service::{OnFailure, OnFinish, Policy};
use crate::time::clock::Instant;

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum NextStep {
    /// It stays down; the host goes on.
    End(Ending),
    /// It stays down, and the host stops.
    StopHost(Ending),
    /// It runs again after this long.
    Restart(Duration),
}

/// What the supervisor remembers of a service's restarts.
#[derive(Debug, Default)]
pub(crate) struct RestartHistory {
    /// When it was restarted after a failure, within the last window.
    restarts: VecDeque<Instant>,
    /// Failures since the last run that was longer than the window.
    in_a_row: u32,
}

impl RestartHistory {
    /// How many restarts of the budget are used up.
    pub(crate) fn used(&self) -> usize {
        self.restarts.len()
    }

    /// `told`: the service's own stop signal was raised. It, and not the error's type, says whether an `Err` is excused.
    pub(crate) fn next(
        &mut self,
        policy: &Policy,
        outcome: &RunResult,
        told: bool,
        ran: Duration,
        now: Instant,
    ) -> NextStep {
        match outcome {
            Ok(()) if told => NextStep::End(Ending::Stopped),
            Err(failure) if told && !failure.is_firm() => NextStep::End(Ending::Stopped),
            Err(_) if told => NextStep::End(Ending::Failed),
            Ok(()) => match policy.on_finish {
                OnFinish::Continue => NextStep::End(Ending::Finished),
                OnFinish::Stop => NextStep::StopHost(Ending::Finished),
                OnFinish::Restart => NextStep::Restart(policy.backoff.delay(0)),
            },
            Err(failure) if failure.is_fatal() => NextStep::StopHost(Ending::Failed),
            Err(_) => match policy.on_failure {
                OnFailure::Stop => NextStep::StopHost(Ending::Failed),
                OnFailure::Ignore => NextStep::End(Ending::Failed),
                OnFailure::Restart => self.restart(policy, ran, now),
            },
        }
    }

    fn restart(&mut self, policy: &Policy, ran: Duration, now: Instant) -> NextStep {
        if ran > policy.within {
            self.in_a_row = 0;
        }
        while self.restarts.front().is_some_and(|at| now.duration_since(*at) >= policy.within) {
            self.restarts.pop_front();
        }
        if self.restarts.len() >= policy.max_restarts as usize {
            return NextStep::StopHost(Ending::Failed);
        }
        self.restarts.push_back(now);
        let delay = policy.backoff.delay(self.in_a_row);
        self.in_a_row = self.in_a_row.saturating_add(1);
        NextStep::Restart(delay)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outcome::failure::Failure;
    use crate::time::backoff::Backoff;
    use crate::time::clock;

    const SECOND: Duration = Duration::from_secs(1);

    fn restarting() -> Policy {
        Policy { on_failure: OnFailure::Restart, backoff: Backoff::new(SECOND, SECOND), ..Policy::default() }
    }

    fn failed() -> RunResult {
        Err(Failure::said("no"))
    }

    #[test]
    fn being_told_excuses_an_error_but_no_panic() {
        let (mut history, policy, now) = (RestartHistory::default(), Policy::default(), clock::now());
        let mut next = |outcome: RunResult, told| history.next(&policy, &outcome, told, SECOND, now);
        assert_eq!(next(failed(), true), NextStep::End(Ending::Stopped));
        assert_eq!(next(failed(), false), NextStep::StopHost(Ending::Failed));
        assert_eq!(next(Err(Failure::panicked(&"no", None)), true), NextStep::End(Ending::Failed));
        assert_eq!(next(Ok(()), true), NextStep::End(Ending::Stopped));
        assert_eq!(next(Ok(()), false), NextStep::End(Ending::Finished));
    }

    #[test]
    fn the_budget_is_of_any_window() {
        let (mut history, policy, begin) = (RestartHistory::default(), restarting(), clock::now());
        let mut fail_at = |seconds| history.next(&policy, &failed(), false, SECOND, begin + SECOND * seconds);
        for second in 0..5 {
            assert_eq!(fail_at(second), NextStep::Restart(SECOND));
        }
        assert_eq!(fail_at(59), NextStep::StopHost(Ending::Failed), "the sixth within a minute");
        assert_eq!(fail_at(60), NextStep::Restart(SECOND), "the first has left the window");
        assert_eq!(fail_at(60), NextStep::StopHost(Ending::Failed));
    }

    #[test]
    fn a_healthy_run_starts_the_backoff_over() {
        let backoff = Backoff::new(SECOND, SECOND * 1000);
        let policy = Policy { backoff, max_restarts: 100, ..restarting() };
        let (mut history, now) = (RestartHistory::default(), clock::now());
        let mut after_run_of = |ran| match history.next(&policy, &failed(), false, ran, now) {
            NextStep::Restart(delay) => delay,
            next => panic!("{next:?}"),
        };
        for _ in 0..6 {
            after_run_of(SECOND);
        }
        assert!(after_run_of(SECOND) >= SECOND * 64);
        assert!(after_run_of(policy.within + SECOND) <= SECOND * 2);
    }

    #[test]
    fn a_finished_run_uses_up_no_budget() {
        let policy = Policy { on_finish: OnFinish::Restart, max_restarts: 1, ..restarting() };
        let (mut history, now) = (RestartHistory::default(), clock::now());
        for _ in 0..100 {
            assert_eq!(history.next(&policy, &Ok(()), false, SECOND, now), NextStep::Restart(SECOND));
        }
        assert_eq!(history.next(&policy, &failed(), false, SECOND, now), NextStep::Restart(SECOND));
        assert_eq!(history.next(&policy, &failed(), false, SECOND, now), NextStep::StopHost(Ending::Failed));
    }

    #[test]
    fn fatal_stops_the_host_whatever_the_policy() {
        let policy = Policy { on_failure: OnFailure::Ignore, ..Policy::default() };
        let fatal = Err(Failure::of(crate::outcome::fatal::fatal("no").into()));
        let next = RestartHistory::default().next(&policy, &fatal, false, SECOND, clock::now());
        assert_eq!(next, NextStep::StopHost(Ending::Failed));
    }
}
