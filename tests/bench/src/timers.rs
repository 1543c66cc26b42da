//! What both contenders of `timers` share: what is asked of them, a note of each firing, and the one line that they print.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::{Duration, SystemTime};

/// What is asked for: `COUNT together|spread PERIOD_MS SECONDS`.
#[derive(Clone, Copy)]
pub struct Asked {
    pub count: usize,
    pub spread: bool,
    pub period: Duration,
    pub seconds: u64,
}

impl Asked {
    pub fn of_args() -> Self {
        let args: Vec<String> = std::env::args().skip(1).collect();
        let [count, phases, period, seconds] = &args[..] else {
            panic!("COUNT together|spread PERIOD_MS SECONDS")
        };
        Asked {
            count: count.parse().expect("a count"),
            spread: phases == "spread",
            period: Duration::from_millis(period.parse().expect("milliseconds")),
            seconds: seconds.parse().expect("seconds"),
        }
    }

    /// The wait before the first firing of this timer.
    pub fn first(&self, timer: usize) -> Duration {
        if !self.spread {
            return Duration::ZERO;
        }
        self.period.mul_f64(timer as f64 / self.count as f64)
    }
}

/// Of each timer: how often it fired, for which due times, and how late. A firing costs a few plain writes.
pub struct Firings {
    asked: Asked,
    begun: SystemTime,
    rows: Vec<AtomicU64>,
    width: usize,
}

const FIRED: usize = 0;
const FIRST: usize = 1;
const LAST: usize = 2;
const LATE: usize = 3;

impl Firings {
    pub fn new(asked: Asked) -> Self {
        let periods = (asked.seconds + 3) as u128 * 1_000_000 / asked.period.as_micros() + 8;
        let width = LATE + usize::try_from(periods).expect("a number");
        let rows = (0..asked.count * width).map(|_| AtomicU64::new(0)).collect();
        Firings { asked, begun: SystemTime::now(), rows, width }
    }

    /// Nobody else notes the same timer at the same time. Due times that were missed just before count as well.
    pub fn note(&self, timer: usize, due: SystemTime, late: Duration, missed: u64) {
        let row = &self.rows[timer * self.width..][..self.width];
        let (fired, due) = (row[FIRED].load(Relaxed), due.duration_since(self.begun).unwrap_or_default());
        let due = due.as_nanos() as u64;
        if fired == 0 {
            row[FIRST].store(due - missed * self.asked.period.as_nanos() as u64, Relaxed);
        }
        row[LAST].store(due, Relaxed);
        if let Some(cell) = row.get(LATE + fired as usize) {
            cell.store(late.as_nanos() as u64, Relaxed);
        }
        row[FIRED].store(fired + 1, Relaxed);
    }

    fn rows(&self) -> impl Iterator<Item = &[AtomicU64]> {
        self.rows.chunks(self.width)
    }

    fn fired(&self) -> u64 {
        self.rows().map(|row| row[FIRED].load(Relaxed)).sum()
    }

    /// Lets the contender run for the time asked for: milliseconds of CPU, and firings meanwhile.
    pub async fn measured(&self) -> (f64, u64) {
        tokio::time::sleep(Duration::from_millis(500)).await;
        let (fired, cpu) = (self.fired(), crate::cpu());
        tokio::time::sleep(Duration::from_secs(self.asked.seconds)).await;
        let (cpu, fired) = (crate::cpu() - cpu, self.fired() - fired);
        (cpu.as_secs_f64() * 1e3, fired)
    }

    /// Prints that; lateness in microseconds (median, p99, most); and the due times, from the first to the last of each timer,
    /// that neither ran nor are in a count of the contender's.
    pub fn tell(&self, (cpu, fired): (f64, u64), counted: u64) {
        let mut late: Vec<u64> = Vec::new();
        let (mut due, mut ran) = (0, 0);
        for row in self.rows() {
            let n = row[FIRED].load(Relaxed);
            let span = row[LAST].load(Relaxed).saturating_sub(row[FIRST].load(Relaxed)) as f64;
            due += if n == 0 { 0 } else { (span / self.asked.period.as_nanos() as f64).round() as i64 + 1 };
            ran += n;
            late.extend(row[LATE..].iter().take(n as usize).skip(1).map(|late| late.load(Relaxed)));
        }
        late.sort_unstable();
        let at =
            |part: f64| late.get((late.len() as f64 * part) as usize).map_or(0.0, |late| *late as f64 / 1e3);
        let most = late.last().map_or(0.0, |late| *late as f64 / 1e3);
        println!(
            "{cpu:.3} {fired} {:.1} {:.1} {most:.1} {}",
            at(0.5),
            at(0.99),
            due - (ran + counted) as i64
        );
    }
}
