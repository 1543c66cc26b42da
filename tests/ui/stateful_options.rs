//! Options that make no sense on a service with state as it is.

use hostkit::prelude::*;

struct Pump;

#[hosted_service(on_finish = "restart", stop_timeout = "0s", every = "1s")]
impl Pump {
    fn new() -> Self {
        Pump
    }
    async fn stop(&mut self) {}
}

struct Made;

#[hosted_service]
impl Made {
    fn new() -> Option<Self> {
        Some(Made)
    }
    fn run(&mut self) -> u32 {
        1
    }
}

fn main() {}
