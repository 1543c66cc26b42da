//! Generic functions: the host would not know for what.

use hostkit::prelude::*;

#[hosted_service]
async fn of_a_type<T: Send>(_value: Dep<T>) {}

#[hosted_service]
async fn of_a_value<const N: usize>() {}

#[timed(every = "1s")]
fn of_a_lifetime<'a>(_text: &'a str) {}

#[on(started)]
fn of_a_trait(_value: Dep<impl Send>, _other: impl Clone) {}

fn main() {}
