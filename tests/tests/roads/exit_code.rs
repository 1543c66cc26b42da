//! How it went is the exit code of the process.

use std::process::Termination;

use hostkit::builder::{Hosted, OnFailure};
use hostkit::param::Ready;

use super::world::*;
use crate::promises::failing::Refused;

fn codes(program: impl Fn(&str, &[&str]) -> Program) {
    stopped(program("obeys", &[])).with(0);
    program("refuses", &["services.refuses.on_failure=ignore"]).end().with(0);
    program("refuses", &[]).end().with(1);
    program("never_starts", &[]).end().with(3);
    stopped_after(program("stubborn", &[]), "stubborn").with(4);
}

row! {
    "The exit code says how it went: 0, 1, 3, 4, 78, and 2 for a wrong command line.";
    attribute {
        for (name, code) in [("obeys", 0), ("flaky", 0), ("stubborn", 4)] {
            let report = stopped_in(declared(name), 1).await;
            assert_eq!(report.exit_code(), code, "{report}");
        }
        assert_eq!(lived(declared("refuses")).await.exit_code(), 1);
        assert_eq!(lived(declared("never_starts")).await.exit_code(), 3);
    }
    builder {
        let fails = || Hosted::new(|| async { Err::<(), _>(Refused) });
        let unready = |_ready: Ready| async { Err::<(), _>(Refused) };
        for (host, code) in [
            (Host::builder().service("s", || async {}), 0),
            (Host::builder().service("s", fails().on_failure(OnFailure::Ignore)), 0),
            (Host::builder().service("s", fails()), 1),
            (Host::builder().service("s", unready), 3),
        ] {
            let report = lived(host).await;
            assert_eq!(report.exit_code(), code, "{report}");
        }
    }
    configuration {
        for (setting, code) in [("on_failure=ignore", 0), ("on_failure=stop", 1)] {
            let layers = set(&[&format!("services.refuses.{setting}")]);
            assert_eq!(lived(declared("refuses").configuration(layers)).await.exit_code(), code, "{setting}");
        }
    }
    main {
        codes(by_main);
        by_main("nobody", &[]).end().with(2);
        by_main("obeys", &["services.obeys.never=1"]).end().with(78);
    }
    own_main {
        codes(by_hand);
        by_hand("nobody", &[]).end().with(78); // it has no command line that could be wrong
        by_hand("obeys", &["services.obeys.never=1"]).end().with(78);
    }
    discover {
        let report = lived(embedded("refuses")).await;
        assert_eq!(format!("{:?}", report.report()), format!("{:?}", std::process::ExitCode::from(1)));
    }
    test_host {
        assert_eq!(lived_under_test(tested("refuses")).await.exit_code(), 1);
        assert_eq!(tested("stubborn").start().await.unwrap().stop().await.exit_code(), 4);
    }
    plain "a function has no process of its own that could end"
}
