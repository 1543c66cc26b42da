//! The watchdog: a thread of its own that nothing of the user's runs on. It hears signals, names who holds an executor thread
//! while it is held, misses heartbeats, and ends the process when the deadline has passed and nobody else can.
//!
//! Between its ticks it is parked, since a tick of the runtime's timer is two or three wake-ups of the thread. In a host that
//! owns the process, signals come from a second thread (`signal.rs`).
//! The host's state is only linked to it, see `link.rs`. It waits for nobody: what it has to say goes to the reporter (`reporter.rs`),
//! and what ends the process waits for no log (`exit.rs`).

use std::collections::HashMap;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use tokio::runtime::RuntimeFlavor;
use tokio::sync::oneshot;
use tokio_util::sync::CancellationToken;

use super::clock_steps;
use super::executors::Executors;
use super::exit::{leave, say};
use super::link::{HostLink, LinkState};
use super::reporter::{Reporter, tell_dropped};
use super::signal::{OsSignal, SignalReceiver};
use super::signal_response::REPEAT;
use super::stuck::StuckWarnings;
use crate::host::view::report::{Outcome, Report};
use crate::host::view::request::StopCause;
use crate::host::view::state::HostState;
use crate::schedule::LEAST_TOLERANCE;
use crate::service::Overdue;
use crate::state::LongPoll;
use crate::sync::block_on::ParkedThread;
use crate::sync::select2::{Either, select2};
use crate::time::clock;
use crate::time::clock_step::StepDetector;

/// What the deadline is exceeded by before the watch takes it that the host itself is blocked.
pub(crate) const GRACE: Duration = Duration::from_millis(500);
/// A stall is named again after each further period of this.
const REMINDER: Duration = Duration::from_secs(10);

/// However patient the host is with who holds a thread, deadlines are looked at so often.
const LONGEST_TICK: Duration = Duration::from_millis(100);

/// Whether the host owns the process: hears its signals, and may end it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum WatchdogScope {
    Host,
    Process,
}

/// Starts the watch; with [`WatchdogScope::Process`] the receiver tells once signals are heard. It goes when the host has finished and,
/// by `gone`, nobody has anything of it any more.
pub(crate) fn spawn(
    core: &HostState,
    lent: HostLink,
    gone: CancellationToken,
    reach: WatchdogScope,
) -> std::io::Result<oneshot::Receiver<std::io::Result<()>>> {
    let (ready, heard) = oneshot::channel();
    let end = WatchdogEnd { finished: core.finished.clone(), gone };
    let mut watch = Watchdog::new(core, reach);
    thread("hostkit-watch", move || match hearing(reach) {
        Ok(mut hearing) => {
            watch.hear_what_came(&lent, hearing.as_mut());
            let _ = ready.send(Ok(()));
            watch.run(&lent, &end, hearing);
        }
        Err(error) => drop(ready.send(Err(error))),
    })?;
    Ok(heard)
}

pub(crate) fn thread(name: &str, work: impl FnOnce() + Send + 'static) -> std::io::Result<()> {
    std::thread::Builder::new().name(name.to_owned()).spawn(work).map(drop)
}

/// The signals, if they are ours to hear.
fn hearing(reach: WatchdogScope) -> std::io::Result<Option<SignalReceiver>> {
    match reach {
        WatchdogScope::Host => Ok(None),
        WatchdogScope::Process => SignalReceiver::begin().map(Some),
    }
}

/// When a watch may go.
#[derive(Clone)]
struct WatchdogEnd {
    finished: CancellationToken,
    gone: CancellationToken,
}

impl WatchdogEnd {
    async fn reached(&self) {
        self.finished.cancelled().await;
        self.gone.cancelled().await;
    }
}

struct Watchdog {
    reach: WatchdogScope,
    tick: Duration,
    /// While nobody was found to hold a thread: an idle host is to cost nothing that one could measure.
    quiet: Duration,
    first_signal: Option<Instant>,
    steps: StepDetector,
    /// By slot.
    stalls: HashMap<usize, StallWatch>,
    executors: Executors,
    /// Whether there are timers, and when to look for overdue ones again.
    timers: bool,
    next_overdue: Instant,
    /// After which of its beats a service's silence was told, so that each silence is told once. Empty if nobody beats.
    silent: Vec<Option<tokio::time::Instant>>,
    stuck: StuckWarnings,
    reporter: Reporter,
}

struct StallWatch {
    held: LongPoll,
    since: Instant,
    next_warning: Duration,
    warned: bool,
    /// It is in `block_in_place`: another thread goes on as the executor that it was.
    elsewhere: bool,
}

impl Watchdog {
    fn new(core: &HostState, reach: WatchdogScope) -> Self {
        let tick = (core.settings.stall_warning / 4).clamp(Duration::from_millis(10), LONGEST_TICK);
        let silent = if core.services.iter().any(|service| service.heartbeat.is_some()) {
            vec![None; core.services.len()]
        } else {
            Vec::new()
        };
        Watchdog {
            timers: core.has_timers(),
            next_overdue: clock::real_now(),
            reach,
            tick,
            quiet: (tick * 2).min(LONGEST_TICK),
            first_signal: None,
            steps: StepDetector::new(),
            stalls: HashMap::new(),
            executors: Executors::default(),
            silent,
            stuck: StuckWarnings::default(),
            reporter: Reporter::default(),
        }
    }

    /// A signal that came before the host runs is its first: nothing is going to start.
    fn hear_what_came(&mut self, lent: &HostLink, hearing: Option<&mut SignalReceiver>) {
        let Some(hearing) = hearing else { return };
        while let Some(signal) = hearing.try_next() {
            if let LinkState::Lent(core) = &*lent.look() {
                self.signalled(core, signal);
            }
        }
    }

    fn run(&mut self, lent: &HostLink, end: &WatchdogEnd, mut hearing: Option<SignalReceiver>) {
        loop {
            let signal = async {
                match &mut hearing {
                    Some(hearing) => hearing.next().await,
                    None => std::future::pending().await,
                }
            };
            let (parking, mut next) = (ParkedThread::new(), pin!(select2(end.reached(), signal)));
            let heard = loop {
                let tick = if self.stalls.is_empty() { self.quiet } else { self.tick };
                if let Some(heard) = parking.wait(next.as_mut(), Some(tick)) {
                    break heard;
                }
                match &*lent.look() {
                    LinkState::Lent(core) => self.look(core),
                    LinkState::Over(until, code, what) => self.look_at_the_last_deadline(*until, *code, what),
                }
            };
            let Either::Right(signal) = heard else { return };
            match &*lent.look() {
                LinkState::Lent(core) => self.signalled(core, signal),
                LinkState::Over(..) => self.signalled_late(signal),
            }
        }
    }

    fn signalled(&mut self, core: &Arc<HostState>, signal: OsSignal) {
        let OsSignal { name, number } = signal;
        let now = clock::real_now();
        match self.first_signal {
            None => {
                self.first_signal = Some(now);
                if !core.stop.raise(StopCause::Signal(name, number))
                    && let Some(cause) = core.stop.cause().cloned()
                {
                    self.reporter.tell(move || {
                        tracing::info!(
                            target: "hostkit",
                            "{name}: stopping already, because of {cause}; another signal ends the process at once"
                        );
                    });
                }
            }
            Some(first) if now.duration_since(first) < REPEAT => {}
            Some(_) => {
                let code = signal.exit_code();
                let (core, dropped) = (core.clone(), self.reporter.dropped());
                leave(code, move |_| {
                    say(&format!("{name} again: ending at once, with exit code {code}"));
                    tell_left(&core);
                    tell_dropped(&dropped);
                });
            }
        }
    }

    /// Nothing is left that could be told to stop.
    fn signalled_late(&self, signal: OsSignal) {
        if self.first_signal.is_some_and(|first| clock::real_now().duration_since(first) < REPEAT) {
            return;
        }
        let (name, code) = (signal.name, signal.exit_code());
        leave(code, move |_| say(&format!("{name} after the end: ending at once, with exit code {code}")));
    }

    fn look_at_the_last_deadline(&self, until: Instant, code: u8, what: &str) {
        if self.reach == WatchdogScope::Process && clock::real_now() >= until {
            let what = what.to_owned();
            leave(code.into(), move |_| say(&format!("{what}: ending with exit code {code}")));
        }
    }

    fn look(&mut self, core: &Arc<HostState>) {
        core.pulse.notify_waiters();
        clock_steps::look(core, &mut self.steps, &mut self.reporter);
        self.look_for_stalls(core);
        self.look_for_heartbeats(core);
        self.stuck.look(core, &mut self.reporter);
        self.look_for_the_overdue(core);
        self.look_at_the_deadline(core);
    }

    fn look_for_stalls(&mut self, core: &HostState) {
        let (now, limit) = (clock::real_now(), core.settings.stall_warning);
        let mut before = std::mem::take(&mut self.stalls);
        for held in core.shared.slots.held() {
            let known = before.remove(&held.slot).filter(|stall| stall.held == held);
            let new =
                |held| StallWatch { held, since: now, next_warning: limit, warned: false, elsewhere: false };
            let stall = known.unwrap_or_else(|| new(held));
            self.stalls.insert(stall.held.slot, stall);
        }
        if self.stalls.is_empty() {
            return;
        }
        self.executors.look(&core.runtime, now);
        let mut warned = self.stalls.values().filter(|stall| stall.warned).count();
        let mut stalls = std::mem::take(&mut self.stalls);
        for stall in stalls.values_mut() {
            let lasted = now.duration_since(stall.since);
            if lasted < stall.next_warning {
                continue;
            }
            stall.next_warning = lasted + REMINDER;
            stall.elsewhere = !stall.warned && self.executors.stuck_since(stall.since) <= warned;
            if !stall.elsewhere {
                self.warn_of(core, stall, lasted);
                warned += usize::from(!std::mem::replace(&mut stall.warned, true));
            }
        }
        self.stalls = stalls;
    }

    fn warn_of(&mut self, core: &HostState, stall: &StallWatch, lasted: Duration) {
        let Some(name) = core.name_at(stall.held.owner) else { return };
        if !stall.warned
            && let Some(index) = core.find(&name)
        {
            core.services[index].record.stalled();
        }
        let harm = match core.runtime.runtime_flavor() {
            RuntimeFlavor::CurrentThread => "it is the only one, so nothing else runs meanwhile",
            _ => "nothing else runs there meanwhile",
        };
        let thread = stall.held.thread.clone();
        self.reporter.tell(move || {
            tracing::warn!(
                target: "hostkit",
                service = name,
                thread,
                "`{name}` holds its executor thread: no await for {lasted:.1?}; {harm}: \
                 move blocking work to `tokio::task::spawn_blocking`, or make the service a `fn`"
            );
        });
    }

    fn look_for_heartbeats(&mut self, core: &HostState) {
        if self.silent.is_empty() {
            return;
        }
        let _runtime = core.runtime.enter(); // its clock may be paused
        for (index, told) in self.silent.iter_mut().enumerate() {
            let service = &core.services[index];
            // Not whether it was healthy in between: it may come back and fall silent again between two ticks.
            let beat = service.record.last_beat();
            if let Some(silence) = service.missed_beat()
                && *told != beat
            {
                *told = beat;
                let name = service.record.name().to_owned();
                self.reporter.tell(move || {
                    tracing::warn!(target: "hostkit", service = name, "`{name}`: no heartbeat for {silence:.1?}: it is unhealthy");
                });
            }
        }
    }

    /// Due times that passed and nothing happened, even if what fires timers is what broke. Looks again when the first of those
    /// that are expected would be overdue; whatever is expected from now on is not overdue before that has passed.
    fn look_for_the_overdue(&mut self, core: &HostState) {
        let real_now = clock::real_now();
        if !self.timers || real_now < self.next_overdue || core.shared.closing.is_cancelled() {
            return;
        }
        let _runtime = core.runtime.enter(); // its clock may be paused
        let now = clock::now();
        let mut soonest = LEAST_TOLERANCE;
        for service in &core.services {
            let Some(control) = &service.control else { continue };
            match control.history.overdue(now) {
                Some(Overdue::Since(late)) => {
                    let name = service.record.name().to_owned();
                    self.reporter.tell(move || {
                        tracing::warn!(
                            target: "hostkit",
                            service = name,
                            "overdue: it should have fired {late:.1?} ago, and nothing happened"
                        );
                    });
                }
                Some(Overdue::In(left)) => soonest = soonest.min(left),
                None => {}
            }
        }
        self.next_overdue = real_now + soonest;
    }

    fn look_at_the_deadline(&self, core: &Arc<HostState>) {
        let Some(stopping) = core.stop.at() else { return };
        let (settings, now) = (&core.settings, clock::real_now());
        let (from, given) = match core.times.closing.get() {
            Some(closing) => (*closing, settings.close_timeout),
            None => (stopping, settings.drain_delay.saturating_add(settings.stop_timeout)),
        };
        let limit = from.checked_add(given.saturating_add(GRACE)); // none for a time without end
        if self.reach == WatchdogScope::Host || limit.is_none_or(|limit| now < limit) {
            return;
        }
        let stalls = self.stalls.values().filter(|stall| !stall.elsewhere);
        let blockers: Vec<_> = stalls.map(|stall| (stall.held.owner, now - stall.since)).collect();
        let (core, dropped) = (core.clone(), self.reporter.dropped());
        leave(Outcome::Aborted.exit_code().into(), move |code| {
            let report = Report::of(&core);
            if report.outcome() != Outcome::Clean {
                code.store(report.exit_code().into(), Ordering::Release);
            }
            for (owner, lasted) in blockers {
                if let Some(name) = core.name_at(owner) {
                    say(&format!("`{name}` has held its executor thread for {lasted:.1?}"));
                }
            }
            for service in report.services().iter().filter(|service| service.ending().is_none()) {
                say(&format!("`{}` did not stop within {given:.1?}", service.name()));
            }
            tell_left(&core);
            tell_dropped(&dropped);
            let cause = report.cause().map(|cause| format!(", because of {cause},")).unwrap_or_default();
            let code = code.load(Ordering::Acquire);
            say(&format!(
                "the stop{cause} did not end in time and the runtime is blocked: ending with exit code {code}"
            ));
        });
    }
}

/// What was accepted and will not be done.
fn tell_left(_core: &HostState) {
    #[cfg(feature = "queue")]
    crate::host::run::drain::tell_left(_core);
}
