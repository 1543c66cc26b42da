//! A job of a `fn` needs a thread of the blocking pool: to wait for one is no part of its time. In real time, on a pool of two threads.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use hostkit::builder::{Backoff, Lifetime, Provider, Queued};
use hostkit::param::Dep;
use hostkit::{BoxError, Host, HostBuilder};
use hostkit_tests::with_pool_of;

use super::log;
use super::world::*;

/// Six workers for two threads.
fn crowded(name: &'static str, queued: Queued<Other>, timeout: Duration) -> HostBuilder {
    let backoff = Backoff::new(millis(10), millis(20));
    Host::builder().queued(name, queued.workers(6).retries(3).timeout(timeout).backoff(backoff))
}

/// Six jobs, and how often one has begun when the queue has nothing more to do.
async fn six(name: &str, builder: HostBuilder, begun: &AtomicUsize) {
    let world = open::<Other>(builder).await;
    for number in 0..6 {
        world.queue.enqueue(Other(number)).await.unwrap();
    }
    let since = Instant::now();
    loop {
        let stats = world.handle.queue(name).unwrap().stats();
        if stats.done as usize + stats.dead == 6 {
            assert_eq!((stats.done, stats.failed, stats.retried), (6, 0, 0), "{stats:?}");
            break;
        }
        assert!(since.elapsed() < secs(30), "{stats:?}");
        pass(millis(5)).await;
    }
    assert_eq!(begun.load(Ordering::SeqCst), 6);
    assert!(world.stop().await.is_clean());
}

/// The last ones wait for twice as long as each takes.
#[test]
fn to_wait_for_a_thread_is_no_part_of_a_jobs_time() {
    let begun = Arc::new(AtomicUsize::new(0));
    let here = begun.clone();
    let work = move |_: Other| {
        here.fetch_add(1, Ordering::SeqCst);
        std::thread::sleep(millis(300));
    };
    with_pool_of(2, six("work", crowded("work", Queued::blocking(work), millis(550)), &begun));
}

/// Nor is it where something is made for each attempt.
#[test]
fn to_wait_for_a_thread_is_none_with_values_of_its_own() {
    let begun = Arc::new(AtomicUsize::new(0));
    let here = begun.clone();
    let work = move |_: Other, _: Dep<u8>| {
        here.fetch_add(1, Ordering::SeqCst);
        std::thread::sleep(millis(300));
    };
    let made = Provider::new(|| async { Ok::<_, BoxError>(7u8) }).scope(Lifetime::Run);
    with_pool_of(
        2,
        six(
            "work",
            crowded("work", Queued::blocking(work), millis(550)).provide_with("number", made),
            &begun,
        ),
    );
}

/// Its own time still ends.
#[test]
fn a_job_that_takes_too_long_on_its_thread_has_failed() {
    with_pool_of(2, async {
        let work =
            Queued::blocking(|_: Other| std::thread::sleep(millis(400))).timeout(millis(50)).retries(0);
        let world = open::<Other>(Host::builder().queued("work", work)).await;
        world.queue.enqueue(Other(0)).await.unwrap();
        let since = Instant::now();
        while world.handle.queue("work").unwrap().stats().dead == 0 {
            assert!(since.elapsed() < secs(30), "it does not come");
            pass(millis(5)).await;
        }
        world.stop().await;
    });
}

#[test]
fn a_full_pool_is_told_with_the_name_of_who_waits() {
    log::gather();
    let begun = Arc::new(AtomicUsize::new(0));
    let here = begun.clone();
    let work = move |_: Other| {
        here.fetch_add(1, Ordering::SeqCst);
        std::thread::sleep(millis(1_200));
    };
    with_pool_of(2, six("crowded", crowded("crowded", Queued::blocking(work), secs(10)), &begun));
    let told = log::with("no thread of the blocking pool is free for `crowded`");
    assert_eq!(told.len(), 1, "{told:?}");
    assert_eq!(told[0].level, tracing::Level::WARN);
    assert!(told[0].text.contains("fewer `workers`"), "{told:?}");
}
