//! The road that every attribute takes: read the options and the item, let the attribute say what to install, and print
//! the item as it was written with the registration, or every complaint, beside it.

use crate::conditions::Conditions;
use crate::errors::Errors;
use crate::function::has_word;
use crate::item::Item;
use crate::linkage::build_env;
use crate::linkage::own_library;
use crate::options::Options;
use crate::quote_mixed_site::quote_mixed_site;
use hostkit_grammar::Attribute;
use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote};
use syn::parse::{ParseStream, Parser};

/// Expands one attribute. `install` complains, or says by which statements the item is put into a blueprint; that counts
/// only where there are no complaints. It is asked once for each form that the item can have.
pub(crate) fn expand(
    attribute: Attribute,
    arguments: TokenStream,
    tokens: TokenStream,
    mut install: impl FnMut(&Options, &Item, &mut Errors) -> Option<TokenStream>,
) -> TokenStream {
    let mut errors = Errors::above(&tokens);
    let attributes = outer(tokens.clone());
    let conditions = Conditions::of(&attributes);
    let mut installed = Vec::new();
    let options = errors.under(&conditions, |errors| {
        let options = Options::read(attribute, arguments, errors);
        options.check_together(errors);
        let item = Item::read(tokens.clone(), errors);
        for (form, item) in item.map(|item| item.forms(errors)).unwrap_or_default() {
            let statements = errors.under(&form, |errors| install(&options, &item, errors));
            installed.extend(statements.map(|statements| (conditions.and(&form), statements, item.span())));
        }
        options
    });
    let registered: TokenStream = installed
        .into_iter()
        .filter_map(|(conditions, statements, span)| {
            let conditions = errors.absent(&conditions)?;
            Some(register(&options, &Lints::of(&attributes, &tokens), &conditions, &statements, span))
        })
        .collect();
    let errors = errors.into_tokens();
    quote!(#tokens #registered #errors)
}

/// The attributes of an item, whatever it is.
pub(crate) fn outer(tokens: TokenStream) -> Vec<syn::Attribute> {
    let read = |input: ParseStream<'_>| {
        let attributes = input.call(syn::Attribute::parse_outer)?;
        let _item: TokenStream = input.parse()?;
        Ok(attributes)
    };
    read.parse2(tokens).unwrap_or_default()
}

/// What the item allows is allowed beside it too, and what is deprecated may be registered. Nothing else: a crate that
/// forbids a lint may not even be asked to allow it.
pub(crate) struct Lints(TokenStream);

impl Lints {
    pub(crate) fn of(attributes: &[syn::Attribute], item: &TokenStream) -> Self {
        let allowed = attributes.iter().filter(|attribute| {
            attribute.path().is_ident("allow")
                || (attribute.path().is_ident("cfg_attr") && has_word(attribute, "allow"))
        });
        let deprecated = has_word(item, "deprecated").then(|| quote!(#[allow(deprecated)]));
        Self(quote!(#(#allowed)* #deprecated))
    }
}

impl ToTokens for Lints {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        self.0.to_tokens(tokens);
    }
}

/// One static registration, whose only act is to call the builder.
fn register(
    options: &Options,
    lints: &Lints,
    conditions: &Conditions,
    statements: &TokenStream,
    span: Span,
) -> TokenStream {
    let krate = &options.krate;
    let own_library = own_library();
    let beside_library = build_env::is_beside_library();
    let line = u32::try_from(span.unwrap().line()).unwrap_or(u32::MAX);
    quote_mixed_site! {
        #conditions
        #lints
        const _: () = {
            #own_library
            use #krate::__private as __k;
            __k::inventory::submit! {
                __k::Registration::new(
                    __k::CodeLocation::new(
                        ::core::env!("CARGO_PKG_NAME"),
                        ::core::env!("CARGO_PKG_VERSION"),
                        ::core::file!(),
                        #line,
                        ::core::module_path!(),
                        #beside_library,
                    ),
                    |__hk_blueprint: &mut __k::Blueprint, __hk_origin: __k::Origin| { #statements },
                )
            }
        };
    }
}
