//! Two timers on one function need names of their own.

use hostkit::prelude::*;

#[timed(every = "1s")]
#[timed(every = "1m")]
async fn no_names() {}

#[timed(every = "1s", name = "fast")]
#[timed(every = "1m")]
async fn one_name() {}

#[timed(every = "1s", name = "same")]
#[timed(every = "1m", name = "same")]
async fn one_name_twice() {}

fn main() {}
