//! A shared value, asked for by its type.

use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

use super::{Kind, Needs, Param, Scope, Shareable};

/// The host's one shared `T`: derefs to it, clones as cheaply as an `Arc`.
///
/// Values are made by [`#[provides]`](macro@crate::provides) functions, or given to the host by
/// [`HostBuilder::provide`](crate::HostBuilder::provide). One that is missing is found before anything starts. `T` may be a trait
/// object (`Dep<dyn Mailer>`, from an `Arc<dyn Mailer>`), and `Option<Dep<T>>` is nothing when nobody provides a `T`.
///
/// ```standalone_crate
/// use hostkit::prelude::*;
///
/// struct Feed;
/// impl Feed {
///     async fn poll(&self) {}
/// }
///
/// #[provides]
/// async fn feed() -> hostkit::Result<Feed> {
///     Ok(Feed)
/// }
///
/// #[hosted_service]
/// async fn poller(feed: Dep<Feed>) {
///     feed.poll().await;
/// }
///
/// hostkit::main!();
/// ```
pub struct Dep<T: ?Sized>(Arc<T>);

impl<T: ?Sized> Dep<T> {
    /// The `Arc` within, for what wants one.
    pub fn into_inner(self) -> Arc<T> {
        self.0
    }
}

impl<T: ?Sized> From<Arc<T>> for Dep<T> {
    /// For calling an annotated function by hand, in a unit test say.
    fn from(value: Arc<T>) -> Self {
        Dep(value)
    }
}

impl<T: ?Sized> Deref for Dep<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T: ?Sized> Clone for Dep<T> {
    fn clone(&self) -> Self {
        Dep(self.0.clone())
    }
}

impl<T: ?Sized + fmt::Debug> fmt::Debug for Dep<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl<K: Kind, T: ?Sized + Shareable> Param<K> for Dep<T> {
    fn needs(needs: &mut Needs<K>) {
        needs.value::<T>();
    }

    fn get(scope: &Scope<'_, K>) -> Self {
        Dep(scope.value())
    }
}

impl<K: Kind, T: ?Sized + Shareable> Param<K> for Arc<T> {
    fn needs(needs: &mut Needs<K>) {
        needs.value::<T>();
    }

    fn get(scope: &Scope<'_, K>) -> Self {
        scope.value()
    }
}

impl<K: Kind, T: ?Sized + Shareable> Param<K> for Option<Dep<T>> {
    fn needs(needs: &mut Needs<K>) {
        needs.optional_value::<T>();
    }

    fn get(scope: &Scope<'_, K>) -> Self {
        scope.optional_value().map(Dep)
    }
}
