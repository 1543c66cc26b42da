//! A draft in, warnings of the environment out: variables that set nothing though they were meant to, and text that says more
//! than anybody can see.

use hostkit_grammar::{self as grammar, Attribute, Suggestion};

use super::draft::Draft;
use super::sections::known;
use crate::config::{KeyPath, PREFIX, PROFILE, normal};

/// In the order of the variables' names.
pub(crate) fn warnings(draft: &Draft) -> Vec<String> {
    let tree = &draft.settings.tree;
    let known: Vec<_> = known(draft);
    // The sections are read for it: those that the environment says something of, or all, if it may have meant any.
    let asked =
        known.iter().filter(|section| !tree.strays.is_empty() || tree.is_of_environment(section.path));
    let notes: Vec<_> = asked.map(|section| section.read(tree).notes).collect();
    let fields = notes.iter().flat_map(|notes| &notes.fields);
    let variables: Vec<String> = if tree.strays.is_empty() {
        Vec::new()
    } else {
        variables(draft).chain(fields.map(KeyPath::variable)).collect()
    };
    let mut warnings: Vec<String> = tree.strays.iter().filter_map(|stray| unmet(stray, &variables)).collect();
    for (path, variable) in notes.iter().flat_map(|notes| &notes.broken_off) {
        warnings.push(format!(
            "the environment variable {variable} ends with a line break, which is kept in `{path}`: remove it, unless it belongs \
             to the value"
        ));
    }
    for (path, variable) in notes.iter().flat_map(|notes| &notes.unmet) {
        warnings.push(format!(
            "the environment variable {variable} may have no effect: no field was found for `{path}`, whose name the \
             environment may not be able to spell; set it in a file or by `--set`, where names are written as they are"
        ));
    }
    warnings.sort();
    warnings.dedup();
    warnings
}

/// Those of hostkit's own.
fn variables(draft: &Draft) -> impl Iterator<Item = String> {
    let options = |on| grammar::of(on).filter(|option| option.is_configurable());
    let own = [("host", Attribute::Host), ("log", Attribute::Log)].into_iter();
    let own = own
        .flat_map(move |(section, on)| options(on).map(move |option| KeyPath::of(section).key(option.name)));
    let services = draft.entries.iter().flat_map(move |entry| {
        let service = KeyPath::of("services").key(&entry.name);
        options(entry.options.on()).map(move |option| service.key(option.name))
    });
    own.chain(services).map(|path| path.variable()).chain([PROFILE.to_owned()])
}

/// The variable that was meant, if there is one like it.
fn unmet(stray: &str, variables: &[String]) -> Option<String> {
    // What all of them begin with says nothing of how like they are.
    let plain = |name: &str| {
        let words = normal(name);
        let words = words.trim_start_matches("hostkit").split('_').filter(|word| !word.is_empty());
        words.collect::<Vec<_>>().join("_")
    };
    let wanted = plain(stray);
    let known: Vec<(String, &String)> =
        variables.iter().map(|variable| (plain(variable), variable)).collect();
    let meant =
        |name: &str| known.iter().find(|(known, _)| known == name).map(|(_, variable)| (*variable).clone());
    let near = || {
        let like = known.iter().filter(|(name, _)| name.len().abs_diff(wanted.len()) <= 2);
        meant(grammar::nearest(&wanted, like.map(|(name, _)| name.as_str()))?)
    };
    // Only the letters are small: whatever it was to set, it was to.
    let small = || {
        let begin = stray.get(..PREFIX.len()).filter(|begin| begin.eq_ignore_ascii_case(PREFIX));
        begin.map(|_| stray.to_uppercase())
    };
    let meant = Suggestion::new(meant(&wanted).or_else(near).or_else(small)).bare();
    Some(format!("the environment variable {stray} sets nothing: {}", meant.question()?))
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use crate::config::{Config, Layers, Section};
    use crate::host::Host;

    #[derive(Deserialize)]
    #[allow(dead_code, reason = "it is read, and not looked at")]
    struct Outer {
        port: Option<u16>,
        #[serde(flatten)]
        inner: Inner,
    }

    #[derive(Deserialize)]
    #[allow(dead_code, reason = "it is read, and not looked at")]
    struct Inner {
        depth: Option<u8>,
    }

    impl Section for Outer {
        const PATH: &'static str = "outer";
    }

    /// serde flattens without a word about the keys that it does not know.
    #[test]
    fn beside_a_flattened_struct_a_variable_that_no_field_takes_is_warned_of() {
        let variables =
            ["PORT", "DEPTH", "NOBODY"].map(|key| (format!("HOSTKIT__OUTER__{key}"), "1".to_owned()));
        let host = Host::builder().service("reader", async |_: Config<Outer>| {});
        let warnings = host.configuration(Layers::new().environment(variables)).draft().warnings;
        let [warning] = &warnings[..] else { panic!("{warnings:#?}") };
        let begin = "the environment variable HOSTKIT__OUTER__NOBODY may have no effect: no field was found for `outer.nobody`";
        assert!(warning.starts_with(begin), "{warning}");
    }
}
