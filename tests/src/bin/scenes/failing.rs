//! Scenes that end with an exit code other than 0, without anything being blocked.

use hostkit::Every;
use hostkit::builder::{Moment, Timed};
use hostkit::report::Status;

use super::*;

pub(super) fn scene(scene: &str, host: HostBuilder) -> HostBuilder {
    match scene {
        "failing-error" => host.service("idle", idle()).service("feed", || async { Err::<(), _>(Refused) }),
        "failing-panic" => host.service("idle", idle()).service("feed", || async { boom("in a service") }),
        "failing-thread" => host.service("feed", Hosted::blocking(|| boom("on a thread"))),
        "failing-fatal" => {
            let fatal = Hosted::new(|| async { Err::<(), _>(hostkit::fatal("no licence")) });
            host.service("fatal", fatal.on_failure(OnFailure::Ignore))
        }
        "failing-late-panic" => host.service("late", |stop: Stop| async move {
            stop.requested().await;
            boom("while stopping");
        }),
        "failing-drop" => host.service("holder", || {
            let bomb = Bomb;
            async move { drop(std::hint::black_box(bomb)) }
        }),
        "failing-drop-aborted" => {
            let holder = || {
                let bomb = Bomb;
                async move {
                    pending::<()>().await;
                    drop(bomb);
                }
            };
            host.service("holder", Hosted::new(holder).stop_timeout(millis(100)))
        }
        "failing-timer" => {
            let timed = Timed::new(|| async { boom("in a timer") }).max_failures(3);
            host.timed("tick", Every::millis(5), timed)
        }
        "failing-aborted" => host.service("stubborn", stubborn().stop_timeout(millis(200))),
        "failing-error-and-aborted" => host
            .service("stubborn", stubborn().stop_timeout(millis(100)))
            .service("feed", || async { Err::<(), _>(Refused) }),
        "failing-start" => never_ready(host.service("db", idle())),
        "failing-start-and-aborted" => never_ready(host.service("db", stubborn().stop_timeout(millis(100)))),
        "failing-start-and-hanging" => {
            never_ready(host.service("db", stubborn().stop_timeout(Duration::from_secs(60))))
                .stop_timeout(Duration::from_secs(60))
        }
        "failing-start-timeout" => {
            let slow = |ready: Ready, stop: Stop| async move {
                stop.requested().await;
                drop(ready);
            };
            host.service("slow", Hosted::new(slow).start_timeout(millis(100)))
        }
        "failing-hanging" => host
            .service("hanging", stubborn().stop_timeout(Duration::from_secs(60)))
            .stop_timeout(Duration::from_secs(60)),
        "failing-configure" => panic!("boom in `configure`"),
        "failing-much" => {
            let host = host.service("feed", |host: HostHandle| async move {
                while host.status() != Status::Ready {
                    tokio::task::yield_now().await;
                }
                Err::<(), _>(Refused)
            });
            let moments = [Moment::Stopping, Moment::Stopped].into_iter();
            moments.fold(host, |host, moment| host.on(moment, || async { boom("in a hook") }))
        }
        hook => {
            let moments = [Moment::Starting, Moment::Started, Moment::Stopping, Moment::Stopped];
            let moment = moments.into_iter().find(|moment| hook == format!("failing-hook-{moment}"));
            let moment = moment.unwrap_or_else(|| panic!("there is no scene `{scene}`"));
            host.service("idle", idle()).on(moment, || async { boom("in a hook") })
        }
    }
}

/// After `db`, a service that gives up instead of getting ready.
fn never_ready(host: HostBuilder) -> HostBuilder {
    let gives_up = |_ready: Ready| async { Err::<(), _>(Refused) };
    host.service("listener", Hosted::new(gives_up).after(["db"]))
}

/// An error with a cause, so that the whole chain can be looked for.
#[derive(Debug)]
struct Refused;

impl std::fmt::Display for Refused {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("open feed")
    }
}

impl std::error::Error for Refused {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&std::fmt::Error) // "an error occurred when formatting an argument"
    }
}
