//! The modules of `hostkit` go in; every path that climbs a floor, and every circle among the entries of a folder, comes out.
//!
//! `lib.rs`, `mod.rs`, `prelude.rs` and `__private.rs` are faces: what is imported from one counts as imported from the file that
//! defines it. So a folder's face may name its files, and they may use what lies beside them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use syn::visit::{self, Visit};
use syn::{Attribute, Macro};

use super::crate_model::{CrateModel, Target};

/// From the ground up; a file may name what lies on its own floor or below it. `ARCHITECTURE.md` draws the same picture.
const FLOORS: [&[&str]; 7] = [
    &["time", "sync", "outcome", "state"],
    &["inject", "config"],
    &["param", "schedule", "queue"],
    &["service"],
    &["registry"],
    &["host"],
    &["cli", "testing"],
];

/// Folder, entries and reason of each circle that is there. The list may only become shorter: a circle that is gone is a failure too.
const KNOWN: &[KnownCircle] = &[
    ("", &["config", "inject"], "a section is a parameter, and parameters need sections"),
    (
        "",
        &["outcome", "sync", "time"],
        "a panic is a failure, and a failure that is printed may panic; waits read the clock",
    ),
    (
        "cli",
        &["args", "job", "main", "named", "runtime", "trigger"],
        "`CliError` and `CONFIG` stand in `main.rs`",
    ),
    (
        "config",
        &["access", "node_reader", "placeholder", "poisoned_reader", "read_pass"],
        "one reader, which reads itself again for what is nested",
    ),
    ("config", &["example", "problem"], "a problem shows an example of what it expected"),
    ("config", &["key_path", "source", "tree", "value"], "a tree of values, each with its source"),
    ("host", &["builder", "run", "view"], "a handle leads to the host, and the host hands out handles"),
    (
        "host/plan",
        &["configure", "services"],
        "what a section of services finds wrong is worded in `configure`",
    ),
    (
        "host/plan",
        &["draft", "needs", "planned", "queues", "sections", "validate", "wiring"],
        "the draft holds what each step of the validation adds",
    ),
    ("host/run", &["start", "supervise"], "constants of the start are used by the supervision"),
    (
        "host/run/watchdog",
        &["monitor", "reporter", "signal", "signal_response", "watch"],
        "constants and the thread stand in `watch.rs`",
    ),
    ("host/view", &["service_handle", "timer_handle"], "a service's handle hands out its timer's"),
    (
        "host/view",
        &["report", "service_report", "state"],
        "the report is made of the state, which keeps reports of hooks",
    ),
    ("outcome", &["failure", "fatal", "result"], "errors, what marks them as fatal, and what they become"),
    (
        "queue",
        &["batch", "handle", "job_source", "memory_source", "queue_state"],
        "`Enqueued` stands beside the handle",
    ),
    (
        "registry",
        &["blueprint", "linkage", "registration"],
        "a registration adds to the blueprint, which collects registrations",
    ),
    ("schedule", &["cron", "rate"], "a `Cron` is one of the schedules"),
    (
        "service",
        &[
            "common",
            "control",
            "declaration",
            "handler",
            "hook",
            "hosted",
            "options",
            "policy",
            "queued",
            "stateful",
            "timed",
        ],
        "a builder declares itself, and options are read into it",
    ),
    ("service/queued", &["builder", "handler"], "a builder, and the trait by which it takes functions"),
    ("service/timed", &["attempts", "fire", "in_flight", "run", "state"], "the verbs of one `TimerState`"),
    ("state", &["actor", "poll_tracker"], "who acts is what is tracked"),
    ("testing", &["builder", "host"], "the host is begun by its builder"),
];

type KnownCircle = (&'static str, &'static [&'static str], &'static str);

/// A use of one file by another, with what is used.
type Uses = BTreeMap<(String, String), String>;

#[test]
fn imports_go_down_and_in_no_circle() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../hostkit/src");
    let uses = uses(&CrateModel::read(&root));
    assert!(uses.len() > 300, "only {} uses of files by files", uses.len());
    let problems = [climbs(&uses), new_circles(&uses, KNOWN)].concat();
    assert!(problems.is_empty(), "\n{}\n", problems.join("\n"));
}

fn uses(model: &CrateModel) -> Uses {
    let mut uses = Uses::new();
    for (index, module) in model.modules.iter().enumerate() {
        if is_face(&module.file) {
            continue;
        }
        let mut paths = Paths::default();
        paths.found.extend(module.imports.iter().map(|import| import.path.clone()));
        module.items.iter().for_each(|item| paths.visit_item(item));
        for path in paths.found {
            let defining = match model.resolve(index, &path) {
                Target::Module(module) | Target::Item(module, _) => &model.modules[module].file,
                Target::Foreign(_) => continue,
            };
            if *defining != module.file && !is_face(defining) {
                uses.entry((module.file.clone(), defining.clone())).or_insert_with(|| path.join("::"));
            }
        }
    }
    uses
}

pub(super) fn is_face(file: &str) -> bool {
    ["lib.rs", "prelude.rs", "__private.rs"].contains(&file) || file.ends_with("/mod.rs")
}

/// Every path that is written out, those in the arguments of macros too.
#[derive(Default)]
struct Paths {
    found: Vec<Vec<String>>,
}

impl<'a> Visit<'a> for Paths {
    fn visit_path(&mut self, path: &'a syn::Path) {
        self.found.push(path.segments.iter().map(|segment| segment.ident.to_string()).collect());
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, call: &'a Macro) {
        let text = call.tokens.to_string().replace(" :: ", "::");
        let word = |c: char| !(c.is_alphanumeric() || c == '_' || c == ':');
        let paths =
            text.split(word).filter(|path| path.starts_with("crate::") || path.starts_with("super::"));
        self.found.extend(paths.map(|path| path.split("::").map(str::to_owned).collect()));
        visit::visit_macro(self, call);
    }

    fn visit_attribute(&mut self, _: &'a Attribute) {}

    fn visit_item_mod(&mut self, item: &'a syn::ItemMod) {
        unreachable!("`{}` is a module within a function: `CrateModel` does not know it", item.ident)
    }
}

/// Every use of a file on a higher floor.
fn climbs(uses: &Uses) -> Vec<String> {
    let floor = |file: &str| {
        let folder = file.split(['/', '.']).next().unwrap();
        FLOORS.iter().position(|floor| floor.contains(&folder)).map(|floor| floor + 1)
    };
    let names_no_module = |path: &str| {
        let name = path.strip_prefix("crate::").and_then(|path| path.split("::").next());
        name.is_some_and(|name| !FLOORS.iter().any(|floor| floor.contains(&name)))
    };
    let help = "imports only go down; move what is needed down, or take it as a parameter";
    let climb = |((user, used), path): (&(String, String), &String)| match (floor(user), floor(used)) {
        _ if names_no_module(path) => Some(format!(
            "{user}: `{path}` is no module on a floor: name the module that defines it, or give a new module its floor in `FLOORS`"
        )),
        (Some(here), Some(there)) if there <= here => None,
        (Some(here), Some(there)) => {
            Some(format!("{user}: floor {here} uses `{path}` of floor {there}: {help}"))
        }
        _ => Some(format!("{user} or {used} is on no floor: add its folder to `FLOORS`")),
    };
    uses.iter().filter_map(climb).collect()
}

/// Every circle among the entries of one folder that is not known, and every known one that is none any more.
fn new_circles(uses: &Uses, known: &[KnownCircle]) -> Vec<String> {
    let mut problems = Vec::new();
    let mut still_there = BTreeSet::new();
    for (folder, entries) in circles(uses) {
        let is_known = |(place, names, _): &KnownCircle| {
            *place == folder && entries.iter().all(|entry| names.contains(&entry.as_str()))
        };
        if let Some(index) = known.iter().position(is_known) {
            still_there.insert(index);
            continue;
        }
        let within = |file: &str| entry_of(file, &folder).filter(|entry| entries.contains(entry));
        let edges = uses.iter().filter_map(|((user, used), path)| {
            let (from, to) = (within(user)?, within(used)?);
            (from != to).then(|| format!("    {user} uses `{path}` of {used}"))
        });
        problems.push(format!(
            "{folder}/ has a circle: {}; move what both need into a file below them\n{}",
            entries.iter().cloned().collect::<Vec<_>>().join(", "),
            edges.collect::<Vec<_>>().join("\n")
        ));
    }
    for (index, (folder, names, _)) in known.iter().enumerate() {
        if !still_there.contains(&index) {
            problems.push(format!(
                "{folder}/ has no circle of {} any more: take it out of `KNOWN`",
                names.join(", ")
            ));
        }
    }
    problems
}

/// The folder's entry that a file is, or lies in.
fn entry_of(file: &str, folder: &str) -> Option<String> {
    let rest = if folder.is_empty() { file } else { file.strip_prefix(folder)?.strip_prefix('/')? };
    rest.split(['/', '.']).next().map(str::to_owned)
}

/// Each folder with the entries that use each other, directly or by way of others.
fn circles(uses: &Uses) -> Vec<(String, BTreeSet<String>)> {
    let files: BTreeSet<&String> = uses.keys().flat_map(|(user, used)| [user, used]).collect();
    let folders: BTreeSet<&str> = files
        .iter()
        .flat_map(|file| file.match_indices('/').map(|(at, _)| &file[..at]).chain([""]))
        .collect();
    let mut circles = Vec::new();
    for folder in folders {
        let mut reaches: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for (user, used) in uses.keys() {
            if let (Some(from), Some(to)) = (entry_of(user, folder), entry_of(used, folder))
                && from != to
            {
                reaches.entry(from).or_default().insert(to);
            }
        }
        loop {
            let longer: Vec<(String, BTreeSet<String>)> = reaches
                .iter()
                .map(|(from, to)| {
                    let further = to.iter().filter_map(|next| reaches.get(next)).flatten().cloned();
                    (from.clone(), to.iter().cloned().chain(further).collect())
                })
                .collect();
            if longer.iter().all(|(from, to)| reaches[from] == *to) {
                break;
            }
            reaches.extend(longer);
        }
        let mut seen = BTreeSet::new();
        for (from, to) in &reaches {
            let circle: BTreeSet<String> = to
                .iter()
                .filter(|next| reaches.get(*next).is_some_and(|back| back.contains(from)))
                .cloned()
                .collect();
            if !circle.is_empty() && seen.insert(circle.clone()) {
                circles.push((folder.to_owned(), circle));
            }
        }
    }
    circles
}

#[test]
fn climbs_and_circles_are_found() {
    let problems = |texts: &[(&str, &str)], known: &[KnownCircle]| {
        let files = texts.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect();
        let uses = uses(&CrateModel::of(&files));
        [climbs(&uses), new_circles(&uses, known)].concat().join("\n")
    };
    let root = ("lib.rs", "mod host; mod time; mod state; pub use host::Host;");
    let host =
        ("host/mod.rs", "mod core; pub(crate) mod run; pub(crate) use core::Core; pub use core::Host;");
    let core = ("host/core.rs", "pub(crate) struct Core;");
    let time = ("time/mod.rs", "pub(crate) mod clock;");
    let state = ("state/mod.rs", "mod record; pub(crate) use record::Record;");
    let record = ("state/record.rs", "pub(crate) struct Record;");
    let of = |run: &str, clock: &str, record: &str, core: &str| {
        problems(
            &[
                root,
                host,
                ("host/core.rs", core),
                ("host/run.rs", run),
                time,
                ("time/clock.rs", clock),
                state,
                ("state/record.rs", record),
            ],
            &[],
        )
    };
    assert_eq!(of("use super::Core; use crate::{time::clock, state::Record};", "", record.1, core.1), "");
    let climbs = |clock: &str| of("", clock, record.1, core.1);
    for clock in [
        "use crate::host::Core;",
        "use crate::{\n    host::Core,\n};",
        "fn now() { crate::host::Core::now(); }",
        "fn now() { f!(a, crate::host::Core) }",
        "use super::super::host::{self}; fn now(core: host::Core) {}",
    ] {
        assert!(climbs(clock).contains("time/clock.rs: floor 1 uses `"), "{clock}: {}", climbs(clock));
    }
    assert!(of("", "use crate::Host;", record.1, "pub struct Host;").contains("is no module on a floor"));
    let circle = of("use super::Core;", "", record.1, "use super::run; pub(crate) struct Core(run::Run);");
    assert!(circle.starts_with("host/ has a circle: core, run; move"), "{circle}");
    assert!(circle.contains("host/core.rs uses `super::run` of host/run.rs"), "{circle}");
    let between =
        of("", "use crate::state::Record;", "use crate::time::clock; pub(crate) struct Record;", core.1);
    assert!(between.starts_with("/ has a circle: state, time; move"), "{between}");
    let texts =
        [root, host, core, ("host/run.rs", "use super::Core;"), time, ("time/clock.rs", ""), state, record];
    let stale = problems(&texts, &[("host", &["core", "run"], "of old")]);
    assert!(stale.contains("host/ has no circle of core, run any more"), "{stale}");
}
