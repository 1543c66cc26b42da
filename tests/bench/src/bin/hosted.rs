//! The same with hostkit: the builder, one hosted service each.

use std::time::Instant;

use hostkit::prelude::*;
use hostkit_bench::{Figures, Gate, count, runtime};

fn main() {
    let count = count();
    let mut figures = Figures::begin();
    runtime().block_on(async {
        let gate = Gate::of(count);
        let mut host = hostkit::Host::builder();
        for number in 0..count {
            let gate = gate.clone();
            host = host.service(format!("s{number}"), move |stop: Stop| {
                let gate = gate.clone();
                async move {
                    gate.pass();
                    stop.requested().await;
                }
            });
        }
        let host = host.build().expect("a plan");
        figures.built();
        let running = host.start().await.expect("a host");
        gate.opened().await;
        figures.started();
        let begun = Instant::now();
        let report = running.stop().await;
        figures.ended(begun);
        assert!(report.is_clean());
    });
}
