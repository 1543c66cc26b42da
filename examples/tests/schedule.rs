//! A job and its test: a day of a timer that runs every hour takes a millisecond, and nobody waits for it.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use hostkit::prelude::*;
use hostkit::testing::TestHost;

#[derive(Default)]
struct Meter(AtomicU64);

/// What is to be tested: an attribute and a function, as in any program.
#[timed(every = "1h", first = "1h", max_failures = 3)]
async fn charge(meter: Dep<Meter>) -> hostkit::Result {
    match meter.0.fetch_add(1, Ordering::SeqCst) {
        n if n < 24 => Ok(()),
        _ => Err("the day is over".into()),
    }
}

#[tokio::test(start_paused = true)]
async fn it_charges_once_an_hour() {
    let host =
        TestHost::discover().only(["charge"]).provide(Meter::default()).start().await.expect("a good plan");
    host.advance(Duration::from_secs(24 * 60 * 60)).await;
    assert_eq!((host.service("charge").runs(), host.service("charge").failures()), (24, 0));
    assert!(host.stop().await.is_clean());
}

#[tokio::test(start_paused = true)]
async fn it_gives_up_after_three_failures() {
    let meter = Meter(AtomicU64::new(24));
    let host = TestHost::discover().only(["charge"]).provide(meter).start().await.expect("a good plan");
    let report = host.wait().await;
    assert_eq!((report.exit_code(), report.service("charge").map(|charge| charge.runs())), (1, Some(3)));
}
