//! The arguments of an attribute go in, options that the grammar has checked come out: once, for all attributes.

use crate::errors::{Errors, text};
use crate::linkage::externs;
use crate::literal::{Scalar, check};
use crate::pairs::{self, Part};
use crate::quote_mixed_site::quote_mixed_site;
use crate::zones;
use hostkit_grammar::{self as grammar, Attribute, Kind, OptionProblem, OptionSpec, Value};
use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote_spanned};
use syn::spanned::Spanned;
use syn::{Expr, ExprLit, Ident, Lit};

/// The options of one attribute.
pub(crate) struct Options {
    attribute: Attribute,
    written: Vec<Written>,
    /// Words without a value; most attributes have none.
    pub(crate) words: Vec<Ident>,
    /// Literals without a key; no attribute has any.
    pub(crate) literals: Vec<Lit>,
    /// The path to hostkit.
    pub(crate) krate: TokenStream,
}

/// One option as it was written, with its value unless that is wrong.
struct Written {
    spec: &'static OptionSpec,
    key: Ident,
    expression: Option<Expr>,
    value: Option<Value>,
}

impl Options {
    /// Reads and checks every option; words and literals are for the attribute to judge.
    pub(crate) fn read(attribute: Attribute, arguments: TokenStream, errors: &mut Errors) -> Self {
        let mut options = Self {
            attribute,
            written: Vec::new(),
            words: Vec::new(),
            literals: Vec::new(),
            krate: quote_mixed_site!(::hostkit),
        };
        for part in pairs::read(arguments, errors) {
            match part {
                Part::Pair(key, expression) => options.add(key, expression, errors),
                Part::Word(word) => options.add_word(word, errors),
                Part::Literal(literal) => options.literals.push(literal),
            }
        }
        options.check_name_of_hostkit(errors);
        options
    }

    /// Where the manifest gives hostkit another name, the path to it has to be said.
    fn check_name_of_hostkit(&self, errors: &mut Errors) {
        if !matches!(self.attribute, Attribute::Main | Attribute::Link)
            && self.key("crate").is_none()
            && let Some(name) = externs::other_name_of_hostkit()
        {
            errors.at_attribute(format!(
                "hostkit is called `{name}` in this package: add `crate = \"{name}\"`, so that the attribute finds it"
            ));
        }
    }

    /// A mark stands alone; every other word is for the attribute to judge.
    fn add_word(&mut self, word: Ident, errors: &mut Errors) {
        match grammar::find(self.attribute, &word.to_string()) {
            Ok(spec) if spec.kind == Kind::Mark => {
                if self.written.iter().any(|written| written.spec == spec) {
                    errors.at(&word, OptionProblem::Twice { option: spec });
                }
                self.written.push(Written {
                    spec,
                    key: word,
                    expression: None,
                    value: Some(Value::Flag(true)),
                });
            }
            _ => self.words.push(word),
        }
    }

    fn add(&mut self, key: Ident, expression: Option<Expr>, errors: &mut Errors) {
        let spec = match grammar::find(self.attribute, &key.to_string()) {
            Ok(spec) => spec,
            Err(problem) => return errors.at(&key, problem),
        };
        if self.written.iter().any(|written| written.spec == spec) {
            errors.at(&key, OptionProblem::Twice { option: spec });
        }
        let value = match &expression {
            None => {
                errors.at(&key, OptionProblem::NoValue { option: spec });
                None
            }
            Some(expression) if spec.kind == Kind::Path => {
                self.read_crate(spec, expression, errors);
                None
            }
            Some(_) if spec.kind == Kind::Expression => None,
            Some(expression) => check(spec, expression, errors)
                .filter(|value| Self::check_zone(spec, value, expression, errors)),
        };
        self.written.push(Written { spec, key, expression, value });
    }

    /// Whether there is such a zone; other values pass.
    fn check_zone(spec: &'static OptionSpec, value: &Value, at: &Expr, errors: &mut Errors) -> bool {
        let (Kind::Zone, Value::Text(name)) = (spec.kind, value) else { return true };
        let unknown =
            zones::check(name).map_err(|problem| OptionProblem::UnknownZone { option: spec, problem });
        unknown.map_err(|problem| errors.at(at, problem)).is_ok()
    }

    /// `crate = "path"`
    fn read_crate(&mut self, spec: &'static OptionSpec, expression: &Expr, errors: &mut Errors) {
        let Some(Value::Text(_)) = check(spec, expression, errors) else { return };
        if let Scalar::Text(literal) = Scalar::of(expression, spec.kind) {
            match literal.parse_with(syn::Path::parse_mod_style) {
                Ok(path) => self.krate = path.to_token_stream(),
                Err(_) => errors.at(
                    expression,
                    format!(r#"`crate` takes the path to hostkit, not "{}": write it as in `use`, such as `crate = "my_crate::hostkit"`"#, literal.value()),
                ),
            }
        }
    }

    /// Refuses words and literals: each of them is an option that lacks its key or its value.
    pub(crate) fn refuse_words(&self, errors: &mut Errors) {
        for word in &self.words {
            match grammar::find(self.attribute, &word.to_string()) {
                Ok(option) => errors.at(word, OptionProblem::NoValue { option }),
                Err(problem) => errors.at(word, problem),
            }
        }
        for literal in &self.literals {
            let value = Expr::Lit(ExprLit { attrs: Vec::new(), lit: literal.clone() });
            let mut options = grammar::of(self.attribute).filter(|option| option.kind != Kind::Path);
            let fits = options.find(|option| {
                Scalar::of(&value, option.kind).with(|given| grammar::check(option, given)).is_ok()
            });
            let name = fits.map_or("name", |option| option.name);
            errors.at(literal, format!("an option has a name: write `{name} = {}`", text(literal)));
        }
    }

    /// Complains about what is missing, and about options that have no effect beside the others.
    pub(crate) fn check_together(&self, errors: &mut Errors) {
        let missing = grammar::missing(self.attribute, |name| {
            self.find(name).is_some()
                || self.words.iter().any(|word| word == name)
                || !self.literals.is_empty()
        });
        // What depends on a trigger that is not there waits for it: one sentence is enough.
        let unsaid: Vec<&str> = missing
            .iter()
            .filter_map(OptionProblem::option)
            .flat_map(|option| option.one_of)
            .copied()
            .collect();
        for problem in missing {
            errors.at_attribute(problem);
        }
        for problem in grammar::conflicts(self.attribute, |name| self.find(name).is_some()) {
            self.complain(problem, errors);
        }
        if let Some(problem) = self.day_rule() {
            self.complain(problem, errors);
        }
        for problem in grammar::without_effect(self.attribute, |name| self.value(name)) {
            let Some(option) = problem.option() else { continue };
            // If what it depends on is itself mistaken, that mistake is enough.
            let known = option.only_with.iter().all(|(other, _)| {
                !unsaid.contains(other) && self.find(other).is_none_or(|other| other.value.is_some())
            });
            if let (true, Some(written)) = (known, self.find(option.name)) {
                errors.at(&written.key, problem);
            }
        }
    }

    /// What is wrong with `cron` and `days` together, also where a field of `cron` is wrong by itself.
    fn day_rule(&self) -> Option<OptionProblem> {
        let cron = self.find("cron")?;
        match (self.find("days"), &cron.value, &cron.expression) {
            (Some(days), ..) if days.value.is_none() => None, // that mistake is enough
            (None, None, Some(expression)) => match Scalar::of(expression, cron.spec.kind) {
                Scalar::Text(text) => grammar::cron::parse(&text.value()).err()?.days_unsaid(),
                _ => None,
            }
            .map(|problem| OptionProblem::Cron { option: cron.spec, problem }),
            _ => grammar::day_rule(self.attribute, |name| self.value(name)),
        }
    }

    /// Under the value that is wrong beside the others; under the key where the option itself should not be there.
    fn complain(&self, problem: OptionProblem, errors: &mut Errors) {
        let Some(written) = problem.option().and_then(|option| self.find(option.name)) else { return };
        match (&problem, &written.expression) {
            (OptionProblem::Cron { .. }, Some(value)) => errors.at(value, problem),
            _ => errors.at(&written.key, problem),
        }
    }

    fn find(&self, name: &str) -> Option<&Written> {
        self.written.iter().find(|written| written.spec.name == name)
    }

    /// The value of an option, if it is written and right.
    pub(crate) fn value(&self, name: &str) -> Option<&Value> {
        self.find(name)?.value.as_ref()
    }

    /// The key of an option, if it is written.
    pub(crate) fn key(&self, name: &str) -> Option<&Ident> {
        self.find(name).map(|written| &written.key)
    }

    /// The expression of an option, if it is written.
    pub(crate) fn expression(&self, name: &str) -> Option<&Expr> {
        self.find(name)?.expression.as_ref()
    }

    /// `.option(value)` for each option but those that have a place of their own in the call.
    pub(crate) fn setters(&self) -> TokenStream {
        let own_place = ["name", "every", "delay", "cron", "tz", "days", "in_memory", "close", "crate"];
        let setters =
            self.written.iter().filter(|written| !own_place.contains(&written.spec.name)).map(|written| {
                let value = self.value_tokens(written);
                // `key` itself takes the closure that reads the field.
                let method = if written.spec.name == "key" { "key_path" } else { written.spec.name };
                let method = Ident::new(method, Span::mixed_site().located_at(written.key.span()));
                quote_mixed_site!(.#method(#value))
            });
        setters.collect()
    }

    /// The value of an option as Rust.
    pub(crate) fn tokens(&self, name: &str) -> TokenStream {
        self.find(name).map(|written| self.value_tokens(written)).unwrap_or_default()
    }

    fn value_tokens(&self, written: &Written) -> TokenStream {
        let span = Span::mixed_site()
            .located_at(written.expression.as_ref().map_or(written.key.span(), Spanned::span));
        let duration = |duration: &std::time::Duration| {
            let (seconds, nanos) = (duration.as_secs(), duration.subsec_nanos());
            quote_spanned!(span=> ::core::time::Duration::new(#seconds, #nanos))
        };
        match (&written.value, written.spec.kind) {
            (None, _) => TokenStream::new(),
            (Some(Value::Choice(word)), Kind::Choice { of, .. }) => {
                let (of, variant) = (Ident::new(of, span), Ident::new(word.variant, span));
                quote_spanned!(span=> __k::#of::#variant)
            }
            (Some(Value::Names(names)), _) => quote_spanned!(span=> [#(#names),*]),
            (Some(Value::Flag(flag)), _) => quote_spanned!(span=> #flag),
            (Some(Value::Count(count)), _) => {
                let mut count = proc_macro2::Literal::u32_unsuffixed(*count); // some methods take a `usize`
                count.set_span(span);
                quote_spanned!(span=> #count)
            }
            (Some(Value::Duration(value)), _) => duration(value),
            (Some(Value::Range(from, to)), _) => {
                let (from, to) = (duration(from), duration(to));
                quote_spanned!(span=> __k::Backoff::new(#from, #to))
            }
            (Some(Value::Rate(rate)), _) => {
                let (count, per) = (rate.count, duration(&rate.per));
                quote_spanned!(span=> __k::Rate::new(#count, #per))
            }
            (Some(Value::Text(text)), _) => quote_spanned!(span=> #text),
            (Some(Value::Cron(expression)), _) => {
                let text = expression.text();
                quote_spanned!(span=> #text)
            }
            (Some(_), _) => TokenStream::new(),
        }
    }
}
