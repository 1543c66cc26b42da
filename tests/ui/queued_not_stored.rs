//! A job that serde can't write can't be stored.

use hostkit::prelude::*;

struct Bare;

#[derive(serde::Serialize)]
struct OnlyWritten;

#[queued]
async fn bare(_job: Bare) {}

#[queued(workers = 2)]
fn only_written(_job: OnlyWritten) {}

fn main() {
    let _ = hostkit::Host::builder().queued("closure", |_: Bare| async {});
}

#[queued]
async fn without_a_job(stop: hostkit::param::Stop) {
    let _ = stop;
}
