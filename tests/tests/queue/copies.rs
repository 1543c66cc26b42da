//! A job's copy for its next attempt, where there is none: told at once, and in the failure.

use std::collections::HashMap;

use hostkit::Host;
use hostkit::builder::Queued;
use serde::{Deserialize, Serialize};
use tracing::Level;

use super::log;
use super::world::*;

#[derive(Debug, Serialize, Deserialize)]
struct Unreadable(f64);

#[derive(Debug, Serialize, Deserialize)]
struct Unwritable(HashMap<(u8, u8), u8>);

async fn dies<T: hostkit::queue::Job + std::fmt::Debug>(name: &'static str, of: &str, bad: T, why: &str) {
    log::gather();
    let handler = |_: T| async { Err::<(), _>("down") };
    let world = open::<T>(Host::builder().queued(name, Queued::new(handler).retries(3))).await;
    world.queue.enqueue(bad).await.unwrap();
    pass(secs(1)).await;
    let dead = world.handle.queue(name).unwrap().dead();
    assert_eq!((dead.len(), dead[0].attempts, dead[0].retryable), (1, 1, false));
    assert!(dead[0].errors[0].starts_with("down; there is no other attempt: "), "{}", dead[0].errors[0]);
    assert!(dead[0].errors[0].contains(why), "{}", dead[0].errors[0]);
    let report = world.stop().await;
    assert!(report.service(name).unwrap().last_error().unwrap().contains(why));
    let warned: Vec<_> = log::within(name).into_iter().filter(|line| line.level == Level::WARN).collect();
    assert_eq!(warned.len(), 1, "{warned:?}");
    assert!(warned[0].text.contains(&format!("{of}` can't be copied for its next attempt")), "{warned:?}");
    assert!(warned[0].text.contains(why), "{warned:?}");
}

#[tokio::test(start_paused = true)]
async fn what_can_not_be_written_or_read_back_is_told_with_its_type_and_in_the_failure() {
    dies("copies-read", "Unreadable", Unreadable(f64::NAN), "can't be read as JSON").await;
    dies(
        "copies-written",
        "Unwritable",
        Unwritable(HashMap::from([((1, 2), 3)])),
        "can't be written as JSON",
    )
    .await;
}

#[tokio::test(start_paused = true)]
async fn it_is_told_before_an_attempt_has_failed() {
    log::gather();
    let handler = |_: Unreadable| async {};
    let world = open::<Unreadable>(Host::builder().queued("copies-first", handler)).await;
    for _ in 0..3 {
        world.queue.enqueue(Unreadable(f64::NAN)).await.unwrap();
    }
    pass(secs(1)).await;
    let warned: Vec<_> =
        log::within("copies-first").into_iter().filter(|line| line.level == Level::WARN).collect();
    assert_eq!(warned.len(), 1, "once: {warned:?}");
    assert_eq!(world.handle.queue("copies-first").unwrap().stats().done, 3, "they run all the same");
    world.stop().await;
}
