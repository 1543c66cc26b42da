//! The same with hostkit: the builder, one timed service each.

use std::time::SystemTime;

use hostkit::prelude::*;
use hostkit::{Every, Host};
use hostkit::builder::Timed;
use hostkit_bench::timers::{Asked, Firings};

fn main() {
    let asked = Asked::of_args();
    hostkit_bench::runtime().block_on(async {
        let firings: &Firings = Box::leak(Box::new(Firings::new(asked))); // nobody counts references
        let mut host = Host::builder();
        for timer in 0..asked.count {
            let run = Timed::new(move |tick: Tick| async move {
                let late = SystemTime::now().duration_since(tick.due()).unwrap_or_default();
                firings.note(timer, tick.due(), late, tick.missed());
            });
            host = host.timed(format!("t{timer}"), Every::new(asked.period), run.first(asked.first(timer)));
        }
        let host = host.build().expect("a plan").start().await.expect("a host");
        let handle = host.handle();
        let measured = firings.measured().await;
        assert!(host.stop().await.is_clean());
        let timers = handle.services().into_iter().filter_map(|service| service.timer());
        firings.tell(measured, timers.map(|timer| timer.missed() + timer.skipped()).sum());
    });
}
