//! The life of a host, through the public door: one theme a file, each test a world of its own.

#![allow(clippy::unwrap_used, reason = "what a test's services unwrap, the test asserts")]

mod host {
    mod log;
    mod world;

    mod again;
    mod cancellation;
    mod conditions;
    mod deadlines;
    mod drop;
    mod failed_start;
    mod failure_policy;
    mod finish;
    mod handle;
    mod heartbeat;
    mod hooks;
    mod in_place;
    mod many_hosts;
    mod panics;
    mod params;
    mod params_in_unit_tests;
    mod plan_problems;
    mod ready;
    mod report;
    mod restart;
    mod selection;
    mod service_options;
    mod settings;
    mod spans;
    mod start_order;
    mod stateful;
    mod stop;
    mod tasks;
    mod threads;
    mod timed;
    mod values;
    mod verdicts;
}
