//! A blueprint with the configuration laid over it: what validation judges, and what every command but `run` looks at.

use std::fmt;

use super::problem::Problem;
use super::settings::Settings;
use super::validate::Selection;
#[cfg(feature = "config")]
use crate::config::SectionNeed;
use crate::inject::{NeedSet, Values};
use crate::registry::{GivenValue, HookEntry, Origin, ProviderEntry, ServiceEntry};
use crate::service::{Definition, OptionSet};
use crate::state::ServiceName;
use crate::time::clock::WallClock;

/// Everything that a plan is made of. It may be wrong.
pub(crate) struct Draft {
    /// Sorted by name.
    pub(crate) entries: Vec<DraftService>,
    pub(crate) hooks: Vec<HookEntry>,
    pub(crate) providers: Vec<ProviderEntry>,
    pub(crate) values: Values,
    /// What is in `values`, each as it was given.
    pub(crate) given: Vec<GivenValue>,
    /// Sections of the configuration that there are, whether anything that runs reads them or not.
    #[cfg(feature = "config")]
    pub(crate) sections: Vec<(SectionNeed, Origin)>,
    pub(crate) settings: Settings,
    pub(crate) selection: Selection,
    /// What was found wrong on the way here.
    pub(crate) problems: Vec<Problem>,
    /// What is most likely not as it was meant.
    pub(crate) warnings: Vec<String>,
    /// Crates whose services may be missing.
    pub(crate) missed: Vec<String>,
    pub(crate) wall: WallClock,
    /// The host is a test's.
    pub(crate) under_test: bool,
}

/// A service whose options are final.
pub(crate) struct DraftService {
    pub(crate) name: ServiceName,
    pub(crate) origin: Origin,
    pub(crate) kind: &'static str,
    pub(crate) options: OptionSet,
    pub(crate) wants: NeedSet,
    pub(crate) made: Definition,
}

/// Why a service does not run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum OffReason<'a> {
    /// `enabled = false`, in code or at that place of the configuration.
    Disabled(Option<&'a str>),
    /// Neither its name nor its group is among those of `--only`.
    NotSelected,
    /// `--except`.
    Excepted,
}

impl Draft {
    /// Why this service does not run, if it does not.
    pub(crate) fn off<'a>(&self, entry: &'a DraftService) -> Option<OffReason<'a>> {
        match self.selection.leaves_out(entry) {
            None if !entry.is_enabled() => Some(OffReason::Disabled(entry.options.source("enabled"))),
            off => off,
        }
    }

    pub(crate) fn runs(&self, entry: &DraftService) -> bool {
        self.off(entry).is_none()
    }

    /// The position of the service of this name.
    pub(crate) fn index_of(&self, name: &str) -> Option<usize> {
        self.entries.binary_search_by(|entry| (*entry.name).cmp(name)).ok()
    }
}

impl DraftService {
    pub(crate) fn of(ServiceEntry { name, origin, declaration }: ServiceEntry) -> Self {
        let kind = declaration.kind;
        let (options, wants, made) = declaration.make();
        DraftService { name, origin, kind, options, wants, made }
    }

    pub(crate) fn is_enabled(&self) -> bool {
        self.options.flag("enabled").unwrap_or(true)
    }

    pub(crate) fn group(&self) -> Option<&str> {
        self.options.text("group")
    }

    pub(crate) fn after(&self) -> &[String] {
        self.options.names("after")
    }
}

impl fmt::Display for OffReason<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            OffReason::Disabled(None) => f.write_str("off: `enabled = false` in the code"),
            OffReason::Disabled(Some(source)) => write!(f, "off: `enabled = false` in {source}"),
            OffReason::NotSelected => f.write_str("off: not among `--only`"),
            OffReason::Excepted => f.write_str("off: among `--except`"),
        }
    }
}
