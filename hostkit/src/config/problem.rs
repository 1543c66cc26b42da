//! What can be wrong with a value that a section wants: a cause each, its sentence and its help in one place.

use std::fmt;

use hostkit_grammar::{Sentence, Suggestion, setting};

use super::example::{examples, is_meant};
use super::hide::MASK;
use super::key_path::{KeyPath, PathSegment};
use super::source::Source;
use super::tree::ConfigNode;
use super::value::ConfigValue;

/// A value that a section can't take, or that it misses.
#[derive(Clone)]
pub(crate) struct SectionProblem {
    /// Where the value is, or ought to be.
    pub(crate) path: KeyPath,
    /// The value as it is shown, unless there is none.
    pub(crate) value: Option<String>,
    /// Where it was said, or the table was in which it is missing.
    pub(crate) source: Option<Source>,
    pub(crate) cause: SectionProblemKind,
    /// What is written where a number or a flag was wanted as text, say.
    written: Option<ConfigValue>,
    /// A value that was tried, and is right.
    example: Option<String>,
    /// Nothing of what is written is in here.
    is_masked: bool,
}

/// What else can be done with an empty text.
pub(crate) fn or_unset(source: &Source) -> &'static str {
    match source {
        Source::Environment(_) => ", or unset it",
        _ => "",
    }
}

/// Why a value can't be.
#[derive(Clone)]
pub(crate) enum SectionProblemKind {
    /// A value of this kind is wanted.
    Wanted(ExpectedValue),
    /// A field without a default.
    Missing,
    /// None of these words.
    Word(&'static [&'static str]),
    /// Said by the type that reads it.
    Said(String),
    /// No duration or size, as the grammar says it.
    Unread(Sentence),
    /// What the section's own `validate` says.
    Refused(String),
    /// A key of a map that its type does not take, and what to do.
    Key { says: String, help: Option<String> },
    /// Nobody reads this key; the nearest that somebody reads, and all of them.
    Unknown { nearest: Option<String>, possible: Vec<&'static str> },
}

#[derive(Clone)]
pub(crate) enum ExpectedValue {
    /// A whole number from here to there.
    Whole(i128, u128),
    Number,
    Flag,
    Letter,
    Text,
    List,
    Table,
    Duration,
    Size,
    Nothing,
    /// As the type describes itself.
    Other(String),
}

impl SectionProblem {
    pub(super) fn new(path: KeyPath, node: Option<&ConfigNode>, cause: SectionProblemKind) -> Self {
        let cause = match cause {
            SectionProblemKind::Said(says) => SectionProblemKind::Said(cut(says)),
            SectionProblemKind::Unread(Sentence { what, help }) => {
                SectionProblemKind::Unread(Sentence::new(cut(what), cut(help)))
            }
            SectionProblemKind::Refused(says) => SectionProblemKind::Refused(cut(says)),
            other => other,
        };
        let shown = match cause {
            SectionProblemKind::Missing
            | SectionProblemKind::Refused(_)
            | SectionProblemKind::Unknown { .. } => None,
            _ => node.map(|node| show(&node.value)),
        };
        // The table of a missing key may be there only because another key of it was said.
        let said = |node: &ConfigNode| match (&cause, &node.source) {
            (SectionProblemKind::Missing, Source::Environment(variable)) => {
                path.without_last().is_some_and(|table| table.variable().eq_ignore_ascii_case(variable))
            }
            (SectionProblemKind::Missing, Source::Set(key)) => path.without_last().is_some_and(|table| {
                setting::parse(&format!("{key}=")).is_ok_and(|(keys, _)| keys.len() <= table.len())
            }),
            _ => true,
        };
        let source = node.map(|node| if said(node) { node.source.clone() } else { Source::Nowhere });
        let written = node.map(|node| node.value.clone());
        SectionProblem { path, value: shown, source, cause, written, example: None, is_masked: false }
    }

    /// The same without anything of what is written.
    pub(crate) fn masked(self) -> Self {
        if self.is_masked {
            return self;
        }
        let cause = match self.cause {
            SectionProblemKind::Said(_) | SectionProblemKind::Unread(_) | SectionProblemKind::Refused(_) => {
                SectionProblemKind::Said("it can't be read (it is secret, so its value is not shown)".into())
            }
            other => other,
        };
        SectionProblem {
            value: self.value.map(|_| MASK.into()),
            cause,
            written: None,
            example: None,
            is_masked: true,
            ..self
        }
    }

    /// The same, said there.
    pub(super) fn from(self, source: Option<Source>) -> Self {
        SectionProblem { source, ..self }
    }

    /// Whether a field is missing.
    pub(crate) fn is_missing(&self) -> bool {
        matches!(self.cause, SectionProblemKind::Missing)
    }

    /// Whether a rule of the section's own refuses it as a whole.
    pub(crate) fn is_refused(&self) -> bool {
        matches!(self.cause, SectionProblemKind::Refused(_))
    }

    /// The key that was probably meant by one that nobody reads.
    pub(crate) fn meant(&self) -> Option<KeyPath> {
        match &self.cause {
            SectionProblemKind::Unknown { nearest: Some(nearest), .. } => {
                Some(self.parent().unwrap_or_default().key(nearest))
            }
            _ => None,
        }
    }

    /// The same, where a sentence that is a user's is changed.
    pub(super) fn saying(mut self, change: impl Fn(String) -> String) -> Self {
        match &mut self.cause {
            SectionProblemKind::Said(says) | SectionProblemKind::Refused(says) => {
                *says = change(std::mem::take(says));
            }
            SectionProblemKind::Unread(Sentence { what, help }) => {
                *what = change(std::mem::take(what));
                *help = change(std::mem::take(help));
            }
            _ => {}
        }
        self
    }

    /// What is wrong with the value.
    pub(crate) fn reason(&self) -> String {
        match &self.cause {
            SectionProblemKind::Wanted(wanted) => format!("expected {wanted}"),
            SectionProblemKind::Missing => "is missing".into(),
            SectionProblemKind::Word([]) => "no value is valid here".into(),
            SectionProblemKind::Word(words) => format!("expected {}", words_of(words, " or ")),
            SectionProblemKind::Said(says) => says.clone(),
            SectionProblemKind::Unread(why) => why.what.clone(),
            SectionProblemKind::Key { says, .. } => says.clone(),
            SectionProblemKind::Refused(says) => format!("is invalid: {says}"),
            SectionProblemKind::Unknown { .. } => match self.parent() {
                Some(parent) => format!("is not a key of `[{parent}]`"),
                None => "is not a known key".into(),
            },
        }
    }

    /// What to do about it.
    pub(crate) fn help(&self) -> String {
        match &self.cause {
            SectionProblemKind::Wanted(ExpectedValue::Nothing | ExpectedValue::Other(_)) => {
                "correct the value".into()
            }
            SectionProblemKind::Wanted(wanted) => match &self.example {
                Some(example) => self.as_written(example),
                None => format!("write {wanted}"),
            },
            SectionProblemKind::Missing => format!("add `{}`", self.as_text("…")),
            SectionProblemKind::Word(_) => match &self.example {
                Some(example) => self.as_written(example),
                None => "correct the value".into(),
            },
            SectionProblemKind::Key { help, .. } => {
                help.clone().unwrap_or_else(|| "correct the value".into())
            }
            SectionProblemKind::Said(_) => "correct the value".into(),
            SectionProblemKind::Unread(why) => why.help.clone(),
            SectionProblemKind::Refused(_) => match self.path.last() {
                Some(_) => format!("correct the values of `[{}]`", self.path),
                None => "correct the values".into(),
            },
            SectionProblemKind::Unknown { possible, .. } if possible.is_empty() => "remove it".into(),
            SectionProblemKind::Unknown { nearest, possible } => {
                let names: Vec<_> = possible.iter().map(|name| format!("`{name}`")).collect();
                Suggestion::new(nearest).among(&names.join(", "))
            }
        }
    }

    fn parent(&self) -> Option<KeyPath> {
        self.path.without_last().filter(|parent| parent.len() > 0)
    }

    /// ``write `port = 8080` ``, in the way of the layer that says it.
    fn as_written(&self, example: &str) -> String {
        let bare = || example.strip_prefix('"').and_then(|text| text.strip_suffix('"')).unwrap_or(example);
        let path = match &self.source {
            // The environment and `--set` say a list as a whole.
            Some(Source::Environment(_) | Source::Set(_)) => {
                self.path.list().unwrap_or_else(|| self.path.clone())
            }
            _ => self.path.clone(),
        };
        match (&self.source, path.last()) {
            (Some(Source::Environment(variable)), Some(PathSegment::Key(_))) => {
                let meant = path.variable();
                let within = variable.to_uppercase().starts_with(&format!("{meant}__"));
                let instead = if within { format!(" in place of `{variable}`") } else { String::new() };
                format!("write `{meant}={}`{instead}{}", bare(), self.or_unset())
            }
            (Some(Source::Set(_)), Some(PathSegment::Key(_))) => {
                format!("write `--set {path}={}`{}", bare(), self.or_unset())
            }
            (_, Some(PathSegment::Key(key))) => {
                format!("write `{} = {example}`", crate::config::tree::written(&[key]))
            }
            _ => format!("write `{example}`"),
        }
    }

    /// An empty text of the environment was most likely meant to be none.
    fn or_unset(&self) -> &'static str {
        match (&self.written, &self.source) {
            (Some(ConfigValue::Plain(text)), Some(source)) if text.trim().is_empty() => or_unset(source),
            _ => "",
        }
    }

    /// Values that may be right, as a file would say them; what was probably meant first.
    pub(super) fn examples(&self) -> Vec<String> {
        examples(&self.cause, self.written.as_ref())
    }

    /// The same with this value to write, or without any.
    pub(super) fn with_example(self, example: Option<String>) -> Self {
        SectionProblem { example, ..self }
    }

    pub(super) fn told(&self) -> Option<String> {
        self.example.clone()
    }

    pub(super) fn has_example(&self) -> bool {
        self.example.is_some()
    }

    /// Whether its example has nothing of what is written.
    pub(super) fn is_invented(&self) -> bool {
        let meant =
            |example: &String| self.written.as_ref().is_some_and(|written| is_meant(example, written));
        self.example.as_ref().is_some_and(|example| !meant(example))
    }

    /// The same without a value that would repeat a secret beside it.
    pub(crate) fn beside(self, secrets: &[KeyPath]) -> Self {
        let list = self.path.list().map(|list| list.normal());
        if list.is_some_and(|list| secrets.iter().any(|secret| secret.is_within(&list))) {
            self.with_example(None)
        } else {
            self
        }
    }

    pub(super) fn is_of_environment(&self) -> bool {
        matches!(self.source, Some(Source::Environment(_) | Source::Set(_)))
    }

    /// The missing key where it belongs.
    fn as_text(&self, example: &str) -> String {
        let last = match self.path.last() {
            Some(PathSegment::Key(key)) => crate::config::tree::written(&[key]),
            _ => self.path.to_string(),
        };
        match self.parent() {
            Some(parent) => format!("{last} = {example}` to `[{parent}]"),
            None => format!("{last} = {example}"),
        }
    }
}

impl fmt::Display for ExpectedValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ExpectedValue::Whole(least, most) => write!(f, "a whole number from {least} to {most}"),
            ExpectedValue::Number => f.write_str("a number"),
            ExpectedValue::Flag => f.write_str("`true` or `false`"),
            ExpectedValue::Letter => f.write_str("a single letter in quotes"),
            ExpectedValue::Text => f.write_str("a string in quotes"),
            ExpectedValue::List => f.write_str("a list"),
            ExpectedValue::Table => f.write_str("a table of keys and values"),
            ExpectedValue::Duration => f.write_str("a duration in quotes"),
            ExpectedValue::Size => f.write_str("a size in quotes"),
            ExpectedValue::Nothing => f.write_str("no value"),
            ExpectedValue::Other(what) => f.write_str(what),
        }
    }
}

/// A sentence that repeats what is written may be as long as that.
pub(crate) fn cut(says: String) -> String {
    const LONGEST: usize = 1000;
    match says.char_indices().nth(LONGEST) {
        None => says,
        Some(_) => {
            let begin: String = says.chars().take(200).collect();
            format!("{begin}…")
        }
    }
}

/// A value as a problem repeats it.
pub(super) fn show(value: &ConfigValue) -> String {
    const LONGEST: usize = 60;
    match value {
        ConfigValue::Text(text) | ConfigValue::Plain(text) if text.chars().count() > LONGEST => {
            format!("{:?}…", text.chars().take(LONGEST).collect::<String>())
        }
        ConfigValue::Text(text) | ConfigValue::Plain(text) => format!("{:?}", **text),
        ConfigValue::Integer(number) => number.to_string(),
        ConfigValue::Huge(number) if number.len() > LONGEST => format!("{}…", &number[..LONGEST]),
        ConfigValue::Huge(number) => number.to_string(),
        ConfigValue::Float(number) => number.to_string(),
        ConfigValue::Flag(flag) => flag.to_string(),
        ConfigValue::Date(date) => date.to_string(),
        ConfigValue::List(_) => "a list".into(),
        ConfigValue::Table(_) => "a table".into(),
    }
}

fn words_of(words: &[&str], between: &str) -> String {
    words.iter().map(|word| format!("{word:?}")).collect::<Vec<_>>().join(between)
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};
    use std::net::SocketAddr;
    use std::num::NonZeroU8;
    use std::path::Path;
    use std::time::Duration;

    use serde::Deserialize;

    use super::*;
    use crate::config::tree::Tree;
    use crate::config::{ByteSize, Section, SectionNeed, file};
    use crate::outcome::result::BoxError;

    /// A new cause does not compile until it has a row here, and the test fails until some value below has it.
    fn row(cause: &SectionProblemKind) -> usize {
        match cause {
            SectionProblemKind::Missing => 0,
            SectionProblemKind::Word(_) => 1,
            SectionProblemKind::Said(_) => 2,
            SectionProblemKind::Unread(_) => 3,
            SectionProblemKind::Refused(_) => 4,
            SectionProblemKind::Key { .. } => 5,
            SectionProblemKind::Unknown { .. } => 6,
            SectionProblemKind::Wanted(ExpectedValue::Whole(..)) => 7,
            SectionProblemKind::Wanted(ExpectedValue::Number) => 8,
            SectionProblemKind::Wanted(ExpectedValue::Flag) => 9,
            SectionProblemKind::Wanted(ExpectedValue::Letter) => 10,
            SectionProblemKind::Wanted(ExpectedValue::Text) => 11,
            SectionProblemKind::Wanted(ExpectedValue::List) => 12,
            SectionProblemKind::Wanted(ExpectedValue::Table) => 13,
            SectionProblemKind::Wanted(ExpectedValue::Duration) => 14,
            SectionProblemKind::Wanted(ExpectedValue::Size) => 15,
            SectionProblemKind::Wanted(ExpectedValue::Nothing) => 16,
            SectionProblemKind::Wanted(ExpectedValue::Other(_)) => 17,
        }
    }

    #[derive(Deserialize)]
    #[allow(dead_code, reason = "it is read, and not looked at")]
    struct All {
        needed: u8,
        ratio: Option<f32>,
        flag: Option<bool>,
        letter: Option<char>,
        text: Option<String>,
        list: Option<Vec<u8>>,
        inner: Option<Inner>,
        timeout: Option<Duration>,
        size: Option<ByteSize>,
        unit: Option<()>,
        some: Option<NonZeroU8>,
        address: Option<SocketAddr>,
        level: Option<Level>,
        map: Option<BTreeMap<u8, u8>>,
    }

    #[derive(Deserialize)]
    #[allow(dead_code, reason = "it is read, and not looked at")]
    struct Inner {
        depth: Option<u8>,
    }

    #[derive(Deserialize)]
    #[serde(rename_all = "lowercase")]
    enum Level {
        Low,
        High,
    }

    impl Section for All {
        const PATH: &'static str = "all";

        fn check(&self) -> Result<(), BoxError> {
            if self.text.as_deref() == Some("refused") { Err("it is refused".into()) } else { Ok(()) }
        }
    }

    const FIELDS: [&str; 15] = [
        "needed", "ratio", "flag", "letter", "text", "list", "inner", "timeout", "size", "unit", "some",
        "address", "level", "map", "lsit",
    ];

    /// As a file says them.
    const VALUES: [&str; 11] = [
        "0",
        "-1",
        "1.5",
        "true",
        "\"x\"",
        "\"ab\"",
        "\"5 parsecs\"",
        "\"refused\"",
        "[1]",
        "{ x = 1 }",
        "{ 1 = 1 }",
    ];

    /// What is wrong with the section that has this.
    fn problems(line: &str) -> Vec<SectionProblem> {
        let needed = if line.starts_with("needed") { "" } else { "needed = 1\n" };
        let text = format!("[all]\n{needed}{line}\n");
        let Ok(root) = file::parse(Path::new("hostkit.toml"), &text) else { panic!("{text}") };
        let found = SectionNeed::of::<All>().read(&Tree { root, ..Tree::default() });
        found.faults.into_iter().chain(found.notes.unknown.into_values()).collect()
    }

    #[test]
    fn every_cause_has_a_value_and_every_help_helps() {
        let mut rows = BTreeSet::new();
        for (field, value) in FIELDS.iter().flat_map(|field| VALUES.map(|value| (field, value))) {
            for problem in problems(&format!("{field} = {value}")) {
                rows.insert(row(&problem.cause));
                let help = problem.help();
                assert!(!help.is_empty() && !problem.reason().is_empty());
                let written = help.split('`').find(|part| part.starts_with(&format!("{field} = ")));
                if let Some(line) = written {
                    let left: Vec<_> = problems(line).iter().map(SectionProblem::reason).collect();
                    assert!(left.is_empty(), "`{field} = {value}`: {help}: {left:?}");
                }
            }
        }
        let Ok(root) = file::parse(Path::new("hostkit.toml"), "") else { panic!("it is empty") };
        let missing = SectionNeed::of::<All>().read(&Tree { root, ..Tree::default() }).faults;
        rows.extend(missing.iter().map(|problem| row(&problem.cause)));
        assert_eq!(rows, (0..18).collect(), "each row has a value");
    }
}
