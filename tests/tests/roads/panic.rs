//! A panic of any kind of service is a failure of that service.

use hostkit::builder::{Hosted, Moment, OnRunFailure, Queued, Timed};
use hostkit::report::Outcome;
use hostkit::{Every, Report};

use super::world::*;
use crate::promises::failing::{Boom, boom, panics};

#[track_caller]
fn told(report: &Report, name: &str) {
    let service = report.service(name).unwrap_or_else(|| panic!("no `{name}` in {report}"));
    let error = service.last_error().map(ToString::to_string).unwrap_or_default();
    assert!(error.contains("panicked: boom"), "{report}");
    assert!(service.failures() > 0 && report.to_string().contains(name), "{report}");
}

fn ended(program: Program) {
    program.end().with(1).logged("panics: failed after 1 run, 1 failure").logged("panicked: boom");
}

row! {
    "A panic is named, with its service, and is in the report.";
    attribute {
        for name in ["panics", "panics_on_a_thread", "panics_in_run", "panics_in_time", "panics_on_the_pool"] {
            let report = lived_with_threads(declared(name)).await;
            assert_eq!(report.outcome(), Outcome::Failed, "{report}");
            told(&report, name);
        }
        let host = tested("panics_at_work").start().await.unwrap();
        host.queue::<Boom>().enqueue(Boom).await.unwrap();
        host.drain().await;
        told(&host.stop().await, "panics_at_work");
    }
    builder {
        let timed = Timed::blocking(boom).on_failure(OnRunFailure::Stop);
        for host in [
            Host::builder().service("s", || async { boom() }),
            Host::builder().service("s", Hosted::blocking(boom)),
            Host::builder().timed("s", Every::millis(10), Timed::new(|| async { boom() }).max_failures(1)),
            Host::builder().timed("s", Every::millis(10), timed),
        ] {
            let report = lived_with_threads(host).await;
            assert_eq!(report.outcome(), Outcome::Failed, "{report}");
            told(&report, "s");
        }
        let hooked = Host::builder().service("s", obedient).on(Moment::Stopping, || async { boom() });
        let report = stopped_in(hooked, 1).await;
        assert_eq!(report.hooks().len(), 1, "{report}");
        assert!(report.hooks()[0].failure().to_string().contains("panicked: boom"), "{report}");
        let host = TestHost::empty().queued("s", Queued::new(|_: Boom| async { boom() }).retries(0));
        let host = host.start().await.unwrap();
        host.queue::<Boom>().enqueue(Boom).await.unwrap();
        host.drain().await;
        told(&host.stop().await, "s");
    }
    configuration {
        // Whatever policy it chooses, the panic stays in the report.
        let on_failure = |policy| format!("services.panics.on_failure={policy}");
        let stops = set(&[&on_failure("stop")]);
        let goes_on = set(&[&on_failure("ignore")]);
        let restarts = set(&[&on_failure("restart"), "services.panics.max_restarts=2"]);
        for (layers, code) in [(stops, 1), (goes_on, 0), (restarts, 1)] {
            let report = lived(declared("panics").configuration(layers)).await;
            assert_eq!(report.exit_code(), code, "{report}");
            told(&report, "panics");
        }
    }
    main { ended(by_main("panics", &[])); }
    own_main { ended(by_hand("panics", &[])); }
    discover {
        let report = lived(embedded("panics")).await;
        told(&report, "panics");
        assert_eq!(report.service("added").unwrap().failures(), 0, "{report}");
    }
    test_host {
        told(&lived_under_test(tested("panics")).await, "panics");
    }
    plain {
        // The function is as it was written: the caller gets its panic.
        let joined = tokio::spawn(panics()).await.unwrap_err();
        assert_eq!(joined.into_panic().downcast_ref(), Some(&"boom"));
    }
}
