//! Raw tokio: one task and one `tokio::time::interval` for each timer, all let go at once.

use std::time::{Instant, SystemTime};

use hostkit_bench::timers::{Asked, Firings};
use tokio_util::sync::CancellationToken;

fn main() {
    let asked = Asked::of_args();
    hostkit_bench::runtime().block_on(async {
        let firings: &Firings = Box::leak(Box::new(Firings::new(asked))); // nobody counts references
        let ready = CancellationToken::new();
        let anchor = (Instant::now(), SystemTime::now());
        for timer in 0..asked.count {
            let ready = ready.clone();
            tokio::spawn(async move {
                ready.cancelled().await;
                let first = tokio::time::Instant::now() + asked.first(timer);
                let mut interval = tokio::time::interval_at(first, asked.period);
                loop {
                    let due = interval.tick().await.into_std();
                    firings.note(timer, anchor.1 + (due - anchor.0), Instant::now() - due, 0);
                }
            });
        }
        ready.cancel();
        let measured = firings.measured().await;
        firings.tell(measured, 0);
    });
}
