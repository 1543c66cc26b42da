//! An error is told with everything that caused it.

use hostkit::builder::{Hosted, OnRunFailure, Queued, Timed};
use hostkit::{Every, Report};

use super::world::*;
use crate::promises::failing::{Refusal, Refused, refuses, refuses_on_a_thread};

const CHAIN: &str = "open feed: an error occurred when formatting an argument";

#[track_caller]
fn told(report: &Report, name: &str) {
    let error = report.service(name).unwrap().last_error().map(ToString::to_string);
    assert_eq!(error.as_deref(), Some(CHAIN), "{report}");
    assert!(report.to_string().contains(CHAIN), "{report}");
}

row! {
    "An error is told with its whole chain of causes.";
    attribute {
        for name in ["refuses", "refuses_on_a_thread", "refuses_in_run", "refuses_in_time"] {
            let report = lived_with_threads(declared(name)).await;
            assert_eq!(report.exit_code(), 1, "{report}");
            told(&report, name);
        }
        let host = tested("refuses_at_work").start().await.unwrap();
        host.queue::<Refusal>().enqueue(Refusal).await.unwrap();
        host.drain().await;
        let dead = host.handle().queue("refuses_at_work").unwrap().dead();
        assert_eq!(dead[0].errors[0].to_string(), CHAIN);
        told(&host.stop().await, "refuses_at_work");
    }
    builder {
        let timed = Timed::new(|| async { Err::<(), _>(Refused) }).on_failure(OnRunFailure::Stop);
        for host in [
            Host::builder().service("s", || async { Err::<(), _>(Refused) }),
            Host::builder().service("s", Hosted::blocking(|| Err::<(), _>(Refused))),
            Host::builder().timed("s", Every::millis(10), timed),
        ] {
            told(&lived_with_threads(host).await, "s");
        }
        let queued = Queued::new(|_: Refusal| async { Err::<(), _>(Refused) }).retries(0);
        let host = TestHost::empty().queued("s", queued).start().await.unwrap();
        host.queue::<Refusal>().enqueue(Refusal).await.unwrap();
        host.drain().await;
        told(&host.stop().await, "s");
    }
    configuration {
        let layers = set(&["services.refuses.on_failure=ignore"]);
        told(&lived(declared("refuses").configuration(layers)).await, "refuses");
    }
    main { by_main("refuses", &[]).end().with(1).logged(&format!("last error: {CHAIN}")); }
    own_main { by_hand("refuses", &[]).end().with(1).logged(&format!("last error: {CHAIN}")); }
    discover { told(&lived(embedded("refuses")).await, "refuses"); }
    test_host {
        told(&lived_under_test(tested("refuses")).await, "refuses");
    }
    plain {
        // Errors come back as they are.
        assert!(refuses().await.unwrap_err().is::<Refused>());
        let Err(Refused) = refuses_on_a_thread() else { panic!("it refuses") };
    }
}
