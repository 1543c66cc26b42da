//! What can be wrong with a plan: a variant per fault, its sentences in one place.

use std::error::Error;
use std::fmt;

use crate::registry::Origin;

/// One thing that is wrong with a plan: what, where, why, and what to do.
#[derive(Debug, Clone)]
#[non_exhaustive]
#[allow(missing_docs, reason = "the sentences below say what each field is")]
pub enum Problem {
    /// Two services have one name.
    DuplicateName { name: String, first: Origin, second: Origin },
    /// A name that can't be written on a command line or in configuration.
    BadName { name: String, why: String, at: Origin },
    /// `after` names no service.
    UnknownAfter { service: String, after: String, nearest: Option<String>, at: Origin },
    /// Services that wait for each other.
    Ring { members: Vec<(String, Origin)> },
    /// A parameter asks for a value that nobody gave.
    MissingValue { service: String, of: &'static str, at: Origin },
    /// Two values of one type were given.
    TwoValues { of: &'static str, second: Origin },
    /// A queue is taken that no handler works off.
    Unhandled { service: String, of: &'static str, at: Origin },
    /// Two handlers work off one type of job.
    TwoHandlers { of: &'static str, first: (String, Origin), second: (String, Origin) },
    /// An option of a service that can't work.
    Option { service: String, says: String, at: Origin },
    /// A setting of the host that can't be.
    Setting { key: String, says: String, source: String },
    /// A name that was expected is no service.
    Expected { name: String, nearest: Option<String> },
    /// `only` or `except` names no service and no group.
    UnknownSelection { name: String, nearest: Option<String> },
    /// There is nothing to run.
    Nothing { declared: usize },
}

impl Problem {
    /// What is wrong, in one line.
    pub fn what(&self) -> String {
        match self {
            Problem::DuplicateName { name, .. } => format!("two services are named `{name}`"),
            Problem::BadName { name, .. } => format!("`{name}` can't be the name of a service"),
            Problem::UnknownAfter { service, after, .. } => {
                format!("`{service}` is to start after `{after}`, but there is no such service")
            }
            Problem::Ring { members } => {
                let names: Vec<_> = members.iter().map(|(name, _)| format!("`{name}`")).collect();
                let first = names.first().map(String::as_str).unwrap_or_default();
                match members.len() {
                    1 => format!("{first} is to start after itself"),
                    _ => format!("services wait for each other: {} after {first}", names.join(" after ")),
                }
            }
            Problem::MissingValue { service, of, .. } => {
                format!("`{service}` needs `Dep<{}>`, but nothing provides it", short(of))
            }
            Problem::TwoValues { of, .. } => {
                format!("two values of type `{}` were given to the host", short(of))
            }
            Problem::Unhandled { service, of, .. } => {
                format!("`{service}` needs `Queue<{0}>`, but nothing handles `{0}`", short(of))
            }
            Problem::TwoHandlers { of, first, second } => {
                format!("`{}` and `{}` both handle `{}`", first.0, second.0, short(of))
            }
            Problem::Option { service, says, .. } => format!("`{service}`: {}", halves(says).0),
            Problem::Setting { key, says, .. } => setting(key, says).0,
            Problem::Expected { name, .. } => format!("`{name}` is expected, but there is no such service"),
            Problem::UnknownSelection { name, .. } => format!("no service and no group is named `{name}`"),
            Problem::Nothing { declared: 0 } => "there is no service to run".into(),
            Problem::Nothing { .. } => "every service is switched off".into(),
        }
    }

    /// Where it was said.
    pub fn place(&self) -> String {
        match self {
            Problem::DuplicateName { first, second, .. } => format!("{first} and {second}"),
            Problem::BadName { at, .. }
            | Problem::UnknownAfter { at, .. }
            | Problem::MissingValue { at, .. }
            | Problem::Unhandled { at, .. }
            | Problem::Option { at, .. } => at.to_string(),
            Problem::Ring { members } => {
                members.iter().map(|(name, at)| format!("`{name}` at {at}")).collect::<Vec<_>>().join(", ")
            }
            Problem::TwoHandlers { first, second, .. } => {
                format!("`{}` at {} and `{}` at {}", first.0, first.1, second.0, second.1)
            }
            Problem::TwoValues { second, .. } => format!("the second one: {second}"),
            Problem::Setting { source, .. } => source.clone(),
            Problem::Expected { .. } => "`expect` in `[host]`, or on the builder".into(),
            Problem::UnknownSelection { .. } => "`--only` or `--except`, or the same on the builder".into(),
            Problem::Nothing { .. } => "the whole program".into(),
        }
    }

    /// Why it is a problem.
    pub fn why(&self) -> String {
        match self {
            Problem::DuplicateName { .. } => {
                "a name is how a service is selected, configured and told apart in the log, so it is unique in the host".into()
            }
            Problem::BadName { why, .. } => halves(why).0.to_owned(),
            Problem::UnknownAfter { .. } => "a service starts after the services that `after` names have started".into(),
            Problem::Ring { .. } => "none of them could ever be the first to start".into(),
            Problem::MissingValue { .. } => "a shared value must be there before anything starts".into(),
            Problem::TwoValues { .. } => "a value is asked for by its type, so a type has one value".into(),
            Problem::Unhandled { .. } => "its jobs would wait for ever".into(),
            Problem::TwoHandlers { .. } => "a queue is asked for by the type of its jobs, so a type has one handler".into(),
            Problem::Option { .. } | Problem::Setting { .. } => "what can't take effect is told, never ignored".into(),
            Problem::Expected { .. } => {
                "the crate that has it may not be linked: a crate that no Rust path names is left out by the compiler".into()
            }
            Problem::UnknownSelection { .. } => "a name that selects nothing is most likely a slip".into(),
            Problem::Nothing { declared: 0 } => {
                "no linked crate has an annotated function; a crate that no Rust path names is not linked".into()
            }
            Problem::Nothing { .. } => "`enabled = false`, `--only` and `--except` leave none".into(),
        }
    }

    /// What to do about it.
    pub fn mend(&self) -> String {
        match self {
            Problem::DuplicateName { name, .. } => format!("give one of them another: `name = \"{name}-2\"`"),
            Problem::BadName { why, .. } => halves(why).1.to_owned(),
            Problem::UnknownAfter { after, nearest, .. } => match nearest {
                Some(nearest) => format!("did you mean `{nearest}`?"),
                None => format!("add a service named `{after}`, or remove it from `after`"),
            },
            Problem::Ring { .. } => "remove one `after` of the ring".into(),
            Problem::MissingValue { of, .. } => {
                format!("give it to the host: `.provide(value)` with a value of type `{}`", short(of))
            }
            Problem::TwoValues { of, .. } => {
                format!("remove one, or wrap one in a type of its own: `struct Other({});`", short(of))
            }
            Problem::Unhandled { of, .. } => {
                format!("write a `#[queued]` function whose first parameter is a `{}`", short(of))
            }
            Problem::TwoHandlers { of, .. } => {
                format!("remove one, or give it a type of its own: `struct Other({});`", short(of))
            }
            Problem::Option { says, .. } => halves(says).1.to_owned(),
            Problem::Setting { key, says, .. } => setting(key, says).1,
            Problem::Expected { name, nearest } => match nearest {
                Some(nearest) => format!("did you mean `{nearest}`?"),
                None => format!(
                    "name the crate that has `{name}`: `hostkit::main!(link = [that_crate])`, or remove it from `expect`"
                ),
            },
            Problem::UnknownSelection { nearest, .. } => match nearest {
                Some(nearest) => format!("did you mean `{nearest}`?"),
                None => "see what there is: `list`".into(),
            },
            Problem::Nothing { declared: 0 } => {
                "annotate a function with `#[hosted_service]`, or name the crate that has one: `hostkit::main!(link = [that_crate])`"
                    .into()
            }
            Problem::Nothing { .. } => "switch one on".into(),
        }
    }
}

/// What is wrong with a setting, and what to do; the option's bare name, with which the sentence begins, becomes the whole key.
fn setting(key: &str, says: &str) -> (String, String) {
    let bare = format!("`{}`", key.rsplit('.').next().unwrap_or(key));
    let (between, rest) = match says.strip_prefix(&bare) {
        Some(rest) => rest.strip_prefix(": ").map_or(("", rest), |rest| (": ", rest)),
        None => (": ", says),
    };
    let (fault, mend) = halves(rest);
    (format!("`{key}`{between}{fault}"), mend.to_owned())
}

/// `what is wrong: what to do`, in two. What stands in quotes or brackets does not divide it, unless nothing else does.
fn halves(sentence: &str) -> (&str, &str) {
    let (mut quote, mut depth) = (None, 0);
    for (at, c) in sentence.char_indices() {
        match (quote, c) {
            (Some(open), c) if open == c => quote = None,
            (Some(_), _) => {}
            (None, '"' | '`') => quote = Some(c),
            (None, '(') => depth += 1,
            (None, ')') => depth -= 1,
            (None, ':') if depth == 0 && sentence[at..].starts_with(": ") => {
                return (&sentence[..at], &sentence[at + 2..]);
            }
            (None, _) => {}
        }
    }
    sentence
        .split_once(" (")
        .map_or((sentence, sentence), |(fault, rest)| (fault, rest.trim_end_matches(')')))
}

/// The last segment of each path in a type's name: `Vec<alloc::string::String>` becomes `Vec<String>`.
pub(super) fn short(of: &str) -> String {
    let mut out = String::new();
    let mut word = String::new();
    for c in of.chars() {
        match c {
            ':' => word.clear(),
            c if c.is_alphanumeric() || c == '_' => word.push(c),
            c => {
                out.push_str(&std::mem::take(&mut word));
                out.push(c);
            }
        }
    }
    out + &word
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.what())?;
        writeln!(f, "  where  {}", self.place())?;
        writeln!(f, "  why    {}", self.why())?;
        write!(f, "  mend   {}", self.mend())
    }
}

/// A plan that can't be: all of its problems.
///
/// It prints each as *what / where / why / mend*.
#[derive(Clone)]
pub struct BuildError {
    problems: Vec<Problem>,
}

impl BuildError {
    pub(crate) fn of(problems: Vec<Problem>) -> Self {
        BuildError { problems }
    }

    /// Everything that is wrong.
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }
}

impl fmt::Display for BuildError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = self.problems.len();
        write!(
            f,
            "the plan is invalid: {count} problem{}; nothing has started",
            if count == 1 { "" } else { "s" }
        )?;
        self.problems.iter().try_for_each(|problem| write!(f, "\n\n{problem}"))
    }
}

/// The same text: `unwrap` in a test shows what is wrong.
impl fmt::Debug for BuildError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Error for BuildError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_is_divided_where_its_mend_begins() {
        assert_eq!(halves("`a` is \"b: c\" (d: e): do f: g"), ("`a` is \"b: c\" (d: e)", "do f: g"));
        assert_eq!(halves("`a` is no option (possible: `b`)"), ("`a` is no option", "possible: `b`"));
        assert_eq!(setting("x.a", "`a`: `b` is none: do c"), ("`x.a`: `b` is none".into(), "do c".into()));
        assert_eq!(setting("x.a", "`a` is none: do c"), ("`x.a` is none".into(), "do c".into()));
        assert_eq!(setting("x.a", "nobody reads it: do c"), ("`x.a`: nobody reads it".into(), "do c".into()));
    }

    #[test]
    fn type_names_are_shortened() {
        assert_eq!(
            short("alloc::vec::Vec<(alloc::string::String, dyn my_app::a::Mailer)>"),
            "Vec<(String, dyn Mailer)>"
        );
        assert_eq!(short("u32"), "u32");
    }
}
