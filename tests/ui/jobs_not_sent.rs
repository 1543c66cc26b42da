//! A job goes from thread to thread, stored or not: a type that can't is told first, where it is written.

use hostkit::prelude::*;
use std::rc::Rc;

struct Local(Rc<u8>);

struct Borrowed<'a>(&'a u8);

#[queued(in_memory, retries = 0)]
async fn a_closure(_job: Box<dyn FnOnce()>) {}

#[queued(in_memory, retries = 0, workers = 2, key = "0")]
fn on_a_thread(_job: Local) {}

#[queued(in_memory, retries = 0)]
async fn borrowed(_job: Borrowed<'_>) {}

#[hosted_service]
fn whoever_enqueues(_queue: Queue<Rc<u8>>) {}

fn main() {}
