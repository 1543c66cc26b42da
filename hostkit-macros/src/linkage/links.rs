//! The crates that a program links for their services, as `extern crate` items and as a registration that the runtime reads.

use super::build_env::{BuildEnv, in_code};
use super::reachable::Reachable;
use crate::errors::Errors;
use crate::quote_mixed_site::quote_mixed_site;
use proc_macro2::{Span, TokenStream};
use quote::quote;
use std::sync::OnceLock;
use syn::Ident;

/// A crate that an option names.
pub(crate) struct Named {
    /// As Rust code writes it: with `_` for `-`.
    pub(super) ident: String,
    pub(super) span: Span,
}

impl Named {
    pub(crate) fn new(name: &str, span: Span) -> Self {
        Self { ident: in_code(name), span }
    }
}

/// What is linked, and what could be missed.
#[derive(Debug, Default)]
pub(crate) struct Linkage {
    pub(super) links: Vec<Link>,
    /// By every name that a crate has: in code, of its package, of its library.
    pub(super) ignored: Vec<String>,
    pub(super) reachable: Vec<Reachable>,
}

#[derive(Debug)]
pub(super) struct Link {
    pub(super) ident: String,
    pub(super) package: String,
    /// Where `link = […]` names it.
    pub(super) named: Option<Span>,
}

/// `extern crate … as _;` for the library beside this program or test, if there is one: what an attribute brings along, so that
/// a host without `main!` finds the library's services too. Nothing where the compiler's arguments can't be seen: this may be the
/// library itself.
pub(crate) fn own_library() -> TokenStream {
    static NAME: OnceLock<Option<String>> = OnceLock::new();
    let name = NAME.get_or_init(|| {
        let build_env = BuildEnv::of_this_build();
        build_env.externs.as_ref()?;
        build_env.own_library()
    });
    name.as_ref().map(|name| extern_crate(&Ident::new(name, Span::call_site()))).unwrap_or_default()
}

fn extern_crate(ident: &Ident) -> TokenStream {
    quote!(extern crate #ident as _;)
}

impl Linkage {
    /// Decides for the build that this macro runs in.
    pub(crate) fn of_this_build(link: Vec<Named>, ignore: Vec<Named>, errors: &mut Errors) -> Self {
        BuildEnv::of_this_build().decide(&link, &ignore, errors)
    }

    /// `extern crate … as _;` for each.
    pub(crate) fn extern_crates(&self) -> TokenStream {
        let crates = self
            .links
            .iter()
            .map(|link| extern_crate(&Ident::new(&link.ident, link.named.unwrap_or_else(Span::call_site))));
        crates.collect()
    }

    /// The registration by which the runtime knows of all this. `by` is the macro, as a variant of the runtime's enum.
    pub(crate) fn registered(&self, by: &str, krate: &TokenStream) -> TokenStream {
        let by = Ident::new(by, Span::mixed_site());
        let linked = self.links.iter().filter(|link| link.named.is_some()).map(|link| &link.package);
        let ignored = &self.ignored;
        let reachable = self.reachable.iter().map(|Reachable { package, version, ident, direct, linked }| {
            quote_mixed_site!(__k::Reachable {
                package: #package, version: #version, ident: #ident, direct: #direct, linked: #linked,
            })
        });
        quote_mixed_site! {
            const _: () = {
                use #krate::__private as __k;
                __k::inventory::submit! {
                    __k::Linkage {
                        by: __k::LinkedBy::#by,
                        linked: &[#(#linked),*],
                        ignored: &[#(#ignored),*],
                        reachable: &[#(#reachable),*],
                    }
                }
            };
        }
    }
}
