//! `close` names an `async fn` of the value.

use hostkit::prelude::*;
use std::rc::Rc;

struct Feed;
struct Pool;

async fn of_another(_: &Pool) {}
async fn by_value(_: Feed) {}
async fn of_two(_: &Feed, _: u8) {}
async fn returns_a_number(_: &Feed) -> u8 {
    1
}
async fn not_send(_: &Feed) {
    let held = Rc::new(1);
    std::future::ready(()).await;
    drop(held);
}
fn not_async(_: &Feed) {}

#[provides(close = of_another)]
async fn a() -> Feed {
    Feed
}

#[provides(close = by_value)]
async fn b() -> Feed {
    Feed
}

#[provides(close = of_two)]
async fn c() -> Feed {
    Feed
}

#[provides(close = returns_a_number)]
async fn d() -> Feed {
    Feed
}

#[provides(close = not_send)]
async fn e() -> Feed {
    Feed
}

#[provides(close = not_async)]
async fn f() -> Feed {
    Feed
}

#[provides(close = nowhere)]
async fn g() -> Feed {
    Feed
}

fn main() {}
