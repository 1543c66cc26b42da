//! `Tasks`: background work that the host tracks: run beside the services, drained on stop, and never lost silently.

use std::sync::Arc;

use hostkit::builder::{Hosted, Moment};
use hostkit::param::{Dep, Stop, Tasks, TasksClosed};
use hostkit::report::{Ending, StopCause};
use hostkit::{BoxError, Host, HostHandle};
use tokio::sync::Semaphore;
use tokio::time::Instant;

use super::world::{
    Diary, Page, Parting, ends, lived, millis, noted, obedient, pass, secs, started, stubborn,
};

#[tokio::test(start_paused = true)]
async fn spawned_tasks_run_beside_each_other() {
    let begun = Instant::now();
    let report = lived(Host::builder().service("a", |tasks: Tasks| async move {
        for n in 0..10 {
            tasks.spawn(format_args!("task-{n}"), pass(secs(10))).unwrap();
        }
        assert_eq!(tasks.len(), 10);
    }))
    .await;
    assert_eq!(begun.elapsed(), secs(10));
    assert_eq!((report.finished_tasks(), report.failed_tasks()), (10, 0));
}

#[tokio::test(start_paused = true)]
async fn a_task_may_return_nothing_or_a_result() {
    let report = lived(Host::builder().service("a", |tasks: Tasks| async move {
        tasks.spawn("nothing", async {}).unwrap();
        tasks.spawn("result", async { hostkit::Result::<()>::Ok(()) }).unwrap();
        tasks.spawn("error", async { Err::<(), _>(std::io::Error::other("disk full")) }).unwrap();
        assert_eq!(tasks.len(), 3);
    }))
    .await;
    assert_eq!((report.finished_tasks(), report.failed_tasks()), (2, 1));
    assert_eq!(report.last_task_error(), Some("a/error: disk full"));
    assert_eq!(report.exit_code(), 0, "a task's error is told of, and stops nobody");
}

#[tokio::test(start_paused = true)]
async fn blocking_tasks_run_off_the_executor() {
    let here = std::thread::current().id();
    let report = lived(Host::builder().service("a", move |tasks: Tasks| async move {
        tasks
            .spawn_blocking("thread", move || {
                assert_ne!(std::thread::current().id(), here);
                tokio::runtime::Handle::current();
            })
            .unwrap();
        tasks.spawn_blocking("error", || Err::<(), BoxError>("no".into())).unwrap();
    }))
    .await;
    assert_eq!((report.finished_tasks(), report.failed_tasks()), (1, 1), "{:?}", report.last_task_error());
}

#[tokio::test(start_paused = true)]
async fn a_task_is_known_by_its_handle() {
    let begun = Instant::now();
    let report = lived(Host::builder().service("a", move |tasks: Tasks| async move {
        let (brief, long) =
            (tasks.spawn("brief", pass(secs(1))).unwrap(), tasks.spawn("long", pass(secs(60))).unwrap());
        let blocking = tasks.spawn_blocking("blocking", || {}).unwrap();
        assert_eq!((brief.name(), blocking.name(), brief.is_finished()), ("a/brief", "a/blocking", false));
        blocking.finished().await;
        brief.finished().await;
        assert_eq!(begun.elapsed(), secs(1));
        long.abort();
        assert!(format!("{long:?}").contains("a/long"));
        long.finished().await;
        assert!(tasks.is_empty());
        drop(tasks.spawn("dropped", pass(secs(1))).unwrap());
    }))
    .await;
    assert_eq!(begun.elapsed(), secs(2), "a handle that is dropped leaves its task running");
    assert_eq!((report.finished_tasks(), report.failed_tasks()), (3, 0));
    assert_eq!(report.left_tasks().count(), 0);
}

#[tokio::test(start_paused = true)]
async fn queued_closures_run_in_order_one_at_a_time() {
    let diary = Diary::new();
    let host =
        Host::builder().provide(diary.clone()).service("a", |tasks: Tasks, diary: Dep<Diary>| async move {
            for n in 0..5u64 {
                let diary = diary.clone();
                let work = move |_: Stop| async move {
                    diary.note(format!("{n} began"));
                    pass(secs(5 - n)).await;
                    diary.note(format!("{n} ended"));
                };
                tasks.enqueue(work).await.unwrap();
            }
        });
    let report = lived(host).await;
    let all: Vec<_> = (0..5).flat_map(|n| [format!("{n} began"), format!("{n} ended")]).collect();
    assert_eq!(diary.all(), all);
    assert_eq!(report.finished_tasks(), 5);
}

#[tokio::test(start_paused = true)]
async fn a_queued_closure_that_fails_holds_up_nothing() {
    let report = lived(Host::builder().service("a", |tasks: Tasks| async move {
        tasks.enqueue(|_: Stop| async { Err::<(), BoxError>("no".into()) }).await.unwrap();
        tasks.enqueue(|_: Stop| async { panic!("no") }).await.unwrap();
        tasks.enqueue(|_: Stop| async {}).await.unwrap();
    }))
    .await;
    assert_eq!((report.finished_tasks(), report.failed_tasks()), (1, 2));
    assert_eq!(report.last_task_error(), Some("a/queue: panicked: no"));
}

#[tokio::test(start_paused = true)]
async fn a_full_queue_makes_the_caller_wait() {
    let gate = Arc::new(Semaphore::new(0));
    let diary = Diary::new();
    let host = Host::builder().provide(gate.clone()).provide(diary.clone()).service(
        "a",
        |tasks: Tasks, gate: Arc<Semaphore>, page: Page| async move {
            for _ in 0..1200 {
                let gate = gate.clone();
                tasks
                    .enqueue(move |_: Stop| async move { gate.acquire().await.unwrap().forget() })
                    .await
                    .unwrap();
            }
            page.note("enqueued all");
        },
    );
    let mut host = started(host).await;
    pass(secs(1)).await;
    assert_eq!(diary.all(), [""; 0], "bounded: 1024 wait, one runs, the rest has to wait outside");
    gate.add_permits(200);
    pass(secs(1)).await;
    assert_eq!(diary.all(), ["a enqueued all"]);
    gate.add_permits(1000);
    assert_eq!(ends(host.wait()).await.finished_tasks(), 1200);
}

#[tokio::test(start_paused = true)]
async fn a_stop_drains_what_was_accepted() {
    let host = Host::builder().service("a", |tasks: Tasks, stop: Stop| async move {
        tasks.spawn("long", pass(secs(8))).unwrap();
        for _ in 0..4 {
            tasks.enqueue(|_: Stop| pass(secs(2))).await.unwrap();
        }
        stop.requested().await;
    });
    let report = ends(started(host).await.stop()).await;
    assert_eq!(report.stopped_in(), Some(secs(8)));
    assert_eq!((report.finished_tasks(), report.left_tasks().count()), (5, 0));
    assert!(report.is_clean());
}

/// Services stop first: they may hand work over with their last breath.
#[tokio::test(start_paused = true)]
async fn tasks_are_accepted_until_they_are_drained() {
    let diary = Diary::new();
    let host = Host::builder().provide(diary.clone()).service(
        "a",
        |tasks: Tasks, page: Page, stop: Stop| async move {
            stop.requested().await;
            let page = Arc::new(page);
            let (queued, next) = (page.clone(), page.clone());
            tasks.enqueue(move |_: Stop| async move { queued.note("queued") }).await.unwrap();
            let tasks_too = tasks.clone();
            tasks
                .spawn("first", async move {
                    pass(secs(1)).await;
                    page.note("first");
                    tasks_too.spawn("next", async move { next.note("next") }).unwrap();
                })
                .unwrap();
        },
    );
    let report = ends(started(host).await.stop()).await;
    assert_eq!(diary.all(), ["a queued", "a first", "a next"]);
    assert_eq!(report.finished_tasks(), 3);
    assert!(report.is_clean());
}

#[tokio::test(start_paused = true)]
async fn tasks_drain_after_all_services_have_stopped() {
    let diary = Diary::new();
    let host = Host::builder().provide(diary.clone()).service("a", noted).service(
        "b",
        Hosted::new(|tasks: Tasks, page: Page, stop: Stop| async move {
            stop.requested().await;
            tasks
                .enqueue(|stop: Stop| async move {
                    stop.requested().await;
                    page.note("drained");
                })
                .await
                .unwrap();
        })
        .after(["a"]),
    );
    assert!(started(host).await.stop().await.is_clean());
    assert_eq!(diary.all(), ["a began", "a told", "b drained"]);
}

#[tokio::test(start_paused = true)]
async fn a_queued_closure_is_told_when_the_drain_begins() {
    let diary = Diary::new();
    let host = Host::builder().provide(diary.clone()).service(
        "a",
        |tasks: Tasks, page: Page, stop: Stop| async move {
            let work = |stop: Stop| async move {
                assert_eq!(stop.deadline(), None);
                while stop.sleep(secs(1)).await.is_running() {}
                assert!(stop.deadline().is_some());
                page.note("told");
            };
            tasks.enqueue(work).await.unwrap();
            stop.requested().await;
        },
    );
    let host = started(host).await;
    pass(secs(30)).await;
    let report = host.stop().await;
    assert_eq!(diary.all(), ["a told"]);
    assert!(report.is_clean(), "{report}");
}

#[tokio::test(start_paused = true)]
async fn what_is_left_at_the_deadline_is_aborted_and_named() {
    let diary = Diary::new();
    let host = Host::builder().provide(diary.clone()).stop_timeout(secs(5)).service(
        "a",
        |tasks: Tasks, page: Page, stop: Stop| async move {
            tasks
                .spawn("stuck", async move {
                    let _held = Parting(page);
                    stubborn().await;
                })
                .unwrap();
            for _ in 0..3 {
                tasks.enqueue(|_: Stop| stubborn()).await.unwrap();
            }
            tasks.spawn("quick", pass(secs(1))).unwrap();
            stop.requested().await;
        },
    );
    let report = ends(started(host).await.stop()).await;
    pass(millis(1)).await;
    let mut left: Vec<_> = report.left_tasks().collect();
    left.sort_unstable();
    assert_eq!(left, ["a/queue", "a/queue", "a/queue", "a/stuck"]);
    assert_eq!(report.exit_code(), 4);
    assert_eq!(report.finished_tasks(), 1);
    assert!(report.stopped_in().is_some_and(|took| took >= secs(5) && took < millis(5101)), "{report}");
    assert!(
        report.to_string().contains("4 aborted after 5.0s (a/queue, a/queue, a/queue, a/stuck)"),
        "{report}"
    );
    assert_eq!(diary.all(), ["a dropped"]);
    assert_eq!(report.service("a").unwrap().ending(), Some(Ending::Stopped));
}

#[tokio::test]
async fn a_blocking_task_that_is_late_is_left_behind_and_named() {
    let host = Host::builder().stop_timeout(millis(50)).service("a", |tasks: Tasks| async move {
        tasks.spawn_blocking("deaf", || std::thread::sleep(millis(1000))).unwrap();
    });
    let begun = std::time::Instant::now();
    let host = host.build().unwrap().start().await.unwrap();
    let report = host.stop().await;
    assert!(begun.elapsed() < millis(800), "{:?}", begun.elapsed());
    assert_eq!(report.left_tasks().collect::<Vec<_>>(), ["a/deaf"]);
    assert_eq!(report.exit_code(), 4);
}

#[tokio::test(start_paused = true)]
async fn after_the_end_nothing_is_accepted() {
    let (out, mut got) = tokio::sync::mpsc::unbounded_channel();
    let diary = Diary::new();
    let host = Host::builder().provide(diary.clone()).service("a", move |tasks: Tasks| {
        let out = out.clone();
        async move { out.send(tasks).unwrap() }
    });
    let report = lived(host).await;
    assert!(report.is_clean());
    let tasks = got.recv().await.unwrap();
    assert_eq!(tasks.enqueue(|_: Stop| async {}).await, Err(TasksClosed));
    assert_eq!(
        TasksClosed.to_string(),
        "the host has stopped and takes no more tasks: do the work in the service itself, before that returns"
    );
    let (one, two) = (diary.clone(), diary.clone());
    let dropped = Arc::new(());
    let (first, second) = (dropped.clone(), dropped.clone());
    let late = tasks.spawn("late", async move {
        one.note("ran");
        drop(first);
    });
    assert_eq!(late.unwrap_err(), TasksClosed);
    let late = tasks.spawn_blocking("late", move || {
        two.note("ran");
        drop(second);
    });
    assert_eq!(late.unwrap_err(), TasksClosed);
    assert_eq!(Arc::strong_count(&dropped), 1, "what is refused is dropped at once");
    fn is_an_error<E: std::error::Error + Send + Sync + 'static>(_: E) {}
    is_an_error(TasksClosed);
    pass(secs(1)).await;
    assert!(diary.all().is_empty() && tasks.is_empty());
}

/// One that waits for room when the host ends is answered, not forgotten.
#[tokio::test(start_paused = true)]
async fn who_waits_for_room_at_the_end_is_told() {
    let host = Host::builder().provide(Diary::new()).stop_timeout(secs(5)).service(
        "a",
        |tasks: Tasks, stop: Stop| async move {
            for _ in 0..1025 {
                tasks.enqueue(|_: Stop| stubborn()).await.unwrap();
            }
            let more = tasks.clone();
            tokio::spawn(async move {
                assert_eq!(more.enqueue(|_: Stop| async {}).await, Err(TasksClosed));
                assert!(more.spawn("never", async {}).is_err());
            });
            stop.requested().await;
        },
    );
    let host = started(host).await;
    pass(secs(1)).await;
    let report = ends(host.stop()).await;
    assert!(report.left_tasks().count() >= 1025, "{}", report.left_tasks().count());
    assert_eq!(report.exit_code(), 4);
}

#[tokio::test(start_paused = true)]
async fn hooks_have_tasks_too() {
    let diary = Diary::new();
    let host = Host::builder().provide(diary.clone()).service("a", obedient).on(
        Moment::Started,
        |tasks: Tasks, page: Page| async move {
            tasks
                .spawn("later", async move {
                    pass(secs(5)).await;
                    page.note("done");
                })
                .unwrap();
        },
    );
    let report = ends(started(host).await.stop()).await;
    assert_eq!(diary.all(), ["on-started done"]);
    assert_eq!(report.finished_tasks(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_task_outlives_the_service_that_started_it() {
    let diary = Diary::new();
    let host = Host::builder().provide(diary.clone()).service("a", |tasks: Tasks, page: Page| async move {
        tasks
            .spawn("later", async move {
                pass(secs(5)).await;
                page.note("done");
            })
            .unwrap();
        Err::<(), BoxError>("and gone".into())
    });
    let report = lived(host).await;
    assert_eq!(diary.all(), ["a done"]);
    assert_eq!(report.cause(), Some(&StopCause::Failed("a".into())));
}

/// Many at once, while the host stops: each is either run or refused, and none is lost.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_task_is_run_or_refused() {
    use std::sync::atomic::{AtomicU64, Ordering};
    for _ in 0..20 {
        let (accepted, ran) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicU64::new(0)));
        let (counted, running) = (accepted.clone(), ran.clone());
        let host = Host::builder().service("a", move |tasks: Tasks, host: HostHandle| {
            let (counted, running) = (counted.clone(), running.clone());
            async move {
                for n in 0..200 {
                    let running = running.clone();
                    let work = move |_: Stop| async move {
                        running.fetch_add(1, Ordering::SeqCst);
                    };
                    if tasks.enqueue(work).await.is_ok() {
                        counted.fetch_add(1, Ordering::SeqCst);
                    }
                    if n == 100 {
                        host.stop();
                    }
                }
            }
        });
        let report = lived(host).await;
        assert_eq!(ran.load(Ordering::SeqCst), accepted.load(Ordering::SeqCst));
        assert_eq!(report.finished_tasks(), accepted.load(Ordering::SeqCst));
        assert!(report.is_clean(), "{report}");
    }
}

/// Threads of the user's own hand in tasks all through the stop: each either ends before the report or never begins.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_task_outlives_the_report() {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
    for _ in 0..30 {
        let (over, running) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
        let (until, begun) = (over.clone(), running.clone());
        let host = Host::builder().service(
            "giver",
            move |tasks: hostkit::param::Tasks, stop: hostkit::param::Stop| {
                let (until, begun) = (until.clone(), begun.clone());
                async move {
                    let handle = tokio::runtime::Handle::current();
                    std::thread::spawn(move || {
                        let _runtime = handle.enter();
                        while !until.load(Ordering::Acquire) {
                            let begun = begun.clone();
                            tasks
                                .spawn("late", async move {
                                    begun.fetch_add(1, Ordering::SeqCst);
                                })
                                .unwrap();
                            std::thread::yield_now();
                        }
                    });
                    stop.requested().await;
                }
            },
        );
        let host = host.stop_timeout(super::world::millis(200)).build().unwrap().start().await.unwrap();
        super::world::pass(super::world::millis(2)).await;
        drop(host.stop().await);
        let left = running.load(Ordering::SeqCst);
        super::world::pass(super::world::millis(2)).await;
        let later = running.load(Ordering::SeqCst);
        over.store(true, Ordering::Release);
        assert!(
            later <= left + 2,
            "{later} have begun, {left} when the report was there; one a thread may be at it"
        );
    }
}
