//! **hostkit** hosts the services of a worker binary: annotate functions, and get a process that finds them all at link
//! time, starts them together, supervises them, and stops them properly.
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
//!   `impl` block; [`#[timed]`](timed) again and again; [`#[queued]`](macro@queued) once for each job; [`#[on]`](on) at a point of the
//!   host's life. The function stays as written, and can be called and tested like any other.
//! * **What it takes.** Parameters by type: [`Stop`], [`Ready`], [`Heartbeat`], [`Tasks`], [`HostHandle`], [`Dep<T>`](Dep), [`Config<T>`](Config),
//!   [`Queue<T>`](Queue), and types of yours that implement [`Param`].
//! * **Where values come from.** [`#[provides]`](provides) on a function: what it returns is every `Dep` of its type. It is called when
//!   the host starts, if something needs it, and what it made is closed at the end.
//! * **How it lives.** Everything that can be wrong is found before anything starts, and told at once ([`Problem`]). Services
//!   start by `after` levels, all of a level together. A failure is logged, counted, and answered by a policy: stop the host,
//!   restart with [`Backoff`], or go on. A stop is a contract: each service has its time, the laggards are named, and a second
//!   signal ends the process at once. The [`Report`] leaves nothing out.
//! * **What may be said from outside.** Every option of every service, by its name: `hostkit.toml`, a profile, the environment, `--set`.
//! * **Without attributes.** [`Host::builder`] takes closures; attributes expand to the same calls. Many hosts can live in one
//!   process.
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
mod at;
mod backoff;
mod by_stop;
mod cli;
mod clock;
mod clock_step;
#[cfg(feature = "config")]
mod config;
mod count;
mod due;
mod failure;
mod fatal;
mod heartbeat;
mod host;
mod inject;
mod life;
mod locked;
mod now;
mod once_a_minute;
mod outcome;
mod park;
mod pool;
pub mod prelude;
#[cfg(feature = "queue")]
mod queue;
mod race;
mod ready;
mod registry;
mod rfc3339;
mod schedule;
mod service;
mod stop;
mod tasks;
#[cfg(feature = "testing")]
pub mod testing;
mod text;
mod timer_queue;

pub use backoff::Backoff;
#[cfg(feature = "config")]
pub use config::{ByteSize, ByteSizeError, Config, Layers, Secret};
pub use failure::Failure;
pub use fatal::{Fatal, fatal};
pub use heartbeat::Heartbeat;
pub use host::{
    BuildError, HookReport, Host, HostBuilder, HostHandle, Outcome, Problem, Provided, ProviderReport,
    Report, RunningHost, ServiceHandle, ServiceReport, StartError, StartFailure, Status, StopCause,
};
#[cfg(feature = "config")]
pub use hostkit_macros::config;
#[cfg(feature = "queue")]
pub use hostkit_macros::queued;
pub use hostkit_macros::{hosted_service, on, provides, timed};
pub use inject::{
    Dep, HostedService, Kind, LifecycleHook, Needs, Param, QueuedService, Scope, Stoppable, TimedService,
    ValueProvider,
};
pub use life::State;
pub use outcome::{BoxError, Ending, IntoOutcome, Result};
#[cfg(feature = "queue")]
pub use queue::{
    DeadJob, EnqueueError, Enqueued, Job, JobBuilder, JobId, Latency, Queue, QueueHandle, QueueStats, Rate,
    Verdict, discard, retry_after, snooze,
};
pub use ready::Ready;
pub use registry::Origin;
#[cfg(feature = "cron")]
pub use schedule::{Cron, Days};
pub use schedule::{Delay, Every, Schedule};
#[cfg(feature = "queue")]
pub use service::{Attempt, BlockingJobHandler, IntoQueued, JobHandler, JobOutcome, Queued};
pub use service::{
    Cause, Closes, FailureLevel, Handler, Hook, Hosted, IntoHook, IntoHosted, IntoNames, IntoProvider,
    IntoTimed, Lifetime, Missed, Moment, OnFailure, OnFinish, OnRunFailure, Overlap, Provider, RunOutcome,
    RunReport, ServiceOptions, Tick, Timed, Triggered,
};
pub use stop::{Pause, Stop};
pub use tasks::{Tasks, TasksClosed};
pub use tokio_util::sync::CancellationToken;

/// The whole of `main`.
///
/// It parses the command line, loads configuration, builds the runtime, finds every annotated function in every linked
/// crate, validates the plan, installs a `tracing` subscriber if none is set, runs the host, and returns its exit code.
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
/// | `main!(worker_threads = 4)` | so many executor threads |
/// | `main!(link = [jobs, billing])` | crates with services that no Rust path names |
/// | `main!(ignore = [billing])` | the services of these crates are left out, and nothing is warned of; this package's own library can be one of them |
/// | `main!(configure = \|host: HostBuilder\| host.provide(clock()))` | the last word on the builder; may return a `Result` |
///
/// The package's own library and the direct dependencies that depend on hostkit are linked without being named. So an example, or a
/// second program, has all services of the library beside it: `main!(ignore = [my_library])` leaves them out.
#[macro_export]
macro_rules! main {
    ($($tokens:tt)*) => {
        $crate::__private::main_function! { $crate; $($tokens)* }
    };
}
