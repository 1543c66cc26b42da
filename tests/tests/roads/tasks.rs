//! Work that a service leaves to the host is drained.

use hostkit::builder::Moment;
use hostkit::param::{Stop, Tasks};
use hostkit::{Every, Report};

use super::world::*;

#[track_caller]
fn drained(report: &Report) {
    assert!(report.is_clean() && report.finished_tasks() == 1, "{report}");
}

/// Ends in a second.
fn give(tasks: &Tasks) {
    tasks.spawn("late", pass(secs(1))).unwrap();
}

row! {
    "Tasks are drained before the host ends, also those that were given while it stopped.";
    attribute {
        drained(&lived(declared("gives")).await);
        drained(&stopped_in(declared("gives_late"), 1).await);
    }
    builder {
        let hosted = Host::builder().service("s", |tasks: Tasks, stop: Stop| async move {
            stop.requested().await;
            give(&tasks);
        });
        drained(&stopped_in(hosted, 1).await);
        let timed = Host::builder().timed("s", Every::secs(3600), |tasks: Tasks| async move { give(&tasks) });
        drained(&stopped_in(timed, 0).await);
        let hooked = Host::builder().service("s", obedient);
        let hooked = hooked.on(Moment::Stopping, |tasks: Tasks| async move { give(&tasks) });
        drained(&stopped_in(hooked, 1).await);
    }
    configuration {
        // A second is more than they get.
        let report = stopped_in(
            Host::builder()
                .service("s", |tasks: Tasks, stop: Stop| async move {
                    stop.requested().await;
                    give(&tasks);
                })
                .configuration(set(&["host.stop_timeout=500ms"])),
            1,
        )
        .await;
        assert_eq!((report.exit_code(), report.left_tasks().count()), (4, 1), "{report}");
    }
    main {
        by_main("gives", &[]).end().with(0).printed("task done");
        stopped(by_main("gives_late", &[])).with(0).printed("task done");
    }
    own_main {
        by_hand("gives", &[]).end().with(0).printed("task done");
        stopped(by_hand("gives_late", &[])).with(0).printed("task done");
    }
    discover { drained(&stopped_in(embedded("gives_late"), 1).await); }
    test_host {
        let host = tested("gives_late").start().await.unwrap();
        drained(&host.stop().await);
    }
    plain "nobody drains the tasks of a function that no host calls"
}
