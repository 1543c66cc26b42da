//! A failed service comes back after a backoff, within its budget.

use hostkit::Report;
use hostkit::builder::{Backoff, Hosted, OnFailure};
use hostkit::report::State;

use super::world::*;
use crate::promises::failing::Refused;

#[track_caller]
fn recovered(report: &Report, name: &str) {
    assert!(report.is_clean(), "{report}");
    let service = report.service(name).unwrap();
    assert_eq!((service.runs(), service.failures(), service.restarts()), (3, 2, 2), "{report}");
}

fn ended(program: Program) {
    program.end().with(0).printed("recovered").logged("flaky: finished after 3 runs, 2 failures, 2 restarts");
}

row! {
    "A service that is to be restarted comes back after its backoff, as often as its budget allows.";
    attribute {
        for name in ["flaky", "flaky_on_a_thread", "flaky_in_run"] {
            let begun = Instant::now();
            recovered(&lived_with_threads(declared(name)).await, name);
            let took = begun.elapsed();
            assert!(millis(20) <= took, "two waits of 10 ms at least: {took:?}");
        }
    }
    builder {
        let runs = std::sync::atomic::AtomicU32::new(0);
        let flaky = move || {
            let run = runs.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            async move { if run < 2 { Err(Refused) } else { Ok(()) } }
        };
        let flaky = Hosted::new(flaky).on_failure(OnFailure::Restart).backoff(Backoff::new(secs(5), secs(9)));
        let begun = Instant::now();
        recovered(&lived(Host::builder().service("flaky", flaky)).await, "flaky");
        let took = begun.elapsed();
        assert!(secs(10) <= took && took < secs(19), "{took:?}");
    }
    configuration {
        let layers = set(&[
            "services.refuses.on_failure=restart",
            "services.refuses.backoff=7s..7s",
            "services.refuses.max_restarts=2",
            "services.refuses.within=1m",
        ]);
        let begun = Instant::now();
        let report = lived(declared("refuses").configuration(layers)).await;
        let took = begun.elapsed();
        assert!(secs(14) <= took && took < secs(15), "{took:?}");
        let service = report.service("refuses").unwrap();
        assert_eq!((service.runs(), service.restarts(), report.exit_code()), (3, 2, 1), "{report}");
    }
    main { ended(by_main("flaky", &[])); }
    own_main { ended(by_hand("flaky", &[])); }
    discover {
        let host = started(embedded("flaky")).await;
        pass(secs(1)).await;
        assert_eq!(host.handle().service("flaky").unwrap().restarts(), 2);
        recovered(&host.stop().await, "flaky");
    }
    test_host {
        let host = tested("flaky").start().await.unwrap();
        host.wait_for("flaky", State::Restarting).await;
        recovered(&host.wait().await, "flaky");
    }
    plain "the host restarts, and the caller of a function calls it again"
}
