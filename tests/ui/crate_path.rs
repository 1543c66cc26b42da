//! `crate` is the path to hostkit.

use hostkit::prelude::*;

#[hosted_service(crate = hostkit)]
async fn without_quotes() {}

#[hosted_service(crate = "host kit")]
async fn no_path() {}

#[hosted_service(crate = "nowhere")]
async fn not_there() {}

fn main() {}
