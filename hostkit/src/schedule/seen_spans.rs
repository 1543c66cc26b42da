//! Where the wall clock has been while a fixed expression was watched: no due time in there is to run again.

use std::time::{Duration, SystemTime};

use super::times::CronTimes;

/// Ahead by less than this, what the wall clock leapt over counts as where it has been; by more, it may be wrong, and what it
/// leapt over may really come yet.
const DOUBTFUL: Duration = Duration::from_secs(60 * 60);
/// How many stretches are kept beside that: one more for each large step.
const MOST: usize = 32;

/// Stretches of the wall clock's time, the one that it is in last.
#[derive(Debug)]
pub(super) struct SeenSpans(Vec<WallSpan>);

/// After `from`, up to `to`.
#[derive(Debug, Clone, Copy)]
struct WallSpan {
    from: SystemTime,
    to: SystemTime,
}

impl SeenSpans {
    pub(super) fn from(now: SystemTime) -> Self {
        SeenSpans(vec![WallSpan { from: now, to: now }])
    }

    /// The wall clock went on to this time, and leapt so far on its way.
    pub(super) fn go_on(&mut self, now: SystemTime, leapt: Duration) {
        if leapt >= DOUBTFUL {
            self.push(now);
        } else if let Some(here) = self.0.last_mut() {
            here.to = here.to.max(now);
        }
    }

    /// The wall clock was set back to this time.
    pub(super) fn set_back(&mut self, now: SystemTime) {
        self.push(now);
    }

    fn push(&mut self, now: SystemTime) {
        if let Some(here) = self.0.pop().filter(|here| here.from < here.to) {
            self.keep(here);
        }
        self.0.push(WallSpan { from: now, to: now });
    }

    /// As one with those that it touches.
    fn keep(&mut self, mut kept: WallSpan) {
        self.0.retain(|stretch| {
            let touches = stretch.from <= kept.to && kept.from <= stretch.to;
            if touches {
                kept = WallSpan { from: kept.from.min(stretch.from), to: kept.to.max(stretch.to) };
            }
            !touches
        });
        if self.0.len() == MOST {
            self.0.remove(0);
        }
        self.0.push(kept);
    }

    /// A run for this due time begins, which the wall clock may have leapt over.
    pub(super) fn add(&mut self, due: SystemTime, times: &CronTimes) {
        if self.end_of(due).is_some() {
            return;
        }
        let before = self.0.iter_mut().filter(|stretch| stretch.to < due).max_by_key(|stretch| stretch.to);
        match before.filter(|before| times.after(before.to) == Some(due)) {
            Some(before) => before.to = due,
            None => {
                let just_before = due.checked_sub(Duration::from_nanos(1)).unwrap_or(due);
                let here = self.0.pop();
                self.keep(WallSpan { from: just_before, to: due });
                self.0.extend(here);
            }
        }
    }

    /// Where the stretch ends in which this due time lies, if it lies in one.
    pub(super) fn end_of(&self, due: SystemTime) -> Option<SystemTime> {
        let here = self.0.iter().filter(|stretch| stretch.from < due && due <= stretch.to);
        here.map(|stretch| stretch.to).max()
    }
}
