//! What asking for values costs: a tick with three dependencies beside one with none, and the validation of 10,000 services
//! that have 10,000 dependencies, all of 1,000 types.

use std::time::{Duration, Instant};

use hostkit::prelude::*;
use hostkit::{Every, Host, HostBuilder, Param};
use hostkit::builder::Provider;
use hostkit::param::{HostedService, Needs, Scope};

const ROUNDS: usize = 9;
const TICKS: u64 = 300_000;
const SERVICES: u32 = 10_000;

struct Value<const A: u32, const B: u32>;

/// A parameter that needs one of the thousand, whichever its service is to need.
struct One<const A: u32>;

macro_rules! thousand {
    ($each:ident) => {
        thousand!(@rows $each 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31);
    };
    (@rows $each:ident $($a:literal)*) => {
        $($each!($a: 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31);)*
    };
}

thread_local! {
    /// Which of a row the next service needs; a parameter's type can't say it without a type for each.
    static COLUMN: std::cell::Cell<u32> = const { std::cell::Cell::new(0) };
}

macro_rules! needs_of {
    ($a:literal: $($b:literal)*) => {
        impl Param<HostedService> for One<$a> {
            fn needs(needs: &mut Needs<HostedService>) {
                match COLUMN.get() {
                    $($b => needs.value::<Value<$a, $b>>(),)*
                    _ => {}
                }
            }

            fn get(_: &Scope<'_, HostedService>) -> Self {
                One
            }
        }
    };
}

thousand!(needs_of);

/// Each needs the one before it in its row.
fn providers(mut host: HostBuilder) -> HostBuilder {
    macro_rules! provide {
        ($a:literal: 0 $($b:literal)*) => {
            host = host.provide_with("first", || async { Ok::<_, hostkit::BoxError>(Value::<$a, 0>) });
            $(host = host.provide_with("next", |_: Dep<Value<$a, { $b - 1 }>>| async { Ok::<_, hostkit::BoxError>(Value::<$a, $b>) });)*
        };
    }
    thousand!(provide);
    host
}

fn services(mut host: HostBuilder) -> HostBuilder {
    for number in 0..SERVICES {
        COLUMN.set(number / 32 % 32);
        let name = format!("s{number}");
        macro_rules! service {
            ($a:literal: $($b:literal)*) => {
                if number % 32 == $a {
                    host = host.service(name.clone(), |_: One<$a>| async {});
                }
            };
        }
        thousand!(service);
    }
    host
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

fn least(values: &[f64]) -> f64 {
    values.iter().copied().fold(f64::INFINITY, f64::min)
}

/// Nanoseconds that this thread has worked: what else the machine does leaves them alone.
fn worked() -> f64 {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: a plain system call that writes to what it is given.
    unsafe { libc::clock_gettime(libc::CLOCK_THREAD_CPUTIME_ID, &mut time) };
    time.tv_sec as f64 * 1e9 + time.tv_nsec as f64
}

/// Nanoseconds a tick, on a paused clock.
fn ticks(host: HostBuilder) -> f64 {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .start_paused(true)
        .build()
        .expect("a runtime");
    runtime.block_on(async {
        let running = host.build().expect("a plan").start().await.expect("a host");
        let begun = worked();
        tokio::time::sleep(Duration::from_millis(TICKS)).await;
        let took = worked() - begun;
        let runs = running.handle().service("t").unwrap().runs();
        assert!(runs >= TICKS, "{runs}");
        running.stop().await;
        took / runs as f64
    })
}

fn main() {
    let values = || {
        let one = Provider::new(|| async { Ok::<_, hostkit::BoxError>(Value::<0, 0>) });
        Host::builder()
            .provide_with("one", one)
            .provide(Value::<0, 1>)
            .provide(std::sync::Arc::new(Value::<0, 2>))
    };
    let (mut none, mut three) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        none.push(ticks(values().timed("t", Every::millis(1), || async {})));
        three.push(ticks(values().timed(
            "t",
            Every::millis(1),
            |_: Dep<Value<0, 0>>, _: Dep<Value<0, 1>>, _: Dep<Value<0, 2>>| async {},
        )));
    }
    // The least of each: what disturbs only adds.
    let (none, three) = (least(&none), least(&three));
    println!(
        "a tick, ns: {none:.0} without, {three:.0} with three dependencies: {:.0} more (limit 100)",
        three - none
    );

    let mut validated = Vec::new();
    let mut plain = Vec::new();
    for _ in 0..ROUNDS {
        let host = services(providers(Host::builder()));
        let begun = Instant::now();
        let host = host.build().expect("a plan");
        validated.push(begun.elapsed().as_secs_f64() * 1e3);
        drop(host);
        let host = (0..SERVICES)
            .fold(Host::builder(), |host, number| host.service(format!("s{number}"), || async {}));
        let begun = Instant::now();
        drop(host.build().expect("a plan"));
        plain.push(begun.elapsed().as_secs_f64() * 1e3);
    }
    println!("validation of 10,000 services, ms: {:.1} without dependencies", median(plain));
    println!(
        "with 10,000 on 1,024 providers that need each other in rows, ms: {:.1} (limit 100)",
        median(validated)
    );

    let missing = services(Host::builder());
    let begun = Instant::now();
    let error = missing.build().expect_err("nothing is provided");
    let took = begun.elapsed().as_secs_f64() * 1e3;
    println!("with all 1,024 of them missing, ms: {took:.1}, {} problems", error.problems().len());
}
