//! The values that are made anew for each run of a service: made before its function is called, closed and dropped after it.
//!
//! A service that needs none of them never comes here.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::offload::on_pool_counted;
use super::pool_wait::PoolWait;
use super::{AnyProvider, Call, StartedCall};
use crate::inject::{Context, Values};
use crate::outcome::failure::Failure;
use crate::outcome::result::RunResult;
use crate::param::task_pool::TaskPool;
use crate::state::{Role, ServiceRecord};
use crate::sync::{BoxFuture, CatchUnwind, catch_panic};
use crate::time::tick_info::TickInfo;

/// The providers of one service's own values, each after those that it needs, and what closing may take.
#[derive(Clone)]
pub(crate) struct RunScope {
    pub(crate) providers: Arc<[Arc<AnyProvider>]>,
    pub(crate) close_timeout: Duration,
}

/// A function that takes values of its own.
pub(super) struct RunScoped {
    call: Arc<dyn Call>,
    fresh: RunScope,
}

impl RunScoped {
    /// Puts itself around the call.
    pub(super) fn around(call: &mut Arc<dyn Call>, fresh: RunScope) {
        *call = Arc::new(RunScoped { call: call.clone(), fresh });
    }
}

impl Call for RunScoped {
    fn call(&self, context: &Context, due: Option<&TickInfo>) -> StartedCall {
        let (call, fresh, context, due) =
            (self.call.clone(), self.fresh.clone(), context.clone(), due.copied());
        if self.blocks() {
            return StartedCall::Firm(Box::new(move |wait| Box::pin(run(call, fresh, context, due, wait))));
        }
        StartedCall::Task(Box::pin(run(call, fresh, context, due, PoolWait::default())))
    }

    fn blocks(&self) -> bool {
        self.call.blocks()
    }
}

async fn run(
    call: Arc<dyn Call>,
    fresh: RunScope,
    context: Context,
    due: Option<TickInfo>,
    wait: PoolWait,
) -> RunResult {
    let mut own = RunValues::new(&fresh, &context);
    if let Err(failure) = own.make_all(&fresh).await {
        return both(Err(failure), own.close().await, &own.context);
    }
    let outcome = match catch_panic(|| call.call(&own.context, due.as_ref())) {
        Ok(StartedCall::Task(task)) => CatchUnwind::new(task).await.flatten(),
        Ok(StartedCall::Firm(begin)) => CatchUnwind::new(begin(wait)).await.flatten(),
        Ok(StartedCall::Blocking(job)) => {
            let context = own.context.clone();
            // They go along: should nobody wait for the thread any more, they are closed when it has ended.
            let job = move || (catch_panic(job).flatten(), own);
            match on_pool_counted(&context, &wait, job).await {
                Ok((outcome, back)) => {
                    own = back;
                    outcome
                }
                Err(failure) => return Err(failure),
            }
        }
        Err(failure) => Err(failure),
    };
    both(outcome, own.close().await, &own.context)
}

/// How the run went, and how the closing after it. The run's failure came first.
fn both(ran: RunResult, closed: RunResult, context: &Context) -> RunResult {
    match (ran, closed) {
        (ran, Ok(())) => ran,
        (Ok(()), closed) => closed,
        (Err(failure), Err(closed)) => {
            too(closed, context);
            Err(failure)
        }
    }
}

/// Closing failed as well, which is not what the run failed of.
pub(super) fn too(closed: Failure, context: &Context) {
    tracing::error!(target: "hostkit", error = %closed, "closing failed, after the run had");
    context.record.failed(closed);
}

/// What was made for one run. Dropped with something left, for the run was cancelled, it leaves the rest to a task.
pub(super) struct RunValues {
    values: Arc<Values>,
    /// In the order of the making, and whether closing it has begun.
    made: Vec<(Arc<AnyProvider>, bool)>,
    close_timeout: Duration,
    context: Context,
    /// It is a task's already: what that can't do nobody can.
    is_rest: bool,
}

impl RunValues {
    pub(super) fn new(fresh: &RunScope, context: &Context) -> Self {
        let mut values = Values::default();
        fresh.providers.iter().for_each(|provision| values.reserve(provision.key()));
        let values = Arc::new(values);
        let context = Context { own: Some(values.clone()), ..context.clone() };
        RunValues { values, made: Vec::new(), close_timeout: fresh.close_timeout, context, is_rest: false }
    }

    /// The service's context, with them in it.
    #[cfg(feature = "queue")]
    pub(super) fn context(&self) -> &Context {
        &self.context
    }

    pub(super) async fn make_all(&mut self, fresh: &RunScope) -> RunResult {
        for provision in fresh.providers.iter() {
            if let Err(failure) = self.make(provision).await {
                return Err(failure.during(&format!("its `{}` could not be made", provision.name)));
            }
        }
        Ok(())
    }

    async fn make(&mut self, provision: &Arc<AnyProvider>) -> Result<(), Failure> {
        let made = provision.make(&self.context).await?;
        self.values.put(provision.key(), provision.of, made);
        self.made.push((provision.clone(), false));
        Ok(())
    }

    /// Closes and drops them, in reverse order. All of them are tried, and the first failure is told.
    pub(super) async fn close(&mut self) -> RunResult {
        self.context.own = None; // from here on nobody else has them
        let mut closed = Ok(());
        while let Some((provision, begun)) = self.made.last_mut() {
            let provision = provision.clone();
            if !std::mem::replace(begun, true)
                && let Some(made) = self.values.at(provision.key())
            {
                let timeout = provision.close_timeout.unwrap_or(self.close_timeout);
                closed = both(closed, provision.close_within(made, timeout).await, &self.context);
            }
            self.made.pop();
            // Not where a call that was cancelled still runs and has it: then it is dropped with that.
            if let Some(made) = Arc::get_mut(&mut self.values).and_then(|values| values.take(provision.key()))
            {
                closed = both(closed, provision.dispose(made, &self.context).await, &self.context);
            }
        }
        closed
    }
}

impl Drop for RunValues {
    fn drop(&mut self) {
        if self.made.is_empty() || self.is_rest {
            return;
        }
        let Some(pool) = self.context.shared.values.get::<TaskPool>() else { return };
        let record = ServiceRecord::apart(Role::Task, format!("{}/close", self.context.record.name()));
        let mut rest = RunValues {
            values: std::mem::take(&mut self.values),
            made: std::mem::take(&mut self.made),
            close_timeout: self.close_timeout,
            context: Context { own: None, ..self.context.clone() },
            is_rest: true,
        };
        self.context.own = None;
        let rest: BoxFuture<'static, RunResult> = Box::pin(async move { rest.close().await });
        pool.spawn(record, rest);
    }
}

impl fmt::Debug for RunScope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.providers.iter().map(|provision| &provision.name)).finish()
    }
}
