//! Attributes on functions of an `impl` block or a trait, which have no `self` either: however they are laid out, named or written.

use hostkit::prelude::*;
use hostkit::timed as regularly;

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

#[rustfmt::skip]
impl Pump {
#[timed(every = "1s")]
async fn in_the_first_column() {}
}

impl Pump {
    #[regularly(every = "1s")]
    async fn by_another_name() {}
}

macro_rules! whole_block {
    ($name:ident) => {
        impl Pump {
            #[timed(every = "1s")]
            async fn $name() {}
        }
    };
}

whole_block!(written_with_its_block);

macro_rules! member {
    ($name:ident) => {
        #[timed(every = "1s")]
        async fn $name() {}
    };
}

impl Pump {
    member!(written_as_a_member);
}

member!(written_as_a_free_function);

fn main() {}
