//! What `[host]` says, checked by the same table and in the same words as an attribute.

use std::time::Duration;

use hostkit_grammar as grammar;
use hostkit_grammar::sentence::halves;
use hostkit_grammar::{Attribute, Fault, Given, Value};

use super::problem::Problem;
use super::settings::Settings;
use crate::config::{Layers, Setting};

/// Lays the layers over the settings; what can't be is a problem each.
pub(super) fn configure(settings: &mut Settings, layers: Layers) -> Vec<Problem> {
    let (given, faults) = layers.into_parts();
    let mut problems: Vec<Problem> = faults
        .into_iter()
        .map(|fault| {
            let (what, mend) = halves(&fault.says);
            let what = format!("`{}`: {what}", fault.key);
            Problem::Setting { what, mend: mend.to_owned(), source: fault.source.to_string() }
        })
        .collect();
    for (path, setting) in given {
        if let Err(Wrong { what, mend }) = one(settings, &path, &setting) {
            problems.push(Problem::Setting { what, mend, source: setting.source.to_string() });
        }
    }
    problems
}

struct Wrong {
    what: String,
    mend: String,
}

fn one(settings: &mut Settings, path: &[String], setting: &Setting) -> Result<(), Wrong> {
    let whole = path.join(".");
    let (section, key) = path.split_first().map_or(("", path), |(section, key)| (section.as_str(), key));
    if section != "host" {
        return Err(nobody_reads(&whole, section));
    }
    let (key, given) = (key.join("."), setting.value.given());
    if key.is_empty() {
        return match given {
            Given::Other("a table") => Ok(()), // a section with nothing in it
            _ => Err(Wrong {
                what: format!("`{whole}`: is a section and takes no value"),
                mend: "write `host.stop_timeout = \"10s\"`".into(),
            }),
        };
    }
    let check = || -> Result<Value, Fault> { grammar::check(grammar::find(Attribute::Host, &key)?, &given) };
    let value = check().map_err(|fault| Wrong { what: fault.what(&whole), mend: fault.mend() })?;
    apply(settings, &key, value);
    Ok(())
}

fn nobody_reads(key: &str, section: &str) -> Wrong {
    let mend = grammar::nearest(section, ["host"])
        .map_or("remove it".to_owned(), |near| format!("did you mean `[{near}]`?"));
    Wrong { what: format!("`{key}`: nothing reads `[{section}]`"), mend }
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
