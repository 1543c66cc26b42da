//! Every form of function, with every option; nothing is warned of.

#![deny(warnings, clippy::pedantic)]

use hostkit::prelude::*;

struct Pool;

/// With every option of a hosted service.
#[hosted_service(
    name = "poller-2.main",
    group = "feeds",
    enabled = false,
    after = ["database", "timer"],
    start_timeout = "1m 30s",
    stop_timeout = "0s",
    on_failure = "restart",
    on_finish = "restart",
    backoff = "250ms..5m",
    max_restarts = 3,
    within = "1h30m",
    heartbeat = "30s",
    crate = "::hostkit",
)]
async fn poller(mut stop: Stop, _: Tasks, pool: Dep<Pool>, heart: Heartbeat) -> hostkit::Result {
    let _ = (&pool, heart);
    while stop.sleep(Duration::from_secs(5)).await.is_running() {
        let again = stop;
        stop = again;
    }
    Ok(())
}

#[hosted_service(after = "poller-2.main")]
fn database(stop: Stop) -> Result<(), std::num::ParseIntError> {
    let _: u32 = "1".parse()?;
    drop(stop);
    Ok(())
}

#[timed(every = "10s", first = "1s", name = "fast", max_failures = 3)]
#[timed(every = "1d", name = "slow", on_failure = "stop")]
async fn sweep() {}

#[timed(every = "1ms", stop_timeout = "5s", group = "feeds", after = "database")]
fn blocking() {}

#[on(started)]
#[on(stopping)]
fn announce(_host: HostHandle) {}

#[on(stopped, crate = "hostkit")]
async fn ended() -> hostkit::Result {
    Ok(())
}

#[hosted_service]
async fn forever() -> ! {
    std::future::pending().await
}

#[hosted_service]
fn forever_on_a_thread() -> ! {
    loop {
        std::thread::park();
    }
}

#[hosted_service]
async fn r#loop(stop: Stop, value: Option<Dep<Pool>>) {
    let _ = (stop, value);
}

#[hosted_service]
#[cfg(any())]
fn not_in_this_build(pool: NoSuchType) {}

macro_rules! timers {
    ($($name:ident $every:literal)*) => {$(
        #[timed(every = $every)]
        async fn $name() {}
    )*};
}

timers! { one "1s" two "2s" }

/// Generated code has names of its own: none of these is hidden by them.
mod names_of_locals {
    use hostkit::prelude::*;

    #[hosted_service]
    async fn result(stop: Stop) {
        stop.requested().await;
    }

    #[hosted_service]
    fn scope(_stop: Stop) {}

    #[timed(every = "1s")]
    async fn needs(_stop: Stop) {}

    #[timed(every = "1s")]
    fn blueprint() {}

    #[on(started)]
    fn origin(_host: HostHandle) {}

    #[hosted_service]
    async fn p0(_stop: Stop) {}

    #[hosted_service]
    fn a0(_stop: Stop) {}

    struct Value;

    #[hosted_service(name = "value")]
    impl Value {
        fn new(scope: Stop) -> Self {
            let _ = scope;
            Value
        }
        async fn run(&mut self, value: Stop) {
            value.requested().await;
        }
    }
}

fn main() {
    // They are functions like any other.
    drop(sweep());
    blocking();
}
