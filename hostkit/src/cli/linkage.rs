//! Crates whose services may be missing: what the lock file promises against what registered.

use super::{Program, Reachable};
use crate::registry::Blueprint;

/// A sentence for each crate that registered nothing although it might have.
pub(super) fn warnings(program: &Program, blueprint: &Blueprint) -> Vec<String> {
    let registered = registered(blueprint);
    let silent = |name: &str| !registered.contains(&normal(name));
    let linked = program.linked.iter().filter(|name| silent(name)).map(|name| {
        format!("`link = [{name}]` names a crate that has no service: annotate a function there, or remove it from `link`")
    });
    let reachable = program.reachable.iter().filter(|one| silent(one.package) && silent(one.ident));
    let reachable =
        reachable.filter(|one| !program.linked.iter().any(|name| normal(name) == normal(one.ident)));
    linked.chain(reachable.map(missing)).collect()
}

fn missing(Reachable { package, version, ident, direct, linked }: &Reachable) -> String {
    let seen = format!("`{package}` {version} depends on hostkit, but no service of it was found");
    if *linked {
        format!("{seen}; if it has none, write `hostkit::main!(ignore = [{ident}])`")
    } else if *direct {
        format!("{seen}: write `hostkit::main!(link = [{ident}])`, or `ignore = [{ident}]` if it has none")
    } else {
        format!(
            "{seen}: add it to this package's dependencies and write `hostkit::main!(link = [{ident}])`, \
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
