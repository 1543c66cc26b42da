//! Timers in real time, on real threads: none holds up another, and no command is lost.

use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};

use hostkit::Every;
use hostkit::builder::{Overlap, Timed};
use hostkit::param::Tick;
use hostkit::report::Triggered;
use hostkit::schedule::Delay;
use hostkit::testing::TestHost;
use hostkit_tests::ends_within;

use super::world::{millis, pass, secs};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_run_that_holds_its_thread_delays_no_other_timer() {
    let held = Arc::new(AtomicBool::new(false));
    let holds = held.clone();
    let blocks = move |tick: Tick| {
        let held = holds.clone();
        async move {
            if tick.number() == 5 {
                held.store(true, Ordering::SeqCst);
                std::thread::sleep(secs(2));
                held.store(false, Ordering::SeqCst);
            }
        }
    };
    let beats = Arc::new(AtomicUsize::new(0));
    let beat = || {
        let (held, beats) = (held.clone(), beats.clone());
        move || {
            beats.fetch_add(usize::from(held.load(Ordering::SeqCst)), Ordering::SeqCst);
            async {}
        }
    };
    let host = TestHost::empty()
        .timed("blocks", Every::millis(50), blocks)
        .timed("beat", Every::millis(20), beat())
        .timed("rest", Delay::millis(20), beat())
        .start()
        .await
        .unwrap();
    let begun = Instant::now();
    while host.service("blocks").runs() < 6 {
        assert!(begun.elapsed() < secs(20));
        std::thread::sleep(millis(20)); // it is the runtime's own thread that waits here
    }
    let beats = beats.load(Ordering::SeqCst);
    assert!(beats >= 20, "{beats} runs of the others in two seconds");
    assert!(host.stop().await.is_clean());
}

/// Thousands that are due together keep both threads busy, and each has its run.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_a_herd_each_has_its_run() {
    let runs = Arc::new(AtomicUsize::new(0));
    let mut host = TestHost::empty();
    for number in 0..3_000 {
        let runs = runs.clone();
        host = host.timed(format!("t{number}"), Every::millis(200), move || {
            runs.fetch_add(1, Ordering::Relaxed);
            async {}
        });
    }
    let host = host.start().await.unwrap();
    pass(millis(1_500)).await;
    let (ran, begun) = (runs.load(Ordering::Relaxed), Instant::now());
    assert!(ran >= 3_000 * 5, "{ran}");
    let services: Vec<_> = host.handle().services();
    assert!(host.stop().await.is_clean());
    let counted: u64 = services.iter().map(hostkit::report::ServiceHandle::runs).sum();
    assert_eq!(counted, runs.load(Ordering::Relaxed) as u64, "{:?}", begun.elapsed());
}

/// Commands come while the timer is being fired.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_command_is_lost_to_a_due_time() {
    let brief = || Timed::new(|| async {}).overlap(Overlap::Queue);
    let host = TestHost::empty().timed("t", Every::millis(1), brief()).start().await.unwrap();
    let handle = host.handle();
    let asking: Vec<_> = (0..4)
        .map(|_| {
            let t = handle.service("t").unwrap();
            tokio::spawn(async move {
                let mut done = 0;
                for _ in 0..1_000 {
                    done += usize::from(
                        ends_within(secs(10), t.timer().unwrap().trigger()).await == Triggered::Done,
                    );
                }
                done
            })
        })
        .collect();
    let t = handle.service("t").unwrap();
    for _ in 0..50 {
        assert!(t.pause("a moment"));
        tokio::task::yield_now().await;
        assert!(t.resume());
        pass(millis(1)).await;
    }
    let mut done = 0;
    for asked in asking {
        done += asked.await.unwrap();
    }
    assert!(done >= 1_000, "{done} of 4000"); // the others met a run, and one waits at a time
    let before = t.runs();
    pass(millis(100)).await;
    assert!(t.runs() > before, "and it goes on");
    assert!(host.stop().await.is_clean());
}

/// Where threads wait for each other, for a time.
#[derive(Default)]
struct Meeting {
    come: Mutex<usize>,
    all_here: Condvar,
}

impl Meeting {
    fn comes_together(&self, count: usize, limit: Duration) -> bool {
        let mut come = self.come.lock().unwrap();
        *come += 1;
        self.all_here.notify_all();
        let (come, _) = self.all_here.wait_timeout_while(come, limit, |come| *come < count).unwrap();
        *come >= count
    }
}

/// Both block their threads until the other has come: as tasks of one thread they would wait for ever.
#[tokio::test(flavor = "multi_thread", worker_threads = 3)]
async fn overlapping_runs_go_in_parallel() {
    let met = Arc::new(Meeting::default());
    let (meeting, tasks) = (met.clone(), Arc::new(Mutex::new(HashSet::new())));
    let ids = tasks.clone();
    let run = move |tick: Tick| {
        let (met, ids) = (meeting.clone(), ids.clone());
        async move {
            if tick.number() > 2 {
                return Ok(());
            }
            ids.lock().unwrap().insert(tokio::task::id());
            if met.comes_together(2, secs(10)) { Ok(()) } else { Err("nobody came") }
        }
    };
    let timer = Timed::new(run).overlap(Overlap::Allow);
    let host = TestHost::empty().timed("t", Every::millis(20), timer).start().await.unwrap();
    let begun = Instant::now();
    while host.service("t").runs() < 3 {
        assert!(begun.elapsed() < secs(20));
        pass(millis(10)).await;
    }
    assert!(host.stop().await.is_clean());
    assert_eq!(tasks.lock().unwrap().len(), 2, "each has a task of its own");
}

/// A run sees one task from its first poll to its last, and no other timer's.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_run_is_polled_by_one_task() {
    let seen: Arc<Mutex<HashSet<(u8, tokio::task::Id)>>> = Arc::default();
    let sees = |timer: u8| {
        let seen = seen.clone();
        move || {
            let seen = seen.clone();
            async move {
                for _ in 0..3 {
                    seen.lock().unwrap().insert((timer, tokio::task::id()));
                    pass(millis(1)).await;
                }
            }
        }
    };
    let host = TestHost::empty()
        .timed("one", Every::millis(10), sees(1))
        .timed("two", Every::millis(10), sees(2))
        .start()
        .await
        .unwrap();
    pass(millis(300)).await;
    assert!(host.stop().await.is_clean());
    let seen = seen.lock().unwrap();
    let tasks: HashSet<_> = seen.iter().map(|(_, task)| *task).collect();
    assert_eq!((seen.len(), tasks.len()), (2, 2));
}

/// What overlapping runs hold is dropped before the report is there, also if they had to be aborted.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn aborted_runs_are_gone_when_the_report_is_there() {
    let held = Arc::new(());
    let holds = held.clone();
    let run = move || {
        let held = holds.clone();
        async move {
            std::future::pending::<()>().await;
            drop(held);
        }
    };
    let timer = Timed::new(run).overlap(Overlap::Allow).stop_timeout(millis(50));
    let host = TestHost::empty().timed("t", Every::millis(10), timer).start().await.unwrap();
    let begun = Instant::now();
    while host.service("t").runs() < 5 {
        assert!(begun.elapsed() < secs(20));
        pass(millis(10)).await;
    }
    let report = host.stop().await;
    assert!(!report.is_clean());
    assert_eq!(Arc::strong_count(&held), 1, "nobody else has it any more");
    drop(report);
}
