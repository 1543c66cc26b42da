//! The value of a service with state moves between threads.

use hostkit::prelude::*;
use std::cell::Cell;
use std::rc::Rc;

struct NotSend(Rc<u32>);

#[hosted_service]
impl NotSend {
    fn new() -> Self {
        NotSend(Rc::new(1))
    }
    fn stop(&mut self) {
        drop(self.0.clone());
    }
}

struct NotSync(Cell<u32>);

#[hosted_service]
impl NotSync {
    async fn new() -> Self {
        NotSync(Cell::new(1))
    }
    async fn run(&self, stop: Stop) {
        stop.requested().await;
        self.0.set(2);
    }
}

fn main() {}
