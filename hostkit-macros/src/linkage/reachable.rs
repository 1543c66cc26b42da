//! What `main!` warns of: packages that use hostkit and may not be linked.

use super::build_env::{BuildEnv, Direct, in_code};
use super::links::{Link, Named};

/// A package that depends on hostkit and can be reached from this one.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Reachable {
    pub(super) package: String,
    pub(super) version: String,
    pub(super) ident: String,
    pub(super) direct: bool,
    pub(super) linked: bool,
}

impl BuildEnv {
    /// The packages of this build that name hostkit among their dependencies, but for hostkit's own, this one and the ignored.
    pub(super) fn reachable(
        &self,
        direct: &[Direct<'_>],
        links: &[Link],
        ignore: &[Named],
    ) -> Vec<Reachable> {
        let own = self.own_place();
        let places = self.lock.reachable(direct.iter().map(|dependency| dependency.package));
        let missable = places
            .into_iter()
            .filter(|&place| Some(place) != own && !self.is_own(place) && self.names_hostkit(place));
        let described = missable.map(|place| {
            let package = &self.lock.packages[place];
            let dependency = direct.iter().find(|dependency| dependency.package == place);
            let ident =
                dependency.map_or_else(|| in_code(&package.name), |dependency| self.name_in_code(dependency));
            Reachable {
                linked: dependency.is_some() && links.iter().any(|link| link.ident == ident),
                direct: dependency.is_some(),
                package: package.name.clone(),
                version: package.version.clone(),
                ident,
            }
        });
        let is_ignored = |reachable: &Reachable| {
            ignore.iter().any(|ignored| {
                ignored.ident == reachable.ident || ignored.ident == in_code(&reachable.package)
            })
        };
        described.filter(|reachable| !is_ignored(reachable)).collect()
    }
}
