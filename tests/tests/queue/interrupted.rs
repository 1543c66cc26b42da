//! A stop interrupts what waits for a queue: that is the host's own act, and nobody's failure.

use std::time::Duration;

use anyhow::Context as _;
use hostkit::builder::{Hosted, Moment, Queued, Timed};
use hostkit::param::{Stop, Tasks};
use hostkit::queue::Queue;
use hostkit::report::Ending;
use hostkit::{BoxError, Every, Host, HostBuilder, HostHandle, Report};
use tokio::time::Instant;

use super::world::*;

type Filled = Result<(), BoxError>;

/// As many jobs as it takes to wait for room in a queue of two.
async fn fill(queue: &Queue<Job>) -> Filled {
    for _ in 0..4 {
        queue.enqueue(job("child")).await?;
    }
    Ok(())
}

async fn fill_with_context(queue: &Queue<Job>) -> anyhow::Result<()> {
    fill(queue).await.map_err(anyhow::Error::from_boxed).context("walking")?;
    Ok(())
}

/// A queue that nothing is taken from.
fn held() -> HostBuilder {
    let handler = |_: Job, stop: Stop| async move { stop.requested().await };
    Host::builder().queued("held", Queued::new(handler).capacity(2)).stop_timeout(secs(5))
}

fn no_failure(report: &Report, name: &str) {
    let service = report.service(name).unwrap();
    assert_eq!(
        (service.failures(), service.ending()),
        (0, Some(hostkit::report::Ending::Stopped)),
        "{report}"
    );
    assert_eq!(report.exit_code(), if service.queue().unwrap().left_over() == 0 { 0 } else { 4 }, "{report}");
}

#[tokio::test(start_paused = true)]
async fn a_job_that_waits_for_its_own_queue_is_left_over() {
    async fn walk(_: Job, queue: Queue<Job>) -> hostkit::Result {
        fill(&queue).await?;
        Ok(())
    }
    async fn walk_wrapped(_: Job, queue: Queue<Job>) -> anyhow::Result<()> {
        fill_with_context(&queue).await.context("again")
    }
    async fn walk_many(_: Job, queue: Queue<Job>) -> hostkit::Result {
        Ok(queue.enqueue_all((0..4).map(|_| job("child"))).await.map(drop)?)
    }
    for queued in [Queued::new(walk), Queued::new(walk_wrapped), Queued::new(walk_many)] {
        let world = open::<Job>(Host::builder().queued("walk", queued.capacity(2))).await;
        world.queue.enqueue(job("root")).await.unwrap();
        pass(secs(1)).await;
        let (handle, report) = (world.handle.clone(), world.stop().await);
        let stats = handle.queue("walk").unwrap().stats();
        assert_eq!((stats.failed, stats.retried, stats.died, stats.done), (0, 0, 0, 0), "{stats:?}");
        assert!(stats.interrupted > 0, "{stats:?}");
        assert_eq!(report.service("walk").unwrap().queue().unwrap().left_over(), 3);
        no_failure(&report, "walk");
    }
}

/// Whoever waits for room in a queue that is paused and idle gets the job back as soon as the host stops, since nothing makes room.
#[tokio::test(start_paused = true)]
async fn nobody_waits_for_room_that_a_pause_keeps() {
    async fn fills(queue: Queue<Job>) -> Filled {
        fill(&queue).await
    }
    let hosts = [
        ("service", held().service("filler", fills)),
        ("timer", held().timed("filler", Every::secs(1), fills)),
        (
            "task",
            held().service("filler", |queue: Queue<Job>, tasks: Tasks, stop: Stop| async move {
                tasks.spawn("fill", async move { fill(&queue).await }).unwrap();
                stop.requested().await;
            }),
        ),
    ];
    for (kind, builder) in hosts {
        let host = builder.on(Moment::Starting, |host: HostHandle| async move {
            host.queue("held").unwrap().pause("for the test");
        });
        let host = ends(host.build().unwrap().start()).await.unwrap();
        pass(secs(3)).await;
        let (handle, begun) = (host.handle(), Instant::now());
        assert_eq!(handle.queue("held").unwrap().stats().waiting, 2, "{kind}");
        let report = ends(host.stop()).await;
        assert!(begun.elapsed() < secs(1), "{kind}: {:?}", begun.elapsed());
        no_failure(&report, "held");
        let filler = report.service("filler").unwrap();
        assert_eq!((filler.failures(), report.failed_tasks()), (0, 0), "{kind}: {report}");
        assert!(filler.ending() != Some(Ending::Aborted), "{kind}: {report}");
    }
}

#[tokio::test(start_paused = true)]
async fn the_closed_queue_of_another_host_is_a_failure() {
    let other = open::<Job>(held()).await;
    let closed = other.queue.clone();
    other.stop().await;
    let host = Host::builder().queued(
        "work",
        Queued::new(move |_: Other| {
            let closed = closed.clone();
            async move { fill(&closed).await }
        })
        .retries(0),
    );
    let world = open::<Other>(host).await;
    world.queue.enqueue(Other(1)).await.unwrap();
    pass(secs(1)).await;
    assert_eq!(world.handle.queue("work").unwrap().dead().len(), 1, "this host does not stop");
}

/// Waits until the host of this handle has been stopping for a second.
async fn long_stopped(host: &HostHandle) {
    while host.stop_cause().is_none() {
        pass(millis(10)).await;
    }
    pass(secs(1)).await;
}

/// The same for a `fn`, in short.
fn long_stopped_blocking(host: &HostHandle) {
    while host.stop_cause().is_none() {
        std::thread::sleep(millis(1));
    }
    std::thread::sleep(millis(30));
}

/// The function `filler` of one kind, which passes on what the closed queue of another host says when its own host stops too.
type Filler = fn(HostBuilder, Queue<Job>) -> HostBuilder;

const FILLERS: [(&str, Filler); 4] = [
    ("job", |host, closed| {
        let handler = move |_: Other, host: HostHandle| {
            let closed = closed.clone();
            async move {
                long_stopped(&host).await;
                fill(&closed).await
            }
        };
        host.queued("filler", Queued::new(handler).retries(0)).service("starter", one_job)
    }),
    ("service", |host, closed| {
        host.service("filler", move |host: HostHandle| {
            let closed = closed.clone();
            async move {
                long_stopped(&host).await;
                fill(&closed).await
            }
        })
    }),
    ("timer", |host, closed| {
        host.timed("filler", Every::secs(1), move |host: HostHandle| {
            let closed = closed.clone();
            async move {
                long_stopped(&host).await;
                fill(&closed).await
            }
        })
    }),
    ("task", |host, closed| {
        host.service("filler", move |tasks: Tasks, host: HostHandle| {
            let closed = closed.clone();
            let fill_closed = async move {
                long_stopped(&host).await;
                fill(&closed).await
            };
            tasks.spawn("fill", fill_closed).unwrap();
            async {}
        })
    }),
];

const BLOCKING_FILLERS: [(&str, Filler); 4] = [
    ("job", |host, closed| {
        let handler = move |_: Other, host: HostHandle| -> Filled {
            long_stopped_blocking(&host);
            Ok(closed.enqueue_blocking(job("child")).map(drop)?)
        };
        host.queued("filler", Queued::blocking(handler).retries(0)).service("starter", one_job)
    }),
    ("service", |host, closed| {
        let filler = move |host: HostHandle| -> Filled {
            long_stopped_blocking(&host);
            Ok(closed.enqueue_blocking(job("child")).map(drop)?)
        };
        host.service("filler", Hosted::blocking(filler))
    }),
    ("timer", |host, closed| {
        let filler = move |host: HostHandle| -> Filled {
            long_stopped_blocking(&host);
            Ok(closed.enqueue_blocking(job("child")).map(drop)?)
        };
        host.timed("filler", Every::secs(1), Timed::blocking(filler))
    }),
    ("task", |host, closed| {
        host.service("filler", move |tasks: Tasks, host: HostHandle| {
            let closed = closed.clone();
            let fill_closed = move || -> Filled {
                long_stopped_blocking(&host);
                Ok(closed.enqueue_blocking(job("child")).map(drop)?)
            };
            tasks.spawn_blocking("fill", fill_closed).unwrap();
            async {}
        })
    }),
];

async fn one_job(queue: Queue<Other>) -> hostkit::Result {
    queue.enqueue(Other(1)).await?;
    Ok(())
}

/// Two hosts stop, and the closed queue of one is met by a function of the other: that is no interruption by the stop of its own.
async fn no_excuse(kind: &str, filler: Filler, last_takes: Duration) {
    let other = open::<Job>(held()).await;
    let closed = other.queue.clone();
    other.stop().await;
    // It stops before `filler` is asked to, and takes its time.
    let last = move |stop: Stop| async move {
        stop.requested().await;
        pass(last_takes).await;
    };
    let host = filler(Host::builder(), closed).service("last", Hosted::new(last).after(["filler"]));
    let host = ends(host.build().unwrap().start()).await.unwrap();
    pass(millis(50)).await; // a timer's first run is at once, on a thread
    let report = ends(host.stop()).await;
    let failures = report.service("filler").unwrap().failures() + report.failed_tasks();
    assert_eq!(failures, 1, "{kind}: {report}");
}

#[tokio::test(start_paused = true)]
async fn the_stop_of_another_host_is_no_excuse_for_one_that_stops_too() {
    for (kind, filler) in FILLERS {
        no_excuse(kind, filler, secs(3)).await;
    }
}

/// Not with a paused clock: it would pass the deadlines while the functions wait on their threads.
#[tokio::test]
async fn nor_is_it_for_a_blocking_function() {
    for (kind, filler) in BLOCKING_FILLERS {
        no_excuse(kind, filler, millis(300)).await;
    }
}
