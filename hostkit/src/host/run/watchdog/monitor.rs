//! What the watchdog makes of what it sees: observations and the time in, actions out. Pure: `watch.rs` looks, and acts.

use std::collections::{HashMap, HashSet};
use std::time::{Duration, Instant};

use super::signal_response::REPEAT;
use crate::host::view::stuck_queues::StuckPart;
use crate::state::LongPoll;
use crate::time::clock_step::ClockStep;

/// A poll that goes on is named again after each further period of this.
const REMINDER: Duration = Duration::from_secs(10);
/// A shorter step of the wall clock is not named.
const SHORTEST_STEP: Duration = Duration::from_secs(1);

/// What there was to see at one tick. Services are known by their positions.
#[derive(Default)]
pub(crate) struct Observations {
    /// The polls that are under way, one a thread.
    pub(crate) polls: Vec<LongPoll>,
    /// How often each executor thread parked or unparked, and for how long it was busy. Empty where there is only one.
    pub(crate) executors: Vec<(u64, Duration)>,
    /// The services whose heartbeat is missed: the last beat, and for how long there was none.
    pub(crate) silent: Vec<(usize, tokio::time::Instant, Duration)>,
    /// The timers at whose due time nothing happened, and how long ago that was. Each due time is seen once.
    pub(crate) overdue: Vec<(usize, Duration)>,
    pub(crate) stuck: Vec<StuckPart>,
    /// What the wall clock did since the last tick.
    pub(crate) steps: Vec<ClockStep>,
    /// When the process is to be ended because the host has not stopped.
    pub(crate) deadline: Option<Instant>,
}

#[derive(Debug, PartialEq)]
pub(crate) enum Action {
    /// A poll has held its executor thread for so long; `first` says that this is its first warning.
    WarnOfPoll {
        poll: LongPoll,
        lasted: Duration,
        first: bool,
    },
    WarnOfSilence(usize, Duration),
    WarnOfOverdue(usize, Duration),
    WarnOfStuckQueues(StuckPart),
    WarnOfStep(ClockStep),
    /// Timers and queues that go by the wall clock are to look at it.
    CheckDueTimes(ClockStep),
    /// The time to stop is over. These have held their threads for so long, by the addresses of their records.
    EndProcess {
        holders: Vec<(usize, Duration)>,
    },
}

/// What a signal asks for.
#[derive(Debug, PartialEq)]
pub(crate) enum SignalAction {
    /// It repeats the one before.
    Ignore,
    Stop,
    EndProcess,
}

/// What the watchdog remembers from tick to tick.
pub(crate) struct Monitor {
    /// How long a poll may last before it is named.
    limit: Duration,
    polls: Vec<WatchedPoll>,
    executors: Vec<WatchedExecutor>,
    /// After which beat of a service its silence was named, so that each silence is named once.
    silent: HashMap<usize, tokio::time::Instant>,
    /// Records of the queues that are stuck, and were named.
    stuck: HashSet<usize>,
    first_signal: Option<Instant>,
}

struct WatchedPoll {
    poll: LongPoll,
    since: Instant,
    next_warning: Duration,
    warned: bool,
    /// It is in `block_in_place`: another thread goes on as the executor that it was.
    elsewhere: bool,
}

/// An executor thread, as it was when something of it last changed.
struct WatchedExecutor {
    seen: (u64, Duration),
    since: Instant,
}

impl WatchedExecutor {
    /// Whether it neither parked nor got through its tasks since then. An odd count is of one that is parked.
    fn stands_since(&self, since: Instant) -> bool {
        self.seen.0.is_multiple_of(2) && self.since <= since
    }
}

impl Monitor {
    pub(crate) fn new(limit: Duration) -> Self {
        Monitor {
            limit,
            polls: Vec::new(),
            executors: Vec::new(),
            silent: HashMap::new(),
            stuck: HashSet::new(),
            first_signal: None,
        }
    }

    /// Whether a poll is watched, so that the next tick should come soon.
    pub(crate) fn is_busy(&self) -> bool {
        !self.polls.is_empty()
    }

    /// The first signal asks for a stop, a second one ends the process; so does the first where nothing is left to stop.
    pub(crate) fn signalled(&mut self, now: Instant, host_has_ended: bool) -> SignalAction {
        match self.first_signal {
            Some(first) if now.duration_since(first) < REPEAT => SignalAction::Ignore,
            None if !host_has_ended => {
                self.first_signal = Some(now);
                SignalAction::Stop
            }
            _ => SignalAction::EndProcess,
        }
    }

    pub(crate) fn decide(&mut self, seen: Observations, now: Instant) -> Vec<Action> {
        let mut actions = Vec::new();
        for step in seen.steps {
            if step.size() > SHORTEST_STEP {
                actions.push(Action::WarnOfStep(step));
            }
            actions.push(Action::CheckDueTimes(step));
        }
        self.watch_polls(seen.polls, &seen.executors, now, &mut actions);
        for (service, beat, silence) in seen.silent {
            // Not whether it was healthy in between: it may come back and fall silent again between two ticks.
            if self.silent.insert(service, beat) != Some(beat) {
                actions.push(Action::WarnOfSilence(service, silence));
            }
        }
        let named = std::mem::take(&mut self.stuck);
        for part in seen.stuck {
            self.stuck.extend(&part.records);
            if part.records.iter().all(|record| !named.contains(record)) {
                actions.push(Action::WarnOfStuckQueues(part));
            }
        }
        actions.extend(seen.overdue.into_iter().map(|(timer, late)| Action::WarnOfOverdue(timer, late)));
        if seen.deadline.is_some_and(|deadline| now >= deadline) {
            let holders = self.polls.iter().filter(|poll| !poll.elsewhere);
            let holders = holders.map(|poll| (poll.poll.owner, now - poll.since)).collect();
            actions.push(Action::EndProcess { holders });
        }
        actions
    }

    /// A thread that is in `block_in_place` is no executor any more: another goes on in its place. So a poll that lasts holds one up
    /// only if there is one that stands still.
    fn watch_polls(
        &mut self,
        polls: Vec<LongPoll>,
        executors: &[(u64, Duration)],
        now: Instant,
        actions: &mut Vec<Action>,
    ) {
        self.polls.retain(|known| polls.contains(&known.poll));
        for poll in polls {
            if self.polls.iter().all(|known| known.poll != poll) {
                let (next_warning, warned, elsewhere) = (self.limit, false, false);
                self.polls.push(WatchedPoll { poll, since: now, next_warning, warned, elsewhere });
            }
        }
        for (index, seen) in executors.iter().enumerate() {
            match self.executors.get_mut(index) {
                Some(known) if known.seen == *seen => {}
                Some(known) => *known = WatchedExecutor { seen: *seen, since: now },
                None => self.executors.push(WatchedExecutor { seen: *seen, since: now }),
            }
        }
        let mut warned = self.polls.iter().filter(|poll| poll.warned).count();
        for watched in &mut self.polls {
            let lasted = now.duration_since(watched.since);
            if lasted < watched.next_warning {
                continue;
            }
            watched.next_warning = lasted + REMINDER;
            let standing =
                self.executors.iter().filter(|executor| executor.stands_since(watched.since)).count();
            // Nothing can take the place of the only thread there is.
            watched.elsewhere = !watched.warned && !self.executors.is_empty() && standing <= warned;
            if !watched.elsewhere {
                let first = !std::mem::replace(&mut watched.warned, true);
                warned += usize::from(first);
                actions.push(Action::WarnOfPoll { poll: watched.poll.clone(), lasted, first });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMIT: Duration = Duration::from_millis(250);

    fn poll(slot: usize, epoch: usize) -> LongPoll {
        LongPoll { slot, thread: "worker".to_owned(), epoch, owner: 7 }
    }

    /// Decides on what is seen at these milliseconds.
    fn decide(monitor: &mut Monitor, begun: Instant, ticks: Vec<(u64, Observations)>) -> Vec<Vec<Action>> {
        let tick = |(millis, seen)| monitor.decide(seen, begun + Duration::from_millis(millis));
        ticks.into_iter().map(tick).collect()
    }

    fn begin() -> (Monitor, Instant) {
        (Monitor::new(LIMIT), crate::time::clock::real_now())
    }

    fn polls(polls: &[LongPoll], executors: &[(u64, Duration)]) -> Observations {
        Observations { polls: polls.to_vec(), executors: executors.to_vec(), ..Observations::default() }
    }

    fn warning(poll: LongPoll, millis: u64, first: bool) -> Vec<Action> {
        vec![Action::WarnOfPoll { poll, lasted: Duration::from_millis(millis), first }]
    }

    #[test]
    fn a_poll_that_lasts_is_named_once_and_then_every_ten_seconds() {
        let (mut monitor, begun) = begin();
        let seen = || polls(&[poll(0, 1)], &[]);
        let ticks = vec![(0, seen()), (200, seen()), (300, seen()), (400, seen()), (10_300, seen())];
        let (named, again) = (warning(poll(0, 1), 300, true), warning(poll(0, 1), 10_300, false));
        assert_eq!(decide(&mut monitor, begun, ticks), [vec![], vec![], named, vec![], again]);
        assert!(monitor.is_busy());
        let next = vec![(10_400, polls(&[poll(0, 2)], &[])), (10_500, Observations::default())];
        assert_eq!(decide(&mut monitor, begun, next), [vec![], vec![]], "another poll is counted anew");
        assert!(!monitor.is_busy());
    }

    #[test]
    fn a_poll_holds_nothing_up_while_every_executor_gets_on() {
        let (mut monitor, begun) = begin();
        let held = [poll(0, 1), poll(1, 1)];
        let seen = |second: u64| polls(&held, &[(2, LIMIT), (second, LIMIT)]);
        let ticks = vec![(0, seen(2)), (300, seen(4)), (600, seen(6))];
        let named = warning(poll(0, 1), 300, true);
        assert_eq!(
            decide(&mut monitor, begun, ticks),
            [vec![], named, vec![]],
            "one stands still, so one holds it"
        );
    }

    #[test]
    fn a_silence_is_named_once_and_a_new_one_again() {
        let (mut monitor, begun) = begin();
        let first = crate::time::clock::now();
        let silent = |beat| {
            let beat = first + Duration::from_secs(beat);
            Observations { silent: vec![(3, beat, LIMIT)], ..Observations::default() }
        };
        let ticks = vec![(0, silent(1)), (100, silent(1)), (200, silent(2))];
        let named = || vec![Action::WarnOfSilence(3, LIMIT)];
        assert_eq!(decide(&mut monitor, begun, ticks), [named(), vec![], named()]);
    }

    #[test]
    fn queues_that_stay_stuck_are_named_once() {
        let (mut monitor, begun) = begin();
        let part = || StuckPart { records: vec![1, 2], names: "a, b".into(), warning: "stuck".into() };
        let stuck = || Observations { stuck: vec![part()], ..Observations::default() };
        let ticks = vec![(0, stuck()), (100, stuck()), (200, Observations::default()), (300, stuck())];
        let named = || vec![Action::WarnOfStuckQueues(part())];
        assert_eq!(decide(&mut monitor, begun, ticks), [named(), vec![], vec![], named()]);
    }

    #[test]
    fn short_steps_of_the_clock_are_looked_at_and_not_named() {
        let (mut monitor, begun) = begin();
        let (short, long) = (ClockStep::Ahead(LIMIT), ClockStep::Back(REMINDER));
        let ticks = vec![(0, Observations { steps: vec![short, long], ..Observations::default() })];
        let check = Action::CheckDueTimes;
        let expected = vec![check(short), Action::WarnOfStep(long), check(long)];
        assert_eq!(decide(&mut monitor, begun, ticks), [expected]);
    }

    #[test]
    fn at_the_deadline_the_process_ends_and_holders_are_named() {
        let (mut monitor, begun) = begin();
        let deadline = Some(begun + Duration::from_millis(100));
        let ticks = vec![
            (0, Observations { deadline, ..polls(&[poll(0, 1)], &[]) }),
            (100, Observations { deadline, ..polls(&[poll(0, 1)], &[]) }),
        ];
        let holders = vec![(7, Duration::from_millis(100))];
        assert_eq!(decide(&mut monitor, begun, ticks), [vec![], vec![Action::EndProcess { holders }]]);
    }

    #[test]
    fn a_second_signal_ends_the_process_and_a_repeat_does_nothing() {
        let (mut monitor, begun) = begin();
        let mut at = |millis, ended| monitor.signalled(begun + Duration::from_millis(millis), ended);
        assert_eq!(at(0, false), SignalAction::Stop);
        assert_eq!((at(199, false), at(199, true)), (SignalAction::Ignore, SignalAction::Ignore));
        assert_eq!((at(200, false), at(200, true)), (SignalAction::EndProcess, SignalAction::EndProcess));
        let (mut monitor, begun) = begin();
        assert_eq!(monitor.signalled(begun, true), SignalAction::EndProcess);
    }
}
