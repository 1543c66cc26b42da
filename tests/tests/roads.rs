//! Every promise holds on every road: each cell of the table is a test, or the reason why there is none.
//!
//! Three roads say what a service is (attributes, the builder, the configuration), four run it (`main!`, a `main` of one's own, a host
//! that a program starts beside others, `TestHost`), and on the last one a plain test calls the function.

#![allow(clippy::unwrap_used, reason = "in a test a panic is an answer")]

#[path = "process/support.rs"]
#[allow(dead_code, reason = "shared with `process.rs`, which uses the rest")]
mod support;

#[path = "../src/bin/promises/mod.rs"]
mod promises;

#[macro_use]
#[path = "roads/table.rs"]
mod table;

mod roads {
    mod world;

    pub(super) mod chain;
    pub(super) mod configured;
    pub(super) mod dead_jobs;
    pub(super) mod discovery;
    pub(super) mod exit_code;
    pub(super) mod grammar;
    pub(super) mod health;
    pub(super) mod hooks;
    pub(super) mod jobs;
    pub(super) mod overlap;
    pub(super) mod panic;
    pub(super) mod parameters;
    pub(super) mod restart;
    pub(super) mod secret;
    pub(super) mod stop;
    pub(super) mod suggestion;
    pub(super) mod tasks;
    pub(super) mod timers;
    pub(super) mod values;
}

use table::Row;

const ROADS: [&str; 8] =
    ["attribute", "builder", "configuration", "main", "own_main", "discover", "test_host", "plain"];

const TABLE: [Row; 19] = [
    roads::chain::ROW,
    roads::configured::ROW,
    roads::dead_jobs::ROW,
    roads::discovery::ROW,
    roads::exit_code::ROW,
    roads::grammar::ROW,
    roads::health::ROW,
    roads::hooks::ROW,
    roads::jobs::ROW,
    roads::overlap::ROW,
    roads::panic::ROW,
    roads::parameters::ROW,
    roads::restart::ROW,
    roads::secret::ROW,
    roads::stop::ROW,
    roads::suggestion::ROW,
    roads::tasks::ROW,
    roads::timers::ROW,
    roads::values::ROW,
];

#[test]
fn no_cell_is_empty() {
    for Row { promise, cells } in TABLE {
        let roads: Vec<_> = cells.iter().map(|(road, _)| *road).collect();
        assert_eq!(roads, ROADS, "{promise}");
        for (road, reason) in cells {
            let words = reason.map(|reason| reason.split_whitespace().count());
            assert!(words.is_none_or(|words| words >= 5), "{promise} {road}: {reason:?} is no reason");
        }
    }
}

/// A road with few tests is no road that users can take.
#[test]
fn every_road_is_walked() {
    for road in ROADS {
        let tested = |row: &&Row| row.cells.contains(&(road, None));
        let promises: Vec<_> = TABLE.iter().filter(tested).map(|row| row.promise).collect();
        assert!(promises.len() >= 8, "{road} only has {promises:?}");
    }
}
