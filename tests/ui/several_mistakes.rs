//! Four mistakes in one attribute and one in the signature are five errors in one compile, and the function survives.

use hostkit::prelude::*;

#[hosted_service(stop_timeout = "10", on_failure = "restrat", naem = "x", max_restarts = 0)]
async fn service(_pool: &Pool) {}

struct Pool;

fn main() {
    // It is still there to be called.
    let _ = service(&Pool);
}
