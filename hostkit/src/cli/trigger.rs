//! `trigger`: a host that is one service, runs it once by hand, works off what that enqueued, and ends.

use std::collections::HashSet;
use std::process::ExitCode;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use tokio::runtime::Runtime;

use super::frame::OutputStyle;
use super::main::{CliError, FAILED, USAGE, failed, proven, trouble};
use super::named::{named, timer};
use super::{log, say};
use crate::host::{Draft, HostHandle, Outcome, Part, Report, StopCause, Suppliers};
use crate::service::Triggered;
use crate::time::clock;

/// One run of the timer of this name, or one attempt at a job of the queued service of this name.
pub(super) fn trigger(
    draft: Draft,
    name: &str,
    job: Option<&str>,
    runtime: &Runtime,
    look: OutputStyle,
) -> Result<ExitCode, CliError> {
    #[cfg(feature = "queue")]
    if let Some(job) = super::job::job(&draft, name, job)? {
        return super::job::trigger(draft, name, job, runtime, look);
    }
    if job.is_some() {
        let kind = named(&draft, name)?.kind;
        let says = format!("`{name}` is #[{kind}] and takes no job: remove `--job`");
        return Err(trouble(USAGE, says));
    }
    let control = timer(&draft, name)?.control;
    control.history.pause(Some("it runs once, by hand".into()));
    let answer = control.trigger(false);
    let ended = run_for(draft, name, runtime, look, |_| answer)?;
    match ended.became() {
        Some(Triggered::Done) => ended.did("finished"),
        Some(Triggered::Failed(failure)) => Err(failed(FAILED, format!("`{name}` failed"), failure)),
        _ => Err(ended.no_end()),
    }
}

/// A host that ran for one run.
pub(super) struct TriggeredHost<'a, T> {
    name: &'a str,
    /// What became of the run and how long it took, if it came to that.
    ended: Arc<OnceLock<(T, Duration)>>,
    report: Report,
}

impl<T> TriggeredHost<'_, T> {
    /// The run did what it had to do; how the rest of the host ended is the exit code.
    pub(super) fn did(self, what: &str) -> Result<ExitCode, CliError> {
        let took = self.ended.get().map(|(_, took)| *took).unwrap_or_default();
        say::note(format_args!("`{}` {what} in {took:.1?}", self.name));
        #[cfg(feature = "queue")]
        return Ok(self.report.of_one_run().into());
        #[cfg(not(feature = "queue"))]
        Ok(self.report.into())
    }

    pub(super) fn became(&self) -> Option<&T> {
        self.ended.get().map(|(became, _)| became)
    }

    pub(super) fn no_end(self) -> CliError {
        trouble(FAILED, format!("`{}` did not finish: {}", self.name, self.report))
    }
}

/// Runs a host that is the service of this name and those that work off what it enqueues, until the answer is there.
pub(super) fn run_for<'a, T: Send + Sync + 'static, F: Future<Output = T> + Send>(
    draft: Draft,
    name: &'a str,
    runtime: &Runtime,
    look: OutputStyle,
    ask: impl FnOnce(HostHandle) -> F + Send + 'static,
) -> Result<TriggeredHost<'a, T>, CliError> {
    log::install(&draft.settings.log);
    let host = proven(alone(draft, name), look)?;
    let ended = Arc::new(OnceLock::new());
    let end = ended.clone();
    let report = runtime.block_on(host.run_for(|handle| {
        Box::pin(async move {
            let begun = clock::now();
            let became = ask(handle).await;
            let _ = end.set((became, clock::now().duration_since(begun)));
        })
    }));
    if let Some(StopCause::Signal(signal, number)) = report.cause() {
        let code = 128_u8.saturating_add(u8::try_from(*number).unwrap_or_default());
        return Err(trouble(code, format!("`{name}` was interrupted by {signal}")));
    }
    look.failed_start(&report);
    if report.outcome() == Outcome::StartFailed {
        return Err(CliError::told(report.exit_code()));
    }
    Ok(TriggeredHost { name, ended, report })
}

/// Leaves of the host the service of this name and what it is given: no hook, and no other service but those that work off
/// what it enqueues.
pub(super) fn alone(mut draft: Draft, name: &str) -> Draft {
    let Some(index) = draft.index_of(name) else { return draft };
    let kept: HashSet<Part> = Suppliers::of(&draft).from(index).parts.into_iter().collect();
    draft.hooks.clear();
    let mut parts = (0..).map(Part::Service);
    draft.entries.retain(|_| parts.next().is_some_and(|part| kept.contains(&part)));
    for entry in &mut draft.entries {
        entry.options.forget("after");
        if entry.name == name {
            entry.options.forget("enabled");
        }
    }
    draft.selection = Default::default();
    draft.settings.expect.clear();
    draft.settings.by_hand = true;
    draft
}
