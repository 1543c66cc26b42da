//! `config`: the configuration as it is in force, each value with its origin. What may be secret is not shown.

use std::collections::BTreeSet;
use std::io;

use hostkit_grammar::{
    Attribute, Given, OptionSpec, Value as GivenValue, check, has_effect, of as options_of,
};
use serde_json::{Value as Json, json};

use super::say;
use crate::config::{ConfigNode, ConfigValue, KeyPath, MASK, SectionNeed, SectionProblem, Tree};
use crate::host::{Draft, known};

/// Sections that are the host's own and have no secrets.
const SHOWN: [&str; 3] = ["host", "log", "services"];

/// One key of the configuration.
struct KeyLine {
    path: KeyPath,
    value: ShownValue,
    origin: String,
}

enum ShownValue {
    Value(Json),
    Secret,
    /// What is in force only the type that reads it knows.
    Default,
    Missing,
}

/// What is known of a section once it was read.
struct SectionReader {
    path: KeyPath,
    /// Every value was met, so that all secrets are known.
    complete: bool,
    secrets: Vec<KeyPath>,
    /// Values that nobody could read: what is in them is not known.
    unread: Vec<KeyPath>,
    defaults: Vec<KeyPath>,
    missing: Vec<KeyPath>,
}

/// Every key that was said, and every option and every field of a section that was not.
pub(super) fn config(draft: &Draft, as_json: bool) -> io::Result<bool> {
    let tree = &draft.settings.tree;
    let readers: Vec<SectionReader> = known(draft).iter().map(|section| reader(section, tree)).collect();
    let mut lines = Vec::new();
    tree.each_leaf(&mut |keys, node| {
        let path = KeyPath::of_keys(keys);
        if let Some(secret) = secret(&path.normal(), &readers) {
            // Not even its keys are shown.
            let path = path.as_far_as(secret);
            if lines.last().is_none_or(|line: &KeyLine| line.path != path) {
                lines.push(KeyLine { path, value: ShownValue::Secret, origin: node.source.place() });
            }
            return;
        }
        let open = is_open(&path, &readers);
        let value = if open { ShownValue::Value(value(node, &path, &readers)) } else { ShownValue::Secret };
        lines.push(KeyLine { path, value, origin: node.source.place() });
    });
    lines.extend(unsaid(&lines, unsaid_fields(&readers)));
    lines.extend(unsaid(&lines, options_in_force(draft)));
    lines.sort_by(|a, b| a.path.cmp(&b.path));
    say::result(if as_json { to_json(&lines) } else { to_text(&lines) })
}

/// Those of which no layer says anything.
fn unsaid(said: &[KeyLine], lines: Vec<KeyLine>) -> Vec<KeyLine> {
    let mut said: BTreeSet<KeyPath> = said.iter().map(|line| line.path.normal()).collect();
    lines.into_iter().filter(|line| said.insert(line.path.normal())).collect()
}

fn reader(section: &SectionNeed, tree: &Tree) -> SectionReader {
    let found = section.read(tree);
    let normal = |paths: Vec<KeyPath>| paths.iter().map(KeyPath::normal).collect();
    let (missing, wrong): (Vec<_>, Vec<_>) = found.faults.into_iter().partition(SectionProblem::is_missing);
    let paths = |faults: Vec<SectionProblem>| faults.into_iter().map(|fault| fault.path);
    let wrong = wrong.into_iter().filter(|fault| !fault.is_refused()).collect();
    SectionReader {
        path: KeyPath::of(section.path).normal(),
        complete: found.complete,
        secrets: normal(found.notes.secrets.into_iter().collect()),
        unread: normal(found.notes.unknown.into_keys().chain(paths(wrong)).collect()),
        defaults: found.notes.defaults.into_iter().collect(),
        missing: paths(missing).collect(),
    }
}

/// Fields that nobody set, and those that have to be.
fn unsaid_fields(readers: &[SectionReader]) -> Vec<KeyLine> {
    let missing = |path: &KeyPath| KeyLine {
        path: path.clone(),
        value: ShownValue::Missing,
        origin: "missing".to_owned(),
    };
    let default = |path: &KeyPath| KeyLine {
        path: path.clone(),
        value: ShownValue::Default,
        origin: "default".to_owned(),
    };
    let missing = readers.iter().flat_map(|reader| &reader.missing).map(missing);
    let complete = readers.iter().filter(|reader| reader.complete);
    missing.chain(complete.flat_map(|reader| &reader.defaults).map(default)).collect()
}

/// What the options of the host, the log and the services are where the code says it, or nobody does.
fn options_in_force(draft: &Draft) -> Vec<KeyLine> {
    let mut lines = Vec::new();
    let mut line = |keys: &[&str], value: Option<GivenValue>, option: &'static OptionSpec, origin: &str| {
        let usual = option.default.and_then(|usual| check(option, &Given::Plain(usual)).ok());
        let origin = if value.is_none() || value == usual { "default" } else { origin };
        if let Some(value) = value.or(usual) {
            let path = KeyPath::of_keys(&keys.iter().map(|key| (*key).to_owned()).collect::<Vec<_>>());
            lines.push(KeyLine {
                path,
                value: ShownValue::Value(json_of(&value)),
                origin: origin.to_owned(),
            });
        }
    };
    for option in options_of(Attribute::Host) {
        line(&["host", option.name], draft.settings.in_force(option.name), option, "the code");
    }
    for option in options_of(Attribute::Log) {
        line(&["log", option.name], None, option, "the code");
    }
    for entry in &draft.entries {
        let options = &entry.options;
        let configurable = options_of(options.on()).filter(|option| option.is_configurable());
        for option in configurable.filter(|option| has_effect(options.on(), option, |name| options.get(name)))
        {
            let keys = ["services", &entry.name, option.name];
            line(&keys, options.get(option.name).cloned(), option, &entry.origin.to_string());
        }
    }
    lines
}

/// As a file would say it.
fn json_of(value: &GivenValue) -> Json {
    match value {
        GivenValue::Flag(flag) => (*flag).into(),
        GivenValue::Count(count) => (*count).into(),
        GivenValue::Names(names) => names.clone().into(),
        other => other.to_string().into(),
    }
}

/// Whether somebody says of the value that it is none to hide, and nobody may yet say that it is.
fn is_open(path: &KeyPath, readers: &[SectionReader]) -> bool {
    if SHOWN.iter().any(|own| path.is_within(&KeyPath::of(own))) {
        return true;
    }
    let path = path.normal();
    let concerned = |reader: &&SectionReader| {
        path.is_within(&reader.path)
            && !reader.unread.iter().any(|unread| path.is_within(unread) || unread.is_within(&path))
    };
    let mut within = readers.iter().filter(|reader| path.is_within(&reader.path));
    within.all(|reader| reader.complete) && readers.iter().any(|reader| concerned(&reader))
}

/// The secret that the value is, or is within.
fn secret<'r>(path: &KeyPath, readers: &'r [SectionReader]) -> Option<&'r KeyPath> {
    readers.iter().flat_map(|reader| &reader.secrets).find(|secret| path.is_within(secret))
}

fn value(node: &ConfigNode, path: &KeyPath, readers: &[SectionReader]) -> Json {
    if secret(&path.normal(), readers).is_some() {
        return MASK.into();
    }
    match &node.value {
        ConfigValue::Table(table) => {
            table.iter().map(|(key, node)| (key, value(node, &path.key(key), readers))).collect()
        }
        ConfigValue::List(list) => {
            let element = |(index, node)| value(node, &path.at(index), readers);
            Json::Array(list.iter().enumerate().map(element).collect())
        }
        // As it is written: a list in text may have a secret in it.
        ConfigValue::Plain(text) if within(path, readers) && text.trim_start().starts_with(['[', '{']) => {
            MASK.into()
        }
        ConfigValue::Text(text)
        | ConfigValue::Plain(text)
        | ConfigValue::Date(text)
        | ConfigValue::Huge(text) => Json::from(text.as_str()),
        ConfigValue::Integer(number) => match i64::try_from(*number) {
            Ok(number) => number.into(),
            Err(_) => number.to_string().into(),
        },
        ConfigValue::Float(number) => {
            serde_json::Number::from_f64(*number).map_or_else(|| number.to_string().into(), Json::Number)
        }
        ConfigValue::Flag(flag) => (*flag).into(),
    }
}

/// Whether there is a secret somewhere within the value.
fn within(path: &KeyPath, readers: &[SectionReader]) -> bool {
    let path = path.normal();
    readers.iter().flat_map(|reader| &reader.secrets).any(|secret| secret.is_within(&path))
}

fn to_json(lines: &[KeyLine]) -> String {
    let lines = lines.iter().map(|KeyLine { path, value, origin }| {
        let (shown, secret) = match value {
            ShownValue::Value(value) => (value.clone(), false),
            ShownValue::Secret => (MASK.into(), true),
            ShownValue::Default | ShownValue::Missing => (Json::Null, false),
        };
        json!({ "key": path.to_string(), "value": shown, "secret": secret, "origin": origin })
    });
    format!("{:#}", Json::from_iter(lines))
}

fn to_text(lines: &[KeyLine]) -> String {
    const WIDEST: usize = 60;
    let left: Vec<String> = lines
        .iter()
        .map(|line| match &line.value {
            ShownValue::Value(value) => format!("{} = {}", line.path, in_toml(value)),
            ShownValue::Secret => format!("{} = {MASK}", line.path),
            ShownValue::Default => format!("{} = (default)", line.path),
            ShownValue::Missing => format!("{} = (missing)", line.path),
        })
        .collect();
    let width =
        left.iter().map(|text| text.chars().count()).filter(|count| *count <= WIDEST).max().unwrap_or(0);
    let text = left.iter().zip(lines).map(|(left, line)| match line.value {
        ShownValue::Default | ShownValue::Missing => left.clone(),
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
