//! A type that cannot be a parameter is one error under that type, and nothing else.

use hostkit::prelude::*;

struct Pool;

#[hosted_service]
async fn in_a_task(stop: Stop, pool: Pool, port: u16) {}

#[timed(every = "1s")]
fn in_a_timer(names: Vec<String>) {}

#[on(started)]
async fn in_a_hook(ready: Ready) {}

#[hosted_service]
impl Pool {
    fn new(size: usize) -> Self {
        Pool
    }
    async fn run(&mut self, stop: Stop, name: String) {}
}

fn main() {}
