//! What a provider takes, and how it runs.

use hostkit::prelude::*;
use std::rc::Rc;

struct Feed;
struct Pool;

#[provides]
async fn by_reference(_pool: &Pool) -> Feed {
    Feed
}

#[provides]
async fn not_a_parameter(_pool: Pool, _port: u16) -> Feed {
    Feed
}

#[provides]
async fn not_told_to_stop(_stop: Stop) -> Feed {
    Feed
}

#[provides]
async fn generic<T>() -> Feed {
    Feed
}

#[provides]
async fn not_send() -> Feed {
    let held = Rc::new(1);
    std::future::ready(()).await;
    drop(held);
    Feed
}

fn main() {}
