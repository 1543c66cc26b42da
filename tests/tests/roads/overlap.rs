//! A run that is still going when the next is due.

use hostkit::builder::{Overlap, Timed};
use hostkit::{Every, Report};

use super::world::*;

#[track_caller]
fn skipped(report: &Report, name: &str) {
    let service = report.service(name).unwrap();
    // Of each three due times two find a run going.
    assert!(service.runs() > 10 && service.timer().unwrap().skipped() > service.runs(), "{report}");
}

fn ended(program: Program) {
    stopped_after(program, "slow skipped").with(0);
}

row! {
    "Runs overlap as the policy says, and what is skipped for it is counted.";
    attribute { skipped(&stopped_in(declared("slow"), 1).await, "slow"); }
    builder {
        for (overlap, runs) in [(Overlap::Skip, 4), (Overlap::Queue, 4), (Overlap::Allow, 11), (Overlap::Cancel, 11)] {
            let timed = Timed::new(|| pass(millis(2500))).overlap(overlap);
            let report = stopped_in(Host::builder().timed("s", Every::secs(1), timed), 10).await;
            let service = report.service("s").unwrap();
            let went = service.runs();
            assert!(went.abs_diff(runs) <= 1, "{overlap:?}: {went}; {report}");
            assert_eq!(service.timer().unwrap().skipped() > 0, overlap == Overlap::Skip || overlap == Overlap::Queue, "{report}");
        }
    }
    configuration {
        let layers = set(&["services.slow.overlap=allow"]);
        let report = stopped_in(declared("slow").configuration(layers), 1).await;
        let service = report.service("slow").unwrap();
        assert!(service.timer().unwrap().skipped() == 0 && service.runs() > 90, "{report}");
    }
    main { ended(by_main("slow", &[])); }
    own_main { ended(by_hand("slow", &[])); }
    discover { skipped(&stopped_in(embedded("slow"), 1).await, "slow"); }
    test_host {
        let host = tested("slow").start().await.unwrap();
        host.advance(secs(1)).await;
        assert!(host.service("slow").timer().unwrap().skipped() > 10);
        skipped(&host.stop().await, "slow");
    }
    plain "nothing is due for a function that a test calls"
}
