//! Scenes with values that are made and closed.

use std::sync::Arc;

use hostkit::builder::{Lifetime, Provider};
use hostkit::{BoxError, Every};

use super::*;

struct Feed;
struct Tx;

/// Says so when it is made and closed.
fn feed() -> Provider<Feed> {
    let feed = Provider::new(|| async {
        println!("feed made");
        Ok::<_, BoxError>(Feed)
    });
    feed.close(|_: Arc<Feed>| async { println!("feed closed") })
}

pub(super) fn scene(scene: &str, host: HostBuilder) -> HostBuilder {
    match scene {
        "provides-timer" => {
            let tx = |_: Dep<Feed>| async {
                println!("tx made");
                Ok::<_, BoxError>(Tx)
            };
            let tx = Provider::new(tx)
                .scope(Lifetime::Run)
                .close(|_: Arc<Tx>| async { println!("tx closed") })
                .close_timeout(Duration::from_secs(1));
            let other = Provider::new(|| async {
                boom("nobody needs it");
                Ok::<_, BoxError>(String::new())
            });
            host.provide_with("feed", feed())
                .provide_with("tx", tx)
                .provide_with("other", other)
                .timed("tick", Every::secs(3600), |_: Dep<Tx>| async { println!("ticked") })
                .service("idle", idle())
        }
        "provides-refused" => {
            let pool = |_: Dep<Feed>| async { Err::<u8, _>("connection refused") };
            host.provide_with("feed", feed())
                .provide_with("pool", pool)
                .service("needy", |_: Dep<u8>| async {})
        }
        "provides-hangs" => host
            .provide_with("feed", feed().close(|_: Arc<Feed>| pending::<()>()))
            .service("brief", |_: Dep<Feed>| async {})
            .close_timeout(millis(50)),
        "provides-blocks" => host
            .provide_with("feed", feed().close(|_: Arc<Feed>| async { std::thread::sleep(millis(60_000)) }))
            .service("brief", |_: Dep<Feed>| async {})
            .close_timeout(millis(50)),
        _ => panic!("there is no scene `{scene}`"),
    }
}
