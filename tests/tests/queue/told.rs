//! What the log says: attempts that failed, jobs that died, what is left over, who is only piling up.

use hostkit::Host;
use hostkit::builder::{Backoff, Queued};
use hostkit::param::Attempt;
use tracing::Level;

use super::log;
use super::world::*;

#[tokio::test(start_paused = true)]
async fn a_failing_attempt_by_its_number_and_the_last_one_as_an_error() {
    log::gather();
    let handler =
        |_: Job, attempt: Attempt| async move { Err::<(), _>(format!("broken at {}", attempt.number())) };
    let queued = Queued::new(handler).retries(1).backoff(Backoff::new(secs(3), secs(3)));
    let world = open::<Job>(Host::builder().queued("told-attempts", queued)).await;
    let id = world.queue.enqueue(job("a")).await.unwrap();
    pass(secs(60)).await;
    world.stop().await;
    let records = log::within("told-attempts");
    let find = |text: &str| {
        let found = records.iter().find(|record| record.text.contains(text));
        found.unwrap_or_else(|| panic!("`{text}` is not among {records:#?}"))
    };
    let first = find("attempt 1 of 2 failed: the next in 3.0s");
    assert_eq!(first.level, Level::INFO);
    assert!(
        first.text.contains(&format!("job={id} ")) && first.text.contains("error=broken at 1"),
        "{first:?}"
    );
    let last = find("attempt 2 of 2 failed: the job is dead");
    assert_eq!(last.level, Level::ERROR);
    assert!(last.text.contains("error=broken at 2"), "{last:?}");
}

#[tokio::test(start_paused = true)]
async fn what_is_left_by_type_and_number() {
    log::gather();
    let world = open::<Job>(Host::builder().queued("told-left", |_: Job| async {})).await;
    for _ in 0..3 {
        world.queue.enqueue_after(job("far"), secs(1000)).await.unwrap();
    }
    world.stop().await;
    let records = log::with("3 jobs of type `Job` left over in `told-left`");
    assert!(records.len() == 1 && records[0].level == Level::WARN, "{records:?}");
}

#[tokio::test(start_paused = true)]
async fn a_handler_that_is_off() {
    log::gather();
    let off = Queued::new(|_: Job| async {}).enabled(false);
    let world = open::<Job>(Host::builder().queued("told-off", off).service(
        "told-other",
        |stop: hostkit::param::Stop| async move {
            stop.requested().await;
        },
    ))
    .await;
    world.queue.enqueue(job("a")).await.unwrap();
    world.stop().await;
    let warned = log::with("`door` enqueues `Job`, but the handler `told-off` is off");
    assert!(warned.len() == 1 && warned[0].level == Level::WARN, "{warned:?}");
    assert_eq!(log::with("1 job of type `Job` left over in `told-off`").len(), 1);
}
