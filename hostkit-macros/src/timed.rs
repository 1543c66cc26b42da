//! `#[timed]`: a function becomes a service that runs again and again.

use crate::attribute;
use crate::errors::Errors;
use crate::function::Function;
use crate::hosted_service::service_name;
use crate::options::Options;
use crate::quote_mixed_site::quote_mixed_site;
use crate::{inject, repeated};
use hostkit_grammar::Attribute;
use proc_macro2::TokenStream;
use quote::ToTokens;

pub(crate) fn expand(arguments: TokenStream, item: TokenStream) -> TokenStream {
    attribute::expand(Attribute::Timed, arguments, item, |options, item, errors| {
        options.refuse_words(errors);
        install(item.function(Attribute::Timed, errors)?, options, errors)
    })
}

fn install(function: &Function, options: &Options, errors: &mut Errors) -> Option<TokenStream> {
    function.check(errors);
    function.check_free(Attribute::Timed, errors);
    repeated::check("timed", options, &function.attributes, errors);
    let name = service_name(options, &function.name(), &function.signature.ident, errors);
    let (prepare, work) = inject::work(function, "TimedService");
    let (schedule, setters) = (schedule(options, errors), options.setters());
    Some(quote_mixed_site! {
        #prepare
        __hk_blueprint.timed(__hk_origin, #name, #schedule, __k::Timed::from_work(#work)#setters);
    })
}

/// The one of `every`, `delay` and `cron` that is there; that there is only one has been checked.
fn schedule(options: &Options, errors: &mut Errors) -> TokenStream {
    if options.key("every").is_some() {
        let every = options.tokens("every");
        return quote_mixed_site!(__k::Every::new(#every));
    }
    if options.key("delay").is_some() {
        let delay = options.tokens("delay");
        return quote_mixed_site!(__k::Delay::new(#delay));
    }
    let Some(key) = options.key("cron") else { return TokenStream::new() };
    if !cfg!(feature = "cron") {
        errors.at(
            key,
            "`cron` needs hostkit's feature `cron`, which is off: add it, as in `hostkit = { features = [\"cron\"] }`",
        );
    }
    let cron = options.tokens("cron");
    let mut schedule = quote_mixed_site!(__k::Cron::new(#cron));
    for (name, method) in [("tz", quote_mixed_site!(tz)), ("days", quote_mixed_site!(days))] {
        if options.key(name).is_some() {
            let value = options.tokens(name);
            quote_mixed_site!(.#method(#value)).to_tokens(&mut schedule);
        }
    }
    schedule
}
