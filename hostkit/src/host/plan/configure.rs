//! What the configuration says of the host, its log and its services, checked by the same table and in the same words as an
//! attribute.

use std::fmt;
use std::time::Duration;

use hostkit_grammar as grammar;
use hostkit_grammar::{Attribute, OptionProblem, Sentence, Value};

use super::problem::Problem;
use super::services;
use super::settings::Settings;
use crate::config::{ConfigNode, LayerProblem, Layers, cut, or_unset, written};
use crate::registry::ServiceEntry;

/// The sections that are hostkit's own.
pub(crate) const OWN: [&str; 3] = ["host", "log", "services"];

/// Lays the layers over what the code says; what can't be is a problem each. The entries are sorted by name.
pub(crate) fn configure(
    settings: &mut Settings,
    entries: &mut [ServiceEntry],
    layers: Layers,
) -> Vec<Problem> {
    let tree = layers.into_tree();
    let told = |LayerProblem { key, why, source, .. }: &LayerProblem| Problem::Setting {
        key: key.clone(),
        what: format!("`{key}`: {}", why.what),
        help: why.help.clone(),
        source: source.to_string(),
    };
    let mut problems: Vec<Problem> = tree.faults.iter().map(told).collect();
    for (section, node) in tree.table().iter() {
        match section {
            "host" => problems
                .extend(each(section, Attribute::Host, node, &mut |key, value| host(settings, key, value))),
            "log" => problems
                .extend(each(section, Attribute::Log, node, &mut |key, value| settings.log.set(key, value))),
            "services" => problems.extend(services::configure(entries, node)),
            _ => {} // typed sections are read while the plan is validated
        }
    }
    settings.tree = tree;
    problems
}

/// Every key of one of hostkit's own sections.
fn each(
    section: &str,
    on: Attribute,
    node: &ConfigNode,
    apply: &mut dyn FnMut(&str, Value) -> Result<(), OptionProblem>,
) -> Vec<Problem> {
    let Some(table) = node.table() else {
        let help = format!("write `{section}.{}`", example(on));
        return vec![problem(&[section], IS_A_SECTION, help, node)];
    };
    let mut problems = Vec::new();
    for (key, node) in table.iter() {
        let option = match grammar::find(on, key) {
            Ok(option) => option,
            Err(unknown) => {
                problems.push(unknown_option(&[section, key], &unknown, node));
                continue;
            }
        };
        let checked = grammar::check(option, &node.given());
        if let Err(wrong) = checked.and_then(|value| apply(option.name, value)) {
            problems.push(problem_of_option(&[section, key], &wrong, node));
        }
    }
    problems
}

fn example(on: Attribute) -> &'static str {
    match on {
        Attribute::Log => "filter = \"info\"",
        _ => "stop_timeout = \"10s\"",
    }
}

fn host(settings: &mut Settings, key: &str, value: Value) -> Result<(), OptionProblem> {
    let duration: Option<&mut Duration> = match key {
        "start_timeout" => Some(&mut settings.start_timeout),
        "stop_timeout" => Some(&mut settings.stop_timeout),
        "close_timeout" => Some(&mut settings.close_timeout),
        "drain_delay" => Some(&mut settings.drain_delay),
        "stall_warning" => Some(&mut settings.stall_warning),
        _ => None,
    };
    match (duration, value) {
        (Some(place), Value::Duration(duration)) => *place = duration,
        (None, Value::Count(count)) => settings.worker_threads = Some(count as usize),
        (None, Value::Names(names)) => settings.expect.extend(names),
        (_, value) => {
            unreachable!("the table of options has a row for `{key}` that nobody applies: {value:?}")
        }
    }
    Ok(())
}

/// What is said of a section that is written as a value.
pub(crate) const IS_A_SECTION: &str = "is a section and takes no value";

/// What is wrong with the value at this path, and what to do.
pub(crate) fn problem<S: AsRef<str>>(
    path: &[S],
    what: impl fmt::Display,
    help: impl Into<String>,
    node: &ConfigNode,
) -> Problem {
    let key = written(path);
    Problem::Setting {
        what: format!("`{key}`: {what}"),
        key,
        help: help.into(),
        source: node.source.to_string(),
    }
}

/// The value may be secret, for nobody knows what it was meant for: its place is told without it.
pub(crate) fn unknown_option<S: AsRef<str>>(
    path: &[S],
    unknown: &OptionProblem,
    node: &ConfigNode,
) -> Problem {
    of_option(path, unknown, node.source.to_string())
}

/// A wrong value of an option that there is.
pub(crate) fn problem_of_option<S: AsRef<str>>(
    path: &[S],
    wrong: &OptionProblem,
    node: &ConfigNode,
) -> Problem {
    let mut problem = of_option(path, wrong, node.source_of_option());
    let is_empty = matches!(node.given(), grammar::Given::Plain(text) if text.trim().is_empty());
    if let (Problem::Setting { help, .. }, true) = (&mut problem, is_empty) {
        *help += or_unset(&node.source);
    }
    problem
}

/// The same, said there.
pub(crate) fn of_option<S: AsRef<str>>(path: &[S], problem: &OptionProblem, source: String) -> Problem {
    let key = written(path);
    let Sentence { what, help } = problem.sentence_of(&key);
    Problem::Setting { key, what: cut(what), help: cut(help), source }
}
