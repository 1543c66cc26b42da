//! Attributes on functions of an `impl` block or a trait, which have no `self` either.

use hostkit::prelude::*;

struct Pump;

impl Pump {
    #[hosted_service]
    async fn run(_stop: Stop) {}

    #[timed(every = "1s")]
    fn sweep() {}

    #[queued]
    pub(crate) fn handle(_job: u64) {}

    #[provides]
    fn number() -> u64 {
        1
    }

    #[on(started)]
    #[on(stopping)]
    fn announce() {}
}

trait Job {
    #[timed(every = "1s")]
    fn usual() {}
}

impl Job for Pump {
    #[cfg_attr(all(), timed(every = "1s"))]
    fn usual() {}
}

#[hosted_service]
impl Pump {
    fn new() -> Self {
        Pump
    }

    #[timed(every = "1s")]
    async fn beside_new() {}
}

fn main() {}
