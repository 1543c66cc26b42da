//! Timers on a clock that the test moves: each run is told on standard output.

use hostkit::prelude::*;
use std::time::SystemTime;

use hostkit::Every;
use hostkit::schedule::{Cron, Delay};

macro_rules! tells {
    ($name:literal) => {
        |tick: Tick| async move {
            let due = tick.due().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
            println!("{} {} {:?} missed={}", $name, due.as_secs(), tick.cause(), tick.missed());
        }
    };
}

pub(crate) fn scene(scene: &str, host: HostBuilder) -> HostBuilder {
    match scene {
        "clock-queue" => return jobs(host),
        "clock-attempts" => return attempts(host),
        _ => {}
    }
    host.timed("nightly", Cron::new("0 0 3 1 1 *"), tells!("nightly"))
        .timed("interval", Cron::new("* * * * * *"), tells!("interval"))
        .timed("beat", Every::millis(500), tells!("beat"))
        .timed("rest", Delay::millis(500), tells!("rest"))
}

/// One job for a time of the wall clock, in three quarters of an hour, and one that is to wait for so long.
fn jobs(host: HostBuilder) -> HostBuilder {
    let while_long = Duration::from_secs(45 * 60);
    host.queued("told", |job: String| async move { println!("{job} ran") }).service(
        "enqueues",
        move |queue: Queue<String>, stop: Stop| async move {
            queue.enqueue_at("at".to_owned(), SystemTime::now() + while_long).await?;
            queue.enqueue_after("after".to_owned(), while_long).await?;
            println!("both wait");
            stop.requested().await;
            Ok::<_, hostkit::BoxError>(())
        },
    )
}

/// Jobs that were enqueued, and one that died, before the clock is stepped by more than half an hour; each tells its times afterwards.
fn attempts(host: HostBuilder) -> HostBuilder {
    let unix = |time: SystemTime| time.duration_since(std::time::UNIX_EPOCH).unwrap_or_default().as_secs();
    host.queued("works", move |job: String, attempt: Attempt| async move {
        println!("{job} was enqueued at {}", unix(attempt.enqueued_at()));
        Err::<(), _>(hostkit::discard("no luck"))
    })
    .service("enqueues", move |queue: Queue<String>, host: HostHandle, stop: Stop| async move {
        let (began, works) = (SystemTime::now(), host.queue("works").expect("it runs"));
        println!("began at {}", unix(began));
        queue.enqueue("first".to_owned()).await?;
        while works.dead().is_empty() && stop.sleep(Duration::from_millis(1)).await.is_running() {}
        works.pause("until the clock is stepped");
        queue.enqueue("second".to_owned()).await?;
        println!("both are there");
        let half = Duration::from_secs(1800);
        let is_stepped = || {
            let now = SystemTime::now();
            now > began + half || now + half < began
        };
        while !is_stepped() && stop.sleep(Duration::from_millis(5)).await.is_running() {}
        let _ = stop.sleep(Duration::from_millis(300)).await;
        works.resume();
        queue.enqueue("third".to_owned()).await?;
        println!("stepped at {}", unix(SystemTime::now()));
        while works.dead().len() < 3 && stop.sleep(Duration::from_millis(1)).await.is_running() {}
        for job in works.dead() {
            println!("{} lived from {} to {}", job.id, unix(job.enqueued_at), unix(job.died_at));
        }
        println!("all told");
        stop.requested().await;
        Ok::<_, hostkit::BoxError>(())
    })
}
