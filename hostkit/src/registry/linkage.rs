//! What `main!` or `link!` saw of the build goes in; the crates whose services are left out, and a warning of each crate whose
//! services may be missing, come out.

use std::fmt;

use super::{Blueprint, Origin, linkages};

/// What a macro in the program saw of the packages that the program is built of.
#[doc(hidden)]
#[derive(Debug)]
pub struct Linkage {
    /// Which macro it was.
    pub by: LinkedBy,
    /// The crates that `link = […]` names.
    pub linked: &'static [&'static str],
    /// The crates that `ignore = […]` names.
    pub ignored: &'static [&'static str],
    /// The crates that the lock file shows to depend on hostkit.
    pub reachable: &'static [Reachable],
}

/// A macro that links crates.
#[doc(hidden)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkedBy {
    Main,
    Link,
}

/// A crate in the dependency graph that depends on hostkit, and so may have services.
#[doc(hidden)]
#[derive(Debug)]
pub struct Reachable {
    /// The package's name and version.
    pub package: &'static str,
    #[allow(missing_docs)]
    pub version: &'static str,
    /// What Rust paths call it.
    pub ident: &'static str,
    /// Whether this package depends on it itself.
    pub direct: bool,
    /// Whether the macro links it.
    pub linked: bool,
}

impl fmt::Display for LinkedBy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            LinkedBy::Main => "hostkit::main!",
            LinkedBy::Link => "hostkit::link!",
        })
    }
}

/// Links what [`main!`](crate::main) would link: for a `main` of one's own, and for tests.
///
/// A crate that no Rust path names is not linked, and [`HostBuilder::discover`](crate::HostBuilder::discover) finds nothing in it; not even in the library of the
/// package whose program or test this is. Beside that program's other items, in its root:
///
/// ```standalone_crate
/// hostkit::link!();
/// # fn main() {}
/// ```
///
/// | form | meaning |
/// |---|---|
/// | `link!(link = [jobs, billing])` | crates with services that no Rust path names, beside those that are found |
/// | `link!(ignore = [billing])` | the services of these crates are left out, and nothing is warned of |
///
/// The package's own library and the direct dependencies that depend on hostkit are linked without being named. When a host that
/// discovers starts, it warns of each crate of the lock file that depends on hostkit and has no service.
#[macro_export]
macro_rules! link {
    ($($tokens:tt)*) => {
        $crate::__private::link_crates! { $crate; $($tokens)* }
    };
}

/// Whether `ignore = […]` names the crate that this was declared in. The program itself may have the name of its library, and is
/// never left out.
pub(super) fn is_ignored(origin: Origin) -> bool {
    let names = [origin.package(), origin.crate_name()];
    !origin.is_beside_library()
        && linkages()
            .flat_map(|linkage| linkage.ignored)
            .any(|ignored| names.into_iter().flatten().any(|name| normal(name) == normal(ignored)))
}

/// How a crate is linked whose services are missing: by what the program already has, or by what it could have.
pub(crate) fn how_to_link(crate_name: &str) -> String {
    match linkages().map(|linkage| linkage.by).min_by_key(|by| *by != LinkedBy::Main) {
        Some(by) => format!("`{by}(link = [{crate_name}])`"),
        None => format!(
            "`hostkit::main!(link = [{crate_name}])`, or, in a test or a `main` of your own, `hostkit::link!();` or `use {crate_name} as _;`"
        ),
    }
}

/// A sentence for each crate that registered nothing although it might have.
pub(crate) fn missed(blueprint: &Blueprint) -> Vec<String> {
    let registered = registered(blueprint);
    let silent = |name: &str| !registered.contains(&normal(name));
    let mut warnings = Vec::new();
    for linkage in linkages() {
        let Linkage { by, linked, reachable, .. } = linkage;
        warnings.extend(linked.iter().filter(|name| silent(name)).map(|name| {
            format!("`link = [{name}]` names a crate that has no service: annotate a function there, or remove it from `link`")
        }));
        let named = |one: &Reachable| linked.iter().any(|name| normal(name) == normal(one.ident));
        let reachable = reachable.iter().filter(|one| silent(one.package) && silent(one.ident));
        warnings.extend(reachable.filter(|one| !named(one)).map(|one| missing(*by, one)));
    }
    warnings
}

fn missing(by: LinkedBy, Reachable { package, version, ident, direct, linked }: &Reachable) -> String {
    let seen = format!("`{package}` {version} depends on hostkit, but none of its services was found");
    if *linked {
        format!("{seen}; if it has none, write `{by}(ignore = [{ident}])`")
    } else if *direct {
        format!("{seen}: write `{by}(link = [{ident}])`, or `ignore = [{ident}]` if it has none")
    } else {
        format!(
            "{seen}: add it to this package's dependencies and write `{by}(link = [{ident}])`, \
             or `ignore = [{ident}]` if it has none"
        )
    }
}

/// By package and by crate name, for a library may be named unlike its package.
fn registered(blueprint: &Blueprint) -> Vec<String> {
    let services = blueprint.entries.iter().map(|entry| entry.origin);
    let hooks = blueprint.hooks.iter().map(|hook| hook.origin);
    let providers = blueprint.providers.iter().map(|provider| provider.origin);
    services
        .chain(hooks)
        .chain(providers)
        .flat_map(|origin| [origin.package(), origin.crate_name()])
        .flatten()
        .map(normal)
        .collect()
}

fn normal(name: &str) -> String {
    name.replace('-', "_")
}
