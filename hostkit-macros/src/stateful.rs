//! An `impl` block with `new`, and any of `start`, `run` and `stop`, goes in; one service with state comes out.
//!
//! The methods are called by their full path, `<Type>::run(value, …)`, and so their types are never repeated.

use crate::conditions::Conditions;
use crate::errors::{Errors, text};
use crate::function::Function;
use crate::hosted_service::service_name;
use crate::inject::{Injection, over};
use crate::options::Options;
use crate::quote_mixed_site::quote_mixed_site;
use hostkit_grammar::{Value, snake_case};
use proc_macro2::{Delimiter, Span, TokenStream, TokenTree};
use quote::quote_spanned;
use syn::ext::IdentExt;
use syn::parse::ParseStream;
use syn::spanned::Spanned;
use syn::{Attribute, Generics, Ident, Path, ReceiverKind, ReturnType, Token, Type, Visibility};

/// The methods that are called by the host, in the order in which it calls them after `new`.
const STEPS: [&str; 3] = ["start", "run", "stop"];

/// An `impl` block.
pub(crate) struct Block {
    keyword: Token![impl],
    generics: Generics,
    of_trait: Option<Path>,
    ty: Type,
    methods: Vec<Function>,
}

impl Block {
    /// Reads the block after its attributes.
    pub(crate) fn read(input: ParseStream<'_>) -> syn::Result<Self> {
        let _unsafe: Option<Token![unsafe]> = input.parse()?;
        let keyword = input.parse()?;
        let mut generics: Generics = if input.peek(Token![<]) { input.parse()? } else { Generics::default() };
        let _negative: Option<Token![!]> = input.parse()?;
        let first: Type = input.parse()?;
        let (of_trait, ty) = match (input.parse::<Option<Token![for]>>()?, first) {
            (Some(_), Type::Path(path)) => (Some(path.path), input.parse()?),
            (_, first) => (None, first),
        };
        generics.where_clause = input.parse()?;
        let content;
        syn::braced!(content in input);
        let _inner = content.call(Attribute::parse_inner)?;
        let mut methods = Vec::new();
        while !content.is_empty() {
            methods.extend(method(&content)?);
        }
        Ok(Self { keyword, generics, of_trait, ty, methods })
    }

    /// The word `impl` where it was written.
    pub(crate) fn keyword(&self) -> Ident {
        Ident::new("impl", self.keyword.span)
    }

    /// The methods of this name: several, where `cfg` leaves one of them.
    fn methods(&self, name: &str) -> impl Iterator<Item = &Function> {
        self.methods.iter().filter(move |method| method.name() == name)
    }

    /// Their forms, each with the conditions of its method.
    fn forms(&self, name: &str, errors: &mut Errors) -> Vec<(Conditions, Function)> {
        let forms = self.methods(name).flat_map(|method| {
            let conditions = method.conditions();
            let forms = errors.under(&conditions, |errors| method.forms(errors));
            forms.into_iter().map(move |(form, method)| (conditions.and(&form), method))
        });
        forms.collect()
    }
}

/// The next item of a block if it is a method; constants, types and macros are skipped.
fn method(input: ParseStream<'_>) -> syn::Result<Option<Function>> {
    let attributes = input.call(Attribute::parse_outer)?;
    let _visibility: Visibility = input.parse()?;
    let ahead = input.fork();
    if ahead.parse::<syn::Signature>().is_ok() {
        return Function::read(attributes, input).map(Some);
    }
    let ends_with_semicolon = input.peek(Token![const]) || input.peek(Token![type]);
    while !input.is_empty() {
        let token: TokenTree = input.parse()?;
        match &token {
            TokenTree::Punct(punct) if punct.as_char() == ';' => break,
            TokenTree::Group(group) if group.delimiter() == Delimiter::Brace && !ends_with_semicolon => break,
            _ => {}
        }
    }
    Ok(None)
}

/// Checks the block and says how it is installed.
pub(crate) fn install(block: &Block, options: &Options, errors: &mut Errors) -> Option<TokenStream> {
    check(block, options, errors)?;
    let name = match type_name(&block.ty) {
        Some(own) => service_name(options, &snake_case(&own.unraw().to_string()), own, errors),
        None => {
            errors.at(
                &block.ty,
                "a service with state is a struct or an enum: write `impl` for a type that has a name",
            );
            return None;
        }
    };
    let ty = &block.ty;
    let setters = options.setters();
    // Each of these statements is there where the method is; of a name that is there several times `cfg` leaves one.
    let mut statements = TokenStream::new();
    for (conditions, new) in block.forms("new", errors) {
        errors.under(&conditions, |errors| check_new(&new, ty, errors));
        let built = build(&new, &Injection::new(&new), ty);
        statements
            .extend(quote_mixed_site!(#conditions let __hk_service = __k::Stateful::<#ty>::new(#built);));
    }
    for name in STEPS {
        let setter = Ident::new(name, Span::mixed_site());
        for (conditions, method) in block.forms(name, errors) {
            errors.under(&conditions, |errors| {
                method.check(errors);
                check_receiver(&method, errors);
            });
            let step = step_of(&method, &Injection::new(&method), ty);
            statements.extend(quote_mixed_site!(#conditions let __hk_service = __hk_service.#setter(#step);));
        }
    }
    // Here, and nowhere else, the value has to be one that can move between threads: so it is shown at the type.
    let made = Ident::new("__hk_service", ty.span());
    let hosted = over(ty, quote_mixed_site!(__k::Hosted::stateful(#made)));
    Some(quote_mixed_site! {
        #statements
        let #made = __hk_service;
        __hk_blueprint.service(__hk_origin, #name, #hosted #setters);
    })
}

/// `New::task(…)` or `New::blocking(…)`
fn build(new: &Function, injection: &Injection<'_>, ty: &Type) -> TokenStream {
    let (slots, makes) = (injection.slots(), injection.makes(ty));
    let (needs, scope, span) = (injection.needs(), injection.scope(), injection.span());
    let path = method_of(ty, &new.signature.ident);
    if new.is_async() {
        let future = injection.future(&path, None);
        let boxed = quote_spanned!(span=> __k::made);
        quote_mixed_site!({ #slots #makes __k::Constructor::task(#needs, move |#scope| #boxed(__hk_result, #future)) })
    } else {
        let (values, call) = (injection.values(), injection.call(&path, None));
        let boxed = quote_spanned!(span=> __k::made_by);
        quote_mixed_site!({ #slots #makes __k::Constructor::blocking(#needs, move |#scope| { #values #boxed(__hk_result, move || #call) }) })
    }
}

/// `Step::task(…)` or `Step::blocking(…)`
fn step_of(method: &Function, injection: &Injection<'_>, ty: &Type) -> TokenStream {
    let (slots, returns) = (injection.slots(), injection.returns());
    let (needs, scope, span) = (injection.needs(), injection.scope(), injection.span());
    let path = method_of(ty, &method.signature.ident);
    if method.is_async() {
        let future = injection.future(&path, Some(quote_mixed_site!(__hk_value)));
        let boxed = quote_spanned!(span=> __k::step);
        quote_mixed_site!({ #slots #returns __k::Method::task(#needs, move |__hk_value, #scope| #boxed(__hk_result, #future)) })
    } else {
        let (values, call) = (injection.values(), injection.call(&path, Some(quote_mixed_site!(__hk_value))));
        let boxed = quote_spanned!(span=> __k::turn);
        quote_mixed_site!({
            #slots #returns
            __k::Method::blocking(#needs, move |#scope| { #values #boxed(__hk_result, move |__hk_value: &mut #ty| #call) })
        })
    }
}

/// `<Type>::name`, which no trait's method of the same name can take over, shown at the method's name.
fn method_of(ty: &Type, name: &Ident) -> TokenStream {
    quote_spanned!(name.span()=> <#ty>::#name)
}

/// Complains about the block as a whole; `None` if its methods are not worth a look.
fn check(block: &Block, options: &Options, errors: &mut Errors) -> Option<()> {
    if let Some(of_trait) = &block.of_trait {
        let ty = text(&block.ty);
        errors.at(of_trait, format!("#[hosted_service] goes on an inherent `impl` block: move `new`, `start`, `run` and `stop` into `impl {ty} {{ … }}`"));
        return None;
    }
    for parameter in &block.generics.params {
        errors.at(parameter, "a service with state cannot be generic, because the host would not know which type to make: write `impl` for one concrete type");
    }
    check_there_is_new(block, errors);
    if let (Some(key), None) = (options.key("on_finish"), block.methods("run").next()) {
        errors.at(key, "`on_finish` has no effect without a method `run`, because the service never finishes by itself: add `run`, or remove `on_finish`");
    }
    if let (Some(key), Some(Value::Duration(given))) =
        (options.key("stop_timeout"), options.value("stop_timeout"))
        && given.is_zero()
    {
        for stop in block.methods("stop") {
            errors.under(&stop.conditions(), |errors| {
                errors.at(key, "`stop_timeout = \"0s\"` leaves no time for the method `stop`: write a longer one, such as \"10s\", or remove `stop`");
            });
        }
    }
    Some(())
}

fn check_there_is_new(block: &Block, errors: &mut Errors) {
    let ty = text(&block.ty);
    let conditions: Vec<Conditions> = block.methods("new").map(Function::conditions).collect();
    let Some(without) = Conditions::none_of(&conditions) else { return };
    errors.under(&without, |errors| match block.methods("new").next() {
        None => errors.at(&block.ty, format!("`{ty}` has no `new` in this block, and the host makes a value with it: add `fn new() -> Self`; it may be `async`, take parameters, and return a `Result<Self, E>`")),
        Some(new) => errors.at(&new.signature.ident, format!("the `cfg` of each `new` of `{ty}` leaves it out of this build, and the host makes a value with it: add one for what is left, or put the whole block under `cfg`")),
    });
}

fn check_new(new: &Function, ty: &Type, errors: &mut Errors) {
    new.check(errors);
    let ty = text(ty);
    if let Some(receiver) = new.signature.receiver() {
        errors.at(receiver, format!("`new` makes the value, so that there is no `self` yet: write `fn new() -> Self`, with injected parameters only, for `{ty}`"));
    }
    if matches!(new.signature.output, ReturnType::Default) {
        errors.at(&new.signature.ident, "`new` returns nothing: write `-> Self` or `-> Result<Self, E>`");
    }
}

/// `start`, `run` and `stop` borrow the value, which belongs to the host.
fn check_receiver(step: &Function, errors: &mut Errors) {
    let name = &step.signature.ident;
    match step.signature.receiver() {
        None => errors.at(name, format!("`{name}` is called on the value that `new` made: write `fn {name}(&mut self)`, or give a helper function another name")),
        Some(receiver) if !matches!(receiver.kind, ReceiverKind::Reference(..)) => {
            errors.at(receiver, format!("`{name}` borrows the value, which belongs to the host: write `&mut self`"));
        }
        Some(_) => {}
    }
}

/// The last name of a path such as `jobs::Pump<u8>`.
fn type_name(ty: &Type) -> Option<&Ident> {
    match ty {
        Type::Path(path) => path.path.segments.last().map(|last| &last.ident),
        Type::Group(group) => type_name(&group.elem),
        _ => None,
    }
}
