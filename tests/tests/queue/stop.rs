//! The end: what was accepted is worked off, what comes meanwhile too, and what is left is told.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use hostkit::builder::{Backoff, Moment, Queued};
use hostkit::param::{Stop, Tasks};
use hostkit::queue::{Queue, QueueHandle};
use hostkit::report::Ending;
use hostkit::{Host, HostHandle};
use tokio::time::Instant;

use super::world::*;

/// Jobs that take so long each.
fn taking(log: &Arc<Log>, duration: std::time::Duration) -> Queued<Job> {
    let log = log.clone();
    Queued::new(move |job: Job| {
        let log = log.clone();
        async move {
            pass(duration).await;
            log.note(job.0);
        }
    })
}

#[tokio::test(start_paused = true)]
async fn accepted_jobs_are_worked_off() {
    let log = Log::new();
    let world = open::<Job>(Host::builder().queued("work", taking(&log, secs(1)))).await;
    for number in 0..8 {
        world.queue.enqueue(job(number.to_string())).await.unwrap();
    }
    let (begun, report) = (Instant::now(), world.stop().await);
    assert_eq!((log.words().len(), begun.elapsed().as_secs()), (8, 8));
    assert!(report.is_clean());
    let work = report.service("work").unwrap();
    assert_eq!((work.ending(), work.queue().unwrap().left_over()), (Some(Ending::Stopped), 0));
}

#[tokio::test(start_paused = true)]
async fn an_idle_queue_ends_at_once() {
    let world = open::<Job>(noting(&Log::new())).await;
    pass(secs(5)).await;
    let begun = Instant::now();
    assert!(world.stop().await.is_clean());
    assert!(begun.elapsed() < millis(10), "{:?}", begun.elapsed());
}

#[tokio::test(start_paused = true)]
async fn at_the_deadline_what_is_left_is_told() {
    let log = Log::new();
    let world =
        open::<Job>(Host::builder().queued("work", taking(&log, secs(3)).stop_timeout(secs(10)))).await;
    for number in 0..8 {
        world.queue.enqueue(job(number.to_string())).await.unwrap();
    }
    let (handle, begun) = (world.handle.clone(), Instant::now());
    let report = world.stop().await;
    assert_eq!(begun.elapsed().as_secs(), 10);
    assert_eq!(log.words(), ["0", "1", "2"]);
    assert_eq!(report.exit_code(), 4, "one was aborted");
    let work = report.service("work").unwrap();
    assert_eq!(
        (work.ending(), work.queue().unwrap().left_over(), work.failures()),
        (Some(Ending::Aborted), 5, 0)
    );
    assert!(report.to_string().contains("5 jobs left over"), "{report}");
    let stats = handle.queue("work").unwrap().stats();
    assert_eq!((stats.interrupted, stats.failed, stats.died), (1, 0, 0), "an interruption is no failure");
}

/// A producer goes on for a while after the stop was requested, and its jobs are done.
#[tokio::test(start_paused = true)]
async fn producers_may_enqueue_while_they_stop() {
    let log = Log::new();
    let builder = noting(&log).service("producer", |queue: Queue<Job>, stop: Stop| async move {
        stop.requested().await;
        for number in 0..5 {
            pass(secs(1)).await;
            queue.enqueue(job(number.to_string())).await.unwrap();
        }
    });
    let world = open::<Job>(builder).await;
    let report = world.stop().await;
    assert_eq!(log.words(), ["0", "1", "2", "3", "4"]);
    assert!(report.is_clean());
}

/// Any service may: one that does not take the queue as a parameter got hold of it in some other way.
#[tokio::test(start_paused = true)]
async fn queues_drain_after_all_services_and_before_the_tasks_are_cut() {
    let log = Log::new();
    let notes = log.clone();
    let builder = noting(&log)
        .service("bystander", move |stop: Stop| {
            let log = notes.clone();
            async move {
                stop.requested().await;
                pass(secs(3)).await;
                log.note("bystander ended");
            }
        })
        .service("spawner", |tasks: Tasks, queue: Queue<Job>, stop: Stop| async move {
            stop.requested().await;
            tasks
                .spawn("late", async move {
                    pass(secs(5)).await;
                    queue.enqueue(job("from a task")).await.map(drop)
                })
                .unwrap();
        });
    let world = open::<Job>(builder).await;
    let report = world.stop().await;
    assert_eq!(log.words(), ["bystander ended", "from a task"]);
    assert!(report.is_clean(), "{report}");
}

/// Closures of the tasks' queue are told when the queues begin to drain, so none of them waits for the other.
#[tokio::test(start_paused = true)]
async fn tasks_hear_of_the_stop_while_queues_drain() {
    let log = Log::new();
    let builder = noting(&log).service("spawner", |tasks: Tasks, queue: Queue<Job>| async move {
        tasks
            .enqueue(move |stop: Stop| async move {
                stop.requested().await;
                queue.enqueue(job("last words")).await.map(drop)
            })
            .await
    });
    let world = open::<Job>(builder).await;
    let begun = Instant::now();
    let report = world.stop().await;
    assert_eq!(log.words(), ["last words"]);
    assert!(report.is_clean() && begun.elapsed() < secs(1), "{:?}", begun.elapsed());
}

/// A job that enqueues another one of its own kind, a hundred times over.
#[tokio::test(start_paused = true)]
async fn a_queue_that_feeds_itself_is_worked_off() {
    let log = Log::new();
    let notes = log.clone();
    let handler = move |other: Other, queue: Queue<Other>| {
        let log = notes.clone();
        async move {
            pass(millis(10)).await;
            log.note("run");
            if other.0 > 0 {
                queue.enqueue(Other(other.0 - 1)).await?;
            }
            hostkit::Result::<()>::Ok(())
        }
    };
    let world = open::<Other>(Host::builder().queued("work", handler)).await;
    world.queue.enqueue(Other(99)).await.unwrap();
    let report = world.stop().await;
    assert_eq!(log.words().len(), 100);
    assert!(report.is_clean(), "{report}");
}

/// One that never ends is cut at the deadline, and what is left is told.
#[tokio::test(start_paused = true)]
async fn an_endless_one_ends_at_the_deadline() {
    let handler = |other: Other, queue: Queue<Other>| async move {
        pass(secs(1)).await;
        queue.enqueue(Other(other.0 + 1)).await.map(drop)
    };
    let queued = Queued::new(handler).stop_timeout(secs(5));
    let world = open::<Other>(Host::builder().queued("work", queued)).await;
    world.queue.enqueue(Other(0)).await.unwrap();
    let (begun, report) = (Instant::now(), world.stop().await);
    assert_eq!(begun.elapsed().as_secs(), 5);
    assert_eq!(report.service("work").unwrap().queue().unwrap().left_over(), 1, "{report}");
}

/// Two queues that feed each other drain together, whichever is told first.
#[tokio::test(start_paused = true)]
async fn queues_in_a_ring_drain_together() {
    let runs = Arc::new(AtomicUsize::new(0));
    let (ping, pong) = (runs.clone(), runs.clone());
    let builder = Host::builder()
        .queued("ping", move |other: Other, queue: Queue<Job>| {
            ping.fetch_add(1, Ordering::SeqCst);
            async move {
                pass(millis(50)).await;
                queue.enqueue(job(other.0.to_string())).await.map(drop)
            }
        })
        .queued("pong", move |job: Job, queue: Queue<Other>| {
            pong.fetch_add(1, Ordering::SeqCst);
            async move {
                pass(millis(50)).await;
                let left: u32 = job.0.parse()?;
                if left > 0 {
                    queue.enqueue(Other(left - 1)).await?;
                }
                hostkit::Result::<()>::Ok(())
            }
        });
    let world = open::<Other>(builder).await;
    world.queue.enqueue(Other(20)).await.unwrap();
    let report = world.stop().await;
    assert_eq!(runs.load(Ordering::SeqCst), 42);
    assert!(report.is_clean(), "{report}");
}

/// A chain: what the first one still enqueues while it drains, the second works off.
#[tokio::test(start_paused = true)]
async fn a_chain_drains_from_its_head() {
    let log = Log::new();
    let builder = noting(&log).queued("first", |other: Other, queue: Queue<Job>| async move {
        pass(secs(1)).await;
        queue.enqueue(job(other.0.to_string())).await.map(drop)
    });
    let world = open::<Other>(builder).await;
    for number in 0..5 {
        world.queue.enqueue(Other(number)).await.unwrap();
    }
    let report = world.stop().await;
    assert_eq!(log.words(), ["0", "1", "2", "3", "4"]);
    assert!(report.is_clean(), "{report}");
}

/// A delayed job that is due before the deadline is waited for; one that is not is left over, and nobody waits.
#[tokio::test(start_paused = true)]
async fn delayed_jobs_are_waited_for_if_they_come_in_time() {
    let log = Log::new();
    let world = open::<Job>(noting(&log)).await;
    world.queue.enqueue_after(job("soon"), secs(6)).await.unwrap();
    world.queue.enqueue_after(job("far"), secs(600)).await.unwrap();
    let (begun, report) = (Instant::now(), world.stop().await);
    assert_eq!((log.when("soon"), begun.elapsed().as_secs()), (vec![6.0], 6));
    let work = report.service("work").unwrap();
    assert_eq!((work.ending(), work.queue().unwrap().left_over()), (Some(Ending::Stopped), 1));
    assert_eq!(report.exit_code(), 4, "it is lost with the process");
}

/// So is a retry.
#[tokio::test(start_paused = true)]
async fn retries_are_waited_for_if_they_come_in_time() {
    for (wait, left) in [(3, 0), (300, 1)] {
        let runs = Arc::new(AtomicUsize::new(0));
        let here = runs.clone();
        let handler = move |_: Job| {
            let first = here.fetch_add(1, Ordering::SeqCst) == 0;
            async move { if first { Err("not yet") } else { Ok(()) } }
        };
        let queued = Queued::new(handler).backoff(Backoff::new(secs(wait), secs(wait)));
        let world = open::<Job>(Host::builder().queued("work", queued)).await;
        world.queue.enqueue(job("a")).await.unwrap();
        let (begun, report) = (Instant::now(), world.stop().await);
        assert_eq!(report.service("work").unwrap().queue().unwrap().left_over(), left);
        assert_eq!(report.exit_code(), if left == 0 { 0 } else { 4 });
        assert_eq!((runs.load(Ordering::SeqCst), left), (2 - left, left));
        assert!(begun.elapsed() < secs(4), "{:?}", begun.elapsed());
    }
}

/// Told to stop, an `Err` is an interruption: no failure, no attempt, and the job is left over.
#[tokio::test(start_paused = true)]
async fn a_job_that_obeys_the_stop_is_left_over() {
    let handler =
        |_: Job, stop: Stop| async move { stop.run_until(pass(secs(100))).await.ok_or("interrupted") };
    let world = open::<Job>(Host::builder().queued("work", handler)).await;
    world.queue.enqueue(job("a")).await.unwrap();
    settle().await;
    let (begun, report) = (Instant::now(), world.stop().await);
    assert!(begun.elapsed() < secs(1));
    let work = report.service("work").unwrap();
    assert_eq!(
        (work.queue().unwrap().left_over(), work.failures(), work.ending()),
        (1, 0, Some(Ending::Stopped))
    );
    assert_eq!(report.exit_code(), 4);
}

#[tokio::test(start_paused = true)]
async fn a_host_of_queues_alone_lives_on() {
    let host = noting(&Log::new()).build().unwrap().start().await.unwrap();
    pass(secs(60 * 60)).await;
    assert_eq!(host.handle().status(), hostkit::report::Status::Ready);
    assert!(ends(host.stop()).await.is_clean());
}

/// A start that fails, or is given up: what was accepted is worked off nevertheless, since the queue has started.
#[tokio::test(start_paused = true)]
async fn a_start_that_comes_to_nothing_loses_no_job() {
    let log = Log::new();
    let builder = noting(&log)
        .on(Moment::Starting, |queue: Queue<Job>| async move { queue.enqueue(job("early")).await.map(drop) })
        .on(Moment::Started, || async { Err::<(), _>("no") });
    let report = ends(builder.build().unwrap().start()).await.unwrap_err().into_report();
    assert_eq!((report.exit_code(), log.words()), (3, vec!["early".to_owned()]));

    let log = Log::new();
    let builder = noting(&log).service("impatient", |queue: Queue<Job>, host: HostHandle| async move {
        queue.enqueue(job("early")).await?;
        host.stop();
        hostkit::Result::<()>::Ok(())
    });
    let report = match ends(builder.build().unwrap().start()).await {
        Ok(mut host) => ends(host.wait()).await,
        Err(error) => error.into_report(),
    };
    assert_eq!((report.exit_code(), log.words()), (0, vec!["early".to_owned()]));
    assert_eq!(report.service("work").unwrap().queue().unwrap().left_over(), 0);
}

/// The stop of `feeder`, by explicit order, comes after that of the queue: nobody waits for it.
#[tokio::test(start_paused = true)]
async fn what_a_queue_needs_outlives_it() {
    let log = Log::new();
    let notes = log.clone();
    let builder = Host::builder()
        .service("db", move |stop: Stop| {
            let log = notes.clone();
            async move {
                stop.requested().await;
                log.note("db told");
            }
        })
        .queued("work", taking(&log, secs(2)).after(["db"]));
    let world = open::<Job>(builder).await;
    world.queue.enqueue(job("a")).await.unwrap();
    assert!(world.stop().await.is_clean());
    assert_eq!(log.words(), ["a", "db told"]);
}

/// A backlog that nobody works off any more, for its handler is off, or has ended, holds up no other queue.
#[tokio::test(start_paused = true)]
async fn a_queue_that_nobody_works_off_holds_up_no_other() {
    let off = Queued::new(|_: Job| async { panic!("it is off") }).enabled(false);
    let builder = Host::builder().queued("off", off).queued("idle", |_: Other| async {});
    let world = open::<Job>(builder).await;
    world.queue.enqueue(job("a")).await.unwrap();
    let (begun, report) = (Instant::now(), world.stop().await);
    assert!(begun.elapsed() < secs(1), "{:?}", begun.elapsed());
    assert_eq!(report.exit_code(), 4, "{report}");

    let fails = Queued::new(|_: Job| async { Err::<(), _>(hostkit::fatal("no disk")) }).workers(1);
    let builder = Host::builder().queued("fails", fails).queued("idle", |_: Other| async {}).on(
        Moment::Starting,
        |queue: Queue<Job>| async move {
            queue.enqueue_all((0..100).map(|number| job(number.to_string()))).await.map(drop)
        },
    );
    let begun = Instant::now();
    let report = lived(builder).await;
    assert!(begun.elapsed() < secs(1), "{:?}", begun.elapsed());
    assert_eq!(report.service("idle").unwrap().ending(), Some(Ending::Stopped));
    assert_eq!(
        (report.exit_code(), report.service("fails").unwrap().queue().unwrap().left_over()),
        (1, 99),
        "{report}"
    );
}

/// Nor does the backlog of one that never began, since the start failed before.
#[tokio::test(start_paused = true)]
async fn a_queue_that_never_began_holds_up_no_other() {
    let builder = Host::builder()
        .queued("idle", |_: Other| async {})
        .service("broken", |_: hostkit::param::Ready| async { Err::<(), _>("no") })
        .queued("never", Queued::new(|_: Job| async {}).after(["broken", "idle"]))
        .on(Moment::Starting, |queue: Queue<Job>| async move { queue.enqueue(job("a")).await.map(drop) });
    let begun = Instant::now();
    let report = refused(builder).await;
    assert!(begun.elapsed() < secs(1), "{:?}", begun.elapsed());
    assert_eq!(report.service("idle").unwrap().ending(), Some(Ending::Stopped), "{report}");
}

/// A task may take longer than a queue has time: then the queue closes shortly before its deadline, and has ended by then.
#[tokio::test(start_paused = true)]
async fn a_queue_that_a_task_might_still_fill_ends_by_its_deadline() {
    let log = Log::new();
    let notes = log.clone();
    let builder = noting(&log).service("spawner", move |tasks: Tasks, queue: Queue<Job>| {
        let log = notes.clone();
        async move {
            tasks
                .spawn("slow", async move {
                    pass(secs(5)).await;
                    queue.enqueue(job("in time")).await?;
                    pass(secs(10)).await;
                    log.note(if queue.enqueue(job("too late")).await.is_err() {
                        "given back"
                    } else {
                        "accepted"
                    });
                    hostkit::Result::<()>::Ok(())
                })
                .unwrap();
        }
    });
    let world = open::<Job>(builder).await;
    settle().await;
    let (begun, report) = (Instant::now(), world.stop().await);
    assert_eq!(log.words(), ["in time", "given back"]);
    assert_eq!(begun.elapsed().as_secs(), 15);
    assert!(report.is_clean(), "{report}");
}

/// What the rate lets through only after the deadline is left over, like what is delayed for longer.
#[tokio::test(start_paused = true)]
async fn what_the_rate_holds_back_beyond_the_deadline_is_left_over() {
    for takes in [millis(0), secs(3)] {
        let log = Log::new();
        let queue = taking(&log, takes).rate(hostkit::queue::Rate::new(1, secs(60))).stop_timeout(secs(10));
        let world = open(Host::builder().queued("work", queue)).await;
        for name in ["a", "b", "c"] {
            world.queue.enqueue(job(name)).await.unwrap();
        }
        pass(secs(1)).await;
        let (begun, report) = (Instant::now(), world.stop().await);
        assert_eq!(log.count("a"), 1);
        assert_eq!(
            (report.exit_code(), report.service("work").unwrap().queue().unwrap().left_over()),
            (4, 2),
            "{report}"
        );
        assert!(begun.elapsed() < secs(4), "nothing more comes in time, so there is nothing to wait for");
    }
}

/// What it lets through in time is worked off.
#[tokio::test(start_paused = true)]
async fn what_the_rate_lets_through_before_the_deadline_is_worked_off() {
    let log = Log::new();
    let queue = taking(&log, millis(0)).rate(hostkit::queue::Rate::new(1, secs(4))).stop_timeout(secs(10));
    let world = open(Host::builder().queued("work", queue)).await;
    for name in ["a", "b", "c", "d"] {
        world.queue.enqueue(job(name)).await.unwrap();
    }
    settle().await;
    let report = world.stop().await;
    assert_eq!((log.words().len(), report.exit_code()), (3, 4), "{report}");
    assert_eq!(report.service("work").unwrap().queue().unwrap().left_over(), 1);
}

/// A job's drop is code of the user's: it may use the queue that drops it.
#[tokio::test(start_paused = true)]
async fn what_is_left_over_is_dropped_when_its_queue_is_free() {
    struct Left(QueueHandle, Arc<AtomicUsize>);
    impl Drop for Left {
        fn drop(&mut self) {
            self.0.set_workers(2);
            self.1.fetch_add(1, Ordering::Relaxed);
        }
    }
    let handler = |_: Left| async {};
    let world = open::<Left>(Host::builder().queued("work", Queued::in_memory(handler).retries(0))).await;
    let drops = Arc::new(AtomicUsize::new(0));
    let left = Left(world.handle.queue("work").unwrap(), drops.clone());
    world.queue.enqueue_after(left, secs(3600)).await.unwrap();
    assert_eq!(world.stop().await.exit_code(), 4);
    assert_eq!(drops.load(Ordering::Relaxed), 1);
}
