//! A provider: a function that makes a value for all who ask for its type, and perhaps one that closes it.

use std::any::TypeId;
use std::fmt;
use std::marker::PhantomData;
use std::sync::{Arc, Weak};
use std::time::Duration;

use super::closes::Closes;
use hostkit_grammar::duration::show;
use hostkit_grammar::{self as grammar, Attribute, OptionProblem, Value};

use super::maker::Maker;
use super::offload::on_pool;
use super::provider_return::{ProviderFuture, ProviderJob};
use crate::inject::{AnyValue, Context, HostContext, NeedSet, Needs, Scope, ValueProvider, keys};
use crate::outcome::failure::Failure;
use crate::outcome::result::{Result, RunResult};
use crate::param::task_pool::TaskPool;
use crate::state::{Role, ServiceName, ServiceRecord};
use crate::sync::live_count::LiveGuard;
use crate::sync::{BoxFuture, CatchUnwind, PanicSafeDrop, catch_panic};
use crate::time::clock;

/// For how long a provided value lasts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum Lifetime {
    /// As long as the host: there is one, and all share it.
    #[default]
    Host,
    /// One run: each run of a timer, and each job, has its own.
    Run,
}

/// A provider and its options; the builder's form of `#[provides(…)]`. `T` is what is asked for as `Dep<T>`.
///
/// ```
/// use hostkit::prelude::*;
/// use hostkit::Host;
/// use hostkit::builder::Provider;
///
/// struct Feed;
/// impl Feed {
///     async fn close(&self) {}
/// }
///
/// async fn connect() -> hostkit::Result<Feed> {
///     Ok(Feed)
/// }
///
/// let host = Host::builder()
///     .provide_with("feed", Provider::new(connect).close(Feed::close))
///     .service("poller", |stop: Stop, feed: Dep<Feed>| async move {
///         stop.requested().await;
///         drop(feed);
///     })
///     .build();
/// assert!(host.is_ok());
/// ```
pub struct Provider<T: ?Sized> {
    provision: AnyProvider,
    of: PhantomData<fn() -> Arc<T>>,
}

/// A provider whose type is forgotten.
pub(crate) struct AnyProvider {
    pub(crate) name: ServiceName,
    /// What it makes, in words, and as it is asked for.
    pub(crate) of: &'static str,
    pub(crate) keys: [TypeId; 2],
    pub(crate) wants: NeedSet,
    pub(crate) lifetime: Lifetime,
    /// Only what somebody wrote.
    pub(crate) close_timeout: Option<Duration>,
    make: Maker<AnyValue>,
    close: Option<CloseFn>,
    /// What is wrong with its options.
    pub(crate) faults: Vec<OptionProblem>,
}

type CloseFn = Box<dyn Fn(&AnyValue) -> Option<BoxFuture<'static, RunResult>> + Send + Sync>;

impl<T: ?Sized + 'static> Provider<T> {
    fn made_by(wants: NeedSet, make: Maker<AnyValue>) -> Self {
        let of = std::any::type_name::<T>();
        let provision = AnyProvider {
            name: ServiceName::default(),
            of,
            keys: keys::<T>(),
            wants,
            lifetime: Lifetime::Host,
            close_timeout: None,
            make,
            close: None,
            faults: Vec::new(),
        };
        Provider { provision, of: PhantomData }
    }

    /// An `async fn` with its parameters.
    #[doc(hidden)]
    pub fn task<N, C>(needs: N, call: C) -> Self
    where
        N: FnOnce(&mut Needs<ValueProvider>),
        C: Fn(&Scope<'_, ValueProvider>) -> ProviderFuture<T> + Send + Sync + 'static,
    {
        Provider::made_by(
            Needs::of(needs),
            Maker::task(move |scope: &Scope<'_, ValueProvider>| call(scope).0),
        )
    }

    /// A `fn` with its parameters.
    #[doc(hidden)]
    pub fn job<N, C>(needs: N, call: C) -> Self
    where
        N: FnOnce(&mut Needs<ValueProvider>),
        C: Fn(&Scope<'_, ValueProvider>) -> ProviderJob<T> + Send + Sync + 'static,
    {
        Provider::made_by(
            Needs::of(needs),
            Maker::blocking(move |scope: &Scope<'_, ValueProvider>| call(scope).0),
        )
    }

    /// For how long a value of it lasts. Default: as long as the host.
    #[must_use]
    pub fn scope(mut self, lifetime: Lifetime) -> Self {
        self.provision.lifetime = lifetime;
        self
    }

    /// What closing one of its values may take. Default: what the host's `close_timeout` leaves.
    #[must_use]
    pub fn close_timeout(mut self, timeout: Duration) -> Self {
        self.provision.close_timeout = Some(timeout);
        self
    }

    /// Closes the value when nothing uses it any more: an `async` function or closure of `&T` or `Arc<T>`.
    #[must_use]
    pub fn close<M>(self, close: impl Closes<T, M>) -> Self {
        self.closing(move |value| close.closing(value))
    }

    #[doc(hidden)]
    #[must_use]
    pub fn closing<C>(mut self, close: C) -> Self
    where
        C: Fn(Arc<T>) -> BoxFuture<'static, RunResult> + Send + Sync + 'static,
    {
        self.provision.close =
            Some(Box::new(move |made| made.downcast_ref::<Arc<T>>().map(|value| close(value.clone()))));
        self
    }

    pub(crate) fn named(self, name: ServiceName) -> AnyProvider {
        let AnyProvider { mut faults, close, close_timeout, .. } = self.provision;
        if let (Some(limit), Ok(option)) =
            (close_timeout, grammar::find(Attribute::Provides, "close_timeout"))
        {
            let idle = close.is_none().then_some(OptionProblem::NoEffect { option });
            faults.extend(grammar::judge(option, &Value::Duration(limit)).err().or(idle));
        }
        AnyProvider { name, faults, close, close_timeout, ..self.provision }
    }
}

impl AnyProvider {
    /// What it makes is kept under this key.
    pub(crate) fn key(&self) -> TypeId {
        self.keys[0]
    }

    /// A new value. The call that begins it is made here and now.
    pub(crate) fn make(self: &Arc<Self>, context: &Context) -> BoxFuture<'static, Result<AnyValue, Failure>> {
        let unclaimed = AbandonedValue::new(self.clone(), context);
        let making = self.make.make(context, move |made| unclaimed.holds(made));
        Box::pin(async move { making.await?.claim().ok_or_else(|| Failure::said("its value was lost")) })
    }

    /// It is a `fn`, so its values may block when they are dropped.
    pub(crate) fn blocks(&self) -> bool {
        self.make.blocks()
    }

    /// Drops a value that it made, where it may block. Its panic is the failure.
    pub(crate) async fn dispose(&self, made: AnyValue, context: &Context) -> RunResult {
        let made = PanicSafeDrop::new(made);
        let dropped =
            if self.blocks() { on_pool(context, || made.dispose()).await.flatten() } else { made.dispose() };
        dropped.map_err(|failure| failure.while_dropped(&format!("`{}` (provides)", self.name)))
    }

    /// Closes it within `timeout`, as far as there is something to do.
    pub(crate) async fn close_within(&self, made: &AnyValue, timeout: Duration) -> RunResult {
        let Some(closing) = self.close(made) else { return Ok(()) };
        let closed = clock::within(timeout, closing).await;
        let closed =
            closed.unwrap_or_else(|| Err(Failure::said(format!("did not end within {}", show(timeout)))));
        closed.map_err(|failure| failure.during(&format!("closing its `{}`", self.name)))
    }

    pub(crate) fn closes(&self) -> bool {
        self.close.is_some()
    }

    /// The options that somebody wrote, as they are shown.
    #[cfg(feature = "cli")]
    pub(crate) fn options(&self) -> impl Iterator<Item = (&'static str, String)> {
        let scope = (self.lifetime == Lifetime::Run).then(|| ("scope", "run".to_owned()));
        let close = self.closes().then(|| ("close", "(a function)".to_owned()));
        let timeout = self.close_timeout.map(|time| ("close_timeout", hostkit_grammar::duration::show(time)));
        [scope, close, timeout].into_iter().flatten()
    }

    /// Closes a value that it made; nothing if there is nothing to do.
    pub(crate) fn close(&self, made: &AnyValue) -> Option<BoxFuture<'static, RunResult>> {
        match catch_panic(|| self.close.as_ref()?(made)).transpose()? {
            Ok(closing) => Some(Box::pin(async move { CatchUnwind::new(closing).await.flatten() })),
            Err(failure) => Some(Box::pin(std::future::ready(Err(failure)))),
        }
    }
}

impl<T: ?Sized> fmt::Debug for Provider<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Provider").field("of", &self.provision.of).finish_non_exhaustive()
    }
}

/// What was made. If the thread of a `fn` made it and nobody waits for it any more, since a stop came first, it is closed and dropped by a task.
struct AbandonedValue {
    made: Option<AnyValue>,
    of: Arc<AnyProvider>,
    /// Weakly: on a thread that is left behind it would keep the host's values.
    shared: Weak<HostContext>,
    record: Arc<ServiceRecord>,
    /// What a `fn` made is work of the pool for as long as nobody has it.
    _one: Option<LiveGuard>,
}

/// What closing has, where nobody said.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(2);

impl AbandonedValue {
    fn new(of: Arc<AnyProvider>, context: &Context) -> Self {
        let one = of.blocks().then(|| context.shared.offloaded.one());
        let (shared, record) = (Arc::downgrade(&context.shared), context.record.clone());
        AbandonedValue { made: None, of, shared, record, _one: one }
    }

    fn holds(mut self, made: AnyValue) -> Self {
        self.made = Some(made);
        self
    }

    fn claim(mut self) -> Option<AnyValue> {
        self.made.take()
    }
}

impl Drop for AbandonedValue {
    fn drop(&mut self) {
        let Some(made) = self.made.take().map(PanicSafeDrop::new) else { return };
        let Some(shared) = self.shared.upgrade() else { return };
        let Some(pool) = shared.values.get::<TaskPool>() else { return };
        let (of, context) = (self.of.clone(), Context { shared, record: self.record.clone(), own: None });
        let record = ServiceRecord::apart(Role::Task, format!("{}/close", of.name));
        let rest: BoxFuture<'static, RunResult> = Box::pin(async move {
            let closed = of.close_within(&made, of.close_timeout.unwrap_or(CLOSE_TIMEOUT)).await;
            let dropped = of.dispose(made.into_inner(), &context).await;
            closed.and(dropped)
        });
        pool.spawn(record, rest);
    }
}
