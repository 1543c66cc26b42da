//! The head of a function goes in, a model of what the host has to know about it comes out.
//!
//! The body is one token group and is never parsed: whatever it contains is the compiler's business.

use crate::conditions::Conditions;
use crate::enclosing::{self, Enclosing};
use crate::errors::{Errors, text};
use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::parse::ParseStream;
use syn::{Attribute, FnArg, GenericParam, ReturnType, Safety, Signature, Token, Type};

/// The most different conditions that the parameters of one function may have: each doubles the forms that it can have.
const MOST_CONDITIONS: usize = 4;

/// A function or a method.
#[derive(Clone)]
pub(crate) struct Function {
    /// The attributes below ours.
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) signature: Signature,
    has_body: bool,
}

impl Function {
    /// Reads a signature and what follows it, after attributes and visibility.
    pub(crate) fn read(attributes: Vec<Attribute>, input: ParseStream<'_>) -> syn::Result<Self> {
        let signature = input.parse()?;
        let has_body = input.peek(syn::token::Brace);
        if has_body {
            let _body: TokenTree = input.parse()?;
        } else {
            let _end: Token![;] = input.parse()?;
        }
        Ok(Self { attributes, signature, has_body })
    }

    /// Its name without `r#`.
    pub(crate) fn name(&self) -> String {
        self.signature.ident.unraw().to_string()
    }

    pub(crate) fn is_async(&self) -> bool {
        self.signature.asyncness.is_some()
    }

    /// The types of its parameters, without the receiver.
    pub(crate) fn parameters(&self) -> impl Iterator<Item = &Type> {
        self.signature.inputs.iter().filter_map(|input| match input {
            FnArg::Typed(parameter) => Some(&*parameter.ty),
            FnArg::Receiver(_) => None,
        })
    }

    /// What refers to the function exists only where it does.
    pub(crate) fn conditions(&self) -> Conditions {
        Conditions::of(&self.attributes)
    }

    /// The function as the compiler may see it: one form for each choice of the parameters that are under `cfg`, and where
    /// the function has it. Mostly that is one form, which it has everywhere.
    pub(crate) fn forms(&self, errors: &mut Errors) -> Vec<(Conditions, Self)> {
        let mut different: Vec<Conditions> = Vec::new();
        for conditions in self.signature.inputs.iter().map(of_parameter) {
            if !different.iter().any(|known| known.hold_with(&conditions) && conditions.hold_with(known)) {
                different.push(conditions);
            }
        }
        different.retain(|conditions| conditions.all().is_some());
        if different.len() > MOST_CONDITIONS {
            let name = &self.signature.ident;
            errors.at(name, format!("the parameters of `{name}` have {} different `cfg` conditions, and {MOST_CONDITIONS} are the most: write one function for each platform or feature, under one `cfg`", different.len()));
            return Vec::new();
        }
        let forms = (0..1_usize << different.len()).map(|chosen| {
            let mut conditions = Conditions::default();
            let mut form = self.clone();
            for (index, one) in different.iter().enumerate() {
                conditions =
                    if chosen >> index & 1 == 1 { conditions.and(one) } else { conditions.and_not(one) };
            }
            let inputs =
                self.signature.inputs.iter().filter(|input| of_parameter(input).hold_with(&conditions));
            form.signature.inputs = inputs.cloned().map(without_conditions).collect();
            (conditions, form)
        });
        // The form with all of its parameters comes first.
        let mut forms: Vec<_> = forms.collect();
        forms.reverse();
        forms
    }

    /// Complains about everything that no function called by the host can have.
    pub(crate) fn check(&self, errors: &mut Errors) {
        self.check_with(false, errors);
    }

    /// The same for a function whose first parameter is a job.
    pub(crate) fn check_beside_a_job(&self, errors: &mut Errors) {
        self.check_with(true, errors);
    }

    fn check_with(&self, with_a_job: bool, errors: &mut Errors) {
        let signature = &self.signature;
        let name = &signature.ident;
        if !self.has_body {
            errors.at(name, format!("`{name}` has no body: the host calls functions, so annotate one that has a body, outside of any trait"));
        }
        if let Some(word) = &signature.constness {
            errors.at(word, "a `const fn` cannot be a service: remove `const`");
        }
        if let Safety::Unsafe(word) = &signature.safety {
            errors.at(word, "the host cannot promise what an `unsafe fn` asks for: remove `unsafe`, and call the unsafe code in a block inside");
        }
        if let Some(abi) = &signature.abi {
            errors.at(abi, "the host calls Rust functions only: remove `extern`");
        }
        if let Some(variadic) = &signature.variadic {
            errors.at(variadic, "the host passes a fixed number of parameters: remove `...`");
        }
        for parameter in &signature.generics.params {
            let (what, instead) = match parameter {
                GenericParam::Type(parameter) => {
                    (format!("type `{}`", parameter.ident), "name the type itself")
                }
                GenericParam::Const(parameter) => {
                    (format!("value `{}`", parameter.ident), "write the value itself")
                }
                GenericParam::Lifetime(_) => ("lifetime".to_owned(), "take owned parameters"),
            };
            errors.at(
                parameter,
                format!("`{name}` is generic, and the host would not know which {what} to use: {instead}"),
            );
        }
        for (position, input) in signature.inputs.iter().enumerate() {
            if let FnArg::Typed(parameter) = input {
                for attribute in &parameter.attrs {
                    errors.at(attribute, "a parameter of a service has no attributes: its type alone says what is wanted, so remove this");
                }
                if with_a_job && position == 0 {
                    check_job(&parameter.ty, errors);
                } else {
                    check_parameter(&parameter.ty, errors);
                }
            }
        }
        if let (ReturnType::Type(_, output), None) = (&signature.output, &signature.asyncness)
            && let Type::ImplTrait(future) = &**output
            && future.to_token_stream().into_iter().any(|token| is_word(&token, "Future"))
        {
            errors.at(output, format!("a function that returns a future is written as `async fn {name}`"));
        }
    }

    /// Complains about a member of an `impl` block or a trait.
    pub(crate) fn check_free(&self, attribute: hostkit_grammar::Attribute, errors: &mut Errors) {
        if let Some(receiver) = self.signature.receiver() {
            errors.at(
                receiver,
                format!("{attribute} is for free functions, and the host has no `self` to call this on: write a function outside of the `impl` block, or annotate the whole block with #[hosted_service]"),
            );
        } else if let (true, Some(block)) = (self.has_body, enclosing::block(&self.signature)) {
            let help = match block {
                Enclosing::Impl => {
                    "an `impl` block are not: write a function outside of it, or annotate the whole block with #[hosted_service]"
                }
                Enclosing::Trait => "a trait are not: write a function outside of it",
            };
            errors
                .at(&self.signature.ident, format!("{attribute} is for free functions, and those of {help}"));
        }
    }

    /// Whether it never returns. `!` is no type that other code can name on stable.
    pub(crate) fn diverges(&self) -> bool {
        matches!(&self.signature.output, ReturnType::Type(_, output) if matches!(**output, Type::Never(_)))
    }
}

fn of_parameter(input: &FnArg) -> Conditions {
    match input {
        FnArg::Typed(parameter) => Conditions::of(&parameter.attrs),
        FnArg::Receiver(receiver) => Conditions::of(&receiver.attrs),
    }
}

fn without_conditions(mut input: FnArg) -> FnArg {
    let (FnArg::Typed(syn::PatType { attrs, .. }) | FnArg::Receiver(syn::Receiver { attrs, .. })) =
        &mut input;
    attrs.retain(|attribute| !attribute.path().is_ident("cfg") && !attribute.path().is_ident("cfg_attr"));
    input
}

fn check_parameter(parameter: &Type, errors: &mut Errors) {
    match parameter {
        Type::Reference(reference) => {
            let owned = text(&reference.elem);
            let sentence = if matches!(&*reference.elem, Type::Slice(_)) || has_word(&reference.elem, "str") {
                "parameters are owned: take `Dep<T>` of a type of yours that owns this".to_owned()
            } else if is_injected(&reference.elem) {
                format!("parameters are owned: take `{owned}` itself, without the `&`")
            } else {
                format!("parameters are owned: take `Dep<{owned}>`, which derefs to `{owned}`")
            };
            errors.at(parameter, sentence);
        }
        Type::Tuple(tuple) if !tuple.elems.is_empty() => {
            errors.at(parameter, "a parameter is one thing that the host passes, and a tuple is none: write a parameter for each of its parts");
        }
        Type::Array(_) | Type::Slice(_) => {
            errors.at(parameter, "a parameter is one thing that the host passes, and an array is none: write a parameter for each of its parts");
        }
        Type::TraitObject(object) => {
            let owned = text(object);
            errors.at(
                parameter,
                format!("`{owned}` has no size, so that nothing can pass it: take `Dep<{owned}>`"),
            );
        }
        _ if has_word(parameter, "impl") => {
            errors.at(parameter, "`impl Trait` makes the function generic, and the host would not know which type to use: name the type itself, or take `Dep<dyn Trait>`");
        }
        _ => {}
    }
}

fn check_job(job: &Type, errors: &mut Errors) {
    match job {
        Type::Reference(reference) => {
            let owned = match &*reference.elem {
                Type::Slice(slice) => format!("a `Vec<{}>`", text(&slice.elem)),
                text if has_word(text, "str") => "a `String`".to_owned(),
                other => format!("`{}` itself, without the `&`", text(other)),
            };
            errors.at(job, format!("a job is the handler's own: take {owned}"));
        }
        Type::TraitObject(object) => {
            errors.at(
                job,
                format!(
                    "`{}` has no size, and a queue is of one type of job: name the type itself",
                    text(object)
                ),
            );
        }
        _ if has_word(job, "impl") => {
            errors.at(job, "`impl Trait` makes the function generic, and a queue is of one type of job: name the type itself");
        }
        _ if borrows(job.to_token_stream()) => {
            errors.at(job, format!("a job is the handler's own, and `{}` borrows: let it own what it holds, or borrow for `'static`", text(job)));
        }
        _ => {}
    }
}

/// Whether a lifetime is in there that is not `'static`, such as that of `Borrowed<'_>`; `for<'a> fn(&'a T)` borrows nothing.
fn borrows(tokens: TokenStream) -> bool {
    let mut quote = false;
    !has_word(&tokens, "for")
        && tokens.into_iter().any(|token| match token {
            TokenTree::Punct(punct) if punct.as_char() == '\'' => {
                quote = true;
                false
            }
            TokenTree::Group(group) => borrows(group.stream()),
            other => std::mem::take(&mut quote) && !is_word(&other, "static"),
        })
}

/// Whether the type is one of hostkit's own parameters, which are passed as they are.
fn is_injected(parameter: &Type) -> bool {
    const OWN: [&str; 11] = [
        "Stop",
        "Ready",
        "Heartbeat",
        "HostHandle",
        "Tasks",
        "CancellationToken",
        "Dep",
        "Arc",
        "Config",
        "Queue",
        "Tick",
    ];
    let Type::Path(path) = parameter else { return false };
    path.path.segments.last().is_some_and(|last| OWN.iter().any(|own| last.ident == own))
}

/// Whether a word stands anywhere in the tokens. `impl` is a keyword, so that it means only one thing.
pub(crate) fn has_word(tokens: &impl ToTokens, word: &str) -> bool {
    fn search(tokens: TokenStream, word: &str) -> bool {
        tokens.into_iter().any(|token| match &token {
            TokenTree::Group(group) => search(group.stream(), word),
            other => is_word(other, word),
        })
    }
    search(tokens.to_token_stream(), word)
}

fn is_word(token: &TokenTree, word: &str) -> bool {
    matches!(token, TokenTree::Ident(ident) if ident == word)
}
