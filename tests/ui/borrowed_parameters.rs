//! Parameters are owned.

use hostkit::prelude::*;

struct Pool;

#[hosted_service]
async fn borrowed(pool: &Pool, stop: &mut Stop, name: &str, shared: &Dep<Pool>, list: &[u8]) {}

#[hosted_service]
fn with_attributes(#[allow(unused)] stop: Stop, #[allow(unused)] pool: Dep<Pool>) {}

fn main() {}
