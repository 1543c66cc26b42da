//! Several mistakes in one schedule are all told in one compile: those of the fields, of the zone and of other options.

use hostkit::prelude::*;

#[timed(cron = "0 25 * * *", tz = "Europe/Berln")]
async fn hour_and_zone() {}

#[timed(cron = "75 25 * * 8", tz = "CEST", days = "both", jitter = "5")]
fn everything() {}

#[timed(cron = "@daily", tz = "Narnia")]
async fn no_such_zone() {}

#[timed(cron = "TZ=UTC 61 0 30 2 *", tz = "local", retries = -1)]
async fn of_the_machine() {}

#[timed(every = "10", cron = "0 0 0 * *", tz = "Asia/Tokio")]
async fn two_triggers() {}

#[timed(cron = "0 25 13 * FRI")]
async fn no_rule_for_the_days() {}

#[timed(cron = "0 0 0 * 8", tz = "Narnia")]
async fn no_rule_for_wrong_days() {}

#[timed(cron = "0 25 13 * FRI", days = "all")]
async fn with_a_rule() {}

fn main() {}
