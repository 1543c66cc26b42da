//! README is true: its program is built in an empty package outside the workspace, and every `$` line of its console blocks is
//! run there and prints what README shows. (Its other Rust blocks are doctests: `tests/src/lib.rs`.)
//!
//! Blocks count in their order. One that begins with `// src/main.rs` or `# hostkit.toml` is that file, one that begins with
//! `// src/main.rs, continued` is added to it. `…` stands for anything within a line, and alone on its line for any lines.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::support::{Ended, Program, program};

const README: &str = include_str!("../../../README.md");
const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

#[test]
fn the_console_blocks_print_what_they_show() {
    let mut package = Package::new();
    let mut commands = 0;
    for (language, block) in blocks(README) {
        match (language, block.lines().next().unwrap_or_default()) {
            (_, "// src/main.rs") => package.main = block.to_owned(),
            (_, "// src/main.rs, continued") => {
                package.main += &format!("mod part_{} {{\n{block}}}\n", package.main.len());
            }
            ("toml", "# hostkit.toml") => drop(package.files.insert("hostkit.toml", block.to_owned())),
            ("console", _) => {
                for session in sessions(block) {
                    package.run(&session);
                    commands += 1;
                }
            }
            _ => {}
        }
    }
    assert!(commands >= 6, "only {commands} commands were found");
}

/// The blocks in fences, with what each is written in.
fn blocks(text: &'static str) -> impl Iterator<Item = (&'static str, &'static str)> {
    let fenced = text.split("```").skip(1).step_by(2);
    fenced.filter_map(|block| block.split_once('\n'))
}

/// A command and what it shows.
struct Session<'a> {
    command: &'a str,
    shown: Vec<&'a str>,
}

fn sessions(block: &str) -> Vec<Session<'_>> {
    let mut sessions: Vec<Session<'_>> = Vec::new();
    for line in block.lines() {
        match (line.strip_prefix("$ "), sessions.last_mut()) {
            (Some(command), _) => sessions.push(Session { command, shown: Vec::new() }),
            (None, Some(session)) => session.shown.push(line),
            (None, None) => panic!("a console block begins with a command, not with {line:?}"),
        }
    }
    sessions
}

/// What `cargo new worker` makes, without its greeting.
struct Package {
    dependencies: BTreeMap<String, String>,
    main: String,
    files: BTreeMap<&'static str, String>,
    environment: Vec<(String, String)>,
}

impl Package {
    fn new() -> Self {
        Package {
            dependencies: BTreeMap::new(),
            main: String::new(),
            files: BTreeMap::new(),
            environment: Vec::new(),
        }
    }

    #[track_caller]
    fn run(&mut self, session: &Session<'_>) {
        let words: Vec<&str> = session.command.split_whitespace().collect();
        match &words[..] {
            ["cargo", "add", names @ .., "--features", feature] => self.add(names, feature),
            ["cargo", "add", names @ ..] => self.add(names, ""),
            ["export", variable] => {
                let (name, value) = variable.split_once('=').unwrap();
                self.environment.push((name.to_owned(), value.to_owned()));
            }
            ["cargo", "run"] => self.shows(session, &[]),
            ["cargo", "run", "--", words @ ..] => self.shows(session, words),
            _ => panic!("no test knows how to run `{}`", session.command),
        }
    }

    /// From crates.io, were it released; here hostkit is the workspace's, and the others are what its lock file has.
    fn add(&mut self, names: &[&str], feature: &str) {
        for name in names {
            let from = if *name == "hostkit" {
                format!("path = {:?}", format!("{ROOT}/hostkit"))
            } else {
                "version = \"*\"".into()
            };
            let features =
                if feature.is_empty() { String::new() } else { format!(", features = [{feature:?}]") };
            self.dependencies.insert((*name).to_owned(), format!("{{ {from}{features} }}"));
        }
    }

    #[track_caller]
    fn shows(&self, session: &Session<'_>, words: &[&str]) {
        let mut worker = program(self.build()).args(words.iter().copied());
        for (name, text) in &self.files {
            worker = worker.file(name, text);
        }
        for (name, value) in &self.environment {
            worker = worker.env(name, value);
        }
        let ended = match session.shown.iter().position(|line| *line == "^C") {
            Some(stop) => interrupted(worker, session.shown[..stop].last().unwrap()),
            None => worker.end(),
        };
        let printed = format!("{}{}", ended.err, ended.out);
        let printed: Vec<&str> = printed.lines().map(without_time).collect();
        let shown: Vec<&str> = session.shown.iter().copied().filter(|line| *line != "^C").collect();
        assert!(
            matches(&shown, &printed),
            "README shows for `{}`\n{}\n\nbut this was printed\n{}",
            session.command,
            shown.join("\n"),
            printed.join("\n")
        );
    }

    /// The program. What is built stays for the next time, in the directory of the fixtures of discovery, which share the most of it.
    fn build(&self) -> PathBuf {
        let temporary = Path::new(env!("CARGO_TARGET_TMPDIR"));
        let (directory, target) = (temporary.join("readme"), temporary.with_file_name("discovery"));
        let dependencies: String =
            self.dependencies.iter().map(|(name, from)| format!("{name} = {from}\n")).collect();
        let manifest = format!(
            "[workspace]\n[package]\nname = \"worker\"\nversion = \"0.1.0\"\nedition = \"2024\"\n[dependencies]\n{dependencies}\
             [profile.dev]\ndebug = 0\nincremental = false\n"
        );
        fs::create_dir_all(directory.join("src")).unwrap();
        fs::write(directory.join("Cargo.toml"), manifest).unwrap();
        fs::write(directory.join("src/main.rs"), &self.main).unwrap();
        fs::copy(format!("{ROOT}/Cargo.lock"), directory.join("Cargo.lock")).unwrap();
        let cargo = |network: &[&str]| {
            let mut cargo = Command::new(env!("CARGO"));
            cargo.args(["build", "--quiet"]).args(network).current_dir(&directory);
            cargo.env("CARGO_TARGET_DIR", &target).output().unwrap()
        };
        let mut built = cargo(&["--offline"]);
        if !built.status.success() {
            built = cargo(&[]);
        }
        assert!(built.status.success(), "{}\n{}", self.main, String::from_utf8_lossy(&built.stderr));
        target.join("debug/worker")
    }
}

/// Ctrl-C is pressed once this line is there.
#[track_caller]
fn interrupted(program: Program, after: &str) -> Ended {
    let running = program.start();
    running.logs(after.split('…').next_back().unwrap_or_default()).signal("INT");
    running.end().with(0)
}

/// A line of the log without its time, which README leaves out.
fn without_time(line: &str) -> &str {
    match line.split_once("Z ") {
        Some((time, rest)) if time.len() > 18 && time.as_bytes()[10] == b'T' => rest.trim_start(),
        _ => line,
    }
}

fn matches(shown: &[&str], printed: &[&str]) -> bool {
    match (shown, printed) {
        ([], printed) => printed.is_empty(),
        (["…", rest @ ..], printed) => {
            (0..=printed.len()).any(|skipped| matches(rest, &printed[skipped..]))
        }
        ([line, shown @ ..], [printed_line, printed @ ..]) => {
            is_like(line, printed_line) && matches(shown, printed)
        }
        (_, []) => false,
    }
}

/// Whether the line is the shown one, where `…` stands for anything.
fn is_like(shown: &str, line: &str) -> bool {
    let mut parts = shown.split('…');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = line.strip_prefix(first) else { return false };
    let mut parts: Vec<&str> = parts.collect();
    let Some(last) = parts.pop() else { return rest.is_empty() };
    for part in parts {
        let Some(at) = rest.find(part) else { return false };
        rest = &rest[at + part.len()..];
    }
    rest.ends_with(last)
}

#[test]
fn a_line_may_have_holes() {
    assert!(is_like("ready in …: 2 services", "ready in 212.4µs: 2 services"));
    assert!(is_like("a … b … c", "a 1 b 2 c") && is_like("a", "a"));
    assert!(!is_like("a", "ab") && !is_like("a…", "b") && !is_like("a…c", "abcd") && !is_like("a…b…b", "ab"));
    assert!(matches(&["…", "b", "…"], &["a", "b", "c"]) && matches(&["…"], &[]));
    assert!(!matches(&["a"], &["a", "b"]) && !matches(&["a", "b"], &["a"]));
}

/// The test of README's section on tests, which a doctest would not compile.
mod test_host {
    use super::{README, blocks};
    use hostkit::prelude::*;
    use hostkit::testing::TestHost;

    #[timed(every = "10s")]
    async fn heartbeat() {}

    #[tokio::test(start_paused = true)] // dev-dependencies: hostkit with `testing`, tokio with `macros` and `test-util`
    async fn beats_every_ten_seconds() {
        let host = TestHost::discover().only(["heartbeat"]).start().await.unwrap();
        host.advance(Duration::from_secs(30)).await;
        assert_eq!(host.service("heartbeat").runs(), 4);
        assert!(host.stop().await.is_clean());
    }

    #[test]
    fn readme_has_this_test() {
        let lines = |text: &'static str| {
            text.lines().map(str::trim).skip_while(|line| !line.starts_with("#[tokio::test"))
        };
        let (_, block) = blocks(README).find(|(_, block)| block.contains("#[tokio::test")).unwrap();
        let shown: Vec<&str> = lines(block).collect();
        let here: Vec<&str> = lines(include_str!("readme.rs")).take(shown.len()).collect();
        assert_eq!(shown, here);
    }
}
