//! Durations that are none: each says what would be right.

use hostkit::prelude::*;

#[hosted_service(start_timeout = 10, stop_timeout = "10", heartbeat = 30s)]
async fn without_unit() {}

#[hosted_service(start_timeout = "-5s", stop_timeout = "1.5s", heartbeat = "10 sec")]
async fn not_this_grammar() {}

#[hosted_service(start_timeout = "0s", heartbeat = "0ms", stop_timeout = "99999999999999d")]
async fn out_of_range() {}

#[hosted_service(start_timeout = "", stop_timeout = "30s 1m", heartbeat = "soon")]
async fn no_durations() {}

#[timed(every = "10us", first = true)]
async fn too_fast() {}

#[timed(every = "0s", first = Duration::from_secs(1))]
async fn never() {}

fn main() {}
