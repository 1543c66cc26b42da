//! An option written twice is told so under the second.

use hostkit::prelude::*;

#[hosted_service(name = "a", group = "g", name = "b", group = "g")]
async fn twice() {}

#[timed(every = "10s", every = "20s")]
async fn timed_twice() {}

fn main() {}
