//! What `main!` links, and the errors of `link = […]` and `ignore = […]`.

use super::build_env::{BuildEnv, Direct, in_code};
use super::externs::Extern;
use super::links::{Link, Linkage, Named};
use crate::errors::Errors;
use hostkit_grammar::Suggestion;

impl BuildEnv {
    /// What is linked: the library beside this program, every direct dependency that uses hostkit, and what `link` names; not what
    /// `ignore` names.
    pub(super) fn decide(&self, link: &[Named], ignore: &[Named], errors: &mut Errors) -> Linkage {
        let direct = self.direct();
        let ignored = |direct: &Direct<'_>| {
            let names =
                [Some(self.name_in_code(direct)), Some(in_code(&self.lock.packages[direct.package].name))];
            ignore.iter().any(|ignored| names.iter().flatten().any(|name| *name == ignored.ident))
        };
        let mut links = Vec::new();
        let is_ignored = |name: &str| ignore.iter().any(|ignored| ignored.ident == name);
        if let Some(library) =
            self.own_library().filter(|library| !is_ignored(library) && !is_ignored(&in_code(&self.package)))
        {
            links.push(Link { ident: library, package: self.package.clone(), named: None });
        }
        for dependency in
            direct.iter().filter(|dependency| self.uses_hostkit(dependency.package) && !ignored(dependency))
        {
            if let Some(written) = dependency.written {
                let package = self.lock.packages[dependency.package].name.clone();
                links.push(Link { ident: written.ident.clone(), package, named: None });
            }
        }
        for named in link {
            if ignore.iter().any(|ignored| ignored.ident == named.ident) {
                errors.at_span(
                    named.span,
                    format!("`{}` is in `link` and in `ignore`: remove it from one of them", named.ident),
                );
            } else if let Some((ident, package)) = self.resolve(named, &direct, errors) {
                match links.iter_mut().find(|link| link.ident == ident) {
                    Some(link) => link.named = Some(named.span),
                    None => links.push(Link { ident, package, named: Some(named.span) }),
                }
            }
        }
        self.check_ignored(ignore, errors);
        let reachable = self.reachable(&direct, &links, ignore);
        Linkage { links, ignored: self.ignored(&direct, ignore), reachable }
    }

    /// The name in code and the package of a crate that `link` names.
    fn resolve(&self, named: &Named, direct: &[Direct<'_>], errors: &mut Errors) -> Option<(String, String)> {
        let name = &named.ident;
        let package_of = |dependency: &Direct<'_>| self.lock.packages[dependency.package].name.clone();
        let as_written = |dependency: &&Direct<'_>| self.name_in_code(dependency) == *name;
        let as_package = |dependency: &&Direct<'_>| in_code(&package_of(dependency)) == *name;
        let dependency = direct.iter().find(as_written).or_else(|| direct.iter().find(as_package));
        let Some(externs) = &self.externs else {
            return Some(dependency.map_or((name.clone(), name.clone()), |found| {
                (self.name_in_code(found), package_of(found))
            }));
        };
        if let Some(found) = dependency
            && let Some(written) = found.written
        {
            return Some((written.ident.clone(), package_of(found)));
        }
        match externs.iter().find(|known| known.ident == *name) {
            Some(known) if known.is_macro => {
                errors.at_span(
                    named.span,
                    format!(
                        "`{name}` is a crate of procedural macros and has no services: remove it from `link`"
                    ),
                );
                None
            }
            Some(known) => Some((known.ident.clone(), known.ident.clone())),
            None => {
                errors.at_span(named.span, self.not_a_dependency(name, externs));
                None
            }
        }
    }

    fn not_a_dependency(&self, name: &str, externs: &[Extern]) -> String {
        let linkable = externs.iter().filter(|known| !known.is_macro).map(|known| known.ident.as_str());
        if self.lock.packages.iter().any(|package| in_code(&package.name) == name) {
            format!(
                "`{name}` is no direct dependency of this package: add it to `[dependencies]`, so that it can be linked"
            )
        } else {
            let help =
                Suggestion::of(name, linkable).or("add it to `[dependencies]`, or remove it from `link`");
            format!("`{name}` is no dependency of this package: {help}")
        }
    }

    /// A crate that is ignored by a wrong name would still be warned of, and nobody would know why.
    fn check_ignored(&self, ignore: &[Named], errors: &mut Errors) {
        if self.own_place().is_none() {
            return;
        }
        let mut known: Vec<String> =
            self.lock.packages.iter().map(|package| in_code(&package.name)).collect();
        known.extend(self.externs.iter().flatten().map(|known| known.ident.clone()));
        for ignored in ignore.iter().filter(|ignored| !known.contains(&ignored.ident)) {
            let name = &ignored.ident;
            let help = Suggestion::of(name, known.iter().map(String::as_str)).or("remove it");
            errors.at_span(ignored.span, format!("this build has no crate `{name}` to ignore: {help}"));
        }
    }

    /// What is ignored, by all of its names: the runtime knows a crate by its package and by its own name.
    fn ignored(&self, direct: &[Direct<'_>], ignore: &[Named]) -> Vec<String> {
        let mut names: Vec<String> = ignore.iter().map(|ignored| ignored.ident.clone()).collect();
        for dependency in direct {
            let package = in_code(&self.lock.packages[dependency.package].name);
            if names.contains(&self.name_in_code(dependency)) || names.contains(&package) {
                names.extend(dependency.written.map(|written| written.own_name.clone()));
                names.push(package);
            }
        }
        if names.contains(&in_code(&self.package)) {
            names.extend(self.own_library());
        }
        names.sort_unstable();
        names.dedup();
        names
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::linkage::{lockfile, manifest};
    use proc_macro2::Span;

    /// app -> hostkit, jobs -> (hostkit, audit -> hostkit), post-office (renamed mail) -> jobs, plain, optional -> hostkit
    fn build_env(externs: Option<&[(&str, &str, bool)]>) -> BuildEnv {
        let package = |name: &str, dependencies: &[&str]| {
            let lines: String =
                dependencies.iter().map(|dependency| format!(" \"{dependency}\",\n")).collect();
            format!("[[package]]\nname = \"{name}\"\nversion = \"1.0.0\"\ndependencies = [\n{lines}]\n\n")
        };
        let lock: String = [
            package("app", &["derive", "hostkit", "jobs", "optional", "plain", "post-office"]),
            package("audit", &["hostkit"]),
            package("derive", &["hostkit"]),
            package("hostkit", &["hostkit-macros"]),
            package("hostkit-macros", &[]),
            package("jobs", &["audit", "hostkit"]),
            package("optional", &["hostkit"]),
            package("plain", &[]),
            package("post-office", &["jobs"]),
        ]
        .concat();
        BuildEnv {
            package: "app".to_owned(),
            version: "1.0.0".to_owned(),
            externs: externs.map(|externs| {
                let one = |&(ident, own_name, is_macro): &(&str, &str, bool)| Extern {
                    ident: ident.to_owned(),
                    own_name: own_name.to_owned(),
                    is_macro,
                };
                externs.iter().map(one).collect()
            }),
            has_library: false,
            manifest: manifest::read("[dependencies]\nmail = { package = \"post-office\" }\n"),
            lock: lockfile::read(&lock),
        }
    }

    const EXTERNS: &[(&str, &str, bool)] = &[
        ("app", "app", false),
        ("derive", "derive", true),
        ("hostkit", "hostkit", false),
        ("jobs", "jobs", false),
        ("mail", "post_office", false),
        ("plain", "plain", false),
    ];

    fn named(names: &[&str]) -> Vec<Named> {
        names.iter().map(|name| Named::new(name, Span::call_site())).collect()
    }

    fn idents(linkage: &Linkage) -> Vec<&str> {
        linkage.links.iter().map(|link| link.ident.as_str()).collect()
    }

    #[test]
    fn the_own_library_and_every_direct_user_of_hostkit_are_linked() {
        let mut errors = Errors::default();
        let linkage = build_env(Some(EXTERNS)).decide(&[], &[], &mut errors);
        assert!(errors.is_empty());
        assert_eq!(idents(&linkage), ["app", "jobs", "mail"]);
        assert!(linkage.links.iter().all(|link| link.named.is_none()));
        let reachable: Vec<_> =
            linkage.reachable.iter().map(|r| (r.package.as_str(), r.direct, r.linked)).collect();
        assert_eq!(reachable, [("audit", false, false), ("jobs", true, true)]);
    }

    #[test]
    fn what_is_named_is_linked_and_what_is_ignored_is_not() {
        let mut errors = Errors::default();
        let linkage = build_env(Some(EXTERNS)).decide(
            &named(&["plain", "post-office"]),
            &named(&["jobs"]),
            &mut errors,
        );
        assert!(errors.is_empty());
        assert_eq!(idents(&linkage), ["app", "mail", "plain"]);
        let named = linkage.links.iter().filter(|link| link.named.is_some());
        assert_eq!(named.map(|link| link.package.as_str()).collect::<Vec<_>>(), ["post-office", "plain"]);
        assert_eq!(linkage.ignored, ["jobs"]);
        assert_eq!(linkage.reachable.iter().map(|r| r.package.as_str()).collect::<Vec<_>>(), ["audit"]);
    }

    #[test]
    fn names_that_fit_nothing_are_mistakes() {
        for (link, ignore, part) in [
            (&["jbos"][..], &[][..], "did you mean `jobs`?"),
            (&["audit"], &[], "add it to `[dependencies]`"),
            (&["derive"], &[], "procedural macros"),
            (&["jobs"], &["jobs"], "in `link` and in `ignore`"),
            (&[], &["adit"], "did you mean `audit`?"),
            (&["nothing_like_it"], &[], "or remove it from `link`"),
        ] {
            let mut errors = Errors::default();
            build_env(Some(EXTERNS)).decide(&named(link), &named(ignore), &mut errors);
            assert!(errors.into_tokens().to_string().contains(part), "{part}");
        }
    }

    #[test]
    fn a_crate_is_ignored_by_all_of_its_names_and_the_own_library_too() {
        for (ignore, idents_left, ignored) in [
            (&["mail"][..], &["app", "jobs"][..], &["mail", "post_office"][..]),
            (&["post-office"], &["app", "jobs"], &["post_office"]),
            (&["app"], &["jobs", "mail"], &["app"]),
        ] {
            let mut errors = Errors::default();
            let linkage = build_env(Some(EXTERNS)).decide(&[], &named(ignore), &mut errors);
            assert!(errors.is_empty());
            assert_eq!(
                (idents(&linkage).as_slice(), linkage.ignored.as_slice()),
                (idents_left, &*ignored.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>())
            );
        }
    }

    #[test]
    fn without_the_compilers_arguments_the_own_library_is_known_by_its_manifest() {
        let mut errors = Errors::default();
        let build_env = BuildEnv { has_library: true, ..build_env(None) };
        assert_eq!(idents(&build_env.decide(&[], &[], &mut errors)), ["app"]);
        assert!(idents(&build_env.decide(&[], &named(&["app"]), &mut errors)).is_empty());
    }

    #[test]
    fn without_the_compilers_arguments_only_what_is_named_is_linked() {
        let mut errors = Errors::default();
        let linkage = build_env(None).decide(&named(&["post-office", "unheard_of"]), &[], &mut errors);
        assert!(errors.is_empty());
        assert_eq!(idents(&linkage), ["mail", "unheard_of"]);
        let mut errors = Errors::default();
        let nothing = BuildEnv::default().decide(&[], &named(&["any"]), &mut errors);
        assert!(errors.is_empty() && nothing.links.is_empty() && nothing.reachable.is_empty());
    }
}
