//! Queues under test, by hand and by configuration, through the public door.

#![allow(clippy::unwrap_used, reason = "what a test's services unwrap, the test asserts")]

mod queues {
    mod world;

    mod attribute;
    mod configured;
    mod drain;
    mod enqueued;
    mod fresh;
    mod run_job;
    mod service;
    mod settled;
}
