//! An annotated item goes in; the same item and one registration beside it come out.
//!
//! Use these through the `hostkit` crate, which re-exports them. The code they write decides nothing: it calls the
//! builder that a program without attributes would call.

mod attribute;
mod errors;
mod externs;
mod function;
mod hosted_service;
mod hygiene;
mod inject;
mod item;
mod linkage;
mod literal;
mod lockfile;
mod main_function;
mod manifest;
mod on;
mod options;
mod pairs;
mod repeated;
mod stateful;
mod surroundings;
mod timed;

use proc_macro::TokenStream;

/// Makes a function, or an `impl` block, a service that runs for the life of the host.
///
/// On an `async fn` it is a task. On a `fn` it has a thread of its own: for blocking or CPU-bound work. On an inherent
/// `impl` block it is a service with state, see below. The function stays as written and can be called like any other.
///
/// ```ignore
/// use hostkit::prelude::*;
///
/// #[hosted_service(after = "database", on_failure = "restart", backoff = "1s..1m")]
/// async fn poller(stop: Stop, feed: Dep<Feed>) -> hostkit::Result {
///     while stop.sleep(Duration::from_secs(5)).await.is_running() {
///         feed.poll().await?;
///     }
///     Ok(())
/// }
/// ```
///
/// | option | default | meaning |
/// |---|---|---|
/// | `name = "…"` | the function's name, or the type's in snake_case | what it is called everywhere |
/// | `group = "…"` | none | a name to select several services by |
/// | `enabled = false` | `true` | whether it runs unless configuration says otherwise |
/// | `after = "a"` or `["a", "b"]` | none | starts after these are started, stops before them |
/// | `start_timeout = "30s"` | `"30s"` | the time its start may take |
/// | `stop_timeout = "10s"` | `"10s"` | the time to end in when it is told to stop |
/// | `on_failure = "…"` | `"stop"` | `"stop"` the host, `"restart"` or `"ignore"` |
/// | `on_finish = "…"` | `"continue"` | `"continue"`, `"stop"` the host, or `"restart"` |
/// | `backoff = "1s..1m"` | `"1s..1m"` | the shortest and the longest wait before a restart |
/// | `max_restarts = 5`, `within = "1m"` | `5` in `"1m"` | more failures than this stop the host |
/// | `heartbeat = "30s"` | none | a missed beat makes it unhealthy |
/// | `crate = "path"` | `"::hostkit"` | where hostkit is, if it has another name |
///
/// # A service with state
///
/// ```text
/// #[hosted_service]
/// impl Pump {
///     async fn new(pool: Dep<Pool>) -> hostkit::Result<Self> { … }   // required
///     async fn start(&mut self) -> hostkit::Result { … }             // these three are optional,
///     async fn run(&mut self, stop: Stop) -> hostkit::Result { … }   // async or not
///     async fn stop(&mut self) { … }
/// }
/// ```
///
/// Without `run` it lives until it is told to stop. Other methods and constants in the block are left alone.
///
/// # Errors
///
/// A parameter that is not owned or cannot be injected, a generic function, and every option that is unknown, wrong or
/// without effect do not compile. All mistakes of one attribute are reported at once.
#[proc_macro_attribute]
pub fn hosted_service(arguments: TokenStream, item: TokenStream) -> TokenStream {
    hosted_service::expand(arguments.into(), item.into()).into()
}

/// Runs a function again and again: an `async fn` as a task, a `fn` on the blocking pool.
///
/// Can be written several times on one function when each has its own `name`.
///
/// ```ignore
/// #[timed(every = "10s", first = "1s")]
/// async fn heartbeat() {
///     tracing::info!("alive");
/// }
/// ```
///
/// # Cron
///
/// Five fields, `minute hour day-of-month month day-of-week`, or six with the `second` first:
///
/// ```ignore
/// #[timed(cron = "30 9 * * MON-FRI", tz = "Europe/Berlin")]
/// async fn report() -> hostkit::Result {
///     Ok(())
/// }
/// ```
///
/// Names (`MON`, `jan`), ranges, steps, lists, `L`, `W`, `#` and words such as `@daily` are known. Needs the feature `cron`.
///
/// Where clocks are changed, a *fixed* expression (only numbers or lists of them in seconds, minutes and hours) runs exactly
/// once per matching local date and time: a time that is left out runs right after the gap, one that comes twice runs the
/// first time. All others (`*`, a range or a step in one of these) follow real time.
///
/// # Options
///
/// | option | default | meaning |
/// |---|---|---|
/// | `every = "10s"` | | the time from one due run to the next, at least `"1ms"`; it does not drift |
/// | `delay = "10s"` | | the time from the end of one run to the next |
/// | `cron = "…"` | | the local dates and times of its runs; exactly one of these three is required |
/// | `tz = "Europe/Berlin"` | `"UTC"` | the time zone of `cron` |
/// | `days = "…"` | none | where both day fields are restricted: `"any"` of them is enough, or `"all"` have to hold |
/// | `first = "1s"` | `"0s"` | the wait before the first run; not for `cron` |
/// | `jitter = "5s"` | `"0s"` | the most that is added to each due time, anew each time; less than the distance between them |
/// | `timeout = "1m"` | none | a run that takes longer is cancelled and has failed |
/// | `overlap = "…"` | `"skip"` | when the run before is still going: `"skip"`, `"queue"` one, `"allow"` both, `"cancel"` the one before |
/// | `missed = "…"` | `"once"` | what happens to due times that passed while the process could not run: `"once"`, `"skip"`, `"all"` |
/// | `retries = 3` | `0` | how often a failed run is tried again |
/// | `backoff = "1s..1m"` | `"1s..1m"` | the shortest and the longest wait before a retry |
/// | `on_failure = "…"` | `"continue"` | `"continue"` with the schedule, or `"stop"` the host |
/// | `max_failures = 5` | none | so many failed runs in a row stop the host |
/// | `name`, `group`, `enabled`, `after`, `stop_timeout`, `crate` | | as on [`macro@hosted_service`] |
///
/// A `fn` runs on a thread, and nobody can cancel a thread: after its `timeout` it has failed, and with `overlap = "cancel"` the next
/// run is asked for, but it keeps its place until it ends, so that it never runs beside itself unless `overlap = "allow"` says so.
///
/// Beside `delay` there is never more than one due time to make up for: `missed = "once"` and `"all"` both run it, however late;
/// `"skip"` drops it when it comes too late (by more than 5 s, or a tenth of the delay if that is longer), and the delay counts anew.
///
/// # Errors
///
/// As [`macro@hosted_service`]; none of `every`, `delay` and `cron`, or more than one; and every wrong cron expression, with
/// the wrong field underlined: a value outside of its field, a step beyond it, a date that never comes, both day fields
/// restricted without `days`, a zone inside the expression. A zone that does not exist, a `jitter` that is as long as the due times lie
/// apart, and a schedule that is never due are found before the host starts.
#[proc_macro_attribute]
pub fn timed(arguments: TokenStream, item: TokenStream) -> TokenStream {
    timed::expand(arguments.into(), item.into()).into()
}

/// Calls a function at one moment of the host's life: `starting`, `started`, `stopping` or `stopped`.
///
/// A failing `starting` or `started` hook is a failed start; a failing `stopping` or `stopped` hook is a failure that
/// stops nothing else. Each has ten seconds, and those of one moment run at the same time. `stopping` hooks run only if the
/// start came as far as the `started` hooks, `stopped` hooks always, also after a start that failed.
///
/// ```ignore
/// #[on(started)]
/// fn announce() {
///     println!("ready");
/// }
/// ```
///
/// Its one option is `crate = "path"`, as on [`macro@hosted_service`].
///
/// # Errors
///
/// As [`macro@hosted_service`], and anything but exactly one moment.
#[proc_macro_attribute]
pub fn on(arguments: TokenStream, item: TokenStream) -> TokenStream {
    on::expand(arguments.into(), item.into()).into()
}

/// What `hostkit::main!` calls; use that.
#[doc(hidden)]
#[proc_macro]
pub fn main_function(input: TokenStream) -> TokenStream {
    main_function::expand(input.into()).into()
}
