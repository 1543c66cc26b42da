//! Scenes in which nothing goes wrong, or only as much as a policy recovers from.

use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

use hostkit::Every;
use hostkit::builder::Backoff;
use tokio::runtime::Handle;

use super::*;

pub(super) fn scene(scene: &str, host: HostBuilder) -> HostBuilder {
    match scene {
        "plain-idle" => host.service("idle", idle()),
        "plain-slow-start" => {
            let slow = Hosted::new(|ready: Ready, stop: Stop| async move {
                println!("starting");
                stop.requested().await;
                drop(ready);
            });
            let host = host.service("db", idle()).service("slow", slow.after(["db"]));
            host.service("last", idle().after(["slow"]))
        }
        "plain-runtime" => host.service("runtime", || async {
            let runtime = Handle::current();
            println!("{:?} with {}", runtime.runtime_flavor(), runtime.metrics().num_workers());
        }),
        "plain-own-log" => {
            tracing_subscriber::fmt().with_ansi(false).with_writer(std::io::stdout).init();
            host.service("idle", idle())
        }
        "plain-words" => host.service("words", || async {
            tracing::info!("said at info");
            tracing::debug!("said at debug");
        }),
        "plain-timeout" => host.service("idle", idle()).stop_timeout(Duration::from_secs(6)),
        "plain-restarts" => {
            let runs = AtomicU32::new(0);
            let flaky = move || {
                let run = runs.fetch_add(1, Relaxed);
                async move { if run < 2 { Err("not yet") } else { Ok(()) } }
            };
            let flaky = Hosted::new(flaky).on_failure(OnFailure::Restart);
            host.service("flaky", flaky.backoff(Backoff::new(millis(1), millis(2))))
        }
        "plain-ignores" => {
            let fails = Hosted::new(|| async { Err::<(), _>("never mind") });
            host.service("fails", fails.on_failure(OnFailure::Ignore))
        }
        "plain-late-error" => host.service("late", |stop: Stop| async move {
            stop.requested().await;
            Err::<(), _>("interrupted")
        }),
        "plain-timer-panics" => host.timed("tick", Every::millis(10), || async { boom("in a timer") }),
        "plain-task-panics" => host.service("giver", |tasks: Tasks, stop: Stop| async move {
            tasks.spawn("lost", async { boom("in a task") }).expect("the host runs");
            tasks.spawn_blocking("lost-too", || boom("in a blocking task")).expect("the host runs");
            let _ = tasks.enqueue(|_| async { boom("in the queue") }).await;
            stop.requested().await;
        }),
        _ => panic!("there is no scene `{scene}`"),
    }
}
