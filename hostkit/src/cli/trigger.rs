//! `trigger`: a host that is one timer, runs it once by hand, and ends.

use std::panic::Location;
use std::sync::{Arc, Mutex, OnceLock};

use crate::host::{HostBuilder, HostHandle};
use crate::locked::locked;
use crate::registry::Origin;
use crate::service::{Control, IntoHosted, Triggered};

/// The one who asks; a name that no service of the user's is likely to have.
const ASKS: &str = "trigger.by-hand";

/// What became of the run, once there was one.
pub(super) type Became = Arc<OnceLock<Triggered>>;

/// Leaves of the host the timer of this name and what it is given: no hook, no other service, no due time.
pub(super) fn alone(mut host: HostBuilder, name: &str, control: Arc<Control>) -> (HostBuilder, Became) {
    host.blueprint.hooks.clear();
    host.blueprint.entries.retain(|entry| entry.name == name);
    for entry in &mut host.blueprint.entries {
        entry.declaration.after.clear();
        entry.declaration.enabled = true;
    }
    host.selection = Default::default();
    host.settings.expect.clear();
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
    host.blueprint.service(Origin::call(Location::caller()), ASKS, ask.into_hosted());
    (host, became)
}
