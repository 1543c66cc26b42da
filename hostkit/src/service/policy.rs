//! What a service's options say about failing, finishing and time: plain data, judged by the host.

use std::time::Duration;

use hostkit_grammar::Attribute;

use super::OptionSet;
use super::options::words;
use crate::time::backoff::Backoff;

/// What happens when a hosted service fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum OnFailure {
    /// The host stops, with exit code 1.
    #[default]
    Stop,
    /// The service is started again, after a backoff and within a budget.
    Restart,
    /// The service stays down; the host goes on.
    Ignore,
}

/// What happens when a hosted service returns without an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum OnFinish {
    /// The host goes on without it.
    #[default]
    Continue,
    /// The host stops.
    Stop,
    /// The service is started again, after the shortest backoff; this uses up no budget.
    Restart,
}

#[derive(Debug, Clone)]
pub(crate) struct Policy {
    pub(crate) on_failure: OnFailure,
    pub(crate) on_finish: OnFinish,
    pub(crate) backoff: Backoff,
    /// At most this many restarts in any window of length `within`; the next failure stops the host.
    pub(crate) max_restarts: u32,
    pub(crate) within: Duration,
    pub(crate) start_timeout: Duration,
    /// Only what somebody wrote; see [`Policy::stop_timeout`].
    pub(crate) stop_timeout: Option<Duration>,
}

impl Policy {
    /// What these options say; what they do not say is as usual.
    pub(super) fn of(options: &OptionSet) -> Self {
        Policy {
            on_failure: options.word("on_failure").unwrap_or_default(),
            on_finish: options.word("on_finish").unwrap_or_default(),
            backoff: options.backoff("backoff").unwrap_or_default(),
            max_restarts: options.count("max_restarts").unwrap_or(5),
            within: options.duration("within").unwrap_or(Duration::from_secs(60)),
            start_timeout: options.duration("start_timeout").unwrap_or(Duration::from_secs(30)),
            stop_timeout: options.duration("stop_timeout"),
        }
    }

    /// How long it may take to stop.
    pub(crate) fn stop_timeout(&self) -> Duration {
        self.stop_timeout.unwrap_or(Duration::from_secs(10))
    }
}

/// The usual one.
impl Default for Policy {
    fn default() -> Self {
        Policy::of(&OptionSet::new(Attribute::HostedService))
    }
}

words! {
    OnFailure { Stop Restart Ignore }
    OnFinish { Continue Stop Restart }
}
