//! `#[provides]`: a function becomes the provider of its return type.

use crate::attribute;
use crate::errors::Errors;
use crate::function::{Function, has_word};
use crate::hosted_service::service_name;
use crate::inject;
use crate::literal::bare;
use crate::options::Options;
use crate::quote_mixed_site::quote_mixed_site;
use hostkit_grammar::Attribute;
use proc_macro2::{Delimiter, Group, TokenStream};
use syn::spanned::Spanned;
use syn::{Attribute as Written, Expr, ExprLit, GenericArgument, Lit, PathArguments, ReturnType, Type};

pub(crate) fn expand(arguments: TokenStream, item: TokenStream) -> TokenStream {
    attribute::expand(Attribute::Provides, arguments, item, |options, item, errors| {
        options.refuse_words(errors);
        install(item.function(Attribute::Provides, errors)?, options, errors)
    })
}

fn install(function: &Function, options: &Options, errors: &mut Errors) -> Option<TokenStream> {
    function.check(errors);
    function.check_free(Attribute::Provides, errors);
    let name = service_name(options, &function.name(), &function.signature.ident, errors);
    for again in function.attributes.iter().filter(|written| is_provides(written)) {
        errors.at(again, "a function provides its return type once: remove this second #[provides]");
    }
    check_output(function, errors);
    let (prepare, provider) = inject::provider(function);
    let close = options.expression("close").and_then(|path| close(path, errors));
    let setters = options.setters();
    Some(quote_mixed_site! {
        use __k::of_return_types::*;
        #prepare
        __hk_blueprint.provider(__hk_origin, #name, #provider #setters #close);
    })
}

/// `.closing(…)`: the value is taken as the function takes it, by reference or in its `Arc`.
fn close(path: &Expr, errors: &mut Errors) -> Option<TokenStream> {
    let path = bare(path);
    if !matches!(path, Expr::Path(_)) {
        let quoted = matches!(path, Expr::Lit(ExprLit { lit: Lit::Str(_), .. }));
        let help = if quoted { ": write it without quotes" } else { ", such as `Feed::close`" };
        errors.at(path, format!("`close` takes the path of an `async fn`{help}"));
        return None;
    }
    let taken = inject::over(path, quote_mixed_site!(__k::taken(&__hk_value)));
    let mut arguments = Group::new(Delimiter::Parenthesis, taken);
    arguments.set_span(path.span()); // the call is shown where the path is written
    let ended = inject::over(path, quote_mixed_site!(__k::closing(#path #arguments)));
    Some(quote_mixed_site!(.closing(|__hk_value| ::std::boxed::Box::pin(async move { #ended.await }))))
}

/// What is returned has to be a value, of a type that has a name.
fn check_output(function: &Function, errors: &mut Errors) {
    let name = &function.signature.ident;
    let nothing = format!(
        "`{name}` returns nothing that could be provided: return the value, or `hostkit::Result` of it (what only has to be done before the services start is a hook, `#[on(starting)]`)"
    );
    match &function.signature.output {
        ReturnType::Default => errors.at(name, nothing),
        ReturnType::Type(_, output) if function.diverges() || is_nothing(output) => {
            errors.at(output, nothing)
        }
        ReturnType::Type(_, output) if has_word(output, "impl") => {
            errors.at(output, "what is provided is asked for by the name of its type, and `impl Trait` has none: name the type itself, or return `Arc<dyn Trait>`");
        }
        ReturnType::Type(..) => {}
    }
}

/// `()`, or a `Result` of it as far as that can be seen.
fn is_nothing(output: &Type) -> bool {
    match output {
        Type::Tuple(tuple) => tuple.elems.is_empty(),
        Type::Paren(inner) => is_nothing(&inner.elem),
        Type::Group(inner) => is_nothing(&inner.elem),
        Type::Path(path) => path.path.segments.last().is_some_and(|last| match &last.arguments {
            // An alias of the user's own may hold anything; the host tells.
            PathArguments::None => last.ident == "Result" && path.path.segments[0].ident == "hostkit",
            PathArguments::AngleBracketed(arguments) if last.ident == "Result" => {
                matches!(arguments.args.first(), Some(GenericArgument::Type(first)) if is_nothing(first))
            }
            _ => false,
        }),
        _ => false,
    }
}

/// Whether this is our attribute as well.
fn is_provides(written: &Written) -> bool {
    written.path().segments.last().is_some_and(|last| last.ident == "provides")
}
