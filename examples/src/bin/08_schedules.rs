//! Example 8. Schedules: fixed rate against fixed delay, and what happens when a run takes longer than its period.
//!
//! Run it with `cargo run -p hostkit-examples --bin 08_schedules`. Every line says at which tenth of a second
//! it was written. The runs of `rate` begin 5 tenths apart, those of `delay` 5 tenths after the end of the one
//! before. The other four are due every 5 tenths and take 12: `skip` leaves out what is due meanwhile, `queue`
//! keeps one for later, `allow` runs beside itself, and `cancel` never gets to an end.

use hostkit::builder::{Overlap, Timed};
use hostkit::param::Tick;
use hostkit::prelude::*;
use hostkit::schedule::Delay;
use hostkit::{BuildError, Every, Host, Report};
use tokio::time::{Instant, sleep};

struct Begun(Instant);

impl Begun {
    fn tell(&self, name: &str, tick: &Tick, what: &str) {
        tracing::info!("{:>2} {name} {}: {what}", self.0.elapsed().as_millis() / 100, tick.number());
    }
}

/// A timed service of which each run takes that many tenths of a second.
fn takes(tenths: u64, name: &'static str) -> Timed {
    Timed::new(move |tick: Tick, begun: Dep<Begun>| async move {
        begun.tell(name, &tick, "begins");
        sleep(Duration::from_millis(tenths * 100)).await;
        begun.tell(name, &tick, "ends");
    })
}

#[tokio::main]
async fn main() -> Result<Report, BuildError> {
    tracing_subscriber::fmt().with_writer(std::io::stderr).without_time().init();
    let half = Every::millis(500);
    let host = Host::builder()
        .provide(Begun(Instant::now()))
        .timed("rate", half, takes(2, "rate"))
        .timed("delay", Delay::millis(500), takes(2, "delay"))
        .timed("skip", half, takes(12, "skip").overlap(Overlap::Skip))
        .timed("queue", half, takes(12, "queue").overlap(Overlap::Queue))
        .timed("allow", half, takes(12, "allow").overlap(Overlap::Allow))
        .timed("cancel", half, takes(12, "cancel").overlap(Overlap::Cancel))
        .service("end", |stop: Stop, host: HostHandle| async move {
            if stop.sleep(Duration::from_secs(4)).await.is_running() {
                host.stop();
            }
        })
        .build()?;
    Ok(host.run().await)
}
