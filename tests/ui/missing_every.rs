//! A timer has to say how often.

use hostkit::prelude::*;

#[timed]
async fn never() {}

#[timed(first = "1s")]
fn first_only() {}

fn main() {}
