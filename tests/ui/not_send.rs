//! A future that cannot move between threads is one error, and it says what holds it.

use hostkit::prelude::*;
use std::rc::Rc;

#[hosted_service]
async fn holds_an_rc(stop: Stop) {
    let shared = Rc::new(1);
    stop.requested().await;
    drop(shared);
}

struct Pump;

#[hosted_service]
impl Pump {
    fn new() -> Self {
        Pump
    }
    async fn run(&mut self, stop: Stop) {
        let shared = Rc::new(1);
        stop.requested().await;
        drop(shared);
    }
}

fn main() {}
