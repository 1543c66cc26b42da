//! Raw tokio: `tokio::spawn` into a `JoinSet`, one `CancellationToken`.

use std::time::Instant;

use hostkit_bench::{Figures, Gate, count, runtime};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

fn main() {
    let count = count();
    let mut figures = Figures::begin();
    runtime().block_on(async {
        let (gate, stop, mut set) = (Gate::of(count), CancellationToken::new(), JoinSet::new());
        for _ in 0..count {
            let (gate, stop) = (gate.clone(), stop.clone());
            set.spawn(async move {
                gate.pass();
                stop.cancelled().await;
            });
        }
        gate.opened().await;
        figures.started();
        let begun = Instant::now();
        stop.cancel();
        while set.join_next().await.is_some() {}
        figures.ended(begun);
    });
}
