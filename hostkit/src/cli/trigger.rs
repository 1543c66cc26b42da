//! `trigger`: a host that is one timer, runs it once by hand, and ends.

use std::panic::Location;
use std::sync::{Arc, Mutex, OnceLock};

use crate::host::{Draft, Drafted, HostHandle};
use crate::locked::locked;
use crate::registry::{Entry, Origin};
use crate::service::{Control, IntoHosted, Triggered};

/// The one who asks; a name that no service of the user's is likely to have.
const ASKS: &str = "trigger.by-hand";

/// What became of the run, once there was one.
pub(super) type Became = Arc<OnceLock<Triggered>>;

/// Leaves of the host the timer of this name and what it is given: no hook, no other service, no due time.
pub(super) fn alone(mut draft: Draft, name: &str, control: Arc<Control>) -> (Draft, Became) {
    draft.hooks.clear();
    draft.entries.retain(|entry| entry.name == name);
    for entry in &mut draft.entries {
        entry.options.forget("after");
        entry.options.forget("enabled");
    }
    draft.selection = Default::default();
    draft.settings.expect.clear();
    control.history.pause(Some("it runs once, by hand".into()));
    let (became, answer) = (Became::default(), Mutex::new(Some(control.trigger())));
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
    let declaration = ask.into_hosted().into_declaration();
    let entry = Entry { name: ASKS.into(), origin: Origin::call(Location::caller()), declaration };
    draft.entries.push(Drafted::of(entry));
    draft.entries.sort_by(|a, b| a.name.cmp(&b.name));
    (draft, became)
}
