//! An option that there is not: the nearest is suggested, or the attribute that has it is named.

use hostkit::prelude::*;

#[hosted_service(naem = "a", on_fail = "stop", colour = "red")]
async fn misspelled() {}

#[hosted_service(every = "10s", first = "1s")]
async fn of_another_attribute() {}

#[timed(every = "10s", heartbeat = "1s", frist = "1s")]
async fn of_yet_another() {}

fn main() {}
