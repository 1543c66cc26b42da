//! Parameters that are no single thing: tuples, arrays and types without a size.

use hostkit::prelude::*;

struct A;
struct B;

#[hosted_service]
async fn tuple((_a, _b): (Dep<A>, Dep<B>)) {}

#[timed(every = "1s")]
fn array([_a, _b]: [Dep<A>; 2]) {}

#[queued]
async fn beside_a_job((_id, _name): (u64, String), (_a, _stop): (Dep<A>, Stop)) {}

#[provides]
fn pair((_a, _b): (Dep<A>, Dep<B>)) -> u64 {
    1
}

#[hosted_service]
impl A {
    fn new((_a, _b): (Dep<A>, Dep<B>)) -> Self {
        A
    }

    async fn run(&mut self, (_a, _b): (Dep<A>, Stop)) {}
}

fn main() {}
