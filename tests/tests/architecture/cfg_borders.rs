//! `cfg` stands at module borders: on items, so that what a feature takes away is a module, a function or an `impl`, and not a
//! line within one.

use std::collections::BTreeMap;
use std::path::Path;

use syn::visit::{self, Visit};

/// What is left of it, by folder. These numbers only go down.
const LEFT: [(&str, usize); 7] = [
    ("cli", 22),
    ("host", 10),
    ("inject", 5),
    ("registry", 2),
    ("schedule", 4),
    ("service", 6),
    ("testing", 6),
];

#[test]
fn cfg_is_on_items_only() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../hostkit/src");
    let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (path, text) in super::sources(&root) {
        let folder = path.split(['/', '.']).next().unwrap().to_owned();
        let inside = inside(&text);
        found.entry(folder).or_default().extend(inside.iter().map(|cfg| format!("{path}: {cfg}")));
    }
    let left = |folder: &str| LEFT.iter().find(|(known, _)| *known == folder).map_or(0, |(_, left)| *left);
    let more = found.iter().filter(|(folder, inside)| inside.len() > left(folder));
    let told: Vec<String> = more
        .map(|(folder, inside)| {
            format!("{folder}: {}, not {}\n{}", inside.len(), left(folder), inside.join("\n"))
        })
        .collect();
    assert!(
        told.is_empty(),
        "`cfg` stands on no item: make two items of it, each under its own `cfg`\n{}",
        told.join("\n")
    );
}

/// Every `cfg` of a file that is on no item.
fn inside(text: &str) -> Vec<String> {
    let mut search = Search { on_item: true, found: Vec::new() };
    search.visit_file(&syn::parse_file(text).unwrap());
    search.found
}

struct Search {
    /// The attributes that come next are an item's.
    on_item: bool,
    found: Vec<String>,
}

impl<'ast> Visit<'ast> for Search {
    fn visit_item(&mut self, item: &'ast syn::Item) {
        self.on_item = true;
        visit::visit_item(self, item);
        self.on_item = false;
    }

    fn visit_impl_item(&mut self, item: &'ast syn::ImplItem) {
        self.on_item = true;
        visit::visit_impl_item(self, item);
    }

    fn visit_trait_item(&mut self, item: &'ast syn::TraitItem) {
        self.on_item = true;
        visit::visit_trait_item(self, item);
    }

    /// What only one feature can name is a variant of its own.
    fn visit_variant(&mut self, variant: &'ast syn::Variant) {
        self.on_item = true;
        visit::visit_variant(self, variant);
    }

    fn visit_attribute(&mut self, attribute: &'ast syn::Attribute) {
        if let (false, syn::Meta::List(list)) = (self.on_item, &attribute.meta)
            && list.path.is_ident("cfg")
        {
            self.found.push(format!("#[cfg({})]", list.tokens));
        }
    }

    fn visit_macro(&mut self, called: &'ast syn::Macro) {
        self.on_item = false;
        if called.path.is_ident("cfg") {
            self.found.push(format!("cfg!({})", called.tokens));
        }
    }

    // These follow an item's attributes.

    fn visit_visibility(&mut self, _: &'ast syn::Visibility) {
        self.on_item = false;
    }

    fn visit_ident(&mut self, _: &'ast syn::Ident) {
        self.on_item = false;
    }

    fn visit_generics(&mut self, generics: &'ast syn::Generics) {
        self.on_item = false;
        visit::visit_generics(self, generics);
    }
}

#[test]
fn a_cfg_inside_is_found() {
    for text in [
        "fn f() { #[cfg(x)] g(); }",
        "fn f() { #[cfg(x)] let a = 1; }",
        "fn f() { #[cfg(x)] { g() } }",
        "fn f() { match a { #[cfg(x)] A => 1, _ => 2 } }",
        "fn f() { A { #[cfg(x)] b: 1 } }",
        "fn f() { if cfg!(x) { g() } }",
        "fn f() -> u8 { cfg!(x).into() }",
        "fn f(#[cfg(x)] a: u8) {}",
        "struct A { a: u8, #[cfg(x)] b: u8 }",
        "struct A { #[cfg(x)] b: u8 }",
        "impl A { fn f() { #[cfg(x)] return; } }",
        "mod m { fn f() { #[cfg(x)] g()?; } }",
        "trait T { fn f() { #[cfg(x)] g()?; } }",
        "fn f() { #[cfg(x)] macro_call!(); fn g() {} }",
    ] {
        assert_eq!(inside(text).len(), 1, "{text}: {:?}", inside(text));
    }
    for text in [
        "#![cfg(x)]",
        "#[cfg(x)] mod m; #[cfg(x)] use a::b; #[cfg(x)] pub(crate) fn f() {} #[cfg(x)] m! {}",
        "#[cfg(x)] impl A { #[cfg(x)] fn f() {} #[cfg(x)] const A: u8 = 1; }",
        "trait T { #[cfg(x)] fn f(); #[cfg(x)] fn g() {} }",
        "enum E { A, #[cfg(x)] B(u8) }",
        "fn f() { #[cfg(x)] fn g() {} #[cfg(x)] use a::b; }",
        "fn f() { #[cfg_attr(x, allow(y))] let a = 1; }",
    ] {
        assert!(inside(text).is_empty(), "{text}: {:?}", inside(text));
    }
}
