//! Timers on a clock that the test moves: each run is told on standard output.

use hostkit::prelude::*;
use std::time::SystemTime;

use hostkit::{Cron, Delay, Every};

macro_rules! tells {
    ($name:literal) => {
        |tick: Tick| async move {
            let due = tick.due().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
            println!("{} {} {:?} missed={}", $name, due.as_secs(), tick.cause(), tick.missed());
        }
    };
}

pub(crate) fn scene(scene: &str, host: HostBuilder) -> HostBuilder {
    if scene == "clock-queue" {
        return jobs(host);
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
