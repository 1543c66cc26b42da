//! The watchdog: a thread of its own that nothing of the user's runs on. It hears signals, names who holds an executor thread
//! while it is held, misses heartbeats, and ends the process when the deadline has passed and nothing else can.
//!
//! Between its ticks it is parked, since a tick of the runtime's timer is two or three wake-ups of the thread. In a host that
//! owns the process, signals come from a second thread (`signal.rs`). Here it looks and acts; what follows from what is
//! `monitor.rs`. It never blocks: what it has to say goes to the reporter (`reporter.rs`), and what ends the process waits for no
//! log (`exit.rs`).

use std::pin::pin;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, Instant};

use hostkit_grammar::duration::show;
use tokio::runtime::RuntimeFlavor;
use tokio::sync::oneshot;
use tokio_util::sync::CancellationToken;

use super::exit::{leave, say};
use super::monitor::{Action, Monitor, Observations, SignalAction};
use super::reporter::{Reporter, tell_dropped};
use super::signal::{OsSignal, SignalReceiver};
use crate::host::run::drain;
use crate::host::view::report::{Outcome, Report};
use crate::host::view::request::StopCause;
use crate::host::view::state::HostState;
use crate::host::view::stuck_queues::{StuckPart, StuckQueues};
use crate::schedule::LEAST_TOLERANCE;
use crate::service::{Overdue, TimerCommand};
use crate::state::LongPoll;
use crate::sync::block_on::ParkedThread;
use crate::sync::lock::lock_unpoisoned;
use crate::sync::select2::{Either, select2};
use crate::time::clock;
use crate::time::clock_step::ClockStep;
use crate::time::wall_history;

/// By how much the deadline is exceeded before the watchdog concludes that the host itself is blocked.
const GRACE: Duration = Duration::from_millis(500);
/// Deadlines are looked at this often, however large `stall_warning` is.
const LONGEST_TICK: Duration = Duration::from_millis(100);

/// Whether the host owns the process: hears its signals, and may end it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum WatchdogScope {
    Host,
    Process,
}

/// The host as its watchdog sees it. The watchdog borrows the state through this mutex, so that it never owns it last.
#[derive(Clone)]
pub(crate) struct HostLink(Arc<Mutex<LinkState>>);

enum LinkState {
    Runs(Arc<HostState>),
    /// Until when what the host held may take to be dropped, the exit code if it takes longer, and what it is.
    Over(Instant, u8, String),
}

impl HostLink {
    pub(crate) fn new(core: Arc<HostState>) -> Self {
        HostLink(Arc::new(Mutex::new(LinkState::Runs(core))))
    }

    fn lock(&self) -> MutexGuard<'_, LinkState> {
        lock_unpoisoned(&self.0)
    }
}

/// Takes the host away from its watchdog, however the host's life ends.
pub(crate) struct UnlinkOnDrop {
    link: HostLink,
    /// Of the host's report, as soon as there is one.
    pub(crate) code: u8,
}

impl UnlinkOnDrop {
    pub(crate) fn of(link: HostLink) -> Self {
        UnlinkOnDrop { link, code: Outcome::Clean.exit_code() }
    }
}

impl Drop for UnlinkOnDrop {
    fn drop(&mut self) {
        let mut link = self.link.lock();
        let LinkState::Runs(core) = &*link else { return };
        let core = core.clone();
        let soon = clock::real_now() + GRACE;
        let closed = core.times.closing.get().and_then(|from| from.checked_add(core.settings.close_timeout));
        let until = closed.map_or(soon, |closed| soon.max(closed + GRACE));
        let clean = self.code == Outcome::Clean.exit_code();
        let code = if clean { Outcome::Aborted.exit_code() } else { self.code };
        let what = core.undropped.get().cloned();
        let what =
            what.unwrap_or_else(|| "a value of the host's is being dropped, and that does not end".into());
        *link = LinkState::Over(until, code, what);
        drop(link);
        core.finished.cancel();
    }
}

/// Starts the watchdog; with [`WatchdogScope::Process`] the receiver tells once signals are heard. It ends when the host has finished
/// and, by `gone`, nothing of it is left.
pub(crate) fn spawn(
    core: &HostState,
    link: HostLink,
    gone: CancellationToken,
    scope: WatchdogScope,
) -> std::io::Result<oneshot::Receiver<std::io::Result<()>>> {
    let (ready, heard) = oneshot::channel();
    let finished = core.finished.clone();
    let mut watchdog = Watchdog::new(core, link, scope);
    thread("hostkit-watch", move || {
        let signals = match scope {
            WatchdogScope::Host => Ok(None),
            WatchdogScope::Process => SignalReceiver::begin().map(Some),
        };
        match signals {
            Ok(mut signals) => {
                // One that came before the host runs is its first: nothing is going to start.
                while let Some(signal) = signals.as_mut().and_then(SignalReceiver::try_next) {
                    watchdog.signalled(signal);
                }
                let _ = ready.send(Ok(()));
                watchdog.run(signals, async {
                    finished.cancelled().await;
                    gone.cancelled().await;
                });
            }
            Err(error) => drop(ready.send(Err(error))),
        }
    })?;
    Ok(heard)
}

pub(crate) fn thread(name: &str, work: impl FnOnce() + Send + 'static) -> std::io::Result<()> {
    std::thread::Builder::new().name(name.to_owned()).spawn(work).map(drop)
}

struct Watchdog {
    link: HostLink,
    scope: WatchdogScope,
    /// While a poll is watched; twice as long else: an idle host is to cost nothing that one could measure.
    tick: Duration,
    monitor: Monitor,
    reporter: Reporter,
    /// How many steps of the wall clock it has seen.
    steps_seen: usize,
    /// Whether to look for heartbeats, and for overdue timers.
    has_heartbeats: bool,
    has_timers: bool,
    /// When the first timer could be overdue.
    next_overdue: Instant,
}

impl Watchdog {
    fn new(core: &HostState, link: HostLink, scope: WatchdogScope) -> Self {
        Watchdog {
            link,
            scope,
            tick: (core.settings.stall_warning / 4).clamp(Duration::from_millis(10), LONGEST_TICK),
            monitor: Monitor::new(core.settings.stall_warning),
            reporter: Reporter::default(),
            steps_seen: wall_history::step_count(),
            has_heartbeats: core.services.iter().any(|service| service.heartbeat.is_some()),
            has_timers: core.has_timers(),
            next_overdue: clock::real_now(),
        }
    }

    fn run(&mut self, mut signals: Option<SignalReceiver>, end: impl Future<Output = ()>) {
        let mut end = pin!(end);
        loop {
            let signal = async {
                match &mut signals {
                    Some(signals) => signals.next().await,
                    None => std::future::pending().await,
                }
            };
            let (parking, mut next) = (ParkedThread::new(), pin!(select2(end.as_mut(), signal)));
            let heard = loop {
                let tick = if self.monitor.is_busy() { self.tick } else { (self.tick * 2).min(LONGEST_TICK) };
                if let Some(heard) = parking.wait(next.as_mut(), Some(tick)) {
                    break heard;
                }
                self.tick();
            };
            match heard {
                Either::Left(()) => return,
                Either::Right(signal) => self.signalled(signal),
            }
        }
    }

    fn tick(&mut self) {
        let link = self.link.clone();
        match &*link.lock() {
            LinkState::Runs(core) => {
                core.pulse.notify_waiters();
                let seen = self.observe(core);
                for action in self.monitor.decide(seen, clock::real_now()) {
                    self.act(core, action);
                }
            }
            LinkState::Over(until, code, what) => {
                if self.scope == WatchdogScope::Process && clock::real_now() >= *until {
                    let (code, what) = (*code, what.clone());
                    leave(code.into(), move |_| say(&format!("{what}: ending with exit code {code}")));
                }
            }
        }
    }

    fn observe(&mut self, core: &HostState) -> Observations {
        let _runtime = core.runtime.enter(); // its clock may be paused
        let polls = core.shared.slots.held();
        let executors = if polls.is_empty() { Vec::new() } else { executors(core) };
        let mut seen = Observations { polls, executors, deadline: self.deadline(core), ..Default::default() };
        if core.shared.wall.drifts() {
            seen.steps.extend(std::iter::from_fn(|| wall_history::next_step(&mut self.steps_seen)));
        }
        if self.has_heartbeats {
            let services = core.services.iter().enumerate();
            seen.silent.extend(services.filter_map(|(index, service)| {
                let beat = service.record.last_beat()?; // before it is found missing
                Some((index, beat, service.missed_beat()?))
            }));
        }
        seen.stuck = StuckQueues::of(core).parts();
        self.look_for_overdue(core, &mut seen.overdue);
        seen
    }

    /// Looks again when the first of the due times that are expected would be overdue: what is expected from now on is not overdue
    /// before that has passed. So it finds them even if what fires timers is what broke.
    fn look_for_overdue(&mut self, core: &HostState, overdue: &mut Vec<(usize, Duration)>) {
        let real_now = clock::real_now();
        if !self.has_timers || real_now < self.next_overdue || core.shared.closing.is_cancelled() {
            return;
        }
        let (now, mut soonest) = (clock::now(), LEAST_TOLERANCE);
        for (index, service) in core.services.iter().enumerate() {
            match service.timer.as_ref().and_then(|timer| timer.history.overdue(now)) {
                Some(Overdue::Since(late)) => overdue.push((index, late)),
                Some(Overdue::In(left)) => soonest = soonest.min(left),
                None => {}
            }
        }
        self.next_overdue = real_now + soonest;
    }

    /// When the host has had all its time and cannot end by itself; none for a time without end.
    fn deadline(&self, core: &HostState) -> Option<Instant> {
        let (from, given) = time_to_stop(core)?;
        let limit = from.checked_add(given.saturating_add(GRACE));
        limit.filter(|_| self.scope == WatchdogScope::Process)
    }

    fn act(&mut self, core: &Arc<HostState>, action: Action) {
        let name = |service: usize| core.services[service].record.name().to_owned();
        match action {
            Action::WarnOfPoll { poll, lasted, first } => self.warn_of_poll(core, poll, lasted, first),
            Action::WarnOfSilence(service, silence) => {
                let name = name(service);
                self.reporter.tell(move || {
                    tracing::warn!(target: "hostkit", service = name, "`{name}`: no heartbeat for {silence:.1?}: it is unhealthy");
                });
            }
            Action::WarnOfOverdue(service, late) => {
                let name = name(service);
                self.reporter.tell(move || {
                    tracing::warn!(target: "hostkit", service = name, "overdue: it should have fired {late:.1?} ago, and nothing happened");
                });
            }
            Action::WarnOfStuckQueues(StuckPart { names, warning, .. }) => {
                self.reporter.tell(move || tracing::warn!(target: "hostkit", service = names, "{warning}"));
            }
            Action::WarnOfStep(step) => self.reporter.tell(move || warn_of_step(step)),
            Action::CheckDueTimes(step) => {
                let _runtime = core.runtime.enter(); // its clock
                for timer in core.services.iter().filter_map(|service| service.timer.as_ref()) {
                    timer.send(TimerCommand::CheckClock);
                }
                core.draining.iter().for_each(|queue| queue.steer.wall_stepped(step));
            }
            Action::EndProcess { holders } => self.end_process(core, holders),
        }
    }

    fn warn_of_poll(&mut self, core: &HostState, poll: LongPoll, lasted: Duration, first: bool) {
        let Some(name) = core.name_at(poll.owner) else { return };
        if let Some(index) = core.find(&name).filter(|_| first) {
            core.services[index].record.stalled();
        }
        let harm = match core.runtime.runtime_flavor() {
            RuntimeFlavor::CurrentThread => "it is the only one, so nothing else runs meanwhile",
            _ => "nothing else runs there meanwhile",
        };
        self.reporter.tell(move || {
            tracing::warn!(
                target: "hostkit",
                service = name,
                thread = poll.thread,
                "`{name}` holds its executor thread: no await for {lasted:.1?}; {harm}: \
                 move blocking work to `tokio::task::spawn_blocking`, or make the service a `fn`"
            );
        });
    }

    fn signalled(&mut self, signal: OsSignal) {
        let (OsSignal { name, .. }, code) = (signal, signal.exit_code());
        let link = self.link.clone();
        let link = link.lock();
        let core = match &*link {
            LinkState::Runs(core) => Some(core.clone()),
            LinkState::Over(..) => None,
        };
        match (self.monitor.signalled(clock::real_now(), core.is_none()), core) {
            (SignalAction::Stop, Some(core)) => {
                if !core.stop.raise(StopCause::Signal(name, signal.number))
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
            (SignalAction::EndProcess, Some(core)) => {
                let dropped = self.reporter.dropped();
                leave(code, move |_| {
                    say(&format!("{name} again: ending at once, with exit code {code}"));
                    drain::tell_left(&core);
                    tell_dropped(&dropped);
                });
            }
            (SignalAction::EndProcess, None) => {
                leave(code, move |_| {
                    say(&format!("{name} after the end: ending at once, with exit code {code}"))
                });
            }
            (SignalAction::Ignore, _) | (SignalAction::Stop, None) => {}
        }
    }

    fn end_process(&self, core: &Arc<HostState>, holders: Vec<(usize, Duration)>) -> ! {
        let (core, dropped) = (core.clone(), self.reporter.dropped());
        leave(Outcome::Aborted.exit_code().into(), move |code| {
            let report = Report::of(&core);
            if report.outcome() != Outcome::Clean {
                code.store(report.exit_code().into(), Ordering::Release);
            }
            for (owner, lasted) in holders {
                if let Some(name) = core.name_at(owner) {
                    say(&format!("`{name}` has held its executor thread for {lasted:.1?}"));
                }
            }
            let given = time_to_stop(&core).map(|(_, given)| given).unwrap_or_default();
            for service in report.services().iter().filter(|service| service.ending().is_none()) {
                say(&format!("`{}` did not stop within {given:.1?}", service.name()));
            }
            drain::tell_left(&core);
            tell_dropped(&dropped);
            let cause = report.cause().map(|cause| format!(", because of {cause},")).unwrap_or_default();
            let code = code.load(Ordering::Acquire);
            say(&format!(
                "the stop{cause} did not end in time and the runtime is blocked: ending with exit code {code}"
            ));
        });
    }
}

/// Since when the host stops, or closes its values, and how long that may take.
fn time_to_stop(core: &HostState) -> Option<(Instant, Duration)> {
    let (stopping, settings) = (core.stop.at()?, &core.settings);
    Some(match core.times.closing.get() {
        Some(closing) => (*closing, settings.close_timeout),
        None => (stopping, settings.drain_delay.saturating_add(settings.stop_timeout)),
    })
}

/// What the runtime says of its threads, where there are several.
fn executors(core: &HostState) -> Vec<(u64, Duration)> {
    if core.runtime.runtime_flavor() == RuntimeFlavor::CurrentThread {
        return Vec::new();
    }
    let metrics = core.runtime.metrics();
    let worker = |index| (metrics.worker_park_unpark_count(index), metrics.worker_total_busy_duration(index));
    (0..metrics.num_workers()).map(worker).collect()
}

fn warn_of_step(step: ClockStep) {
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
