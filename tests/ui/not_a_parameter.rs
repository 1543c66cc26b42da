//! A type that cannot be a parameter is one error under that type, and nothing else.

use hostkit::prelude::*;

struct Pool;

#[hosted_service]
async fn in_a_task(_stop: Stop, _pool: Pool, _port: u16) {}

#[timed(every = "1s")]
fn in_a_timer(_names: Vec<String>) {}

#[on(started)]
async fn in_a_hook(_ready: Ready) {}

#[hosted_service]
impl Pool {
    fn new(_size: usize) -> Self {
        Pool
    }
    async fn run(&mut self, _stop: Stop, _name: String) {}
}

fn main() {}
