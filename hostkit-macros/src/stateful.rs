//! An `impl` block with `new`, and any of `start`, `run` and `stop`, goes in; one service with state comes out.
//!
//! The methods are called by their full path, `<Type>::run(value, …)`, and so their types are never repeated.

use crate::attribute::Install;
use crate::errors::{Errors, text};
use crate::function::Function;
use crate::hosted_service::service_name;
use crate::hygiene::quote_own;
use crate::inject::{Injection, over};
use crate::options::Options;
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
    attributes: Vec<Attribute>,
    keyword: Token![impl],
    generics: Generics,
    of_trait: Option<Path>,
    ty: Type,
    methods: Vec<Function>,
}

impl Block {
    /// Reads the block after its attributes.
    pub(crate) fn read(attributes: Vec<Attribute>, input: ParseStream<'_>) -> syn::Result<Self> {
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
        Ok(Self { attributes, keyword, generics, of_trait, ty, methods })
    }

    /// The word `impl` where it was written.
    pub(crate) fn keyword(&self) -> Ident {
        Ident::new("impl", self.keyword.span)
    }

    fn method(&self, name: &str) -> Option<&Function> {
        self.methods.iter().find(|method| method.signature.ident == name)
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
pub(crate) fn install(block: &Block, options: &Options, errors: &mut Errors) -> Option<Install> {
    check(block, options, errors);
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
    let new = block.method("new")?;
    let ty = &block.ty;
    let new_injection = Injection::new(new);
    let built = build(new, &new_injection, ty);
    let steps = STEPS.iter().filter_map(|step| {
        let method = block.method(step)?;
        let conditions = method.conditions();
        let setter = Ident::new(step, Span::mixed_site());
        let step = step_of(method, &Injection::new(method), ty);
        Some(quote_own!(#(#conditions)* let service = service.#setter(#step);))
    });
    // Here, and nowhere else, the value has to be one that can move between threads: so it is shown at the type.
    let made = Ident::new("service", ty.span());
    let hosted = over(ty, quote_own!(__k::Hosted::stateful(#made)));
    let setters = options.setters();
    Some(Install {
        statements: quote_own! {
            let service = __k::Stateful::<#ty>::new(#built);
            #(#steps)*
            let #made = service;
            blueprint.service(origin, #name, #hosted #setters);
        },
        conditions: block
            .attributes
            .iter()
            .filter(|attribute| attribute.path().is_ident("cfg"))
            .cloned()
            .collect(),
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
        quote_own!({ #slots #makes __k::New::task(#needs, move |#scope| #boxed(result, #future)) })
    } else {
        let (values, call) = (injection.values(), injection.call(&path, None));
        let boxed = quote_spanned!(span=> __k::made_by);
        quote_own!({ #slots #makes __k::New::blocking(#needs, move |#scope| { #values #boxed(result, move || #call) }) })
    }
}

/// `Step::task(…)` or `Step::blocking(…)`
fn step_of(method: &Function, injection: &Injection<'_>, ty: &Type) -> TokenStream {
    let (slots, returns) = (injection.slots(), injection.returns());
    let (needs, scope, span) = (injection.needs(), injection.scope(), injection.span());
    let path = method_of(ty, &method.signature.ident);
    if method.is_async() {
        let future = injection.future(&path, Some(quote_own!(value)));
        let boxed = quote_spanned!(span=> __k::step);
        quote_own!({ #slots #returns __k::Step::task(#needs, move |value, #scope| #boxed(result, #future)) })
    } else {
        let (values, call) = (injection.values(), injection.call(&path, Some(quote_own!(value))));
        let boxed = quote_spanned!(span=> __k::turn);
        quote_own!({
            #slots #returns
            __k::Step::blocking(#needs, move |#scope| { #values #boxed(result, move |value: &mut #ty| #call) })
        })
    }
}

/// `<Type>::name`, which no trait's method of the same name can take over, shown at the method's name.
fn method_of(ty: &Type, name: &Ident) -> TokenStream {
    quote_spanned!(name.span()=> <#ty>::#name)
}

fn check(block: &Block, options: &Options, errors: &mut Errors) {
    if let Some(of_trait) = &block.of_trait {
        let ty = text(&block.ty);
        errors.at(of_trait, format!("#[hosted_service] goes on an inherent `impl` block: move `new`, `start`, `run` and `stop` into `impl {ty} {{ … }}`"));
        return;
    }
    for parameter in &block.generics.params {
        errors.at(parameter, "a service with state cannot be generic, because the host would not know which type to make: write `impl` for one concrete type");
    }
    match block.method("new") {
        Some(new) => check_new(new, &block.ty, errors),
        None => {
            let ty = text(&block.ty);
            errors.at(&block.ty, format!("`{ty}` has no `new` in this block, and the host makes a value with it: add `fn new() -> Self`; it may be `async`, take parameters, and return a `Result<Self, E>`"));
        }
    }
    for step in STEPS.iter().filter_map(|step| block.method(step)) {
        step.check(errors);
        check_receiver(step, errors);
    }
    if let (Some(key), None) = (options.key("on_finish"), block.method("run")) {
        errors.at(key, "`on_finish` has no effect without a method `run`, because the service never finishes by itself: add `run`, or remove `on_finish`");
    }
    if let (Some(key), Some(Value::Duration(given)), Some(_)) =
        (options.key("stop_timeout"), options.value("stop_timeout"), block.method("stop"))
        && given.is_zero()
    {
        errors.at(key, "`stop_timeout = \"0s\"` leaves no time for the method `stop`: write a longer one, such as \"10s\", or remove `stop`");
    }
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
