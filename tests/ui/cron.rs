//! Cron expressions that are none: the wrong field is underlined, and the sentence says what would be right.

use hostkit::prelude::*;

#[timed(cron = "0 9 * * 8")]
async fn eighth_day() {}

#[timed(cron = "*/90 * * * *")]
async fn step_beyond_its_field() {}

#[timed(cron = "0 0 30 2 *")]
async fn never_comes() {}

#[timed(cron = "0 0 9 * * * 2026")]
async fn seven_fields() {}

#[timed(cron = "CRON_TZ=Europe/Berlin 0 9 * * *")]
async fn zone_inside() {}

#[timed(cron = "0 0 13 * FRI")]
async fn which_days() {}

#[timed(cron = "0 0 * * FRI", days = "all")]
async fn days_idle() {}

#[timed(cron = "0 0 13 * FRI", days = "both")]
async fn days_wrong() {}

#[timed(cron = "@dayly", tz = "Europe/ Berlin")]
async fn word_and_zone() {}

#[timed(every = "1h", cron = "@hourly")]
async fn two_triggers() {}

#[timed(every = "1h", tz = "Europe/Berlin")]
async fn zone_without_cron() {}

#[timed(cron = "@hourly", first = "1s")]
async fn first_of_cron() {}

#[timed(cron = 5)]
async fn no_text() {}

fn main() {}
