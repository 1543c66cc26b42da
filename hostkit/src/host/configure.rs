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
        if path.first().is_some_and(|section| section == "host")
            && let Err(says) = one(settings, &path[1..], node)
        {
            problems.push(Problem::Setting { key: written(path), says, source: node.source.to_string() });
        }
    });
    settings.tree.lay(tree);
    problems
}

fn one(settings: &mut Settings, key: &[String], node: &Node) -> Result<(), String> {
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
