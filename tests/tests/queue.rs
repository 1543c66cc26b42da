//! Queued services, through the public door: jobs on a clock that the test moves.

#![allow(clippy::unwrap_used, reason = "what a test's services unwrap, the test asserts")]

mod queue {
    #[path = "../host/log.rs"]
    mod log;
    mod world;

    mod blocking;
    mod copies;
    mod dead;
    mod door;
    mod huge;
    mod interrupted;
    mod keys;
    mod order;
    mod panics;
    mod params;
    mod plan;
    mod pool;
    mod rate;
    mod retries;
    mod room;
    mod steer;
    mod stop;
    mod stuck;
    mod threads;
    mod timeout;
    mod told;
    mod unique;
    mod verdicts;
}
