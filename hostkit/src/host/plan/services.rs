//! What `[services.NAME]` says of each service, checked by the same table and in the same words as an attribute.

use hostkit_grammar as grammar;
use hostkit_grammar::nearest;

use super::configure::{problem, problem_of_option};
use super::problem::Problem;
use crate::config::{ConfigNode, normal, written};
use crate::registry::ServiceEntry;

/// Lays a `[services]` section over the services; what can't be is a problem each. The entries are sorted by name.
pub(crate) fn configure(entries: &mut [ServiceEntry], services: &ConfigNode) -> Vec<Problem> {
    let Some(table) = services.table() else {
        return vec![problem(&["services"], IS_A_SECTION.into(), services)];
    };
    let mut problems = Vec::new();
    for (name, node) in table.iter() {
        match find(entries, name, node.fuzzy) {
            Some(at) => problems.extend(one(&mut entries[at], node)),
            None => problems.push(problem(&["services", name], nobody(entries, name), node)),
        }
    }
    problems
}

const IS_A_SECTION: &str =
    "is a section and takes no value: write an option of it, as in `services.my_service.enabled = false`";

/// A calendar is a feature of its own.
const NEEDS_CRON: [&str; 3] = ["cron", "tz", "days"];

/// A name of the environment is written without capitals and with `_` for `.` and `-`.
fn find(entries: &[ServiceEntry], name: &str, fuzzy: bool) -> Option<usize> {
    let exact = entries.binary_search_by(|entry| (*entry.name).cmp(name)).ok();
    exact.or_else(|| entries.iter().position(|entry| fuzzy && normal(&entry.name) == name))
}

fn nobody(entries: &[ServiceEntry], name: &str) -> String {
    match nearest(name, entries.iter().map(|entry| &*entry.name)) {
        Some(near) => format!("there is no service named `{name}`: did you mean `{near}`?"),
        None => format!(
            "there is no service named `{name}`: remove the section, or run `list` to see all services"
        ),
    }
}

fn one(entry: &mut ServiceEntry, service: &ConfigNode) -> Vec<Problem> {
    let name = entry.name.to_string();
    let path = |option: &str| ["services".to_owned(), name.clone(), option.to_owned()];
    let Some(table) = service.table() else {
        return vec![problem(&["services", &name], IS_A_SECTION.into(), service)];
    };
    let options = &mut entry.declaration.options;
    let mut problems = Vec::new();
    for (option, node) in table.iter() {
        if grammar::find(options.on(), option).is_ok_and(|spec| !spec.is_configurable()) {
            problems.push(problem(&path(option), only_in_code(option), node));
            continue;
        }
        let spec = match grammar::find_setting(options.on(), option) {
            Ok(spec) => spec,
            Err(fault) => {
                problems.push(problem(&path(option), fault.to_string(), node));
                continue;
            }
        };
        match grammar::check(spec, &node.given()) {
            Ok(_) if NEEDS_CRON.contains(&spec.name) && !cfg!(feature = "cron") => {
                let says = "needs hostkit's feature `cron`, which is off in this program: add it to its dependencies";
                problems.push(problem(&path(option), says.into(), node));
            }
            Ok(value) => options.lay(spec.name, value, node.source_of_option()),
            Err(fault) => problems.push(problem_of_option(&path(option), fault.to_string(), node)),
        }
    }
    options.settle();
    for (fault, source) in options.faults() {
        let option = fault.option().map_or("", |option| option.name);
        options.forget(option); // told once, here
        problems.push(Problem::Setting { key: written(&path(option)), says: fault.to_string(), source });
    }
    problems
}

fn only_in_code(option: &str) -> String {
    match option {
        "name" => "`name` identifies the service in the configuration: set it in the code".into(),
        other => format!("`{other}` can't be configured: set it in the code"),
    }
}
