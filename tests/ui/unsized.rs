//! Parameters without a size: the attribute says what to take instead, and the compiler speaks of the function alone.

use hostkit::prelude::*;

#[hosted_service]
fn of_a_trait(_value: dyn Send) {}

#[queued]
fn job(_job: dyn Send) {}

fn main() {}
