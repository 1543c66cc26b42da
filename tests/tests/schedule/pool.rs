//! A `fn` needs a thread of the blocking pool: to wait for one is no part of its time. In real time, on a pool of one thread.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use hostkit::builder::{Lifetime, Overlap, Provider, RunningHost, Timed};
use hostkit::param::Dep;
use hostkit::report::{RunOutcome, StopCause, Triggered};
use hostkit::{Every, Host, HostHandle, fatal};
use hostkit_tests::with_pool_of;

use super::log;
use super::world::{ends, millis, pass, secs};

async fn until(what: impl Fn() -> bool) {
    let begun = Instant::now();
    while !what() {
        assert!(begun.elapsed() < secs(30), "it does not come");
        pass(millis(5)).await;
    }
}

async fn ran(host: &RunningHost, names: &[&str]) {
    let handle = host.handle();
    until(|| names.iter().all(|name| !handle.service(name).unwrap().timer().unwrap().last_runs().is_empty()))
        .await;
}

/// Three runs of 400 ms, each of which may take 700: the last one waits for 800 ms.
#[test]
fn to_wait_for_a_thread_is_no_part_of_a_runs_time() {
    let timed = || Timed::blocking(|| std::thread::sleep(millis(400))).timeout(millis(700));
    let per_run = |_: Dep<u8>| std::thread::sleep(millis(400));
    with_pool_of(1, async {
        let host = Host::builder()
            .timed("a", Every::secs(100), timed())
            .timed("b", Every::secs(100), timed().retries(3))
            .timed("c", Every::secs(100), Timed::blocking(per_run).timeout(millis(700)))
            .provide_with(
                "number",
                Provider::new(|| async { Ok::<_, hostkit::BoxError>(7u8) }).scope(Lifetime::Run),
            );
        let host = host.build().unwrap().start().await.unwrap();
        ran(&host, &["a", "b", "c"]).await;
        for name in ["a", "b", "c"] {
            let service = host.handle().service(name).unwrap();
            assert_eq!((service.runs(), service.failures()), (1, 0), "{name}: {:?}", service.last_error());
        }
        assert!(ends(host.stop()).await.is_clean());
    });
}

/// The time of its retries is, as it is for an `async fn`.
#[test]
fn the_time_of_a_fn_still_has_an_end() {
    let timed = Timed::blocking(|| std::thread::sleep(millis(600))).timeout(millis(50));
    with_pool_of(1, async {
        let host =
            Host::builder().timed("a", Every::secs(100), timed).build().unwrap().start().await.unwrap();
        let a = host.handle().service("a").unwrap();
        until(|| a.failures() == 1).await;
        assert!(
            a.timer().unwrap().last_runs()[0].took < millis(550),
            "it failed when its time was over: {:?}",
            a.timer().unwrap().last_runs()
        );
        assert!(a.last_error().unwrap().starts_with("did not end within 50ms"), "{:?}", a.last_error());
        assert!(ends(host.stop()).await.is_clean());
    });
}

#[test]
fn a_full_pool_is_told_of_once() {
    log::gather();
    with_pool_of(1, async {
        let occupied = tokio::task::spawn_blocking(|| std::thread::sleep(millis(1_800)));
        let host = Host::builder().timed("full-pool-a", Every::secs(100), Timed::blocking(|| {})).timed(
            "full-pool-b",
            Every::secs(100),
            Timed::blocking(|| {}),
        );
        let host = host.build().unwrap().start().await.unwrap();
        ran(&host, &["full-pool-a", "full-pool-b"]).await;
        occupied.await.unwrap();
        let told: Vec<_> = ["full-pool-a", "full-pool-b"]
            .into_iter()
            .flat_map(log::within)
            .filter(|record| record.text.contains("no thread of the blocking pool is free"))
            .collect();
        assert_eq!(told.len(), 1, "{told:?}");
        assert_eq!(told[0].level, tracing::Level::WARN);
        assert!(!log::with("the pool is full").is_empty(), "{told:?}");
        assert!(ends(host.stop()).await.is_clean());
    });
}

/// Its thread goes on, and keeps the place; but whoever looks sees a failure, and who asked for the run is answered.
#[tokio::test]
async fn a_fn_whose_time_is_over_has_failed_at_once() {
    let going = Arc::new(AtomicBool::new(true));
    let here = going.clone();
    let slow = move || {
        while here.load(Ordering::SeqCst) {
            std::thread::sleep(millis(1));
        }
    };
    let timed = Timed::blocking(slow).timeout(millis(20)).first(secs(1_000)).overlap(Overlap::Skip);
    let host = Host::builder().timed("a", Every::secs(100), timed).build().unwrap().start().await.unwrap();
    let a = host.handle().service("a").unwrap();
    let failed = ends(a.timer().unwrap().trigger()).await;
    assert!(
        matches!(&failed, Triggered::Failed(why) if why.starts_with("did not end within 20ms")),
        "{failed:?}"
    );
    assert_eq!((a.failures(), a.timer().unwrap().last_runs().len()), (1, 1));
    assert_eq!(a.timer().unwrap().last_runs()[0].outcome, RunOutcome::Failed);
    assert_eq!(ends(a.timer().unwrap().trigger()).await, Triggered::Skipped, "it keeps its place");
    going.store(false, Ordering::SeqCst);
    let begun = Instant::now();
    while ends(a.timer().unwrap().trigger()).await == Triggered::Skipped {
        assert!(begun.elapsed() < secs(20));
        pass(millis(1)).await;
    }
    assert_eq!((a.failures(), a.runs()), (1, 2), "and counts once");
    let report = ends(host.stop()).await;
    assert!(report.is_clean(), "{report}");
}

/// The limit of failures counts it when it fails, not when its thread has ended.
#[tokio::test]
async fn a_fn_whose_time_is_over_counts_towards_max_failures_at_once() {
    let going = Arc::new(AtomicBool::new(true));
    let here = going.clone();
    let slow = move |host: HostHandle| {
        let begun = Instant::now();
        while here.load(Ordering::SeqCst) && begun.elapsed() < secs(20) {
            std::thread::sleep(millis(1));
        }
        drop(host);
    };
    let timed = Timed::blocking(slow).timeout(millis(20)).max_failures(1);
    let host = Host::builder().timed("a", Every::secs(100), timed).build().unwrap();
    let mut host = host.start().await.unwrap();
    let handle = host.handle();
    until(|| handle.stop_cause().is_some()).await;
    assert_eq!(handle.stop_cause(), Some(StopCause::Failed("a".into())));
    going.store(false, Ordering::SeqCst);
    assert_eq!(ends(host.wait()).await.exit_code(), 1);
}

/// What its thread says later is heard where it matters.
#[tokio::test]
async fn what_a_thread_says_after_its_time_is_not_lost() {
    let panics = Timed::blocking(|| {
        std::thread::sleep(millis(100));
        panic!("too late")
    });
    let stops = || {
        std::thread::sleep(millis(100));
        Err::<(), _>(fatal("the disk is gone"))
    };
    let host = Host::builder()
        .timed("panics", Every::secs(100), panics.timeout(millis(10)))
        .build()
        .unwrap()
        .start()
        .await
        .unwrap();
    let service = host.handle().service("panics").unwrap();
    until(|| service.failures() == 2).await;
    assert!(service.last_error().unwrap().contains("panicked: too late"), "{:?}", service.last_error());
    assert_eq!(service.timer().unwrap().last_runs().len(), 1);
    ends(host.stop()).await;
    let stops = Timed::blocking(stops).timeout(millis(10));
    let mut host =
        Host::builder().timed("stops", Every::secs(100), stops).build().unwrap().start().await.unwrap();
    let report = ends(host.wait()).await;
    assert_eq!(
        (report.cause(), report.exit_code()),
        (Some(&StopCause::Failed("stops".into())), 1),
        "{report}"
    );
}
