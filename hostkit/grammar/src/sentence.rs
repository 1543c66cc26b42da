//! The sentence of a mistake goes in, its two halves come out: what is wrong, and what to do.
//!
//! Every mistake is one sentence, `what is wrong: what to do`, for a compiler's error is one. Where the two stand apart, as in
//! the problems of a plan, it is divided here, and nowhere else.

/// What is wrong, and what to do. What stands in quotes or brackets does not divide the sentence, unless nothing else does.
///
/// ```
/// use hostkit_grammar::sentence::halves;
///
/// assert_eq!(halves("`every` has no value: write `every = \"10s\"`"), ("`every` has no value", "write `every = \"10s\"`"));
/// ```
pub fn halves(sentence: &str) -> (&str, &str) {
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
        .map_or((sentence, sentence), |(problem, rest)| (problem, rest.trim_end_matches(')')))
}

/// The same of a sentence about an option, which begins with the option's name: the option is called `key` in it.
pub(crate) fn halves_of(option: &str, key: &str, sentence: &str) -> (String, String) {
    let about = sentence.strip_prefix(&format!("`{option}`")).unwrap_or(sentence);
    let (between, rest) = match about.strip_prefix(": ") {
        Some(rest) => (": ", rest),
        None => ("", about),
    };
    let (what, help) = halves(rest);
    (format!("`{key}`{between}{what}"), help.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_is_divided_where_its_help_begins() {
        assert_eq!(halves("`a` is \"b: c\" (d: e): do f: g"), ("`a` is \"b: c\" (d: e)", "do f: g"));
        assert_eq!(halves("`a` is no option (possible: `b`)"), ("`a` is no option", "possible: `b`"));
        assert_eq!(halves("all is lost"), ("all is lost", "all is lost"));
    }

    #[test]
    fn an_option_may_be_called_by_its_whole_key() {
        let of = |sentence| halves_of("a", "x.a", sentence);
        assert_eq!(of("`a`: `b` is none: do c"), ("`x.a`: `b` is none".into(), "do c".into()));
        assert_eq!(of("`a` is none: do c"), ("`x.a` is none".into(), "do c".into()));
    }
}
