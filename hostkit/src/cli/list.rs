//! `list` and `check`: what there is, and what a run of it would be. Both print to standard output.

use super::say;
use crate::host::{Host, HostBuilder};
use crate::registry::Origin;
use hostkit_grammar::duration::show;

struct Row {
    name: String,
    kind: String,
    origin: Origin,
}

/// Every service and hook that was found, by name.
pub(super) fn list(host: &HostBuilder, as_json: bool) {
    let blueprint = &host.blueprint;
    let services = blueprint.entries.iter().map(|entry| Row {
        name: entry.name.to_string(),
        kind: entry.declaration.kind.to_owned(),
        origin: entry.origin,
    });
    let hooks = blueprint.hooks.iter().map(|hook| Row {
        name: hook.name.to_string(),
        kind: format!("on({})", hook.moment),
        origin: hook.origin,
    });
    let mut rows: Vec<Row> = services.chain(hooks).collect();
    rows.sort_by(|a, b| (&a.name, &a.kind, a.origin.line()).cmp(&(&b.name, &b.kind, b.origin.line())));
    if as_json { say::result(json(&rows)) } else { say::result(table(&rows)) }
}

fn json(rows: &[Row]) -> String {
    let rows: Vec<String> = rows
        .iter()
        .map(|Row { name, kind, origin }| {
            let known = |text: Option<&str>| text.map_or_else(|| "null".to_owned(), quoted);
            format!(
                r#"  {{"name": {}, "kind": {}, "crate": {}, "version": {}, "file": {}, "line": {}}}"#,
                quoted(name),
                quoted(kind),
                known(origin.package()),
                known(origin.version()),
                quoted(origin.file()),
                origin.line()
            )
        })
        .collect();
    if rows.is_empty() { "[]".to_owned() } else { format!("[\n{}\n]", rows.join(",\n")) }
}

/// Text as JSON. (A crate that does this takes longer to build than all the rest of the command line.)
fn quoted(text: &str) -> String {
    let mut out = String::from('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            c if c < ' ' => out += &format!("\\u{:04x}", u32::from(c)),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

fn table(rows: &[Row]) -> String {
    let cells = rows.iter().map(|Row { name, kind, origin }| {
        let place = format!("{}:{}", origin.file(), origin.line());
        [
            name.clone(),
            kind.clone(),
            origin.package().unwrap_or("-").into(),
            origin.version().unwrap_or("-").into(),
            place,
        ]
    });
    let head = ["NAME", "KIND", "CRATE", "VERSION", "PLACE"].map(String::from);
    let lines: Vec<_> = std::iter::once(head).chain(cells).collect();
    let width = |column: usize| lines.iter().map(|line| line[column].chars().count()).max().unwrap_or(0);
    let widths: Vec<_> = (0..5).map(width).collect();
    let line = |cells: &[String; 5]| {
        let padded: Vec<_> =
            cells.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}")).collect();
        padded.join("  ").trim_end().to_owned()
    };
    lines.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// The plan that a run would follow.
pub(super) fn plan(host: &Host) {
    let plan = host.plan();
    let (services, levels) = (plan.services.len(), plan.levels.len());
    let s = |count| if count == 1 { "" } else { "s" };
    let mut text =
        format!("the plan is valid: {services} service{} in {levels} level{}\n", s(services), s(levels));
    for (number, level) in plan.levels.iter().enumerate() {
        let names: Vec<_> =
            plan.services[level.members.clone()].iter().map(|service| service.record.name()).collect();
        text += &format!("  {}. {}\n", number + 1, names.join(", "));
    }
    let (slowest, limit) = (plan.slowest_stop(), plan.settings.stop_timeout);
    text += &format!(
        "a stop takes at most {} (its levels one after the other: {})",
        show(slowest.min(limit)),
        show(slowest)
    );
    say::result(text);
    for warning in &plan.warnings {
        say::problem(format_args!("warning: {warning}"));
    }
    if slowest > limit {
        say::problem(format_args!(
            "warning: stopping level after level may take {}, but the host stops within {}: the last to stop may get less \
             than their own time; raise `[host] stop_timeout`, or lower theirs",
            show(slowest),
            show(limit)
        ));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_quoted_as_json_wants_it() {
        assert_eq!(quoted(r"src\a.rs"), r#""src\\a.rs""#);
        assert_eq!(quoted("a \"b\"\n\u{1f}é/\u{7f}"), "\"a \\\"b\\\"\\u000a\\u001fé/\u{7f}\"");
    }

    #[test]
    fn nothing_is_an_empty_list() {
        assert_eq!(json(&[]), "[]");
    }
}
