//! `#[queued]`: a function becomes the handler of the jobs of its first parameter's type.

use crate::attribute;
use crate::errors::Errors;
use crate::function::Function;
use crate::hosted_service::service_name;
use crate::options::Options;
use crate::quote_mixed_site::quote_mixed_site;
use crate::{inject, repeated};
use hostkit_grammar::{Attribute, Value};
use proc_macro2::{Literal, Span, TokenStream};
use quote::{ToTokens, quote_spanned};
use syn::spanned::Spanned;
use syn::{Ident, Type};

pub(crate) fn expand(arguments: TokenStream, item: TokenStream) -> TokenStream {
    attribute::expand(Attribute::Queued, arguments, item, |options, item, errors| {
        options.refuse_words(errors);
        install(item.function(Attribute::Queued, errors)?, options, errors)
    })
}

fn install(function: &Function, options: &Options, errors: &mut Errors) -> Option<TokenStream> {
    function.check_beside_a_job(errors);
    function.check_free(Attribute::Queued, errors);
    repeated::check("queued", options, &function.attributes, errors);
    let name = service_name(options, &function.name(), &function.signature.ident, errors);
    let Some(job) = function.parameters().next() else {
        let name = &function.signature.ident;
        errors.at(
            name,
            format!(
                "`{name}` has no job to handle: its first parameter is the job, `async fn {name}(job: Job)`"
            ),
        );
        return None;
    };
    let (prepare, work) = inject::job_work(function, job);
    let (demands, kept) = kept(options, job);
    let (key, setters) = (key(options, job), options.setters());
    // Here, and nowhere else, a job has to be one that can move between threads.
    let queued = inject::over(job, quote_mixed_site!(__k::Blueprint::queued));
    Some(quote_mixed_site! {
        #prepare
        let __hk_queued: fn(&mut __k::Blueprint, __k::Origin, &'static str, __k::Queued<#job>) = #queued;
        #demands
        __hk_queued(__hk_blueprint, __hk_origin, #name, __k::Queued::from_work(#work)#kept #key #setters);
    })
}

/// How a job is kept: by any store, and so as what serde writes, or in memory for good; and how it is copied for a retry.
///
/// What that demands of its type is demanded under the type's own span: what it can't do is one error there.
fn kept(options: &Options, job: &Type) -> (TokenStream, TokenStream) {
    let copied = quote_mixed_site!(.copied({
        use __k::of_jobs::*;
        (&__k::Probe::<#job>::new()).copying()
    }));
    if options.key("in_memory").is_none() {
        let codec = inject::over(job, quote_mixed_site!(__k::storable()));
        return (
            quote_mixed_site!(let __hk_kept = #codec;),
            quote_mixed_site!(.stored_by(__hk_kept) #copied),
        );
    }
    // What is written and wrong has its error already.
    if options.key("retries").is_some() && matches!(options.value("retries"), None | Some(Value::Count(0))) {
        return (TokenStream::new(), copied);
    }
    let again = inject::over(job, quote_mixed_site!(__k::NeedsClone::again));
    (
        quote_mixed_site!(let __hk_kept = #again;),
        quote_mixed_site!(.copied(::core::option::Option::Some(__hk_kept))),
    )
}

/// `key = "user.id"` as a closure. The path is shown where it is written, so that a field that is not there is an error there.
fn key(options: &Options, job: &Type) -> TokenStream {
    let Some(Value::Text(path)) = options.value("key") else { return TokenStream::new() };
    let span = options.expression("key").map_or_else(Span::call_site, Spanned::span);
    // With the literal's own span rustc would offer to write the name of another field in its place, without the quotes.
    let shown = Span::call_site().located_at(span);
    let fields = path.split('.').map(|field| match field.parse::<u32>() {
        Ok(index) => {
            let mut index = Literal::u32_unsuffixed(index);
            index.set_span(shown);
            index.into_token_stream()
        }
        Err(_) => name_of_field(field, shown).into_token_stream(),
    });
    let field = quote_spanned!(shown=> &__hk_job #(.#fields)*);
    let name = Ident::new("__hk_field", span);
    let key = inject::over(&name, quote_mixed_site!(__k::KeyField::shown));
    quote_spanned!(shown=> .key(|__hk_job: &#job| { let #name = #field; #key(#name) }))
}

/// A field may be called by a keyword.
fn name_of_field(field: &str, span: Span) -> Ident {
    let name = field.strip_prefix("r#").unwrap_or(field);
    match syn::parse_str::<Ident>(name) {
        Ok(_) if name != "gen" => Ident::new(name, span), // `gen` is a keyword since edition 2024, which syn does not know
        _ => Ident::new_raw(name, span),
    }
}
