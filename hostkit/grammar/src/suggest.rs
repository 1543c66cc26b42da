//! A word and the words that would have been right go in, the one that was probably meant comes out.

/// The candidate nearest to `word`, if any is near enough that it was probably meant.
///
/// Near is measured in typing mistakes: a letter too many, missing, wrong, or two swapped. The longer the words, the
/// more of them are forgiven; a beginning of at least four letters counts as well (`stop` for `stopped`).
///
/// ```
/// use hostkit_grammar::nearest;
///
/// assert_eq!(nearest("naem", ["name", "group"]), Some("name"));
/// assert_eq!(nearest("colour", ["name", "group"]), None);
/// ```
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    nearest_of(word, &mut candidates.into_iter())
}

/// What was probably meant by a word that does not exist, and the sentence that asks for it.
///
/// ```
/// use hostkit_grammar::Suggestion;
///
/// assert_eq!(Suggestion::of("naem", ["name", "group"]).or("remove it"), "did you mean `name`?");
/// assert_eq!(Suggestion::of("colour", ["name", "group"]).or("remove it"), "remove it");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suggestion {
    /// The likeliest first.
    words: Vec<String>,
    quotes: &'static str,
}

impl Suggestion {
    /// The [`nearest`] of the words that there are.
    pub fn of<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Self {
        Self::new(nearest(word, known))
    }

    /// These words, the likeliest first; there may be none.
    pub fn new(words: impl IntoIterator<Item: Into<String>>) -> Self {
        Self { words: words.into_iter().map(Into::into).collect(), quotes: "`" }
    }

    /// The same as a text: `did you mean "restart"?`
    #[must_use]
    pub fn in_quotes(self) -> Self {
        Self { quotes: "\"", ..self }
    }

    /// The same without anything around its words.
    #[must_use]
    pub fn bare(self) -> Self {
        Self { quotes: "", ..self }
    }

    /// The question, if there is one.
    pub fn question(&self) -> Option<String> {
        let quoted: Vec<_> = self.words.iter().map(|word| format!("{0}{word}{0}", self.quotes)).collect();
        (!quoted.is_empty()).then(|| format!("did you mean {}?", quoted.join(", or ")))
    }

    /// The question, or what else can be done.
    pub fn or(&self, otherwise: impl Into<String>) -> String {
        self.question().unwrap_or_else(|| otherwise.into())
    }

    /// The question if there is one, and in any case what is possible.
    pub fn among(&self, possible: &str) -> String {
        match self.question() {
            Some(question) => format!("{question} (possible: {possible})"),
            None => format!("possible: {possible}"),
        }
    }
}

/// The same for every kind of list, so that it is compiled once.
fn nearest_of<'a>(word: &str, candidates: &mut dyn Iterator<Item = &'a str>) -> Option<&'a str> {
    let wanted: Vec<char> = word.to_lowercase().chars().collect();
    candidates
        .filter_map(|candidate| {
            let letters: Vec<char> = candidate.to_lowercase().chars().collect();
            let mistakes = distance(&wanted, &letters);
            let forgiven = (wanted.len().max(letters.len()) / 3).max(1);
            let begins = wanted.len() >= 4 && letters.starts_with(&wanted);
            let all_wrong = mistakes >= wanted.len().max(letters.len());
            ((mistakes <= forgiven && !all_wrong) || begins).then_some((mistakes, candidate))
        })
        .min_by_key(|(mistakes, _)| *mistakes)
        .map(|(_, candidate)| candidate)
}

/// Optimal string alignment: edits between two words, where swapped neighbours count as one and no letter is edited twice.
fn distance(a: &[char], b: &[char]) -> usize {
    let mut two_above = vec![0; b.len() + 1];
    let mut above: Vec<usize> = (0..=b.len()).collect();
    for i in 1..=a.len() {
        let mut row = vec![i; b.len() + 1];
        for j in 1..=b.len() {
            let replaced = above[j - 1] + usize::from(a[i - 1] != b[j - 1]);
            row[j] = replaced.min(above[j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                row[j] = row[j].min(two_above[j - 2] + 1);
            }
        }
        two_above = std::mem::replace(&mut above, row);
    }
    above[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn between(a: &str, b: &str) -> usize {
        distance(&a.chars().collect::<Vec<_>>(), &b.chars().collect::<Vec<_>>())
    }

    #[test]
    fn counts_typing_mistakes() {
        for (a, b, mistakes) in
            [("", "", 0), ("", "abc", 3), ("name", "naem", 1), ("kitten", "sitting", 3), ("ca", "abc", 3)]
        {
            assert_eq!(between(a, b), mistakes, "{a} {b}");
            assert_eq!(between(b, a), mistakes, "{b} {a}");
        }
    }

    #[test]
    fn suggests_what_was_probably_meant() {
        let moments = ["starting", "started", "stopping", "stopped"];
        assert_eq!(nearest("start", moments), Some("started"));
        assert_eq!(nearest("stop", moments), Some("stopped"));
        assert_eq!(nearest("Stoping", moments), Some("stopping"));
        assert_eq!(nearest("every_day", moments), None);
        assert_eq!(nearest("x", ["y", "z"]), None);
        assert_eq!(nearest("timeout", ["stop_timeout", "name"]), None);
        assert_eq!(nearest("", moments), None);
    }
}
