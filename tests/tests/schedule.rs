//! Schedules, through the public door: timers on a clock that the test moves.

#![allow(clippy::unwrap_used, reason = "what a test's services unwrap, the test asserts")]

mod schedule {
    #[path = "../host/log.rs"]
    mod log;
    mod world;

    mod failures;
    mod history;
    mod missed;
    mod overlap;
    mod pause;
    mod pool;
    mod rates;
    mod test_host;
    mod threads;
    mod tick;
    mod trigger;
    mod warned;
    mod watch;
}
