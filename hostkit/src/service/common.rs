//! The options that every service takes: methods of each builder, written once.

/// Inside an `impl` of a builder that has `fn options(&mut self) -> &mut OptionSet`.
macro_rules! common_options {
    () => {
        /// The group that `--only` and `--except` select it by.
        #[must_use]
        pub fn group(mut self, group: impl Into<String>) -> Self {
            self.options().say("group", ::hostkit_grammar::Value::Text(group.into()));
            self
        }

        /// Whether it runs at all. Default: yes.
        #[must_use]
        pub fn enabled(mut self, enabled: bool) -> Self {
            self.options().say("enabled", ::hostkit_grammar::Value::Flag(enabled));
            self
        }

        /// Starts after these services have started, and stops before them.
        #[must_use]
        pub fn after(mut self, names: impl IntoIterator<Item: Into<String>>) -> Self {
            self.options().add_names("after", names);
            self
        }

        /// How long it may take to stop before it is aborted. Default: 10 s; the host's own `stop_timeout` caps it.
        #[must_use]
        pub fn stop_timeout(mut self, timeout: ::std::time::Duration) -> Self {
            self.options().say("stop_timeout", ::hostkit_grammar::Value::Duration(timeout));
            self
        }
    };
}
pub(crate) use common_options;
