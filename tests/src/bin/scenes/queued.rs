//! A scene with queues, one job of which a test runs by hand.

use hostkit::Every;
use hostkit::builder::{Moment, Queued};
use hostkit::queue::Queue;
use serde::{Deserialize, Serialize};

use super::*;

#[derive(Serialize, Deserialize)]
struct Resize {
    image: String,
    width: u32,
}

#[derive(Serialize, Deserialize)]
struct Count(u32);

struct Bare;

struct Prefix(&'static str);

async fn resize(job: Resize, prefix: Dep<Prefix>, counts: Queue<Count>, stop: Stop) -> hostkit::Result {
    println!("{}{} to {}", prefix.0, job.image, job.width);
    match job.image.as_str() {
        "fails" => Err("no such file".into()),
        "panics" => panic!("boom"),
        "snoozes" => Err(hostkit::snooze(Duration::from_secs(60)).into()),
        "discards" => Err(hostkit::discard("no image").into()),
        "fatal" => Err(hostkit::fatal("the disk is gone").into()),
        "waits" => {
            stop.requested().await;
            println!("told to stop");
            Ok(())
        }
        _ => Ok(counts.enqueue(Count(job.width)).await.map(drop)?),
    }
}

async fn count(job: Count, host: HostHandle) {
    // It outlives the one attempt that was asked for.
    tokio::time::sleep(millis(50)).await;
    println!("counted {}; the timer runs here: {}", job.0, host.service("nightly").is_some());
}

pub(super) fn scene(scene: &str, host: HostBuilder) -> HostBuilder {
    assert_eq!(scene, "queued");
    host.provide(Prefix("resizing "))
        .queued(
            "resize",
            Queued::new(resize).workers(3).rate(hostkit::queue::Rate::new(5, Duration::from_secs(1))),
        )
        .queued("count", count)
        .queued("memory", Queued::in_memory(|_: Bare| async { boom("in memory") }).key(|_| "one".to_owned()))
        .timed("nightly", Every::secs(3600), |counts: Queue<Count>| async move {
            counts.enqueue_all((1..=3).map(Count)).await?;
            hostkit::Result::<()>::Ok(())
        })
        .service("idle", || async { println!("idle ran") })
        .on(Moment::Started, || async { println!("hook ran") })
}
