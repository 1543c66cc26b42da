//! Shared values that are made: by attributes and by the builder, one theme a file, each test a world of its own.

#![allow(clippy::unwrap_used, reason = "what a test's services unwrap, the test asserts")]

mod provides {
    #[path = "../host/log.rs"]
    mod log;
    mod world;

    mod builder;
    mod close;
    mod drops;
    mod fails;
    mod forms;
    mod levels;
    mod plan;
    mod replaced;
    mod run;
}
