//! Works off everything that is enqueued: time goes to the next job that falls due, again and again, until nothing is left.

use std::fmt::Write;
use std::time::Duration;

use super::TestHost;
use super::settle::settle_within;
use crate::host::HostHandle;
use crate::queue::QueueStats;
use crate::time::clock::{self, Instant};

/// After so many rounds of the executor it looks at what was done.
const ROUNDS: usize = 500;
/// So often it finds nothing done, and somebody who never waits nevertheless, before it lets time pass.
const BUSY: usize = 100;
/// For so long nothing may happen while a job runs, in the runtime's time.
const PATIENCE: Duration = Duration::from_secs(60 * 60);
/// So often jobs may be put off, and ten times for each of them, while none ends.
const SNOOZES: u64 = 1_000;
/// So many attempts are made at most, and ten more for each job that was there at first.
const ATTEMPTS: u64 = 100_000;

impl TestHost {
    /// Works off all queues: delayed jobs, retries, and what the jobs enqueue themselves. Time advances as far as that takes,
    /// and no further. Returns when no job waits or runs.
    ///
    /// Meant for paused time; on a runtime whose time is not paused it waits for real.
    ///
    /// # Panics
    /// If it can't get there: a queue is paused, or its handler does not run; a job never ends (nothing happens for an hour), is
    /// put off again and again, or makes ever more jobs. It says which queue, and how many jobs are left.
    pub async fn drain(&self) {
        let mut effort = None;
        loop {
            let quiet = settle_within(&self.handle, ROUNDS).await;
            let lines = lines(&self.handle);
            if lines.iter().all(|line| line.left() == 0) {
                return;
            }
            let effort = effort.get_or_insert_with(|| DrainProgress::of(&lines));
            match effort.wait(&lines) {
                Ok(_) if !quiet && effort.goes_on() => {} // there is more to do now
                Ok(until) => clock::sleep_until(until).await,
                Err(why) => panic!("the queues can't be drained{why}{}", left(&lines)),
            }
        }
    }
}

/// One queue, as it is now.
struct QueueView {
    name: String,
    stats: QueueStats,
    /// When it will have something to do that it has not now.
    next: Option<Instant>,
    /// Why nothing that waits in it will begin.
    stands: Option<String>,
}

fn lines(host: &HostHandle) -> Vec<QueueView> {
    let line = |(name, steer): (&str, &dyn crate::queue::QueueControl)| {
        let works = host.service(name).is_some_and(|service| service.state().ending().is_none());
        let off = (!works).then(|| "its handler does not run: it is off, left out, or has ended".into());
        let paused = || Some(format!("it is paused ({}): resume it first", steer.paused()?));
        QueueView {
            name: name.to_owned(),
            stats: steer.stats(),
            next: steer.next(),
            stands: off.or_else(paused),
        }
    };
    host.lines().map(line).collect()
}

impl QueueView {
    fn left(&self) -> usize {
        self.stats.waiting + self.stats.delayed + self.stats.running
    }

    fn is_stuck(&self) -> bool {
        self.left() > 0 && self.stats.running == 0 && self.stands.is_some()
    }
}

/// What was done so far, in order not to go on for ever.
struct DrainProgress {
    /// Attempts that ended and snoozes, at first and when something was last done.
    begun: u64,
    most: u64,
    ended: u64,
    snoozed: u64,
    /// When something last happened at all.
    seen: (u64, u64, usize),
    at: Instant,
    looks: usize,
}

impl DrainProgress {
    fn of(lines: &[QueueView]) -> Self {
        let left: usize = lines.iter().map(QueueView::left).sum();
        let ended = ended(lines);
        DrainProgress {
            begun: ended,
            most: ATTEMPTS + 10 * left as u64,
            ended,
            snoozed: snoozed(lines),
            seen: (0, 0, 0),
            at: clock::now(),
            looks: 0,
        }
    }

    /// Whether something was done lately.
    fn goes_on(&mut self) -> bool {
        self.looks += 1;
        self.looks < BUSY
    }

    /// Until when to wait now; or why that would be in vain.
    fn wait(&mut self, lines: &[QueueView]) -> Result<Instant, &'static str> {
        let now = clock::now();
        let open = || lines.iter().filter(|line| line.left() > 0);
        if open().all(QueueView::is_stuck) {
            return Err("");
        }
        let (ended, snoozed, left) =
            (ended(lines), snoozed(lines), open().map(QueueView::left).sum::<usize>());
        if ended - self.begun > self.most {
            return Err(": there are ever more jobs");
        }
        if ended != self.ended {
            (self.ended, self.snoozed) = (ended, snoozed);
        }
        if snoozed - self.snoozed > SNOOZES + 10 * left as u64 {
            return Err(": jobs are snoozed again and again, and none ends");
        }
        if self.seen != (ended, snoozed, left) {
            (self.seen, self.at, self.looks) = ((ended, snoozed, left), now, 0);
        }
        let waited = now.saturating_duration_since(self.at);
        let next = open().filter(|line| line.stands.is_none()).filter_map(|line| line.next).min();
        match next.filter(|next| *next > now) {
            Some(next) if open().all(|line| line.stats.running == 0) => Ok(next),
            _ if waited > PATIENCE => Err(": nothing has happened for an hour"),
            next => {
                let soon = now + Duration::from_millis(1).max(waited / 100);
                Ok(next.map_or(soon, |next| next.min(soon)))
            }
        }
    }
}

fn ended(lines: &[QueueView]) -> u64 {
    lines.iter().map(|line| line.stats.done + line.stats.failed).sum()
}

fn snoozed(lines: &[QueueView]) -> u64 {
    lines.iter().map(|line| line.stats.snoozed).sum()
}

/// A line for each queue that is not empty: what is in it, and why nothing of that begins.
fn left(lines: &[QueueView]) -> String {
    let mut text = String::new();
    for line in lines.iter().filter(|line| line.left() > 0) {
        let QueueStats { waiting, delayed, running, .. } = line.stats;
        let stands = line.stands.as_ref().map(|stands| format!("; {stands}")).unwrap_or_default();
        let _ = write!(
            text,
            "\n  `{}`: jobs that wait: {waiting}, delayed: {delayed}, running: {running}{stands}",
            line.name
        );
    }
    text
}
