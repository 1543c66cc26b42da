//! The options that every kind of service takes, written once.

use std::time::Duration;

use super::Terms;
use crate::life::Name;

/// What every service can be told, whatever its kind. In an attribute they have the same names.
pub trait ServiceOptions: Sized {
    #[doc(hidden)]
    fn common(&mut self) -> Common<'_>;

    /// The group that `--only` and `--except` select it by.
    #[must_use]
    fn group(mut self, group: impl Into<Name>) -> Self {
        *self.common().group = Some(group.into());
        self
    }

    /// Whether it runs at all. Default: yes.
    #[must_use]
    fn enabled(mut self, enabled: bool) -> Self {
        *self.common().enabled = enabled;
        self
    }

    /// Starts after these services have started, and stops before them.
    #[must_use]
    fn after<N: Into<Name>>(mut self, names: impl IntoIterator<Item = N>) -> Self {
        self.common().after.extend(names.into_iter().map(Into::into));
        self
    }

    /// How long it may take to stop before it is aborted. Default: 10 s; the host's own `stop_timeout` caps it.
    #[must_use]
    fn stop_timeout(mut self, timeout: Duration) -> Self {
        self.common().policy.stop_timeout = timeout;
        self
    }
}

/// Where the common options of a service are kept.
#[doc(hidden)]
#[derive(Debug)]
pub struct Common<'a> {
    pub(super) group: &'a mut Option<Name>,
    pub(super) enabled: &'a mut bool,
    pub(super) after: &'a mut Vec<Name>,
    pub(super) policy: &'a mut Terms,
}

impl super::Declaration {
    pub(super) fn common(&mut self) -> Common<'_> {
        Common {
            group: &mut self.group,
            enabled: &mut self.enabled,
            after: &mut self.after,
            policy: &mut self.policy,
        }
    }
}
