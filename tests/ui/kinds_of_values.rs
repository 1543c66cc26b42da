//! Values of another kind than the option takes, and words that there are not.

use hostkit::prelude::*;

#[hosted_service(enabled = "false", name = 7, group = ["g"], after = 5)]
async fn other_kinds() {}

#[hosted_service(on_failure = restart, on_finish = "stopp", max_restarts = "5")]
async fn words() {}

#[hosted_service(on_failure = "restart", max_restarts = 0)]
async fn too_few() {}

#[hosted_service(on_failure = "restart", max_restarts = -1)]
async fn negative() {}

#[timed(every = "10s", on_failure = "restart", max_failures = 99999999999)]
async fn too_many() {}

fn main() {}
