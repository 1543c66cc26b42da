//! Rings a host's alarms: one task sleeps for all of them, and one for each further executor thread rests until whoever
//! rings falls behind, or is held up by what it rang.

use std::sync::Arc;

use super::state::HostState;
use crate::alarms::{Alarms, Step};
use crate::clock::Wall;
use crate::now::Now;

/// After so many, other tasks get a turn.
const TURN: u32 = 128;

/// From here on, alarms are rung, until they are closed.
pub(super) fn begin(core: &HostState) {
    let ringers = core.runtime.metrics().num_workers();
    (0..ringers).for_each(|_| send(core));
}

/// Sends a further ringer. It holds nothing of the host's beside the alarms.
pub(super) fn send(core: &HostState) {
    core.runtime.spawn(ring(core.shared.alarms.clone(), core.shared.wall));
}

async fn ring(alarms: Arc<Alarms>, wall: Wall) {
    let _enlisted = alarms.enlist();
    let (mut now, mut again, mut rung) = (Now::read(wall), None, 0);
    loop {
        match alarms.step(now.instant, again.take()) {
            Step::Ring(set, alarm) => {
                again = alarm.ring(set.due, &mut now).map(|due| set.to(due));
                drop(alarm);
                rung += 1;
                if rung % TURN != 0 {
                    continue;
                }
                tokio::task::yield_now().await;
            }
            Step::Sleep(until) => alarms.sleep(until).await,
            Step::Rest => alarms.rest().await,
            Step::Home => return,
        }
        now = Now::read(wall);
    }
}
