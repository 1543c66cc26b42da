//! Complaints go in one by one, all of them come out together, each under its own token.

use crate::conditions::Conditions;
use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote};
use std::fmt::Display;

/// The complaints about one attribute.
#[derive(Default)]
pub(crate) struct Errors {
    all: Vec<(Conditions, syn::Error)>,
    /// Where what is looked at is compiled: an error about it is one only there.
    conditions: Conditions,
    attribute: Option<Span>,
}

impl Errors {
    /// About an attribute above this item. Its own span says that an error comes from a macro, which helps nobody; with
    /// the origin of a token of the item it does not.
    pub(crate) fn above(item: &TokenStream) -> Self {
        let first = item.clone().into_iter().next();
        Self { attribute: first.map(|token| Span::call_site().resolved_at(token.span())), ..Self::default() }
    }

    /// Looks at something that is compiled only under these conditions, too.
    pub(crate) fn under<T>(&mut self, conditions: &Conditions, look: impl FnOnce(&mut Self) -> T) -> T {
        let all = self.conditions.and(conditions);
        let before = std::mem::replace(&mut self.conditions, all);
        let seen = look(self);
        self.conditions = before;
        seen
    }

    /// Complains about the attribute as a whole.
    pub(crate) fn at_attribute(&mut self, sentence: impl Display) {
        self.at_span(self.attribute.unwrap_or_else(Span::call_site), sentence);
    }

    /// Complains about everything from the first to the last of these tokens.
    pub(crate) fn at(&mut self, tokens: impl ToTokens, sentence: impl Display) {
        self.push(syn::Error::new_spanned(tokens, sentence));
    }

    /// Complains about one token.
    pub(crate) fn at_span(&mut self, span: Span, sentence: impl Display) {
        self.push(syn::Error::new(span, sentence));
    }

    pub(crate) fn push(&mut self, error: syn::Error) {
        self.all.push((self.conditions.clone(), error));
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// Where there is no error about what is compiled under these conditions; `None` if there is one all over.
    pub(crate) fn absent(&self, conditions: &Conditions) -> Option<Conditions> {
        let wrong = || self.all.iter().map(|(wrong, _)| wrong);
        if wrong().any(|wrong| wrong.hold_with(conditions)) {
            return None;
        }
        Some(wrong().fold(conditions.clone(), |conditions, wrong| conditions.and_not(wrong)))
    }

    /// Every complaint as a `compile_error!`, where it is one.
    pub(crate) fn into_tokens(self) -> TokenStream {
        let errors = self.all.into_iter().flat_map(|(conditions, error)| {
            error.into_iter().map(move |error| {
                let error = error.into_compile_error();
                quote!(#conditions #error)
            })
        });
        errors.collect()
    }
}

/// Tokens as a person writes them.
pub(crate) fn text(tokens: impl ToTokens) -> String {
    let spaced = tokens.to_token_stream().to_string();
    let tidy =
        [(" :: ", "::"), (" <", "<"), ("< ", "<"), (" >", ">"), ("& ", "&"), (" ,", ","), (" .. ", "..")];
    tidy.into_iter().fold(spaced, |text, (from, to)| text.replace(from, to))
}
