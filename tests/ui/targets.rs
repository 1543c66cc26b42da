//! Attributes on what is no function.

use hostkit::prelude::*;

#[hosted_service]
struct Pump;

#[hosted_service]
enum Kind {
    A,
}

#[timed(every = "1s")]
mod module {}

#[on(started)]
trait Hook {}

#[hosted_service]
const LIMIT: u32 = 1;

#[timed(every = "1s")]
impl Pump {}

#[hosted_service]
impl Clone for Pump {
    fn clone(&self) -> Self {
        Pump
    }
}

fn main() {
    let _ = (Pump, Kind::A, LIMIT);
}
