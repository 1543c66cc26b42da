//! Layers in, one tree out: the highest value of each key, with its source.

use std::env::VarError;
use std::path::Path;

use hostkit_grammar::{self as grammar, Sentence, setting};

use super::file;
use super::key_path::KeyPath as Keys;
use super::source::{LayerProblem, Source};
use super::tree::{ConfigNode, Tree};
use super::value::ConfigValue;

/// What files, the environment and the command line say; a later layer is above an earlier one.
///
/// Tables merge key by key, every other value replaces the one below it.
///
/// ```
/// use hostkit::Host;
/// use hostkit::config::Layers;
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
        let base = file.unwrap_or(Path::new("hostkit.toml"));
        let mut layers = Layers::new();
        match file {
            Some(file) => layers = layers.file(file),
            None => layers.lay_if_there(base),
        }
        match profile {
            Some(profile) => layers = layers.profile(base, profile),
            None => match std::env::var(PROFILE) {
                Ok(profile) if profile.is_empty() => {}
                Ok(profile) => layers = layers.profile(base, &profile),
                Err(VarError::NotPresent) => {}
                Err(VarError::NotUnicode(_)) => layers.no_text(PROFILE),
            },
        }
        let mut variables = Vec::new();
        for (key, value) in std::env::vars_os() {
            let (key, is_text) = match key.into_string() {
                Ok(key) => (key, true),
                Err(key) => (key.to_string_lossy().into_owned(), false),
            };
            match value.into_string() {
                Ok(value) if is_text || key.starts_with(PREFIX) => variables.push((key, value)),
                Err(_) if key.starts_with(PREFIX) => layers.no_text(&key),
                _ => {}
            }
        }
        layers.environment(variables)
    }

    /// A variable whose value is no text is told.
    pub(crate) fn no_text(&mut self, variable: &str) {
        let shown = setting::shown_variable(variable);
        let meant = shown.strip_prefix(PREFIX).and_then(|path| keys(shown, path).ok());
        self.fault(
            shown.to_owned(),
            Sentence::new("is not valid UTF-8", "write its value in UTF-8"),
            Source::Environment(shown.to_owned()),
            meant,
        );
    }

    fn lay_if_there(&mut self, path: &Path) {
        match file::read_if_there(path) {
            None => {}
            Some(Ok(root)) => self.tree.lay(Tree { root, ..Tree::default() }),
            Some(Err(fault)) => self.tree.faults.push(fault),
        }
    }

    /// A TOML file.
    #[must_use]
    pub fn file(mut self, path: &Path) -> Self {
        match file::read(path) {
            Ok(root) => self.tree.lay(Tree { root, ..Tree::default() }),
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
            let Some(path) = variable.strip_prefix(PREFIX) else {
                if is_stray(&variable) {
                    self.tree.strays.push(variable);
                }
                continue;
            };
            let shown = setting::shown_variable(&variable).to_owned();
            let source = Source::Environment(shown.clone());
            match keys(&variable, path) {
                Ok(path) => self
                    .tree
                    .put(path, ConfigNode { value: ConfigValue::Plain(value.into()), source, fuzzy: true }),
                Err(says) => {
                    let meant = names(shown.trim_start_matches(PREFIX).split("__"));
                    let why = Sentence::new(says, "write it like `HOSTKIT__HOST__STOP_TIMEOUT`");
                    self.fault(shown, why, source, Some(meant));
                }
            }
        }
        self
    }

    /// One value, as `--set` takes it: `host.stop_timeout=5s`. A key with a dot in it stands in quotes.
    #[must_use]
    pub fn set(mut self, text: &str) -> Self {
        let shown = setting::shown(text).to_owned();
        let source = Source::Set(shown.clone());
        match setting::parse(text) {
            Ok((path, value)) => {
                self.tree.put(path, ConfigNode::new(ConfigValue::Plain(value.to_owned().into()), source))
            }
            Err(fault) => {
                let meant = names(shown.split('.'));
                let key = if shown.is_empty() { "--set".to_owned() } else { shown };
                let why = Sentence::new(fault.to_string(), "write it like `host.stop_timeout=5s`");
                self.fault(key, why, source, Some(meant));
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
                self.fault("profile".into(), fault.sentence(), source, None);
                self
            }
        }
    }

    fn fault(&mut self, key: String, why: Sentence, source: Source, meant: Option<Vec<String>>) {
        let meant = meant.map(|keys| Keys::of_keys(&keys));
        self.tree.faults.push(LayerProblem { key, why: Box::new(why), source, meant });
    }

    /// With the other layers above these.
    #[must_use]
    pub(crate) fn under(mut self, above: Layers) -> Self {
        self.tree.lay(above.tree);
        self
    }

    /// Where the value of this option was said, with the value where that shows better which it was.
    pub(crate) fn source(&self, path: &[&str]) -> Option<String> {
        self.tree.section(path).map(|node| node.source_of_option())
    }

    pub(crate) fn into_tree(self) -> Tree {
        self.tree
    }
}

/// What a variable's name begins with.
pub(crate) const PREFIX: &str = "HOSTKIT__";

/// The variable that names the profile.
pub(crate) const PROFILE: &str = "HOSTKIT_PROFILE";

/// Whether its name is so like those of hostkit's that it may have been meant for one.
fn is_stray(variable: &str) -> bool {
    let begins = variable.get(.."hostkit".len()).is_some_and(|begin| begin.eq_ignore_ascii_case("hostkit"));
    begins && variable != PROFILE
}

/// The names that a malformed key has.
fn names<'k>(keys: impl Iterator<Item = &'k str>) -> Vec<String> {
    let keys = keys.map(|key| key.trim_matches('"').to_lowercase()).filter(|key| !key.is_empty());
    keys.take(setting::DEEPEST).collect()
}

/// The keys that the name of a variable says, if it can be one.
fn keys(variable: &str, path: &str) -> Result<Vec<String>, &'static str> {
    if setting::shown_variable(variable) != variable {
        return Err("has a character in its name that keys can't have");
    }
    let keys: Vec<_> = path.split("__").map(str::to_lowercase).take(setting::DEEPEST + 1).collect();
    match keys {
        keys if keys.len() > setting::DEEPEST => Err("has too many names in it"),
        keys if keys.iter().any(String::is_empty) => Err("has an empty name in it"),
        keys => Ok(keys),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_later_layer_wins() {
        let layers = Layers::new()
            .environment([("HOSTKIT__HOST__STOP_TIMEOUT".into(), "1s".into()), ("HOME".into(), "/".into())])
            .set("host.stop_timeout = 2s");
        let tree = layers.into_tree();
        assert!(tree.faults.is_empty());
        let node = tree.section(&["host", "stop_timeout"]).unwrap();
        assert_eq!(node.value, ConfigValue::Plain("2s".to_owned().into()));
        assert!(!node.fuzzy);
    }
}
