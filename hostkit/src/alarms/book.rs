//! The alarms that are set: ahead in their slots, due, and near.

use std::collections::{BTreeMap, VecDeque};
use std::hint::black_box;
use std::mem::{replace, take};
use std::sync::{Arc, Weak};
use std::time::Duration;

use super::alarm::Alarm;
use crate::at::At;

/// So many alarms are touched together.
pub(crate) const AT_A_TIME: usize = 32;
/// And so far: what lies in them, what that points to, what that points to.
const FAR: u8 = 3;

/// After so many in one go, whoever sleeps lets the next ones gather for so long: to wake up costs as much as to ring a hundred, and
/// a herd of timers that began together is spread over the milliseconds that its beginning took.
pub(super) const HERD: u32 = 64;
const GATHER: Duration = Duration::from_millis(1);

/// One alarm, set.
pub(crate) struct Set {
    pub(crate) due: At,
    pub(super) alarm: Weak<dyn Alarm>,
}

/// What a ringer is to do.
pub(crate) enum Step {
    Ring(Set, Arc<dyn Alarm>),
    /// Sleep until then, on behalf of all; or until there is something to sleep for.
    Sleep(Option<At>),
    /// Wait until called: somebody else sleeps.
    Rest,
    /// Go: nothing is rung any more.
    Home,
}

/// What is set, and who rings: all that changes under the lock.
#[derive(Default)]
pub(super) struct Book {
    /// By their millisecond.
    pub(super) ahead: BTreeMap<i64, Slot>,
    due: VecDeque<Set>,
    /// What is rung before those, and has been touched.
    near: VecDeque<(Set, Arc<dyn Alarm>)>,
    /// The room of a slot that was emptied, for the next one: a herd would have it made and given back each time.
    spare: Vec<Set>,
    /// Until when somebody sleeps on behalf of all, if anybody does.
    pub(super) asleep: Option<Option<At>>,
    pub(super) resting: usize,
    /// How many were taken since somebody slept last.
    rung: u32,
    /// How many steps ringers have taken, and how many of them the watch has seen.
    pub(super) steps: u64,
    pub(super) seen: u64,
    /// A further ringer was sent for, and has not come yet.
    pub(super) sent_for: bool,
    /// Nothing is rung any more.
    pub(super) closed: bool,
}

/// The alarms of a millisecond.
pub(super) struct Slot {
    first: At,
    pub(super) set: Vec<Set>,
}

impl Set {
    pub(crate) fn to(self, due: At) -> Self {
        Set { due, ..self }
    }
}

impl Book {
    pub(super) fn put(&mut self, set: Set) {
        let (due, slot) = (set.due, set.due.millisecond());
        let slot = match self.ahead.last_entry() {
            Some(last) if *last.key() == slot => last.into_mut(), // as with all of one period: no search
            _ => self.ahead.entry(slot).or_insert_with(|| Slot { first: due, set: take(&mut self.spare) }),
        };
        slot.first = slot.first.min(due);
        slot.set.push(set);
    }

    /// The next alarm that is due; one that is gone is let go.
    pub(super) fn take(&mut self, now: At) -> Option<(Set, Arc<dyn Alarm>)> {
        while self.near.is_empty() {
            if self.due.is_empty() {
                self.fall_due(now);
            }
            if self.due.is_empty() {
                return None;
            }
            self.draw_near();
        }
        self.rung += 1;
        self.near.pop_front()
    }

    /// What lies far off in memory is slow to come, and many such things come as fast as one: if they are asked for at a time,
    /// with nothing in between that waits for one of them, as a lock does.
    fn draw_near(&mut self) {
        let next = self.due.len().min(AT_A_TIME);
        for set in self.due.iter().take(next) {
            black_box(set.alarm.strong_count());
        }
        let alive = |set: Set| set.alarm.upgrade().map(|alarm| (set, alarm));
        self.near.extend(self.due.drain(..next).filter_map(alive));
        for pointers in 0..FAR {
            self.near.iter().for_each(|(_, alarm)| alarm.touch(pointers));
        }
    }

    /// Moves all that is due by now out of the slots.
    fn fall_due(&mut self, now: At) {
        while let Some(mut slot) = self.ahead.first_entry().filter(|slot| slot.get().first <= now) {
            if let Some(later) = slot.get().set.iter().map(|set| set.due).filter(|due| *due > now).min() {
                let Slot { first, set } = slot.get_mut();
                self.due.extend(set.extract_if(.., |set| set.due <= now));
                *first = later;
                return;
            }
            let set = slot.remove().set;
            match self.due.is_empty() {
                true => self.spare = replace(&mut self.due, set.into()).into(),
                false => self.due.extend(set),
            }
        }
    }

    pub(super) fn wait(&mut self, now: At, gathers: bool) -> Step {
        if self.asleep.is_some() {
            self.resting += 1;
            return Step::Rest;
        }
        let herd = replace(&mut self.rung, 0) >= HERD;
        let not_before = if herd && gathers { now.later(GATHER) } else { now };
        let until = self.next_ahead().map(|next| next.max(not_before));
        self.asleep = Some(until);
        Step::Sleep(until)
    }

    /// The due time of what is rung next, if anything has fallen due.
    pub(super) fn next_due(&self) -> Option<At> {
        let near = self.near.front().map(|(set, _)| set.due);
        near.or_else(|| self.due.front().map(|set| set.due))
    }

    pub(super) fn oldest(&self) -> Option<At> {
        self.next_due().or_else(|| self.next_ahead())
    }

    fn next_ahead(&self) -> Option<At> {
        self.ahead.first_key_value().map(|(_, slot)| slot.first)
    }

    /// All that is set, out of the book.
    pub(super) fn empty(&mut self) -> impl Sized + use<> {
        (take(&mut self.ahead), take(&mut self.due), take(&mut self.near))
    }
}
