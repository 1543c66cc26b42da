//! A `Cargo.toml` goes in; the few facts about it that linking needs come out.
//!
//! A scanner of lines, not a parser of TOML: cargo has accepted the file already, and what is written in a form that
//! this does not see is found in the compiler's own arguments, or not at all.

use std::collections::{BTreeMap, BTreeSet};

/// What linking needs to know of a manifest.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Manifest {
    /// `[lib] name`, if it is given.
    pub(crate) library: Option<String>,
    /// Whether there is a `[lib]`.
    pub(crate) has_library: bool,
    /// Whether that is one which no program can be linked with, as far as can be seen: a macro crate, or a C library.
    pub(crate) is_not_linked: bool,
    /// Packages that have another name here: from the name in Rust code to the package.
    pub(crate) renamed: BTreeMap<String, String>,
    /// What `[dependencies]` tables name, for any target.
    pub(crate) dependencies: BTreeSet<String>,
    /// What only `[dev-dependencies]` and `[build-dependencies]` name.
    pub(crate) only_for_tests: BTreeSet<String>,
}

/// Reads a manifest, as far as it can.
pub(crate) fn read(text: &str) -> Manifest {
    let mut manifest = Manifest::default();
    let mut section = Vec::new();
    for line in text.lines().map(str::trim).filter(|line| !line.starts_with('#')) {
        if let Some(header) = line.strip_prefix('[') {
            section = keys(header.trim_start_matches('[').split(']').next().unwrap_or_default());
            manifest.has_library |= section == ["lib"];
            if let Some((table, name)) = dependency_table(&section) {
                manifest.depend(table, name);
            }
            // `[target.'cfg(…)'.dependencies]` has a `]` in quotes now and then: the last word is what counts.
            continue;
        }
        let Some((key, value)) = line.split_once('=') else { continue };
        let (key, value) = (keys(key), value.trim());
        match section.last().map(String::as_str) {
            Some("lib") if key == ["name"] => manifest.library = string(value),
            Some("lib") if key == ["crate-type"] => {
                manifest.is_not_linked |=
                    !["\"lib\"", "\"rlib\"", "\"dylib\""].iter().any(|kind| value.contains(kind));
            }
            Some("lib") if key == ["proc-macro"] => manifest.is_not_linked |= value.starts_with("true"),
            Some(table) if is_table(table) => {
                let Some(name) = key.first() else { continue };
                manifest.depend(table, name);
                let package = match key.get(1).map(String::as_str) {
                    Some("package") => string(value),
                    Some(_) => None,
                    None => value
                        .split_once("package")
                        .and_then(|(_, rest)| string(rest.trim_start().strip_prefix('=')?.trim())),
                };
                manifest.rename(name, package);
            }
            _ if key == ["package"] => {
                if let Some((_, name)) = dependency_table(&section) {
                    manifest.rename(name, string(value));
                }
            }
            _ => {}
        }
    }
    manifest.only_for_tests = &manifest.only_for_tests - &manifest.dependencies;
    manifest
}

impl Manifest {
    fn depend(&mut self, table: &str, name: &str) {
        let names = if table == "dependencies" { &mut self.dependencies } else { &mut self.only_for_tests };
        names.insert(name.to_owned());
    }

    fn rename(&mut self, name: &str, package: Option<String>) {
        if let Some(package) = package {
            self.renamed.insert(name.replace('-', "_"), package);
        }
    }
}

/// The table and the name in `[dependencies.name]`.
fn dependency_table(section: &[String]) -> Option<(&str, &str)> {
    match section {
        [.., table, name] if is_table(table) => Some((table, name)),
        _ => None,
    }
}

fn is_table(name: &str) -> bool {
    matches!(name, "dependencies" | "dev-dependencies" | "build-dependencies")
}

/// The parts of a dotted key, without quotes.
fn keys(dotted: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut quote = None;
    for c in dotted.trim().chars() {
        match (quote, c) {
            (None, '"' | '\'') => quote = Some(c),
            (Some(open), c) if c == open => quote = None,
            (None, '.') => parts.push(String::new()),
            (None, c) if c.is_whitespace() => {}
            (_, c) => parts.last_mut().expect("there is always a part").push(c),
        }
    }
    parts
}

/// The text of a string at the front of the value.
fn string(value: &str) -> Option<String> {
    let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    value[1..].split(quote).next().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn facts_are_found_in_every_usual_form() {
        let manifest = read(
            r#"
            [package]
            name = "app"
            [lib]
            name = "app_core" # not like the package
            [dependencies]
            jobs = "1"
            mail = { version = "2", package = "post-office" }
            tea.package = "hot-drinks"
            hostkit.workspace = true
            [target.'cfg(unix)'.dependencies]
            signals = "1"
            [dependencies.big-bill]
            package = "billing"
            [dev-dependencies]
            jobs = { path = "../jobs", features = ["testing"] }
            fakes = "1"
            "#,
        );
        assert_eq!(manifest.library.as_deref(), Some("app_core"));
        let renamed: Vec<_> = manifest.renamed.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
        assert_eq!(renamed, [("big_bill", "billing"), ("mail", "post-office"), ("tea", "hot-drinks")]);
        let names: Vec<_> = manifest.dependencies.iter().map(String::as_str).collect();
        assert_eq!(names, ["big-bill", "hostkit", "jobs", "mail", "signals", "tea"]);
        assert_eq!(manifest.only_for_tests.into_iter().collect::<Vec<_>>(), ["fakes"]);
    }
}
