//! What a timer's options say, its schedule among them: plain data, from the words of the table.

use std::time::Duration;

use hostkit_grammar::Value;
#[cfg(feature = "cron")]
use hostkit_grammar::cron::{Days, parse};

#[cfg(feature = "cron")]
use crate::schedule::Cron;
use crate::schedule::{Delay, Every, Schedule};
use crate::service::OptionSet as Said;
use crate::service::options::words;
use crate::time::backoff::Backoff;

/// What happens when a run of a timed service fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum OnRunFailure {
    /// The schedule goes on.
    #[default]
    Continue,
    /// The host stops, with exit code 1.
    Stop,
}

/// How a failed run of a timed service is logged, where the schedule goes on.
///
/// A poller that fails by design now and then need not wake anybody: [`max_failures`](crate::builder::Timed::max_failures) stops the host
/// after so many in a row, and that is an error whatever this says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum FailureLevel {
    /// As an error.
    #[default]
    Error,
    /// As a warning.
    Warn,
    /// As an information.
    Info,
}

/// What happens at a due time when the run before is still going.
///
/// A run that timed out or is to be cancelled, but is a blocking `fn`, is still going: nobody can cancel a thread.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Overlap {
    /// The due time is skipped, and counted.
    #[default]
    Skip,
    /// One run waits for the one before to end; further due times are skipped.
    Queue,
    /// Both run.
    Allow,
    /// The run before is cancelled, then the new one begins. A blocking `fn` can't be cancelled and keeps its place until it
    /// ends: the newest due time waits for that, and those before it are skipped.
    Cancel,
}

/// What happens to due times that passed while the process could not run: suspended, stalled, or with its threads blocked; or that the
/// wall clock leapt over when it was set.
///
/// It is about a process that is there. One that was *down* at a due time knows nothing of it when it starts again: it waits for the
/// next one. To catch up after that takes a durable store and `singleton`, which remembers the last run.
///
/// A due time is missed if it is late by more than 5 s or a tenth of the time to the next one, whichever is longer, or if a later
/// one has passed as well. Beside a fixed delay there is never more than one: `Once` and `All` both run it, and `Skip` waits for the delay
/// once more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Missed {
    /// They are dropped, and counted.
    Skip,
    /// One run makes up for all of them.
    #[default]
    Once,
    /// Each of them runs, one after the other.
    All,
}

#[derive(Debug, Clone)]
pub(super) struct TimerOptions {
    pub(super) first: Duration,
    pub(super) jitter: Duration,
    pub(super) timeout: Option<Duration>,
    pub(super) overlap: Overlap,
    pub(super) missed: Missed,
    pub(super) retries: u32,
    pub(super) backoff: Backoff,
    pub(super) on_failure: OnRunFailure,
    pub(super) max_failures: Option<u32>,
    pub(super) failure_level: FailureLevel,
}

impl TimerOptions {
    /// Whether a run is one attempt without a limit.
    pub(super) fn is_simple(&self) -> bool {
        self.retries == 0 && self.timeout.is_none()
    }

    pub(super) fn of(said: &Said) -> Self {
        TimerOptions {
            first: said.duration("first").unwrap_or_default(),
            jitter: said.duration("jitter").unwrap_or_default(),
            timeout: said.duration("timeout"),
            overlap: said.word("overlap").unwrap_or_default(),
            missed: said.word("missed").unwrap_or_default(),
            retries: said.count("retries").unwrap_or_default(),
            backoff: said.backoff("backoff").unwrap_or_default(),
            on_failure: said.word("on_failure").unwrap_or_default(),
            max_failures: said.count("max_failures"),
            failure_level: said.word("failure_level").unwrap_or_default(),
        }
    }
}

impl Schedule {
    /// Writes itself among the options. An expression that is wrong has no place there; it is told when it is read.
    pub(super) fn say(&self, options: &mut Said) {
        match self {
            Schedule::Every(every) => options.say("every", Value::Duration(every.span())),
            Schedule::Delay(delay) => options.say("delay", Value::Duration(delay.span())),
            #[cfg(feature = "cron")]
            Schedule::Cron(cron) => {
                let Ok(expression) = parse(cron.expression()) else { return };
                options.say("cron", Value::Cron(expression));
                if cron.zone() != "UTC" {
                    options.say("tz", Value::Text(cron.zone().to_owned()));
                }
                if let Some(days) = cron.day_rule() {
                    options.say_word("days", days);
                }
            }
        }
    }

    /// What the options say in the end.
    pub(super) fn said(options: &Said) -> Option<Self> {
        if let Some(every) = options.duration("every") {
            return Some(Every::new(every).into());
        }
        if let Some(delay) = options.duration("delay") {
            return Some(Delay::new(delay).into());
        }
        #[cfg(feature = "cron")]
        if let Some(Value::Cron(expression)) = options.get("cron") {
            let cron = Cron::new(expression.text()).tz(options.text("tz").unwrap_or("UTC"));
            return Some(match options.word::<Days>("days") {
                Some(days) => cron.days(days).into(),
                None => cron.into(),
            });
        }
        None
    }
}

words! {
    OnRunFailure { Continue Stop }
    FailureLevel { Error Warn Info }
    Overlap { Skip Queue Allow Cancel }
    Missed { Skip Once All }
}

#[cfg(feature = "cron")]
words! {
    Days { Any All }
}
