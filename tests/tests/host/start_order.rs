//! The order of the start: level by level, all of a level together, and nobody waits for whom they need not.

use std::time::Instant;

use hostkit::builder::{Hosted, Timed};
use hostkit::param::{Dep, Ready, Stop};
use hostkit::report::{Ending, State};
use hostkit::{Every, Host, HostBuilder, HostHandle};
use proptest::prelude::*;

use super::world::{Diary, Page, ends, millis, noted, obedient, pass, secs, started, stubborn};

/// Becomes ready after ten seconds.
async fn slow(page: Page, ready: Ready, stop: Stop) {
    page.note("began");
    pass(secs(10)).await;
    page.note("ready");
    ready.notify();
    stop.requested().await;
    page.note("told");
}

#[tokio::test(start_paused = true)]
async fn all_of_a_level_start_together() {
    let host = Host::builder().provide(Diary::new()).service("a", slow).service("b", slow).service("c", slow);
    let report = started(host).await.stop().await;
    assert_eq!(report.started_in(), Some(secs(10)), "not 30 s");
    assert_eq!(report.service("b").and_then(|b| b.start_took()), Some(secs(10)));
}

#[tokio::test(start_paused = true)]
async fn a_service_begins_when_those_it_is_after_are_ready() {
    let diary = Diary::new();
    let host = Host::builder()
        .provide(diary.clone())
        .service("a.web", Hosted::new(noted).after(["b.db", "c.cache"]))
        .service("b.db", slow)
        .service("c.cache", Hosted::new(slow).after(["b.db"]));
    let report = started(host).await.stop().await;
    let all = ["b.db began", "b.db ready", "c.cache began", "c.cache ready", "a.web began"];
    assert_eq!(diary.all()[..5], all);
    assert_eq!(report.started_in(), Some(secs(20)));
}

#[tokio::test(start_paused = true)]
async fn a_level_of_a_diamond_waits_for_both_sides() {
    let diary = Diary::new();
    let host = Host::builder()
        .provide(diary.clone())
        .service("bottom", Hosted::new(noted).after(["left", "right"]))
        .service("left", Hosted::new(slow).after(["top"]))
        .service("right", Hosted::new(noted).after(["top"]))
        .service("top", noted);
    started(host).await.stop().await;
    assert!(diary.position("bottom began") > diary.position("left ready"));
    assert!(diary.position("bottom began") > diary.position("right began"));
    assert!(diary.position("left began") > diary.position("top began"));
}

#[tokio::test(start_paused = true)]
async fn a_slow_start_holds_up_only_what_comes_after_it() {
    async fn witness(host: HostHandle, stop: Stop) {
        pass(secs(5)).await;
        assert_eq!(host.service("slow").unwrap().state(), State::Starting);
        assert_eq!(host.service("quick").unwrap().state(), State::Running);
        assert_eq!(host.service("after").unwrap().state(), State::Waiting);
        stop.requested().await;
    }
    let host = Host::builder()
        .provide(Diary::new())
        .service("after", Hosted::new(obedient).after(["slow"]))
        .service("quick", obedient)
        .service("slow", slow)
        .service("witness", witness);
    let report = started(host).await.stop().await;
    assert!(report.is_clean(), "{report}");
}

#[tokio::test(start_paused = true)]
async fn without_ready_a_service_has_started_once_it_runs() {
    let host = started(Host::builder().service("endless", stubborn)).await;
    assert_eq!(host.handle().service("endless").unwrap().state(), State::Running);
    assert_eq!(host.handle().service("endless").unwrap().runs(), 1);
}

#[tokio::test(start_paused = true)]
async fn what_returns_at_once_has_started() {
    let diary = Diary::new();
    let host = Host::builder()
        .provide(diary.clone())
        .service("migrate", |page: Page| async move { page.note("done") })
        .service("web", Hosted::new(noted).after(["migrate"]));
    let report = started(host).await.stop().await;
    assert_eq!(diary.all(), ["migrate done", "web began", "web told"]);
    assert_eq!(report.service("migrate").and_then(|s| s.ending()), Some(Ending::Finished));
}

#[tokio::test(start_paused = true)]
async fn timers_and_services_stand_in_one_order() {
    let diary = Diary::new();
    let host = Host::builder()
        .provide(diary.clone())
        .timed(
            "sweep",
            Every::secs(1),
            Timed::new(|page: Page| async move { page.note("ran") }).after(["db"]),
        )
        .service("db", slow)
        .service("web", Hosted::new(noted).after(["sweep"]));
    let host = started(host).await;
    pass(millis(1)).await;
    host.stop().await;
    let all = ["db began", "db ready", "web began", "sweep ran", "web told", "db told"];
    assert_eq!(diary.all(), all, "a timer fires when the host is ready");
}

/// On several threads, one that is blocked in its first poll holds up neither its level nor the next.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_first_poll_that_blocks_delays_nobody() {
    for round in 0..8 {
        let begun = Instant::now();
        let host = Host::builder()
            .service("blocker", |stop: Stop| async move {
                std::thread::sleep(millis(900));
                stop.requested().await;
            })
            .service("peer-1", obedient)
            .service("peer-2", obedient)
            .service("later", Hosted::new(obedient).after(["blocker", "peer-1"]));
        let host = host.build().unwrap().start().await.unwrap();
        let took = begun.elapsed();
        assert!(took < millis(700), "ready after {took:?}, in round {round}");
        assert!(host.stop().await.is_clean());
    }
}

/// Nor does one that blocks right after it has told the host something.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn blocking_after_a_word_to_the_host_delays_nobody() {
    for round in 0..4 {
        let begun = Instant::now();
        let host = Host::builder()
            .service("blocker", |ready: Ready, host: HostHandle, stop: Stop| async move {
                ready.notify();
                std::thread::sleep(millis(900));
                host.stop();
                std::thread::sleep(millis(900));
                stop.requested().await;
            })
            .service("later", Hosted::new(obedient).after(["blocker"]));
        let mut host = host.build().unwrap().start().await.unwrap();
        let handle = host.handle();
        assert!(begun.elapsed() < millis(700), "ready after {:?}, in round {round}", begun.elapsed());
        while handle.service("later").unwrap().state() != State::Ended(Ending::Stopped) {
            pass(millis(1)).await;
        }
        assert!(begun.elapsed() < millis(1600), "told after {:?}, in round {round}", begun.elapsed());
        assert!(host.wait().await.is_clean());
    }
}

/// On one thread physics delays the others, but all of them start.
#[tokio::test]
async fn on_one_thread_a_first_poll_that_blocks_delays_the_others_and_no_more() {
    let blocker = |stop: Stop| async move {
        std::thread::sleep(millis(100));
        stop.requested().await;
    };
    let host = Host::builder().service("a", obedient).service("blocker", blocker).service("c", obedient);
    let host = host.build().unwrap().start().await.unwrap();
    assert!(host.handle().services().iter().all(|service| service.state() == State::Running));
    assert!(host.stop().await.is_clean());
}

#[tokio::test(start_paused = true)]
async fn five_thousand_services_start_and_stop() {
    let begun = Instant::now();
    let host = (0..5000).fold(Host::builder(), |host, n| host.service(format!("worker-{n}"), obedient));
    let report = started(host).await.stop().await;
    assert!(report.is_clean());
    assert_eq!(report.services().len(), 5000);
    assert!(report.services().iter().all(|service| service.ending() == Some(Ending::Stopped)));
    assert!(begun.elapsed() < secs(10), "took {:?}", begun.elapsed());
}

/// A chain is as many levels as it has links.
#[tokio::test(start_paused = true)]
async fn five_hundred_levels_start_and_stop_in_turn() {
    let diary = Diary::new();
    let name = |n: usize| format!("link-{n:03}");
    let host = (0..500).fold(Host::builder().provide(diary.clone()), |host, n| {
        let after: Vec<String> = (n > 0).then(|| name(n - 1)).into_iter().collect();
        host.service(name(n), Hosted::new(noted).after(after))
    });
    assert!(started(host).await.stop().await.is_clean());
    let up = (0..500).map(|n| format!("link-{n:03} began"));
    let down = (0..500).rev().map(|n| format!("link-{n:03} told"));
    assert_eq!(diary.all(), up.chain(down).collect::<Vec<_>>());
}

/// A service of the random graphs: some are slow to start, some slow to stop.
async fn wavering(page: Page, ready: Ready, stop: Stop, pace: Dep<Vec<(u64, u64)>>) {
    let (start, end) = pace[page.name().parse::<usize>().unwrap()];
    page.note("began");
    pass(millis(start)).await;
    page.note("ready");
    ready.notify();
    stop.requested().await;
    page.note("told");
    pass(millis(end)).await;
    page.note("ended");
}

fn graph(edges: &[Vec<usize>], diary: &std::sync::Arc<Diary>, pace: Vec<(u64, u64)>) -> HostBuilder {
    let host = Host::builder().provide(diary.clone()).provide(pace);
    edges.iter().enumerate().fold(host, |host, (service, after)| {
        let after = after.iter().map(|earlier| earlier.to_string());
        host.service(service.to_string(), Hosted::new(wavering).after(after.collect::<Vec<_>>()))
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever the graph: a service begins when all it is after are ready, and they are told when it has ended.
    #[test]
    fn every_edge_is_kept_up_and_down(
        raw in proptest::collection::vec((proptest::collection::vec(any::<usize>(), 0..4), 0u64..4, 0u64..4), 1..24),
    ) {
        let edges: Vec<Vec<usize>> = raw.iter().enumerate()
            .map(|(i, (all, ..))| if i == 0 { vec![] } else { all.iter().map(|j| j % i).collect() })
            .collect();
        let pace = raw.iter().map(|(_, start, end)| (*start, *end)).collect();
        let diary = Diary::new();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build().unwrap();
        let report = runtime.block_on(async {
            ends(started(graph(&edges, &diary, pace)).await.stop()).await
        });
        prop_assert!(report.is_clean());
        for (later, earlier) in edges.iter().enumerate().flat_map(|(i, all)| all.iter().map(move |j| (i, *j))) {
            let began = diary.position(&format!("{later} began"));
            let ready = diary.position(&format!("{earlier} ready"));
            prop_assert!(ready < began);
            let ended = diary.position(&format!("{later} ended"));
            let told = diary.position(&format!("{earlier} told"));
            prop_assert!(ended < told);
        }
    }
}
