//! What was accepted is done before the host ends.

use hostkit::param::{Attempt, Stop};
use hostkit::queue::Queue;
use hostkit::{BoxError, Report};

use super::world::*;
use crate::promises::jobs::Page;

#[track_caller]
fn printed(report: &Report, diary: &Diary) {
    assert!(report.is_clean(), "{report}");
    let pages: Vec<_> = diary.all().into_iter().filter(|line| line.starts_with("page")).collect();
    assert_eq!(pages, (0..5).map(|page| format!("page {page}, attempt 1")).collect::<Vec<_>>());
}

fn ended(program: Program) {
    let ended = stopped(program).with(0);
    (0..5).fold(ended, |ended, page| ended.printed(&format!("page {page}, attempt 1")));
}

row! {
    "Jobs that were accepted are worked off on stop, also those that were enqueued meanwhile.";
    attribute {
        let diary = Diary::new();
        let report = stopped_in(declared("printing").provide(diary.clone()), 1).await;
        printed(&report, &diary);
    }
    builder {
        let diary = Diary::new();
        let host = Host::builder()
            .provide(diary.clone())
            .queued("prints", |page: Page, attempt: Attempt, diary: Dep<Diary>| async move {
                pass(millis(10)).await;
                diary.note(format!("page {}, attempt {}", page.0, attempt.number()));
            })
            .service("feeds", |queue: Queue<Page>, stop: Stop| async move {
                stop.requested().await;
                for page in 0..5 {
                    queue.enqueue(Page(page)).await?;
                }
                Ok::<_, BoxError>(())
            });
        printed(&stopped_in(host, 1).await, &diary);
    }
    configuration {
        // However small the queue and slow the workers are made: each job waits for room, and is done.
        let diary = Diary::new();
        let layers = set(&["services.prints.capacity=1", "services.prints.rate=10/s"]);
        let host = declared("printing").provide(diary.clone()).configuration(layers);
        printed(&stopped_in(host, 1).await, &diary);
    }
    main { ended(by_main("printing", &[])); }
    own_main { ended(by_hand("printing", &[])); }
    discover {
        let diary = Diary::new();
        let report = stopped_in(embedded("printing").provide(diary.clone()), 1).await;
        printed(&report, &diary);
    }
    test_host {
        let diary = Diary::new();
        let host = tested("printing").provide(diary.clone()).start().await.unwrap();
        printed(&host.stop().await, &diary);
    }
    plain "a job that is passed to its function is in no queue"
}
