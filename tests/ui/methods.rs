//! Attributes on methods of an `impl` block or a trait.

use hostkit::prelude::*;

struct Pump;

impl Pump {
    #[hosted_service]
    async fn run(&self, _stop: Stop) {}

    #[timed(every = "1s")]
    fn sweep(self) {}
}

trait Job {
    #[hosted_service]
    fn run();

    #[on(started)]
    fn started(&self);
}

fn main() {}
