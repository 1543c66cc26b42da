//! The attributes on one function go in; complaints come out if two of its services would have one name.
//!
//! Attributes are expanded from the top, and each sees those below it: each looks after itself and, the last but one,
//! after the last, so that every mistake is reported once.

use crate::errors::Errors;
use crate::options::Options;
use crate::pairs::{self, Part};
use hostkit_grammar::Value;
use proc_macro2::Span;
use syn::{Attribute, Expr, ExprLit, Lit, Meta};

/// Checks the attribute called `own` against others of the same kind below it.
pub(crate) fn check(own: &str, options: &Options, below: &[Attribute], errors: &mut Errors) {
    let same: Vec<&Attribute> = below.iter().filter(|attribute| is(attribute, own)).collect();
    let Some(first) = same.first() else { return };
    let sentence =
        format!("two #[{own}] on one function need names of their own: add `name = \"…\"` to this one");
    if options.key("name").is_none() {
        errors.at_attribute(&sentence);
    }
    if same.len() == 1 && name_of(first).is_none() {
        errors.at(first, &sentence);
    }
    let Some(Value::Text(name)) = options.value("name") else { return };
    for (other, span) in same.iter().filter_map(|attribute| name_of(attribute)) {
        if other == *name {
            errors.at_span(
                span,
                format!("\"{other}\" is the name of another #[{own}] on this function: write another name"),
            );
        }
    }
}

/// Whether this is our attribute: `timed`, or a path that ends in it and begins with hostkit.
fn is(attribute: &Attribute, name: &str) -> bool {
    let segments = &attribute.path().segments;
    let ours = segments.len() == 1 || segments.first().is_some_and(|first| first.ident == "hostkit");
    ours && segments.last().is_some_and(|last| last.ident == name)
}

/// The value of `name = "…"` in the attribute.
fn name_of(attribute: &Attribute) -> Option<(String, Span)> {
    let Meta::List(list) = &attribute.meta else { return None };
    // What is wrong in there is reported by that attribute itself.
    let parts = pairs::read(list.tokens.clone(), &mut Errors::default());
    parts.into_iter().find_map(|part| match part {
        Part::Pair(key, Some(Expr::Lit(ExprLit { lit: Lit::Str(text), .. }))) if key == "name" => {
            Some((text.value(), text.span()))
        }
        Part::Pair(key, _) if key == "name" => Some((String::new(), key.span())),
        _ => None,
    })
}
