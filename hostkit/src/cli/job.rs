//! `trigger NAME --job JSON`: one attempt at a job, by a host that is nothing but its handler.

use std::process::ExitCode;
use std::sync::Mutex;

use hostkit_grammar::Value;
use hostkit_grammar::duration::show;
use tokio::runtime::Runtime;

use super::frame::Look;
use super::main::{FAILED, Trouble, USAGE, trouble};
use super::named::named;
use super::trigger::{ASKS, Became, alone, lives, no_end};
use crate::host::{Draft, HostHandle, short};
use crate::locked::locked;
use crate::queue::AnyJob;
use crate::service::{IntoHosted, JobOutcome};
use crate::stop::Stop;

/// The job, if the service of this name handles jobs.
pub(super) fn job(draft: &Draft, name: &str, json: Option<&str>) -> Result<Option<AnyJob>, Trouble> {
    let entry = named(draft, name)?;
    let Some(brought) = entry.made.brings.first() else { return Ok(None) };
    let of = short(brought.steer.of());
    let Some(json) = json else {
        let says = format!(
            "`{name}` has nothing to run without a job: write `trigger {name} --job JSON`, a `{of}` as JSON"
        );
        return Err(trouble(USAGE, says));
    };
    match brought.steer.read(json) {
        Some(Ok(job)) => Ok(Some(job)),
        Some(Err(failure)) => {
            let shown = placed(json, &failure);
            Err(trouble(USAGE, format!("`--job` is no `{of}`, which `{name}` handles: it {failure}{shown}")))
        }
        None => {
            let says = format!(
                "`{name}` keeps its jobs in memory for good, so none can be written as JSON: remove `in_memory`, and derive \
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

/// A host that is this service, and makes one attempt at the job.
pub(super) fn trigger(
    draft: Draft,
    name: &str,
    job: AnyJob,
    runtime: &Runtime,
    look: Look,
) -> Result<ExitCode, Trouble> {
    let (became, job) = (Became::default(), Mutex::new(Some(job)));
    let note = became.clone();
    let ask = move |host: HostHandle, stop: Stop| {
        let (job, note) = (locked(&job).take(), note.clone());
        async move {
            // What it enqueues is worked off only by a host that was ready.
            let ready = stop.run_until(host.ready()).await.is_some();
            if let (true, Some(attempt)) = (ready, job.and_then(|job| host.by_hand(job))) {
                let _ = note.set(attempt.await);
            }
            host.stop();
        }
    };
    let mut draft = alone(draft, name, ask.into_hosted());
    for entry in draft.entries.iter_mut().filter(|entry| entry.name == name) {
        // Told to stop, the handler hears it before the one who asks for it has to end.
        entry.options.say("after", Value::Names(vec![ASKS.to_owned()]));
    }
    let report = lives(draft, runtime, look)?;
    let failed = |says: String| Err(trouble(FAILED, format!("`{name}` {says}")));
    match became.get() {
        Some(JobOutcome::Done) => Ok(report.into()),
        Some(JobOutcome::Failed(failure) | JobOutcome::Fatal(failure)) => {
            failed(format!("failed: {failure}"))
        }
        Some(JobOutcome::Retry { failure, after }) => {
            let failure = failure.without_place();
            failed(format!("failed: {failure} (its queue would try again in {after:.1?})"))
        }
        Some(JobOutcome::Snoozed { after }) => {
            failed(format!("did not do the job: it put it off for {}", show(*after)))
        }
        Some(JobOutcome::Discarded(failure)) => failed(format!("discarded the job: {failure}")),
        Some(JobOutcome::Interrupted) | None => Err(no_end(name, &report)),
    }
}
