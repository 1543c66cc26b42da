//! What `[services.NAME]` says of each service, checked by the same table and in the same words as an attribute.

use hostkit_grammar as grammar;
use hostkit_grammar::{OptionProblem, Suggestion};

use super::configure::{IS_A_SECTION, of_option, problem, problem_of_option, unknown_option};
use super::problem::Problem;
use crate::config::{ConfigNode, normal};
use crate::registry::ServiceEntry;

/// Lays a `[services]` section over the services; what can't be is a problem each. The entries are sorted by name.
pub(crate) fn configure(entries: &mut [ServiceEntry], services: &ConfigNode) -> Vec<Problem> {
    let Some(table) = services.table() else {
        return vec![problem(&["services"], IS_A_SECTION, WRITE_AN_OPTION, services)];
    };
    let mut problems = Vec::new();
    for (name, node) in table.iter() {
        match find(entries, name, node.fuzzy) {
            Some(at) => problems.extend(one(&mut entries[at], node)),
            None => {
                let suggestion = Suggestion::of(name, entries.iter().map(|entry| &*entry.name));
                let help = suggestion.or("remove the section, or run `list` to see all services");
                let what = format!("there is no service named `{name}`");
                problems.push(problem(&["services", name], what, help, node));
            }
        }
    }
    problems
}

const WRITE_AN_OPTION: &str = "write an option of it, as in `services.my_service.enabled = false`";

/// A calendar is a feature of its own.
const NEEDS_CRON: [&str; 3] = ["cron", "tz", "days"];
const HAS_CRON: bool = cfg!(feature = "cron");

/// A name of the environment is written without capitals and with `_` for `.` and `-`.
fn find(entries: &[ServiceEntry], name: &str, fuzzy: bool) -> Option<usize> {
    let exact = entries.binary_search_by(|entry| (*entry.name).cmp(name)).ok();
    exact.or_else(|| entries.iter().position(|entry| fuzzy && normal(&entry.name) == name))
}

fn one(entry: &mut ServiceEntry, service: &ConfigNode) -> Vec<Problem> {
    let name = entry.name.to_string();
    let path = |option: &str| ["services".to_owned(), name.clone(), option.to_owned()];
    let Some(table) = service.table() else {
        return vec![problem(&["services", &name], IS_A_SECTION, WRITE_AN_OPTION, service)];
    };
    let options = &mut entry.declaration.options;
    let mut problems = Vec::new();
    for (option, node) in table.iter() {
        if grammar::find(options.on(), option).is_ok_and(|spec| !spec.is_configurable()) {
            let refused =
                OptionProblem::refused(options.on(), option, only_in_code(option), "set it in the code");
            problems.push(unknown_option(&path(option), &refused, node));
            continue;
        }
        let spec = match grammar::find_setting(options.on(), option) {
            Ok(spec) => spec,
            Err(unknown) => {
                problems.push(unknown_option(&path(option), &unknown, node));
                continue;
            }
        };
        match grammar::check(spec, &node.given()) {
            Ok(_) if NEEDS_CRON.contains(&spec.name) && !HAS_CRON => {
                let what = "needs hostkit's feature `cron`, which is off in this program";
                problems.push(problem(&path(option), what, "add it to its dependencies", node));
            }
            Ok(value) => options.lay(spec.name, value, node.source_of_option()),
            Err(wrong) => problems.push(problem_of_option(&path(option), &wrong, node)),
        }
    }
    options.settle();
    for (fault, source) in options.faults() {
        let option = fault.option().map_or("", |option| option.name);
        options.forget(option); // told once, here
        problems.push(of_option(&path(option), &fault, source));
    }
    problems
}

fn only_in_code(option: &str) -> &'static str {
    match option {
        "name" => "identifies the service in the configuration",
        _ => "can't be configured",
    }
}
