//! A cron schedule as the builder and the attribute say it: an expression, a zone and a rule for days, right or wrong.

use std::fmt;
use std::sync::OnceLock;
use std::time::SystemTime;

use hostkit_grammar::cron::{CronError, CronProblem, Days, parse};
use hostkit_grammar::{Attribute, OptionProblem, find};

use super::Schedule;
use super::times::CronTimes;
use super::zone::zone;

/// The local dates and times of a timed service.
///
/// Five fields, `minute hour day-of-month month day-of-week`, or six with the `second` first; names, ranges, steps, lists,
/// `L`, `W`, `#` and words such as `@daily`. What is wrong with it is a problem of the plan, told before anything starts.
///
/// ```
/// use hostkit::Host;
/// use hostkit::schedule::Cron;
///
/// let host = Host::builder()
///     .timed("report", Cron::new("30 9 * * MON-FRI").tz("Europe/Berlin"), || async { tracing::info!("reporting") })
///     .build();
/// assert!(host.is_ok());
/// ```
///
/// # Where clocks are changed
///
/// *Fixed* expressions (only numbers or lists of them in seconds, minutes and hours) run exactly once per matching local date
/// and time: a time that the clock leaps over runs right after the leap, one that comes twice runs the first time, and a date
/// that a zone left out is no date. All others follow real time.
///
/// # Where the clock is set, or the machine sleeps
///
/// Due times that the wall clock leaps over are *missed*, and [`Missed`](crate::builder::Missed) says what becomes of them. Set back, a fixed
/// expression repeats no local date and time that it has run for; all others go on by real time. A step of more than a second is
/// one line in the log. [`Every`](crate::Every) and [`Delay`](crate::schedule::Delay) do not look at the wall clock.
#[derive(Clone)]
pub struct Cron {
    expression: String,
    zone: String,
    days: Option<Days>,
    /// Read once, when it is first asked for.
    times: OnceLock<Result<CronTimes, Vec<OptionProblem>>>,
}

impl Cron {
    /// This expression in UTC.
    pub fn new(expression: impl Into<String>) -> Self {
        Cron { expression: expression.into(), zone: "UTC".into(), days: None, times: OnceLock::new() }
    }

    /// In the time zone of this name, such as `Europe/Berlin`. Default: UTC.
    #[must_use]
    pub fn tz(self, zone: impl Into<String>) -> Self {
        Cron { zone: zone.into(), times: OnceLock::new(), ..self }
    }

    /// Which days are meant where both day fields are restricted; they must not be without saying so.
    #[must_use]
    pub fn days(self, days: Days) -> Self {
        Cron { days: Some(days), times: OnceLock::new(), ..self }
    }

    /// The first due time strictly after this one. None if the schedule is wrong, or the calendar ends (in the year 9999).
    ///
    /// ```
    /// use std::time::{Duration, SystemTime};
    ///
    /// let noon = hostkit::schedule::Cron::new("0 12 * * *");
    /// let first = noon.next(SystemTime::UNIX_EPOCH);
    /// assert_eq!(first, Some(SystemTime::UNIX_EPOCH + Duration::from_secs(12 * 60 * 60)));
    /// ```
    pub fn next(&self, after: SystemTime) -> Option<SystemTime> {
        self.times().ok()?.after(after)
    }

    /// As it was written.
    pub(crate) fn expression(&self) -> &str {
        &self.expression
    }

    /// The name of its zone.
    pub(crate) fn zone(&self) -> &str {
        &self.zone
    }

    /// Which days are meant, if that was said.
    pub(crate) fn day_rule(&self) -> Option<Days> {
        self.days
    }

    /// Read, or everything that is wrong with it.
    pub(super) fn times(&self) -> Result<&CronTimes, &Vec<OptionProblem>> {
        self.times.get_or_init(|| self.read()).as_ref()
    }

    fn read(&self) -> Result<CronTimes, Vec<OptionProblem>> {
        let cron = parse(&self.expression).and_then(|expression| expression.with_days(self.days));
        let cron = cron.map_err(|error| error.each().filter_map(of_option).collect::<Vec<_>>());
        let zone = zone(&self.zone).map_err(|problem| {
            find(Attribute::Timed, "tz").ok().map(|option| OptionProblem::UnknownZone { option, problem })
        });
        match (cron, zone) {
            (Ok(cron), Ok(zone)) => Ok(CronTimes::new(cron, zone)),
            (cron, zone) => {
                Err(cron.err().into_iter().flatten().chain(zone.err().into_iter().flatten()).collect())
            }
        }
    }
}

/// As it is told of `cron`, or of `days` if that has no effect.
fn of_option(problem: CronError) -> Option<OptionProblem> {
    let idle = problem.problems().any(|problem| matches!(problem, CronProblem::DaysWithoutEffect { .. }));
    let option = find(Attribute::Timed, if idle { "days" } else { "cron" }).ok()?;
    Some(OptionProblem::Cron { option, problem })
}

impl PartialEq for Cron {
    fn eq(&self, other: &Self) -> bool {
        (&self.expression, &self.zone, self.days) == (&other.expression, &other.zone, other.days)
    }
}

impl Eq for Cron {}

impl fmt::Debug for Cron {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut cron = f.debug_struct("Cron");
        cron.field("expression", &self.expression)
            .field("zone", &self.zone)
            .field("days", &self.days)
            .finish()
    }
}

impl From<Cron> for Schedule {
    fn from(cron: Cron) -> Self {
        Schedule::Cron(cron)
    }
}
