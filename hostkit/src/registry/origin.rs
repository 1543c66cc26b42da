//! Where a service was declared.

use std::fmt;
use std::panic::Location;

/// Where a service was declared: by an attribute or by a call on the builder.
#[derive(Debug, Clone, Copy)]
pub struct Origin(Place);

#[derive(Debug, Clone, Copy)]
enum Place {
    Attribute(&'static Site),
    Call(&'static Location<'static>),
}

/// The place of an attribute, as its macro wrote it down.
#[doc(hidden)]
#[derive(Debug)]
pub struct Site {
    package: &'static str,
    version: &'static str,
    file: &'static str,
    line: u32,
    module: &'static str,
    beside_library: bool,
}

impl Site {
    /// All of it known at compile time.
    pub const fn new(
        package: &'static str,
        version: &'static str,
        file: &'static str,
        line: u32,
        module: &'static str,
        beside_library: bool,
    ) -> Self {
        Site { package, version, file, line, module, beside_library }
    }
}

impl Origin {
    pub(super) fn attribute(site: &'static Site) -> Self {
        Origin(Place::Attribute(site))
    }

    pub(crate) fn call(location: &'static Location<'static>) -> Self {
        Origin(Place::Call(location))
    }

    /// The package that declared it; unknown for a call on the builder.
    pub fn package(&self) -> Option<&'static str> {
        match self.0 {
            Place::Attribute(site) => Some(site.package),
            Place::Call(_) => None,
        }
    }

    /// The version of that package.
    pub fn version(&self) -> Option<&'static str> {
        match self.0 {
            Place::Attribute(site) => Some(site.version),
            Place::Call(_) => None,
        }
    }

    /// The source file, as the compiler names it.
    pub fn file(&self) -> &'static str {
        match self.0 {
            Place::Attribute(site) => site.file,
            Place::Call(location) => location.file(),
        }
    }

    /// The line, from 1.
    pub fn line(&self) -> u32 {
        match self.0 {
            Place::Attribute(site) => site.line,
            Place::Call(location) => location.line(),
        }
    }

    /// Whether it is of a program, an example or a test beside its package's library, of which it may have the name.
    pub(super) fn is_beside_library(&self) -> bool {
        matches!(self.0, Place::Attribute(Site { beside_library: true, .. }))
    }

    /// Whether it is of a program that rustdoc made of several doctests.
    pub(crate) fn is_of_doctests(&self) -> bool {
        self.crate_name().is_some_and(|name| name.starts_with("doctest_bundle"))
    }

    /// The crate as Rust paths name it, which may differ from its package.
    pub(crate) fn crate_name(&self) -> Option<&'static str> {
        match self.0 {
            Place::Attribute(site) => site.module.split("::").next(),
            Place::Call(_) => None,
        }
    }
}

impl fmt::Display for Origin {
    /// `src/jobs.rs:12 (billing 0.3.0)`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.file(), self.line())?;
        match (self.package(), self.version()) {
            (Some(package), Some(version)) => write!(f, " ({package} {version})"),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn merged_doctests_are_known_by_their_crate() {
        static MERGED: Site = Site::new("a", "1.0.0", "x.rs", 1, "doctest_bundle_2024::__doctest_0", false);
        static OTHER: Site = Site::new("a", "1.0.0", "x.rs", 1, "a::doctest_bundle", false);
        assert!(Origin::attribute(&MERGED).is_of_doctests());
        assert!(!Origin::attribute(&OTHER).is_of_doctests());
        assert!(!Origin::call(Location::caller()).is_of_doctests());
    }
}
