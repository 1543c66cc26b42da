//! What is said of one service, by the names of the table: in code first, and by the configuration over it.

use std::time::Duration;

use hostkit_grammar::{self as grammar, Attribute, Kind, OptionProblem, Value};

use crate::time::backoff::Backoff;

/// The options of one service that somebody wrote; all others have their default.
#[derive(Debug, Clone)]
pub(crate) struct OptionSet {
    on: Attribute,
    /// Few, and mostly none: an idle service stays small.
    said: Vec<OptionEntry>,
}

#[derive(Debug, Clone)]
struct OptionEntry {
    option: &'static str,
    value: Value,
    /// Where the configuration says it; nothing where an attribute or the builder does.
    source: Option<String>,
}

/// An enum of the runtime whose variants are words of the table.
pub(crate) trait OptionWord: Copy {
    /// The variant as the table names it.
    fn variant(self) -> &'static str;
    /// The variant that the table names so.
    fn of(variant: &str) -> Option<Self>;
}

/// Each enum with its variants, which the table has words for.
macro_rules! words {
    ($($of:ty { $($variant:ident)* })*) => {$(
        impl $crate::service::options::OptionWord for $of {
            fn variant(self) -> &'static str {
                match self { $(Self::$variant => stringify!($variant)),* }
            }

            fn of(variant: &str) -> Option<Self> {
                match variant {
                    $(stringify!($variant) => Some(Self::$variant),)*
                    _ => None,
                }
            }
        }
    )*};
}
pub(crate) use words;

impl OptionSet {
    pub(crate) fn new(on: Attribute) -> Self {
        OptionSet { on, said: Vec::new() }
    }

    /// Where they stand.
    #[cfg(feature = "config")]
    pub(crate) fn on(&self) -> Attribute {
        self.on
    }

    /// Said in code; said twice, the last counts.
    pub(crate) fn say(&mut self, option: &'static str, value: Value) {
        debug_assert!(grammar::find(self.on, option).is_ok(), "the table has no row for `{option}`");
        self.put(OptionEntry { option, value, source: None });
    }

    /// Said in code, by a variant of the runtime's enum.
    pub(crate) fn say_word(&mut self, option: &'static str, word: impl OptionWord) {
        let words = match grammar::find(self.on, option).map(|option| option.kind) {
            Ok(Kind::Choice { words, .. }) => words,
            _ => &[],
        };
        if let Some(word) = words.iter().find(|known| known.variant == word.variant()) {
            self.say(option, Value::Choice(word));
        }
    }

    /// Said in code, beside the names that were said before.
    pub(crate) fn add_names(&mut self, option: &'static str, names: impl IntoIterator<Item: Into<String>>) {
        let names = self.names(option).iter().cloned().chain(names.into_iter().map(Into::into)).collect();
        self.say(option, Value::Names(names));
    }

    /// Said by the configuration: it takes the place of what the code said, and of what that depended on.
    #[cfg(feature = "config")]
    pub(crate) fn lay(&mut self, option: &'static str, value: Value, source: String) {
        let others = grammar::find(self.on, option).map(|option| option.one_of).unwrap_or_default();
        self.said
            .retain(|said| said.source.is_some() || said.option == option || !others.contains(&said.option));
        self.put(OptionEntry { option, value, source: Some(source) });
    }

    /// As if nobody had said it.
    #[cfg(any(feature = "cli", feature = "config"))]
    pub(crate) fn forget(&mut self, option: &str) {
        self.said.retain(|said| said.option != option);
    }

    /// Once all is laid: what the code said and the configuration made pointless goes.
    #[cfg(feature = "config")]
    pub(crate) fn settle(&mut self) {
        let idle: Vec<&str> = self.idle().iter().filter_map(|fault| Some(fault.option()?.name)).collect();
        let configured = self.said.iter().any(|said| said.source.is_some());
        self.said.retain(|said| !configured || said.source.is_some() || !idle.contains(&said.option));
    }

    fn put(&mut self, said: OptionEntry) {
        match self.said.iter_mut().find(|known| known.option == said.option) {
            Some(known) => *known = said,
            None => self.said.push(said),
        }
    }

    /// What the configuration says and what can't take effect beside the rest, each with its source.
    #[cfg(feature = "config")]
    pub(crate) fn faults(&self) -> Vec<(OptionProblem, String)> {
        let value_of = |name: &str| self.get(name);
        let mut faults = grammar::conflicts(self.on, |name| self.get(name).is_some());
        faults.extend(self.idle());
        faults.extend(grammar::day_rule(self.on, value_of));
        faults.extend(grammar::budget(self.on, value_of));
        let sourced = faults.into_iter().filter_map(|fault| {
            let option = fault.option()?.name;
            // Rules for several options together are broken by whichever of them the configuration said.
            let others = ["cron", "days", "on_failure", "max_restarts", "backoff"];
            let source =
                self.source(option).or_else(|| others.iter().find_map(|other| self.source(other)))?;
            Some((fault, source.to_owned()))
        });
        sourced.collect()
    }

    fn idle(&self) -> Vec<OptionProblem> {
        grammar::without_effect(self.on, |name| self.get(name))
    }

    /// What the table's rules refuse of what a builder said, unless the kind has said so in words of its own. Where the
    /// configuration said something, it was asked already whether the options have an effect beside each other.
    pub(crate) fn refused(&self, known: &[OptionProblem]) -> Vec<OptionProblem> {
        let told = |option: &str| {
            known.iter().any(|problem| problem.option().is_some_and(|known| known.name == option))
        };
        let judged = self.said.iter().filter_map(|said| {
            let option = grammar::find(self.on, said.option).ok()?;
            grammar::judge(option, &said.value).err()
        });
        let mut refused: Vec<OptionProblem> = judged.collect();
        if refused.is_empty()
            && known.is_empty()
            && self.said.iter().all(|said| self.source(said.option).is_none())
        {
            refused = self.idle();
            // Code may set the number that an option depends on to 0 by a variable, or after its usual options.
            let counts = |(other, _): &(&str, &str)| self.count(other) == Some(0);
            refused
                .retain(|problem| problem.option().is_none_or(|option| !option.only_with.iter().any(counts)));
        }
        refused.retain(|problem| problem.option().is_none_or(|option| !told(option.name)));
        refused
    }

    /// Everything that was said, with where the configuration says it.
    #[cfg(feature = "cli")]
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&'static str, &Value, Option<&str>)> {
        self.said.iter().map(|said| (said.option, &said.value, self.source(said.option)))
    }

    pub(crate) fn get(&self, option: &str) -> Option<&Value> {
        self.said.iter().find(|said| said.option == option).map(|said| &said.value)
    }

    /// Where the configuration says it, if it does.
    pub(crate) fn source(&self, option: &str) -> Option<&str> {
        self.said.iter().find(|said| said.option == option)?.source.as_deref()
    }

    pub(crate) fn duration(&self, option: &str) -> Option<Duration> {
        match self.get(option)? {
            Value::Duration(duration) => Some(*duration),
            _ => None,
        }
    }

    pub(crate) fn count(&self, option: &str) -> Option<u32> {
        match self.get(option)? {
            Value::Count(count) => Some(*count),
            _ => None,
        }
    }

    #[cfg(feature = "queue")]
    pub(crate) fn rate(&self, option: &str) -> Option<grammar::rate::Rate> {
        match self.get(option)? {
            Value::Rate(rate) => Some(*rate),
            _ => None,
        }
    }

    pub(crate) fn flag(&self, option: &str) -> Option<bool> {
        match self.get(option)? {
            Value::Flag(flag) => Some(*flag),
            _ => None,
        }
    }

    pub(crate) fn text(&self, option: &str) -> Option<&str> {
        match self.get(option)? {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    pub(crate) fn names(&self, option: &str) -> &[String] {
        match self.get(option) {
            Some(Value::Names(names)) => names,
            _ => &[],
        }
    }

    pub(crate) fn backoff(&self, option: &str) -> Option<Backoff> {
        match self.get(option)? {
            Value::Range(from, to) => Some(Backoff::new(*from, *to)),
            _ => None,
        }
    }

    pub(crate) fn word<W: OptionWord>(&self, option: &str) -> Option<W> {
        match self.get(option)? {
            Value::Choice(word) => W::of(word.variant),
            _ => None,
        }
    }
}

#[cfg(all(test, feature = "config"))]
mod tests {
    use super::*;
    use crate::service::{Missed, OnFailure, OnFinish, OnRunFailure, Overlap};

    /// Every word of an option is a variant, and every variant a word.
    fn agree<W: OptionWord>(on: Attribute, option: &'static str, variants: &[W]) {
        let Ok(Kind::Choice { words, .. }) = grammar::find(on, option).map(|option| option.kind) else {
            panic!("`{option}` takes no words")
        };
        let mut options = OptionSet::new(on);
        for variant in variants {
            options.say_word(option, *variant);
            assert_eq!(options.word::<W>(option).map(W::variant), Some(variant.variant()));
        }
        assert_eq!(words.len(), variants.len(), "{option}");
    }

    #[test]
    fn the_table_and_the_enums_agree() {
        use Attribute::{HostedService, Timed};
        agree(HostedService, "on_failure", &[OnFailure::Stop, OnFailure::Restart, OnFailure::Ignore]);
        agree(HostedService, "on_finish", &[OnFinish::Continue, OnFinish::Stop, OnFinish::Restart]);
        agree(Timed, "on_failure", &[OnRunFailure::Continue, OnRunFailure::Stop]);
        agree(Timed, "overlap", &[Overlap::Skip, Overlap::Queue, Overlap::Allow, Overlap::Cancel]);
        agree(Timed, "missed", &[Missed::Skip, Missed::Once, Missed::All]);
    }

    fn second() -> Value {
        Value::Duration(Duration::from_secs(1))
    }

    #[test]
    fn the_configuration_takes_the_place_of_another_trigger_and_of_what_hung_on_it() {
        let mut options = OptionSet::new(Attribute::Timed);
        options.say("every", second());
        options.say("first", second());
        options.say("tz", Value::Text("UTC".into()));
        let cron =
            grammar::check(grammar::find(Attribute::Timed, "cron").unwrap(), &grammar::Given::Text("@daily"));
        options.lay("cron", cron.unwrap(), "here".into());
        options.settle();
        assert_eq!(options.faults(), []);
        assert!(options.get("every").is_none() && options.get("first").is_none());
        assert_eq!((options.text("tz"), options.source("cron")), (Some("UTC"), Some("here")));
    }

    #[test]
    fn what_the_configuration_says_in_vain_is_a_fault() {
        let mut options = OptionSet::new(Attribute::HostedService);
        options.lay("within", second(), "here".into());
        options.settle();
        let faults = options.faults();
        assert_eq!(faults.len(), 1);
        assert_eq!(faults[0].1, "here");
        let mut two = OptionSet::new(Attribute::Timed);
        two.lay("every", second(), "a".into());
        two.lay("delay", second(), "b".into());
        assert_eq!(two.faults().len(), 1);
    }
}
