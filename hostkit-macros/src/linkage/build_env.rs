//! The process that runs this macro goes in; what can be seen of the build from there comes out.
//!
//! Three sources, each of which may be absent: the compiler's own arguments, the manifest, and the lock file.

use super::externs::{self, Extern};
use super::lockfile::{self, Lockfile};
use super::manifest::{self, Manifest};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

/// Hostkit's own packages, which are neither linked nor missed.
const OWN: [&str; 3] = ["hostkit", "hostkit-grammar", "hostkit-macros"];

/// All that can be seen of a build from inside a macro.
#[derive(Default)]
pub(crate) struct BuildEnv {
    pub(crate) package: String,
    pub(crate) version: String,
    pub(crate) externs: Option<Vec<Extern>>,
    /// Where the externs can't be seen: whether this is a program or a test, and cargo built a library beside it.
    pub(crate) has_library: bool,
    pub(crate) manifest: Manifest,
    pub(crate) lock: Lockfile,
}

/// A direct dependency of this package: its place in the lock file, and its extern if that is known.
pub(crate) struct Direct<'s> {
    pub(crate) package: usize,
    pub(crate) written: Option<&'s Extern>,
}

impl BuildEnv {
    pub(crate) fn of_this_build() -> Self {
        let variable = |name| std::env::var(name).unwrap_or_default();
        let directory = PathBuf::from(variable("CARGO_MANIFEST_DIR"));
        let text = |path: &Path| std::fs::read_to_string(path).ok();
        let manifest =
            text(&directory.join("Cargo.toml")).map(|text| manifest::read(&text)).unwrap_or_default();
        Self {
            has_library: is_program()
                && (manifest.has_library || directory.join("src/lib.rs").is_file())
                && !manifest.is_not_linked,
            package: variable("CARGO_PKG_NAME"),
            version: variable("CARGO_PKG_VERSION"),
            externs: externs::of_this_build(),
            manifest,
            lock: directory
                .ancestors()
                .find_map(|directory| text(&directory.join("Cargo.lock")))
                .map(|text| lockfile::read(&text))
                .unwrap_or_default(),
        }
    }

    /// The library beside this program, if the compiler was given one, or else if cargo must have built one.
    pub(crate) fn own_library(&self) -> Option<String> {
        let library = in_code(self.manifest.library.as_ref().unwrap_or(&self.package));
        let is_there = match &self.externs {
            Some(externs) => externs.iter().any(|known| known.ident == library && !known.is_macro),
            None => self.has_library,
        };
        is_there.then_some(library)
    }

    pub(crate) fn own_place(&self) -> Option<usize> {
        self.lock
            .packages
            .iter()
            .position(|package| package.name == self.package && package.version == self.version)
    }

    /// The direct dependencies that are part of this build.
    pub(crate) fn direct(&self) -> Vec<Direct<'_>> {
        let Some(own) = self.own_place() else { return Vec::new() };
        let places = &self.lock.packages[own].dependencies;
        let Some(externs) = &self.externs else {
            let of_tests = |place: &usize| {
                let name = &self.lock.packages[*place].name;
                self.manifest.only_for_tests.contains(name)
            };
            return places
                .iter()
                .filter(|place| !of_tests(place))
                .map(|&package| Direct { package, written: None })
                .collect();
        };
        let place_of = |known: &Extern| {
            let is = |place: &usize| {
                let name = &self.lock.packages[*place].name;
                match self.manifest.renamed.get(&known.ident) {
                    Some(renamed) => renamed == name,
                    None => in_code(name) == known.own_name || in_code(name) == known.ident,
                }
            };
            places.iter().copied().find(is)
        };
        let own_library = self.own_library();
        let others = externs.iter().filter(|known| Some(&known.ident) != own_library.as_ref());
        let (found, unknown): (Vec<_>, Vec<_>) =
            others.map(|known| (place_of(known), known)).partition(|(place, _)| place.is_some());
        let mut direct: Vec<Direct<'_>> = found
            .iter()
            .filter(|(_, known)| !known.is_macro)
            .filter_map(|&(place, known)| Some(Direct { package: place?, written: Some(known) }))
            .collect();
        // A library can have another name than its package, and only its own manifest says so. While there is an extern
        // that fits no package, a package without an extern may be the one; otherwise it is not in this build at all.
        if unknown.iter().any(|(_, known)| !known.is_macro) {
            let rest = places.iter().filter(|place| {
                let name = &self.lock.packages[**place].name;
                found.iter().all(|(found, _)| *found != Some(**place))
                    && !self.manifest.only_for_tests.contains(name)
            });
            direct.extend(rest.map(|&package| Direct { package, written: None }));
        }
        direct
    }

    pub(crate) fn is_own(&self, place: usize) -> bool {
        OWN.contains(&self.lock.packages[place].name.as_str())
    }

    /// Whether the package depends on hostkit, through whatever.
    pub(crate) fn uses_hostkit(&self, place: usize) -> bool {
        !self.is_own(place)
            && self.lock.reachable([place]).iter().any(|&other| self.lock.packages[other].name == OWN[0])
    }

    pub(crate) fn name_in_code(&self, dependency: &Direct<'_>) -> String {
        match dependency.written {
            Some(written) => written.ident.clone(),
            None => {
                let package = &self.lock.packages[dependency.package].name;
                let renamed = self.manifest.renamed.iter().find(|(_, renamed)| *renamed == package);
                renamed.map_or_else(|| in_code(package), |(name, _)| name.clone())
            }
        }
    }

    /// Whether the package names hostkit among its own dependencies.
    pub(crate) fn names_hostkit(&self, place: usize) -> bool {
        self.lock.packages[place].dependencies.iter().any(|&other| self.lock.packages[other].name == OWN[0])
    }
}

/// Whether this crate is a program, an example or a test beside its package's library, of which it may have the name.
pub(crate) fn is_beside_library() -> bool {
    static BESIDE: OnceLock<bool> = OnceLock::new();
    *BESIDE.get_or_init(|| is_program() || BuildEnv::of_this_build().own_library().is_some())
}

/// Whether cargo says that this is a program, or a test of its own.
fn is_program() -> bool {
    ["CARGO_BIN_NAME", "CARGO_TARGET_TMPDIR"].iter().any(|variable| std::env::var_os(variable).is_some())
}

/// A package's name as Rust code writes it.
pub(crate) fn in_code(package: &str) -> String {
    package.replace('-', "_")
}
