//! Each numbered example starts, says what its first lines promise, and ends with the exit code that they promise.

mod program;

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::thread;
use std::time::Instant;

use program::{PATIENCE, Program};

const CLEAN: Option<i32> = Some(0);

fn here() -> tempfile::TempDir {
    tempfile::tempdir().expect("a directory of its own")
}

#[test]
fn worker() {
    let directory = here();
    let mut worker = Program::start(env!("CARGO_BIN_EXE_01_worker"), directory.path(), &[]);
    worker.says("up for 1 s");
    let (code, log) = worker.stops();
    assert_eq!(code, CLEAN, "{log}");
    assert!(log.contains("goodbye, after 1."), "{log}");
}

#[test]
fn timed() {
    let directory = here();
    fs::write(directory.path().join("file"), [0; 1234]).expect("a file of 1234 bytes");
    let mut timed = Program::start(env!("CARGO_BIN_EXE_02_timed"), directory.path(), &[]);
    timed.says("1234 bytes in the working directory");
    timed.says("it is ");
    timed.says("it is ");
    assert_eq!(timed.stops().0, CLEAN);
}

#[test]
fn state() {
    let directory = here();
    let mut daytime = Program::start(env!("CARGO_BIN_EXE_03_state"), directory.path(), &[]);
    let line = daytime.says("listening on ");
    let address = line.rsplit(' ').next().expect("the address is its last word");
    for _ in 0..2 {
        let mut answer = String::new();
        let mut socket = TcpStream::connect(address).expect("it listens");
        socket.set_read_timeout(Some(PATIENCE)).expect("a timeout");
        socket.read_to_string(&mut answer).expect("it answers, and hangs up");
        assert!(answer.trim_end().parse::<jiff::Timestamp>().is_ok(), "{answer:?}");
    }
    let (code, log) = daytime.stops();
    assert_eq!(code, CLEAN, "{log}");
    let told =
        log.split("told the time ").nth(1).and_then(|rest| rest.split(' ').next()?.parse::<u32>().ok());
    assert!(told >= Some(2), "a scan of all ports may have asked as well: {log}");
}

#[test]
fn hooks() {
    let directory = here();
    let pid_file = directory.path().join("hostkit.pid");
    let start = || Program::start(env!("CARGO_BIN_EXE_04_hooks"), directory.path(), &[]);
    let mut first = start();
    first.says("to stop me: kill $(cat hostkit.pid)");
    assert!(pid_file.exists());

    let (code, log) = start().ends();
    assert_eq!(code, Some(3), "{log}");
    assert!(log.contains("does another one run?"), "{log}");
    assert!(pid_file.exists(), "the file is the first one's");

    let (code, log) = first.stops();
    assert_eq!(code, CLEAN, "{log}");
    assert!(log.contains("no new work from here on"), "{log}");
    assert!(!pid_file.exists());
}

#[test]
fn restart_with_somebody_there() {
    let directory = here();
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address").to_string();
    thread::spawn(move || {
        listener.incoming().flatten().for_each(|mut socket| drop(writeln!(socket, "hello")))
    });
    let mut feed = Program::start(env!("CARGO_BIN_EXE_05_restart"), directory.path(), &[("FEED", &address)]);
    for restart in 1..=2 {
        feed.says("connected");
        feed.says("hello");
        let line = feed.says("the other side hung up");
        assert!(line.contains(&format!("restart {restart} of 3")), "{line}");
    }
    assert_eq!(feed.stops().0, CLEAN);
}

#[test]
fn restart_with_nobody_there() {
    let directory = here();
    let nobody = TcpListener::bind("127.0.0.1:0").and_then(|freed| freed.local_addr()).expect("a free port");
    let environment = [("FEED", &*nobody.to_string())];
    let (code, log) = Program::start(env!("CARGO_BIN_EXE_05_restart"), directory.path(), &environment).ends();
    assert_eq!(code, Some(1), "{log}");
    for restart in 1..=3 {
        assert!(log.contains(&format!("restart {restart} of 3")), "{log}");
    }
}

#[test]
fn blocking() {
    let directory = here();
    let mut primes = Program::start(env!("CARGO_BIN_EXE_06_blocking"), directory.path(), &[]);
    primes.says(" primes");
    primes.says(" primes");
    let (code, log) = primes.stops();
    assert_eq!(code, CLEAN, "{log}");
    assert!(number_in(&directory.path().join("primes.txt")) > 4, "{log}");
}

fn number_in(file: &Path) -> u64 {
    let mut line = String::new();
    let mut file = BufReader::new(fs::File::open(file).expect("it was written"));
    file.read_line(&mut line).expect("it can be read");
    line.trim_end().parse().expect("it is a number")
}

#[test]
fn builder() {
    let directory = here();
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let (code, log) = Program::start(env!("CARGO_BIN_EXE_07_builder"), directory.path(), &[]).ends();
    assert_eq!(code, CLEAN, "{log}");
    assert!(log.contains(&format!("port {port} is open")), "{log}");
}

#[test]
fn schedules() {
    let directory = here();
    let (code, log) = Program::start(env!("CARGO_BIN_EXE_08_schedules"), directory.path(), &[]).ends();
    assert_eq!(code, CLEAN, "{log}");
    // When which run began or ended, in tenths of a second.
    let told = |name: &str, what: &str| -> Vec<u32> {
        let lines = log.lines().filter(|line| line.ends_with(what));
        lines
            .filter_map(|line| {
                let words: Vec<_> = line.split_whitespace().collect();
                let at = words.iter().position(|word| *word == name)?;
                words.get(at.checked_sub(1)?)?.parse().ok()
            })
            .collect()
    };
    let runs = |name| told(name, ": begins").len();
    // In 4 s: 9 due times at a fixed rate, 6 with a fixed delay of 7 tenths from begin to begin.
    assert!((7..=9).contains(&runs("rate")) && (4..=6).contains(&runs("delay")), "{log}");
    assert!((2..=3).contains(&runs("skip")), "every third due time: {log}");
    assert!((3..=4).contains(&runs("queue")), "one right after the other: {log}");
    assert!(runs("allow") > runs("queue") && runs("cancel") > runs("queue"), "{log}");
    assert!(told("cancel", ": ends").iter().all(|tenth| *tenth >= 40), "only the last one may end: {log}");
    let begun = told("queue", ": begins");
    assert!(begun.windows(2).all(|pair| pair[1] - pair[0] >= 12), "never beside itself: {log}");
}

#[test]
fn cron() {
    let directory = here();
    let mut cron = Program::start(env!("CARGO_BIN_EXE_09_cron"), directory.path(), &[]);
    cron.says("blink number 1");
    cron.says("blink number 2");
    assert_eq!(cron.stops().0, CLEAN);
}

#[test]
fn database() {
    let directory = here();
    let start = || Program::start(env!("CARGO_BIN_EXE_10_database"), directory.path(), &[]);
    let counted = |line: &str| -> u32 {
        let before = line.split(" measurements").next().and_then(|text| text.rsplit(' ').next());
        before.and_then(|number| number.parse().ok()).unwrap_or_else(|| panic!("no number: {line}"))
    };
    let mut first = start();
    first.says("opened measurements.db");
    assert_eq!(counted(&first.says("measurements so far")), 0);
    let so_far = counted(&first.says("measurements so far"));
    assert!(so_far > 0);
    let (code, log) = first.stops();
    assert_eq!(code, CLEAN, "{log}");
    assert!(log.contains("closing the pool of"), "{log}");
    assert!(!directory.path().join("measurements.db-wal").exists(), "what was written is in the one file");

    let mut second = start();
    assert!(counted(&second.says("measurements so far")) >= so_far, "it counts on");
    assert_eq!(second.stops().0, CLEAN);
}

#[test]
fn database_that_cannot_be_opened() {
    let directory = here();
    fs::create_dir(directory.path().join("measurements.db")).expect("a directory");
    let (code, log) = Program::start(env!("CARGO_BIN_EXE_10_database"), directory.path(), &[]).ends();
    assert_eq!(code, Some(3), "{log}");
    assert!(log.contains("`pool` could not be made") && log.contains("unable to open database"), "{log}");
    assert!(!log.contains("closing the pool"), "there is none: {log}");
}

#[test]
fn mailer() {
    let directory = here();
    let mut mailer = Program::start(env!("CARGO_BIN_EXE_11_mailer"), directory.path(), &[]);
    mailer.says("outbox/1.txt is for ann@example.org");
    mailer.says("outbox/2.txt is for ann@example.org");
    let mail = fs::read_to_string(directory.path().join("outbox/2.txt")).expect("the second mail");
    assert_eq!(mail, "To: ann@example.org\n\nThis is reminder 2.\n");
    assert_eq!(mailer.stops().0, CLEAN);
}

/// The example where its files are, on a port that is free.
fn dropbox(token: Option<&str>, words: &[&str]) -> Program {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/bin/12_configured");
    let mut environment = vec![("HOSTKIT__DROPBOX__LISTEN", "127.0.0.1:0")];
    environment.extend(token.map(|token| ("HOSTKIT__DROPBOX__TOKEN", token)));
    let words = [&["--config", "hostkit.toml"], words].concat();
    Program::with(env!("CARGO_BIN_EXE_12_configured"), &directory, &environment, &words)
}

#[test]
fn configured() {
    let mut dropbox = dropbox(Some("open sesame"), &["--set", "dropbox.largest=1kB"]);
    let line = dropbox.says("listening on ");
    assert!(line.ends_with(", for at most 1kB"), "{line}");
    let address = line.split("listening on ").nth(1).and_then(|rest| rest.split(',').next());
    let leave = |note: &str| {
        let mut socket = TcpStream::connect(address.expect("an address")).expect("it listens");
        socket.write_all(note.as_bytes()).expect("it reads");
    };
    leave("open sesame\nhello");
    dropbox.says("leaves a note: hello");
    leave("open barley\nhello");
    dropbox.says("it does not know the token");
    leave(&"x".repeat(1001));
    dropbox.says("more than 1kB");
    let (code, log) = dropbox.stops();
    assert_eq!(code, CLEAN, "{log}");
    assert!(!log.contains("sesame"), "a secret is not shown: {log}");
}

#[test]
fn configured_for_production() {
    let mut dropbox = dropbox(Some("open sesame"), &["--profile", "production"]);
    let line = dropbox.says("listening on ");
    let record: serde_json::Value = serde_json::from_str(&line).expect("its log is JSON");
    assert!(record["message"].as_str().is_some_and(|message| message.ends_with("1MiB")), "{line}");
    assert_eq!(dropbox.stops().0, CLEAN);
}

#[test]
fn configured_wrongly() {
    let (code, log) = dropbox(None, &[]).ends();
    assert_eq!(code, Some(78), "{log}");
    assert!(log.contains("`dropbox.token` is missing") && log.contains("hostkit.toml:3"), "{log}");

    let (code, log) = dropbox(Some("sesame"), &[]).ends();
    assert_eq!(code, Some(78), "{log}");
    assert!(log.contains("`token` is too short") && !log.contains("sesame"), "{log}");

    let sets = ["dropbox.largest=4BK", "dropbox.patience=soon", "dropbox.listne=x"];
    let words: Vec<_> = ["check"].into_iter().chain(sets.iter().flat_map(|set| ["--set", set])).collect();
    let (code, log) = dropbox(Some("open sesame"), &words).ends();
    assert_eq!(code, Some(78), "{log}");
    for told in ["3 problems", "`BK` is no unit", "`dropbox.patience` is \"soon\"", "did you mean `listen`?"]
    {
        assert!(log.contains(told), "{told}: {log}");
    }
}

#[test]
fn per_run() {
    let directory = here();
    let mut per_run = Program::start(env!("CARGO_BIN_EXE_13_per_run"), directory.path(), &[]);
    per_run.says("run 1 works in scratch-1");
    per_run.says("run 2 works in scratch-2");
    per_run.says("removing scratch-1");
    per_run.says("removing scratch-3");
    per_run.says("run 3 fails, and leaves notes.txt behind");
    let (code, log) = per_run.stops();
    assert_eq!(code, CLEAN, "{log}");
    let made = log.matches(" works in scratch-").count();
    assert_eq!(log.matches("removing scratch-").count(), made, "{log}");
    assert_eq!(fs::read_dir(directory.path()).expect("it is there").count(), 0, "nothing is left: {log}");
}

#[test]
fn retries() {
    let directory = here();
    let post = Program::start(env!("CARGO_BIN_EXE_14_retries"), directory.path(), &[]);
    let (code, log) = post.ends();
    assert_eq!(code, CLEAN, "{log}");
    for told in [
        "Home: delivered, attempt 1 of 3",
        "Flood: delivered, attempt 3 of 3",
        "Siesta: delivered, attempt 2 of 3",
        "Tomorrow: delivered, attempt 1 of 3", // put off, which uses no attempt
        "dead after 1 attempts: there is no such place",
        "dead after 3 attempts: not on the map, then not on the map, then not on the map",
        "Oblivion: delivered",
    ] {
        assert!(log.contains(told), "{told}: {log}");
    }
}

#[test]
fn list_shows_by_what_jobs_are_ordered() {
    let list = std::process::Command::new(env!("CARGO_BIN_EXE_15_ordered")).arg("list").output().unwrap();
    let list = String::from_utf8(list.stdout).unwrap();
    assert!(list.contains("workers=4") && list.contains("key=account.name"), "{list}");
}

#[test]
fn ordered() {
    let directory = here();
    let (code, log) = Program::start(env!("CARGO_BIN_EXE_15_ordered"), directory.path(), &[]).ends();
    assert_eq!(code, CLEAN, "{log}");
    for name in ["anna", "ben"] {
        let booked =
            log.lines().filter_map(|line| line.split_once(&format!(" {name} "))).map(|(_, rest)| rest);
        let booked: Vec<_> = booked.collect();
        assert_eq!(booked, ["1", "2: failed, and 3 waits for it", "2", "3", "4"], "{log}");
    }
}

/// One request on a connection of its own: the first line of the answer, and its last.
fn ask(address: &str, path: &str) -> (String, String) {
    let mut socket = TcpStream::connect(address).expect("it listens");
    socket.set_read_timeout(Some(PATIENCE)).expect("a timeout");
    write!(socket, "GET {path} HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n").expect("it reads");
    let mut answer = String::new();
    socket.read_to_string(&mut answer).expect("it answers, and hangs up");
    let mut lines = answer.lines().map(str::to_owned);
    let first = lines.next().unwrap_or_default();
    (first, lines.next_back().unwrap_or_default())
}

/// Asks until the first line is this; returns the last one.
#[track_caller]
fn ask_until(address: &str, path: &str, status: &str) -> String {
    let deadline = Instant::now() + PATIENCE;
    loop {
        let (first, last) = ask(address, path);
        if first == format!("HTTP/1.1 {status}") {
            return last;
        }
        assert!(Instant::now() < deadline, "{path} answers {first}: {last}");
    }
}

fn answer(status: &str, text: &str) -> (String, String) {
    (format!("HTTP/1.1 {status}"), text.into())
}

fn web(settings: &[&str]) -> (Program, String) {
    let directory = here();
    let settings = ["web.listen=127.0.0.1:0", "web.grace=500ms"].iter().chain(settings);
    let words: Vec<_> = settings.flat_map(|setting| ["--set", setting]).collect();
    let mut web = Program::with(env!("CARGO_BIN_EXE_web"), directory.path(), &[], &words);
    let line = web.says("listening on http://");
    web.says("ready in");
    (web, line.rsplit('/').next().expect("the address is its last word").to_owned())
}

#[test]
fn web_is_healthy_until_it_stops() {
    let (web, address) = web(&["host.drain_delay=2s"]);
    assert_eq!(ask(&address, "/"), answer("200 OK", "hello"));
    assert_eq!(ask(&address, "/health"), answer("200 OK", "ready"));
    web.signal(rustix::process::Signal::TERM);
    // The delay is there for what happens now: health is red, and requests are served.
    assert_eq!(ask_until(&address, "/health", "503 Service Unavailable"), "stopping");
    assert_eq!(ask(&address, "/"), answer("200 OK", "hello"));
    let (code, log) = web.ends();
    assert_eq!(code, CLEAN, "{log}");
    assert!(TcpStream::connect(&*address).is_err(), "nobody listens any more");
}

#[test]
fn web_caps_its_connections_and_cuts_slow_ones() {
    let (web, address) = web(&["web.max_connections=1"]);
    let mut slow = TcpStream::connect(&*address).expect("it listens");
    slow.write_all(b"GET / HTTP/1.1\r\nHo").expect("half a request");
    ask_until(&address, "/", "503 Service Unavailable"); // by then the slow one has been accepted
    assert_eq!(ask(&address, "/health").0, "HTTP/1.1 200 OK");
    let (code, log) = web.stops();
    assert_eq!(code, CLEAN, "{log}");
    assert!(log.contains("connections still open, and closed now: 1"), "{log}");
}
