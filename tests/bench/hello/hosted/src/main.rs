//! A service that waits for Ctrl-C.

use hostkit::prelude::*;

#[hosted_service]
async fn hello(stop: Stop) {
    println!("hello");
    stop.requested().await;
}

hostkit::main!();
