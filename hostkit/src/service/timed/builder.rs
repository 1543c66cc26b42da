//! A timed service and its options, as the builder and the attribute say them.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use hostkit_grammar::duration::show;
use hostkit_grammar::{Attribute, OptionProblem, Value};

use super::options::{FailureLevel, Missed, OnRunFailure, Overlap, TimerOptions};
use super::state::{TimerDefinition, run_timer};
use crate::inject::{Context, Kind, NeedSet, TimedService};
use crate::outcome::result::RunResult;
use crate::schedule::{Rhythm, Schedule};
use crate::service::handler::BlockingHandler;
use crate::service::run_scope::{RunScope, RunScoped};
use crate::service::{
    Call, Control, Declaration, Definition, IntoTimed, OnFailure, OptionSet as Said, Policy, Runner, Work,
    common_options,
};
use crate::sync::BoxFuture;
use crate::time::backoff::Backoff;

/// A timed service and its options; the builder's form of `#[timed(…)]`.
///
/// ```
/// use hostkit::{Every, Host};
/// use hostkit::builder::Timed;
///
/// async fn probe() -> hostkit::Result {
///     Ok(())
/// }
///
/// let host = Host::builder()
///     .timed("sweep", Every::secs(10), || async { tracing::info!("sweeping") })
///     .timed("probe", Every::secs(1), Timed::new(probe).max_failures(5))
///     .build();
/// assert!(host.is_ok());
/// ```
pub struct Timed {
    wants: NeedSet,
    call: Arc<dyn Call>,
    options: Said,
}

impl Timed {
    /// The timed service that an `async` closure (or function) with parameters is.
    pub fn new<M>(service: impl IntoTimed<M>) -> Self {
        service.into_timed()
    }

    /// The timed service that a blocking closure (or `fn`) with parameters is: it runs on the blocking pool.
    pub fn blocking<A>(service: impl BlockingHandler<TimedService, A>) -> Self {
        Timed::from_work(service.into_work())
    }

    #[doc(hidden)]
    pub fn from_work(work: Work<TimedService, impl Call>) -> Self {
        let Work { wants, call, .. } = work;
        Timed { wants, call: Arc::new(call), options: Said::new(Attribute::Timed) }
    }

    common_options!();

    fn options(&mut self) -> &mut Said {
        &mut self.options
    }

    /// The wait before the first run. Default: none.
    #[must_use]
    pub fn first(mut self, wait: Duration) -> Self {
        self.options.say("first", Value::Duration(wait));
        self
    }

    /// Adds up to this much to each due time, chosen anew each time; less than the distance between due times. Default: none.
    #[must_use]
    pub fn jitter(mut self, most: Duration) -> Self {
        self.options.say("jitter", Value::Duration(most));
        self
    }

    /// A run that takes longer is cancelled and has failed; its retries are within it. Default: none.
    ///
    /// A [`blocking`](Timed::blocking) run has a thread, which nobody can cancel: it has failed at once all the same, and keeps its
    /// place until it ends, so that it never runs beside itself. Until then due times meet it, as [`overlap`](Timed::overlap) says.
    /// While it waits for a thread of the blocking pool, because all are busy, its time stands still.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.options.say("timeout", Value::Duration(timeout));
        self
    }

    /// What happens at a due time when the run before is still going. Default: it is skipped.
    #[must_use]
    pub fn overlap(mut self, overlap: Overlap) -> Self {
        self.options.say_word("overlap", overlap);
        self
    }

    /// What happens to due times that passed while the process could not run, or that the wall clock leapt over. Default: one run makes
    /// up for all. A process that was down catches up with nothing when it starts: see [`Missed`].
    ///
    /// A fixed delay has one due time at a time, so there is never more than one to make up for: [`Missed::Once`] and
    /// [`Missed::All`] both run it, and [`Missed::Skip`] waits for the delay once more.
    #[must_use]
    pub fn missed(mut self, missed: Missed) -> Self {
        self.options.say_word("missed", missed);
        self
    }

    /// How often a failed run is tried again before it counts as failed. Default: not at all.
    #[must_use]
    pub fn retries(mut self, retries: u32) -> Self {
        self.options.say("retries", Value::Count(retries));
        self
    }

    /// The wait before a retry. Default: `1s..1m`.
    #[must_use]
    pub fn backoff(mut self, backoff: Backoff) -> Self {
        self.options.say("backoff", Value::Range(backoff.min(), backoff.max()));
        self
    }

    /// What happens when a run fails. Default: the schedule goes on.
    #[must_use]
    pub fn on_failure(mut self, on_failure: OnRunFailure) -> Self {
        self.options.say_word("on_failure", on_failure);
        self
    }

    /// So many failures in a row stop the host, with exit code 1. Default: no number does.
    #[must_use]
    pub fn max_failures(mut self, failures: u32) -> Self {
        self.options.say("max_failures", Value::Count(failures));
        self
    }

    /// How a failed run is logged, where the schedule goes on. Default: as an error.
    ///
    /// ```
    /// use hostkit::{Every, Host};
    /// use hostkit::builder::{FailureLevel, Timed};
    ///
    /// async fn poll() -> hostkit::Result {
    ///     Err("the other side is down, as it often is".into())
    /// }
    ///
    /// let poll = Timed::new(poll).failure_level(FailureLevel::Info);
    /// assert!(Host::builder().timed("poll", Every::secs(10), poll).build().is_ok());
    /// ```
    #[must_use]
    pub fn failure_level(mut self, level: FailureLevel) -> Self {
        self.options.say_word("failure_level", level);
        self
    }

    pub(crate) fn on(self, schedule: Schedule) -> Declaration {
        let Timed { wants, call, mut options } = self;
        schedule.say(&mut options);
        let make = move |said: &Said| {
            let (rhythm, options) =
                (Schedule::said(said).unwrap_or(schedule).rhythm(), TimerOptions::of(said));
            let rhythm = match rhythm {
                Ok(rhythm) => rhythm,
                Err(wrong) => {
                    return Definition::wrong(wrong.into_iter().chain(faults(None, &options)).collect());
                }
            };
            let mut policy = Policy::of(said);
            policy.on_failure = OnFailure::Stop; // what the timer lets through is meant to stop the host
            let control = Arc::new(Control::new());
            let definition =
                TimerDefinition { call, rhythm: rhythm.clone(), options, control: control.clone() };
            Definition {
                policy,
                faults: faults(Some(&rhythm), &definition.options),
                timer: Some(control),
                rhythm: Some(rhythm),
                first: definition.options.first,
                ..Definition::of(TimedRunner(Arc::new(definition)))
            }
        };
        let mut declaration = Declaration::new(TimedService::WORD, Attribute::Timed, wants, make);
        declaration.options = options;
        declaration
    }
}

/// What the table of options does not know.
fn faults(rhythm: Option<&Rhythm>, options: &TimerOptions) -> Vec<OptionProblem> {
    let mut faults = Vec::new();
    let mut refuse = |option, what: String, help| {
        faults.push(OptionProblem::refused(Attribute::Timed, option, what, help));
    };
    if let Some(rhythm) = rhythm
        && !options.jitter.is_zero()
        && let Some(closest) = rhythm.closest().filter(|closest| options.jitter >= *closest)
    {
        let which = if rhythm.span().is_some() { "due times" } else { "some due times" };
        let what = format!("is {}, but {which} lie {} apart", show(options.jitter), show(closest));
        refuse("jitter", what, "use less, so that they stay in order");
    }
    #[cfg(feature = "cron")]
    if let Some(Rhythm::Cron(times)) = rhythm
        && times.after(crate::time::clock::WallClock::default().now()).is_none()
    {
        refuse(
            "cron",
            "says that it is never due".into(),
            "its times lie where the clocks of its time zone leap over them, or after the year 9999; choose other times, \
             or another zone",
        );
    }
    faults
}

impl fmt::Debug for Timed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Timed").field("options", &self.options).finish_non_exhaustive()
    }
}

struct TimedRunner(Arc<TimerDefinition>);

impl Runner for TimedRunner {
    fn fresh(&mut self, fresh: RunScope) {
        if let Some(definition) = Arc::get_mut(&mut self.0) {
            RunScoped::around(&mut definition.call, fresh);
        }
    }

    fn run(&self, context: &Context, _: &Policy) -> BoxFuture<'static, RunResult> {
        context.record.started();
        Box::pin(run_timer(self.0.clone(), context.clone()))
    }
}
