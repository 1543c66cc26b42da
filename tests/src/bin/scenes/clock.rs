//! Timers on a clock that the test moves: each run is told on standard output.

use hostkit::prelude::*;
use hostkit::{Cron, Delay, Every};

macro_rules! tells {
    ($name:literal) => {
        |tick: Tick| async move {
            let due = tick.due().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
            println!("{} {} {:?} missed={}", $name, due.as_secs(), tick.cause(), tick.missed());
        }
    };
}

pub(crate) fn scene(host: HostBuilder) -> HostBuilder {
    host.timed("nightly", Cron::new("0 0 3 1 1 *"), tells!("nightly"))
        .timed("interval", Cron::new("* * * * * *"), tells!("interval"))
        .timed("beat", Every::millis(500), tells!("beat"))
        .timed("rest", Delay::millis(500), tells!("rest"))
}
