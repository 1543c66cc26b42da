//! A user's function that makes a value, its parameters filled in: a provider, or the `new` of a service with state.

use super::offload::on_pool;
use crate::inject::{Context, Kind, Scope};
use crate::outcome::failure::Failure;
use crate::outcome::result::Result;
use crate::sync::{BoxFuture, CatchUnwind, catch_panic};

pub(super) enum Maker<T> {
    Task(Box<AsyncMaker<T>>),
    Blocking(Box<BlockingMaker<T>>),
}

type AsyncMaker<T> = dyn Fn(&Context) -> BoxFuture<'static, Result<T>> + Send + Sync;
type BlockingMaker<T> = dyn Fn(&Context) -> MakerJob<T> + Send + Sync;
pub(super) type MakerJob<T> = Box<dyn FnOnce() -> Result<T> + Send>;

impl<T: 'static> Maker<T> {
    pub(super) fn task<K: Kind>(
        call: impl Fn(&Scope<'_, K>) -> BoxFuture<'static, Result<T>> + Send + Sync + 'static,
    ) -> Self {
        Maker::Task(Box::new(move |context| call(&Scope::new(context))))
    }

    pub(super) fn blocking<K: Kind>(
        call: impl Fn(&Scope<'_, K>) -> MakerJob<T> + Send + Sync + 'static,
    ) -> Self {
        Maker::Blocking(Box::new(move |context| call(&Scope::new(context))))
    }

    /// Whether it is a `fn`, whose values may block when they are dropped.
    pub(super) fn blocks(&self) -> bool {
        matches!(self, Maker::Blocking(_))
    }

    /// A new value, put where `keep` says on the thread that made it. The call that begins it is made here and now.
    pub(super) fn make<U: Send + 'static>(
        &self,
        context: &Context,
        keep: impl FnOnce(T) -> U + Send + 'static,
    ) -> BoxFuture<'static, Result<U, Failure>> {
        let making: BoxFuture<'static, Result<Result<U>, Failure>> = match self {
            Maker::Task(make) => match catch_panic(|| make(context)) {
                Ok(making) => Box::pin(async move { Ok(CatchUnwind::new(making).await?.map(keep)) }),
                Err(failure) => Box::pin(std::future::ready(Err(failure))),
            },
            Maker::Blocking(make) => match catch_panic(|| make(context)) {
                Ok(making) => {
                    let context = context.clone();
                    Box::pin(async move { on_pool(&context, move || making().map(keep)).await })
                }
                Err(failure) => Box::pin(std::future::ready(Err(failure))),
            },
        };
        Box::pin(async move { making.await?.map_err(Failure::of) })
    }
}
