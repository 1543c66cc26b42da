//! Annotated functions called in plain unit tests, with parameters that no host made.

use hostkit::prelude::*;
use hostkit::testing;

#[hosted_service(heartbeat = "30s")]
async fn unit_tested(ready: Ready, stop: Stop, heart: Heartbeat) {
    ready.notify();
    while stop.sleep(Duration::from_secs(10)).await.is_running() {
        heart.beat();
    }
}

#[tokio::test(start_paused = true)]
async fn a_service_is_driven_by_its_parameters() {
    let (ready, readiness) = testing::ready();
    let (stop, stopper) = testing::stop();
    let (heart, pulse) = testing::heartbeat();
    let service = tokio::spawn(async move { unit_tested(ready, stop, heart).await });
    tokio::time::sleep(Duration::from_secs(35)).await;
    assert!(readiness.is_notified() && !readiness.is_dropped());
    assert_eq!(pulse.beats(), 3);
    stopper.stop();
    service.await.unwrap();
    assert_eq!(pulse.beats(), 3);
}

#[test]
fn a_ready_dropped_unnotified_is_told() {
    let (ready, readiness) = testing::ready();
    drop(ready);
    assert!(readiness.is_dropped() && !readiness.is_notified());
}

#[tokio::test(start_paused = true)]
async fn a_stop_has_a_deadline_once_it_is_requested() {
    let (stop, stopper) = testing::stop();
    assert_eq!(stop.deadline(), None);
    stopper.stop();
    assert!(stop.deadline().is_some());
}
