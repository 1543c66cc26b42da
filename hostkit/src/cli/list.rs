//! `list` and `check`: what there is, and what a run of it would be. Both print to standard output.

use std::collections::HashSet;
use std::io;

use serde_json::{Value as Json, json};

use super::say;
use crate::host::{Draft, DraftService, Host, Part, Suppliers};
use crate::inject::{Kind, ValueProvider};
use crate::registry::Origin;
use crate::service::AnyProvider;
use hostkit_grammar::duration::show;

/// A service, a hook or a provider.
struct ListRow<'a> {
    name: &'a str,
    kind: String,
    entry: Option<&'a DraftService>,
    provision: Option<&'a AnyProvider>,
    /// Why it does not run, if it does not.
    off: Option<String>,
    origin: Origin,
}

/// The options that say when, and not how.
const SCHEDULE: [&str; 6] = ["every", "delay", "cron", "tz", "days", "first"];

/// Every service, hook and provider that was found, by name.
pub(super) fn list(draft: &Draft, as_json: bool) -> io::Result<bool> {
    let called: HashSet<usize> = Suppliers::of(draft).running().providers().collect();
    let row = |part| {
        let (name, origin) = (draft.name(part), draft.origin(part));
        let row = |kind| ListRow { name, kind, entry: None, provision: None, off: None, origin };
        match part {
            Part::Service(index) => {
                let entry = &draft.entries[index];
                let off = draft.off(entry).map(|off| off.to_string());
                ListRow { entry: Some(entry), off, ..row(entry.kind.to_owned()) }
            }
            Part::Provider(index) => {
                let off = (!called.contains(&index)).then(|| "off: nothing that runs needs it".to_owned());
                let provision = Some(&draft.providers[index].provision);
                ListRow { provision, off, ..row(ValueProvider::WORD.to_owned()) }
            }
            Part::Hook(index) => row(draft.hooks[index].kind()),
            Part::Given(_) => row("given".to_owned()),
        }
    };
    let mut rows: Vec<ListRow<'_>> = draft.parts().map(row).collect();
    rows.sort_by(|a, b| (a.name, &a.kind, a.origin.line()).cmp(&(b.name, &b.kind, b.origin.line())));
    say::result(if as_json { json(&rows) } else { table(&rows) })
}

fn json(rows: &[ListRow<'_>]) -> String {
    let rows: Vec<_> = rows
        .iter()
        .map(|row| {
            let ListRow { name, kind, off, origin, .. } = row;
            json!({
                "name": name,
                "kind": kind,
                "enabled": off.is_none(),
                "why_not": off,
                "schedule": row.schedule(),
                "options": row.options(),
                "crate": origin.package(),
                "version": origin.version(),
                "file": origin.file(),
                "line": origin.line(),
            })
        })
        .collect();
    format!("{:#}", Json::from(rows))
}

impl ListRow<'_> {
    /// `every 10s`, `cron 0 9 * * * Europe/Berlin`; nothing for what is never due.
    fn schedule(&self) -> Option<String> {
        let options = &self.entry?.options;
        let (trigger, value) = SCHEDULE[..3].iter().find_map(|name| Some((name, options.get(name)?)))?;
        let zone = options.text("tz").map(|zone| format!(" {zone}")).unwrap_or_default();
        Some(format!("{trigger} {value}{zone}"))
    }

    /// Each option that was set: its name, its value and where the configuration sets it.
    fn set(&self) -> impl Iterator<Item = (&'static str, String, Option<&str>)> {
        let of_service = self.entry.into_iter().flat_map(|entry| entry.options.iter());
        let of_provider = self.provision.into_iter().flat_map(AnyProvider::options);
        of_service
            .map(|(name, value, source)| (name, value.to_string(), source))
            .chain(of_provider.map(|(name, value)| (name, value, None)))
    }

    /// All of them, with where they were set; a hook has none.
    fn options(&self) -> Option<Json> {
        let has_options = self.entry.is_some() || self.provision.is_some();
        let option = |(name, value, source): (&'static str, String, Option<&str>)| {
            (name.to_owned(), json!({ "value": value, "source": source.unwrap_or("code") }))
        };
        has_options.then(|| Json::Object(self.set().map(option).collect()))
    }

    /// Those that have no column of their own.
    fn policy(&self) -> String {
        let others = self.set().filter(|(name, ..)| !SCHEDULE[..4].contains(name) && *name != "enabled");
        others.map(|(name, value, _)| format!("{name}={value}")).collect::<Vec<_>>().join(" ")
    }

    fn cells(&self) -> [String; 7] {
        let or_dash = |text: Option<&str>| text.filter(|text| !text.is_empty()).unwrap_or("-").to_owned();
        let package = self.origin.package().zip(self.origin.version());
        [
            self.name.to_owned(),
            self.kind.clone(),
            self.off.clone().unwrap_or_else(|| "on".into()),
            or_dash(self.schedule().as_deref()),
            or_dash(Some(&self.policy())),
            package.map_or_else(|| "-".into(), |(package, version)| format!("{package} {version}")),
            format!("{}:{}", self.origin.file(), self.origin.line()),
        ]
    }
}

fn table(rows: &[ListRow<'_>]) -> String {
    let head = ["NAME", "KIND", "STATE", "SCHEDULE", "OPTIONS", "CRATE", "LOCATION"].map(String::from);
    let lines: Vec<_> = std::iter::once(head).chain(rows.iter().map(ListRow::cells)).collect();
    let width = |column: usize| lines.iter().map(|line| line[column].chars().count()).max().unwrap_or(0);
    let widths: Vec<_> = (0..7).map(width).collect();
    let line = |cells: &[String; 7]| {
        let padded: Vec<_> =
            cells.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}")).collect();
        padded.join("  ").trim_end().to_owned()
    };
    lines.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// The plan that a run would follow.
pub(super) fn plan(host: &Host, as_json: bool) -> io::Result<()> {
    let plan = host.plan();
    let members = plan.levels.iter().map(|level| &plan.services[level.members.clone()]);
    let names = members.map(|level| level.iter().map(|service| service.record.name()).collect());
    let levels: Vec<Vec<&str>> = names.collect();
    let (slowest, limit) = (plan.slowest_stop(), plan.settings.stop_timeout);
    if as_json {
        let plan = json!({
            "services": plan.services.len(),
            "levels": levels,
            "slowest_stop": show(slowest),
            "stop_timeout": show(limit),
        });
        say::result(format_args!("{plan:#}"))?;
    } else {
        let (services, s) = (plan.services.len(), |count| if count == 1 { "" } else { "s" });
        let count = levels.len();
        let mut text =
            format!("the plan is valid: {services} service{} in {count} level{}\n", s(services), s(count));
        for (number, names) in levels.iter().enumerate() {
            text += &format!("  {}. {}\n", number + 1, names.join(", "));
        }
        text += &format!(
            "a stop takes at most {} (sum over its levels: {})",
            show(slowest.min(limit)),
            show(slowest)
        );
        say::result(text)?;
    }
    for warning in &plan.warnings {
        say::warning(warning);
    }
    if slowest > limit {
        say::warning(format_args!(
            "stopping all levels may take {}, but the host's `stop_timeout` is {}: the last services to stop may get less \
             than their own `stop_timeout`; raise `[host] stop_timeout`, or lower theirs",
            show(slowest),
            show(limit)
        ));
    }
    Ok(())
}
