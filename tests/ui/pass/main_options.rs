//! Options of `main!` in any order. The program ends by itself, because its only service does.

use hostkit::prelude::*;

#[hosted_service]
async fn ends_at_once(number: Dep<u32>) {
    assert_eq!(*number, 3);
}

hostkit::main!(
    link = [],
    configure = |host: HostBuilder| host.provide(3_u32),
    ignore = ["hostkit-tests"],
    flavor = "multi_thread",
    worker_threads = 2,
);
