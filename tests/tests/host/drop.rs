//! What is dropped stops: a running host, the future of its run, and that of its start, at any point.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use hostkit::builder::{Hosted, Moment};
use hostkit::param::{Dep, Ready, Stop};
use hostkit::report::{Ending, State, Status, StopCause};
use hostkit::{Host, HostBuilder, HostHandle};
use tokio::sync::mpsc;

use super::world::{Diary, Page, millis, noted, obedient, pass, secs, started};

/// Hands out the host's handle, as the host starts.
fn handle_of(host: HostBuilder) -> (HostBuilder, mpsc::UnboundedReceiver<HostHandle>) {
    let (out, got) = mpsc::unbounded_channel();
    let host = host.on(Moment::Starting, move |host: HostHandle| {
        let out = out.clone();
        async move { out.send(host).unwrap() }
    });
    (host, got)
}

#[tokio::test(start_paused = true)]
async fn a_running_host_that_is_dropped_stops_its_services() {
    let diary = Diary::new();
    let host = Host::builder()
        .provide(diary.clone())
        .service("a", noted)
        .service("b", Hosted::new(noted).after(["a"]));
    let host = started(host).await;
    let handle = host.handle();
    drop(host);
    pass(millis(1)).await;
    assert_eq!(diary.all()[2..], ["b told", "a told"]);
    assert_eq!((handle.status(), handle.stop_cause()), (Status::Stopped, Some(StopCause::Dropped)));
}

#[tokio::test(start_paused = true)]
async fn a_dropped_host_gives_its_services_their_time() {
    let diary = Diary::new();
    let host = Host::builder().provide(diary.clone()).service("a", |page: Page, stop: Stop| async move {
        stop.requested().await;
        pass(secs(5)).await;
        page.note("ended");
    });
    let host = started(host).await;
    let handle = host.handle();
    drop(host);
    pass(secs(4)).await;
    assert_eq!(handle.status(), Status::Stopping);
    pass(secs(2)).await;
    assert_eq!((handle.status(), diary.all()), (Status::Stopped, vec!["a ended".to_owned()]));
}

#[tokio::test(start_paused = true)]
async fn a_wait_that_is_given_up_loses_nothing_and_the_drop_stops_the_host() {
    let mut host = started(Host::builder().service("a", obedient)).await;
    let handle = host.handle();
    assert!(tokio::time::timeout(secs(5), host.wait()).await.is_err());
    pass(millis(1)).await;
    assert_eq!(handle.status(), Status::Ready);
    drop(host);
    pass(millis(1)).await;
    assert_eq!(handle.service("a").unwrap().state().ending(), Some(Ending::Stopped));
}

#[tokio::test(start_paused = true)]
async fn a_stop_that_is_given_up_goes_on() {
    let diary = Diary::new();
    let host = Host::builder().provide(diary.clone()).service("a", |page: Page, stop: Stop| async move {
        stop.requested().await;
        pass(secs(5)).await;
        page.note("ended");
    });
    let host = started(host).await;
    let handle = host.handle();
    assert!(tokio::time::timeout(secs(2), host.stop()).await.is_err());
    pass(secs(4)).await;
    assert_eq!((handle.status(), diary.all()), (Status::Stopped, vec!["a ended".to_owned()]));
    assert_eq!(handle.stop_cause(), Some(StopCause::Requested));
}

#[tokio::test(start_paused = true)]
async fn a_run_that_is_dropped_stops_its_services() {
    let diary = Diary::new();
    let host = Host::builder()
        .provide(diary.clone())
        .service("a", noted)
        .service("b", Hosted::new(noted).after(["a"]));
    let (host, mut handle) = handle_of(host);
    let mut run = Box::pin(host.build().unwrap().run());
    let handle = tokio::select! {
        _ = &mut run => panic!("it ended"),
        handle = async {
            let handle = handle.recv().await.unwrap();
            while handle.status() != Status::Ready {
                pass(millis(10)).await;
            }
            handle
        } => handle,
    };
    drop(run);
    pass(millis(10)).await;
    assert_eq!(diary.all()[2..], ["b told", "a told"]);
    assert_eq!((handle.status(), handle.stop_cause()), (Status::Stopped, Some(StopCause::Dropped)));
}

#[tokio::test(start_paused = true)]
async fn a_run_that_is_dropped_in_the_middle_of_its_start_takes_down_what_is_up() {
    let diary = Diary::new();
    let host = Host::builder()
        .provide(diary.clone())
        .service("a", noted)
        .service(
            "b",
            Hosted::new(|ready: Ready, stop: Stop| async move {
                stop.requested().await;
                drop(ready);
            })
            .after(["a"]),
        )
        .service("c", Hosted::new(noted).after(["b"]));
    let (host, mut handle) = handle_of(host);
    let starting = async {
        let handle = handle.recv().await.unwrap();
        while handle.service("b").unwrap().state() != State::Starting {
            pass(millis(10)).await;
        }
        handle
    };
    let mut run = Box::pin(host.build().unwrap().run());
    let handle = tokio::select! {
        _ = &mut run => panic!("it ended"),
        handle = starting => handle,
    };
    drop(run);
    pass(millis(10)).await;
    assert_eq!(diary.all(), ["a began", "a told"]);
    assert_eq!(handle.status(), Status::Stopped);
}

/// The stop goes on from where it was: no hook runs twice, and nobody gets their time anew.
#[tokio::test(start_paused = true)]
async fn a_run_that_is_dropped_in_the_middle_of_its_stop_stops_once() {
    let diary = Diary::new();
    let host = Host::builder()
        .provide(diary.clone())
        .on(Moment::Stopping, |page: Page| async move { page.note("ran") })
        .on(Moment::Stopped, |page: Page| async move { page.note("ran") })
        .service("a", |page: Page, stop: Stop| async move {
            stop.requested().await;
            pass(secs(5)).await;
            page.note("ended");
        });
    let (host, mut handle) = handle_of(host);
    let stopping = async {
        let handle = handle.recv().await.unwrap();
        while handle.status() != Status::Ready {
            pass(millis(10)).await;
        }
        handle.stop();
        pass(secs(2)).await;
        handle
    };
    let mut run = Box::pin(host.build().unwrap().run());
    let handle = tokio::select! {
        _ = &mut run => panic!("it ended"),
        handle = stopping => handle,
    };
    drop(run);
    pass(secs(20)).await;
    assert_eq!(handle.status(), Status::Stopped);
    assert_eq!(diary.all(), ["on-stopping ran", "a ended", "on-stopped ran"]);
}

#[tokio::test(start_paused = true)]
async fn a_start_that_is_given_up_takes_down_what_is_up() {
    let diary = Diary::new();
    let host = Host::builder().provide(diary.clone()).service("a", noted).service(
        "b",
        Hosted::new(|ready: Ready, stop: Stop| async move {
            stop.requested().await;
            drop(ready);
        })
        .after(["a"]),
    );
    let (host, mut handle) = handle_of(host);
    assert!(tokio::time::timeout(secs(5), host.build().unwrap().start()).await.is_err());
    pass(millis(10)).await;
    assert_eq!(diary.all(), ["a began", "a told"]);
    let handle = handle.recv().await.unwrap();
    assert_eq!((handle.status(), handle.stop_cause()), (Status::Stopped, Some(StopCause::Dropped)));
}

#[tokio::test(start_paused = true)]
async fn what_is_never_polled_never_begins() {
    let diary = Diary::new();
    let host = || Host::builder().provide(diary.clone()).service("a", noted).build().unwrap();
    drop(host());
    drop(host().run());
    drop(host().start());
    pass(secs(1)).await;
    assert_eq!(diary.all(), [""; 0]);
}

/// A host that is let go together with its runtime lets go of everything it held.
#[test]
fn a_runtime_that_ends_takes_the_host_with_it() {
    let diary = Diary::new();
    for threads in [None, Some(2)] {
        let mut runtime = match threads {
            None => tokio::runtime::Builder::new_current_thread(),
            Some(_) => tokio::runtime::Builder::new_multi_thread(),
        };
        let runtime = runtime.worker_threads(threads.unwrap_or(1)).enable_all().build().unwrap();
        let host = Host::builder().provide(diary.clone()).service("a", |page: Page, stop: Stop| async move {
            let parting = super::world::Parting(page);
            stop.requested().await;
            drop(parting);
        });
        let host = runtime.block_on(async { host.build().unwrap().start().await.unwrap() });
        drop(runtime);
        drop(host);
    }
    assert_eq!(diary.count("a dropped"), 2);
}

/// Counts the drops that happen inside a runtime.
struct Counted(Arc<AtomicUsize>);

impl Drop for Counted {
    fn drop(&mut self) {
        if tokio::runtime::Handle::try_current().is_ok() {
            self.0.fetch_add(1, Ordering::SeqCst);
        }
    }
}

/// Nothing keeps a host's values once it has ended: neither its watch, nor a service, nor a cycle.
#[tokio::test]
async fn values_go_when_the_host_has_gone() {
    let gone = Arc::new(AtomicUsize::new(0));
    let host = Host::builder()
        .provide(Counted(gone.clone()))
        .service(
            "a",
            |_: Dep<Counted>, host: HostHandle, tasks: hostkit::param::Tasks, stop: Stop| async move {
                tasks.enqueue(|_: Stop| async {}).await.unwrap();
                stop.requested().await;
                drop(host);
            },
        )
        .timed("t", hostkit::Every::millis(1), |_: Dep<Counted>| async {})
        .on(Moment::Stopped, |_: HostHandle| async {});
    let host = host.build().unwrap().start().await.unwrap();
    pass(millis(20)).await;
    assert!(host.stop().await.is_clean());
    assert_eq!(gone.load(Ordering::SeqCst), 1);
}

/// Not on a thread of the host's own some time later, where there is no runtime, nor never, in a process that ends at once.
#[tokio::test(start_paused = true)]
async fn values_are_gone_when_the_report_is_there() {
    let gone = Arc::new(AtomicUsize::new(0));
    for round in 1..=100 {
        let host = Host::builder()
            .provide(Counted(gone.clone()))
            .service("a", |_: Dep<Counted>, stop: Stop| async move { stop.requested().await });
        assert!(started(host).await.stop().await.is_clean());
        assert_eq!(gone.load(Ordering::SeqCst), round);
    }
}

/// Whoever ends last does not hold the host any more when that is heard on another thread.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn values_are_gone_when_the_report_is_there_on_many_threads() {
    let gone = Arc::new(AtomicUsize::new(0));
    for round in 1..=300 {
        let mut host = Host::builder()
            .provide(Counted(gone.clone()))
            .service("thread", Hosted::blocking(|_: Dep<Counted>, stop: Stop| stop.requested_blocking()));
        for name in ["a", "b", "c"] {
            host = host.service(name, |_: Dep<Counted>, stop: Stop| async move { stop.requested().await });
        }
        assert!(started(host).await.stop().await.is_clean());
        assert_eq!(gone.load(Ordering::SeqCst), round);
    }
}

/// Whatever a host keeps until its end: values and what closures hold. Each is a failure with a name.
#[tokio::test(start_paused = true)]
async fn what_panics_when_it_goes_with_the_host_is_in_its_report() {
    struct Bomb;
    impl Drop for Bomb {
        fn drop(&mut self) {
            panic!("boom");
        }
    }
    let (held, heard) = (Bomb, Arc::new(Bomb));
    let host = Host::builder()
        .provide(Bomb)
        .provide(Arc::new(AtomicUsize::new(7)))
        .service("a", move |_: Dep<Bomb>, stop: Stop| {
            let _held = &held;
            async move { stop.requested().await }
        })
        .timed("t", hostkit::Every::secs(1), move |_: Dep<AtomicUsize>| {
            let _heard = &heard;
            async {}
        });
    let report = started(host).await.stop().await;
    assert_eq!(report.exit_code(), 1, "{report}");
    let told = report.to_string();
    for who in ["`Bomb` (given to the host)", "`a`", "`t`"] {
        assert!(told.contains(&format!("{who} panicked while it was dropped: boom")), "{who}: {report}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_host_that_has_ended_may_be_dropped_like_anything() {
    let host = started(Host::builder().service("a", || async { pass(secs(1)).await })).await;
    let handle = host.handle();
    pass(secs(5)).await;
    assert_eq!(handle.status(), Status::Stopped);
    drop(host);
    assert_eq!(handle.stop_cause(), Some(StopCause::NoWorkLeft));
}
