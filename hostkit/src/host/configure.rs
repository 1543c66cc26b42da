//! What `[host]` says, checked by the same table and in the same words as an attribute.

use std::time::Duration;

use hostkit_grammar as grammar;
use hostkit_grammar::{Attribute, Fault, Given, Value};

use super::problem::Problem;
use super::settings::Settings;
use crate::config::{Layers, Node, written};

/// Lays the layers over the settings; what can't be is a problem each.
pub(super) fn configure(settings: &mut Settings, layers: Layers) -> Vec<Problem> {
    let mut tree = layers.into_tree();
    let mut problems: Vec<Problem> = std::mem::take(&mut tree.faults)
        .into_iter()
        .map(|fault| Problem::Setting { key: fault.key, says: fault.says, source: fault.source.to_string() })
        .collect();
    tree.each_leaf(&mut |path, node| {
        if let Err(says) = one(settings, path, node) {
            problems.push(Problem::Setting { key: written(path), says, source: node.source.to_string() });
        }
    });
    settings.tree.lay(tree);
    problems
}

fn one(settings: &mut Settings, path: &[String], node: &Node) -> Result<(), String> {
    let (section, key) = path.split_first().map_or(("", path), |(section, key)| (section.as_str(), key));
    if section != "host" {
        return Err(nobody_reads(section));
    }
    let (key, given) = (key.join("."), node.given());
    if key.is_empty() {
        return match given {
            Given::Other("a table") => Ok(()), // a section with nothing in it
            _ => Err("is a section and takes no value: write `host.stop_timeout = \"10s\"`".into()),
        };
    }
    let check = || -> Result<Value, Fault> { grammar::check(grammar::find(Attribute::Host, &key)?, &given) };
    let value = check().map_err(|fault| fault.to_string())?;
    apply(settings, &key, value);
    Ok(())
}

fn nobody_reads(section: &str) -> String {
    let hint = grammar::nearest(section, ["host"])
        .map_or("remove it".to_owned(), |near| format!("did you mean `[{near}]`?"));
    format!("nothing reads `[{section}]`: {hint}")
}

fn apply(settings: &mut Settings, key: &str, value: Value) {
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
}
