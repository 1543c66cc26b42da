//! The parameter types of a function go in; what asks for their values, and what passes them, comes out.
//!
//! `Param::slot()` is the one place where a type has to be a parameter, and it carries the span of that type: a type that cannot
//! be one is a single error there, and everything after it type-checks.

use crate::function::Function;
use crate::quote_mixed_site::quote_mixed_site;
use proc_macro2::{Delimiter, Group, Span, TokenStream};
use quote::{ToTokens, format_ident, quote_spanned};
use syn::{Ident, ReturnType, Type};

/// The injected call of one function.
pub(crate) struct Injection<'f> {
    function: &'f Function,
    /// How many parameters come first that are not injected: a job.
    given: usize,
    count: usize,
}

impl<'f> Injection<'f> {
    pub(crate) fn new(function: &'f Function) -> Self {
        Self { function, given: 0, count: function.parameters().count() }
    }

    /// Of all parameters but the first.
    fn beside_a_job(function: &'f Function) -> Self {
        Self { function, given: 1, count: function.parameters().count().saturating_sub(1) }
    }

    /// A span that is shown at the function's name and resolves in the macro.
    pub(crate) fn span(&self) -> Span {
        Span::mixed_site().located_at(self.function.signature.ident.span())
    }

    fn names(&self, prefix: char) -> Vec<Ident> {
        (0..self.count)
            .map(|index| format_ident!("__hk_{prefix}{index}", span = Span::mixed_site()))
            .collect()
    }

    /// `let __hk_p0 = __k::Param::slot();` for each parameter. Its type is inferred from the call, so that nothing is named twice.
    pub(crate) fn slots(&self) -> TokenStream {
        let lets =
            self.names('p').into_iter().zip(self.function.parameters().skip(self.given)).map(|(slot, ty)| {
                let param = over(ty, quote_mixed_site!(__k::Param::slot()));
                quote_mixed_site!(let #slot = #param;)
            });
        lets.collect()
    }

    /// `let __hk_result = __k::returns();`, the one place where a return type has to be an outcome.
    pub(crate) fn returns(&self) -> TokenStream {
        // `!` is no type that other code can name; a call that never returns is one of `()` as well.
        let output = self.function.diverges().then(|| quote_mixed_site!(::<()>));
        let returns = self.over_output(quote_mixed_site!(__k::returns #output ()));
        quote_mixed_site!(let __hk_result = #returns;)
    }

    /// `let __hk_result: __k::ConstructorReturn<T, _> = __k::makes();`, the one place where a return type has to be a `T`, or a `Result`.
    pub(crate) fn makes(&self, ty: &Type) -> TokenStream {
        let makes = self.over_output(quote_mixed_site!(__k::makes()));
        quote_mixed_site!(let __hk_result: __k::ConstructorReturn<#ty, _> = #makes;)
    }

    fn over_output(&self, call: TokenStream) -> TokenStream {
        match &self.function.signature.output {
            ReturnType::Default => over(&self.function.signature.ident, call),
            ReturnType::Type(_, output) => over(output, call),
        }
    }

    /// `let __hk_result = __k::provided();`, the one place where a return type has to be what can be shared.
    pub(crate) fn provided(&self) -> TokenStream {
        let provided = self.over_output(quote_mixed_site!(__k::provided()));
        quote_mixed_site!(let __hk_result = #provided;)
    }

    /// The closure that asks for every value when the plan is validated.
    pub(crate) fn needs(&self) -> TokenStream {
        let slots = self.names('p');
        if slots.is_empty() {
            quote_mixed_site!(|_| {})
        } else {
            quote_mixed_site!(move |__hk_needs| { #(#slots.needs(__hk_needs);)* })
        }
    }

    /// The name of the scope in the calling closure, `_` if nothing is taken from it.
    pub(crate) fn scope(&self) -> TokenStream {
        if self.count == 0 { quote_mixed_site!(_) } else { quote_mixed_site!(__hk_scope) }
    }

    /// The future of a call: `path(receiver, __hk_p0.get(__hk_scope), …)`.
    pub(crate) fn future(&self, path: &TokenStream, receiver: Option<TokenStream>) -> TokenStream {
        let values = self.names('p').into_iter().map(|slot| quote_mixed_site!(#slot.get(__hk_scope)));
        let call = self.call_with(path, receiver, values);
        if self.function.diverges() {
            quote_mixed_site!({ let __hk_call = #call; async move { __hk_call.await; } })
        } else {
            call
        }
    }

    /// `let __hk_a0 = __hk_p0.get(__hk_scope);` for each parameter, where the call happens on another thread.
    pub(crate) fn values(&self) -> TokenStream {
        let lets = self
            .names('a')
            .into_iter()
            .zip(self.names('p'))
            .map(|(value, slot)| quote_mixed_site!(let #value = #slot.get(__hk_scope);));
        lets.collect()
    }

    /// The body of a call with those values.
    pub(crate) fn call(&self, path: &TokenStream, receiver: Option<TokenStream>) -> TokenStream {
        let values = self.names('a').into_iter().map(|value| quote_mixed_site!(#value));
        let call = self.call_with(path, receiver, values);
        if self.function.diverges() { quote_mixed_site!({ #call; }) } else { call }
    }

    /// The call is shown at the function's name: a future that is not `Send` is complained of there.
    fn call_with(
        &self,
        path: &TokenStream,
        receiver: Option<TokenStream>,
        values: impl Iterator<Item = TokenStream>,
    ) -> TokenStream {
        let (path, arguments) = (path.clone(), receiver.into_iter().chain(values));
        let mut arguments = Group::new(Delimiter::Parenthesis, quote_mixed_site!(#(#arguments),*));
        arguments.set_span(self.function.signature.ident.span());
        quote_mixed_site!(#path #arguments)
    }
}

/// `Work::of(…)` of a free function, after the statements that it stands on.
/// `kind` is the runtime's marker for what is called.
pub(crate) fn work(function: &Function, kind: &'static str) -> (TokenStream, TokenStream) {
    let injection = Injection::new(function);
    let (slots, returns) = (injection.slots(), injection.returns());
    let (needs, scope) = (injection.needs(), injection.scope());
    let (span, name) = (injection.span(), &function.signature.ident);
    let path = quote_mixed_site!(#name);
    let kind = Ident::new(kind, Span::mixed_site());
    let work = if function.is_async() {
        let future = injection.future(&path, None);
        let boxed = quote_spanned!(span=> __k::future);
        quote_mixed_site!(__k::Work::<__k::#kind>::of(#needs, move |#scope| #boxed(__hk_result, #future)))
    } else {
        let (values, call) = (injection.values(), injection.call(&path, None));
        let boxed = quote_spanned!(span=> __k::job);
        quote_mixed_site!(__k::Work::<__k::#kind>::blocking(#needs, move |#scope| { #values #boxed(__hk_result, move || #call) }))
    };
    (quote_mixed_site!(#slots #returns), work)
}

/// `JobWork::of(…)` of a free function, after the statements that it stands on. Its first parameter is the job.
pub(crate) fn job_work(function: &Function, job: &Type) -> (TokenStream, TokenStream) {
    let injection = Injection::beside_a_job(function);
    let (slots, returns) = (injection.slots(), injection.returns());
    let (needs, scope) = (injection.needs(), injection.scope());
    let (span, name) = (injection.span(), &function.signature.ident);
    let (path, given) = (quote_mixed_site!(#name), quote_mixed_site!(__hk_job));
    let (made, arguments) = if function.is_async() {
        let future = injection.future(&path, Some(given));
        (
            quote_spanned!(span=> __k::JobWork::of),
            quote_mixed_site!(#needs, __hk_result, move |#scope, __hk_job: #job| #future),
        )
    } else {
        let (values, call) = (injection.values(), injection.call(&path, Some(given)));
        (
            quote_spanned!(span=> __k::JobWork::blocking),
            quote_mixed_site!(#needs, __hk_result, move |#scope, __hk_job: #job| { #values move || #call }),
        )
    };
    // The whole call is shown at the function's name: a future that is not `Send` is complained of there.
    let mut arguments = Group::new(Delimiter::Parenthesis, arguments);
    arguments.set_span(span);
    let work = quote_mixed_site!(#made #arguments);
    (quote_mixed_site!(#slots #returns), work)
}

/// `Provider::task(…)`, or `job`, of a free function, after the statements that it stands on. Its return type is told apart by
/// the call, so that nothing is named twice.
pub(crate) fn provider(function: &Function) -> (TokenStream, TokenStream) {
    let injection = Injection::new(function);
    let (slots, provided) = (injection.slots(), injection.provided());
    let (needs, scope) = (injection.needs(), injection.scope());
    let (span, name) = (injection.span(), &function.signature.ident);
    let path = quote_mixed_site!(#name);
    // What is passed is shown at the function's name: a future that is not `Send` is complained of there.
    let made = Ident::new("__hk_call", name.span());
    let provider = if function.is_async() {
        let (call, making) = (injection.future(&path, None), quote_spanned!(span=> __k::making));
        quote_mixed_site!(__k::Provider::task(#needs, move |#scope| {
            let #made = #call;
            let __hk_told = (&&&&__k::ReturnType::of_future(&#made)).told();
            #making(__hk_result.from(__hk_told), #made)
        }))
    } else {
        let (values, call) = (injection.values(), injection.call(&path, None));
        let making = quote_spanned!(span=> __k::making_by);
        quote_mixed_site!(__k::Provider::job(#needs, move |#scope| {
            #values
            let #made = move || #call;
            let __hk_told = (&&&&__k::ReturnType::of_call(&#made)).told();
            #making(__hk_result.from(__hk_told), #made)
        }))
    };
    (quote_mixed_site!(#slots #provided), provider)
}

/// The same tokens, shown over all of what was written: the first is where that begins, the others are where it ends.
///
/// They take part in no lookup of local names, so that they can have the written tokens' own span, and then errors do not
/// add that they come from a macro.
pub(crate) fn over(written: &impl ToTokens, tokens: TokenStream) -> TokenStream {
    let mut spans = written.to_token_stream().into_iter().map(|token| token.span());
    let first = spans.next().unwrap_or_else(Span::call_site);
    let last = spans.last().unwrap_or(first);
    let shown = tokens.into_iter().enumerate().map(|(index, mut token)| {
        token.set_span(if index == 0 { first } else { last });
        token
    });
    shown.collect()
}
