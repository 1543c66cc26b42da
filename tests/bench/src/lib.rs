//! What all contenders share: a runtime, the barrier "all have run", memory, and the one line that they print.

pub mod contender;
pub mod timers;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use tokio::sync::Notify;

/// Two executor threads, for every contender.
pub fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime")
}

/// The first argument, as a number of services.
pub fn count() -> usize {
    std::env::args().nth(1).and_then(|text| text.parse().ok()).unwrap_or(1_000)
}

/// Opens when so many have passed.
#[derive(Clone)]
pub struct Gate(Arc<(AtomicUsize, Notify)>);

impl Gate {
    pub fn of(count: usize) -> Self {
        Gate(Arc::new((AtomicUsize::new(count), Notify::new())))
    }

    pub fn pass(&self) {
        if self.0.0.fetch_sub(1, Ordering::AcqRel) == 1 {
            self.0.1.notify_one();
        }
    }

    pub async fn opened(&self) {
        while self.0.0.load(Ordering::Acquire) != 0 {
            self.0.1.notified().await;
        }
    }
}

/// Resident memory in bytes.
pub fn resident() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|line| line.split_whitespace().next()?.parse::<usize>().ok()).unwrap_or(0) * 1024
}

/// CPU time of this process so far.
pub fn cpu() -> Duration {
    // SAFETY: a plain system call that fills a struct of its own.
    let usage = unsafe {
        let mut usage = std::mem::zeroed();
        libc::getrusage(libc::RUSAGE_SELF, &mut usage);
        usage
    };
    let time = |time: libc::timeval| Duration::new(time.tv_sec as u64, time.tv_usec as u32 * 1000);
    time(usage.ru_utime) + time(usage.ru_stime)
}

/// One run's figures.
pub struct Figures {
    begun: Instant,
    before: usize,
    built: Option<Duration>,
    started: Duration,
    bytes: usize,
}

impl Figures {
    pub fn begin() -> Self {
        Figures { begun: Instant::now(), before: resident(), built: None, started: Duration::ZERO, bytes: 0 }
    }

    /// Everything is declared; the start begins.
    pub fn built(&mut self) {
        self.built = Some(self.begun.elapsed());
    }

    /// Everything runs.
    pub fn started(&mut self) {
        self.started = self.begun.elapsed();
        self.bytes = resident().saturating_sub(self.before);
    }

    /// Everything has ended: prints milliseconds to build, to start (building included) and to stop, and bytes.
    pub fn ended(self, stop: Instant) {
        let ms = |duration: Duration| duration.as_secs_f64() * 1e3;
        println!("{:.4} {:.4} {:.4} {}", ms(self.built.unwrap_or_default()), ms(self.started), ms(stop.elapsed()), self.bytes);
    }
}
