//! Arguments that are no list of `name = value`.

use hostkit::prelude::*;

#[hosted_service(after)]
async fn no_value() {}

#[hosted_service(name =, group = "g")]
async fn nothing_after_the_equals_sign() {}

#[hosted_service(name = "a" group = "g")]
async fn no_comma() {}

#[hosted_service(name: "a", stop_timeout("10s"))]
async fn other_signs() {}

#[timed("10s")]
async fn no_name() {}

#[timed(every)]
async fn how_often() {}

fn main() {}
