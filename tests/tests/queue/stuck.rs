//! Queues whose workers all wait for room that only they could make: each is named once, and unhealthy for as long as it lasts.

use std::time::Instant;

use hostkit::builder::Queued;
use hostkit::param::{Stop, Tasks};
use hostkit::queue::Queue;
use hostkit::{Host, HostBuilder, HostHandle};

use super::log;
use super::world::*;

/// Enqueues four of its own kind, into a queue with room for two.
async fn walk(step: Other, queue: Queue<Other>) -> hostkit::Result {
    if step.0 < 2 {
        for _ in 0..4 {
            queue.enqueue(Other(step.0 + 1)).await?;
        }
    }
    Ok(())
}

fn walk_blocking(step: Other, queue: Queue<Other>) -> hostkit::Result {
    if step.0 < 2 {
        for _ in 0..4 {
            queue.enqueue_blocking(Other(step.0 + 1))?;
        }
    }
    Ok(())
}

fn is_healthy(handle: &HostHandle, name: &str) -> bool {
    handle.service(name).unwrap().is_healthy()
}

/// Waits in real time until this is logged; says how often it is.
async fn logged(text: &str) -> usize {
    let begun = Instant::now();
    while log::with(text).is_empty() {
        assert!(begun.elapsed() < secs(20), "nobody says {text:?}");
        tokio::time::sleep(millis(5)).await;
    }
    log::with(text).len()
}

/// A host of which nothing ever needs room.
fn quick(host: HostBuilder) -> HostBuilder {
    host.stop_timeout(secs(3))
}

#[tokio::test(start_paused = true)]
async fn a_queue_that_waits_for_itself_is_unhealthy() {
    let world = open(quick(Host::builder().queued("walk", Queued::new(walk).capacity(2)))).await;
    world.queue.enqueue(Other(0)).await.unwrap();
    pass(millis(100)).await;
    assert!(is_healthy(&world.handle, "walk"), "it may yet go on");
    pass(millis(400)).await;
    assert!(!is_healthy(&world.handle, "walk"));
    assert_eq!(world.handle.queue("walk").unwrap().stats().done, 0);
}

#[tokio::test(start_paused = true)]
async fn a_stop_does_not_wait_for_room_that_never_comes() {
    let world = open(Host::builder().queued("walk", Queued::new(walk).capacity(2))).await;
    world.queue.enqueue(Other(0)).await.unwrap();
    pass(secs(1)).await;
    let begun = tokio::time::Instant::now();
    let report = world.stop().await;
    assert!(begun.elapsed() < secs(2), "{:?}", begun.elapsed());
    assert_eq!(report.service("walk").unwrap().failures(), 0, "an interruption is no failure");
}

#[tokio::test]
async fn it_is_warned_of_once() {
    log::gather();
    let host = Host::builder().stall_warning(millis(40)).queued("stuck-self", Queued::new(walk).capacity(2));
    let world = open(quick(host)).await;
    world.queue.enqueue(Other(0)).await.unwrap();
    let warned = "`stuck-self`: all 1 workers wait for room in `stuck-self`, which only they could make: enqueue from \
                  a `Tasks`, use `try_enqueue`, or raise `capacity`";
    logged(warned).await;
    tokio::time::sleep(millis(500)).await;
    let records = log::with(warned);
    assert_eq!(records.len(), 1);
    assert_eq!(records[0].level, tracing::Level::WARN);
    assert!(!is_healthy(&world.handle, "stuck-self"));
    world.stop().await;
}

#[tokio::test]
async fn a_fn_that_waits_on_the_pool_is_stuck_too() {
    log::gather();
    let queued = Queued::blocking(walk_blocking).capacity(2).workers(2);
    let host = Host::builder().stall_warning(millis(40)).queued("stuck-fn", queued);
    let world = open(quick(host)).await;
    for _ in 0..2 {
        world.queue.enqueue(Other(0)).await.unwrap();
    }
    logged("`stuck-fn`: all 2 workers wait for room in `stuck-fn`, which only they could make").await;
    assert!(!is_healthy(&world.handle, "stuck-fn"));
    let report = world.stop().await;
    assert_eq!(report.service("stuck-fn").unwrap().failures(), 0);
}

fn ping_pong(host: HostBuilder, ping: &'static str, pong: &'static str) -> HostBuilder {
    let to_pong = |job: Job, pongs: Queue<Other>| async move {
        for number in 0..3 {
            pongs.enqueue(Other(number)).await?;
        }
        let _ = job;
        hostkit::Result::<()>::Ok(())
    };
    let to_ping = |_: Other, pings: Queue<Job>| async move {
        for _ in 0..3 {
            pings.enqueue(job("again")).await?;
        }
        hostkit::Result::<()>::Ok(())
    };
    host.queued(ping, Queued::new(to_pong).capacity(1)).queued(pong, Queued::new(to_ping).capacity(1))
}

#[tokio::test]
async fn a_ring_of_queues_is_named_whole() {
    log::gather();
    let host = Host::builder().stall_warning(millis(40));
    let world = open::<Job>(quick(ping_pong(host, "stuck-ping", "stuck-pong"))).await;
    world.queue.enqueue(job("first")).await.unwrap();
    let warned = "`stuck-ping`: all 1 workers wait for room in `stuck-pong`; `stuck-pong`: all 1 workers wait for room \
                  in `stuck-ping`; only they could make it";
    assert_eq!(logged(warned).await, 1);
    assert!(!is_healthy(&world.handle, "stuck-ping") && !is_healthy(&world.handle, "stuck-pong"));
    assert!(is_healthy(&world.handle, "door"), "who has no part in it is healthy");
    world.stop().await;
}

/// Two rings in one host are two warnings.
#[tokio::test]
async fn what_does_not_hang_together_is_told_apart() {
    log::gather();
    let host = Host::builder().stall_warning(millis(40)).queued("stuck-apart", {
        Queued::new(|_: u64, queue: Queue<u64>| async move {
            for number in 0..3 {
                queue.enqueue(number).await?;
            }
            hostkit::Result::<()>::Ok(())
        })
        .capacity(1)
    });
    let host = host.service("feeder", |queue: Queue<u64>| async move { queue.enqueue(1).await.map(drop) });
    let world = open::<Job>(quick(ping_pong(host, "stuck-one", "stuck-two"))).await;
    world.queue.enqueue(job("first")).await.unwrap();
    logged("`stuck-apart`: all 1 workers wait for room in `stuck-apart`, which").await;
    logged("`stuck-one`: all 1 workers wait for room in `stuck-two`; `stuck-two`: all").await;
    world.stop().await;
}

/// `Tasks::enqueue` is a queue of 1,024 places and one worker.
#[tokio::test]
async fn tasks_that_wait_for_themselves_are_told() {
    log::gather();
    let host = Host::builder().stall_warning(millis(40)).service("stuck-filler", |tasks: Tasks| async move {
        let inner = tasks.clone();
        let filler = move |_: Stop| async move {
            for _ in 0..1_100 {
                let nothing = |_: Stop| async {};
                inner.enqueue(nothing).await?;
            }
            hostkit::Result::<()>::Ok(())
        };
        tasks.enqueue(filler).await
    });
    let world = open::<Job>(quick(host.queued("work", |_: Job| async {}))).await;
    logged("`Tasks`: its queue waits for room in `Tasks`, which only it could make: use `Tasks::spawn`")
        .await;
    world.stop().await;
}

/// Nothing makes room for it: the wait ends when the host stops, not at the deadline.
#[tokio::test(start_paused = true)]
async fn a_stop_does_not_wait_for_tasks_that_wait_for_themselves() {
    let host = Host::builder().service("filler", |tasks: Tasks| async move {
        let inner = tasks.clone();
        let filler = move |_: Stop| async move {
            let mut accepted = 0;
            while accepted < 1_100 && inner.enqueue(|_: Stop| async {}).await.is_ok() {
                accepted += 1;
            }
            assert_eq!(accepted, 1_024, "the queue had room for so many");
        };
        tasks.enqueue(filler).await
    });
    let world = open::<Job>(host.queued("work", |_: Job| async {})).await;
    pass(secs(1)).await;
    let begun = tokio::time::Instant::now();
    let report = world.stop().await;
    assert!(begun.elapsed() < secs(2), "{:?}", begun.elapsed());
    assert_eq!(report.exit_code(), 0, "{report}");
}

/// A ring of which one half is the queue of `Tasks`.
#[tokio::test]
async fn a_ring_through_tasks_is_found() {
    log::gather();
    let into_tasks = |_: Other, tasks: Tasks, queue: Queue<Other>| async move {
        for _ in 0..1_100 {
            let queue = queue.clone();
            tasks.enqueue(move |_: Stop| async move { queue.enqueue(Other(0)).await.map(drop) }).await?;
        }
        hostkit::Result::<()>::Ok(())
    };
    let host = Host::builder().stall_warning(millis(40));
    let world = open(quick(host.queued("stuck-half", Queued::new(into_tasks).capacity(1)))).await;
    world.queue.enqueue(Other(0)).await.unwrap();
    logged("`stuck-half`: all 1 workers wait for room in `Tasks`; `Tasks`: its queue waits for room in `stuck-half`")
        .await;
    assert!(!is_healthy(&world.handle, "stuck-half"));
    world.stop().await;
}

#[tokio::test(start_paused = true)]
async fn a_worker_that_is_free_makes_room() {
    let log = Log::new();
    let noted = log.clone();
    let handler = move |step: Other, queue: Queue<Other>| {
        let log = noted.clone();
        async move {
            if step.0 > 0 {
                pass(secs(5)).await;
                log.note("done");
                return hostkit::Result::<()>::Ok(());
            }
            for _ in 0..4 {
                queue.enqueue(Other(1)).await?;
            }
            Ok(())
        }
    };
    let queued = Queued::new(handler).capacity(1).workers(2);
    let world = open(Host::builder().queued("work", queued)).await;
    world.queue.enqueue(Other(0)).await.unwrap();
    for _ in 0..20 {
        pass(secs(1)).await;
        assert!(is_healthy(&world.handle, "work"), "the other worker works");
    }
    assert!(log.count("done") >= 3);
    world.stop().await;
}

/// What waits falls due: the worker that is free makes room then.
#[tokio::test(start_paused = true)]
async fn delayed_jobs_make_room_when_they_are_due() {
    let handler = |step: Other, queue: Queue<Other>| async move {
        if step.0 == 0 {
            queue.enqueue(Other(1)).await?;
        }
        hostkit::Result::<()>::Ok(())
    };
    let queued = Queued::new(handler).capacity(2).workers(2);
    let world = open(Host::builder().queued("work", queued)).await;
    world.queue.enqueue_after(Other(9), secs(60)).await.unwrap();
    world.queue.enqueue(Other(0)).await.unwrap();
    world.queue.enqueue_after(Other(9), secs(60)).await.unwrap();
    pass(secs(10)).await;
    assert!(is_healthy(&world.handle, "work"));
    pass(secs(60)).await;
    assert_eq!(world.handle.queue("work").unwrap().stats().done, 4);
    world.stop().await;
}

/// A job of the key holds the others up, so that the worker that is free has nothing to begin.
#[tokio::test(start_paused = true)]
async fn a_free_worker_without_a_job_makes_no_room() {
    let queued = Queued::new(walk).capacity(2).workers(2).key(|_| "all".to_owned());
    let world = open(quick(Host::builder().queued("work", queued))).await;
    world.queue.enqueue(Other(0)).await.unwrap();
    pass(secs(1)).await;
    assert!(!is_healthy(&world.handle, "work"));
    world.stop().await;
}

#[tokio::test(start_paused = true)]
async fn a_handler_that_only_works_is_not_stuck() {
    let handler = |step: Other| async move {
        let _ = step;
        pass(secs(100)).await;
    };
    let world = open::<Other>(quick(Host::builder().queued("work", Queued::new(handler).capacity(1)))).await;
    for _ in 0..2 {
        world.queue.enqueue(Other(0)).await.unwrap();
    }
    let queue = world.queue.clone();
    let outside = tokio::spawn(async move { queue.enqueue(Other(0)).await.map(drop) });
    pass(secs(50)).await;
    assert!(is_healthy(&world.handle, "work"), "a producer waits, and no worker does");
    outside.abort();
    world.stop().await;
}

/// A queue that waits for a slow one is not stuck: the slow one makes room.
#[tokio::test(start_paused = true)]
async fn who_waits_for_a_queue_that_works_is_not_stuck() {
    let feeds = |_: Job, queue: Queue<Other>| async move {
        for number in 0..4 {
            queue.enqueue(Other(number)).await?;
        }
        hostkit::Result::<()>::Ok(())
    };
    let slow = |_: Other| async { pass(secs(100)).await };
    let host = Host::builder().queued("feeds", feeds).queued("slow", Queued::new(slow).capacity(1));
    let world = open::<Job>(quick(host)).await;
    world.queue.enqueue(job("a")).await.unwrap();
    pass(secs(50)).await;
    assert!(is_healthy(&world.handle, "feeds") && is_healthy(&world.handle, "slow"));
    world.stop().await;
}

#[tokio::test]
async fn more_workers_dissolve_it_and_it_is_told_again_when_it_comes_back() {
    log::gather();
    let handler = |step: Other, queue: Queue<Other>| async move {
        for _ in 0..step.0 {
            queue.enqueue(Other(0)).await?;
        }
        hostkit::Result::<()>::Ok(())
    };
    let queued = Queued::new(handler).capacity(1);
    let world = open(quick(Host::builder().stall_warning(millis(40)).queued("stuck-twice", queued))).await;
    let text = "`stuck-twice`: all 1 workers wait for room in `stuck-twice`";
    world.queue.enqueue(Other(3)).await.unwrap();
    assert_eq!(logged(text).await, 1);
    world.handle.queue("stuck-twice").unwrap().set_workers(2);
    let begun = Instant::now();
    while world.handle.queue("stuck-twice").unwrap().stats().done < 4 {
        assert!(begun.elapsed() < secs(20));
        tokio::time::sleep(millis(5)).await;
    }
    assert!(is_healthy(&world.handle, "stuck-twice"));
    world.handle.queue("stuck-twice").unwrap().set_workers(1);
    tokio::time::sleep(millis(300)).await; // the watch has seen that it is over
    world.queue.enqueue(Other(3)).await.unwrap();
    while log::with(text).len() < 2 {
        assert!(begun.elapsed() < secs(40), "it is not told again");
        tokio::time::sleep(millis(5)).await;
    }
    assert!(!is_healthy(&world.handle, "stuck-twice"));
    world.stop().await;
}

/// Whoever is aborted at the stop is told with what it waited for.
#[tokio::test(start_paused = true)]
async fn a_job_that_is_aborted_is_told_with_what_it_waited_for() {
    log::gather();
    let feeds = |_: Job, queue: Queue<Other>| async move {
        for number in 0..4 {
            queue.enqueue(Other(number)).await?;
        }
        hostkit::Result::<()>::Ok(())
    };
    let send = |_: Other| std::future::pending::<()>();
    let host =
        Host::builder().queued("aborted-feeds", feeds).queued("aborted-send", Queued::new(send).capacity(1));
    let world = open::<Job>(quick(host)).await;
    world.queue.enqueue(job("a")).await.unwrap();
    pass(secs(1)).await;
    world.handle.queue("aborted-send").unwrap().pause("maintenance");
    world.stop().await;
    let told = log::within("aborted-feeds");
    let aborted = told.iter().find(|record| record.text.contains("is aborted")).expect("it is told");
    assert!(
        aborted.text.contains("is aborted: it waited for room in `aborted-send`, which is paused"),
        "{aborted:?}"
    );
}
