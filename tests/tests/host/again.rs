//! A run that was given up: what it says afterwards concerns nobody, and its thread does not run beside the next one.

use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use hostkit::Host;
use hostkit::builder::{Backoff, Hosted, OnFailure};
use hostkit::prelude::*;
use hostkit::report::State;

use super::log;
use super::world::{Diary, millis, pass, secs, started};

/// How many run now, and how many ever ran at once.
#[derive(Default)]
struct Running(AtomicUsize, AtomicUsize);

struct One<'a>(&'a Running);

impl Running {
    fn one(&self) -> One<'_> {
        let now = self.0.fetch_add(1, Ordering::SeqCst) + 1;
        self.1.fetch_max(now, Ordering::SeqCst);
        One(self)
    }
}

impl Drop for One<'_> {
    fn drop(&mut self) {
        self.0.0.fetch_sub(1, Ordering::SeqCst);
    }
}

fn restarted(service: Hosted) -> Hosted {
    service
        .on_failure(OnFailure::Restart)
        .start_timeout(millis(50))
        .backoff(Backoff::new(millis(10), millis(10)))
}

/// Real time: threads. The second run is late to be ready and is given up; its thread goes on until it hears that.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_next_run_of_a_fn_waits_for_the_thread_of_the_one_before() {
    log::gather();
    let (running, runs, diary) = (Arc::new(Running::default()), Arc::new(AtomicU32::new(0)), Diary::new());
    let (of_runs, there, notes) = (runs.clone(), running.clone(), diary.clone());
    let service = Hosted::blocking(move |ready: Ready, stop: Stop| -> hostkit::Result {
        let _one = there.one();
        match of_runs.fetch_add(1, Ordering::SeqCst) {
            0 => {
                ready.notify();
                Err("the first run fails".into())
            }
            1 => {
                stop.requested_blocking();
                notes.note("the second is told to stop");
                std::thread::sleep(millis(200)); // and takes its time
                ready.notify(); // which is nobody's business any more
                Ok(())
            }
            _ => {
                notes.note("the third begins");
                ready.notify();
                stop.requested_blocking();
                Ok(())
            }
        }
    });
    let host = started(Host::builder().service("again-thread", restarted(service))).await;
    let service = host.handle().service("again-thread").unwrap();
    let begun = std::time::Instant::now();
    while runs.load(Ordering::SeqCst) < 3 || service.state() != State::Running {
        assert!(begun.elapsed() < secs(20), "{:?} after {runs:?} runs", service.state());
        pass(millis(5)).await;
    }
    assert_eq!(running.1.load(Ordering::SeqCst), 1, "no two run at once");
    assert_eq!(diary.all(), ["the second is told to stop", "the third begins"]);
    let told = log::with("the restart waits: the thread of the previous run has not ended");
    assert!(told.iter().any(|record| record.spans.iter().any(|name| name == "again-thread")), "it is told");
    assert!(host.stop().await.is_clean());
}

/// A stop that comes while the restart waits has the service's own time, and ends when the thread does.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stop_waits_for_the_thread_of_a_run_that_was_given_up() {
    let (runs, diary) = (Arc::new(AtomicU32::new(0)), Diary::new());
    let (of_runs, notes) = (runs.clone(), diary.clone());
    let service = Hosted::blocking(move |ready: Ready, stop: Stop| -> hostkit::Result {
        if of_runs.fetch_add(1, Ordering::SeqCst) == 0 {
            ready.notify();
            return Err("the first run fails".into());
        }
        stop.requested_blocking();
        std::thread::sleep(millis(300));
        notes.note("ended");
        drop(ready);
        Ok(())
    });
    let host = started(Host::builder().service("again-stopped", restarted(service))).await;
    let service = host.handle().service("again-stopped").unwrap();
    while runs.load(Ordering::SeqCst) < 2 || service.restarts() < 2 {
        pass(millis(5)).await;
    }
    let report = host.stop().await;
    assert_eq!(diary.all(), ["ended"], "{report}");
    assert!(report.is_clean(), "{report}");
}

/// The same for what a run that was dropped has left with a task of its own: neither `Ready` nor `Heartbeat` speaks for the next one.
#[tokio::test(start_paused = true)]
async fn what_a_run_says_that_was_given_up_concerns_nobody() {
    let (runs, kept) = (Arc::new(AtomicU32::new(0)), Arc::new(Mutex::new(None)));
    let (of_runs, keeps) = (runs.clone(), kept.clone());
    let service = Hosted::new(move |ready: Ready, heart: Heartbeat, stop: Stop| {
        let (run, keeps) = (of_runs.fetch_add(1, Ordering::SeqCst), keeps.clone());
        async move {
            match run {
                0 => {
                    ready.notify();
                    return Err("the first run fails".into());
                }
                1 => {
                    *keeps.lock().unwrap() = Some((ready, heart));
                    std::future::pending::<()>().await;
                }
                _ => {
                    let _ready = ready;
                    stop.requested().await;
                }
            }
            hostkit::Result::<()>::Ok(())
        }
    });
    let service = service
        .on_failure(OnFailure::Restart)
        .backoff(Backoff::new(secs(1), secs(1)))
        .start_timeout(secs(10))
        .max_restarts(50)
        .heartbeat(secs(3));
    let host = started(Host::builder().service("again-left", service)).await;
    let service = host.handle().service("again-left").unwrap();
    while runs.load(Ordering::SeqCst) < 3 {
        pass(millis(100)).await;
    }
    let (ready, heart) = kept.lock().unwrap().take().unwrap();
    pass(secs(5)).await;
    heart.beat();
    assert!(!service.is_healthy(), "that was no beat of this run");
    ready.notify();
    assert_eq!(service.state(), State::Starting, "that was not this run's");
    host.stop().await;
}
