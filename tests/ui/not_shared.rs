//! What services share, they use on several threads: a type that can't be is told first, where it is written.

use hostkit::prelude::*;
use std::cell::{Cell, RefCell};
use std::error::Error;
use std::rc::Rc;
use std::sync::Arc;

#[hosted_service]
fn a_dep(_: Dep<RefCell<u8>>) {}

#[timed(every = "1s")]
fn an_arc(_: Arc<Rc<u8>>) {}

#[on(started)]
fn an_option(_: Option<Dep<Cell<u8>>>) {}

#[hosted_service]
async fn in_a_task(_: Dep<RefCell<u8>>) {}

#[hosted_service]
async fn an_error() -> Result<(), Box<dyn Error>> {
    Ok(())
}

#[provides]
fn an_error_of_a_provider() -> Result<u8, Box<dyn Error>> {
    Ok(1)
}

fn main() {}
