//! A host's life from outside: run it, or start it and hold on to it.

use std::error::Error;
use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use tokio::runtime::Handle;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::core::Core;
use super::release::release;
use super::stealable::StealableWaker;
use super::watchdog::watch::{self, HostLink, UnlinkOnDrop, WatchdogScope};
use super::{progress, start, stop};
use crate::host::builder::HostBuilder;
use crate::host::plan::planned::Plan;
use crate::host::view::handle::HostHandle;
use crate::host::view::report::Report;
use crate::host::view::request::StopCause;
use crate::host::view::start_failure::StartProblem;
use crate::host::view::state::{HostState, Status};
#[cfg(feature = "cli")]
use crate::state::{Role, ServiceRecord};
use crate::sync::BoxFuture;
use crate::sync::select2::{Either, select2};
use crate::time::clock;

/// A validated host, ready to run.
///
/// ```
/// use hostkit::prelude::*;
/// use hostkit::Host;
///
/// # #[tokio::main]
/// # async fn main() -> Result<(), hostkit::BuildError> {
/// let report = Host::builder()
///     .service("greeter", || async { tracing::info!("hello") })
///     .build()?
///     .run()
///     .await;
/// assert!(report.is_clean());
/// # Ok(())
/// # }
/// ```
pub struct Host {
    plan: Plan,
}

impl Host {
    /// An empty host, to be filled.
    pub fn builder() -> HostBuilder {
        HostBuilder::new()
    }

    pub(crate) fn of(plan: Plan) -> Self {
        Host { plan }
    }

    #[cfg(feature = "cli")] // for `check`
    pub(crate) fn plan(&self) -> &Plan {
        &self.plan
    }

    /// Runs to the end: until a signal, a request, a failure, or until no work is left.
    ///
    /// It takes the process's signals (SIGTERM, SIGINT, SIGQUIT, SIGHUP; not those that were ignored when the process began), and a
    /// second one ends the process. When every executor thread is blocked past the stop deadline, it ends the process too.
    /// Dropping the future stops the services.
    ///
    /// In a program that goes on afterwards each of these signals ends the process, with 128 and its number as the exit code: a
    /// signal that was once taken can't be given back its default, so hostkit does what that would do.
    ///
    /// It installs no panic hook, since that belongs to the program: a failure says what a panic said, and where only in a program of
    /// [`main!`](crate::main!). Elsewhere the place is in what the program's own hook prints.
    ///
    /// # Panics
    /// Outside a tokio runtime, or in one whose time driver is off.
    pub async fn run(self) -> Report {
        let gone = CancellationToken::new();
        let _gone = gone.clone().drop_guard(); // dropped last, after all that the host held
        self.owning_the_process(gone).await.await
    }

    /// The same with a task of the host that, once the host is ready, is done and then asks for the stop.
    #[cfg(feature = "cli")]
    pub(crate) async fn run_for(self, work: impl FnOnce(HostHandle) -> BoxFuture<'static, ()>) -> Report {
        let gone = CancellationToken::new();
        let _gone = gone.clone().drop_guard();
        let life = self.owning_the_process(gone).await;
        let state = life.core.clone();
        let work = work(HostHandle(state.clone()));
        let tasks = state.tasks.clone();
        let task = async move {
            if let Either::Left(()) = select2(state.shared.ready.cancelled(), state.stop.raised()).await {
                work.await;
                state.stop.raise(StopCause::Requested);
            }
            Ok(())
        };
        tasks.spawn(ServiceRecord::apart(Role::Task, "trigger"), Box::pin(task));
        life.await
    }

    async fn owning_the_process(self, gone: CancellationToken) -> HostFuture {
        let life = HostFuture::begin(self.plan, WatchdogScope::Process);
        match watch::spawn(&life.core, life.lent.clone(), gone, WatchdogScope::Process) {
            Ok(heard) => {
                if let Ok(Err(error)) = heard.await {
                    life.core.start_failed(
                        "hostkit",
                        None,
                        StartProblem::failed("can't hear signals", error),
                    );
                }
            }
            Err(error) => {
                life.core.start_failed("hostkit", None, no_watch(error));
            }
        }
        life
    }

    /// Starts without touching the process's signals, and returns when everything has started.
    ///
    /// # Errors
    /// When the start failed, or a stop was requested meanwhile; what had started has been stopped again.
    ///
    /// # Panics
    /// Outside a tokio runtime, or in one whose time driver is off.
    pub async fn start(self) -> Result<RunningHost, StartError> {
        let life = HostFuture::begin(self.plan, WatchdogScope::Host);
        let core = life.core.clone();
        if let Err(error) = watch::spawn(&core, life.lent.clone(), core.finished.clone(), WatchdogScope::Host)
        {
            core.start_failed("hostkit", None, no_watch(error));
        }
        let mut running = RunningHost { life: core.runtime.spawn(life), core, has_ended: false };
        // Both stay true once they are: a host that has started and come to its end at once has started.
        let (ready, finished) = (&running.core.shared.ready, &running.core.finished);
        select2(ready.cancelled(), finished.cancelled()).await;
        if ready.is_cancelled() {
            return Ok(running);
        }
        Err(StartError(Box::new(running.ended().await)))
    }
}

impl fmt::Debug for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.plan.services.iter().map(|service| service.record.name()).collect();
        f.debug_struct("Host").field("services", &names).finish_non_exhaustive()
    }
}

fn no_watch(error: std::io::Error) -> StartProblem {
    StartProblem::failed("can't start its watch thread", error)
}

/// The life of a host, driven by whoever awaits it: by the thread of `block_on`, which no service of a multi-thread runtime
/// can block. Dropped before its end, it goes on by itself, to stop in good order.
struct HostFuture {
    core: Arc<HostState>,
    course: Option<BoxFuture<'static, Report>>,
    lent: HostLink,
    stealable: StealableWaker,
}

impl HostFuture {
    fn begin(plan: Plan, reach: WatchdogScope) -> Self {
        for warning in &plan.warnings {
            tracing::warn!(target: "hostkit", "{warning}");
        }
        let host = Core::new(plan, Handle::current());
        let core = host.state.clone();
        let lent = HostLink::new(core.clone());
        let course = Box::pin(course(host, UnlinkOnDrop::of(lent.clone()), reach));
        HostFuture { core, course: Some(course), lent, stealable: StealableWaker::default() }
    }
}

/// The whole of it. The host comes back from the watch, however this ends.
async fn course(core: Arc<Core>, mut lease: UnlinkOnDrop, reach: WatchdogScope) -> Report {
    let state = core.state.clone();
    start::start(&core).await;
    if let Either::Right(()) = select2(state.stop.raised(), state.live.wait_until_zero()).await {
        state.stop.raise(StopCause::NoWorkLeft);
    }
    let begun = progress::telling(&state, stop::stop(&core)).await;
    let releasing = release(core).await;
    let _ = state.times.stopped_in.set(clock::now().duration_since(begun));
    state.status.send_replace(Status::Stopped);
    let report = Report::of(&state);
    if !state.settings.by_hand {
        report.log();
    }
    lease.code = report.exit_code();
    drop(lease);
    // Nobody could leave the process while it goes on, so the watch ends it.
    if let (Some(releasing), WatchdogScope::Process) = (releasing, reach) {
        let _ = releasing.await;
    }
    report
}

impl Future for HostFuture {
    type Output = Report;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Report> {
        let HostFuture { core, course: this, stealable, .. } = &mut *self;
        let Some(course) = this else { return Poll::Pending };
        let waker = stealable.waker(cx.waker(), &core.runtime);
        let polled = course.as_mut().poll(&mut Context::from_waker(&waker));
        if polled.is_ready() {
            *this = None;
        }
        polled
    }
}

impl Drop for HostFuture {
    fn drop(&mut self) {
        if let Some(course) = self.course.take() {
            self.core.stop.raise(StopCause::Dropped);
            let course: BoxFuture<'static, ()> = Box::pin(async { drop(course.await) }); // a task's type that is compiled anyway
            self.core.runtime.spawn(course);
        }
    }
}

/// A host that has started. Dropping it stops the services.
pub struct RunningHost {
    core: Arc<HostState>,
    life: JoinHandle<Report>,
    has_ended: bool,
}

impl RunningHost {
    /// A handle, to be given away.
    pub fn handle(&self) -> HostHandle {
        HostHandle(self.core.clone())
    }

    /// Waits until the host has ended: by itself, or because a [`HostHandle`] asked it to stop.
    ///
    /// Dropped before its end it loses nothing, and the host goes on: it can be one of several things that are waited for. Once the
    /// host has ended, each further call tells of it again, at once.
    ///
    /// ```
    /// # use std::time::Duration;
    /// # #[tokio::main]
    /// # async fn main() {
    /// let host = hostkit::Host::builder().service("brief", || async {
    ///     tokio::time::sleep(Duration::from_millis(20)).await;
    /// });
    /// let mut host = host.build().unwrap().start().await.unwrap();
    /// let report = loop {
    ///     tokio::select! {
    ///         report = host.wait() => break report,
    ///         () = tokio::time::sleep(Duration::from_millis(5)) => println!("it still runs"),
    ///     }
    /// };
    /// assert!(report.is_clean());
    /// # }
    /// ```
    pub async fn wait(&mut self) -> Report {
        self.ended().await
    }

    /// Stops the host, and waits until it has ended.
    pub async fn stop(mut self) -> Report {
        self.core.stop.raise(StopCause::Requested);
        self.ended().await
    }

    async fn ended(&mut self) -> Report {
        if !self.has_ended {
            let ended = (&mut self.life).await;
            self.has_ended = true; // a task gives its output once, and panics at a second question
            if let Ok(report) = ended {
                return report;
            }
        }
        Report::of(&self.core) // told before, or the runtime is shutting down
    }
}

impl Drop for RunningHost {
    fn drop(&mut self) {
        self.core.stop.raise(StopCause::Dropped); // the life goes on, to its end
    }
}

impl fmt::Debug for RunningHost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RunningHost").field("handle", &self.handle()).finish()
    }
}

/// A host did not come up. Its report tells why, and how what had started was stopped again.
pub struct StartError(Box<Report>);

impl StartError {
    /// The report of the short life.
    pub fn report(&self) -> &Report {
        &self.0
    }

    /// The report of the short life.
    pub fn into_report(self) -> Report {
        *self.0
    }
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.cause() {
            Some(StopCause::StartFailed(what, how)) => write!(f, "the host did not start: `{what}` {how}"),
            Some(cause) => write!(f, "the host did not start, because of {cause}"),
            None => f.write_str("the host did not start"),
        }
    }
}

impl fmt::Debug for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}\n{}", self.0)
    }
}

impl Error for StartError {}
