//! On real threads and in real time: a crowd, and a job that holds its thread.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use hostkit::Host;
use hostkit::builder::Queued;

use super::log;
use super::world::*;

/// Producers, workers, retries and a stop all at once: whatever was accepted is done, once.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_crowd_loses_nothing() {
    const EACH: u32 = 5_000;
    let done: Arc<Vec<AtomicUsize>> = Arc::new((0..4 * EACH).map(|_| AtomicUsize::new(0)).collect());
    let here = done.clone();
    let handler = move |other: Other, attempt: hostkit::param::Attempt| {
        let done = here.clone();
        async move {
            match other.0 % 1000 {
                1 => tokio::task::yield_now().await,
                2 => pass(millis(1)).await,
                3 if attempt.number() == 1 => return Err(hostkit::retry_after(millis(5), "once more")),
                _ => {}
            }
            done[other.0 as usize].fetch_add(1, Ordering::Relaxed);
            Ok(())
        }
    };
    let world =
        open::<Other>(Host::builder().queued("work", Queued::new(handler).workers(8).capacity(100))).await;
    let producers: Vec<_> = (0..4)
        .map(|producer| {
            let queue = world.queue.clone();
            tokio::spawn(async move {
                for number in 0..EACH {
                    queue.enqueue(Other(producer * EACH + number)).await.unwrap();
                }
            })
        })
        .collect();
    for producer in producers {
        ends(producer).await.unwrap();
    }
    let report = world.stop().await;
    assert!(report.is_clean(), "{report}");
    assert!(done.iter().all(|times| times.load(Ordering::Relaxed) == 1));
    assert_eq!(report.service("work").unwrap().queue().unwrap().left_over(), 0);
}

/// While producers outside of the host go on, it stops: each job is either done or given back.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_stop_amid_a_crowd_gives_back_what_it_does_not_take() {
    for _ in 0..20 {
        let done = Arc::new(AtomicUsize::new(0));
        let here = done.clone();
        let handler = move |_: Other| {
            here.fetch_add(1, Ordering::Relaxed);
            async {}
        };
        let world =
            open::<Other>(Host::builder().queued("work", Queued::new(handler).workers(4).capacity(10))).await;
        let producers: Vec<_> = (0..4)
            .map(|_| {
                let queue = world.queue.clone();
                tokio::spawn(async move {
                    let mut accepted = 0;
                    while queue.enqueue(Other(0)).await.is_ok() {
                        accepted += 1;
                        if accepted % 50 == 0 {
                            pass(millis(1)).await; // nobody outside keeps a queue busy for ever
                        }
                    }
                    accepted
                })
            })
            .collect();
        pass(millis(10)).await;
        let report = world.stop().await;
        let mut accepted = 0;
        for producer in producers {
            accepted += ends(producer).await.unwrap();
        }
        let left = report.service("work").unwrap().queue().unwrap().left_over();
        assert_eq!(done.load(Ordering::Relaxed) + left, accepted);
        assert_eq!(left, 0, "{report}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_job_that_holds_its_thread_is_named() {
    log::gather();
    let handler = |_: Job| async { std::thread::sleep(millis(400)) };
    let builder = Host::builder().queued("holds-on", handler).stall_warning(millis(50));
    let world = open::<Job>(builder).await;
    world.queue.enqueue(job("a")).await.unwrap();
    pass(millis(300)).await;
    assert_eq!(log::with("`holds-on` holds its executor thread").len(), 1);
    let report = world.stop().await;
    assert_eq!(report.service("holds-on").unwrap().stalls(), 1);
}
