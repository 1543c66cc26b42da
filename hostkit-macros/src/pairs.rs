//! `key = value, word, "literal"` goes in, its parts come out, as many of them as can be read.
//!
//! A mistake in one part is noted and reading goes on after the next comma, so that one compile shows them all.

use crate::errors::Errors;
use proc_macro2::{TokenStream, TokenTree};
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::{Expr, Ident, Lit, Token};

/// What stands between two commas.
pub(crate) enum Part {
    /// `key = value`, or `key =` with nothing after it.
    Pair(Ident, Option<Expr>),
    /// `word`
    Word(Ident),
    /// `"literal"`
    Literal(Lit),
}

/// Reads the whole list.
pub(crate) fn read(tokens: TokenStream, errors: &mut Errors) -> Vec<Part> {
    let mut parts = Vec::new();
    let all = |input: ParseStream<'_>| {
        while !input.is_empty() {
            match part(input) {
                Ok(part) => parts.push(part),
                Err(error) => {
                    errors.push(error);
                    skip_to_comma(input);
                }
            }
            if !input.is_empty() && input.parse::<Token![,]>().is_err() {
                errors.push(input.error(
                    "a comma is missing before this: options are written `name = value, name = value`",
                ));
                // Another option may well begin here; anything else is part of the same mistake.
                if !(input.peek(Ident::peek_any) && input.peek2(Token![=])) {
                    skip_to_comma(input);
                    let _comma = input.parse::<Option<Token![,]>>()?;
                }
            }
        }
        Ok(())
    };
    if let Err(error) = all.parse2(tokens) {
        errors.push(error);
    }
    parts
}

fn part(input: ParseStream<'_>) -> syn::Result<Part> {
    if input.peek(Lit) && !input.peek(syn::LitBool) {
        return input.parse().map(Part::Literal);
    }
    if !input.peek(Ident::peek_any) {
        return Err(input.error("an option is written `name = value`, with commas between options"));
    }
    let key = input.call(Ident::parse_any)?;
    if input.is_empty() || input.peek(Token![,]) {
        return Ok(Part::Word(key));
    }
    if input.peek(syn::token::Paren) {
        // `every("10s")`: reported as a value that is missing, which shows the form with `=`.
        let _value: TokenTree = input.parse()?;
        return Ok(Part::Pair(key, None));
    }
    if !input.peek(Token![=]) {
        return Err(
            input.error(format!("an `=` is missing before this: an option is written `{key} = value`"))
        );
    }
    let _equals: Token![=] = input.parse()?;
    if input.is_empty() || input.peek(Token![,]) {
        return Ok(Part::Pair(key, None));
    }
    let value = input.parse()?;
    Ok(Part::Pair(key, Some(value)))
}

fn skip_to_comma(input: ParseStream<'_>) {
    while !input.is_empty() && !input.peek(Token![,]) {
        if input.parse::<TokenTree>().is_err() {
            return;
        }
    }
}
