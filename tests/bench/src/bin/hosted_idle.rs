//! The same with hostkit: so many idle services; SIGTERM, stop, report, exit.

use hostkit::prelude::*;
use hostkit::Host;
use hostkit::builder::Moment;

fn main() -> hostkit::Report {
    let services = (0..hostkit_bench::count()).map(|number| format!("s{number}"));
    let host = services.fold(Host::builder(), |host, name| {
        host.service(name, |stop: Stop| async move { stop.requested().await })
    });
    let host = host.on(Moment::Started, || async { println!("ready") });
    hostkit_bench::runtime().block_on(host.build().expect("a plan").run())
}
