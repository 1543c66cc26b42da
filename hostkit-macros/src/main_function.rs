//! What `hostkit::main!(…)` was given goes in; `fn main`, and the crates that have to be linked for it, come out. `link!` gives the
//! second alone.

use crate::errors::Errors;
use crate::linkage::{Linkage, Named};
use crate::literal::bare;
use crate::options::Options;
use crate::quote_mixed_site::quote_mixed_site;
use hostkit_grammar::{Attribute, Value};
use proc_macro2::{TokenStream, TokenTree};
use quote::quote;
use syn::{Expr, ExprLit, Lit};

/// `fn main`, and what it links.
pub(crate) fn expand(input: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let (krate, options) = read(Attribute::Main, input, &mut errors);
    let linkage = linked(&options, &mut errors);
    if !errors.is_empty() {
        let errors = errors.into_tokens();
        // An empty `main`, so that the compiler does not miss one as well.
        return quote!(#errors fn main() {});
    }
    let (externs, registered) = (linkage.extern_crates(), linkage.registered("Main", &krate));
    let current_thread =
        matches!(options.value("flavor"), Some(Value::Choice(word)) if word.text == "current_thread");
    let worker_threads = match options.value("worker_threads") {
        Some(Value::Count(count)) => {
            let count = *count as usize;
            quote_mixed_site!(::core::option::Option::Some(#count))
        }
        _ => quote_mixed_site!(::core::option::Option::None),
    };
    let configure = match options.expression("configure") {
        Some(expression) => quote_mixed_site!(#expression),
        None => quote_mixed_site!(|host| host),
    };
    quote! {
        #externs
        #registered
        fn main() -> ::std::process::ExitCode {
            #krate::__private::main(
                #krate::__private::Program {
                    binary: ::core::option_env!("CARGO_BIN_NAME"),
                    package: ::core::env!("CARGO_PKG_NAME"),
                    version: ::core::env!("CARGO_PKG_VERSION"),
                    about: ::core::env!("CARGO_PKG_DESCRIPTION"),
                    current_thread: #current_thread,
                    worker_threads: #worker_threads,
                },
                #configure,
            )
        }
    }
}

/// `extern crate`s, and what the runtime should know of them.
pub(crate) fn link(input: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let (krate, options) = read(Attribute::Link, input, &mut errors);
    let linkage = linked(&options, &mut errors);
    if !errors.is_empty() {
        return errors.into_tokens();
    }
    let (externs, registered) = (linkage.extern_crates(), linkage.registered("Link", &krate));
    quote!(#externs #registered)
}

/// The input is the path to hostkit, a semicolon, and the options.
fn read(which: Attribute, input: TokenStream, errors: &mut Errors) -> (TokenStream, Options) {
    let mut tokens = input.into_iter();
    let krate: TokenStream = tokens
        .by_ref()
        .take_while(|token| !matches!(token, TokenTree::Punct(punct) if punct.as_char() == ';'))
        .collect();
    let options = Options::read(which, tokens.collect(), errors);
    options.refuse_words(errors);
    options.check_together(errors);
    (krate, options)
}

fn linked(options: &Options, errors: &mut Errors) -> Linkage {
    Linkage::of_this_build(crates(options, "link"), crates(options, "ignore"), errors)
}

/// The crates that a list names, each with its place.
fn crates(options: &Options, name: &str) -> Vec<Named> {
    let Some(expression) = options.expression(name) else { return Vec::new() };
    // A list with a mistake in it has no value, and its mistakes are reported already.
    if options.value(name).is_none() {
        return Vec::new();
    }
    match bare(expression) {
        Expr::Array(array) => array.elems.iter().filter_map(one_crate).collect(),
        other => one_crate(other).into_iter().collect(),
    }
}

fn one_crate(expression: &Expr) -> Option<Named> {
    match bare(expression) {
        Expr::Path(path) => path.path.get_ident().map(|ident| Named::new(&ident.to_string(), ident.span())),
        Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => Some(Named::new(&text.value(), text.span())),
        _ => None,
    }
}
