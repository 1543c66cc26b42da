//! All timers are rung by few: in real time, on real threads, none holds up another, and no word is lost.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Instant;

use hostkit::testing::TestHost;
use hostkit::{Delay, Every, Overlap, Tick, Timed, Triggered};
use hostkit_tests::ends_within;

use super::world::{millis, pass, secs};

/// Until its fifth run nothing tells that it is going to hold its thread, so it is begun where the alarms are rung.
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
    let services: Vec<_> = host.handle().services().collect();
    assert!(host.stop().await.is_clean());
    let counted: u64 = services.iter().map(hostkit::ServiceHandle::runs).sum();
    assert_eq!(counted, runs.load(Ordering::Relaxed) as u64, "{:?}", begun.elapsed());
}

/// What is said while the alarm rings is heard all the same.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_word_is_lost_to_a_ring() {
    let brief = || Timed::of(|| async {}).overlap(Overlap::Queue);
    let host = TestHost::empty().timed("t", Every::millis(1), brief()).start().await.unwrap();
    let handle = host.handle();
    let asking: Vec<_> = (0..4)
        .map(|_| {
            let t = handle.service("t");
            tokio::spawn(async move {
                let mut done = 0;
                for _ in 0..1_000 {
                    done += usize::from(ends_within(secs(10), t.trigger()).await == Triggered::Done);
                }
                done
            })
        })
        .collect();
    let t = handle.service("t");
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

/// A timer whose runs are short is begun there at its first poll only: the rest of a run is its own task's.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_run_that_waits_goes_on_in_the_timers_own_task() {
    let ended = Arc::new(AtomicUsize::new(0));
    let ends = ended.clone();
    let waits = move || {
        let ended = ends.clone();
        async move {
            pass(millis(5)).await;
            tokio::task::yield_now().await;
            ended.fetch_add(1, Ordering::SeqCst);
        }
    };
    let host = TestHost::empty().timed("t", Every::millis(20), waits).start().await.unwrap();
    pass(millis(600)).await;
    let t = host.handle().service("t");
    assert!(host.stop().await.is_clean());
    let ended = ended.load(Ordering::SeqCst);
    assert_eq!(t.runs(), ended as u64);
    assert!(ended >= 10, "{ended}");
}
