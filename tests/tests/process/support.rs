//! A real program, started: wait for what it says, send it signals, wait for its end. Every wait is bounded, and a program
//! that a failed test leaves behind is killed.

use std::fmt;
use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Condvar, Mutex};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use tempfile::TempDir;

/// Longer than anything here takes on a busy machine, shorter than anybody's patience.
const PATIENCE: Duration = Duration::from_secs(30);

pub(crate) const MULTI: &str = env!("CARGO_BIN_EXE_multi");
pub(crate) const SINGLE: &str = env!("CARGO_BIN_EXE_single");
pub(crate) const WORKER: &str = env!("CARGO_BIN_EXE_worker");
pub(crate) const FINITE: &str = env!("CARGO_BIN_EXE_finite");

/// A program to be: in an empty directory of its own, in an environment without a word about hostkit.
pub(crate) struct Program {
    command: Command,
    directory: TempDir,
    /// The other end of the terminal that it writes its problems to.
    terminal: Option<File>,
    /// After so many bytes nobody reads what it logs.
    reads: usize,
}

pub(crate) fn program(path: impl AsRef<Path>) -> Program {
    let directory = tempfile::tempdir().unwrap();
    let mut command = unignoring(path.as_ref());
    command.current_dir(directory.path());
    for (name, _) in std::env::vars_os() {
        let name_text = name.to_string_lossy();
        if name_text.starts_with("HOSTKIT")
            || name_text.starts_with("RUST_")
            || ["SCENE", "NO_COLOR"].contains(&&*name_text)
        {
            command.env_remove(name);
        }
    }
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    Program { command, directory, terminal: None, reads: usize::MAX }
}

/// Whoever runs the tests may ignore a signal, as `nohup` does; the programs would inherit that, and not hear it.
fn unignoring(path: &Path) -> Command {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let ignored = ignored.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or_default();
    if ignored & 0b111 == 0 {
        return Command::new(path); // of SIGHUP, SIGINT and SIGQUIT none
    }
    let mut command = Command::new("env");
    command.arg("--default-signal=HUP,INT,QUIT").arg(path);
    command
}

/// The fixture `path` in this scene.
pub(crate) fn scene(path: &str, scene: &str) -> Program {
    program(path).env("SCENE", scene)
}

impl Program {
    pub(crate) fn args<'a>(mut self, args: impl IntoIterator<Item = &'a str>) -> Self {
        self.command.args(args);
        self
    }

    /// A word of the command line that need not be text.
    pub(crate) fn arg_bytes(mut self, word: &std::ffi::OsStr) -> Self {
        self.command.arg(word);
        self
    }

    pub(crate) fn env(mut self, name: &str, value: &str) -> Self {
        self.command.env(name, value);
        self
    }

    /// A variable whose value need not be text.
    pub(crate) fn env_bytes(mut self, name: &str, value: &[u8]) -> Self {
        self.command.env(name, <std::ffi::OsStr as std::os::unix::ffi::OsStrExt>::from_bytes(value));
        self
    }

    /// A variable whose name need not be text.
    pub(crate) fn env_named(mut self, name: &[u8], value: &str) -> Self {
        self.command.env(<std::ffi::OsStr as std::os::unix::ffi::OsStrExt>::from_bytes(name), value);
        self
    }

    pub(crate) fn file_bytes(self, name: &str, bytes: &[u8]) -> Self {
        std::fs::write(self.directory.path().join(name), bytes).unwrap();
        self
    }

    /// A symbolic link in its working directory.
    pub(crate) fn link(self, name: &str, to: &str) -> Self {
        std::os::unix::fs::symlink(to, self.directory.path().join(name)).unwrap();
        self
    }

    /// Something else at this name of its working directory.
    pub(crate) fn make(self, name: &str, make: impl FnOnce(&Path)) -> Self {
        make(&self.directory.path().join(name));
        self
    }

    pub(crate) fn directory(self, name: &str) -> Self {
        std::fs::create_dir(self.directory.path().join(name)).unwrap();
        self
    }

    /// A file of its working directory.
    pub(crate) fn file(self, name: &str, text: &str) -> Self {
        std::fs::write(self.directory.path().join(name), text).unwrap();
        self
    }

    /// Its results go there.
    pub(crate) fn prints_to(mut self, path: &str) -> Self {
        self.command.stdout(File::options().write(true).open(path).unwrap());
        self
    }

    /// Its standard input is this.
    pub(crate) fn stdin(mut self, input: impl Into<Stdio>) -> Self {
        self.command.stdin(input);
        self
    }

    /// Whatever it writes there, nobody reads.
    pub(crate) fn without_stdout(mut self) -> Self {
        self.command.stdout(nobody());
        self
    }

    pub(crate) fn without_stderr(mut self) -> Self {
        self.command.stderr(nobody());
        self
    }

    /// What goes to standard error goes into a pipe that is full, and that nobody reads while this lives.
    pub(crate) fn unread_stderr(mut self) -> (Self, Unread) {
        let (unread, writer) = Unread::new();
        self.command.stderr(writer);
        (self, unread)
    }

    /// The same for standard output.
    pub(crate) fn unread_stdout(mut self) -> (Self, Unread) {
        let (unread, writer) = Unread::new();
        self.command.stdout(writer);
        (self, unread)
    }

    /// After so many bytes of its log nobody reads on, but the pipe stays open.
    pub(crate) fn stops_reading(mut self, after: usize) -> Self {
        self.reads = after;
        self
    }

    /// What goes to standard error goes to a terminal.
    pub(crate) fn on_terminal(mut self) -> Self {
        let ours = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
        grantpt(&ours).unwrap();
        unlockpt(&ours).unwrap();
        let theirs = ptsname(&ours, Vec::new()).unwrap();
        let theirs = File::options().write(true).open(theirs.to_str().unwrap()).unwrap();
        self.command.stderr(theirs);
        self.terminal = Some(ours.into());
        self
    }

    pub(crate) fn start(mut self) -> Running {
        let mut child = self.command.spawn().unwrap();
        let (out, err) = (Heard::default(), Heard::default());
        let stderr = match self.terminal.take() {
            Some(terminal) => Some(Box::new(terminal) as _),
            None => child.stderr.take().map(|pipe| Box::new(pipe) as _),
        };
        drop(self.command); // and with it our copies of the pipes' other ends
        let pipes: [(Option<Pipe>, &Heard, usize); 2] = [
            (child.stdout.take().map(|pipe| Box::new(pipe) as _), &out, usize::MAX),
            (stderr, &err, self.reads),
        ];
        let readers = pipes
            .into_iter()
            .filter_map(|(pipe, heard, reads)| {
                let (pipe, heard) = (pipe?, heard.clone());
                Some(thread::spawn(move || heard.listen(pipe, reads)))
            })
            .collect();
        Running { child, out, err, readers, begun: Instant::now(), _directory: self.directory }
    }

    /// Runs it to its own end.
    pub(crate) fn end(self) -> Ended {
        self.start().end()
    }
}

/// A pipe that nobody reads any more.
fn nobody() -> Stdio {
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    writer.into()
}

/// The reading end of a pipe that is full.
pub(crate) struct Unread {
    _reader: std::io::PipeReader,
}

impl Unread {
    fn new() -> (Self, Stdio) {
        let (reader, writer) = std::io::pipe().unwrap();
        let mut filling = writer.try_clone().unwrap();
        let (full, filled) = std::sync::mpsc::channel();
        thread::spawn(move || {
            let _ = std::io::Write::write_all(&mut filling, &[b'.'; 64 << 10]); // what a pipe holds; blocked if it holds less
            let _ = full.send(());
        });
        let _ = filled.recv_timeout(Duration::from_millis(500));
        (Unread { _reader: reader }, writer.into())
    }
}

type Pipe = Box<dyn Read + Send>;

/// A program that runs. Dropped, it is killed.
pub(crate) struct Running {
    child: Child,
    out: Heard,
    err: Heard,
    /// Each gives its pipe back, which stays open until then.
    readers: Vec<JoinHandle<Pipe>>,
    begun: Instant,
    _directory: TempDir,
}

impl Running {
    /// Waits until it has logged this.
    #[track_caller]
    pub(crate) fn logs(&self, part: &str) -> &Self {
        self.hears(&self.err, part)
    }

    /// Waits until it has printed this.
    #[track_caller]
    pub(crate) fn prints(&self, part: &str) -> &Self {
        self.hears(&self.out, part)
    }

    #[track_caller]
    fn hears(&self, heard: &Heard, part: &str) -> &Self {
        assert!(heard.wait_for(part), "waited for {part:?} in vain; {}", self.said());
        self
    }

    /// Sends it these signals, with so many milliseconds (below 1000) after each.
    pub(crate) fn signals(&self, signals: &[(&str, u32)]) -> &Self {
        let (mut script, id) = (String::new(), self.child.id());
        for (signal, pause) in signals {
            let pause = if *pause > 0 { format!("sleep 0.{pause:03};") } else { String::new() };
            script += &format!("kill -{signal} {id}; {pause}");
        }
        assert!(Command::new("sh").args(["-c", &script]).stderr(Stdio::null()).status().is_ok());
        self
    }

    /// Sends a signal to the process that it started.
    pub(crate) fn signal_child(&self, signal: &str) -> &Self {
        let id = self.child.id();
        let children = std::fs::read_to_string(format!("/proc/{id}/task/{id}/children")).unwrap();
        let child =
            children.split_whitespace().next().unwrap_or_else(|| panic!("it has no child; {}", self.said()));
        assert!(
            Command::new("sh").args(["-c", &format!("kill -{signal} {child}")]).status().unwrap().success()
        );
        self
    }

    pub(crate) fn signal(&self, signal: &str) -> &Self {
        self.signals(&[(signal, 0)])
    }

    /// What it has printed so far.
    pub(crate) fn printed(&self) -> String {
        self.out.text()
    }

    pub(crate) fn is_running(&mut self) -> bool {
        self.child.try_wait().unwrap().is_none()
    }

    /// Waits for its end.
    #[track_caller]
    pub(crate) fn end(mut self) -> Ended {
        let asked = Instant::now();
        let status = loop {
            match self.child.try_wait().unwrap() {
                Some(status) => break status,
                None if asked.elapsed() > PATIENCE => panic!("it does not end; {}", self.said()),
                None => thread::sleep(Duration::from_millis(2)),
            }
        };
        let (took, lasted) = (asked.elapsed(), self.begun.elapsed());
        self.readers.drain(..).for_each(|reader| drop(reader.join().unwrap()));
        let (out, err) = (self.out.text(), self.err.text());
        Ended { code: status.code(), out, err, took, lasted }
    }

    fn said(&self) -> String {
        format!("it printed:\n{}\nand logged:\n{}", self.out.text(), self.err.text())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A program that has ended.
pub(crate) struct Ended {
    /// Nothing when a signal killed it.
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
    /// How long its end was waited for, and how long it lived.
    pub(crate) took: Duration,
    pub(crate) lasted: Duration,
}

impl Ended {
    #[track_caller]
    pub(crate) fn with(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "{self}");
        assert!(!self.err.contains("bug in hostkit"), "{self}");
        self
    }

    #[track_caller]
    pub(crate) fn logged(self, part: &str) -> Self {
        assert!(self.err.contains(part), "it did not log {part:?}; {self}");
        self
    }

    #[track_caller]
    pub(crate) fn printed(self, part: &str) -> Self {
        assert!(self.out.contains(part), "it did not print {part:?}; {self}");
        self
    }

    #[track_caller]
    pub(crate) fn never_logged(self, part: &str) -> Self {
        assert!(!self.err.contains(part), "it logged {part:?}; {self}");
        self
    }

    /// From the moment that its end was waited for.
    #[track_caller]
    pub(crate) fn within(self, limit: Duration) -> Self {
        assert!(self.took < limit, "its end took {:?}; {self}", self.took);
        self
    }
}

impl fmt::Display for Ended {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "it ended with {:?} after {:?}, and printed:\n{}\nand logged:\n{}",
            self.code, self.lasted, self.out, self.err
        )
    }
}

/// What came out of a pipe so far.
#[derive(Clone, Default)]
struct Heard(Arc<(Mutex<Vec<u8>>, Condvar)>);

impl Heard {
    fn listen(&self, mut pipe: Pipe, most: usize) -> Pipe {
        let (mut buffer, mut read) = ([0; 4096], 0);
        while read < most
            && let Ok(count @ 1..) = pipe.read(&mut buffer)
        {
            self.0.0.lock().unwrap().extend(&buffer[..count]);
            self.0.1.notify_all();
            read += count;
        }
        pipe
    }

    fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.0.lock().unwrap()).into_owned()
    }

    fn wait_for(&self, part: &str) -> bool {
        let lacks = |heard: &mut Vec<u8>| !String::from_utf8_lossy(heard).contains(part);
        let heard = self.0.0.lock().unwrap();
        !self.0.1.wait_timeout_while(heard, PATIENCE, lacks).unwrap().1.timed_out()
    }
}
