//! Scenes about the log: who fills it, and what is written to it.

use std::io::Write;

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
        _ => panic!("there is no scene `{scene}`"),
    }
}
