//! `#[timed]`: a function becomes a service that runs again and again.

use crate::attribute::{self, Install};
use crate::errors::Errors;
use crate::function::Function;
use crate::hosted_service::service_name;
use crate::hygiene::quote_own;
use crate::item::{self, Item};
use crate::options::Options;
use crate::{inject, repeated};
use hostkit_grammar::Attribute;
use proc_macro2::TokenStream;

pub(crate) fn expand(arguments: TokenStream, item: TokenStream) -> TokenStream {
    attribute::expand(Attribute::Timed, arguments, item, |options, item, errors| {
        options.refuse_words(errors);
        match item {
            Item::Function(function) => install(function, options, errors),
            Item::Block(block) => {
                item::refuse(Attribute::Timed, &block.keyword(), None, errors);
                None
            }
            Item::Other(keyword, name) => {
                item::refuse(Attribute::Timed, keyword, name.as_ref(), errors);
                None
            }
        }
    })
}

fn install(function: &Function, options: &Options, errors: &mut Errors) -> Option<Install> {
    function.check(errors);
    function.check_free(Attribute::Timed, errors);
    repeated::check("timed", options, &function.attributes, errors);
    let name = service_name(options, &function.name(), &function.signature.ident, errors);
    let (prepare, work) = inject::work(function, "TimedService");
    let (every, setters) = (options.tokens("every"), options.setters());
    Some(Install {
        statements: quote_own! {
            #prepare
            blueprint.timed(origin, #name, __k::Every::new(#every), __k::Timed::new(#work)#setters);
        },
        conditions: function.conditions().cloned().collect(),
    })
}
