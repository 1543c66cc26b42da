//! Options that have no effect as the others are.

use hostkit::prelude::*;

#[hosted_service(backoff = "1s..1m", max_restarts = 3, within = "1m")]
async fn never_restarted() {}

#[hosted_service(on_finish = "restart", backoff = "1s..1m", max_restarts = 3)]
async fn restarted_when_it_finishes() {}

#[hosted_service(on_failure = "ignore", within = "1m")]
async fn ignored() {}

#[timed(every = "1s", on_failure = "stop", max_failures = 3)]
async fn stops_at_the_first() {}

fn main() {}
