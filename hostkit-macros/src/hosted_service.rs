//! `#[hosted_service]`: a function, or an `impl` block, becomes one service that runs for the life of the host.

use crate::attribute;
use crate::errors::Errors;
use crate::function::Function;
use crate::item::{self, Item};
use crate::options::Options;
use crate::quote_mixed_site::quote_mixed_site;
use crate::{inject, repeated, stateful};
use hostkit_grammar::{Attribute, Value, name};
use proc_macro2::TokenStream;

pub(crate) fn expand(arguments: TokenStream, item: TokenStream) -> TokenStream {
    attribute::expand(Attribute::HostedService, arguments, item, |options, item, errors| {
        options.refuse_words(errors);
        match item {
            Item::Function(function) => install(function, options, errors),
            Item::Block(block) => stateful::install(block, options, errors),
            Item::Other(keyword, name) => {
                item::refuse(Attribute::HostedService, keyword, name.as_ref(), errors);
                None
            }
        }
    })
}

fn install(function: &Function, options: &Options, errors: &mut Errors) -> Option<TokenStream> {
    function.check(errors);
    function.check_free(Attribute::HostedService, errors);
    repeated::check("hosted_service", options, &function.attributes, errors);
    let name = service_name(options, &function.name(), &function.signature.ident, errors);
    let (prepare, work) = inject::work(function, "HostedService");
    let setters = options.setters();
    Some(
        quote_mixed_site!(#prepare __hk_blueprint.service(__hk_origin, #name, __k::Hosted::from_work(#work)#setters);),
    )
}

/// The service's name: what the option says, or its item's own.
pub(crate) fn service_name(
    options: &Options,
    own: &str,
    at: &impl quote::ToTokens,
    errors: &mut Errors,
) -> String {
    if let Some(Value::Text(name)) = options.value("name") {
        return name.clone();
    }
    if options.key("name").is_none()
        && let Err(problem) = name::check(own)
    {
        errors.at(at, format!("the service would be called by this, but {problem}, with `name = \"…\"`"));
    }
    own.to_owned()
}
