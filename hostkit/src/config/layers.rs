//! Layers in, the highest value of each key out, with its source. What a value means is asked by who reads it.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use hostkit_grammar::Given;

use super::file;

/// What files, the environment and the command line say; a later layer is above an earlier one.
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
    settings: BTreeMap<Vec<String>, Setting>,
    faults: Vec<SettingFault>,
}

/// Where a value was said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Source {
    /// A file, and the line in it (from 1; 0 for the whole file).
    File(PathBuf, usize),
    /// A variable of the environment.
    Environment(String),
    /// `--set`, or [`Layers::set`].
    Set(String),
}

/// A layer that can't be read.
#[derive(Debug, Clone)]
pub(crate) struct SettingFault {
    pub(crate) key: String,
    pub(crate) says: String,
    pub(crate) source: Source,
}

#[derive(Debug, Clone)]
pub(crate) struct Setting {
    pub(crate) value: Raw,
    pub(crate) source: Source,
}

/// A value as it was written.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Raw {
    Text(String),
    Integer(i128),
    Flag(bool),
    List(Vec<Raw>),
    /// From the environment or the command line: read as the field asks.
    Plain(String),
    Other(&'static str),
}

impl Raw {
    pub(crate) fn given(&self) -> Given<'_> {
        match self {
            Raw::Text(text) => Given::Text(text),
            Raw::Integer(number) => Given::Integer(*number),
            Raw::Flag(flag) => Given::Flag(*flag),
            Raw::List(list) => Given::List(list.iter().map(Raw::given).collect()),
            Raw::Plain(text) => Given::Plain(text),
            Raw::Other(what) => Given::Other(what),
        }
    }
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
            layers = layers.file(&base.with_extension(format!("{profile}.toml")));
        }
        layers.environment(
            std::env::vars_os()
                .filter_map(|(key, value)| Some((key.into_string().ok()?, value.into_string().ok()?))),
        )
    }

    /// A TOML file.
    #[must_use]
    pub fn file(mut self, path: &Path) -> Self {
        match file::read(path) {
            Ok(settings) => self.settings.extend(settings),
            Err(fault) => self.faults.push(fault),
        }
        self
    }

    /// Variables such as `HOSTKIT__HOST__STOP_TIMEOUT=5s`; all others are passed over.
    #[must_use]
    pub fn environment(mut self, variables: impl IntoIterator<Item = (String, String)>) -> Self {
        for (variable, value) in variables {
            let Some(path) = variable.strip_prefix("HOSTKIT__") else { continue };
            let path = path.split("__").map(str::to_lowercase).collect();
            self.settings
                .insert(path, Setting { value: Raw::Plain(value), source: Source::Environment(variable) });
        }
        self
    }

    /// One value, as `--set` takes it: `host.stop_timeout=5s`.
    #[must_use]
    pub fn set(mut self, text: &str) -> Self {
        let source = Source::Set(text.to_owned());
        match text.split_once('=') {
            Some((key, value)) if !key.trim().is_empty() => {
                self.settings
                    .insert(path(key.trim()), Setting { value: Raw::Plain(value.trim().to_owned()), source });
            }
            _ => self.faults.push(SettingFault {
                key: text.to_owned(),
                says: "is no `key=value`: write it like `host.stop_timeout=5s`".into(),
                source,
            }),
        }
        self
    }

    /// With the other layers above these.
    #[must_use]
    pub(crate) fn under(mut self, above: Layers) -> Self {
        self.settings.extend(above.settings);
        self.faults.extend(above.faults);
        self
    }

    /// Where the value of this key was said.
    pub(crate) fn source(&self, path: &[&str]) -> Option<&Source> {
        self.settings.iter().find(|(known, _)| *known == path).map(|(_, setting)| &setting.source)
    }

    pub(crate) fn into_parts(self) -> (BTreeMap<Vec<String>, Setting>, Vec<SettingFault>) {
        (self.settings, self.faults)
    }
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

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Source::File(path, 0) => write!(f, "{}", path.display()),
            Source::File(path, line) => write!(f, "{}:{line}", path.display()),
            Source::Environment(variable) => write!(f, "the environment variable {variable}"),
            Source::Set(text) => write!(f, "--set {text}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_keep_a_name_whole() {
        assert_eq!(path(r#"services."a.b-c".every"#), ["services", "a.b-c", "every"]);
    }

    #[test]
    fn a_later_layer_wins() {
        let layers = Layers::new()
            .environment([("HOSTKIT__HOST__STOP_TIMEOUT".into(), "1s".into()), ("HOME".into(), "/".into())])
            .set("host.stop_timeout = 2s");
        let (settings, faults) = layers.into_parts();
        assert!(faults.is_empty());
        let values: Vec<_> = settings.values().map(|setting| setting.value.clone()).collect();
        assert_eq!(values, [Raw::Plain("2s".into())]);
    }
}
