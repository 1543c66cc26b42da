//! `trigger`: a host that is one service, runs it once by hand, works off what that enqueued, and ends.

use std::panic::Location;
use std::process::ExitCode;
use std::sync::{Arc, Mutex, OnceLock};

use tokio::runtime::Runtime;

use super::frame::Look;
use super::log;
use super::main::{FAILED, Trouble, USAGE, proven, trouble};
use super::named::{named, timer};
use crate::host::{Draft, Drafted, HostHandle, Report};
use crate::locked::locked;
use crate::registry::{Entry, Origin};
use crate::service::{Hosted, IntoHosted, Triggered};

/// The one who asks; a name that no service of the user's is likely to have.
pub(super) const ASKS: &str = "trigger.by-hand";

/// What became of the run, once there was one.
pub(super) type Became<T> = Arc<OnceLock<T>>;

/// One run of the timer of this name, or one attempt at a job of the queued service of this name.
pub(super) fn trigger(
    draft: Draft,
    name: &str,
    job: Option<&str>,
    runtime: &Runtime,
    look: Look,
) -> Result<ExitCode, Trouble> {
    #[cfg(feature = "queue")]
    if let Some(job) = super::job::job(&draft, name, job)? {
        return super::job::trigger(draft, name, job, runtime, look);
    }
    if job.is_some() {
        let kind = named(&draft, name)?.kind;
        let says = format!("`{name}` handles no jobs, since it is #[{kind}]: leave `--job` out");
        return Err(trouble(USAGE, says));
    }
    let control = timer(&draft, name)?.control;
    control.history.pause(Some("it runs once, by hand".into()));
    let (became, answer) = (Became::default(), Mutex::new(Some(control.trigger(false))));
    let note = became.clone();
    let ask = move |host: HostHandle| {
        let (answer, note) = (locked(&answer).take(), note.clone());
        async move {
            if let Some(answer) = answer {
                let _ = note.set(answer.await);
            }
            host.stop();
        }
    };
    let report = lives(alone(draft, name, ask.into_hosted()), runtime, look)?;
    match became.get() {
        Some(Triggered::Done) => Ok(report.into()),
        Some(Triggered::Failed(failure)) => Err(trouble(FAILED, format!("`{name}` failed: {failure}"))),
        _ => Err(no_end(name, &report)),
    }
}

pub(super) fn no_end(name: &str, report: &Report) -> Trouble {
    trouble(FAILED, format!("`{name}` did not run to its end: {report}"))
}

pub(super) fn lives(draft: Draft, runtime: &Runtime, look: Look) -> Result<Report, Trouble> {
    log::install(&draft.settings.log);
    let report = runtime.block_on(proven(draft, look)?.run());
    look.failed_start(&report);
    Ok(report)
}

/// Leaves of the host the service of this name and what it is given: no hook, no other service but those that work off
/// what it enqueues, and the one who asks.
pub(super) fn alone(mut draft: Draft, name: &str, asks: Hosted) -> Draft {
    #[cfg(feature = "queue")]
    let kept = super::filled::filled(&draft, name);
    #[cfg(not(feature = "queue"))]
    let kept = [name.to_owned()];
    draft.hooks.clear();
    draft.entries.retain(|entry| kept.iter().any(|name| entry.name == name.as_str()));
    for entry in &mut draft.entries {
        entry.options.forget("after");
        if entry.name == name {
            entry.options.forget("enabled");
        }
    }
    draft.selection = Default::default();
    draft.settings.expect.clear();
    let entry = Entry {
        name: ASKS.into(),
        origin: Origin::call(Location::caller()),
        declaration: asks.into_declaration(),
    };
    draft.entries.push(Drafted::of(entry));
    draft.entries.sort_by(|a, b| a.name.cmp(&b.name));
    draft
}
