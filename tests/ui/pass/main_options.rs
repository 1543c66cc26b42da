//! Options of `main!` in any order.

use hostkit::prelude::*;

hostkit::main!(
    link = [],
    configure = |host: HostBuilder| host.provide(3_u32),
    ignore = ["hostkit"],
    flavor = "multi_thread",
    worker_threads = 2,
);
