//! A schedule that has been proven: what a timer at work goes by.

use std::time::Duration;

use hostkit_grammar::duration::show;
use hostkit_grammar::{Attribute, OptionProblem};

use super::Schedule;
use super::due_times::{DueTimes, SteadyDueTimes};
#[cfg(feature = "cron")]
use super::times::CronTimes;
#[cfg(feature = "cron")]
use super::wall_due_times::WallDueTimes;
use crate::time::clock::later;
use crate::time::clock_reading::ClockReading;

#[derive(Debug, Clone)]
pub(crate) enum Rhythm {
    Every(Duration),
    Delay(Duration),
    #[cfg(feature = "cron")]
    Cron(Box<CronTimes>),
}

impl Schedule {
    /// What a timer can go by, or everything that is wrong with the schedule.
    pub(crate) fn rhythm(&self) -> Result<Rhythm, Vec<OptionProblem>> {
        let span = |name: &str, span: Duration, rhythm: fn(Duration) -> Rhythm| match span {
            short if short < Duration::from_millis(1) => Err(vec![OptionProblem::refused(
                Attribute::Timed,
                name,
                format!("is {}", show(short)),
                "the timer's resolution is one millisecond; use 1ms or more",
            )]),
            span => Ok(rhythm(span)),
        };
        match self {
            Schedule::Every(every) => span("every", every.span(), Rhythm::Every),
            Schedule::Delay(delay) => span("delay", delay.span(), Rhythm::Delay),
            #[cfg(feature = "cron")]
            Schedule::Cron(cron) => match cron.times() {
                Ok(times) => Ok(Rhythm::Cron(Box::new(times.clone()))),
                Err(faults) => Err(faults.clone()),
            },
        }
    }
}

impl Rhythm {
    /// A fixed rate and a fixed delay begin after `first`; the wall clock's dates and times do not wait for it.
    pub(crate) fn due_times(&self, now: ClockReading, first: Duration) -> Box<dyn DueTimes> {
        let next = later(now.instant, first);
        match self {
            Rhythm::Every(span) => Box::new(SteadyDueTimes::new(*span, false, next)),
            Rhythm::Delay(span) => Box::new(SteadyDueTimes::new(*span, true, next)),
            #[cfg(feature = "cron")]
            Rhythm::Cron(times) => Box::new(WallDueTimes::begin((**times).clone(), now)),
        }
    }

    /// How far apart its due times are, if that is always the same.
    pub(crate) fn span(&self) -> Option<Duration> {
        match self {
            Rhythm::Every(span) | Rhythm::Delay(span) => Some(*span),
            #[cfg(feature = "cron")]
            Rhythm::Cron(_) => None,
        }
    }

    /// How close its due times come to each other: of a cron schedule the closest of a sample, which is the same every day.
    pub(crate) fn closest(&self) -> Option<Duration> {
        match self {
            Rhythm::Every(span) | Rhythm::Delay(span) => Some(*span),
            #[cfg(feature = "cron")]
            Rhythm::Cron(times) => times.closest(),
        }
    }
}
