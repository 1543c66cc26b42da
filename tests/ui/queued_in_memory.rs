//! A job that is kept in memory has a second attempt only if there is a copy of it.

use hostkit::prelude::*;

struct Bare;

#[queued(in_memory)]
async fn tried_again(_job: Bare) {}

#[queued(in_memory, retries = 5)]
fn tried_five_times(_job: Bare) {}

fn main() {}
