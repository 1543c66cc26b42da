//! The inbox on real files: everything that arrives is entered once and moved whole, however often the worker is killed.

mod program;

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use program::{PATIENCE, Program};
use rustix::process::Signal;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tempfile::TempDir;

/// An inbox and its producer.
struct Inbox {
    directory: TempDir,
}

/// A line of the ledger.
struct Line {
    name: String,
    moved_to: String,
    all: Value,
}

impl Inbox {
    fn new() -> Self {
        Inbox { directory: tempfile::tempdir().expect("a directory of its own") }
    }

    fn path(&self, inside: impl AsRef<Path>) -> PathBuf {
        self.directory.path().join("inbox").join(inside)
    }

    fn start(&self) -> Program {
        Program::start(env!("CARGO_BIN_EXE_inbox"), self.directory.path(), &[])
    }

    /// As a producer should: under a name that says "not yet", then renamed.
    fn put(&self, name: &str, content: &[u8]) {
        fs::create_dir_all(self.path("")).expect("the inbox");
        let hidden = self.path(".arriving");
        fs::write(&hidden, content).expect("a file arrives");
        fs::rename(hidden, self.path(name)).expect("and is there");
    }

    /// What was there when the worker was killed: a file in `work/`, and what the ledger said.
    fn left(&self, claim: &str, content: &[u8], ledger: &str) {
        let file = self.path("work").join(claim);
        fs::create_dir_all(file.parent().expect("a batch")).expect("the batch");
        fs::write(file, content).expect("the claimed file");
        fs::write(self.path("ledger.jsonl"), ledger).expect("the ledger");
    }

    fn ledger(&self) -> Vec<Line> {
        let text = fs::read_to_string(self.path("ledger.jsonl")).unwrap_or_default();
        assert!(text.is_empty() || text.ends_with('\n'), "half a line: {text:?}");
        let line = |line: &str| {
            let all: Value = serde_json::from_str(line).expect("a line is JSON");
            let text = |key: &str| all[key].as_str().expect("a text").to_owned();
            Line { name: text("name"), moved_to: text("moved_to"), all }
        };
        text.lines().map(line).collect()
    }

    /// How many whole lines the ledger has; there may be half of one more.
    fn ledger_length(&self) -> usize {
        fs::read_to_string(self.path("ledger.jsonl")).unwrap_or_default().matches('\n').count()
    }

    fn names(&self, folder: &str) -> BTreeSet<String> {
        let entries = fs::read_dir(self.path(folder)).expect("the folder");
        entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect()
    }

    /// Waits until the ledger has so many lines, and all of their files are where it says.
    #[track_caller]
    fn wait_for(&self, lines: usize) {
        let deadline = Instant::now() + PATIENCE;
        while self.ledger_length() < lines || !self.names("work").is_empty() {
            assert!(Instant::now() < deadline, "{} of {lines} lines", self.ledger_length());
            thread::sleep(Duration::from_millis(10));
        }
    }

    /// Everything that was put is in `done/` with all its bytes, and in the ledger exactly once; nothing else is.
    #[track_caller]
    fn is_all_done(&self, put: &BTreeMap<String, Vec<u8>>) {
        let lines = self.ledger();
        let names: Vec<_> = lines.iter().map(|line| &line.name).collect();
        let unique: BTreeSet<_> = names.iter().copied().collect();
        assert_eq!(names.len(), unique.len(), "something was entered twice");
        assert_eq!(unique, put.keys().collect(), "something was lost, or made up");
        for line in &lines {
            let content = fs::read(self.path(&line.moved_to)).expect("the file is where the ledger says");
            assert!(content == put[&line.name], "{} is not what was put", line.name);
            assert_eq!(line.all["size"], content.len());
            assert_eq!(line.all["sha256"], sum(&content), "{}", line.name);
            assert!(line.all["when"].as_str().is_some_and(|when| when.parse::<jiff::Timestamp>().is_ok()));
        }
        assert_eq!(self.names("done").len(), put.len());
        assert_eq!(self.names("work"), BTreeSet::new());
        assert_eq!(self.names("failed"), BTreeSet::new());
        assert_eq!(self.names(""), ["done", "failed", "ledger.jsonl", "work"].map(String::from).into());
    }
}

fn sum(content: &[u8]) -> String {
    Sha256::digest(content).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Bytes that look like nothing else.
fn noise(random: &mut fastrand::Rng, size: usize) -> Vec<u8> {
    let mut noise = vec![0; size];
    random.fill(&mut noise);
    noise
}

/// Two hundred files: empty ones, odd names, large ones.
fn two_hundred(random: &mut fastrand::Rng) -> BTreeMap<String, Vec<u8>> {
    let odd = [
        "with space.txt",
        "zażółć gęślą jaźń.txt",
        "日本語",
        "📬.eml",
        "new\nline",
        "\"quoted\" \\ 'name'",
        "-rf",
    ];
    let names = odd.map(String::from).into_iter().chain((0..193).map(|number| format!("{number:03}.dat")));
    let content = |number| match number {
        0 | 100 => Vec::new(),
        1 | 150 => noise(random, 5 << 20),
        _ => noise(random, number * 1000),
    };
    names.zip((0..).map(content)).collect()
}

#[test]
fn two_hundred_files_are_done() {
    let (inbox, put) = (Inbox::new(), two_hundred(&mut fastrand::Rng::with_seed(1)));
    let mut worker = inbox.start();
    worker.says("watching ");
    put.iter().for_each(|(name, content)| inbox.put(name, content));
    inbox.wait_for(put.len());
    let (code, log) = worker.stops();
    assert_eq!(code, Some(0), "{log}");
    inbox.is_all_done(&put);
    assert!(put.keys().all(|name| inbox.path("done").join(name).exists()), "each keeps its name");
}

#[test]
fn nothing_is_lost_or_done_twice_when_it_is_killed() {
    let mut random = fastrand::Rng::new();
    println!("seed {}", random.get_seed());
    let (inbox, put) = (Inbox::new(), two_hundred(&mut random));
    fs::create_dir_all(inbox.path("work")).expect("the folder");
    let is_at_work = || !inbox.names("work").is_empty();
    let (mut coming, mut kills, mut at_work) = (put.iter().peekable(), 0, 0);
    let deadline = Instant::now() + PATIENCE;
    while coming.peek().is_some() || inbox.ledger_length() < put.len() || is_at_work() {
        assert!(Instant::now() < deadline, "{} lines after {kills} kills", inbox.ledger_length());
        if !is_at_work() {
            coming.by_ref().take(40).for_each(|(name, content)| inbox.put(name, content));
        }
        let worker = inbox.start();
        let begun = Instant::now();
        while !is_at_work() && begun.elapsed() < Duration::from_secs(1) {
            thread::sleep(Duration::from_millis(1));
        }
        // Ever longer, so that the largest file has its turn.
        thread::sleep(Duration::from_micros(random.u64(0..10_000 + 2_000 * kills)));
        worker.signal(Signal::KILL);
        assert_eq!(worker.ends().0, None, "it was killed");
        kills += 1;
        at_work += usize::from(is_at_work());
    }
    println!("{kills} kills, {at_work} of them at work");
    assert!(at_work >= 3, "only {at_work} of {kills} kills hit it at work: give it more to do");
    let mut worker = inbox.start();
    worker.says("ready");
    assert_eq!(worker.stops().0, Some(0));
    inbox.is_all_done(&put);
}

/// What a crash can leave: each is put right by the next start, and the file is done once.
#[test]
fn every_half_done_file_is_finished() {
    let line = |name| {
        let (size, sha256) = (7, sum(b"content"));
        json!({ "batch": 3, "name": name, "size": size, "sha256": sha256, "moved_to": format!("done/{name}"),
                "when": "2025-01-01T00:00:00Z" })
        .to_string()
    };
    let ledgers = [
        ("claimed, and no more", String::new()),
        ("half a line", line("it")[..40].into()),
        ("half a line after a whole one", format!("{}\n{}", line("before"), &line("it")[..40])),
        ("a line, but for its end", line("it")),
        ("a line, but not moved", format!("{}\n", line("it"))),
    ];
    for (what, ledger) in ledgers {
        let inbox = Inbox::new();
        inbox.left("3/it", b"content", &ledger);
        let worker = inbox.start();
        inbox.wait_for(1 + usize::from(ledger.contains("before")));
        inbox.put("next", b"another");
        inbox.wait_for(2 + usize::from(ledger.contains("before")));
        assert_eq!(worker.stops().0, Some(0), "{what}");
        let entered: Vec<_> =
            inbox.ledger().into_iter().map(|line| line.name).filter(|name| name != "before").collect();
        assert_eq!(entered, ["it", "next"], "{what}");
        assert_eq!(inbox.names("done"), ["it", "next"].map(String::from).into(), "{what}");
        assert_eq!(fs::read(inbox.path("done/it")).expect("it is there"), b"content", "{what}");
    }
}

#[test]
fn a_name_that_comes_again_overwrites_nothing() {
    let inbox = Inbox::new();
    let worker = inbox.start();
    for (round, content) in ["one", "two", "three"].iter().enumerate() {
        inbox.put("same.txt", content.as_bytes());
        inbox.put(&"x".repeat(255), content.as_bytes());
        inbox.wait_for(2 * (round + 1));
    }
    assert_eq!(worker.stops().0, Some(0));
    assert_eq!(inbox.names("done").len(), 6);
    for line in inbox.ledger() {
        let content = fs::read(inbox.path(&line.moved_to)).expect("the file is where the ledger says");
        assert_eq!(line.all["sha256"], sum(&content));
    }
    assert_eq!(fs::read(inbox.path("done/same.txt")).expect("the first"), b"one");
}

/// A name is done again if the file comes again, even when the first was taken away from `done/` meanwhile.
#[test]
fn a_file_that_comes_again_is_entered_again() {
    let inbox = Inbox::new();
    let worker = inbox.start();
    inbox.put("same", b"content");
    inbox.wait_for(1);
    worker.signal(Signal::KILL);
    worker.ends();
    fs::remove_file(inbox.path("done/same")).expect("somebody takes it away");
    inbox.left("2/same", b"content", &fs::read_to_string(inbox.path("ledger.jsonl")).expect("the ledger"));
    let worker = inbox.start();
    inbox.wait_for(2);
    assert_eq!(worker.stops().0, Some(0));
    assert_eq!(inbox.names("done").len(), 1);
}

#[cfg(unix)]
#[test]
fn what_is_bad_goes_to_failed_with_the_reason() {
    use std::os::unix::ffi::OsStrExt;
    use std::os::unix::fs::{PermissionsExt, symlink};
    let inbox = Inbox::new();
    let worker = inbox.start();
    inbox.put("good", b"content");
    fs::create_dir(inbox.path("directory")).expect("a directory");
    fs::write(inbox.path("directory/inside"), "kept").expect("with a file in it");
    symlink("good", inbox.path("link")).expect("a link");
    symlink("nowhere", inbox.path("dangling")).expect("a link to nothing");
    inbox.put("unreadable", b"secret");
    let nobody = fs::Permissions::from_mode(0o000);
    fs::set_permissions(inbox.path("unreadable"), nobody).expect("nobody may read it");
    let is_root = File::open(inbox.path("unreadable")).is_ok();
    let no_text = std::ffi::OsStr::from_bytes(b"no \xff text");
    fs::write(inbox.path(no_text), "content").expect("a name that is no UTF-8");
    inbox.wait_for(6);
    let (code, log) = worker.stops();
    assert_eq!(code, Some(0), "{log}");

    let lines = inbox.ledger();
    let reason = |name: &str| {
        let line = lines.iter().find(|line| line.name == name).expect("it is in the ledger");
        assert_eq!(fs::symlink_metadata(inbox.path(&line.moved_to)).err().map(|e| e.to_string()), None);
        line.all["reason"].as_str().map(String::from)
    };
    assert_eq!(reason("good"), None);
    assert_eq!(reason("no \u{fffd} text"), None);
    assert_eq!(reason("directory").as_deref(), Some("is a directory"));
    assert_eq!(reason("link").as_deref(), Some("is a symbolic link"));
    assert_eq!(reason("dangling").as_deref(), Some("is a symbolic link"));
    assert_eq!(reason("unreadable").is_some_and(|why| why.contains("ermission denied")), !is_root);
    assert_eq!(fs::read(inbox.path("failed/directory/inside")).expect("moved as it is"), b"kept");
    assert!(log.contains("is a directory"), "{log}");
}

#[test]
fn what_is_still_arriving_is_left_alone() {
    let inbox = Inbox::new();
    let worker = inbox.start();
    inbox.put("there", b"content");
    for name in [".hidden", "later.tmp", "later.part"] {
        fs::write(inbox.path(name), "not yet").expect("a file under way");
    }
    // Should this machine be so busy that the producer itself pauses, another file has to show it.
    let slow =
        (0..10).map(|number| format!("growing-{number}")).find_map(|name| grown(&inbox.path(&name), &name));
    let (name, content) = slow.expect("one of ten without a pause");
    let deadline = Instant::now() + PATIENCE;
    while !inbox.path("done").join(&name).exists() {
        assert!(Instant::now() < deadline, "{name} is never done");
        thread::sleep(Duration::from_millis(10));
    }
    assert_eq!(worker.stops().0, Some(0));
    let entered = inbox.ledger().into_iter().filter(|line| line.name == name).count();
    assert_eq!(entered, 1, "a part of it was taken for the whole");
    assert_eq!(fs::read(inbox.path("done").join(name)).expect("it is there"), content);
    assert!([".hidden", "later.tmp", "later.part"].iter().all(|name| inbox.path(name).exists()));
}

/// A producer that knows no better writes in place, for a second; nothing, if it paused for nearly as long as the worker waits.
fn grown(path: &Path, name: &str) -> Option<(String, Vec<u8>)> {
    let (mut content, mut pause) = (Vec::new(), Duration::ZERO);
    let mut last = Instant::now();
    for piece in 0..100u8 {
        content.push(piece);
        fs::write(path, &content).expect("it grows");
        pause = pause.max(last.elapsed());
        last = Instant::now();
        thread::sleep(Duration::from_millis(10));
    }
    (pause < Duration::from_millis(200)).then(|| (name.to_owned(), content))
}

#[test]
fn a_large_file_does_not_hold_up_the_stop() {
    let inbox = Inbox::new();
    inbox.put("large", b"");
    let file = File::options().write(true).open(inbox.path("large")).expect("the file");
    file.set_len(64 << 30).expect("64 GiB of nothing");
    let mut worker = inbox.start();
    worker.says("watching");
    let deadline = Instant::now() + PATIENCE;
    while !inbox.path("work/1/large").exists() {
        assert!(Instant::now() < deadline, "it is never claimed");
        thread::sleep(Duration::from_millis(10));
    }
    thread::sleep(Duration::from_millis(100)); // it reads
    let told = Instant::now();
    let (code, log) = worker.stops();
    assert!(told.elapsed() < Duration::from_secs(2), "{:?}\n{log}", told.elapsed());
    assert_eq!(code, Some(0), "{log}");
    assert_eq!(inbox.ledger_length(), 0);
    assert!(inbox.path("work/1/large").exists(), "for the next start");
}

#[test]
fn a_ledger_that_makes_no_sense_stops_everything() {
    let inbox = Inbox::new();
    inbox.left("1/it", b"content", "this is no entry\n");
    let (code, log) = inbox.start().ends();
    assert_eq!(code, Some(3), "{log}");
    assert!(log.contains("ledger.jsonl: line 1 is no entry"), "{log}");
    assert!(inbox.path("work/1/it").exists());
}

#[test]
fn two_workers_never_share_an_inbox() {
    let inbox = Inbox::new();
    let mut first = inbox.start();
    first.says("ready");
    let (code, log) = inbox.start().ends();
    assert_eq!(code, Some(3), "{log}");
    assert!(log.contains("does another inbox use it?"), "{log}");
    assert_eq!(first.stops().0, Some(0));
}
