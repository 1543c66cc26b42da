//! A job that has used up its attempts is kept, and seen.

use hostkit::builder::{Backoff, Queued};
use hostkit::queue::Queue;
use hostkit::{BoxError, HostHandle, Report};

use super::world::*;
use crate::promises::jobs::{Doomed, doomed};

#[track_caller]
fn told(report: &Report) {
    assert!(report.is_clean(), "{report}");
    assert!(report.to_string().contains("1 dead job"), "{report}");
}

/// Of the first dead job.
fn errors(host: &HostHandle) -> Vec<String> {
    host.queue("doomed").unwrap().dead()[0].errors.iter().map(ToString::to_string).collect()
}

fn ended(program: Program) {
    program.end().with(0).printed("1 dead after 2: no paper").logged("1 dead job");
}

row! {
    "Dead jobs are kept with their errors, and the last lines of a stop tell how many there are.";
    attribute {
        let diary = Diary::new();
        told(&lived(declared("dying").provide(diary.clone())).await);
        assert_eq!(diary.count("1 dead after 2: no paper"), 1, "{diary:?}");
    }
    builder {
        let handler = Queued::new(doomed).retries(1).backoff(Backoff::new(secs(1), secs(1)));
        let host = Host::builder().queued("doomed", handler);
        let host = host.service("dooms", |queue: Queue<Doomed>, host: HostHandle| async move {
            queue.enqueue(Doomed).await?;
            pass(secs(10)).await;
            assert_eq!(errors(&host), ["no paper", "no paper"]);
            host.stop();
            Ok::<_, BoxError>(())
        });
        told(&lived(host).await);
    }
    configuration {
        let diary = Diary::new();
        let layers = set(&["services.doomed.retries=0"]);
        told(&lived(declared("dying").provide(diary.clone()).configuration(layers)).await);
        assert_eq!(diary.count("1 dead after 1: no paper"), 1, "{diary:?}");
    }
    main { ended(by_main("dying", &[])); }
    own_main { ended(by_hand("dying", &[])); }
    discover { told(&lived(embedded("dying")).await); }
    test_host {
        let host = tested("doomed").start().await.unwrap();
        host.queue::<Doomed>().enqueue(Doomed).await.unwrap();
        host.drain().await;
        assert_eq!(errors(&host.handle()), ["no paper", "no paper"]);
        told(&host.stop().await);
    }
    plain "whether a job is tried again is decided by its queue"
}
