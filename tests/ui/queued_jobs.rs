//! The first parameter is the job, and it is owned; the others are parameters like any.

use hostkit::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Clone, Serialize, Deserialize)]
struct Resize {
    width: u32,
}

#[queued]
async fn no_parameter() {}

#[queued]
async fn a_reference(_job: &Resize) {}

#[queued]
async fn a_text(_job: &str) {}

#[queued]
async fn a_parameter_of_none(_job: Resize, _other: Vec<Resize>) {}

#[queued]
async fn generic<T>(_job: T) {}

#[queued]
async fn of_a_trait(_job: impl Send) {}

#[queued]
async fn returns_a_number(_job: Resize) -> u32 {
    0
}

fn main() {}
