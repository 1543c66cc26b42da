//! `trigger NAME --job JSON`: one attempt at a job, by a host that is nothing but its handler.

use std::process::ExitCode;

use hostkit_grammar::duration::show;
use tokio::runtime::Runtime;

use super::frame::OutputStyle;
use super::main::{CliError, FAILED, USAGE, trouble};
use super::named::named;
use super::trigger::run_for;
use crate::host::{Draft, HostHandle};
use crate::outcome::text::short;
use crate::queue::AnyJob;
use crate::service::JobOutcome;

/// The job, if the service of this name handles jobs.
pub(super) fn job(draft: &Draft, name: &str, json: Option<&str>) -> Result<Option<AnyJob>, CliError> {
    let entry = named(draft, name)?;
    let Some(brought) = entry.made.exports.first() else { return Ok(None) };
    let of = short(brought.steer.of());
    let Some(json) = json else {
        let says = format!("`{name}` needs a job: write `trigger {name} --job JSON`, a `{of}` as JSON");
        return Err(trouble(USAGE, says));
    };
    match brought.steer.read(json) {
        Some(Ok(job)) => Ok(Some(job)),
        Some(Err(failure)) => {
            let shown = placed(json, &failure);
            Err(trouble(
                USAGE,
                format!("`--job` is not a `{of}`, which `{name}` handles: it {failure}{shown}"),
            ))
        }
        None => {
            let says = format!(
                "`{name}` keeps its jobs in memory only, so none can be given as JSON: remove `in_memory`, and derive \
                 `Serialize` and `Deserialize` for `{of}`"
            );
            Err(trouble(USAGE, says))
        }
    }
}

/// The line of the JSON that the sentence names, with a mark at the column.
fn placed(json: &str, says: &str) -> String {
    let place = || {
        let (line, column) = says.rsplit_once(" at line ")?.1.split_once(" column ")?;
        let (line, column): (usize, usize) = (line.parse().ok()?, column.parse().ok()?);
        let text = json.lines().nth(line.checked_sub(1)?)?;
        let before = text.get(..column.saturating_sub(1)).unwrap_or(text).chars().count();
        Some(format!("\n  {text}\n  {:before$}^", ""))
    };
    place().unwrap_or_default()
}

/// One attempt at the job, by a host that is its handler.
pub(super) fn trigger(
    draft: Draft,
    name: &str,
    job: AnyJob,
    runtime: &Runtime,
    look: OutputStyle,
) -> Result<ExitCode, CliError> {
    let ended = run_for(draft, name, runtime, look, |host: HostHandle| async move {
        match host.by_hand(job) {
            Some(attempt) => Some(attempt.await),
            None => None,
        }
    })?;
    let failed = |says: String| Err(trouble(FAILED, format!("`{name}` {says}")));
    match ended.became() {
        Some(Some(JobOutcome::Done)) => ended.did("did the job"),
        Some(Some(JobOutcome::Failed(failure) | JobOutcome::Fatal(failure))) => {
            failed(format!("failed: {failure}"))
        }
        Some(Some(JobOutcome::Retry { failure, after })) => failed(format!(
            "failed: {} (in its queue it would be retried in {after:.1?})",
            failure.without_place()
        )),
        Some(Some(JobOutcome::Snoozed { after })) => failed(format!("snoozed the job for {}", show(*after))),
        Some(Some(JobOutcome::Discarded(failure))) => failed(format!("discarded the job: {failure}")),
        Some(Some(JobOutcome::Interrupted) | None) | None => Err(ended.no_end()),
    }
}
