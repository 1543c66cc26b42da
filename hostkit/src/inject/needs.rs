//! What a function's parameters ask for, gathered while the plan is validated.

use std::any::{TypeId, type_name};
use std::marker::PhantomData;
use std::sync::Arc;

use super::Kind;
#[cfg(feature = "config")]
use crate::config::SectionNeed;

/// Gathers what the parameters of one function need; see [`Param`](super::Param).
#[derive(Debug)]
pub struct Needs<K: Kind> {
    wants: NeedSet,
    kind: PhantomData<fn() -> K>,
}

/// What one service asks for, its kind forgotten.
#[derive(Debug, Default)]
pub(crate) struct NeedSet {
    /// It is called again and again, and may want values that are made anew for each run.
    pub(crate) runs: bool,
    pub(crate) values: Vec<Need>,
    /// Values that come with other services: the doors to the work that they accept.
    #[cfg(feature = "queue")]
    pub(crate) brought: Vec<Need>,
    /// Sections of the configuration.
    #[cfg(feature = "config")]
    pub(crate) sections: Vec<SectionNeed>,
    /// It counts as started only when it says so.
    pub(crate) ready: bool,
    /// It beats.
    pub(crate) heartbeat: bool,
}

/// What a `T` is found by: `Arc<T>`, and `Arc<Arc<T>>` where it was given to the host in an `Arc`.
pub(crate) fn keys<T: ?Sized + 'static>() -> [TypeId; 2] {
    [TypeId::of::<Arc<T>>(), TypeId::of::<Arc<Arc<T>>>()]
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Need {
    pub(crate) keys: [TypeId; 2],
    pub(crate) of: &'static str,
    pub(crate) optional: bool,
}

impl<K: Kind> Needs<K> {
    pub(crate) fn of(ask: impl FnOnce(&mut Needs<K>)) -> NeedSet {
        let mut needs = Needs { wants: NeedSet { runs: K::RUNS, ..NeedSet::default() }, kind: PhantomData };
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
        self.wants.values.push(Need { keys: keys::<T>(), of: type_name::<T>(), optional });
    }

    /// A service that handles `of` must be there, which brings this value.
    #[cfg(feature = "queue")]
    pub(crate) fn brought<T: Send + Sync + 'static>(&mut self, of: &'static str) {
        let keys = [TypeId::of::<Arc<T>>(); 2];
        self.wants.brought.push(Need { keys, of, optional: false });
    }

    #[cfg(feature = "config")]
    pub(crate) fn section(&mut self, want: SectionNeed) {
        self.wants.sections.push(want);
    }

    pub(crate) fn ready(&mut self) {
        self.wants.ready = true;
    }

    pub(crate) fn heartbeat(&mut self) {
        self.wants.heartbeat = true;
    }
}

impl NeedSet {
    /// The queues that it fills.
    #[cfg(feature = "queue")]
    pub(crate) fn queues(&self) -> &[Need] {
        &self.brought
    }

    #[cfg(not(feature = "queue"))]
    pub(crate) fn queues(&self) -> &[Need] {
        &[]
    }

    pub(crate) fn join(&mut self, other: NeedSet) {
        self.values.extend(other.values);
        #[cfg(feature = "queue")]
        self.brought.extend(other.brought);
        #[cfg(feature = "config")]
        self.sections.extend(other.sections);
        self.ready |= other.ready;
        self.heartbeat |= other.heartbeat;
    }
}
