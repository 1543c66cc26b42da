//! Ringers in, each with its next step out: to ring, to sleep on behalf of all, to rest until called.

use std::fmt;
use std::mem::replace;
use std::sync::{Mutex, Weak};
use std::time::Duration;

use tokio::sync::Notify;

use super::alarm::Alarm;
use super::book::{Book, Set, Step};
use crate::at::At;
use crate::clock::{self, Wall};
use crate::count::{Count, One};
use crate::locked::locked;
use crate::race::race;

/// So late, with more to do, a ringer calls another to help. The runtime's timer alone is late by a millisecond.
const BEHIND: Duration = Duration::from_micros(2_500);
/// So late, and nobody at it: who rings is held up.
const HELD_UP: Duration = Duration::from_millis(20);

/// All alarms of one host.
#[derive(Default)]
pub(crate) struct Alarms {
    book: Mutex<Book>,
    /// Whether whoever has rung a herd lets the next ones gather: a test's time is exact.
    gathers: bool,
    /// Something is due sooner than the sleeper thinks.
    sooner: Notify,
    /// For those who rest.
    help: Notify,
    ringers: Count,
}

impl Alarms {
    pub(crate) fn new(wall: Wall) -> Self {
        Alarms { gathers: wall.drifts(), ..Alarms::default() }
    }

    pub(crate) fn set(&self, due: At, alarm: Weak<dyn Alarm>) {
        let mut book = locked(&self.book);
        if book.closed {
            return;
        }
        book.put(Set { due, alarm });
        let sooner = book.asleep.is_some_and(|until| until.is_none_or(|until| due < until));
        drop(book);
        if sooner {
            self.sooner.notify_one();
        }
    }

    /// What is next, at this time; first puts away what was rung just now.
    pub(crate) fn step(&self, now: At, again: Option<Set>) -> Step {
        let mut book = locked(&self.book);
        if book.closed {
            return Step::Home;
        }
        book.steps += 1;
        if let Some(again) = again {
            book.put(again);
        }
        let Some((set, alarm)) = book.take(now) else { return book.wait(now, self.gathers) };
        let call = book.resting > 0 && book.next_due().is_some() && now.since(set.due) > BEHIND;
        book.resting -= usize::from(call);
        drop(book);
        if call {
            self.help.notify_one();
        }
        Step::Ring(set, alarm)
    }

    /// Sleeps on behalf of all, as [`step`](Alarms::step) says.
    pub(crate) async fn sleep(&self, until: Option<At>) {
        match until {
            Some(until) => {
                race(clock::sleep_until(until.instant()), self.sooner.notified()).await;
            }
            None => self.sooner.notified().await,
        }
        locked(&self.book).asleep = None;
    }

    /// Waits until called.
    pub(crate) async fn rest(&self) {
        let called = self.help.notified(); // before the look
        if !locked(&self.book).closed {
            called.await;
        }
    }

    /// Nothing is rung any more, and all ringers go.
    pub(crate) fn close(&self) {
        let mut book = locked(&self.book);
        book.closed = true;
        let gone = book.empty();
        drop(book);
        self.help.notify_waiters();
        self.sooner.notify_one();
        drop(gone);
    }

    /// Closed, waits until all ringers have gone: nobody has an alarm in hand any more.
    pub(crate) async fn silent(&self) {
        self.ringers.emptied().await;
    }

    /// A ringer has come; it is one until it lets go of this.
    pub(crate) fn enlist(&self) -> One {
        locked(&self.book).sent_for = false;
        self.ringers.one()
    }

    /// Should what is due lie there, and nobody have taken a step since this was asked last, whoever rings is held up: calls one
    /// who rests. Whether there is none, and a further ringer is to be sent.
    pub(crate) fn relieve(&self, now: At) -> bool {
        let mut book = locked(&self.book);
        let late = book.oldest().is_some_and(|due| now.since(due) > HELD_UP);
        let steps = book.steps;
        let stands_still = replace(&mut book.seen, steps) == steps;
        if book.closed || book.sent_for || !late || !stands_still {
            return false;
        }
        if book.resting == 0 {
            book.sent_for = true;
            return true;
        }
        book.resting -= 1;
        drop(book);
        self.help.notify_one();
        false
    }
}

impl fmt::Debug for Alarms {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ahead: usize = locked(&self.book).ahead.values().map(|slot| slot.set.len()).sum();
        write!(f, "Alarms({ahead} set)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::alarms::book::HERD;
    use crate::now::Now;
    use proptest::prelude::*;
    use std::pin::pin;
    use std::sync::Arc;
    use std::task::{Context, Waker};

    /// Notes what it was rung for.
    #[derive(Default)]
    struct Bell(Mutex<Vec<At>>);

    impl Alarm for Bell {
        fn ring(&self, due: At, _: &mut Now) -> Option<At> {
            locked(&self.0).push(due);
            None
        }

        fn touch(&self, _: u8) {}
    }

    fn at(micros: u64) -> At {
        At::of_bits(0).later(Duration::from_micros(micros))
    }

    /// Rings all that is due; says until when to sleep.
    fn ring(alarms: &Alarms, now: At) -> Option<At> {
        let mut clocks = Now { instant: now, wall: std::time::SystemTime::UNIX_EPOCH };
        loop {
            match alarms.step(now, None) {
                Step::Ring(set, alarm) => assert_eq!(alarm.ring(set.due, &mut clocks), None),
                Step::Sleep(until) => {
                    locked(&alarms.book).asleep = None;
                    return until;
                }
                Step::Rest | Step::Home => unreachable!("nobody sleeps, and nothing is closed"),
            }
        }
    }

    proptest! {
        /// Whenever one looks, exactly what has fallen due is rung, once, and the sleep is until the next one.
        #[test]
        fn each_is_rung_once_and_in_time(sets in proptest::collection::vec((0u64..20_000, any::<bool>()), 1..200)) {
            let (alarms, bell, mut set) = (Alarms::default(), Arc::new(Bell::default()), Vec::new());
            let mut now = 0;
            for (micros, look) in sets {
                if look {
                    now = now.max(micros);
                    let until = ring(&alarms, at(now));
                    set.sort();
                    let due = set.partition_point(|due| *due <= at(now));
                    let mut rung: Vec<At> = std::mem::take(&mut *locked(&bell.0));
                    rung.sort();
                    prop_assert_eq!(rung, set.drain(..due).collect::<Vec<_>>());
                    prop_assert_eq!(until, set.first().copied());
                } else {
                    let weak: Weak<Bell> = Arc::downgrade(&bell);
                    alarms.set(at(micros), weak);
                    set.push(at(micros));
                }
            }
        }
    }

    #[test]
    fn one_that_is_gone_is_not_rung() {
        let alarms = Alarms::default();
        let gone: Weak<Bell> = Arc::downgrade(&Arc::default());
        alarms.set(at(1), gone);
        assert_eq!(ring(&alarms, at(2)), None);
    }

    #[test]
    fn after_a_herd_the_next_ones_gather() {
        for (gathers, until) in [(true, 1_500), (false, 501)] {
            let (alarms, bell) = (Alarms { gathers, ..Alarms::default() }, Arc::new(Bell::default()));
            for micros in 0..=HERD.into() {
                let weak: Weak<Bell> = Arc::downgrade(&bell);
                alarms.set(at(if micros < HERD.into() { micros } else { 501 }), weak);
            }
            assert_eq!(ring(&alarms, at(500)), Some(at(until)));
            assert_eq!(ring(&alarms, at(until)), None);
        }
    }

    #[test]
    fn whoever_is_held_up_is_relieved_once() {
        let (alarms, bell) = (Alarms::default(), Arc::new(Bell::default()));
        for _ in 0..2 {
            let weak: Weak<Bell> = Arc::downgrade(&bell);
            alarms.set(at(0), weak);
        }
        assert!(matches!(alarms.step(at(0), None), Step::Ring(..)));
        assert!(!alarms.relieve(at(1_000)), "it may be at it");
        assert!(!alarms.relieve(at(2_000)), "it is not late");
        assert!(alarms.relieve(at(30_000)));
        assert!(!alarms.relieve(at(40_000)), "one is on the way");
        let _ringer = alarms.enlist();
        assert!(matches!(alarms.step(at(40_000), None), Step::Ring(..)));
        assert!(matches!(alarms.step(at(40_000), None), Step::Sleep(None)));
        assert!(!alarms.relieve(at(80_000)) && !alarms.relieve(at(90_000)), "there is nothing to do");
        assert!(matches!(alarms.step(at(90_000), None), Step::Rest));
        let weak: Weak<Bell> = Arc::downgrade(&bell);
        alarms.set(at(100_000), weak);
        assert!(!alarms.relieve(at(130_000)), "a step was taken");
        assert!(!alarms.relieve(at(130_000)), "who sleeps does not wake, and one who rests is called");
        assert!(alarms.relieve(at(130_000)), "nobody rests");
        alarms.close();
        assert!(matches!(alarms.step(at(90_000), None), Step::Home));
    }

    #[tokio::test]
    async fn silence_is_when_all_ringers_have_gone() {
        let alarms = Alarms::default();
        let ringer = alarms.enlist();
        alarms.close();
        let mut silent = pin!(alarms.silent());
        let mut cx = Context::from_waker(Waker::noop());
        assert!(silent.as_mut().poll(&mut cx).is_pending());
        drop(ringer);
        silent.await;
        alarms.silent().await;
    }
}
