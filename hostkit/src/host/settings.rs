//! The host's own settings: what `[host]` says.

use std::time::Duration;

/// How long the host gives itself, and what it minds.
#[derive(Debug, Clone)]
pub(crate) struct Settings {
    pub(crate) start_timeout: Duration,
    pub(crate) stop_timeout: Duration,
    pub(crate) close_timeout: Duration,
    pub(crate) drain_delay: Duration,
    pub(crate) stall_warning: Duration,
    #[cfg_attr(not(feature = "config"), allow(dead_code))]
    pub(crate) worker_threads: Option<usize>,
    pub(crate) expect: Vec<String>,
    /// All that was configured, for who reads other sections.
    #[cfg(feature = "config")]
    pub(crate) tree: crate::config::Tree,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            start_timeout: Duration::from_secs(60),
            stop_timeout: Duration::from_secs(25),
            close_timeout: Duration::from_secs(2),
            drain_delay: Duration::ZERO,
            stall_warning: Duration::from_millis(250),
            worker_threads: None,
            expect: Vec::new(),
            #[cfg(feature = "config")]
            tree: crate::config::Tree::default(),
        }
    }
}
