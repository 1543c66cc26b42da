//! Layers in, one tree out: the highest value of each key, with its source.

use std::path::Path;

use hostkit_grammar as grammar;

use super::file;
use super::source::{SettingFault, Source};
use super::tree::{DEEPEST, Node, Tree};
use super::value::Value;

/// What files, the environment and the command line say; a later layer is above an earlier one.
///
/// Tables merge key by key, every other value replaces the one below it.
///
/// ```
/// use hostkit::{Host, Layers};
///
/// let layers = Layers::new().set("host.stop_timeout=5s");
/// let host = Host::builder().service("pump", || async {}).configuration(layers).build();
/// assert!(host.is_ok());
/// ```
#[derive(Debug, Clone, Default)]
pub struct Layers {
    tree: Tree,
}

impl Layers {
    /// No layer.
    pub fn new() -> Self {
        Layers::default()
    }

    /// Everything that a program reads by default: `hostkit.toml` of the working directory if it is there, the profile's
    /// `hostkit.<profile>.toml` beside it, and the environment.
    pub fn standard(file: Option<&Path>, profile: Option<&str>) -> Self {
        let profile = profile
            .map(str::to_owned)
            .or_else(|| std::env::var("HOSTKIT_PROFILE").ok().filter(|p| !p.is_empty()));
        let base = file.unwrap_or(Path::new("hostkit.toml"));
        let mut layers = Layers::new();
        if file.is_some() || base.exists() {
            layers = layers.file(base);
        }
        if let Some(profile) = profile {
            layers = layers.profile(base, &profile);
        }
        let mut variables = Vec::new();
        for (key, value) in std::env::vars_os() {
            match (key.into_string(), value.into_string()) {
                (Ok(key), Ok(value)) => variables.push((key, value)),
                (Ok(key), Err(_)) if key.starts_with(PREFIX) => layers.fault(
                    key.clone(),
                    "is no text: write its value in UTF-8".into(),
                    Source::Environment(key),
                ),
                _ => {}
            }
        }
        layers.environment(variables)
    }

    /// A TOML file.
    #[must_use]
    pub fn file(mut self, path: &Path) -> Self {
        match file::read(path) {
            Ok(root) => self.tree.lay(Tree { root, faults: Vec::new() }),
            Err(fault) => self.tree.faults.push(fault),
        }
        self
    }

    /// Variables such as `HOSTKIT__HOST__STOP_TIMEOUT=5s`; all others are passed over.
    #[must_use]
    pub fn environment(mut self, variables: impl IntoIterator<Item = (String, String)>) -> Self {
        let mut variables: Vec<_> = variables.into_iter().collect();
        variables.sort(); // the environment has no order, and two names may mean one key
        for (variable, value) in variables {
            let Some(path) = variable.strip_prefix(PREFIX) else { continue };
            let path: Vec<_> = path.split("__").map(str::to_lowercase).collect();
            let source = Source::Environment(variable.clone());
            match possible(&path) {
                Ok(()) => self.tree.put(path, Node { value: Value::Plain(value), source, fuzzy: true }),
                Err(says) => {
                    self.fault(
                        variable,
                        format!("{says}: write it like `HOSTKIT__HOST__STOP_TIMEOUT`"),
                        source,
                    );
                }
            }
        }
        self
    }

    /// One value, as `--set` takes it: `host.stop_timeout=5s`. A key with a dot in it stands in quotes.
    #[must_use]
    pub fn set(mut self, text: &str) -> Self {
        let source = Source::Set(text.to_owned());
        let read = match split(text) {
            Some((key, value)) if !key.trim().is_empty() => {
                let path = path(key.trim());
                possible(&path).map(|()| (path, value.trim().to_owned()))
            }
            _ => Err("is no `key=value`"),
        };
        match read {
            Ok((path, value)) => self.tree.put(path, Node::new(Value::Plain(value), source)),
            Err(says) => {
                self.fault(text.to_owned(), format!("{says}: write it like `host.stop_timeout=5s`"), source);
            }
        }
        self
    }

    /// The file of a profile, beside the one without.
    fn profile(mut self, base: &Path, profile: &str) -> Self {
        match grammar::name::check(profile) {
            Ok(()) => self.file(&base.with_extension(format!("{profile}.toml"))),
            Err(fault) => {
                let source = Source::Profile(profile.to_owned());
                self.fault("profile".into(), fault.to_string(), source);
                self
            }
        }
    }

    fn fault(&mut self, key: String, says: String, source: Source) {
        self.tree.faults.push(SettingFault { key, says, source });
    }

    /// Where the value of this key was said.
    pub(crate) fn source(&self, path: &[&str]) -> Option<Source> {
        self.tree.section(path).map(|node| node.source.clone())
    }

    pub(crate) fn into_tree(self) -> Tree {
        self.tree
    }
}

/// What a variable's name begins with.
const PREFIX: &str = "HOSTKIT__";

/// Keys that nobody can mean.
fn possible(path: &[String]) -> Result<(), &'static str> {
    match path {
        path if path.iter().any(String::is_empty) => Err("has an empty name in it"),
        path if path.len() > DEEPEST => Err("has too many names in it"),
        _ => Ok(()),
    }
}

/// `key=value` in two, where the key may have a `=` in quotes.
fn split(text: &str) -> Option<(&str, &str)> {
    let mut quoted = false;
    let equals = text.char_indices().find(|(_, c)| {
        quoted ^= *c == '"';
        *c == '=' && !quoted
    });
    equals.map(|(at, _)| (&text[..at], &text[at + 1..]))
}

/// `services."a.b".every` into its three segments.
fn path(key: &str) -> Vec<String> {
    let mut path = vec![String::new()];
    let mut quoted = false;
    for c in key.chars() {
        match c {
            '"' => quoted = !quoted,
            '.' if !quoted => path.push(String::new()),
            c => path.last_mut().into_iter().for_each(|segment| segment.push(c)),
        }
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_keep_a_name_whole() {
        assert_eq!(path(r#"services."a.b-c".every"#), ["services", "a.b-c", "every"]);
        assert_eq!(split(r#"a."b=c"=d=e"#), Some((r#"a."b=c""#, "d=e")));
        assert_eq!(split(r#"a."b=c"#), None);
    }

    #[test]
    fn a_later_layer_wins() {
        let layers = Layers::new()
            .environment([("HOSTKIT__HOST__STOP_TIMEOUT".into(), "1s".into()), ("HOME".into(), "/".into())])
            .set("host.stop_timeout = 2s");
        let tree = layers.into_tree();
        assert!(tree.faults.is_empty());
        let node = tree.section(&["host", "stop_timeout"]).unwrap();
        assert_eq!(node.value, Value::Plain("2s".into()));
        assert!(!node.fuzzy);
    }
}
