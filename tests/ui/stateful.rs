//! An `impl` block that is no service with state.

use hostkit::prelude::*;

struct NoNew;

#[hosted_service]
impl NoNew {
    async fn run(&mut self) {}
}

struct Receivers;

#[hosted_service]
impl Receivers {
    fn new(&self) {}
    async fn start(self) {}
    async fn run(self: Box<Self>) {}
    fn stop(_pool: &Receivers) {}
}

struct Generic<T>(T);

#[hosted_service]
impl<T: Default> Generic<T> {
    fn new() -> Self {
        Generic(T::default())
    }
}

struct Methods;

#[hosted_service]
impl Methods {
    const fn new<T>() -> Self {
        Methods
    }
    unsafe fn run(&mut self, _stop: &Stop) {}
}

fn main() {}
