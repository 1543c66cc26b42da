//! The options of a provider, and where it stands.

use hostkit::prelude::*;

struct Feed;

#[provides(close_timeout = "1s")]
async fn without_effect() -> Feed {
    Feed
}

#[provides(scope = "request", close, close_timeout = "0s", naem = "x", after = "y")]
async fn several() -> Feed {
    Feed
}

#[provides(close = "Feed::close")]
async fn in_quotes() -> Feed {
    Feed
}

#[provides(close = |_| async {})]
async fn in_place() -> Feed {
    Feed
}

#[provides("feed")]
async fn without_a_key() -> Feed {
    Feed
}

#[provides]
#[provides]
async fn twice() -> Feed {
    Feed
}

#[provides]
struct NoFunction;

#[provides]
impl Feed {}

#[timed(every = "1s", scope = "run")]
async fn elsewhere() {}

fn main() {}
