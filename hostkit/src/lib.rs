//! **hostkit** hosts the services of a worker: annotate functions, and get a process that finds them, starts them together,
//! supervises them, and stops them properly.
//!
//! ```no_run
//! use hostkit::prelude::*;
//!
//! /// Runs for as long as the host does.
//! #[hosted_service]
//! async fn poller(stop: Stop) -> hostkit::Result {
//!     while stop.sleep(Duration::from_secs(5)).await.is_running() {
//!         tracing::info!("polling");
//!     }
//!     Ok(())
//! }
//!
//! /// Runs every ten seconds.
//! #[timed(every = "10s")]
//! async fn heartbeat() {
//!     tracing::info!("alive");
//! }
//!
//! hostkit::main!();
//! ```
//!
//! # A tour
//!
//! * **What runs.** [`#[hosted_service]`](hosted_service) for the life of the host, on an `async fn`, a blocking `fn` or an
//!   `impl` block; [`#[timed]`](timed) again and again; [`#[queued]`](macro@queued) once for each job; [`#[on]`](on) at a point
//!   of the host's life. The function stays as written, and can be called and tested like any other.
//! * **What it takes.** [Parameters](#parameters) by type.
//! * **Where values come from.** [`#[provides]`](provides) on a function: what it returns is every `Dep` of its type. It is
//!   called when the host starts, if a service needs the value, and the value is closed at the end.
//! * **How it lives.** Everything that can be wrong is found before anything starts, and reported together ([`Problem`](builder::Problem)).
//!   Services start by `after` levels, all of a level together. A failure is logged, counted, and answered by a policy: stop
//!   the host, restart with [`Backoff`](builder::Backoff), or go on. Each service has its time to stop; one that is late is aborted and named,
//!   and a second signal ends the process at once. The [`Report`] leaves nothing out.
//! * **What can be configured.** Every option of every service, by its name, and [sections of your own](#configuration).
//! * **How it is tested.** [`testing::TestHost`] runs a host on paused time.
//!
//! # Parameters
//!
//! | parameter | what it is |
//! |---|---|
//! | [`Stop`](param::Stop) | the service's stop signal: `sleep`, `requested`, `run_until`, `deadline`, and blocking forms for threads |
//! | [`CancellationToken`](param::CancellationToken) | the same as a child token, for libraries |
//! | [`Ready`](param::Ready) | the service counts as started when it calls `notify()` |
//! | [`Dep<T>`](param::Dep), `Arc<T>`, `Dep<dyn Trait>`, `Option<Dep<T>>` | the host's shared `T`, from [`#[provides]`](provides) or [`HostBuilder::provide`] |
//! | `Config<T>` | a section of the configuration, read as your struct |
//! | [`Tasks`](param::Tasks) | background work that the host tracks and drains: `spawn`, `spawn_blocking`, `enqueue` |
//! | [`HostHandle`] | stops the host; `service(name)` has the state of a service, pauses and resumes it; its `timer()` triggers a run, its `queue()` has the jobs |
//! | [`Tick`](param::Tick) | which due time a run of a timer is for, how many were missed before it, and what caused it |
//! | `Queue<T>` | enqueues jobs of type `T` |
//! | `Attempt` | the job's id, the number of the attempt, and when the job was enqueued |
//! | [`Heartbeat`](param::Heartbeat) | `beat()`; with `heartbeat = "30s"` a missed beat makes the service unhealthy |
//!
//! A type of yours that implements [`Param`] is one too.
//!
//! # Values
//!
//! Providers that do not need each other run at the same time. One that fails is a failed start (exit code 3), and the values
//! made before it are closed in reverse order. A value that is missing, provided twice, or part of a cycle is reported before
//! any provider runs. Values are dropped in reverse order of their making, before the report; a panic of a drop is a failure
//! with the provider's name (exit code 1).
//!
//! A shared value does not order the services that share it. If one sends to another through it (a channel that a provider
//! made, say), write `after = "receiver"` on the sender: it then stops first, and the receiver is there for its last message.
//! Between a `Queue<T>` and its handler hostkit does so itself.
//!
//! # Jobs
//!
//! | the handler returns, or | the job |
//! |---|---|
//! | `Ok` | is done |
//! | any error, or panics | is tried again after the backoff, until `retries` is used up; then it is *dead*: kept, with its errors |
//! | `retry_after(time, error)` | is tried again after that time |
//! | `snooze(time)` | is postponed, and uses no attempt |
//! | `discard(error)` | is dead at once |
//!
//! `HostHandle::queue("resize")` counts the jobs that wait, run, failed and are dead, and how long they waited and ran; it
//! retries dead jobs, pauses the queue, and changes the number of workers. A queue is bounded (`capacity`); `try_enqueue` gives
//! the job back when it is full. On stop a queue accepts jobs until nothing that the host tracks can enqueue any more, works
//! off what it accepted until the deadline, and reports what is left by number and type.
//!
//! **Jobs live in the memory of the process.** When it is killed or crashes, every job that was accepted and is not done is
//! lost, and so are the dead ones; the next start knows nothing of them. A program that must not lose a job writes it down
//! before it enqueues, and enqueues it again at the start.
//!
//! # Configuration
//!
//! | layer, lowest first | |
//! |---|---|
//! | the attribute, and serde's defaults | `#[timed(every = "10s")]` |
//! | `hostkit.toml`, or `--config FILE` | files are strict: `"8080"` is not a number, and `8080` not a string |
//! | `hostkit.<profile>.toml` | `--profile production`, or `HOSTKIT_PROFILE=production` |
//! | the environment | `HOSTKIT__HTTP__PORT=8080`, `HOSTKIT__SERVICES__SWEEP__EVERY=1m`: read as the field's type |
//! | the command line | `--set http.port=8080` |
//!
//! A section of your own is a struct with [`#[config]`](macro@config). Every option of every service is under
//! `[services.NAME]`. `[host]` has `start_timeout`, `stop_timeout`, `close_timeout`, `drain_delay`, `stall_warning`,
//! `worker_threads` and `expect`; `[log]` has `format` (`"text"` or `"json"`) and `filter` (`"info,worker=debug"`; `RUST_LOG`
//! wins). In JSON a line is an object, with `service`, `job`, `attempt` and `due` at its top level. Keys that nothing reads are
//! errors. `app config` prints every value with its source; one that it shows as `(default)` is known only to the type that
//! reads it.
//!
//! # Command line
//!
//! | command | |
//! |---|---|
//! | `app`, `app run` | runs until a signal, a failure, or the end of all work |
//! | `app list` | all services, hooks and providers: kind, schedule, options, location, and why one is off |
//! | `app check` | validates without starting: the plan level by level, and how long a stop may take; exit code 0 or 78 |
//! | `app config` | the configuration in force, and where each value comes from; secrets are masked |
//! | `app graph` | what runs, after what, and which values it takes, for Mermaid; `--format dot` for Graphviz |
//! | `app trigger NAME` | runs a timer once; exit code 0, 1 if the run failed, 128+n if a signal ended it |
//! | `app trigger NAME --job JSON` | attempts a job once, and works off what it enqueues; the same exit codes |
//! | `app next NAME` | when a timer is due, `-n 20`, `--from 2026-03-29T00:00:00Z` |
//! | `--only a,b`, `--except c` | services or groups, before any command or after it |
//! | `--config FILE`, `--profile P`, `--set K=V` | see above |
//! | `--json` | lists, the plan of `check`, and problems, as JSON |
//!
//! Results go to standard output, everything else to standard error.
//!
//! | exit code | meaning |
//! |---|---|
//! | 0 | clean; failures that a policy recovered from are in the report |
//! | 1 | a service failed and so stopped the host, or a `stop` method, a hook or a `close` failed |
//! | 2 | wrong usage of the command line |
//! | 3 | the start failed |
//! | 4 | the stop deadline passed and something was aborted, or jobs in memory were left over |
//! | 78 | the plan or the configuration is invalid |
//! | 128+n | ended by a second signal n |
//!
//! # Without attributes
//!
//! ```no_run
//! use hostkit::prelude::*;
//! use hostkit::{BuildError, Every, Host, Report};
//!
//! #[tokio::main]
//! async fn main() -> Result<Report, BuildError> {
//!     let host = Host::builder()
//!         .provide(String::from("a shared value"))
//!         .service("pump", |stop: Stop, value: Dep<String>| async move {
//!             tracing::info!("pumping with {}", *value);
//!             stop.requested().await;
//!         })
//!         .timed("sweep", Every::secs(10), || async { tracing::info!("sweeping") })
//!         .build()?; // everything that is wrong is reported here
//!     Ok(host.run().await) // the report is the exit code
//! }
//! ```
//!
//! Attributes expand to the same calls, and [`HostBuilder::discover`] adds what they declare. Set up logging yourself;
//! `configuration(Layers::standard(None, None))` reads what `main!` would. Many hosts can live in one process; nothing global
//! is touched unless [`main!`] or [`Host::run`] is used.
//!
//! # With `panic = "abort"`
//!
//! A panic then ends the process where it happens: no restart, no retry, no `stop` method, no report, and its jobs are lost.
//! hostkit warns about such a build. With the default, `unwind`, a panic is a failure of its service like any error.
//!
//! # Features
//!
//! | feature | default | what it adds |
//! |---|---|---|
//! | `cli` | yes | the command line of `main!`: `run`, `list`, `check`, `config`, `graph`, `trigger`, `next` |
//! | `cron` | yes | `#[timed(cron = "…")]`, `Cron`, and the command `next`: calendars and time zones |
//! | `queue` | yes | queued services, `Queue<T>` and its verdicts |
//! | `config` | yes | `hostkit.toml`, the environment and `--set`: `[host]`, and sections of your own by [`#[config]`](macro@config) |
//! | `testing` | no | [`testing::TestHost`]: a host on paused time, for `dev-dependencies` |
//! | `log` | yes | a subscriber that writes text or JSON to standard error and obeys `RUST_LOG` and `[log]`, unless one is set |

#![cfg_attr(docsrs, feature(doc_cfg))]

#[doc(hidden)]
pub mod __private;
mod cli;
#[cfg(feature = "config")]
pub mod config;
mod host;
mod inject;
mod outcome;
pub mod param;
pub mod prelude;
#[cfg(feature = "queue")]
pub mod queue;
mod registry;
pub mod schedule;
mod service;
mod state;
mod sync;
#[cfg(feature = "testing")]
pub mod testing;
mod time;

pub use host::{BuildError, Host, HostBuilder, HostHandle, Report};
#[cfg(feature = "config")]
pub use hostkit_macros::config;
#[cfg(feature = "queue")]
pub use hostkit_macros::queued;
pub use hostkit_macros::{hosted_service, on, provides, timed};
pub use inject::Param;
pub use outcome::fatal::fatal;
pub use outcome::result::{BoxError, Result};
#[cfg(feature = "queue")]
pub use queue::verdict::{discard, retry_after, snooze};
pub use schedule::rate::Every;

/// What [`HostBuilder`] takes: services, hooks and providers with their options, and the traits of the functions behind them.
pub mod builder {
    pub use crate::host::{Problem, Provided, RunningHost};
    pub use crate::outcome::result::IntoOutcome;
    pub use crate::registry::Origin;
    pub use crate::service::{
        BlockingHandler, BlockingProvider, Closes, FailureLevel, Handler, Hook, Hosted, IntoHook, IntoHosted,
        IntoProvider, IntoTimed, Lifetime, Missed, Moment, OnFailure, OnFinish, OnRunFailure, Overlap,
        Provider, Timed,
    };
    #[cfg(feature = "queue")]
    pub use crate::service::{BlockingJobHandler, IntoQueued, JobHandler, Queued};
    pub use crate::time::backoff::Backoff;
}

/// What is known of a host: of each service while it runs, by its handle, and of all of them at the end, in the [`Report`].
pub mod report {
    pub use crate::host::{
        HookReport, Outcome, ProviderReport, QueueReport, ServiceHandle, ServiceReport, StartError,
        StartFailure, Status, StopCause, TimerHandle, TimerReport,
    };
    pub use crate::outcome::failure::Failure;
    pub use crate::outcome::fatal::Fatal;
    pub use crate::outcome::result::Ending;
    pub use crate::service::{RunOutcome, RunReport, Triggered};
    pub use crate::state::State;
}

/// The whole of `main`.
///
/// It parses the command line, loads configuration, builds the runtime, finds every annotated function in every linked
/// crate, validates the plan, installs a `tracing` subscriber if none is set, runs the host, and returns its exit code.
///
/// With `[log] format = "json"` each line on standard error is one JSON object: events, panics, a failed `configure`, an invalid
/// plan, a failed start. `message` is the same each time then, and what differs is in fields (`error`, `problems`, …). What comes
/// before the configuration is read is text: a command line that is not understood, and a panic before it.
///
/// ```standalone_crate
/// # use hostkit::prelude::*;
/// # #[hosted_service]
/// # async fn nothing() {}
/// hostkit::main!();
/// ```
///
/// | form | meaning |
/// |---|---|
/// | `main!(flavor = "current_thread")` | one executor thread instead of one per core |
/// | `main!(worker_threads = 4)` | the number of executor threads |
/// | `main!(link = [jobs, billing])` | crates with services that no Rust path names |
/// | `main!(ignore = [billing])` | leaves out the services of these crates, without a warning; also of this package's own library |
/// | `main!(configure = \|host: HostBuilder\| host.provide(clock()))` | changes the builder before it is built; may return a `Result` |
///
/// The package's own library and the direct dependencies that depend on hostkit are linked without being named. So an example, or a
/// second program, has all services of the library beside it: `main!(ignore = [my_library])` leaves them out.
#[macro_export]
macro_rules! main {
    ($($tokens:tt)*) => {
        $crate::__private::main_function! { $crate; $($tokens)* }
    };
}
