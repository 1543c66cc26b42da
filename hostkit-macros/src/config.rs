//! `#[config("section")]`: a struct becomes a section of the configuration, known to every host that finds it.

use crate::attribute::{self, Lints};
use crate::conditions::Conditions;
use crate::errors::{Errors, text};
use crate::inject::over;
use crate::item::Item;
use crate::options::Options;
use crate::quote_mixed_site::quote_mixed_site;
use hostkit_grammar::{Attribute, section};
use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::parse::{ParseStream, Parser};
use syn::{Generics, Ident, Lit, LitStr, Token, Visibility};

/// The word that asks for the struct's own rules.
const VALIDATE: &str = "validate";

pub(crate) fn expand(arguments: TokenStream, item: TokenStream) -> TokenStream {
    let mut beside = None;
    let tokens = item.clone();
    let registered = attribute::expand(Attribute::Config, arguments, item, |options, item, errors| {
        let path = path(options, errors);
        let validate = validate(options, errors);
        let structure = structure(item, tokens.clone(), errors)?;
        let path = path?;
        beside = Some(section_of(&structure, &path, validate, &options.krate));
        let name = &structure.name;
        Some(quote_mixed_site!(__hk_blueprint.section::<#name>(__hk_origin);))
    });
    quote!(#registered #beside)
}

/// What has to be known of the struct; the rest of it is serde's.
struct Structure {
    conditions: Conditions,
    lints: Lints,
    name: Ident,
    generics: Generics,
}

fn structure(item: &Item, tokens: TokenStream, errors: &mut Errors) -> Option<Structure> {
    let keyword = match item {
        Item::Other(keyword, _) => keyword.clone(),
        Item::Function(function) => function.signature.ident.clone(),
        Item::Block(block) => block.keyword(),
    };
    if keyword != "struct" {
        let on = match item {
            Item::Function(_) => "a function".to_owned(),
            Item::Block(_) => "an `impl` block".to_owned(),
            Item::Other(keyword, _) if keyword == "enum" => {
                "an `enum`; make the enum a field of a struct".to_owned()
            }
            Item::Other(keyword, _) => format!("a `{keyword}`"),
        };
        errors.at(&keyword, format!("#[config] goes on a struct that has `Deserialize`, not on {on}"));
        return None;
    }
    let read = |input: ParseStream<'_>| read(input, &tokens);
    let structure = read.parse2(tokens.clone()).map_err(|error| errors.push(error)).ok()?;
    if let Some(parameter) = structure.generics.params.first() {
        errors.at(
            parameter,
            format!(
                "a section is read as one type: remove `{}`, and write the type itself in its fields",
                text(parameter)
            ),
        );
        return None;
    }
    Some(structure)
}

fn read(input: ParseStream<'_>, item: &TokenStream) -> syn::Result<Structure> {
    let attributes = input.call(syn::Attribute::parse_outer)?;
    let _visibility: Visibility = input.parse()?;
    let _struct: Token![struct] = input.parse()?;
    let (name, generics) = (input.parse()?, input.parse()?);
    let _rest: TokenStream = input.parse()?;
    let (conditions, lints) = (Conditions::of(&attributes), Lints::of(&attributes, item));
    Ok(Structure { conditions, lints, name, generics })
}

/// The one text without a key: where the section is.
fn path(options: &Options, errors: &mut Errors) -> Option<LitStr> {
    let mut found = None;
    for literal in &options.literals {
        match literal {
            Lit::Str(second) if found.is_some() => {
                errors
                    .at(second, "a struct is one section: remove this one, or write a second struct for it");
            }
            Lit::Str(path) => {
                if let Err(problem) = section::check(&path.value()) {
                    errors.at(path, problem);
                }
                found = Some(path.clone());
            }
            other => errors.at(
                other,
                format!("the name of a section is a text: write it in quotes, such as \"{}\"", "http"),
            ),
        }
    }
    if options.literals.is_empty() {
        match options.words.iter().find(|word| *word != VALIDATE) {
            Some(_) => {} // told as the word that it is
            None => errors.at_attribute(
                "#[config] needs the name of its section: write #[config(\"http\")] for `[http]` of hostkit.toml",
            ),
        }
    }
    found
}

/// The word `validate`, if it is there; any other is a mistake.
fn validate<'o>(options: &'o Options, errors: &mut Errors) -> Option<&'o Ident> {
    let mut found = None;
    for word in &options.words {
        if word == VALIDATE && found.is_some() {
            errors.at(word, "`validate` is written twice: keep one of them");
        } else if word == VALIDATE {
            found = Some(word);
        } else {
            let quoted = format!("for the section `[{word}]` write it in quotes, \"{word}\"");
            let help = hostkit_grammar::Suggestion::of(&word.to_string(), [VALIDATE]).or(quoted);
            errors.at(word, format!("`{word}` is no option of #[config]: {help}"));
        }
    }
    found
}

/// The struct as a section. It stands beside the registration, so that parameters of its type are none of the errors even
/// where the attribute has others.
fn section_of(
    structure: &Structure,
    path: &LitStr,
    validate: Option<&Ident>,
    krate: &TokenStream,
) -> TokenStream {
    let Structure { conditions, lints, name, .. } = structure;
    let check = validate.map(|word| {
        // The user's own method, called where the user asks for it: what is wrong with it is shown there.
        let method = Ident::new(VALIDATE, word.span());
        let shown_there = Span::mixed_site().located_at(word.span());
        let verdict = over(word, quote_mixed_site!(#krate::__private::verdict));
        let call = quote_spanned!(shown_there=> #verdict(self.#method()));
        quote_mixed_site! {
            fn check(&self) -> ::core::result::Result<(), #krate::__private::BoxError> {
                #call
            }
        }
    });
    quote_mixed_site! {
        #conditions
        #lints
        #[automatically_derived]
        impl #krate::__private::Section for #name {
            const PATH: &'static str = #path;
            #check
        }
    }
}
