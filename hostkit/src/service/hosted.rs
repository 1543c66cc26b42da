//! A hosted service: a function that runs for as long as the host does.

use std::fmt;
use std::time::Duration;

use super::offload::on_thread;
use super::options::Common;
use super::{Call, Called, Declaration, OnFailure, OnFinish, Policy, Runner, ServiceOptions, Stateful, Work};
use crate::backoff::Backoff;
use crate::inject::{Context, HostedService, Kind};
use crate::life::BoxFuture;
use crate::outcome::RunResult;

/// A hosted service and its options; the builder's form of `#[hosted_service(…)]`.
///
/// ```
/// use hostkit::prelude::*;
/// use hostkit::{Host, Hosted, OnFailure};
///
/// # fn build() -> Result<Host, hostkit::BuildError> {
/// Host::builder()
///     .service("db", |stop: Stop| async move { stop.requested().await })
///     .service("pump", Hosted::of(|stop: Stop| async move { stop.requested().await }).after(["db"]).on_failure(OnFailure::Restart))
///     .build()
/// # }
/// # assert!(build().is_ok());
/// ```
pub struct Hosted(pub(super) Declaration);

impl Hosted {
    /// The service that an `async` closure (or function) with parameters is.
    pub fn of<M>(service: impl super::IntoHosted<M>) -> Self {
        service.into_hosted()
    }

    /// The service that a blocking closure (or `fn`) with parameters is: it gets a thread of its own.
    pub fn blocking<A>(service: impl super::handler::BlockingHandler<HostedService, A>) -> Self {
        Hosted::new(service.into_work())
    }

    #[doc(hidden)]
    pub fn new(work: Work<HostedService, impl Call>) -> Self {
        let Work { wants, call, .. } = work;
        let ready = wants.ready;
        Hosted(Declaration::new(HostedService::WORD, wants).with(FunctionRunner { call, ready }))
    }

    #[doc(hidden)]
    pub fn stateful<T: Send + 'static>(service: Stateful<T>) -> Self {
        let (wants, runner) = service.into_runner();
        Hosted(Declaration::new(HostedService::WORD, wants).with(runner))
    }

    pub(crate) fn into_declaration(mut self) -> Declaration {
        let Policy { backoff, max_restarts, within, on_failure, .. } = &*self.0.policy;
        let mut faults = Vec::new();
        if backoff.min() > backoff.max() {
            faults.push(format!(
                "`backoff` begins at {} and ends at {}: write the shorter one first",
                hostkit_grammar::duration::show(backoff.min()),
                hostkit_grammar::duration::show(backoff.max())
            ));
        }
        if *on_failure == OnFailure::Restart && *max_restarts == 0 {
            faults.push(
                "`max_restarts` is 0, so it is never restarted: use 1 or more, or `on_failure = \"stop\"`"
                    .into(),
            );
        }
        if *on_failure == OnFailure::Restart && within.is_zero() {
            faults.push("`within` is 0: a window without length holds no restart; use 1s or more".into());
        }
        match (self.0.heartbeat, self.0.wants.heartbeat) {
            (Some(limit), _) if limit.is_zero() => faults.push("`heartbeat` is 0: use 1s or more".into()),
            (Some(_), false) => faults.push(
                "`heartbeat` is set, but the service has no `Heartbeat` to beat with: add a parameter `heart: Heartbeat`, \
                 or remove the option"
                    .into(),
            ),
            _ => {}
        }
        self.0.faults.extend(faults);
        self.0
    }

    /// What happens when it fails. Default: the host stops.
    #[must_use]
    pub fn on_failure(mut self, on_failure: OnFailure) -> Self {
        self.0.policy.on_failure = on_failure;
        self
    }

    /// What happens when it returns. Default: the host goes on.
    #[must_use]
    pub fn on_finish(mut self, on_finish: OnFinish) -> Self {
        self.0.policy.on_finish = on_finish;
        self
    }

    /// How long to wait before a restart. Default: `1s..1m`; it starts over after a run longer than [`within`](Hosted::within).
    #[must_use]
    pub fn backoff(mut self, backoff: Backoff) -> Self {
        self.0.policy.backoff = backoff;
        self
    }

    /// How many restarts any window of [`within`](Hosted::within) allows; the next failure stops the host. Default: 5.
    #[must_use]
    pub fn max_restarts(mut self, restarts: u32) -> Self {
        self.0.policy.max_restarts = restarts;
        self
    }

    /// The window of [`max_restarts`](Hosted::max_restarts). Default: 1 min.
    #[must_use]
    pub fn within(mut self, window: Duration) -> Self {
        self.0.policy.within = window;
        self
    }

    /// How long it may take to start. Default: 30 s.
    #[must_use]
    pub fn start_timeout(mut self, timeout: Duration) -> Self {
        self.0.policy.start_timeout = timeout;
        self
    }

    /// How long its [`Heartbeat`](crate::Heartbeat) may stay away. Default: not watched.
    #[must_use]
    pub fn heartbeat(mut self, limit: Duration) -> Self {
        self.0.heartbeat = Some(limit);
        self
    }
}

impl ServiceOptions for Hosted {
    fn common(&mut self) -> Common<'_> {
        self.0.common()
    }
}

impl fmt::Debug for Hosted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hosted").field("policy", &self.0.policy).finish_non_exhaustive()
    }
}

struct FunctionRunner<C> {
    call: C,
    /// It says itself when it has started.
    ready: bool,
}

impl<C: Call> Runner for FunctionRunner<C> {
    fn run(&self, context: &Context, _: &Policy) -> BoxFuture<'static, RunResult> {
        if !self.ready {
            context.record.started();
        }
        context.record.run_began();
        match self.call.call(context) {
            Called::Task(future) | Called::Firm(future) => future,
            Called::Blocking(job) => {
                let record = context.record.clone();
                Box::pin(async move { on_thread(record.name(), job).await.flatten() })
            }
        }
    }
}
