//! The values that are made anew for each run of a service: made before its function is called, closed and dropped after it.
//!
//! A service that needs none of them never comes here.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use hostkit_grammar::duration::show;

use super::offload::on_pool_counted;
use super::pool_wait::PoolWait;
use super::{Call, Called, Provision};
use crate::clock;
use crate::due::Due;
use crate::failure::Failure;
use crate::inject::{Context, Values};
use crate::life::{BoxFuture, Caught, Record, Role, caught};
use crate::outcome::RunResult;
use crate::pool::Pool;

/// The providers of one service's own values, each after those that it needs, and what closing may take.
#[derive(Clone)]
pub(crate) struct Fresh {
    pub(crate) providers: Arc<[Arc<Provision>]>,
    pub(crate) close_timeout: Duration,
}

/// A function that takes values of its own.
pub(super) struct PerRun {
    call: Arc<dyn Call>,
    fresh: Fresh,
}

impl PerRun {
    /// Puts itself around the call.
    pub(super) fn around(call: &mut Arc<dyn Call>, fresh: Fresh) {
        *call = Arc::new(PerRun { call: call.clone(), fresh });
    }
}

impl Call for PerRun {
    fn call(&self, context: &Context, due: Option<&Due>) -> Called {
        let (call, fresh, context, due) =
            (self.call.clone(), self.fresh.clone(), context.clone(), due.copied());
        if self.blocks() {
            return Called::Firm(Box::new(move |wait| Box::pin(run(call, fresh, context, due, wait))));
        }
        Called::Task(Box::pin(run(call, fresh, context, due, PoolWait::default())))
    }

    fn blocks(&self) -> bool {
        self.call.blocks()
    }
}

async fn run(
    call: Arc<dyn Call>,
    fresh: Fresh,
    context: Context,
    due: Option<Due>,
    wait: PoolWait,
) -> RunResult {
    let mut own = Own::new(&fresh, &context);
    if let Err(failure) = own.make_all(&fresh).await {
        return both(Err(failure), own.close().await, &own.context);
    }
    let outcome = match caught(|| call.call(&own.context, due.as_ref())) {
        Ok(Called::Task(task)) => Caught::new(task).await.flatten(),
        Ok(Called::Firm(begin)) => Caught::new(begin(wait)).await.flatten(),
        Ok(Called::Blocking(job)) => {
            let context = own.context.clone();
            // They go along: should nobody wait for the thread any more, they are closed when it has ended.
            let job = move || (caught(job).flatten(), own);
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

/// What was made for one run. Dropped with something unclosed, for the run was cancelled, it leaves the closing to a task.
pub(super) struct Own {
    values: Arc<Values>,
    made: Vec<Arc<Provision>>,
    close_timeout: Duration,
    context: Context,
}

impl Own {
    pub(super) fn new(fresh: &Fresh, context: &Context) -> Self {
        let mut values = Values::default();
        fresh.providers.iter().for_each(|provision| values.reserve(provision.key()));
        let values = Arc::new(values);
        let context = Context { own: Some(values.clone()), ..context.clone() };
        Own { values, made: Vec::new(), close_timeout: fresh.close_timeout, context }
    }

    /// The service's context, with them in it.
    #[cfg(feature = "queue")]
    pub(super) fn context(&self) -> &Context {
        &self.context
    }

    pub(super) async fn make_all(&mut self, fresh: &Fresh) -> RunResult {
        for provision in fresh.providers.iter() {
            if let Err(failure) = self.make(provision).await {
                return Err(failure.during(&format!("its `{}` could not be made", provision.name)));
            }
        }
        Ok(())
    }

    async fn make(&mut self, provision: &Arc<Provision>) -> Result<(), Failure> {
        let made = provision.make(&self.context).await?;
        self.values.put(provision.key(), made);
        self.made.push(provision.clone());
        Ok(())
    }

    /// In reverse order. All of them are tried, and the first failure is told.
    pub(super) async fn close(&mut self) -> RunResult {
        let mut closed = Ok(());
        while let Some(provision) = self.made.pop() {
            let timeout = provision.close_timeout.unwrap_or(self.close_timeout);
            closed = both(closed, closing(self.values.clone(), &provision, timeout).await, &self.context);
        }
        closed
    }
}

async fn closing(values: Arc<Values>, provision: &Provision, timeout: Duration) -> RunResult {
    let Some(closing) = values.at(provision.key()).and_then(|made| provision.close(made)) else {
        return Ok(());
    };
    let closed = clock::within(timeout, closing).await;
    let closed =
        closed.unwrap_or_else(|| Err(Failure::said(format!("did not end within {}", show(timeout)))));
    closed.map_err(|failure| failure.during(&format!("closing its `{}`", provision.name)))
}

impl Drop for Own {
    fn drop(&mut self) {
        self.made.retain(|provision| provision.closes());
        let (made, timeout) = (std::mem::take(&mut self.made), self.close_timeout);
        let (Some(pool), false) = (self.context.shared.values.get::<Pool>(), made.is_empty()) else { return };
        let (values, context) = (self.values.clone(), self.context.clone());
        let record = Record::apart(Role::Task, format!("{}/close", self.context.record.name()));
        let rest: BoxFuture<'static, RunResult> = Box::pin(async move {
            let mut closed = Ok(());
            for provision in made.iter().rev() {
                let timeout = provision.close_timeout.unwrap_or(timeout);
                let next = closing(values.clone(), provision, timeout).await;
                closed = both(closed, next, &context);
            }
            closed
        });
        pool.spawn(record, rest);
    }
}

impl fmt::Debug for Fresh {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.providers.iter().map(|provision| &provision.name)).finish()
    }
}
