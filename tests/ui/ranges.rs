//! Ranges that are none.

use hostkit::prelude::*;

#[hosted_service(on_failure = "restart", backoff = "1m..1s")]
async fn backwards() {}

#[hosted_service(on_failure = "restart", backoff = "5s")]
async fn one_end() {}

#[hosted_service(on_failure = "restart", backoff = 1s..5m)]
async fn without_quotes() {}

#[hosted_service(on_failure = "restart", backoff = "1s..")]
async fn open() {}

#[hosted_service(on_failure = "restart", backoff = "0s..1m")]
async fn never_grows() {}

#[hosted_service(on_failure = "restart", backoff = "1..60")]
async fn without_units() {}

fn main() {}
