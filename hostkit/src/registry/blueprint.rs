//! What a host is to be made of, as far as it was said. It grows, and may be wrong: validation tells.

use std::any::type_name;
use std::fmt;

use super::{Origin, discovered};
use crate::inject::Values;
use crate::life::Name;
use crate::schedule::Schedule;
#[cfg(feature = "queue")]
use crate::service::Queued;
use crate::service::{Declaration, Hook, Hosted, Moment, Timed};

/// What a host is to be made of.
#[doc(hidden)]
#[derive(Default)]
pub struct Blueprint {
    pub(crate) entries: Vec<Entry>,
    pub(crate) hooks: Vec<HookEntry>,
    pub(crate) values: Values,
    /// Types of which a second value was given, and where.
    pub(crate) twice: Vec<(&'static str, Origin)>,
    pub(crate) discovered: bool,
}

pub(crate) struct Entry {
    pub(crate) name: Name,
    pub(crate) origin: Origin,
    pub(crate) declaration: Declaration,
}

pub(crate) struct HookEntry {
    pub(crate) name: Name,
    pub(crate) origin: Origin,
    pub(crate) moment: Moment,
    pub(crate) hook: Hook,
}

impl Blueprint {
    /// Adds a hosted service.
    pub fn service(&mut self, origin: Origin, name: impl Into<Name>, hosted: Hosted) {
        self.add(origin, name.into(), hosted.into_declaration());
    }

    /// Adds a timed service.
    pub fn timed(
        &mut self,
        origin: Origin,
        name: impl Into<Name>,
        schedule: impl Into<Schedule>,
        timed: Timed,
    ) {
        self.add(origin, name.into(), timed.on(schedule.into()));
    }

    /// Adds a queued service.
    #[cfg(feature = "queue")]
    pub fn queued<T: Send + 'static>(&mut self, origin: Origin, name: impl Into<Name>, queued: Queued<T>) {
        self.add(origin, name.into(), queued.into_declaration());
    }

    /// Adds a hook.
    pub fn hook(&mut self, origin: Origin, name: impl Into<Name>, moment: Moment, hook: Hook) {
        self.hooks.push(HookEntry { name: name.into(), origin, moment, hook });
    }

    fn add(&mut self, origin: Origin, name: Name, declaration: Declaration) {
        self.entries.push(Entry { name, origin, declaration });
    }

    /// Puts a value in the place of any other of its type.
    #[cfg(feature = "testing")]
    pub(crate) fn replace<T: Send + Sync + 'static>(&mut self, value: T) {
        self.values.insert(value);
    }

    pub(crate) fn provide<T: Send + Sync + 'static>(&mut self, origin: Origin, value: T) {
        if !self.values.insert(value) {
            self.twice.push((type_name::<T>(), origin));
        }
    }

    /// Adds every annotated function of every linked crate; a second call adds nothing.
    pub(crate) fn discover(&mut self) {
        if !std::mem::replace(&mut self.discovered, true) {
            discovered().for_each(|registration| registration.install(self));
        }
    }
}

impl fmt::Debug for Blueprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.entries.iter().map(|entry| &entry.name).collect();
        f.debug_tuple("Blueprint").field(&names).finish()
    }
}
