//! Overdue: seen by the watch, in real time, while what fires the timer is stuck.

use hostkit::Every;
use hostkit::testing::TestHost;

use super::world::{millis, secs};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_timer_that_nobody_fires_is_overdue_once() {
    // Its second run holds its thread: the due times after it pass, and nothing can happen.
    let stuck = |tick: hostkit::param::Tick| async move {
        if tick.number() == 2 {
            std::thread::sleep(millis(7_500));
        }
    };
    let host = TestHost::empty().timed("t", Every::millis(500), stuck).start().await.unwrap();
    let t = host.service("t");
    let pass = std::thread::sleep; // a blocked executor may hold the runtime's timers, too
    pass(secs(4));
    assert_eq!(t.timer().unwrap().overdue(), 0, "late, but not that late");
    assert!(t.is_healthy());
    pass(millis(3_600));
    assert_eq!(t.timer().unwrap().overdue(), 1);
    assert!(!t.is_healthy(), "it is unhealthy meanwhile");
    pass(millis(900));
    assert_eq!(t.timer().unwrap().overdue(), 1, "told once");
    assert!(t.is_healthy());
    host.stop().await;
}
