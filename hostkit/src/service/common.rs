//! The options that every kind of service takes, written once.

use std::time::Duration;

use hostkit_grammar::Value;

use super::OptionSet;
use crate::state::ServiceName;

/// What every service can be told, whatever its kind. In an attribute they have the same names.
pub trait ServiceOptions: Sized {
    #[doc(hidden)]
    fn common(&mut self) -> Common<'_>;

    /// The group that `--only` and `--except` select it by.
    #[must_use]
    fn group(mut self, group: impl Into<ServiceName>) -> Self {
        let group: ServiceName = group.into();
        self.common().0.say("group", Value::Text(group.into_owned()));
        self
    }

    /// Whether it runs at all. Default: yes.
    #[must_use]
    fn enabled(mut self, enabled: bool) -> Self {
        self.common().0.say("enabled", Value::Flag(enabled));
        self
    }

    /// Starts after these services have started, and stops before them.
    #[must_use]
    fn after(mut self, names: impl IntoNames) -> Self {
        let names = names.into_names().into_iter().map(ServiceName::into_owned);
        let common = self.common().0;
        let after = common.names("after").iter().cloned().chain(names).collect();
        common.say("after", Value::Names(after));
        self
    }

    /// How long it may take to stop before it is aborted. Default: 10 s; the host's own `stop_timeout` caps it.
    #[must_use]
    fn stop_timeout(mut self, timeout: Duration) -> Self {
        self.common().0.say("stop_timeout", Value::Duration(timeout));
        self
    }
}

/// One name, or several: what [`after`](ServiceOptions::after) takes.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a name or a list of names",
    label = "write `\"a\"` or `[\"a\", \"b\"]`"
)]
pub trait IntoNames {
    #[doc(hidden)]
    fn into_names(self) -> Vec<ServiceName>;
}

impl IntoNames for &'static str {
    fn into_names(self) -> Vec<ServiceName> {
        vec![self.into()]
    }
}

impl IntoNames for String {
    fn into_names(self) -> Vec<ServiceName> {
        vec![self.into()]
    }
}

impl<N: Into<ServiceName>, const COUNT: usize> IntoNames for [N; COUNT] {
    fn into_names(self) -> Vec<ServiceName> {
        self.into_iter().map(Into::into).collect()
    }
}

impl<N: Into<ServiceName>> IntoNames for Vec<N> {
    fn into_names(self) -> Vec<ServiceName> {
        self.into_iter().map(Into::into).collect()
    }
}

/// Where the options of a service are kept.
#[doc(hidden)]
#[derive(Debug)]
pub struct Common<'a>(pub(super) &'a mut OptionSet);
