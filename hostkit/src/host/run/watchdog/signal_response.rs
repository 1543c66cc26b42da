//! A signal in, what the thread that hears it does then out: pure, so that each rule has a test.

use std::time::{Duration, Instant};

use super::signal::OsSignal;

/// A repeat within this is the same signal: a terminal and a process manager may both send it.
pub(super) const REPEAT: Duration = Duration::from_millis(200);

/// After a signal, what puts the host together has this long to come to its end.
pub(super) const PREPARATION: Duration = Duration::from_secs(5);

/// What the program is doing when a signal comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Situation {
    /// `main!` puts the host together; whether a signal has come already.
    Preparing { signalled: bool },
    /// Nothing runs that could stop in good order.
    Alone,
    /// Hosts run, and answer.
    Hosts,
    /// Hosts ran, and none is left.
    NoHostLeft,
}

/// What to do with a signal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Response {
    /// It is the same signal as the one before.
    Ignore,
    /// The host that is put together is to hear it.
    Keep,
    /// The hosts are to hear it.
    Deliver,
    /// It ends the process; with a word, where it is not the only one.
    Leave(&'static str),
}

/// What is remembered of the signals before.
#[derive(Debug, Default)]
pub(super) struct Responses {
    /// When the last one came that was no repeat.
    last: Option<Instant>,
    /// A signal that was kept, and until when a host has to have heard it.
    kept: Option<(OsSignal, Instant)>,
}

impl Responses {
    pub(super) fn to(&mut self, signal: OsSignal, now: Instant, situation: Situation) -> Response {
        let repeated = self.last.is_some_and(|last| now.duration_since(last) < REPEAT);
        if !repeated {
            (self.last, self.kept) = (Some(now), None);
        }
        match situation {
            Situation::Alone | Situation::Preparing { signalled: true } if repeated => Response::Ignore,
            Situation::Alone => Response::Leave(""),
            Situation::Hosts => Response::Deliver,
            Situation::NoHostLeft => Response::Leave("after the end"),
            Situation::Preparing { signalled: true } => Response::Leave("again"),
            Situation::Preparing { signalled: false } => {
                self.kept = Some((signal, now + PREPARATION));
                Response::Keep
            }
        }
    }

    /// When to call [`unanswered`](Responses::unanswered), if no signal comes before.
    pub(super) fn limit(&self) -> Option<Instant> {
        self.kept.map(|(_, limit)| limit)
    }

    /// The time is over: the signal that no host has heard, which ends the process.
    pub(super) fn unanswered(&mut self, situation: Situation) -> Option<OsSignal> {
        let (signal, _) = self.kept.take()?;
        matches!(situation, Situation::Preparing { .. }).then_some(signal)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TERM: OsSignal = OsSignal { name: "SIGTERM", number: 15 };
    const INT: OsSignal = OsSignal { name: "SIGINT", number: 2 };
    const FIRST: Situation = Situation::Preparing { signalled: false };
    const AGAIN: Situation = Situation::Preparing { signalled: true };

    /// The responses to signals that come so many milliseconds after the beginning.
    fn responses(signals: &[(u64, Situation)]) -> Vec<Response> {
        let (begun, mut responses) = (crate::time::clock::real_now(), Responses::default());
        let mut to =
            |(millis, situation)| responses.to(TERM, begun + Duration::from_millis(millis), situation);
        signals.iter().copied().map(&mut to).collect()
    }

    #[test]
    fn a_program_that_is_alone_is_ended_at_once() {
        assert_eq!(responses(&[(0, Situation::Alone)]), [Response::Leave("")]);
        assert_eq!(responses(&[(0, Situation::NoHostLeft)]), [Response::Leave("after the end")]);
    }

    #[test]
    fn hosts_hear_every_signal_and_judge_repeats_themselves() {
        let deliver = Response::Deliver;
        assert_eq!(responses(&[(0, Situation::Hosts), (10, Situation::Hosts)]), [deliver, deliver]);
        assert_eq!(
            responses(&[(0, Situation::Hosts), (10, Situation::Alone)]),
            [deliver, Response::Ignore],
            "the host has ended meanwhile"
        );
    }

    #[test]
    fn a_second_signal_ends_what_prepares_the_host_and_a_repeat_does_not() {
        let again = Response::Leave("again");
        assert_eq!(responses(&[(0, FIRST), (199, AGAIN)]), [Response::Keep, Response::Ignore]);
        assert_eq!(responses(&[(0, FIRST), (200, AGAIN)]), [Response::Keep, again]);
        assert_eq!(
            responses(&[(0, FIRST), (150, AGAIN), (250, AGAIN)]),
            [Response::Keep, Response::Ignore, again],
            "a repeat is counted from the signal that it repeats"
        );
    }

    #[test]
    fn a_signal_that_no_host_hears_in_time_ends_the_process() {
        let begun = crate::time::clock::real_now();
        let mut responses = Responses::default();
        assert_eq!(responses.limit(), None);
        responses.to(INT, begun, FIRST);
        assert_eq!(responses.limit(), Some(begun + PREPARATION));
        responses.to(INT, begun + Duration::from_millis(100), AGAIN);
        assert_eq!(responses.limit(), Some(begun + PREPARATION), "a repeat changes nothing");
        assert_eq!(responses.unanswered(AGAIN), Some(INT));
        assert_eq!((responses.limit(), responses.unanswered(AGAIN)), (None, None));
    }

    #[test]
    fn a_signal_that_a_host_has_heard_ends_nothing() {
        let begun = crate::time::clock::real_now();
        let mut responses = Responses::default();
        responses.to(TERM, begun, FIRST);
        assert_eq!(responses.unanswered(Situation::Hosts), None);
        responses.to(TERM, begun + Duration::from_secs(1), FIRST);
        responses.to(TERM, begun + Duration::from_secs(2), Situation::Hosts);
        assert_eq!(responses.limit(), None);
    }
}
