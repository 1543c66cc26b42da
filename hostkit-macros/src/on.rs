//! `#[on(moment)]`: a function becomes a hook at one moment of the host's life.

use crate::attribute;
use crate::errors::{Errors, text};
use crate::function::Function;
use crate::inject;
use crate::options::Options;
use crate::quote_mixed_site::quote_mixed_site;
use hostkit_grammar::{Attribute, MOMENTS, Suggestion};
use proc_macro2::{Span, TokenStream};
use quote::ToTokens;
use syn::{Ident, Lit};

pub(crate) fn expand(arguments: TokenStream, item: TokenStream) -> TokenStream {
    attribute::expand(Attribute::On, arguments, item, |options, item, errors| {
        let moment = moment(options, errors);
        install(item.function(Attribute::On, errors)?, moment?, errors)
    })
}

fn install(function: &Function, moment: Ident, errors: &mut Errors) -> Option<TokenStream> {
    function.check(errors);
    function.check_free(Attribute::On, errors);
    let (prepare, work) = inject::work(function, "LifecycleHook");
    let name = function.name();
    Some(
        quote_mixed_site!(#prepare __hk_blueprint.hook(__hk_origin, #name, __k::Moment::#moment, __k::Hook::from_work(#work));),
    )
}

/// The one moment, as the variant of the runtime's enum.
fn moment(options: &Options, errors: &mut Errors) -> Option<Ident> {
    for literal in &options.literals {
        match literal {
            Lit::Str(text) if MOMENTS.iter().any(|moment| moment.text == text.value()) => {
                errors.at(literal, format!("a moment is a word: write `{}` without quotes", text.value()));
            }
            other => unknown(other, errors),
        }
    }
    let mut found = None;
    for word in &options.words {
        match MOMENTS.iter().find(|moment| word == moment.text) {
            Some(_) if found.is_some() => {
                errors.at(
                    word,
                    format!("a hook has one moment: write a second attribute, #[on({word})], for this one"),
                );
            }
            Some(moment) => {
                found = Some(Ident::new(moment.variant, Span::mixed_site().located_at(word.span())))
            }
            None => unknown(word, errors),
        }
    }
    if options.words.is_empty() && options.literals.is_empty() {
        errors.at_attribute(format!("#[on] needs a moment: write {}", possible("#[on(", ")]", " or ")));
    }
    found
}

fn unknown(written: &impl ToTokens, errors: &mut Errors) {
    let word = text(written);
    let possible = possible("`", "`", ", ");
    errors.at(
        written,
        match Suggestion::of(&word, MOMENTS.iter().map(|moment| moment.text)).question() {
            Some(question) => {
                format!("`{word}` is no moment of the host's life: {question} (possible: {possible})")
            }
            None => format!("`{word}` is no moment of the host's life (possible: {possible})"),
        },
    );
}

fn possible(before: &str, after: &str, between: &str) -> String {
    MOMENTS.iter().map(|moment| format!("{before}{}{after}", moment.text)).collect::<Vec<_>>().join(between)
}
