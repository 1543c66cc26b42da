//! The operating system's requests to stop: the one door to them, for every system.
//!
//! A thread hears them from the first instruction of `main!` (of `Host::run` in a program with a main of its own) to the end of the process.
//! What a signal does depends on what the program is doing: see [`SignalPhase`].

use std::future::{pending, poll_fn};
use std::io;
use std::sync::Mutex;
use std::task::Poll;

use tokio::runtime::{Builder, Runtime};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use super::exit::{leave, say};
use super::signal_response::{PREPARATION, Response, Responses, Situation};
use super::watch::thread;
use crate::host::view::report::Outcome;
use crate::sync::lock::lock_unpoisoned;
use crate::sync::select2::{Either, select2};
use crate::time::clock;

/// A signal that asks for a stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct OsSignal {
    pub(crate) name: &'static str,
    pub(crate) number: i32,
}

impl OsSignal {
    /// What a shell says of a process that such a signal has ended.
    pub(crate) fn exit_code(self) -> i32 {
        128 + self.number
    }
}

/// What a signal does.
#[derive(Default)]
enum SignalPhase {
    /// `main!` puts the host together. The first signal waits for the host, which then starts nothing; a second one ends the process.
    Preparing(Option<OsSignal>),
    /// Nothing that could stop in good order: each ends the process, as it would without hostkit.
    #[default]
    Alone,
    /// These hosts answer.
    Hosts(Vec<UnboundedSender<OsSignal>>),
}

/// Where the signals arrive.
static PHASE: Mutex<SignalPhase> = Mutex::new(SignalPhase::Alone);
/// Whether the thread that hears them runs.
static HEARD: Mutex<bool> = Mutex::new(false);

/// Hears signals from here on, until the process ends. Those that were ignored when the process began stay so.
fn hear() -> io::Result<()> {
    let mut heard = lock_unpoisoned(&HEARD);
    if !*heard {
        let runtime = Builder::new_current_thread().enable_io().enable_time().build()?;
        let signals = {
            let _runtime = runtime.enter();
            SignalStreams::listen()?
        };
        thread("hostkit-signals", move || listen(&runtime, signals))?;
        *heard = true;
    }
    Ok(())
}

/// Does what [`Responses`] says.
fn listen(runtime: &Runtime, mut signals: SignalStreams) {
    runtime.block_on(async {
        let mut responses = Responses::default();
        loop {
            let unanswered = async {
                match responses.limit() {
                    Some(limit) => clock::sleep_until(limit.into()).await,
                    None => pending().await,
                }
            };
            match select2(signals.next(), unanswered).await {
                Either::Left(signal) => {
                    let response = lock_unpoisoned(&PHASE).signalled(signal, &mut responses);
                    if let Response::Leave(why) = response {
                        leave_at_once(signal, why);
                    }
                }
                Either::Right(()) => {
                    let situation = lock_unpoisoned(&PHASE).situation();
                    if let Some(signal) = responses.unanswered(situation) {
                        leave_unprepared(signal);
                    }
                }
            }
        }
    })
}

fn leave_unprepared(signal: OsSignal) -> ! {
    leave(Outcome::Aborted.exit_code().into(), move |_| {
        let limit = hostkit_grammar::duration::show(PREPARATION);
        say(&format!("{}: what prepares the host did not end within {limit}: ending", signal.name));
    })
}

fn leave_at_once(signal: OsSignal, why: &'static str) -> ! {
    leave(signal.exit_code(), move |_| {
        if !why.is_empty() {
            say(&format!("{} {why}: ending at once, with exit code {}", signal.name, signal.exit_code()));
        }
    })
}

/// `main!` begins: from here on no signal is lost. Where they can't be heard, the host says so when it starts.
pub(crate) fn prepare() {
    *lock_unpoisoned(&PHASE) = SignalPhase::Preparing(None);
    let _ = hear();
}

/// No host is going to run: a signal ends the process, also one that has come already.
#[cfg(feature = "cli")]
pub(crate) fn run_alone() {
    let before = std::mem::take(&mut *lock_unpoisoned(&PHASE));
    if let SignalPhase::Preparing(Some(signal)) = before {
        leave(signal.exit_code(), |_| {});
    }
}

impl SignalPhase {
    fn situation(&self) -> Situation {
        match self {
            SignalPhase::Preparing(first) => Situation::Preparing { signalled: first.is_some() },
            SignalPhase::Alone => Situation::Alone,
            SignalPhase::Hosts(hosts) if hosts.iter().all(UnboundedSender::is_closed) => {
                Situation::NoHostLeft
            }
            SignalPhase::Hosts(_) => Situation::Hosts,
        }
    }

    /// Does what concerns the hosts; to leave is the caller's, without the lock.
    fn signalled(&mut self, signal: OsSignal, responses: &mut Responses) -> Response {
        let response = responses.to(signal, clock::real_now(), self.situation());
        match response {
            Response::Ignore | Response::Leave(_) => {}
            Response::Keep => *self = SignalPhase::Preparing(Some(signal)),
            Response::Deliver => {
                if let SignalPhase::Hosts(hosts) = self {
                    hosts.retain(|host| host.send(signal).is_ok());
                }
            }
        }
        response
    }
}

/// A host's ear: signals go to it for as long as it lives.
pub(crate) struct SignalReceiver(UnboundedReceiver<OsSignal>);

impl SignalReceiver {
    /// Hears what comes from here on, and what came while the host was prepared.
    pub(crate) fn begin() -> io::Result<Self> {
        let (host, heard) = unbounded_channel();
        let mut phase = lock_unpoisoned(&PHASE);
        match &mut *phase {
            SignalPhase::Hosts(hosts) => hosts.push(host),
            SignalPhase::Preparing(Some(signal)) => {
                let _ = host.send(*signal);
                *phase = SignalPhase::Hosts(vec![host]);
            }
            SignalPhase::Preparing(None) | SignalPhase::Alone => *phase = SignalPhase::Hosts(vec![host]),
        }
        drop(phase);
        hear()?;
        Ok(SignalReceiver(heard))
    }

    /// One that has come already.
    pub(crate) fn try_next(&mut self) -> Option<OsSignal> {
        self.0.try_recv().ok()
    }

    /// The next one.
    pub(crate) async fn next(&mut self) -> OsSignal {
        match self.0.recv().await {
            Some(signal) => signal,
            None => pending().await,
        }
    }
}

impl Drop for SignalReceiver {
    /// After the last host the program is alone again.
    fn drop(&mut self) {
        self.0.close();
        let mut phase = lock_unpoisoned(&PHASE);
        if let SignalPhase::Hosts(hosts) = &mut *phase {
            hosts.retain(|host| !host.is_closed());
            if hosts.is_empty() {
                *phase = SignalPhase::Alone;
            }
        }
    }
}

/// All of them, listened to.
struct SignalStreams(Vec<(OsSignal, os::SignalSource)>);

impl SignalStreams {
    /// Must be called within a runtime that drives them.
    fn listen() -> io::Result<Self> {
        let ignored = os::ignored();
        let heard = os::ALL.iter().filter(|(_, number, _)| !ignored.contains(number));
        let listeners = heard.map(|(name, number, open)| Ok((OsSignal { name, number: *number }, open()?)));
        Ok(SignalStreams(listeners.collect::<io::Result<_>>()?))
    }

    async fn next(&mut self) -> OsSignal {
        poll_fn(|cx| {
            for (signal, source) in &mut self.0 {
                if let Poll::Ready(Some(())) = source.poll_recv(cx) {
                    return Poll::Ready(*signal);
                }
            }
            Poll::Pending
        })
        .await
    }
}

#[cfg(unix)]
mod os {
    use std::io;
    use tokio::signal::unix::{Signal, SignalKind, signal};

    pub(crate) type SignalSource = Signal;
    type Open = fn() -> io::Result<Signal>;

    /// The numbers are those that a shell adds to 128.
    pub(crate) const ALL: [(&str, i32, Open); 4] = [
        ("SIGTERM", 15, || signal(SignalKind::terminate())),
        ("SIGINT", 2, || signal(SignalKind::interrupt())),
        ("SIGQUIT", 3, || signal(SignalKind::quit())),
        ("SIGHUP", 1, || signal(SignalKind::hangup())),
    ];

    /// Those that the parent process had ignored on purpose, as `nohup` does, and a shell for what it starts by `&`. Only Linux tells.
    pub(crate) fn ignored() -> Vec<i32> {
        let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
        let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
        let mask = mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or(0);
        (1..=64).filter(|number| mask >> (number - 1) & 1 == 1).collect()
    }
}

#[cfg(windows)]
mod os {
    use std::io;
    use std::task::{Context, Poll};
    use tokio::signal::windows;

    pub(crate) enum SignalSource {
        C(windows::CtrlC),
        Break(windows::CtrlBreak),
        Close(windows::CtrlClose),
        Shutdown(windows::CtrlShutdown),
    }
    type Open = fn() -> io::Result<SignalSource>;

    /// Numbers as on Unix, so that exit codes mean the same everywhere.
    pub(crate) const ALL: [(&str, i32, Open); 4] = [
        ("Ctrl-C", 2, || windows::ctrl_c().map(SignalSource::C)),
        ("Ctrl-Break", 3, || windows::ctrl_break().map(SignalSource::Break)),
        ("console close", 15, || windows::ctrl_close().map(SignalSource::Close)),
        ("system shutdown", 15, || windows::ctrl_shutdown().map(SignalSource::Shutdown)),
    ];

    pub(crate) fn ignored() -> Vec<i32> {
        Vec::new()
    }

    impl SignalSource {
        pub(crate) fn poll_recv(&mut self, cx: &mut Context<'_>) -> Poll<Option<()>> {
            match self {
                SignalSource::C(source) => source.poll_recv(cx),
                SignalSource::Break(source) => source.poll_recv(cx),
                SignalSource::Close(source) => source.poll_recv(cx),
                SignalSource::Shutdown(source) => source.poll_recv(cx),
            }
        }
    }
}

#[cfg(not(any(unix, windows)))]
mod os {
    use std::io;
    use std::task::{Context, Poll};

    /// No system that asks: only the program itself stops the host.
    pub(crate) enum SignalSource {}
    type Open = fn() -> io::Result<SignalSource>;
    pub(crate) const ALL: [(&str, i32, Open); 0] = [];

    pub(crate) fn ignored() -> Vec<i32> {
        Vec::new()
    }

    impl SignalSource {
        pub(crate) fn poll_recv(&mut self, _: &mut Context<'_>) -> Poll<Option<()>> {
            match *self {}
        }
    }
}
