//! Scenes about the log: who fills it, and what is written to it.

use std::io::Write;

use hostkit::builder::Queued;
use hostkit::queue::Queue;

use super::*;

pub(super) fn scene(scene: &str, host: HostBuilder) -> HostBuilder {
    match scene {
        // More of them than executor threads: each thread waits for a reader of the log.
        "logged-flood" => (0..4).fold(host.service("idle", idle()), |host, i| {
            host.service(format!("flood-{i}"), || async {
                println!("flooding");
                loop {
                    tracing::info!("{}", "x".repeat(1000));
                    tokio::task::yield_now().await;
                }
            })
        }),
        // The same on a thread of its own that ends when it is told to, if it can.
        "logged-flood-thread" => {
            let flood = Hosted::blocking(|stop: Stop| {
                println!("flooding");
                while !stop.is_requested() {
                    tracing::info!("{}", "x".repeat(1000));
                }
            });
            host.service("flood", flood).service("idle", idle())
        }
        "logged-flood-out" => (0..4).fold(host.service("idle", idle()), |host, i| {
            host.service(format!("flood-{i}"), || async {
                tracing::info!("flooding");
                loop {
                    println!("{}", "x".repeat(1000));
                    tokio::task::yield_now().await;
                }
            })
        }),
        // Leaves half a line behind in the buffer of standard output, with no room for it in the pipe.
        "logged-half-line" => host.service("half", || async {
            let _ = std::io::stdout().write_all(b"half a line");
            tracing::info!("half a line");
        }),
        // Text from outside, by every road on which it comes to the log.
        "logged-evil" => {
            let told = |host: HostHandle| async move {
                while host.service("tick").expect("it runs").runs() < 2 {
                    tokio::task::yield_now().await
                }
            };
            host.service("words", |tasks: Tasks| async move {
                tracing::info!(field = EVIL, shown = %EVIL, debugged = ?EVIL, "{EVIL}");
                tracing::info_span!("inner", of = %EVIL).in_scope(|| tracing::warn!("inside"));
                tasks.spawn("evil", async { Err::<(), _>(EVIL) }).expect("the host runs");
                let _ = std::thread::spawn(|| panic!("{EVIL}")).join();
            })
            .timed("tick", hostkit::Every::millis(5), || async { Err::<(), _>(EVIL) })
            .service("last", told)
            .service("fails", Hosted::new(told).on_failure(OnFailure::Ignore))
            .on(hostkit::builder::Moment::Stopping, || async { Err::<(), _>(EVIL) })
            .service("worst", |host: HostHandle, stop: Stop| async move {
                while host.service("tick").expect("it runs").runs() < 2 && stop.sleep(millis(1)).await.is_running() {}
                Err::<(), _>(EVIL)
            })
        }
        // Panics of a service, a task, a thread of its own and a task that nobody knows.
        "logged-panics" => host.service("calm", idle()).service("loud", |tasks: Tasks| async move {
            tasks.spawn("lost", async { boom("in a task") }).expect("the host runs");
            let mine = std::thread::Builder::new().name("mine".into()).spawn(|| boom("in a thread"));
            assert!(mine.is_ok_and(|mine| mine.join().is_err()));
            assert!(tokio::spawn(async { boom("in the wild") }).await.is_err());
            boom("in a service");
        }),
        "logged-fields" => host.service("words", || async {
            tracing::info!(
                level = "mine",
                timestamp = 1,
                target = "t",
                spans = 2,
                span = 3,
                fields = 4,
                service = "other",
                plain = 5,
                "said x"
            );
            tracing::info!(error = &Ring as &dyn std::error::Error, number = f64::NAN, shown = %Panics, "said y");
            tracing::info_span!("mine", name = "n", service = "s").in_scope(|| tracing::info!("said z"));
        }),
        "logged-ring" => host.service("ring", || async { Err::<(), _>(Ring) }),
        "logged-restarts" => host.service(
            "ring",
            Hosted::new(|| async { Err::<(), _>(Ring) })
                .on_failure(OnFailure::Restart)
                .max_restarts(2)
                .backoff(hostkit::builder::Backoff::new(millis(1), millis(1))),
        ),
        "logged-long" => host.service("long", || async { Err::<(), _>("x".repeat(3_000_000)) }),
        "logged-empty" => host.service("empty", || async { Err::<(), _>(" ") }),
        "logged-start" => host
            .service("calm", idle())
            .service("evil", Hosted::new(|_ready: Ready| async { Err::<(), _>(EVIL) })),
        // A job by each road: one that ends at once, one that waits, a `fn`; and one that fails until it is dead.
        "logged-jobs" => host
            .queued("quick", Queued::in_memory(|_: Quick| async { tracing::info!("handled at once") }))
            .queued("slow", Queued::in_memory(|_: Slow| async {
                tokio::task::yield_now().await;
                tracing::info!("handled later");
            }))
            .queued("apart", Queued::blocking(|_: Apart| tracing::info!("handled apart")))
            .queued("dying", Queued::in_memory(|_: Dying| async { Err::<(), _>("no luck") }).retries(0))
            .service("giver", |quick: Queue<Quick>, slow: Queue<Slow>, apart: Queue<Apart>, dying: Queue<Dying>, host: HostHandle| async move {
                quick.enqueue(Quick).await?;
                slow.enqueue(Slow).await?;
                apart.enqueue(Apart).await?;
                dying.enqueue(Dying).await?;
                host.stop();
                hostkit::Result::<()>::Ok(())
            }),
        // Whatever a stop can wait for, each for a while.
        "logged-slow-stop" => host
            .service("slow", |tasks: Tasks, stop: Stop| async move {
                tasks.spawn("late", async { tokio::time::sleep(millis(3000)).await }).expect("the host runs");
                stop.requested().await;
                tokio::time::sleep(millis(1500)).await;
            })
            .on(hostkit::builder::Moment::Stopped, || async { tokio::time::sleep(millis(100)).await }),
        "logged-early-thread" => {
            let early = std::thread::Builder::new().name("early".into());
            let early = early.spawn(|| boom("in a thread of `configure`"));
            assert!(early.is_ok_and(|early| early.join().is_err()));
            host.service("short", || async {})
        }
        "logged-own-hook" => {
            std::panic::set_hook(Box::new(|_| println!("my own hook")));
            host.service("loud", || async { boom("in a service") })
        }
        _ => panic!("there is no scene `{scene}`"),
    }
}

/// Forges a line, steers a terminal, and goes back to the start of the line.
const EVIL: &str = "first\nERROR forged\u{1b}[31m red\r\u{9b}2Jthird";

/// Its own source.
#[derive(Debug)]
struct Ring;

impl std::fmt::Display for Ring {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ring")
    }
}

impl std::error::Error for Ring {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(self)
    }
}

struct Quick;
struct Slow;
#[derive(serde::Serialize, serde::Deserialize)]
struct Apart;
struct Dying;

struct Panics;

impl std::fmt::Display for Panics {
    fn fmt(&self, _: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        panic!("no text");
    }
}
