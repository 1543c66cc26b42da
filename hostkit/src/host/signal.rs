//! The operating system's requests to stop. The one door to them, for every system.

use std::future::poll_fn;
use std::io;
use std::task::Poll;

/// The signals that ask for a stop, listened to from the moment that this is made.
pub(super) struct Signals(Vec<Listener>);

struct Listener {
    name: &'static str,
    number: i32,
    source: os::Source,
}

impl Signals {
    /// Must be called within a runtime that drives them.
    pub(super) fn listen() -> io::Result<Self> {
        let listeners = os::ALL
            .iter()
            .map(|(name, number, open)| Ok(Listener { name, number: *number, source: open()? }));
        Ok(Signals(listeners.collect::<io::Result<_>>()?))
    }

    /// The next one: its name and number.
    pub(super) async fn next(&mut self) -> (&'static str, i32) {
        poll_fn(|cx| {
            for listener in &mut self.0 {
                if let Poll::Ready(Some(())) = listener.source.poll_recv(cx) {
                    return Poll::Ready((listener.name, listener.number));
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

    pub(super) type Source = Signal;
    type Open = fn() -> io::Result<Signal>;

    /// The numbers are those that a shell adds to 128.
    pub(super) const ALL: [(&str, i32, Open); 3] = [
        ("SIGTERM", 15, || signal(SignalKind::terminate())),
        ("SIGINT", 2, || signal(SignalKind::interrupt())),
        ("SIGQUIT", 3, || signal(SignalKind::quit())),
    ];
}

#[cfg(windows)]
mod os {
    use std::io;
    use std::task::{Context, Poll};
    use tokio::signal::windows;

    pub(super) enum Source {
        C(windows::CtrlC),
        Break(windows::CtrlBreak),
        Close(windows::CtrlClose),
        Shutdown(windows::CtrlShutdown),
    }
    type Open = fn() -> io::Result<Source>;

    /// Numbers as on Unix, so that exit codes mean the same everywhere.
    pub(super) const ALL: [(&str, i32, Open); 4] = [
        ("Ctrl-C", 2, || windows::ctrl_c().map(Source::C)),
        ("Ctrl-Break", 3, || windows::ctrl_break().map(Source::Break)),
        ("console close", 15, || windows::ctrl_close().map(Source::Close)),
        ("system shutdown", 15, || windows::ctrl_shutdown().map(Source::Shutdown)),
    ];

    impl Source {
        pub(super) fn poll_recv(&mut self, cx: &mut Context<'_>) -> Poll<Option<()>> {
            match self {
                Source::C(source) => source.poll_recv(cx),
                Source::Break(source) => source.poll_recv(cx),
                Source::Close(source) => source.poll_recv(cx),
                Source::Shutdown(source) => source.poll_recv(cx),
            }
        }
    }
}

#[cfg(not(any(unix, windows)))]
mod os {
    use std::io;
    use std::task::{Context, Poll};

    /// No system that asks: only the program itself stops the host.
    pub(super) enum Source {}
    type Open = fn() -> io::Result<Source>;
    pub(super) const ALL: [(&str, i32, Open); 0] = [];

    impl Source {
        pub(super) fn poll_recv(&mut self, _: &mut Context<'_>) -> Poll<Option<()>> {
            match *self {}
        }
    }
}
