//! Complaints go in one by one, all of them come out together, each under its own token.

use proc_macro2::{Span, TokenStream};
use quote::ToTokens;
use std::fmt::Display;

/// The complaints about one attribute.
#[derive(Default)]
pub(crate) struct Errors {
    all: Option<syn::Error>,
    attribute: Option<Span>,
}

impl Errors {
    /// About an attribute above this item. Its own span says that an error comes from a macro, which helps nobody; with
    /// the origin of a token of the item it does not.
    pub(crate) fn above(item: &TokenStream) -> Self {
        let first = item.clone().into_iter().next();
        Self { all: None, attribute: first.map(|token| Span::call_site().resolved_at(token.span())) }
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
        match &mut self.all {
            Some(errors) => errors.combine(error),
            none => *none = Some(error),
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.all.is_none()
    }

    /// Every complaint as a `compile_error!`.
    pub(crate) fn into_tokens(self) -> TokenStream {
        self.all.map(syn::Error::into_compile_error).unwrap_or_default()
    }
}

/// Tokens as a person writes them.
pub(crate) fn text(tokens: impl ToTokens) -> String {
    let spaced = tokens.to_token_stream().to_string();
    let tidy =
        [(" :: ", "::"), (" <", "<"), ("< ", "<"), (" >", ">"), ("& ", "&"), (" ,", ","), (" .. ", "..")];
    tidy.into_iter().fold(spaced, |text, (from, to)| text.replace(from, to))
}
