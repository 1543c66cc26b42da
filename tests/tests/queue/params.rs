//! What a handler takes beside its job: values, its attempt, its stop signal, other queues, the host.

use std::sync::{Arc, Mutex};
use std::time::SystemTime;

use hostkit::builder::{Moment, Queued};
use hostkit::param::{Attempt, CancellationToken, Dep, Stop, Tasks};
use hostkit::queue::Queue;
use hostkit::{Host, HostHandle};

use super::world::*;

#[tokio::test(start_paused = true)]
async fn everything_at_once() {
    struct Pool(&'static str);
    let log = Log::new();
    let notes = log.clone();
    let handler = move |job: Job,
                        attempt: Attempt,
                        pool: Dep<Pool>,
                        missing: Option<Dep<String>>,
                        host: HostHandle,
                        stop: Stop,
                        token: CancellationToken,
                        tasks: Tasks,
                        others: Queue<Other>| {
        let log = notes.clone();
        async move {
            assert!(missing.is_none() && !stop.is_requested() && !token.is_cancelled());
            assert_eq!(
                (host.service("work").unwrap().name(), attempt.number(), attempt.max()),
                ("work", 1, 4)
            );
            tasks.spawn("task", async {}).unwrap();
            others.enqueue(Other(7)).await.unwrap();
            log.note(format!("{} {} {}", job.0, pool.0, attempt.id()));
        }
    };
    let notes = log.clone();
    let builder = Host::builder().provide(Pool("pool")).queued("work", handler).queued(
        "others",
        move |other: Other| {
            let log = notes.clone();
            async move { log.note(format!("other {}", other.0)) }
        },
    );
    let world = open::<Job>(builder).await;
    let id = world.queue.enqueue(job("a")).await.unwrap();
    assert!(world.stop().await.is_clean());
    assert_eq!(log.words(), [format!("a pool {id}"), "other 7".into()]);
}

#[tokio::test(start_paused = true)]
async fn an_attempt_knows_when_its_job_was_enqueued() {
    let seen: Arc<Mutex<Vec<SystemTime>>> = Arc::default();
    let here = seen.clone();
    let handler = move |_: Job, attempt: Attempt| {
        here.lock().unwrap().push(attempt.enqueued_at());
        async move { if attempt.number() < 3 { Err("again") } else { Ok(()) } }
    };
    let world = open::<Job>(Host::builder().queued("work", Queued::new(handler))).await;
    world.queue.enqueue_after(job("a"), secs(5)).await.unwrap();
    pass(secs(60)).await;
    let seen = seen.lock().unwrap();
    assert_eq!(seen.len(), 3);
    // The wall clock does not move with the paused one, so each attempt sees the same moment only by going back as far.
    assert!(seen.windows(2).all(|pair| pair[1] <= pair[0]), "{seen:?}");
}

/// Hooks, timers and tasks take queues too.
#[tokio::test(start_paused = true)]
async fn hooks_and_timers_enqueue() {
    let log = Log::new();
    let builder =
        noting(&log)
            .on(Moment::Starting, |queue: Queue<Job>| async move {
                queue.enqueue(job("starting")).await.map(drop)
            })
            .on(Moment::Stopping, |queue: Queue<Job>| async move {
                queue.enqueue(job("stopping")).await.map(drop)
            })
            .timed("tick", hostkit::Every::secs(10), |queue: Queue<Job>| async move {
                queue.enqueue(job("tick")).await.map(drop)
            });
    let world = open::<Job>(builder).await;
    pass(secs(15)).await;
    assert!(world.stop().await.is_clean());
    assert_eq!(log.words(), ["starting", "tick", "tick", "stopping"]);
}

/// Nothing is fetched before the host is ready.
#[tokio::test(start_paused = true)]
async fn jobs_wait_until_the_host_is_ready() {
    let log = Log::new();
    let notes = log.clone();
    let builder = noting(&log)
        .on(Moment::Starting, |queue: Queue<Job>| async move { queue.enqueue(job("early")).await.map(drop) })
        .on(Moment::Started, move || {
            let log = notes.clone();
            async move {
                pass(secs(3)).await;
                log.note("ready");
            }
        });
    let world = open::<Job>(builder).await;
    pass(secs(1)).await;
    assert_eq!(log.words(), ["ready", "early"]);
    world.stop().await;
}
