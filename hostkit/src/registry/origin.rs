//! Where a service was declared.

use std::fmt;
use std::panic::Location;

/// Where a service was declared: by an attribute or by a call on the builder.
#[derive(Debug, Clone, Copy)]
pub struct Origin(OriginKind);

#[derive(Debug, Clone, Copy)]
enum OriginKind {
    Attribute(&'static CodeLocation),
    Call(&'static Location<'static>),
}

/// The place of an attribute, as its macro wrote it down.
#[doc(hidden)]
#[derive(Debug)]
pub struct CodeLocation {
    package: &'static str,
    version: &'static str,
    file: &'static str,
    line: u32,
    module: &'static str,
    beside_library: bool,
}

impl CodeLocation {
    /// All of it known at compile time.
    pub const fn new(
        package: &'static str,
        version: &'static str,
        file: &'static str,
        line: u32,
        module: &'static str,
        beside_library: bool,
    ) -> Self {
        CodeLocation { package, version, file, line, module, beside_library }
    }
}

impl Origin {
    pub(super) fn attribute(site: &'static CodeLocation) -> Self {
        Origin(OriginKind::Attribute(site))
    }

    pub(crate) fn call(location: &'static Location<'static>) -> Self {
        Origin(OriginKind::Call(location))
    }

    /// The package that declared it; unknown for a call on the builder.
    pub fn package(&self) -> Option<&'static str> {
        match self.0 {
            OriginKind::Attribute(site) => Some(site.package),
            OriginKind::Call(_) => None,
        }
    }

    /// The version of that package.
    pub fn version(&self) -> Option<&'static str> {
        match self.0 {
            OriginKind::Attribute(site) => Some(site.version),
            OriginKind::Call(_) => None,
        }
    }

    /// The source file, as the compiler names it.
    pub fn file(&self) -> &'static str {
        match self.0 {
            OriginKind::Attribute(site) => site.file,
            OriginKind::Call(location) => location.file(),
        }
    }

    /// The line, from 1.
    pub fn line(&self) -> u32 {
        match self.0 {
            OriginKind::Attribute(site) => site.line,
            OriginKind::Call(location) => location.line(),
        }
    }

    /// Whether it is of a program, an example or a test beside its package's library, of which it may have the name.
    pub(super) fn is_beside_library(&self) -> bool {
        matches!(self.0, OriginKind::Attribute(CodeLocation { beside_library: true, .. }))
    }

    /// Whether it is of a program that rustdoc made of several doctests.
    pub(crate) fn is_of_doctests(&self) -> bool {
        self.crate_name().is_some_and(|name| name.starts_with("doctest_bundle"))
    }

    /// The crate as Rust paths name it, which may differ from its package.
    pub(crate) fn crate_name(&self) -> Option<&'static str> {
        match self.0 {
            OriginKind::Attribute(site) => site.module.split("::").next(),
            OriginKind::Call(_) => None,
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
        static MERGED: CodeLocation =
            CodeLocation::new("a", "1.0.0", "x.rs", 1, "doctest_bundle_2024::__doctest_0", false);
        static OTHER: CodeLocation = CodeLocation::new("a", "1.0.0", "x.rs", 1, "a::doctest_bundle", false);
        assert!(Origin::attribute(&MERGED).is_of_doctests());
        assert!(!Origin::attribute(&OTHER).is_of_doctests());
        assert!(!Origin::call(Location::caller()).is_of_doctests());
    }
}
