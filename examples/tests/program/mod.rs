//! A program under test: started in a directory, listened to, sent signals, and never left behind.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

/// Nothing here takes longer, on however busy a machine.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

pub(crate) struct Program {
    child: Child,
    lines: Receiver<String>,
    log: String,
}

impl Program {
    #[allow(dead_code, reason = "not each test file starts one without words")]
    pub(crate) fn start(binary: &str, directory: &Path, environment: &[(&str, &str)]) -> Self {
        Program::with(binary, directory, environment, &[])
    }

    /// With these words on its command line.
    pub(crate) fn with(binary: &str, directory: &Path, environment: &[(&str, &str)], words: &[&str]) -> Self {
        let mut command = Command::new(binary);
        command.current_dir(directory).args(words);
        command.env_remove("RUST_LOG").envs(environment.iter().copied());
        let mut child = command.stderr(Stdio::piped()).spawn().expect("the program starts");
        let stderr = BufReader::new(child.stderr.take().expect("it was piped"));
        let (sender, lines) = mpsc::channel();
        thread::spawn(move || stderr.lines().map_while(Result::ok).try_for_each(|line| sender.send(line)));
        Program { child, lines, log: String::new() }
    }

    /// Waits for a line that has `text` in it, and returns it.
    #[track_caller]
    pub(crate) fn says(&mut self, text: &str) -> String {
        let deadline = Instant::now() + PATIENCE;
        loop {
            match self.lines.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
                Ok(line) => {
                    self.log += &format!("{line}\n");
                    if line.contains(text) {
                        return line;
                    }
                }
                Err(why) => panic!("it never said {text:?} ({why}):\n{}", self.log),
            }
        }
    }

    pub(crate) fn signal(&self, signal: Signal) {
        kill_process(Pid::from_child(&self.child), signal).expect("the signal is sent");
    }

    /// Waits for its end: the exit code, and everything that it said.
    #[track_caller]
    pub(crate) fn ends(mut self) -> (Option<i32>, String) {
        let deadline = Instant::now() + PATIENCE;
        loop {
            match self.lines.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
                Ok(line) => self.log += &format!("{line}\n"),
                Err(RecvTimeoutError::Disconnected) => break,
                Err(RecvTimeoutError::Timeout) => panic!("it did not end:\n{}", self.log),
            }
        }
        let status = self.child.wait().expect("its exit status is known");
        (status.code(), std::mem::take(&mut self.log))
    }

    /// Ends it by SIGTERM.
    #[track_caller]
    pub(crate) fn stops(self) -> (Option<i32>, String) {
        self.signal(Signal::TERM);
        self.ends()
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
