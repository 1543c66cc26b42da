//! Scenes of which the beginning takes its time, or the end does.

use hostkit::Every;
use hostkit::builder::Timed;

use super::*;

pub(super) fn scene(scene: &str, host: HostBuilder) -> HostBuilder {
    let host = host.service("idle", |stop: Stop| async move {
        println!("idle ran");
        stop.requested().await;
    });
    match scene {
        "early-slow" => {
            tracing::warn!("connecting");
            println!("configuring");
            std::thread::sleep(millis(1_500));
            host.timed("nightly", Every::secs(3600), || async { println!("ran") })
        }
        "early-quiet" => host.stop_timeout(millis(50)),
        "early-by-hand" => host
            .stop_timeout(millis(500))
            .timed("obedient", Every::secs(3600), |stop: Stop| async move {
                println!("begun");
                stop.requested().await;
            })
            .timed(
                "endless",
                Every::secs(3600),
                Timed::blocking(|| {
                    println!("begun");
                    while std::env::args().count() > 0 {
                        std::thread::sleep(millis(100));
                    }
                }),
            )
            .timed("brief", Every::secs(3600), || async { println!("begun") }),
        "early-failing" => host
            .service("fails", || async {
                tokio::time::sleep(millis(100)).await;
                Err::<(), _>("it broke")
            })
            .service("slow", |stop: Stop| async move {
                stop.requested().await;
                println!("slow stops");
                tokio::time::sleep(millis(1_500)).await;
            })
            .stop_timeout(Duration::from_secs(5)),
        _ => panic!("there is no scene `{scene}`"),
    }
}
