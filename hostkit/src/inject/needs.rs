//! What a function's parameters ask for, gathered while the plan is validated.

use std::any::{TypeId, type_name};
use std::marker::PhantomData;
use std::sync::Arc;

use super::Kind;

/// Gathers what the parameters of one function need; see [`Param`](super::Param).
#[derive(Debug)]
pub struct Needs<K: Kind> {
    wants: Wants,
    kind: PhantomData<fn() -> K>,
}

/// What one service asks for, its kind forgotten.
#[derive(Debug, Default)]
pub(crate) struct Wants {
    pub(crate) values: Vec<Want>,
    /// It counts as started only when it says so.
    pub(crate) ready: bool,
    /// It beats.
    pub(crate) heartbeat: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Want {
    /// `Arc<T>`, and `Arc<Arc<T>>` for a value that was given to the host in an `Arc`.
    pub(crate) keys: [TypeId; 2],
    pub(crate) of: &'static str,
    pub(crate) optional: bool,
    /// A service brings it, for whoever takes it: then `of` is what that service handles.
    pub(crate) brought: bool,
}

impl<K: Kind> Needs<K> {
    pub(crate) fn of(ask: impl FnOnce(&mut Needs<K>)) -> Wants {
        let mut needs = Needs { wants: Wants::default(), kind: PhantomData };
        ask(&mut needs);
        needs.wants
    }

    /// A shared value of type `T` must be there.
    pub fn value<T: ?Sized + Send + Sync + 'static>(&mut self) {
        self.want::<T>(false);
    }

    /// A shared value of type `T` is used when it is there.
    pub fn optional_value<T: ?Sized + Send + Sync + 'static>(&mut self) {
        self.want::<T>(true);
    }

    fn want<T: ?Sized + Send + Sync + 'static>(&mut self, optional: bool) {
        let keys = [TypeId::of::<Arc<T>>(), TypeId::of::<Arc<Arc<T>>>()];
        self.wants.values.push(Want { keys, of: type_name::<T>(), optional, brought: false });
    }

    /// A service that handles `of` must be there, which brings this value.
    #[cfg(feature = "queue")]
    pub(crate) fn brought<T: Send + Sync + 'static>(&mut self, of: &'static str) {
        let keys = [TypeId::of::<Arc<T>>(); 2];
        self.wants.values.push(Want { keys, of, optional: false, brought: true });
    }

    pub(crate) fn ready(&mut self) {
        self.wants.ready = true;
    }

    pub(crate) fn heartbeat(&mut self) {
        self.wants.heartbeat = true;
    }
}

impl Wants {
    pub(crate) fn join(&mut self, other: Wants) {
        self.values.extend(other.values);
        self.ready |= other.ready;
        self.heartbeat |= other.heartbeat;
    }
}
