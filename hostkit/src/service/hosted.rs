//! A hosted service: a function that runs for as long as the host does.

use std::fmt;
use std::time::Duration;

use hostkit_grammar::{Attribute, OptionProblem, Value};

use super::offload::{RunThreads, on_thread};
use super::pool_wait::PoolWait;
use super::{
    Call, Declaration, Definition, OnFailure, OnFinish, OptionSet, Policy, Runner, StartedCall, Stateful,
    Work, common_options,
};
use crate::inject::{Context, HostedService, Kind, NeedSet};
use crate::outcome::result::RunResult;
use crate::sync::BoxFuture;
use crate::sync::live_count::LiveCount;
use crate::time::backoff::Backoff;

/// A hosted service and its options; the builder's form of `#[hosted_service(…)]`.
///
/// ```
/// use hostkit::prelude::*;
/// use hostkit::Host;
/// use hostkit::builder::{Hosted, OnFailure};
///
/// # fn build() -> Result<Host, hostkit::BuildError> {
/// Host::builder()
///     .service("db", |stop: Stop| async move { stop.requested().await })
///     .service("pump", Hosted::new(|stop: Stop| async move { stop.requested().await }).after(["db"]).on_failure(OnFailure::Restart))
///     .build()
/// # }
/// # assert!(build().is_ok());
/// ```
pub struct Hosted(pub(super) Declaration);

impl Hosted {
    /// The service that an `async` closure (or function) with parameters is.
    pub fn new<M>(service: impl super::IntoHosted<M>) -> Self {
        service.into_hosted()
    }

    /// The service that a blocking closure (or `fn`) with parameters is: it gets a thread of its own.
    pub fn blocking<A>(service: impl super::handler::BlockingHandler<HostedService, A>) -> Self {
        Hosted::from_work(service.into_work())
    }

    #[doc(hidden)]
    pub fn from_work(work: Work<HostedService, impl Call>) -> Self {
        let Work { wants, call, .. } = work;
        let ready = wants.ready;
        let threads = call.blocks().then(LiveCount::default);
        Hosted::declared(wants, FunctionRunner { call, ready, threads })
    }

    #[doc(hidden)]
    pub fn stateful<T: Send + 'static>(service: Stateful<T>) -> Self {
        let (wants, runner) = service.into_runner();
        Hosted::declared(wants, runner)
    }

    fn declared(wants: NeedSet, runner: impl Runner) -> Self {
        let beats = wants.heartbeat;
        Hosted(Declaration::new(HostedService::WORD, Attribute::HostedService, wants, move |options| {
            Definition {
                policy: Policy::of(options),
                heartbeat: options.duration("heartbeat"),
                faults: faults(options, beats),
                ..Definition::of(runner)
            }
        }))
    }

    common_options!();

    fn options(&mut self) -> &mut OptionSet {
        &mut self.0.options
    }

    pub(crate) fn into_declaration(self) -> Declaration {
        self.0
    }

    /// What happens when it fails. Default: the host stops.
    #[must_use]
    pub fn on_failure(mut self, on_failure: OnFailure) -> Self {
        self.0.options.say_word("on_failure", on_failure);
        self
    }

    /// What happens when it returns. Default: the host goes on.
    #[must_use]
    pub fn on_finish(mut self, on_finish: OnFinish) -> Self {
        self.0.options.say_word("on_finish", on_finish);
        self
    }

    /// How long to wait before a restart. Default: `1s..1m`; it starts over after a run longer than [`within`](Hosted::within).
    #[must_use]
    pub fn backoff(mut self, backoff: Backoff) -> Self {
        self.0.options.say("backoff", Value::Range(backoff.min(), backoff.max()));
        self
    }

    /// How many restarts any window of [`within`](Hosted::within) allows; the next failure stops the host. Default: 5.
    #[must_use]
    pub fn max_restarts(mut self, restarts: u32) -> Self {
        self.0.options.say("max_restarts", Value::Count(restarts));
        self
    }

    /// The window of [`max_restarts`](Hosted::max_restarts). Default: 1 min.
    #[must_use]
    pub fn within(mut self, window: Duration) -> Self {
        self.0.options.say("within", Value::Duration(window));
        self
    }

    /// How long it may take to start. Default: 30 s.
    #[must_use]
    pub fn start_timeout(mut self, timeout: Duration) -> Self {
        self.0.options.say("start_timeout", Value::Duration(timeout));
        self
    }

    /// How long its [`Heartbeat`](crate::param::Heartbeat) may stay away. Default: not watched.
    #[must_use]
    pub fn heartbeat(mut self, limit: Duration) -> Self {
        self.0.options.say("heartbeat", Value::Duration(limit));
        self
    }
}

impl fmt::Debug for Hosted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hosted").field("options", &self.0.options).finish_non_exhaustive()
    }
}

/// What the table of options does not know.
fn faults(options: &OptionSet, beats: bool) -> Vec<OptionProblem> {
    match options.duration("heartbeat") {
        Some(_) if !beats => vec![OptionProblem::refused(
            Attribute::HostedService,
            "heartbeat",
            "is set, but the service has no `Heartbeat` to beat with",
            "add a parameter `heart: Heartbeat`, or remove the option",
        )],
        _ => Vec::new(),
    }
}

struct FunctionRunner<C> {
    call: C,
    /// It says itself when it has started.
    ready: bool,
    /// Of a `fn`.
    threads: Option<LiveCount>,
}

impl<C: Call> Runner for FunctionRunner<C> {
    fn run(&self, context: &Context, _: &Policy) -> BoxFuture<'static, RunResult> {
        if !self.ready {
            context.record.started();
        }
        context.record.run_began();
        let of_run = self.threads.as_ref().map(|threads| RunThreads::begin(context, threads));
        let context = of_run.as_ref().map_or(context, |run| &run.context);
        match self.call.call(context, None) {
            StartedCall::Task(future) => future,
            StartedCall::Firm(begin) => begin(PoolWait::default()),
            StartedCall::Blocking(job) => {
                let context = context.clone();
                Box::pin(async move {
                    let ended = on_thread(&context, job).await.flatten();
                    if let Some(run) = of_run {
                        run.ended();
                    }
                    ended
                })
            }
        }
    }

    fn threads(&self) -> Option<&LiveCount> {
        self.threads.as_ref()
    }
}
