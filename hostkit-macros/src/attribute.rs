//! The road that every attribute takes: read the options and the item, let the attribute say what to install, and print
//! the item as it was written with the registration, or every complaint, beside it.

use crate::errors::Errors;
use crate::hygiene::quote_own;
use crate::item::Item;
use crate::options::Options;
use hostkit_grammar::Attribute;
use proc_macro2::{Span, TokenStream};
use quote::quote;

/// What an attribute makes of an item: the statements that put it into a blueprint, and its conditions.
pub(crate) struct Install {
    pub(crate) statements: TokenStream,
    pub(crate) conditions: Vec<syn::Attribute>,
}

/// Expands one attribute. `install` complains, or says what to install; its result counts only without complaints.
pub(crate) fn expand(
    attribute: Attribute,
    arguments: TokenStream,
    tokens: TokenStream,
    install: impl FnOnce(&Options, &Item, &mut Errors) -> Option<Install>,
) -> TokenStream {
    let mut errors = Errors::above(&tokens);
    let options = Options::read(attribute, arguments, &mut errors);
    options.check_together(&mut errors);
    let item = Item::read(tokens.clone(), &mut errors);
    let installed = item.and_then(|item| Some((install(&options, &item, &mut errors)?, item.span())));
    let beside = match installed {
        Some((install, span)) if errors.is_empty() => register(&options.krate, &install, span),
        _ => errors.into_tokens(),
    };
    quote!(#tokens #beside)
}

/// One static registration, whose only act is to call the builder. `ServiceOptions` has the methods that services share.
fn register(krate: &TokenStream, install: &Install, span: Span) -> TokenStream {
    let Install { statements, conditions } = install;
    let line = u32::try_from(span.unwrap().line()).unwrap_or(u32::MAX);
    quote_own! {
        #(#conditions)*
        #[allow(deprecated, unused_qualifications)]
        const _: () = {
            use #krate::__private as __k;
            #[allow(unused_imports)]
            use #krate::ServiceOptions as _;
            __k::inventory::submit! {
                __k::Registration::new(
                    __k::Site::new(
                        ::core::env!("CARGO_PKG_NAME"),
                        ::core::env!("CARGO_PKG_VERSION"),
                        ::core::file!(),
                        #line,
                        ::core::module_path!(),
                    ),
                    |blueprint: &mut __k::Blueprint, origin: __k::Origin| { #statements },
                )
            }
        };
    }
}
