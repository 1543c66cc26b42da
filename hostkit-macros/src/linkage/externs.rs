//! The arguments of the compiler that runs this macro go in; the crates that it was given with `--extern` come out.

use std::path::Path;
use std::sync::OnceLock;

/// One `--extern name=path`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Extern {
    /// The name that Rust code of this crate uses, which a rename in the manifest decides.
    pub(crate) ident: String,
    /// The crate's own name, as its file is called; the same as `ident` if there is no file to tell.
    pub(crate) own_name: String,
    /// Whether it is a library for the compiler itself, which is a procedural macro.
    pub(crate) is_macro: bool,
}

/// The externs of this build, or `None` where the program around this macro is not rustc called by cargo.
pub(crate) fn of_this_build() -> Option<Vec<Extern>> {
    let arguments = std::env::args_os().skip(1).map(|argument| argument.to_string_lossy().into_owned());
    let externs = read(&with_files(arguments.collect()));
    (!externs.is_empty()).then_some(externs)
}

/// What this crate calls hostkit, if that is another name and only that one.
pub(crate) fn other_name_of_hostkit() -> Option<&'static str> {
    static NAME: OnceLock<Option<String>> = OnceLock::new();
    NAME.get_or_init(|| other_name(&of_this_build()?)).as_deref()
}

fn other_name(externs: &[Extern]) -> Option<String> {
    const OWN: &str = "hostkit";
    if externs.iter().any(|known| known.ident == OWN) {
        return None;
    }
    let other = externs.iter().find(|known| known.own_name == OWN && !known.is_macro)?;
    Some(other.ident.clone())
}

/// Replaces `@file` by the lines of that file: cargo passes long command lines so.
fn with_files(arguments: Vec<String>) -> Vec<String> {
    let replaced = arguments.into_iter().flat_map(|argument| {
        match argument.strip_prefix('@').and_then(|path| std::fs::read_to_string(path).ok()) {
            Some(lines) => lines.lines().map(str::to_owned).collect(),
            None => vec![argument],
        }
    });
    replaced.collect()
}

fn read(arguments: &[String]) -> Vec<Extern> {
    let mut externs = Vec::new();
    let mut arguments = arguments.iter();
    while let Some(argument) = arguments.next() {
        let value = match argument.strip_prefix("--extern") {
            Some("") => arguments.next().map(String::as_str),
            Some(joined) => joined.strip_prefix('='),
            None => None,
        };
        externs.extend(value.and_then(one));
    }
    externs
}

/// `name`, `name=path` or `options:name=path`.
fn one(value: &str) -> Option<Extern> {
    let (name, path) =
        value.split_once('=').map_or((value, None), |(name, path)| (name, Some(Path::new(path))));
    let ident = name.rsplit(':').next().filter(|ident| !ident.is_empty())?;
    let extension = path.and_then(Path::extension).and_then(|extension| extension.to_str());
    let own_name = path
        .and_then(Path::file_stem)
        .and_then(|stem| stem.to_str())
        .map(|stem| stem.strip_prefix("lib").unwrap_or(stem))
        // Cargo calls the file `libname-hash`; a crate's name has no `-` in it.
        .and_then(|stem| stem.split('-').next());
    Some(Extern {
        ident: ident.to_owned(),
        own_name: own_name.unwrap_or(ident).to_owned(),
        is_macro: matches!(extension, Some("so" | "dylib" | "dll")),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_of_extern_is_read() {
        let arguments: Vec<String> = [
            "--crate-name",
            "app",
            "--extern",
            "jobs=/t/deps/libjobs-0a1b.rlib",
            "--extern=mail=/t/deps/libpost_office-77.rmeta",
            "--extern",
            "noprelude:core=/t/libcore-1.rlib",
            "--extern",
            "derive=/t/deps/libderive-9.so",
            "--extern",
            "proc_macro",
        ]
        .map(str::to_owned)
        .to_vec();
        let externs = read(&arguments);
        let names: Vec<_> =
            externs.iter().map(|e| (e.ident.as_str(), e.own_name.as_str(), e.is_macro)).collect();
        assert_eq!(
            names,
            [
                ("jobs", "jobs", false),
                ("mail", "post_office", false),
                ("core", "core", false),
                ("derive", "derive", true),
                ("proc_macro", "proc_macro", false),
            ]
        );
    }

    #[test]
    fn another_name_of_hostkit_is_seen() {
        let of = |externs: &[&str]| {
            let arguments = externs.iter().flat_map(|one| ["--extern".to_owned(), (*one).to_owned()]);
            other_name(&read(&arguments.collect::<Vec<_>>()))
        };
        let file = "=/t/deps/libhostkit-0a1b.rlib";
        assert_eq!(of(&[&format!("hk{file}"), "serde=/t/libserde-1.rlib"]).as_deref(), Some("hk"));
        assert_eq!(of(&[&format!("hk{file}"), &format!("hostkit{file}")]), None);
        assert_eq!(of(&["serde=/t/libserde-1.rlib"]), None);
        assert_eq!(of(&["hostkit_macros=/t/libhostkit_macros-2.so"]), None);
    }

    #[test]
    fn arguments_of_another_program_have_no_externs() {
        assert_eq!(read(&["proc-macro-srv".to_owned(), "--port=1".to_owned()]), []);
    }
}
