//! What a run is told of itself.

use hostkit::Every;
use hostkit::builder::Timed;
use hostkit::param::{Cause, Dep, Tick};
use std::sync::Mutex;
use std::time::SystemTime;

use super::world::{leap, logged, secs, unix};

type Told = Mutex<Vec<(SystemTime, u64, u64, Cause)>>;

async fn tell(tick: Tick, told: Dep<Told>) {
    told.lock().unwrap().push((tick.due(), tick.number(), tick.missed(), tick.cause()));
}

#[tokio::test(start_paused = true)]
async fn due_number_missed_and_cause() {
    let (host, _) = logged();
    let told = std::sync::Arc::new(Told::default());
    let host =
        host.provide(told.clone()).at(unix(500)).timed("t", Every::secs(10), tell).start().await.unwrap();
    host.advance(secs(11)).await;
    leap(&host, secs(26)).await; // 20 and 30 passed, the last one 7 s ago
    let _ = host.trigger("t").await;
    let expected = [
        (unix(500), 1, 0, Cause::Schedule),
        (unix(510), 2, 0, Cause::Schedule),
        (unix(530), 3, 2, Cause::CatchUp),
        (unix(537), 4, 0, Cause::Manual),
    ];
    assert_eq!(*told.lock().unwrap(), expected);
}

/// What a run is due for is the due time itself: a key for what is done once per due time.
#[tokio::test(start_paused = true)]
async fn jitter_moves_the_run_and_not_its_due_time() {
    let (host, _) = logged();
    let told = std::sync::Arc::new(Told::default());
    let timed = Timed::new(tell).jitter(secs(9));
    let host =
        host.provide(told.clone()).at(unix(500)).timed("t", Every::secs(10), timed).start().await.unwrap();
    host.advance(secs(100)).await;
    let due: Vec<_> = told.lock().unwrap().iter().map(|told| told.0).collect();
    assert!(due.len() >= 10);
    assert!(due.iter().zip(0..).all(|(due, n)| *due == unix(500 + n * 10)), "{due:?}");
}
