//! `config`: the configuration as it is in force, each value with its origin. What may be secret is not shown.

use serde_json::{Value as Json, json};

use super::say;
use crate::config::{MASK, Node, Path, SectionWant, Tree, Value};
use crate::host::{Draft, known};

/// Sections that are the host's own and have no secrets.
const SHOWN: [&str; 3] = ["host", "log", "services"];

/// One key of the configuration.
struct Line {
    path: Path,
    value: Shown,
    origin: String,
}

enum Shown {
    Value(Json),
    Secret,
    Default,
}

/// What is known of a section once it was read.
struct Reader {
    path: Path,
    /// Nothing is wrong with it, so that all of its secrets have been met.
    sound: bool,
    secrets: Vec<Path>,
    unknown: Vec<Path>,
    defaults: Vec<Path>,
}

/// Every key that was said, and every field of a section that was not.
pub(super) fn config(draft: &Draft, as_json: bool) {
    let tree = &draft.settings.tree;
    let readers: Vec<Reader> = known(draft).iter().map(|section| reader(section, tree)).collect();
    let mut lines = Vec::new();
    tree.each_leaf(&mut |keys, node| {
        let path = Path::of_keys(keys);
        if let Some(secret) = secret(&path.normal(), &readers) {
            // Not even its keys are shown.
            let path = path.as_far_as(secret);
            if lines.last().is_none_or(|line: &Line| line.path != path) {
                lines.push(Line { path, value: Shown::Secret, origin: node.source.place() });
            }
            return;
        }
        let open = is_open(&path, &readers);
        let value = if open { Shown::Value(value(node, &path, &readers)) } else { Shown::Secret };
        lines.push(Line { path, value, origin: node.source.place() });
    });
    for reader in readers.iter().filter(|reader| reader.sound) {
        let unsaid = |path: &&Path| !lines.iter().any(|line| line.path.normal() == path.normal());
        let defaults: Vec<_> = reader.defaults.iter().filter(unsaid).cloned().collect();
        let line = |path| Line { path, value: Shown::Default, origin: "default".to_owned() };
        lines.extend(defaults.into_iter().map(line));
    }
    lines.sort_by(|a, b| a.path.cmp(&b.path));
    if as_json { say::result(to_json(&lines)) } else { say::result(to_text(&lines)) }
}

fn reader(section: &SectionWant, tree: &Tree) -> Reader {
    let found = section.read(tree);
    let normal = |paths: Vec<Path>| paths.iter().map(Path::normal).collect();
    Reader {
        path: Path::of(section.path).normal(),
        sound: found.faults.is_empty(),
        secrets: normal(found.notes.secrets.into_iter().collect()),
        unknown: normal(found.notes.unknown.into_keys().collect()),
        defaults: found.notes.defaults.into_iter().collect(),
    }
}

/// Whether somebody says of the value that it is none to hide, and nobody may yet say that it is.
fn is_open(path: &Path, readers: &[Reader]) -> bool {
    if SHOWN.iter().any(|own| path.is_within(&Path::of(own))) {
        return true;
    }
    let path = path.normal();
    let concerned = |reader: &&Reader| {
        path.is_within(&reader.path) && !reader.unknown.iter().any(|unknown| path.is_within(unknown))
    };
    let mut concerned = readers.iter().filter(concerned).peekable();
    concerned.peek().is_some() && concerned.all(|reader| reader.sound)
}

/// The secret that the value is, or is within.
fn secret<'r>(path: &Path, readers: &'r [Reader]) -> Option<&'r Path> {
    readers.iter().flat_map(|reader| &reader.secrets).find(|secret| path.is_within(secret))
}

fn value(node: &Node, path: &Path, readers: &[Reader]) -> Json {
    if secret(&path.normal(), readers).is_some() {
        return MASK.into();
    }
    match &node.value {
        Value::Table(table) => {
            table.iter().map(|(key, node)| (key, value(node, &path.key(key), readers))).collect()
        }
        Value::List(list) => {
            let element = |(index, node)| value(node, &path.at(index), readers);
            Json::Array(list.iter().enumerate().map(element).collect())
        }
        // As it is written: a list in text may have a secret in it.
        Value::Plain(text) if within(path, readers) => match text.trim_start().starts_with(['[', '{']) {
            true => MASK.into(),
            false => Json::from(&**text),
        },
        Value::Text(text) | Value::Plain(text) | Value::Date(text) | Value::Huge(text) => Json::from(&**text),
        Value::Integer(number) => match i64::try_from(*number) {
            Ok(number) => number.into(),
            Err(_) => number.to_string().into(),
        },
        Value::Float(number) => {
            serde_json::Number::from_f64(*number).map_or_else(|| number.to_string().into(), Json::Number)
        }
        Value::Flag(flag) => (*flag).into(),
    }
}

/// Whether there is a secret somewhere within the value.
fn within(path: &Path, readers: &[Reader]) -> bool {
    let path = path.normal();
    readers.iter().flat_map(|reader| &reader.secrets).any(|secret| secret.is_within(&path))
}

fn to_json(lines: &[Line]) -> String {
    let lines = lines.iter().map(|Line { path, value, origin }| {
        let (shown, secret) = match value {
            Shown::Value(value) => (value.clone(), false),
            Shown::Secret => (MASK.into(), true),
            Shown::Default => (Json::Null, false),
        };
        json!({ "key": path.to_string(), "value": shown, "secret": secret, "origin": origin })
    });
    format!("{:#}", Json::from_iter(lines))
}

fn to_text(lines: &[Line]) -> String {
    const WIDEST: usize = 60;
    let left: Vec<String> = lines
        .iter()
        .map(|line| match &line.value {
            Shown::Value(value) => format!("{} = {}", line.path, in_toml(value)),
            Shown::Secret => format!("{} = {MASK}", line.path),
            Shown::Default => format!("{} = (default)", line.path),
        })
        .collect();
    let width =
        left.iter().map(|text| text.chars().count()).filter(|count| *count <= WIDEST).max().unwrap_or(0);
    let text = left.iter().zip(lines).map(|(left, line)| match line.value {
        Shown::Default => left.clone(),
        _ => format!("{left:width$}  # {}", line.origin),
    });
    text.collect::<Vec<_>>().join("\n")
}

/// As it would be written in a file; what is masked stands without quotes.
fn in_toml(value: &Json) -> String {
    match value {
        Json::String(text) if text == MASK => MASK.to_owned(),
        Json::Array(list) => format!("[{}]", list.iter().map(in_toml).collect::<Vec<_>>().join(", ")),
        Json::Object(table) if table.is_empty() => "{}".to_owned(),
        Json::Object(table) => {
            let pairs = table.iter().map(|(key, value)| format!("{key} = {}", in_toml(value)));
            format!("{{ {} }}", pairs.collect::<Vec<_>>().join(", "))
        }
        other => other.to_string(),
    }
}
