//! Functions that the host could not call.

use hostkit::prelude::*;

#[hosted_service]
unsafe fn unsafely() {}

#[hosted_service]
const fn constant() {}

#[timed(every = "1s")]
extern "C" fn foreign() {}

#[on(started)]
fn returns_a_future() -> impl Future<Output = ()> {
    async {}
}

#[hosted_service]
unsafe extern "C" fn several(_stop: &Stop) {}

fn main() {}
