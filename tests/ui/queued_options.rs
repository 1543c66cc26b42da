//! What the options of a queued function can be.

use hostkit::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize)]
struct Resize {
    width: u32,
}

#[queued(workers = 0)]
async fn nobody(_job: Resize) {}

#[queued(capacity = 0, retries = -1)]
async fn no_room(_job: Resize) {}

#[queued(rate = "0/s")]
async fn never(_job: Resize) {}

#[queued(rate = "100")]
async fn without_a_unit(_job: Resize) {}

#[queued(rate = 100)]
async fn a_number(_job: Resize) {}

#[queued(rate = "fast")]
async fn a_word(_job: Resize) {}

#[queued(rate = "10/min")]
async fn long_unit(_job: Resize) {}

#[queued(in_memory = true)]
async fn with_a_value(_job: Resize) {}

#[queued(in_memory, workers = 2, in_memory, retries = 0)]
async fn twice(_job: Resize) {}

#[queued(workrs = 2)]
async fn unknown(_job: Resize) {}

#[queued(in_memry)]
async fn unknown_mark(_job: Resize) {}

#[queued(workers)]
async fn without_a_value(_job: Resize) {}

#[queued(retries = 0, backoff = "1s..2s")]
async fn no_effect(_job: Resize) {}

#[queued(timeout = "0s")]
async fn no_time(_job: Resize) {}

#[queued(aliases = ["old name", "older", "older"])]
async fn no_names(_job: Resize) {}

#[queued(every = "1s")]
async fn of_a_timer(_job: Resize) {}

#[queued(workers = 0, rate = "1/x", backoff = "2s..1s", key = "a b", capacity = "many", on_failure = "stop")]
async fn all_wrong(_job: Resize) {}

fn main() {}
