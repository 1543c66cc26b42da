//! A step of the wall clock in: told once for the host, and looked at by every timer that goes by it.

use std::time::Duration;

use hostkit_grammar::duration::show;

use super::reporter::Reporter;
use crate::host::view::state::HostState;
use crate::service::TimerCommand;
use crate::time::clock_step::{ClockStep, StepDetector};
#[cfg(feature = "queue")]
use crate::time::wall_history;

/// Steps up to here are not told of.
const TOLD: Duration = Duration::from_secs(1);

/// To be called often by the watch: two readings of clocks.
pub(crate) fn look(core: &HostState, detector: &mut StepDetector, reporter: &mut Reporter) {
    if !core.shared.wall.drifts() {
        return;
    }
    #[cfg(feature = "queue")]
    wall_history::look();
    let Some(step) = detector.look() else { return };
    if step.size() > TOLD {
        reporter.tell(move || tell(step));
    }
    for control in core.services.iter().filter_map(|service| service.control.as_ref()) {
        control.send(TimerCommand::CheckClock);
    }
    #[cfg(feature = "queue")]
    {
        let _runtime = core.runtime.enter(); // its clock
        core.draining.iter().for_each(|queue| queue.steer.wall_stepped(step));
    }
}

fn tell(step: ClockStep) {
    let by = show(Duration::from_secs(step.size().as_secs_f64().round() as u64));
    match step {
        ClockStep::Ahead(_) => tracing::warn!(
            target: "hostkit",
            "the wall clock went ahead by {by}: it was set, or the machine slept; cron times in between are missed"
        ),
        ClockStep::Back(_) => tracing::warn!(
            target: "hostkit",
            "the wall clock went back by {by}: it was set; cron times that are fixed do not run twice, intervals go on by real time"
        ),
    }
}
