//! What keeps a program from running, framed for whoever reads it: in colour on a terminal, as plain text elsewhere, as JSON
//! on request. Each has what is wrong, where, why, and what to do.

use std::io::{IsTerminal, stderr};

use super::say;
use crate::host::{BuildError, Problem, Report, StartFailure};
use crate::outcome::text::Escaped;

/// How problems are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum OutputStyle {
    Plain,
    Colour,
    #[cfg_attr(not(feature = "cli"), allow(dead_code))]
    Json,
}

/// One of them.
struct Frame {
    what: String,
    place: String,
    why: String,
    help: String,
}

impl OutputStyle {
    /// As standard error wants it.
    pub(super) fn of(json: bool) -> Self {
        let plain = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        if json {
            OutputStyle::Json
        } else if !plain && stderr().is_terminal() {
            OutputStyle::Colour
        } else {
            OutputStyle::Plain
        }
    }

    /// An invalid plan.
    pub(super) fn invalid(self, error: &BuildError, warnings: &[String]) {
        let problems = error.problems();
        let s = if problems.len() == 1 { "" } else { "s" };
        let detail = format!(": {} problem{s}; nothing has started", problems.len());
        self.tell("the plan is invalid", &detail, problems.iter().map(Frame::of).collect(), warnings);
    }

    /// A start that failed; nothing if it did not.
    pub(super) fn failed_start(self, report: &Report) {
        if let Some(StartFailure { what, place, why, help }) = report.start_failure() {
            let place = place.map_or_else(|| "the whole program".to_owned(), |place| place.to_string());
            self.tell("the host did not start", "", vec![Frame { what, place, why, help }], &[]);
        }
    }

    /// The system grants no thread for the runtime.
    pub(super) fn no_runtime(self, threads: Option<usize>, place: &str, why: &str) {
        let what = match threads {
            Some(1) => "the system refused to create the executor thread".to_owned(),
            Some(threads) => {
                format!("the system refused to create {threads} executor threads")
            }
            None => "the system refused to create a thread for the runtime".to_owned(),
        };
        let why =
            format!("{why}: a limit of the user (`ulimit -u`) or of the container (`pids.limit`) is reached");
        let help = "lower `[host] worker_threads`, or raise the limit".to_owned();
        let place = place.to_owned();
        self.tell("the host did not start", "", vec![Frame { what, place, why, help }], &[]);
    }

    /// `head` is the same each time; people are told the detail as well.
    fn tell(self, head: &str, detail: &str, frames: Vec<Frame>, warnings: &[String]) {
        #[cfg(feature = "log")]
        if say::is_json() {
            let mut line = super::json_lines::JsonLine::new("ERROR");
            line.put("message", &head.into());
            for (name, value) in told(&frames, warnings) {
                line.put(&name, &value);
            }
            return say::problem(line.end("hostkit"));
        }
        let head = &format!("{head}{detail}");
        match self {
            OutputStyle::Json => say::problem(json(head, &frames, warnings)),
            OutputStyle::Plain | OutputStyle::Colour => {
                warnings.iter().for_each(say::warning);
                say::problem(self.text(head, &frames));
            }
        }
    }

    fn text(self, head: &str, frames: &[Frame]) -> String {
        let mut text = format!("{} {}", self.paint("1;31", "error:"), self.paint("1", head));
        for frame in frames {
            text += &format!("\n\n{}", self.paint("1", &Escaped(&frame.what).to_string()));
            let lines = [("where", &frame.place), ("why", &frame.why), ("help", &frame.help)];
            for (label, value) in lines.into_iter().filter(|(_, value)| !value.is_empty()) {
                text += &format!("\n  {}  {}", self.paint("36", &format!("{label:5}")), Escaped(value));
            }
        }
        text
    }

    fn paint(self, colour: &str, text: &str) -> String {
        match self {
            OutputStyle::Colour => format!("\u{1b}[{colour}m{text}\u{1b}[0m"),
            _ => text.to_owned(),
        }
    }
}

impl Frame {
    fn of(problem: &Problem) -> Self {
        Frame { what: problem.what(), place: problem.place(), why: problem.why(), help: problem.help() }
    }
}

#[cfg(feature = "cli")]
fn json(head: &str, frames: &[Frame], warnings: &[String]) -> String {
    let mut all = told(frames, warnings);
    all.insert("error".to_owned(), head.into());
    format!("{:#}", serde_json::Value::Object(all))
}

#[cfg(any(feature = "cli", feature = "log"))]
fn told(frames: &[Frame], warnings: &[String]) -> serde_json::Map<String, serde_json::Value> {
    use serde_json::json;
    let problems: Vec<_> = frames
        .iter()
        .map(|frame| {
            let parts =
                [("what", &frame.what), ("where", &frame.place), ("why", &frame.why), ("help", &frame.help)];
            let parts = parts.into_iter().filter(|(_, text)| !text.is_empty());
            parts.map(|(name, text)| (name.to_owned(), json!(text))).collect::<serde_json::Value>()
        })
        .collect();
    let mut told = serde_json::Map::from_iter([("problems".to_owned(), json!(problems))]);
    if !warnings.is_empty() {
        told.insert("warnings".to_owned(), json!(warnings));
    }
    told
}

#[cfg(not(feature = "cli"))]
fn json(head: &str, _: &[Frame], _: &[String]) -> String {
    head.to_owned()
}
