//! Names that are none, alone and in a list: each under its own element.

use hostkit::prelude::*;

#[hosted_service(name = "my job", group = "")]
async fn spaces() {}

#[hosted_service(name = "-x", after = ["db", "the cache", "", "queue"])]
async fn in_a_list() {}

#[hosted_service(after = ["db", "cache", "db"])]
async fn repeated() {}

fn main() {}
