//! An annotated item goes in; the same item and one registration beside it come out.
//!
//! Use these through the `hostkit` crate, which re-exports them. The code they write decides nothing: it calls the
//! builder that a program without attributes would call.

mod attribute;
mod conditions;
mod config;
mod enclosing;
mod errors;
mod function;
mod hosted_service;
mod inject;
mod item;
mod linkage;
mod literal;
mod main_function;
mod on;
mod options;
mod pairs;
mod provides;
mod queued;
mod quote_mixed_site;
mod repeated;
mod stateful;
mod timed;
mod zones;

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
/// | `after = "a"` or `["a", "b"]` | none | starts after these are started, stops before them: write it on a service that sends to `a` through a shared value, which does not order them |
/// | `start_timeout = "30s"` | `"30s"` | the time its start may take |
/// | `stop_timeout = "10s"` | `"10s"` | the time to end in when it is asked to stop |
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
/// Without `run` it lives until it is asked to stop. Other methods and constants in the block are left alone.
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
/// | `missed = "…"` | `"once"` | what happens to due times that passed while the process could not run: `"once"`, `"skip"`, `"all"`; not to those at which it was down |
/// | `retries = 3` | `0` | how often a failed run is tried again |
/// | `backoff = "1s..1m"` | `"1s..1m"` | the shortest and the longest wait before a retry |
/// | `on_failure = "…"` | `"continue"` | `"continue"` with the schedule, or `"stop"` the host |
/// | `max_failures = 5` | none | this number of failed runs in a row stops the host |
/// | `failure_level = "…"` | `"error"` | how a failed run is logged: `"error"`, `"warn"`, `"info"` |
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
/// each wrong field underlined: a value outside of its field, a step beyond it, a date that never comes, both day fields
/// restricted without `days`, a zone inside the expression; and a zone that does not exist. A `jitter` that is as long as the due times lie
/// apart, and a schedule that is never due are found before the host starts.
#[proc_macro_attribute]
pub fn timed(arguments: TokenStream, item: TokenStream) -> TokenStream {
    timed::expand(arguments.into(), item.into()).into()
}

/// Makes a function the handler of jobs: it runs once for each job that is enqueued. Its first parameter is the job.
///
/// An `async fn` runs as a task, a `fn` on the blocking pool. A function that takes a `Queue<T>` of the job's type enqueues.
///
/// ```ignore
/// #[derive(Serialize, Deserialize)]
/// struct Resize {
///     user: u64,
///     image: String,
/// }
///
/// #[queued(workers = 4, key = "user")]
/// async fn resize(job: Resize, images: Dep<ImageStore>) -> hostkit::Result {
///     images.shrink(&job.image).await?;
///     Ok(())
/// }
///
/// #[hosted_service]
/// async fn upload(queue: Queue<Resize>) -> hostkit::Result {
///     queue.enqueue(Resize { user: 7, image: "a.png".into() }).await?;
///     Ok(())
/// }
/// ```
///
/// What it returns decides: `Ok` is done; an error or a panic is tried again after a backoff, until `retries` is used up, and
/// then the job is *dead*: kept, listed with its errors, and retried when somebody asks. `hostkit::discard(error)` makes it dead at once,
/// `hostkit::snooze(time)` puts it off and uses no attempt, `hostkit::retry_after(time, error)` says when.
///
/// On stop a queue accepts until nothing that the host tracks can enqueue any more, and works off what it accepted, until the
/// deadline. What is left then is reported, by number and type.
///
/// An attempt takes the job, so a copy for the next one is made before: a clone where the type has `Clone`, else its JSON. What serde skips
/// (`#[serde(skip)]`) is gone at the second attempt then.
///
/// **Jobs are in the memory of the process**: what was accepted and not done is gone when it is killed or crashes, dead jobs too.
///
/// | option | default | meaning |
/// |---|---|---|
/// | `workers = 4` | `1` | how many jobs run at the same time |
/// | `capacity = 1024` | `1024` | how many jobs may wait; more have to wait to be enqueued |
/// | `retries = 3` | `3` | how often a failed job is tried again before it is dead |
/// | `backoff = "1s..1m"` | `"1s..1m"` | the shortest and the longest wait before a retry |
/// | `timeout = "30s"` | none | an attempt that takes longer is asked to stop, then cancelled, and has failed; a `fn` keeps its worker until it ends, since nobody can cancel a thread |
/// | `rate = "100/s"` | none | the most jobs that begin in that time (units `s`, `m`, `h`, `d`); this many may begin at once |
/// | `key = "user.id"` | none | the path to a field of the job, of which equal values run one at a time, in order |
/// | `aliases = ["old"]` | none | older names of the queue, for jobs that were written under one of them; jobs in memory never are |
/// | `in_memory` | | jobs never leave the process, and need no serde; one that is not `Clone` can't be tried again, and has `retries = 0` |
/// | `name`, `group`, `enabled`, `after`, `stop_timeout`, `crate` | | as on [`macro@hosted_service`] |
///
/// # Errors
///
/// As [`macro@hosted_service`]; a function without a job; a job type that serde can't write and read, unless `in_memory` is there; one that is
/// `in_memory`, is not `Clone` and has no `retries = 0`; and a `key` that is no field. Two handlers of one job type, and a `Queue<T>` that nobody handles, are found before the host starts.
#[proc_macro_attribute]
pub fn queued(arguments: TokenStream, item: TokenStream) -> TokenStream {
    queued::expand(arguments.into(), item.into()).into()
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

/// Makes a function the provider of its return type: what it returns is every `Dep<T>` and `Arc<T>` of the host.
///
/// It is called once, when the host starts, and only if something that runs needs the value, directly or through another
/// provider. Providers that do not need each other are called at the same time; an `async fn` as a task, a `fn` on the blocking
/// pool. Its parameters are injected, other provided values among them.
///
/// ```ignore
/// #[provides(close = Feed::close)]
/// async fn feed(pool: Dep<Pool>) -> hostkit::Result<Feed> {
///     Ok(Feed::connect(pool).await?)
/// }
///
/// #[provides]
/// fn mailer() -> Arc<dyn Mailer> {      // asked for as `Dep<dyn Mailer>`
///     Arc::new(Smtp::default())
/// }
/// ```
///
/// Values are dropped in reverse order of their making, after the `stopped` hooks and before the report, within `close_timeout`; one that a
/// `fn` made may block then. A panic of a drop is a failure: exit code 1, under the provider's name.
///
/// A value that two services share says nothing of which of them stops first. Where one sends to the other through it (a channel, a list
/// behind a lock), write `after` on the sender, with the receiver's name: what is `after` another stops before it, so the receiver
/// still runs when the last message comes. `Queue<T>` needs no such word.
///
/// It returns `T`, `Result<T, E>`, `Arc<dyn Trait>` or `Result<Arc<dyn Trait>, E>`. One that fails, panics or takes longer than the
/// host's `start_timeout` is a failed start, and what was made before it is closed.
///
/// | option | default | meaning |
/// |---|---|---|
/// | `close = path` | none | an `async fn` of `&T` or `Arc<T>`, called when nothing uses the value any more, in reverse order; its failure is exit code 1 |
/// | `close_timeout = "1s"` | its part of the host's | the time that this may take |
/// | `scope = "run"` | `"host"` | each run of a timer and each job (and each retry of them) has a value of its own, made before it and closed after it |
/// | `name = "…"` | the function's name | what it is called in the log and in the report |
/// | `crate` | | as on [`macro@hosted_service`] |
///
/// # Errors
///
/// As [`macro@hosted_service`]; and a function that returns nothing, or `impl Trait`. A missing provider, two of one type, a ring,
/// and a hosted service, a hook or a shared value that needs one with `scope = "run"` are found before the host starts.
#[proc_macro_attribute]
pub fn provides(arguments: TokenStream, item: TokenStream) -> TokenStream {
    provides::expand(arguments.into(), item.into()).into()
}

/// Makes a struct a section of the configuration, which `Config<T>` parameters hand out.
///
/// The struct has serde's `Deserialize`; its shape and its defaults are serde's too. A section can have a dotted path.
///
/// ```ignore
/// #[config("http", validate)]
/// #[derive(Deserialize)]
/// struct Http {
///     port: u16,
///     #[serde(default)]
///     timeout: Option<Duration>, // timeout = "30s"
///     max_body: ByteSize,        // max_body = "16MiB"
///     token: Secret<String>,     // never shown, wiped when dropped
/// }
///
/// impl Http {
///     fn validate(&self) -> Result<(), String> {
///         if self.port < 1024 { Err("`port` is for the system".into()) } else { Ok(()) }
///     }
/// }
/// ```
///
/// With `validate` the struct's method of that name is asked once its values are read: `fn validate(&self) -> Result<(), E>`.
/// Its other option is `crate = "path"`, as on [`macro@hosted_service`].
///
/// Before anything starts, the sections of all that is to run are read from `hostkit.toml`, the profile's file, the environment
/// (`HOSTKIT__HTTP__PORT=8080`) and `--set http.port=8080`, the last the highest. Everything that is wrong is reported together,
/// keys that no field has included. Files are strict: `"8080"` is no number and `8080` no text.
///
/// In what serde flattens, or tries several shapes for (`untagged`), keys are not checked and a `Duration` is not text: serde
/// buffers such values before it knows their types.
///
/// # Errors
///
/// Anything but a struct without generics, a section that is the host's own (`host`, `log`, `services`…) and a name that is
/// no path of keys do not compile.
#[proc_macro_attribute]
pub fn config(arguments: TokenStream, item: TokenStream) -> TokenStream {
    config::expand(arguments.into(), item.into()).into()
}

/// What `hostkit::main!` calls; use that.
#[doc(hidden)]
#[proc_macro]
pub fn main_function(input: TokenStream) -> TokenStream {
    main_function::expand(input.into()).into()
}

/// What `hostkit::link!` calls; use that.
#[doc(hidden)]
#[proc_macro]
pub fn link_crates(input: TokenStream) -> TokenStream {
    main_function::link(input.into()).into()
}
