//! `#[queued]` is for free functions.

use hostkit::prelude::*;

struct Resizer;

#[queued]
impl Resizer {
    async fn run(&mut self) {}
}

impl Resizer {
    #[queued]
    async fn method(&self, _job: String) {}
}

#[queued]
struct Job;

#[queued(name = "twice")]
#[queued(name = "twice", workers = 2)]
async fn two(_job: String) {}

fn main() {}
