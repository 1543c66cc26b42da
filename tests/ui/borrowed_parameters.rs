//! Parameters are owned.

use hostkit::prelude::*;

struct Pool;

#[hosted_service]
async fn borrowed(_pool: &Pool, _stop: &mut Stop, _name: &str, _shared: &Dep<Pool>, _list: &[u8]) {}

#[hosted_service]
fn with_attributes(#[allow(unused)] _stop: Stop, #[allow(unused)] _pool: Dep<Pool>) {}

fn main() {}
