//! What a service's options say about failing, finishing and time: plain data, judged by the host.

use std::ops::{Deref, DerefMut};
use std::time::Duration;

use super::OptionSet;
use super::options::words;
use crate::time::backoff::Backoff;

/// What happens when a hosted service fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
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
    const USUAL: Policy = Policy {
        on_failure: OnFailure::Stop,
        on_finish: OnFinish::Continue,
        backoff: Backoff::new(Duration::from_secs(1), Duration::from_secs(60)),
        max_restarts: 5,
        within: Duration::from_secs(60),
        start_timeout: Duration::from_secs(30),
        stop_timeout: None,
    };

    /// How long it may take to stop.
    pub(crate) fn stop_timeout(&self) -> Duration {
        self.stop_timeout.unwrap_or(Duration::from_secs(10))
    }
}

impl Default for Policy {
    fn default() -> Self {
        Policy::USUAL
    }
}

/// A service's policy: the usual one takes no room, for most services have it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Terms(Option<Box<Policy>>);

impl Deref for Terms {
    type Target = Policy;

    fn deref(&self) -> &Policy {
        static USUAL: Policy = Policy::USUAL;
        self.0.as_deref().unwrap_or(&USUAL)
    }
}

impl DerefMut for Terms {
    fn deref_mut(&mut self) -> &mut Policy {
        self.0.get_or_insert_default()
    }
}

impl Terms {
    /// What these options say; what they do not say is as usual.
    pub(super) fn of(options: &OptionSet) -> Self {
        let mut terms = Terms::default();
        if options.is_empty() {
            return terms;
        }
        macro_rules! take {
            ($($field:ident: $value:expr),* $(,)?) => {$(
                if let Some(value) = $value {
                    terms.$field = value;
                }
            )*};
        }
        take! {
            on_failure: options.word("on_failure"),
            on_finish: options.word("on_finish"),
            backoff: options.backoff("backoff"),
            max_restarts: options.count("max_restarts"),
            within: options.duration("within"),
            start_timeout: options.duration("start_timeout"),
            stop_timeout: options.duration("stop_timeout").map(Some),
        }
        terms
    }
}

words! {
    OnFailure { Stop Restart Ignore }
    OnFinish { Continue Stop Restart }
}
