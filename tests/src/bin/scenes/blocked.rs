//! Scenes that hold executor threads, or threads of their own.

use std::thread;

use hostkit::builder::{Moment, Queued};
use hostkit::queue::Queue;

use super::*;

pub(super) fn scene(scene: &str, host: HostBuilder) -> HostBuilder {
    // More of them than executor threads, so that each thread gets one.
    let blockers = 4;
    let host = host.stop_timeout(millis(300));
    match scene {
        "blocked-asleep" => (0..blockers).fold(host, |host, i| {
            host.service(format!("asleep-{i}"), || async {
                thread::sleep(Duration::from_secs(600));
            })
        }),
        "blocked-spinning" => {
            (0..blockers).fold(host, |host, i| host.service(format!("spinning-{i}"), || async { spin() }))
        }
        // One thread held in its first poll, for a while.
        "blocked-first-poll" => (0..20).fold(
            host.service("a-blocker", || async {
                println!("a-blocker begins");
                thread::sleep(millis(1500));
                println!("a-blocker ends");
            }),
            |host, i| host.service(format!("other-{i}"), move || async move { println!("other-{i} runs") }),
        ),
        // One thread held in its first poll, for good.
        "blocked-one" => (0..20).fold(
            host.service("a-blocker", || async { thread::sleep(Duration::from_secs(600)) }),
            |host, i| host.service(format!("other-{i}"), idle()),
        ),
        // A thread of its own that does not listen.
        "blocked-thread" => {
            let deaf = Hosted::blocking(|| thread::sleep(Duration::from_secs(600)));
            host.service("deaf", deaf.stop_timeout(millis(100))).service("idle", idle())
        }
        "blocked-task" => host.service("giver", |tasks: Tasks, stop: Stop| async move {
            tasks.spawn_blocking("deaf", || thread::sleep(Duration::from_secs(600))).expect("the host runs");
            stop.requested().await;
        }),
        "blocked-hook" => host
            .service("idle", idle())
            .on(Moment::Stopping, || async { thread::sleep(Duration::from_secs(600)) }),
        // More jobs than executor threads, so that each thread gets one, and one waits.
        "blocked-jobs" => host
            .queued(
                "deaf",
                Queued::in_memory(|_: Deaf| async { thread::sleep(Duration::from_secs(600)) }).workers(2),
            )
            .service("giver", |queue: Queue<Deaf>| async move {
                queue.enqueue_all([Deaf, Deaf, Deaf]).await?;
                hostkit::Result::<()>::Ok(())
            }),
        // Blocked after the end: in the drop of a value.
        "blocked-value" => host
            .provide(Sticky)
            .service("idle", |_: Dep<Sticky>, stop: Stop| async move { stop.requested().await }),
        // Blocked while it is aborted: in the drop of what it holds.
        "blocked-drop" => host.service("sticky", || {
            let sticky = Sticky;
            async move {
                pending::<()>().await;
                drop(sticky);
            }
        }),
        _ => panic!("there is no scene `{scene}`"),
    }
}

fn spin() {
    loop {
        std::hint::spin_loop();
    }
}

struct Deaf;

struct Sticky;

impl Drop for Sticky {
    fn drop(&mut self) {
        thread::sleep(Duration::from_secs(600));
    }
}
