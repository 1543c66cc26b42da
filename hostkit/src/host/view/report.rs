//! How it all ended: taken from the records at any time, told as an exit code, a log and a text.

use std::fmt;
use std::process::{ExitCode, Termination};
use std::time::Duration;

use super::request::StopCause;
use super::service_report::ServiceReport;
use super::start_failure::{StartFailure, StartProblem};
use super::state::HostState;
use crate::outcome::failure::Failure;
use crate::outcome::result::Ending;
use crate::outcome::text::Escaped;
use crate::registry::Origin;
use crate::service::Moment;
use crate::sync::lock::lock_unpoisoned;

/// How the life of a host ended, as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Outcome {
    /// Everything ended well, or a policy recovered from what did not. Exit code 0.
    Clean,
    /// A service, a `stop` method or a hook failed. Exit code 1.
    Failed,
    /// The start failed. Exit code 3.
    StartFailed,
    /// The stop deadline passed and something was aborted, or jobs in memory were left over. Exit code 4.
    Aborted,
}

impl Outcome {
    /// The exit code that goes with it.
    pub fn exit_code(self) -> u8 {
        match self {
            Outcome::Clean => 0,
            Outcome::Failed => 1,
            Outcome::StartFailed => 3,
            Outcome::Aborted => 4,
        }
    }

    fn as_str(self) -> &'static str {
        match self {
            Outcome::Clean => "clean",
            Outcome::Failed => "failed",
            Outcome::StartFailed => "start failed",
            Outcome::Aborted => "aborted",
        }
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// How the life of a host went and ended. Nothing that failed is absent from it.
///
/// As the return value of `main` it is the process's exit code. It prints as text.
#[derive(Debug, Clone)]
pub struct Report {
    outcome: Outcome,
    cause: Option<StopCause>,
    services: Vec<ServiceReport>,
    hooks: Vec<HookReport>,
    providers: Vec<ProviderReport>,
    tasks: TaskReport,
    /// Where what failed the start was declared, if it was; and how it failed.
    start_problem: Option<(Option<Origin>, StartProblem)>,
    undropped: Option<String>,
    /// Jobs in memory were, also those of a handler that is switched off.
    left_over: bool,
    started_in: Option<Duration>,
    stopped_in: Option<Duration>,
}

/// A hook that failed.
#[derive(Debug, Clone)]
pub struct HookReport {
    pub(crate) name: String,
    pub(crate) moment: Moment,
    pub(crate) origin: Origin,
    pub(crate) failure: Failure,
}

/// A provider that failed, or whose value failed to close or to be dropped; or a value given to the builder, or a section of the
/// configuration, that failed to be dropped, by its type.
#[derive(Debug, Clone)]
pub struct ProviderReport {
    pub(crate) name: String,
    pub(crate) origin: Origin,
    pub(crate) phase: ValuePhase,
    pub(crate) failure: Failure,
}

/// At what a value failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ValuePhase {
    Making,
    Closing,
    Dropping,
}

/// How the tasks fared.
#[derive(Debug, Clone)]
struct TaskReport {
    done: u64,
    failed: u64,
    last_error: Option<String>,
    left: Vec<(String, Duration)>,
}

impl Report {
    /// As things stand: at the end, or when the watch thread has to end the process.
    pub(crate) fn of(core: &HostState) -> Self {
        let tally = core.tasks.tally();
        let services: Vec<_> = core.by_name().map(ServiceReport::of).collect();
        // A test may leave a handler out, to see what is enqueued for it.
        let left_over = if core.shared.under_test {
            services.iter().any(|service| service.jobs().0 > 0)
        } else {
            core.draining.iter().any(|queue| queue.steer.left() > 0)
        };
        let mut report = Report {
            outcome: Outcome::Clean,
            cause: core.stop.cause().cloned(),
            services,
            hooks: lock_unpoisoned(&core.hook_failures).clone(),
            providers: lock_unpoisoned(&core.provider_failures).clone(),
            tasks: TaskReport {
                done: tally.done,
                failed: tally.failed,
                last_error: tally.last_failure.map(|(name, failure)| format!("{name}: {failure}")),
                left: tally.left,
            },
            start_problem: core.start_problem.get().cloned(),
            undropped: core.undropped.get().cloned(),
            left_over,
            started_in: core.times.started_in.get().copied(),
            stopped_in: core.times.stopped_in.get().copied(),
        };
        report.outcome = report.judge();
        report
    }

    fn judge(&self) -> Outcome {
        let blamed = |service: &ServiceReport| service.is_blamed();
        let aborted = |service: &ServiceReport| service.ending() == Some(Ending::Aborted);
        match self.cause {
            Some(StopCause::StartFailed(..)) => Outcome::StartFailed,
            _ if self.services.iter().any(blamed) => Outcome::Failed,
            _ if !self.hooks.is_empty() || !self.providers.is_empty() => Outcome::Failed,
            _ if self.services.iter().any(aborted) || !self.tasks.left.is_empty() => Outcome::Aborted,
            _ if self.undropped.is_some() => Outcome::Aborted,
            _ if self.left_over => Outcome::Aborted,
            _ => Outcome::Clean,
        }
    }

    /// How it ended as a whole.
    pub fn outcome(&self) -> Outcome {
        self.outcome
    }

    /// Whether everything ended well, or a policy recovered from what did not.
    pub fn is_clean(&self) -> bool {
        self.outcome == Outcome::Clean
    }

    /// The exit code of the process: 0, 1, 3 or 4.
    pub fn exit_code(&self) -> u8 {
        self.outcome.exit_code()
    }

    /// Of a host that was there for one run: what this enqueued and could not be worked off makes no difference.
    #[cfg(all(feature = "cli", feature = "queue"))]
    pub(crate) fn of_one_run(mut self) -> Self {
        self.left_over = false;
        self.outcome = self.judge();
        self
    }

    /// What made the host stop.
    pub fn cause(&self) -> Option<&StopCause> {
        self.cause.as_ref()
    }

    /// Every service, by name.
    pub fn services(&self) -> &[ServiceReport] {
        &self.services
    }

    /// The service of this name.
    pub fn service(&self, name: &str) -> Option<&ServiceReport> {
        self.services.iter().find(|service| service.name() == name)
    }

    /// Why the host did not start; nothing if it did.
    pub fn start_failure(&self) -> Option<StartFailure> {
        let Some(StopCause::StartFailed(name, _)) = self.cause() else { return None };
        let (place, problem) = self.start_problem.as_ref()?;
        Some(problem.of(name, *place))
    }

    /// The hooks that failed.
    pub fn hooks(&self) -> &[HookReport] {
        &self.hooks
    }

    /// The providers that failed, or whose values failed to close or to be dropped; and the values given to the builder that failed to
    /// be dropped.
    pub fn providers(&self) -> &[ProviderReport] {
        &self.providers
    }

    /// How many tasks failed.
    pub fn failed_tasks(&self) -> u64 {
        self.tasks.failed
    }

    /// How many tasks ended well.
    pub fn finished_tasks(&self) -> u64 {
        self.tasks.done
    }

    /// The name and the error of the task that failed last.
    pub fn last_task_error(&self) -> Option<&str> {
        self.tasks.last_error.as_deref()
    }

    /// The tasks that were aborted at the deadline.
    pub fn left_tasks(&self) -> impl Iterator<Item = &str> {
        self.tasks.left.iter().map(|(name, _)| name.as_str())
    }

    /// From the beginning until the host was ready; nothing if it never was.
    pub fn started_in(&self) -> Option<Duration> {
        self.started_in
    }

    /// From the beginning of the stop until everything had ended.
    pub fn stopped_in(&self) -> Option<Duration> {
        self.stopped_in
    }

    /// Writes it to the log: one line for the whole, one for each service that did not end well.
    pub(crate) fn log(&self) {
        // Why the start failed has been told.
        let cause = match &self.cause {
            Some(StopCause::StartFailed(name, _)) => Some(name.as_str()),
            _ => None,
        };
        let news = |name: &str| Some(name) != cause;
        let services = self.services.iter().filter(|service| service.is_worth_a_line());
        for service in services.filter(|service| news(service.name())) {
            let (left, dead) = service.jobs();
            let given = service.stop_took().filter(|_| service.ending() == Some(Ending::Aborted));
            tracing::warn!(
                target: "hostkit",
                service = service.name(),
                given_ms = given.map(|given| u64::try_from(given.as_millis()).unwrap_or(u64::MAX)),
                left = Some(left).filter(|left| *left > 0),
                dead = Some(dead).filter(|dead| *dead > 0),
                "{service}"
            );
        }
        for hook in self.hooks.iter().filter(|hook| news(&hook.name)) {
            tracing::warn!(target: "hostkit", hook = hook.name, "{hook}");
        }
        for provider in self
            .providers
            .iter()
            .filter(|provider| provider.phase != ValuePhase::Making || news(&provider.name))
        {
            tracing::warn!(target: "hostkit", provider = provider.name, "{provider}");
        }
        if self.tasks.failed > 0 || !self.tasks.left.is_empty() {
            tracing::warn!(target: "hostkit", "{}", self.tasks);
        }
        if let Some(undropped) = &self.undropped {
            tracing::error!(target: "hostkit", "{undropped}");
        }
        let headline = self.headline();
        match self.outcome {
            Outcome::Clean => tracing::info!(target: "hostkit", "{headline}"),
            _ => tracing::error!(target: "hostkit", "{headline}"),
        }
    }

    /// `stopped in 1.2ms, because of SIGTERM: 3 stopped, 1 finished`.
    fn headline(&self) -> String {
        let count = |ending| self.services.iter().filter(|service| service.ending() == ending).count();
        let endings = [Ending::Stopped, Ending::Finished, Ending::Failed, Ending::Aborted].map(Some);
        let counts: Vec<_> = endings
            .into_iter()
            .chain([None])
            .map(|ending| (count(ending), ending.map_or("never started", Ending::as_str)))
            .filter(|(count, _)| *count > 0)
            .map(|(count, word)| format!("{count} {word}"))
            .collect();
        let took = self.stopped_in.map(|took| format!(" in {took:.1?}")).unwrap_or_default();
        let cause = self.cause.as_ref().map(|cause| format!(", because of {cause}")).unwrap_or_default();
        let code = match self.outcome {
            Outcome::Clean => String::new(),
            outcome => format!("; exit code {}", outcome.exit_code()),
        };
        format!("stopped{took}{cause}: {}{code}", counts.join(", "))
    }
}

impl HookReport {
    /// The hook's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Where it was declared.
    pub fn origin(&self) -> Origin {
        self.origin
    }

    /// When it was to run.
    pub fn moment(&self) -> Moment {
        self.moment
    }

    /// How it failed.
    pub fn failure(&self) -> &Failure {
        &self.failure
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.headline())?;
        self.services.iter().try_for_each(|service| write!(f, "\n  {service}"))?;
        self.hooks.iter().try_for_each(|hook| write!(f, "\n  {hook}"))?;
        self.providers.iter().try_for_each(|provider| write!(f, "\n  {provider}"))?;
        if self.tasks.failed > 0 || !self.tasks.left.is_empty() {
            write!(f, "\n  {}", self.tasks)?;
        }
        self.undropped.iter().try_for_each(|undropped| write!(f, "\n  {undropped}"))
    }
}

impl fmt::Display for HookReport {
    /// `announce (on started) failed: …`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (on {}) failed: {}", self.name, self.moment, Escaped(&self.failure))
    }
}

impl ProviderReport {
    /// The provider's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Where it was declared.
    pub fn origin(&self) -> Origin {
        self.origin
    }

    /// Whether it was its value that failed to close.
    pub fn is_closing(&self) -> bool {
        self.phase == ValuePhase::Closing
    }

    /// Whether it was its value that failed to be dropped.
    pub fn is_dropping(&self) -> bool {
        self.phase == ValuePhase::Dropping
    }

    /// How it failed.
    pub fn failure(&self) -> &Failure {
        &self.failure
    }
}

impl fmt::Display for ProviderReport {
    /// `feed (provides) could not be made: …`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (name, failure) = (&self.name, Escaped(&self.failure));
        match self.phase {
            ValuePhase::Making => write!(f, "{name} (provides) could not be made: {failure}"),
            ValuePhase::Closing => write!(f, "{name} (provides) failed to close: {failure}"),
            ValuePhase::Dropping => write!(f, "{failure}"),
        }
    }
}

impl fmt::Display for TaskReport {
    /// `tasks: 2 failed, 1 aborted after 5.0s (poller/flush); last error: …`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "tasks: {} failed, {} aborted", self.failed, self.left.len())?;
        if !self.left.is_empty() {
            let given = self.left.iter().map(|(_, given)| *given).max().unwrap_or_default();
            let names: Vec<_> = self.left.iter().map(|(name, _)| name.as_str()).collect();
            write!(f, " after {given:.1?} ({})", Escaped(names.join(", ")))?;
        }
        self.last_error.as_ref().map_or(Ok(()), |error| write!(f, "; last error: {}", Escaped(error)))
    }
}

impl Termination for Report {
    fn report(self) -> ExitCode {
        ExitCode::from(self.exit_code())
    }
}

impl From<Report> for ExitCode {
    fn from(report: Report) -> Self {
        report.report()
    }
}
