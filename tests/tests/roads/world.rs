//! The roads: a name goes in, and a host or a program with that service comes out.

pub(crate) use std::sync::Arc;

pub(crate) use hostkit::config::Layers;
pub(crate) use hostkit::param::Dep;
pub(crate) use hostkit::testing::TestHost;
use hostkit::testing::{TestHostBuilder, TestStartError};
use hostkit::{BuildError, Report};
pub(crate) use hostkit::{Host, HostBuilder};
pub(crate) use hostkit_tests::{Diary, lived, millis, obedient, pass, secs, started};
pub(crate) use tokio::time::Instant;

use crate::promises::Notes;
use crate::support::Ended;
pub(crate) use crate::support::{Program, program};

/// The services of these names or groups, declared by attributes.
pub(crate) fn declared(name: &str) -> HostBuilder {
    Host::builder().discover().only([name])
}

/// The same beside a service that the builder adds, and that outlives no failure.
pub(crate) fn embedded(name: &str) -> HostBuilder {
    declared(name).only(["added"]).service("added", obedient)
}

/// The same under test.
pub(crate) fn tested(name: &str) -> TestHostBuilder {
    TestHost::discover().only([name])
}

/// The same in a program by `main!`, with these settings.
pub(crate) fn by_main(name: &str, settings: &[&str]) -> Program {
    let set = settings.iter().flat_map(|setting| ["--set", setting]);
    program(env!("CARGO_BIN_EXE_by_main")).args(["--only", name].into_iter().chain(set))
}

/// The same in a program with a `main` of its own.
pub(crate) fn by_hand(name: &str, settings: &[&str]) -> Program {
    program(env!("CARGO_BIN_EXE_by_hand")).env("ONLY", name).args(settings.iter().copied())
}

/// Stops the program as soon as it has printed this.
pub(crate) fn stopped_after(program: Program, printed: &str) -> Ended {
    let running = program.start();
    running.prints(printed).signal("TERM");
    running.end()
}

/// Stops the program once its hooks say that it has started.
pub(crate) fn stopped(program: Program) -> Ended {
    stopped_after(program, "started")
}

/// Settings as a layer.
pub(crate) fn set(settings: &[&str]) -> Layers {
    settings.iter().fold(Layers::new(), |layers, text| layers.set(text))
}

/// Starts the host, lets it be for a while, and stops it.
pub(crate) async fn stopped_in(host: HostBuilder, secs_of_life: u64) -> Report {
    let host = started(host).await;
    pass(secs(secs_of_life)).await;
    host.stop().await
}

/// The report of a host that ends by itself. A `fn` has a thread that keeps real time, so the runtime does too for a while.
pub(crate) async fn lived_with_threads(host: HostBuilder) -> Report {
    tokio::time::resume();
    let report = lived(host).await;
    tokio::time::pause();
    report
}

/// The report of a host under test that ends by itself, perhaps before all of it has started.
pub(crate) async fn lived_under_test(host: TestHostBuilder) -> Report {
    match host.start().await {
        Ok(host) => host.wait().await,
        Err(TestStartError::Start(error)) => error.into_report(),
        Err(error) => panic!("{error}"),
    }
}

/// What is wrong with the plan, as it is printed.
#[track_caller]
pub(crate) fn invalid(host: HostBuilder) -> String {
    host.build()
        .map(|host| panic!("{host:?} should be invalid"))
        .unwrap_or_else(|e: BuildError| e.to_string())
}

pub(crate) fn notes(diary: &Arc<Diary>) -> Notes {
    Notes(Some(diary.clone().into()))
}
