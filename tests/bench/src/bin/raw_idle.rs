//! Raw tokio: so many idle tasks; SIGTERM, cancel, join, exit.

use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

fn main() {
    let count = hostkit_bench::count();
    hostkit_bench::runtime().block_on(async {
        let mut term = signal(SignalKind::terminate()).expect("a signal");
        let (stop, mut set) = (CancellationToken::new(), tokio::task::JoinSet::new());
        for _ in 0..count {
            let stop = stop.clone();
            set.spawn(async move { stop.cancelled().await });
        }
        println!("ready");
        term.recv().await;
        stop.cancel();
        while set.join_next().await.is_some() {}
    });
}
