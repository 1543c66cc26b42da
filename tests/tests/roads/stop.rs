//! What does not stop in its time is aborted, and named.

use hostkit::builder::{Hosted, Timed};
use hostkit::report::Outcome;
use hostkit::{Every, Report};

use super::world::*;

#[track_caller]
fn aborted(report: &Report, name: &str, at_most: u64) {
    assert_eq!(report.outcome(), Outcome::Aborted, "{report}");
    assert!(report.to_string().contains(&format!("{name}: aborted after 1 run")), "{report}");
    let took = report.stopped_in().unwrap();
    assert!(took < millis(at_most), "{took:?}: {report}");
}

fn ended(program: Program) {
    let ended = stopped_after(program, "stubborn").with(4);
    ended.logged("stubborn: aborted after 1 run, was given 2").within(secs(8)); // 200 ms, and a busy machine
}

row! {
    "A stop ends within `stop_timeout`, and names what had to be aborted.";
    attribute {
        for name in ["stubborn", "stubborn_in_stop", "stubborn_in_time"] {
            aborted(&stopped_in(declared(name), 1).await, name, 400);
        }
    }
    builder {
        let hangs = || std::future::pending::<()>();
        let limit = millis(200);
        let hosted = Host::builder().service("s", Hosted::new(hangs).stop_timeout(limit));
        aborted(&stopped_in(hosted, 1).await, "s", 400);
        let timed = Host::builder().timed("s", Every::secs(3600), Timed::new(hangs).stop_timeout(limit));
        aborted(&stopped_in(timed, 1).await, "s", 400);
        let whole = Host::builder().service("s", Hosted::new(hangs)).stop_timeout(limit);
        aborted(&stopped_in(whole, 1).await, "s", 400);
    }
    configuration {
        for setting in ["services.stubborn.stop_timeout=50ms", "host.stop_timeout=50ms"] {
            let host = declared("stubborn").configuration(set(&[setting]));
            aborted(&stopped_in(host, 1).await, "stubborn", 150);
        }
    }
    main { ended(by_main("stubborn", &[])); }
    own_main { ended(by_hand("stubborn", &[])); }
    discover {
        let report = stopped_in(embedded("stubborn"), 1).await;
        aborted(&report, "stubborn", 400);
        assert!(report.to_string().contains("added: stopped after 1 run"), "{report}");
    }
    test_host {
        let host = tested("stubborn").start().await.unwrap();
        aborted(&host.stop().await, "stubborn", 400);
    }
    plain "the host enforces it, and the caller of a function has none"
}
