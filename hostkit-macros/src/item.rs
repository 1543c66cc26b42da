//! The tokens under an attribute go in, what kind of item they are comes out.

use crate::conditions::Conditions;
use crate::errors::Errors;
use crate::function::Function;
use crate::stateful::Block;
use hostkit_grammar::Attribute;
use proc_macro2::{Span, TokenStream};
use syn::ext::IdentExt;
use syn::parse::discouraged::Speculative as _;
use syn::parse::{ParseStream, Parser};
use syn::{Ident, Visibility};

/// What an attribute stands on.
pub(crate) enum Item {
    Function(Function),
    Block(Block),
    /// Something else: its keyword, and its name if it is a type.
    Other(Ident, Option<Ident>),
}

impl Item {
    /// Reads the item; `None`, with a complaint, if it cannot be read at all.
    pub(crate) fn read(tokens: TokenStream, errors: &mut Errors) -> Option<Self> {
        read.parse2(tokens).map_err(|error| errors.push(error)).ok()
    }

    /// The item as the compiler may see it, and where it has that form.
    pub(crate) fn forms(self, errors: &mut Errors) -> Vec<(Conditions, Self)> {
        match self {
            Self::Function(function) => {
                let forms = function.forms(errors).into_iter();
                forms.map(|(conditions, form)| (conditions, Self::Function(form))).collect()
            }
            other => vec![(Conditions::default(), other)],
        }
    }

    /// The function, for an attribute that goes on nothing else.
    pub(crate) fn function(&self, attribute: Attribute, errors: &mut Errors) -> Option<&Function> {
        match self {
            Self::Function(function) => return Some(function),
            Self::Block(block) => refuse(attribute, &block.keyword(), None, errors),
            Self::Other(keyword, name) => refuse(attribute, keyword, name.as_ref(), errors),
        }
        None
    }

    /// Where the item is: at its name, or at its keyword.
    pub(crate) fn span(&self) -> Span {
        match self {
            Self::Function(function) => function.signature.ident.span(),
            Self::Block(block) => block.keyword().span(),
            Self::Other(keyword, _) => keyword.span(),
        }
    }
}

fn read(input: ParseStream<'_>) -> syn::Result<Item> {
    let attributes = input.call(syn::Attribute::parse_outer)?;
    let _visibility: Visibility = input.parse()?;
    let (keyword, name) = keyword(input)?;
    if keyword == "fn" {
        return Function::read(attributes, input).map(Item::Function);
    }
    if keyword == "impl" {
        return Block::read(input).map(Item::Block);
    }
    let _rest: TokenStream = input.parse()?;
    Ok(Item::Other(keyword, name))
}

/// The word that tells what the item is, and the word after it, without consuming anything.
fn keyword(input: ParseStream<'_>) -> syn::Result<(Ident, Option<Ident>)> {
    const QUALIFIERS: [&str; 7] = ["const", "async", "unsafe", "safe", "extern", "default", "auto"];
    let ahead = input.fork();
    let mut word = ahead.call(Ident::parse_any)?;
    while QUALIFIERS.iter().any(|qualifier| word == qualifier) {
        if word == "extern" && ahead.peek(syn::LitStr) {
            let _abi: syn::LitStr = ahead.parse()?;
        }
        let next = ahead.fork();
        match next.call(Ident::parse_any) {
            // `const NAME: …`: a qualifier that is the item's own keyword.
            Ok(after)
                if word == "const"
                    && after != "fn"
                    && !QUALIFIERS.iter().any(|qualifier| after == qualifier) =>
            {
                break;
            }
            Ok(after) => word = after,
            Err(_) => break,
        }
        ahead.advance_to(&next);
    }
    Ok((word, ahead.call(Ident::parse_any).ok()))
}

/// Says where an attribute goes, instead of on this.
pub(crate) fn refuse(attribute: Attribute, keyword: &Ident, name: Option<&Ident>, errors: &mut Errors) {
    let article = if keyword == "enum" || keyword == "impl" || keyword == "extern" { "an" } else { "a" };
    let place = match (attribute, name) {
        (Attribute::HostedService, Some(name))
            if keyword == "struct" || keyword == "enum" || keyword == "union" =>
        {
            format!("goes on the `impl {name} {{ … }}` block that has its `new` and `run`, or on a function")
        }
        (Attribute::HostedService, _) => "goes on a function or on an inherent `impl` block".to_owned(),
        _ => "goes on a function".to_owned(),
    };
    errors.at(keyword, format!("{attribute} {place}, not on {article} `{keyword}`"));
}
