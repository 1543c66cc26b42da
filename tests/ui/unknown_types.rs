//! A type that does not exist is the compiler's own error, and nothing is added to it.

use hostkit::prelude::*;

#[hosted_service]
async fn service(_pool: Dep<Pol>) {}

fn main() {}
