//! `http.port=80` goes in, the keys `http` and `port` and the value come out.
//!
//! The value may be secret, so nothing but the key is ever repeated: [`shown`] cuts a setting off where its key ends, also one
//! that is written wrongly.

use std::fmt;

/// More keys within each other than anybody writes; what reads them does so by recursion.
pub const DEEPEST: usize = 64;

/// A text without `=` that is longer than this is no key that somebody forgot the value of.
const LONGEST_LONE_KEY: usize = 64;

/// Why a text sets nothing. Its `Display` says what is wrong, without a word of the value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum SettingProblem {
    /// No `=`, or nothing before it.
    NoPair,
    /// Nothing between two dots.
    EmptyName,
    /// More than [`DEEPEST`] keys.
    TooDeep,
    /// A character that a key has only in quotes.
    Character(char),
    /// A quote that does not end, or stands in the middle of a name.
    Quote,
}

impl fmt::Display for SettingProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoPair => f.write_str("is no `key=value`"),
            Self::EmptyName => f.write_str("has an empty name in it"),
            Self::TooDeep => f.write_str("has too many names in it"),
            Self::Character(c) if c.is_whitespace() => f.write_str("has a space in its key"),
            Self::Character(c) => write!(f, "has `{}` in its key, outside quotes", c.escape_debug()),
            Self::Quote => f.write_str("has a `\"` in its key that does not enclose a whole name"),
        }
    }
}

impl std::error::Error for SettingProblem {}

/// The keys and the value of a setting.
///
/// ```
/// use hostkit_grammar::setting::{SettingProblem, parse};
///
/// let (keys, value) = parse(r#"services."a.b".every = 5s"#)?;
/// assert_eq!((keys, value), (vec!["services".into(), "a.b".into(), "every".into()], "5s"));
/// assert_eq!(parse("http.token hunter2"), Err(SettingProblem::NoPair));
/// # Ok::<(), SettingProblem>(())
/// ```
///
/// # Errors
/// A [`SettingProblem`] for anything else.
pub fn parse(text: &str) -> Result<(Vec<String>, &str), SettingProblem> {
    let (key, value) = split(text).ok_or(SettingProblem::NoPair)?;
    if key.trim().is_empty() {
        return Err(SettingProblem::NoPair);
    }
    Ok((keys(key.trim())?, value.trim()))
}

/// The key as it was written, as far as it is a key: nothing of the value, whatever is wrong with the text. It is empty where
/// nothing tells a key from a value.
///
/// ```
/// use hostkit_grammar::setting::shown;
///
/// assert_eq!(shown("http..token=hunter2"), "http..token");
/// assert_eq!(shown("http.token hunter2"), "http.token");
/// assert_eq!(shown("hunter2"), "");
/// ```
pub fn shown(text: &str) -> &str {
    let pair = split(text);
    let key = pair.map_or(text, |(key, _)| key).trim_start();
    let (mut end, mut quote) = (key.len(), None);
    for (at, c) in key.char_indices() {
        match (quote, c) {
            (Some(_), '"') => quote = None,
            (Some(_), _) => {}
            (None, '"') => quote = Some(at),
            (None, c) if c == '.' || is_bare(c) => {}
            (None, _) => {
                end = at;
                break;
            }
        }
    }
    let key = &key[..quote.unwrap_or(end).min(end)];
    let alone = pair.is_none() && end == text.trim_start().len();
    if alone && (!key.contains('.') || key.len() > LONGEST_LONE_KEY) { "" } else { key }
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

/// `services."a.b".every` into its three names.
fn keys(key: &str) -> Result<Vec<String>, SettingProblem> {
    let mut keys = Vec::new();
    let mut rest = key;
    loop {
        let (name, after) = match rest.strip_prefix('"') {
            Some(quoted) => quoted.split_once('"').ok_or(SettingProblem::Quote)?,
            None => rest.split_at(rest.find('.').unwrap_or(rest.len())),
        };
        if !rest.starts_with('"')
            && let Some(c) = name.chars().find(|c| !is_bare(*c))
        {
            return Err(if c == '"' { SettingProblem::Quote } else { SettingProblem::Character(c) });
        }
        match name {
            "" => return Err(SettingProblem::EmptyName),
            _ if keys.len() == DEEPEST => return Err(SettingProblem::TooDeep),
            name => keys.push(name.to_owned()),
        }
        match after.strip_prefix('.') {
            Some(next) => rest = next,
            None if after.is_empty() => return Ok(keys),
            None => return Err(SettingProblem::Quote),
        }
    }
}

/// Whether a key may have it without quotes.
pub(crate) fn is_bare(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '-')
}

/// The name of a variable as far as it is one: what is no letter, digit, `_`, `-` or `.` ends it, for it may begin a value.
pub fn shown_variable(name: &str) -> &str {
    &name[..name.find(|c| !(is_bare(c) || c == '.')).unwrap_or(name.len())]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_keep_a_name_whole() {
        let all = |text| parse(text).map(|(keys, value)| (keys.join("|"), value));
        assert_eq!(all(r#"services."a.b-c".every=1"#), Ok(("services|a.b-c|every".into(), "1")));
        assert_eq!(all(r#"a."b=c"=d=e"#), Ok(("a|b=c".into(), "d=e")));
        assert_eq!(all(r#"a."b=c"#), Err(SettingProblem::NoPair));
        assert_eq!(all("größe.x = 1"), Ok(("größe|x".into(), "1")));
    }

    #[test]
    fn a_key_that_is_none_is_told() {
        for (text, problem) in [
            ("a", SettingProblem::NoPair),
            ("=a", SettingProblem::NoPair),
            ("a..b=1", SettingProblem::EmptyName),
            (".a=1", SettingProblem::EmptyName),
            ("a.=1", SettingProblem::EmptyName),
            ("\"\"=1", SettingProblem::EmptyName),
            ("a b=1", SettingProblem::Character(' ')),
            ("a:b=1", SettingProblem::Character(':')),
            ("a\"b\"=1", SettingProblem::Quote),
            ("\"a\"b=1", SettingProblem::Quote),
        ] {
            assert_eq!(parse(text), Err(problem), "{text}");
        }
        assert_eq!(parse(&format!("{}a=1", "a.".repeat(100_000))), Err(SettingProblem::TooDeep));
        assert!(parse(&format!("{}a=1", "a.".repeat(DEEPEST - 1))).is_ok());
    }

    #[test]
    fn a_setting_is_shown_without_its_value_however_it_is_written() {
        for (text, key) in [
            ("http.token=hunter2", "http.token"),
            (" http.token = hunter2", "http.token"),
            ("http..token=hunter2", "http..token"),
            ("http.token hunter2", "http.token"),
            ("http.token\thunter2", "http.token"),
            ("http.token:hunter2", "http.token"),
            ("http.token: aHVudGVyMg==", "http.token"),
            ("http.token aHVudGVyMg=", "http.token"),
            ("http[\"hunter2\"]=1", "http"),
            ("http.\"token=hunter2", "http."),
            ("http.\"to=ken\"=hunter2", "http.\"to=ken\""),
            ("=hunter2", ""),
            ("hunter2", ""),
            (" hunter2", ""),
            ("http.token", "http.token"),
            ("", ""),
        ] {
            assert_eq!(shown(text), key, "{text}");
        }
        assert_eq!(shown(&["eyJhbGciOiJIUzI1NiJ9"; 4].join(".")), "", "a token of its own");
        assert_eq!(shown_variable("HOSTKIT__A__B hunter2"), "HOSTKIT__A__B");
    }
}
