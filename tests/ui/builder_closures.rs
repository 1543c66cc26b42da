//! Closures that the builder can't take: each is told what it should be.

use hostkit::prelude::*;
use hostkit::{Every, Host};
use hostkit::builder::Moment;

fn main() {
    let _ = Host::builder()
        .service("not async", |_stop: Stop| {})
        .service("no parameter", |_port: u16| async {})
        .timed("a name", Every::secs(1), "not a function")
        .on(Moment::Started, |_ready: Ready| async {});
}
