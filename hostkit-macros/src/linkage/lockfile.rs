//! A `Cargo.lock` goes in, the graph of packages comes out.

use std::collections::BTreeSet;

/// The packages of a lock file; a package is its place in the list.
#[derive(Debug, Default)]
pub(crate) struct Lockfile {
    pub(crate) packages: Vec<Package>,
}

/// One package and, by place, what it depends on.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Package {
    pub(crate) name: String,
    pub(crate) version: String,
    pub(crate) dependencies: Vec<usize>,
}

/// Reads a lock file. Cargo writes it, always in the same form: a line for each value and for each dependency.
pub(crate) fn read(text: &str) -> Lockfile {
    let mut packages: Vec<Package> = Vec::new();
    let mut wanted: Vec<Vec<&str>> = Vec::new();
    for line in text.lines().map(str::trim) {
        if line == "[[package]]" {
            packages.push(Package::default());
            wanted.push(Vec::new());
        }
        let (Some(package), Some(wanted)) = (packages.last_mut(), wanted.last_mut()) else { continue };
        if let Some(name) = value(line, "name") {
            package.name = name.to_owned();
        } else if let Some(version) = value(line, "version") {
            package.version = version.to_owned();
        } else if let Some(dependency) = line.trim_end_matches(',').strip_prefix('"') {
            wanted.push(dependency.trim_end_matches('"'));
        }
    }
    let resolved: Vec<Vec<usize>> = wanted
        .iter()
        .map(|wanted| wanted.iter().filter_map(|dependency| find(&packages, dependency)).collect())
        .collect();
    for (package, dependencies) in packages.iter_mut().zip(resolved) {
        package.dependencies = dependencies;
    }
    Lockfile { packages }
}

fn value<'l>(line: &'l str, key: &str) -> Option<&'l str> {
    line.strip_prefix(key)?.strip_prefix(" = \"")?.strip_suffix('"')
}

/// `name`, or `name version` where there are several of that name.
fn find(packages: &[Package], dependency: &str) -> Option<usize> {
    let mut words = dependency.split(' ');
    let (name, version) = (words.next()?, words.next());
    packages
        .iter()
        .position(|package| package.name == name && version.is_none_or(|version| package.version == version))
}

impl Lockfile {
    /// Every package that can be reached from these, these included.
    pub(crate) fn reachable(&self, from: impl IntoIterator<Item = usize>) -> BTreeSet<usize> {
        let mut seen = BTreeSet::new();
        let mut next: Vec<usize> = from.into_iter().collect();
        while let Some(package) = next.pop() {
            if seen.insert(package) {
                next.extend(&self.packages[package].dependencies);
            }
        }
        seen
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = r#"
version = 4

[[package]]
name = "app"
version = "0.1.0"
dependencies = [
 "jobs",
 "rand 0.9.0",
]

[[package]]
name = "jobs"
version = "1.2.3"
source = "registry+https://github.com/rust-lang/crates.io-index"
dependencies = [
 "rand 0.8.5",
]

[[package]]
name = "rand"
version = "0.8.5"

[[package]]
name = "rand"
version = "0.9.0"
dependencies = [
 "app",
]
"#;

    #[test]
    fn the_graph_is_read_with_its_versions_and_rings() {
        let lock = read(TEXT);
        assert_eq!(lock.packages[0].dependencies, [1, 3]);
        assert_eq!(lock.packages[1].dependencies, [2]);
        assert_eq!(lock.reachable([1]).into_iter().collect::<Vec<_>>(), [1, 2]);
        assert_eq!(lock.reachable([0]).len(), 4);
    }
}
