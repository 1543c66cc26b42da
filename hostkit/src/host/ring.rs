//! Rings a host's alarms: one task sleeps for all of them, and one for each further executor thread rests until there is a
//! crowd, or until whoever rings is held up by what it rang.

use std::sync::Arc;

use super::core::Core;
use crate::alarms::Step;
use crate::inject::Shared;
use crate::now::Now;
use crate::race::race;

/// After so many, other tasks get a turn.
const TURN: u32 = 128;

/// From here on, alarms are rung.
pub(super) fn begin(core: &Arc<Core>) {
    let ringers = core.runtime.metrics().num_workers();
    (0..ringers).for_each(|_| send(core));
}

/// Sends a further ringer.
pub(super) fn send(core: &Core) {
    let shared = core.shared.clone();
    core.runtime.spawn(async move {
        race(shared.closing.raised(), ring(&shared)).await;
    });
}

async fn ring(shared: &Shared) {
    let alarms = &shared.alarms;
    alarms.enlist();
    let (mut now, mut again, mut rung) = (Now::read(shared.wall), None, 0);
    loop {
        match alarms.step(now.instant, again.take()) {
            Step::Ring(set, alarm) => {
                again = alarm.ring(set.due, &mut now).map(|due| set.to(due));
                rung += 1;
                if rung % TURN != 0 {
                    continue;
                }
                tokio::task::yield_now().await;
            }
            Step::Sleep(until) => alarms.sleep(until).await,
            Step::Rest => alarms.rest().await,
        }
        now = Now::read(shared.wall);
    }
}
