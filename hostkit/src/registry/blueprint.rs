//! What a host is to be made of, as far as it was said. It grows, and may be wrong: validation tells.

use std::any::{TypeId, type_name};
use std::fmt;

use super::linkage::is_ignored;
use super::{Origin, Registration, discovered};
#[cfg(feature = "config")]
use crate::config::{Section, SectionNeed};
use crate::inject::{Values, keys};
#[cfg(feature = "queue")]
use crate::queue::Sendable;
use crate::schedule::Schedule;
#[cfg(feature = "queue")]
use crate::service::Queued;
use crate::service::{AnyProvider, Declaration, Hook, Hosted, Moment, Provider, Timed};
use crate::state::ServiceName;

/// What a host is to be made of.
#[doc(hidden)]
#[derive(Default)]
pub struct Blueprint {
    pub(crate) entries: Vec<ServiceEntry>,
    pub(crate) hooks: Vec<HookEntry>,
    pub(crate) providers: Vec<ProviderEntry>,
    pub(crate) values: Values,
    /// What is in `values`, each as it was given.
    pub(crate) given: Vec<GivenValue>,
    pub(crate) discovered: bool,
    /// Sections of the configuration that there are, whether anything that runs reads them or not.
    #[cfg(feature = "config")]
    pub(crate) sections: Vec<(SectionNeed, Origin)>,
}

pub(crate) struct ServiceEntry {
    pub(crate) name: ServiceName,
    pub(crate) origin: Origin,
    pub(crate) declaration: Declaration,
}

pub(crate) struct HookEntry {
    pub(crate) name: ServiceName,
    pub(crate) origin: Origin,
    pub(crate) moment: Moment,
    pub(crate) hook: Hook,
}

impl HookEntry {
    /// `on(started)`.
    #[cfg(feature = "cli")]
    pub(crate) fn kind(&self) -> String {
        format!("on({})", self.moment)
    }
}

pub(crate) struct ProviderEntry {
    pub(crate) origin: Origin,
    pub(crate) provision: AnyProvider,
}

/// A value that is there from the beginning.
pub(crate) struct GivenValue {
    pub(crate) keys: [TypeId; 2],
    pub(crate) of: &'static str,
    pub(crate) origin: Origin,
    /// It takes the place of whatever else has its type.
    pub(crate) instead: bool,
}

impl Blueprint {
    /// Adds a hosted service.
    pub fn service(&mut self, origin: Origin, name: impl Into<ServiceName>, hosted: Hosted) {
        self.add(origin, name.into(), hosted.into_declaration());
    }

    /// Adds a timed service.
    pub fn timed(
        &mut self,
        origin: Origin,
        name: impl Into<ServiceName>,
        schedule: impl Into<Schedule>,
        timed: Timed,
    ) {
        self.add(origin, name.into(), timed.on(schedule.into()));
    }

    /// Adds a queued service.
    #[cfg(feature = "queue")]
    pub fn queued<T: Sendable>(&mut self, origin: Origin, name: impl Into<ServiceName>, queued: Queued<T>) {
        self.add(origin, name.into(), queued.into_declaration());
    }

    /// Adds a hook.
    pub fn hook(&mut self, origin: Origin, name: impl Into<ServiceName>, moment: Moment, hook: Hook) {
        self.hooks.push(HookEntry { name: name.into(), origin, moment, hook });
    }

    /// Makes a section of the configuration known.
    #[cfg(feature = "config")]
    pub fn section<T: Section>(&mut self, origin: Origin) {
        self.sections.push((SectionNeed::of::<T>(), origin));
    }

    fn add(&mut self, origin: Origin, name: ServiceName, declaration: Declaration) {
        self.entries.push(ServiceEntry { name, origin, declaration });
    }

    /// Adds a provider.
    pub fn provider<T: ?Sized + 'static>(
        &mut self,
        origin: Origin,
        name: impl Into<ServiceName>,
        provider: Provider<T>,
    ) {
        self.providers.push(ProviderEntry { origin, provision: provider.named(name.into()) });
    }

    /// Puts a value in the place of any other of its type, whether that is there already or comes later.
    #[cfg(feature = "testing")]
    pub(crate) fn replace<T: Send + Sync + 'static>(&mut self, origin: Origin, value: T) {
        self.give(origin, value, true);
    }

    pub(crate) fn provide<T: Send + Sync + 'static>(&mut self, origin: Origin, value: T) {
        self.give(origin, value, false);
    }

    fn give<T: Send + Sync + 'static>(&mut self, origin: Origin, value: T, instead: bool) {
        let given = GivenValue { keys: keys::<T>(), of: type_name::<T>(), origin, instead };
        let replaced = self.given.iter().any(|known| known.instead && known.keys == given.keys);
        if instead || !replaced {
            self.values.insert(value);
        }
        self.given.push(given);
    }

    /// Adds every annotated function of every linked crate; a second call adds nothing.
    pub(crate) fn discover(&mut self) {
        if !std::mem::replace(&mut self.discovered, true) {
            for registration in discovered() {
                if is_ignored(registration.origin()) {
                    self.leave_out(registration);
                } else {
                    registration.install(self);
                }
            }
        }
    }

    /// Of a crate that `ignore = […]` names only the sections stay: the configuration may well be there for another program.
    fn leave_out(&mut self, registration: &'static Registration) {
        let mut aside = Blueprint::default();
        registration.install(&mut aside);
        #[cfg(feature = "config")]
        self.sections.append(&mut aside.sections);
    }
}

impl fmt::Debug for Blueprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.entries.iter().map(|entry| &entry.name).collect();
        f.debug_tuple("Blueprint").field(&names).finish()
    }
}
